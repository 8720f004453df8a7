"""Reads rows by the driver itself: for statements that run for each payment and give plain values.

SQLAlchemy's way costs more than PostgreSQL's answer to a look-up by a key. The connection and the transaction are the
session's, and with them the organisation that row-level security binds; a statement names the organisation as well.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, cast

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import dialect

from ledger.store.unit_of_work import UnitOfWork

Row = Mapping[str, Any]

_DIALECT = dialect()  # type: ignore[no-untyped-call]


async def driver_rows(uow: UnitOfWork, statement: TextClause, **values: object) -> list[dict[str, Any]]:
    """Rows of a statement by their columns' names; `:org` is the unit of work's organisation.

    What the session has not written yet is written first, as by any statement of the session.
    """
    session = uow.session
    if session.new or session.dirty or session.deleted:
        await session.flush()
    pooled = await (await session.connection()).get_raw_connection()
    driver = cast(AsyncConnection[Any], pooled.driver_connection)
    async with driver.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(_written(statement), {"org": uow.org_id, **values})
        return await cursor.fetchall()


@lru_cache(maxsize=256)
def _written(statement: TextClause) -> bytes:
    return str(statement.compile(dialect=_DIALECT)).encode()
