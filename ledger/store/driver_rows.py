"""Reads rows by the driver itself: for statements that run for each payment and give plain values.

SQLAlchemy's way costs more than PostgreSQL's answer to a look-up by a key. The connection and the transaction are the
session's, and with them the organisation that row-level security binds; a statement names the organisation as well.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

from psycopg import AsyncConnection
from psycopg.rows import AsyncRowFactory, dict_row, tuple_row
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql.psycopg import dialect

from ledger.store.unit_of_work import UnitOfWork

Row = Mapping[str, Any]
_Shape = TypeVar("_Shape")

_DIALECT = dialect()  # type: ignore[no-untyped-call]


async def driver_rows(uow: UnitOfWork, statement: TextClause, **values: object) -> list[dict[str, Any]]:
    """Rows of a statement by their columns' names; `:org` is the unit of work's organisation.

    What the session has not written yet is written first, as by any statement of the session.
    """
    return await _fetched(uow, statement, values, dict_row)


async def driver_tuples(uow: UnitOfWork, statement: TextClause, **values: object) -> list[tuple[Any, ...]]:
    """`driver_rows` without names, in the order of the statement's columns: for statements that give many rows."""
    return await _fetched(uow, statement, values, tuple_row)


async def _fetched(
    uow: UnitOfWork, statement: TextClause, values: Mapping[str, object], shape: AsyncRowFactory[_Shape]
) -> list[_Shape]:
    session = uow.session
    if session.new or session.dirty or session.deleted:
        await session.flush()
    pooled = await (await session.connection()).get_raw_connection()
    driver = cast(AsyncConnection[Any], pooled.driver_connection)
    async with driver.cursor(row_factory=shape) as cursor:
        await cursor.execute(_written(statement), {"org": uow.org_id, **values})
        return await cursor.fetchall()


@lru_cache(maxsize=256)
def _written(statement: TextClause) -> bytes:
    return str(statement.compile(dialect=_DIALECT)).encode()
