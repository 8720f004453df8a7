"""Tells lines that say the same in two statements apart: where balances show that the second is another statement,
its lines are counted on from those of the first."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from core.ids import new_id
from ledger.model.cash import StatementLine
from ledger.model.statement import AccountStatement, StatementSpan, numbered_key
from ledger.rules.statement_chain import stands_apart, touches
from ledger.store.mapping import money
from ledger.store.tables.cash import BankLineRow, BankStatementRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NumberedLines:
    """A statement's lines under the keys that they are kept by."""

    lines: tuple[StatementLine, ...]
    #: The statement's row; None where it states no balances.
    statement_id: UUID | None
    #: Balances show which of its lines are known: what looks the same is the same.
    is_sure: bool


class StatementNumbers:
    """The statements of one account that state their balances, and what each new one's lines are numbered from."""

    def __init__(self, uow: UnitOfWork, account: str, source_file: str, now: datetime) -> None:
        self._uow, self._account, self._source_file, self._now = uow, account, source_file, now

    async def number(self, statement: AccountStatement) -> NumberedLines:
        """What was taken of the statements before must be written by then: its lines are counted."""
        span = _span_of(statement)
        if span is None:
            return NumberedLines(statement.lines, None, is_sure=False)
        others = await self._sharing_days(span)
        if span in others:
            return NumberedLines(statement.lines, others[span], is_sure=True)
        lines, apart = statement.lines, stands_apart(span, others)
        if apart:
            lines = _counted_on(lines, await self._counts(span, list(others.values())))
        return NumberedLines(
            lines, await self._record(span), is_sure=apart or any(touches(span, one) for one in others)
        )

    async def _sharing_days(self, span: StatementSpan) -> dict[StatementSpan, UUID]:
        rows = await self._uow.session.scalars(
            select(BankStatementRow).where(
                BankStatementRow.bank_account == self._account,
                BankStatementRow.currency == span.opening.currency,
                BankStatementRow.last_on >= span.first_on,
                BankStatementRow.first_on <= span.last_on,
            )
        )
        return {
            StatementSpan(
                money(row.opening, row.currency), money(row.closing, row.currency), row.first_on, row.last_on
            ): row.id
            for row in rows
        }

    async def _counts(self, span: StatementSpan, statements: Sequence[UUID]) -> Counter[str]:
        """How often the other statements show each line, on days that they share with this one."""
        rows = await self._uow.session.execute(
            select(BankLineRow.content_key, func.count())
            .where(
                BankLineRow.statement_id.in_(statements),
                BankLineRow.booked_on.between(span.first_on, span.last_on),
                BankLineRow.content_key != "",
            )
            .group_by(BankLineRow.content_key)
        )
        return Counter({content: many for content, many in rows})

    async def _record(self, span: StatementSpan) -> UUID:
        row = BankStatementRow(
            id=new_id(),
            bank_account=self._account,
            currency=span.opening.currency,
            opening=span.opening.amount,
            closing=span.closing.amount,
            first_on=span.first_on,
            last_on=span.last_on,
            source_file=self._source_file,
            recorded_at=self._now,
        )
        self._uow.session.add(row)
        await self._uow.session.flush([row])
        return row.id


def _span_of(statement: AccountStatement) -> StatementSpan | None:
    opening, closing = statement.opening, statement.closing
    days = [line.booked_on for line in statement.lines if not line.pending]
    if opening is None or closing is None or opening.currency != closing.currency or not days:
        return None
    return StatementSpan(opening, closing, min(days), max(days))


def _counted_on(lines: Sequence[StatementLine], counts: Counter[str]) -> tuple[StatementLine, ...]:
    found = []
    for line in lines:
        if line.content_key and not line.pending:
            counts[line.content_key] += 1
            line = replace(line, external_key=numbered_key(line.content_key, counts[line.content_key]))
        found.append(line)
    return tuple(found)
