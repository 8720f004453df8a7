"""Keeps the lines of a bank statement, once each; what is booked becomes a payment, and is matched by a job."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, literal, select, update

from core.errors import InvalidInput
from core.ids import OrgId, PaymentId, new_id
from ledger.commands.kept_lines import BookedLine, KeptLines, kept_lines
from ledger.commands.pending_lines import plain
from ledger.commands.statement_numbers import NumberedLines, StatementNumbers
from ledger.model.cash import RecordedLines, StatementLine
from ledger.model.job_request import MatchPayments
from ledger.model.statement import AccountStatement
from ledger.store.tables.cash import BankLineRow
from ledger.store.tables.money import PaymentRow
from ledger.store.tables.people import EntityRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Payments of one job: those of a statement are assigned together as far as one job holds them.
_A_JOB = 1_000
#: Lines that are written together.
_AT_ONCE = 2_000
#: Files that one warning names.
_MOST_FILES = 3


async def record_bank_lines(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    *,
    bank_account: str,
    statements: Sequence[AccountStatement],
    source_file: str,
    actor: str,
    now: datetime,
    dry_run: bool = False,
) -> RecordedLines:
    """Records an account's statements in one transaction. The same lines again, also in another file, add nothing.

    A pending line is kept and is no money. When the bank books it, under its own key or another, the same row is
    booked and becomes one payment. A line that says the same as one of an earlier statement is another one where
    the balances show that the statements follow one another; where nothing shows it, the two are one, and the
    answer says so. `dry_run` does the same and takes it back.

    Raises:
        InvalidInput: the statement names no account of ours, or a line has no key or no amount.
    """
    account = plain(bank_account)
    if not account:
        raise InvalidInput("the statement does not say of which account it is: name the account")
    for line in (line for statement in statements for line in statement.lines):
        if not line.external_key or not line.amount:
            raise InvalidInput(f"line {line.line_number or '?'} of {source_file} has no key or no amount")
    async with uows(org_id) as uow:
        await _claim(uow, account)
        entity = await _entity_of(uow, account)
        run = _Run(uow, account, entity, source_file, now)
        numbers = StatementNumbers(uow, account, source_file, now)
        for statement in statements:
            await run.record(await numbers.number(statement))
        done = run.done()
        if dry_run:
            await uow.session.rollback()
            return done
        for start in range(0, len(done.payment_ids), _A_JOB):
            await uow.request(MatchPayments(org_id, done.payment_ids[start : start + _A_JOB], f"cash:{org_id}"))
        if done.added or done.booked or done.pending:
            await append_event(
                uow,
                kind="statement_imported",
                words=f"{source_file}: {done.added + done.booked} bank lines are new, {done.known} were known, "
                f"{done.pending} are pending",
                cause_key=f"statement:{new_id()}",
                at=now,
                actor=actor,
                facts={"bank_account": account},
            )
    return done


async def _claim(uow: UnitOfWork, account: str) -> None:
    """Two statements of one account are recorded one after the other: their lines may be the same."""
    key = literal(f"duly-bank:{uow.org_id}:{account}")
    await uow.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


async def _entity_of(uow: UnitOfWork, account: str) -> UUID | None:
    for entity in await uow.session.scalars(select(EntityRow).order_by(EntityRow.id)):
        if any(plain(str(one.get("number", ""))) == account for one in entity.bank_accounts):
            return entity.id
    return None


@dataclass(slots=True)
class _Run:
    """One statement under way."""

    uow: UnitOfWork
    account: str
    entity_id: UUID | None
    source_file: str
    now: datetime
    counts: dict[str, int] = field(default_factory=lambda: {"added": 0, "known": 0, "booked": 0, "pending": 0})
    #: With the day, for they are worked oldest first, and many banks write the newest first.
    _money: list[tuple[date, PaymentId]] = field(default_factory=list)
    #: Lines that only look like kept ones of other files, and some of those files.
    _doubtful: int = 0
    _doubtful_files: dict[str, None] = field(default_factory=dict)
    _new: list[BankLineRow] = field(default_factory=list)
    _paid: list[tuple[BankLineRow, PaymentRow]] = field(default_factory=list)
    _placed: list[dict[str, object]] = field(default_factory=list)

    async def record(self, numbered: NumberedLines) -> None:
        """Takes one statement, and writes it."""
        kept = await kept_lines(self.uow, self.account, numbered.lines)
        for place, line in enumerate(numbered.lines):
            self._take(line, kept, numbered)
            if place % _AT_ONCE == _AT_ONCE - 1:
                await self.write()
        await self.write()

    def _take(self, line: StatementLine, kept: KeptLines, numbered: NumberedLines) -> None:
        if kept.has(line):
            self.counts["known"] += 1
            self._note_known(line, kept, numbered)
            return
        row = None
        if not line.pending:
            row = kept.pending.pop(line.external_key, None) or kept.waiting.take(line)
        if row is not None:
            self._book(row, line, numbered)
            self.counts["booked"] += 1
        else:
            row = self._row(line, numbered)
            self._new.append(row)
            self.counts["pending" if line.pending else "added"] += 1
        if line.pending:
            kept.pending[line.external_key] = row
            kept.waiting.add(row)
        else:
            kept.booked[line.external_key] = BookedLine(row.id, self.source_file, is_placed=True)
            self._pay(row)

    def _note_known(self, line: StatementLine, kept: KeptLines, numbered: NumberedLines) -> None:
        before = kept.booked.get(line.external_key)
        if before is None or line.pending or not line.content_key:
            return
        if numbered.statement_id is not None and not before.is_placed:
            self._placed.append(
                {"id": before.line_id, "content_key": line.content_key, "statement_id": numbered.statement_id}
            )
        if not numbered.is_sure and before.source_file != self.source_file:
            self._doubtful += 1
            if len(self._doubtful_files) < _MOST_FILES:
                self._doubtful_files[before.source_file] = None

    async def write(self) -> None:
        """Writes what was taken since: the payments first, because the lines name them."""
        session = self.uow.session
        with session.no_autoflush:
            session.add_all(payment for _, payment in self._paid)
            await session.flush([payment for _, payment in self._paid])
            for row, payment in self._paid:
                row.payment_id = payment.id
            session.add_all(self._new)
            await session.flush()
            if self._placed:
                await session.execute(update(BankLineRow), self._placed)
        self._new.clear()
        self._paid.clear()
        self._placed.clear()

    def done(self) -> RecordedLines:
        oldest_first = sorted(self._money, key=lambda one: one[0])
        return RecordedLines(
            payment_ids=tuple(payment_id for _, payment_id in oldest_first),
            warnings=tuple(self._warnings()),
            **self.counts,
        )

    def _warnings(self) -> Iterator[str]:
        if self._doubtful:
            yield (
                f"{self._doubtful:,} lines have no number of the bank's and say the same as lines of "
                f"{', '.join(self._doubtful_files)}: they were taken for those. If they are others, import one "
                "statement that shows both"
            )

    def _row(self, line: StatementLine, numbered: NumberedLines) -> BankLineRow:
        return BankLineRow(
            id=new_id(),
            bank_account=self.account,
            entity_id=self.entity_id,
            external_key=line.external_key[:200],
            content_key=line.content_key,
            statement_id=None if line.pending else numbered.statement_id,
            booked_on=line.booked_on,
            value_on=line.value_on,
            currency=line.amount.currency,
            amount=line.amount.amount,
            payer_name=line.payer_name,
            payer_account=line.payer_account,
            reference=line.reference,
            bank_id=line.bank_id,
            status="pending" if line.pending else "posted",
            source_file=self.source_file,
            line_number=line.line_number,
            recorded_at=self.now,
        )

    def _book(self, row: BankLineRow, line: StatementLine, numbered: NumberedLines) -> None:
        row.status, row.booked_on, row.value_on = "posted", line.booked_on, line.value_on
        if row.external_key != line.external_key:
            row.pending_key, row.external_key = row.external_key, line.external_key[:200]
        row.content_key, row.statement_id = line.content_key, numbered.statement_id
        row.payer_name = line.payer_name or row.payer_name
        row.payer_account = line.payer_account or row.payer_account
        row.reference, row.bank_id = line.reference or row.reference, line.bank_id or row.bank_id
        row.source_file, row.line_number = self.source_file, line.line_number

    def _pay(self, row: BankLineRow) -> None:
        payment = PaymentRow(
            id=new_id(),
            external_id=f"bank-{_digest(row)}",
            received_on=row.booked_on,
            currency=row.currency,
            amount=row.amount,
            unapplied=0,
            payer_name=row.payer_name,
            payer_account=row.payer_account,
            remittance=row.reference,
            method="bank",
        )
        self._paid.append((row, payment))
        self._money.append((row.booked_on, PaymentId(payment.id)))


def _digest(row: BankLineRow) -> str:
    """Sixteen digits that name the line wherever it is imported."""
    return hashlib.sha256(f"{row.bank_account}|{row.external_key}".encode()).hexdigest()[:16]
