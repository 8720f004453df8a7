"""Cursors of pages: where the last page ended, opaque to the caller."""

import base64
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from core.errors import InvalidInput
from ledger.queries.approval_queue import ApprovalSummary, QueuePosition

#: Parameters of routes that answer page by page.
Cursor = Annotated[str | None, Query(max_length=500)]
PageSize = Annotated[int, Query(ge=1, le=200)]


def write_queue_cursor(last: ApprovalSummary) -> str:
    """The position of the last line of a page of the queue."""
    return _write([f"{last.expected_cash.amount:f}", last.created_at.isoformat(), str(last.approval_id)])


def read_queue_cursor(cursor: str) -> QueuePosition:
    """The position that `write_queue_cursor` wrote.

    Raises:
        InvalidInput: it is none of ours.
    """
    try:
        cash, created_at, key = _read(cursor)
        position = QueuePosition(Decimal(cash), datetime.fromisoformat(created_at), UUID(key))
        if not position.expected_cash.is_finite() or position.created_at.tzinfo is None:
            raise ValueError("not a position")
    except (ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise _not_ours() from error
    return position


def write_moment_cursor(at: datetime, key: UUID) -> str:
    """The position of the last entry of a page that is ordered by time and id."""
    return _write([at.isoformat(), str(key)])


def read_moment_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The position that `write_moment_cursor` wrote; aware.

    Raises:
        InvalidInput: it is none of ours.
    """
    try:
        at, key = _read(cursor)
        position = datetime.fromisoformat(at), UUID(key)
        if position[0].tzinfo is None:
            raise ValueError("not a position")
    except (ValueError, TypeError, AttributeError) as error:
        raise _not_ours() from error
    return position


def write_day_cursor(day: date, key: UUID) -> str:
    """The position of the last entry of a page that is ordered by day and id."""
    return _write([day.isoformat(), str(key)])


def read_day_cursor(cursor: str) -> tuple[date, UUID]:
    """The position that `write_day_cursor` wrote.

    Raises:
        InvalidInput: it is none of ours.
    """
    try:
        day, key = _read(cursor)
        return date.fromisoformat(day), UUID(key)
    except (ValueError, TypeError, AttributeError) as error:
        raise _not_ours() from error


def _write(parts: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _read(cursor: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))


def _not_ours() -> InvalidInput:
    return InvalidInput("this cursor is none of ours: begin without one")
