"""Brings our own tables to the newest shape, as the owner role."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from ledger.store.engine import sqlalchemy_url

#: A migration that waits longer for a lock gives up rather than stop everyone else.
_LOCK_TIMEOUT = "15s"


def migrate(owner_url: str) -> None:
    """Runs all migrations that are missing; doing it twice does nothing. Safe when several start at once."""
    engine = create_engine(sqlalchemy_url(owner_url), pool_size=1)
    try:
        with engine.connect() as connection:
            connection.execute(text(f"SET lock_timeout = '{_LOCK_TIMEOUT}'"))
            connection.execute(text("SELECT pg_advisory_lock(hashtext('duly.migrate'))"))
            connection.commit()
            try:
                command.upgrade(_config(connection), "head")
                connection.commit()
            finally:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(hashtext('duly.migrate'))"))
                connection.commit()
    finally:
        engine.dispose()


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
