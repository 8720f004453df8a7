"""A worker that was taken for dead goes on under a new number; every other failure of the database ends it."""

from collections.abc import Iterator

import pytest
from procrastinate.exceptions import ConnectorException
from psycopg.errors import ForeignKeyViolation, OperationalError

from jobs.worker import registered_anew


async def run(failures: Iterator[Exception | None]) -> int:
    """How often the work was begun."""
    begun = 0

    async def work() -> None:
        nonlocal begun
        begun += 1
        cause = next(failures)
        if cause is not None:
            raise ConnectorException from cause

    await registered_anew(work)
    return begun


async def test_a_worker_that_was_struck_off_begins_again() -> None:
    assert await run(iter([ForeignKeyViolation("worker_id"), ForeignKeyViolation("worker_id"), None])) == 3


async def test_another_failure_of_the_database_ends_it() -> None:
    with pytest.raises(ConnectorException):
        await run(iter([OperationalError("gone"), None]))
