"""Brings the whole database to the newest shape: our tables, the job queue's, the graph's checkpoints."""

import psycopg
from langgraph.checkpoint.postgres import PostgresSaver
from procrastinate.schema import SchemaManager
from psycopg import sql
from psycopg.rows import dict_row

from ledger.migrations.run import migrate as migrate_ledger
from ledger.store.local_server import APP_ROLE

_CHECKPOINT_TABLES = ("checkpoints", "checkpoint_blobs", "checkpoint_writes", "checkpoint_migrations")

#: Functions that keep balances and keys, and that only their triggers call.
_TRIGGERS = ("apply_allocation", "apply_offset", "keep_payer_marks")


def migrate(owner_url: str) -> None:
    """Runs everything that is missing, as the owner; doing it twice does nothing.

    Raises:
        psycopg.Error: the login may not do it; the message names the right that it lacks.
    """
    migrate_ledger(owner_url)
    with psycopg.connect(owner_url, autocommit=True, row_factory=dict_row) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('duly.migrate'))")
        if connection.execute("SELECT to_regclass('public.procrastinate_jobs') AS t").fetchone()["t"] is None:  # type: ignore[index]
            with connection.transaction():
                connection.execute(SchemaManager.get_schema())
        PostgresSaver(connection).setup()
        _grant(connection)


def _grant(connection: psycopg.Connection[dict[str, object]]) -> None:
    app = sql.Identifier(APP_ROLE)
    tables = [
        str(row["tablename"])
        for row in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'procrastinate%'"
        )
    ]
    connection.execute(sql.SQL("GRANT SELECT ON alembic_version TO {}").format(app))
    for table in (*tables, *_CHECKPOINT_TABLES):
        connection.execute(
            sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO {}").format(sql.Identifier(table), app)
        )
    connection.execute(sql.SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(app))
    connection.execute(sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(app))
    for trigger in _TRIGGERS:
        connection.execute(sql.SQL("REVOKE EXECUTE ON FUNCTION {}() FROM {}").format(sql.Identifier(trigger), app))
