"""`duly doctor`: what is missing, and how to mend it."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from cli.running import database
from core.errors import DulyError
from core.settings import Settings
from jobs.readers import choose_model
from ledger.store.local_server import EXTENSIONS, DatabaseUrls

_LEAST_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that Duly needs; `mend` says what to do where it is not `ok`."""

    what: str
    ok: bool
    found: str
    mend: str = ""


def doctor() -> None:
    """Says what is missing and how to mend it; exit status 1 where something is."""
    settings = Settings()
    checks = [_python(), _home(settings), _disk(settings), _port(settings), _model(settings), *_database(settings)]
    table = Table("", "what", "found", "to mend it", show_edge=False)
    for check in checks:
        table.add_row("ok" if check.ok else "!!", check.what, check.found, check.mend)
    Console().print(table)
    raise typer.Exit(0 if all(check.ok for check in checks) else 1)


def _python() -> Checked:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Checked("Python", sys.version_info >= (3, 11), version, "" if sys.version_info >= (3, 11) else "use 3.11+")


def _home(settings: Settings) -> Checked:
    home = settings.home.home
    try:
        home.mkdir(parents=True, exist_ok=True)
        writable = os.access(home, os.W_OK)
    except OSError as error:
        return Checked("DULY_HOME", False, f"{home}: {error.strerror}", "set DULY_HOME to a folder that you own")
    return Checked("DULY_HOME", writable, str(home), "" if writable else "set DULY_HOME to a folder that you own")


def _disk(settings: Settings) -> Checked:
    free = shutil.disk_usage(settings.home.home if settings.home.home.exists() else "/").free
    enough = free >= _LEAST_FREE_BYTES
    return Checked("free disk", enough, f"{free / 1e9:.1f} GB", "" if enough else "free at least 1 GB")


def _port(settings: Settings) -> Checked:
    web = settings.web
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((web.host, web.port))
        except OSError as error:
            return Checked("port", False, f"{web.host}:{web.port}: {error.strerror}", "set DULY_PORT to a free one")
    return Checked("port", True, f"{web.host}:{web.port} is free")


def _model(settings: Settings) -> Checked:
    try:
        model = choose_model(settings.model)
    except DulyError as error:
        return Checked("model", False, str(error), "set DULY_MODEL=local, or OPENAI_API_KEY and OPENAI_BASE_URL")
    return Checked("model", True, "local" if model is None else model.name)


def _database(settings: Settings) -> list[Checked]:
    try:
        # A database that others run is looked at, not changed; ours gets its tables as with every command.
        with database(settings, migrated=settings.database.url is None) as urls:
            tables = _tables(urls)
            # Role and extensions come with the tables.
            return [tables, *(check(urls) for check in _DATABASE_CHECKS)] if tables.ok else [tables]
    except Exception as error:  # whatever stops the database is what the user must read
        mend = "look at DATABASE_URL" if settings.database.url else "look at the log in DULY_HOME/postgres/log"
        return [Checked("database", False, f"{type(error).__name__}: {error}".splitlines()[0][:200], mend)]


def _role(urls: DatabaseUrls) -> Checked:
    with psycopg.connect(urls.app) as connection:
        row = connection.execute(
            "SELECT current_user, rolsuper OR rolbypassrls, "
            "EXISTS (SELECT 1 FROM pg_tables WHERE tablename = 'invoices' AND tableowner = current_user) "
            "FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row is not None
    user, above, owner = row
    mend = "" if not (above or owner) else "use a login that owns nothing; migrate with DULY_MIGRATE_DATABASE_URL"
    return Checked("database role", not (above or owner), f"works as {user}", mend)


def _extensions(urls: DatabaseUrls) -> Checked:
    with psycopg.connect(urls.app) as connection:
        found = {str(row[0]) for row in connection.execute("SELECT extname FROM pg_extension")}
    missing = [name for name in EXTENSIONS if name not in found]
    mend = "; ".join(f"CREATE EXTENSION {name}" for name in missing)
    return Checked("extensions", not missing, ", ".join(EXTENSIONS) if not missing else "missing", mend)


def _tables(urls: DatabaseUrls) -> Checked:
    with psycopg.connect(urls.owner) as connection:
        known = connection.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone() if known == (True,) else None
    if row is None:
        return Checked("tables", False, "none", "run duly migrate")
    return Checked("tables", True, f"version {row[0]}")


_DATABASE_CHECKS: tuple[Callable[[DatabaseUrls], Checked], ...] = (_role, _extensions)
