"""Which lines of a bank statement the ledger has already, and the pending ones that they may book."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, select

from ledger.commands.pending_lines import BOOKED_WITHIN, PendingLines
from ledger.model.cash import StatementLine
from ledger.store.tables.cash import BankLineRow
from ledger.store.unit_of_work import UnitOfWork

#: Keys of one question.
_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class BookedLine:
    """A line that is money already."""

    line_id: UUID
    source_file: str
    #: Some statement with balances showed it.
    is_placed: bool


@dataclass(slots=True)
class KeptLines:
    """What is kept of one account, as far as some lines ask for it. Every look-up is by dictionary."""

    booked: dict[str, BookedLine] = field(default_factory=dict)
    pending: dict[str, BankLineRow] = field(default_factory=dict)
    #: Keys under which booked lines were pending.
    once_pending: set[str] = field(default_factory=set)
    waiting: PendingLines = field(default_factory=PendingLines)

    def has(self, line: StatementLine) -> bool:
        """Whether this line, as it is, adds nothing."""
        if line.external_key in self.booked:
            return True
        return line.pending and (line.external_key in self.pending or line.external_key in self.once_pending)

    async def ask(self, uow: UnitOfWork, account: str, keys: Sequence[str]) -> None:
        """Reads what is kept under these keys."""
        for some in _in_pieces(keys):
            of_them = (BankLineRow.bank_account == account, BankLineRow.external_key.in_(some))
            found = await uow.session.execute(
                select(
                    BankLineRow.external_key, BankLineRow.id, BankLineRow.source_file, BankLineRow.statement_id
                ).where(*of_them, BankLineRow.status == "posted")
            )
            for key, line_id, source_file, statement_id in found:
                self.booked[key] = BookedLine(line_id, source_file, statement_id is not None)
            rows = await uow.session.scalars(select(BankLineRow).where(*of_them, BankLineRow.status == "pending"))
            self.pending |= {row.external_key: row for row in rows}


async def kept_lines(uow: UnitOfWork, account: str, lines: Sequence[StatementLine]) -> KeptLines:
    """What the ledger keeps of these lines, and what waits at the account for being booked by one of them."""
    booked = [line for line in lines if not line.pending]
    kept = KeptLines(waiting=PendingLines({line.external_key for line in booked}))
    await kept.ask(uow, account, [line.external_key for line in lines])
    for some in _in_pieces([line.external_key for line in lines if line.pending]):
        kept.once_pending |= set(
            await uow.session.scalars(
                select(BankLineRow.pending_key).where(
                    BankLineRow.bank_account == account, BankLineRow.pending_key.in_(some)
                )
            )
        )
    if booked:
        for row in await uow.session.scalars(_may_be_booked(account, booked)):
            kept.waiting.add(row)
    return kept


def _may_be_booked(account: str, booked: Collection[StatementLine]) -> Select[BankLineRow]:
    days = [line.booked_on for line in booked]
    amounts = {line.amount.amount for line in booked}
    found = select(BankLineRow).where(
        BankLineRow.bank_account == account,
        BankLineRow.status == "pending",
        BankLineRow.booked_on.between(min(days) - BOOKED_WITHIN, max(days)),
    )
    if len(amounts) <= _KEYS:
        found = found.where(BankLineRow.amount.in_(amounts))
    return found.order_by(BankLineRow.booked_on, BankLineRow.id)


def _in_pieces(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _KEYS):
        yield keys[start : start + _KEYS]
