"""Keeps the lines of a bank statement, once each; what is booked becomes a payment, and is matched by a job."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, literal, select

from core.errors import InvalidInput
from core.ids import OrgId, PaymentId, new_id
from ledger.model.cash import RecordedLines, StatementLine
from ledger.model.job_request import MatchPayments
from ledger.store.tables.cash import BankLineRow
from ledger.store.tables.money import PaymentRow
from ledger.store.tables.people import EntityRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: A pending line is booked within so many days, or it is another one.
_BOOKED_WITHIN = timedelta(days=10)
#: Payments of one job, so that a large statement is many short ones.
_A_JOB = 100
_KEYS = 10_000
#: Lines that are written together.
_AT_ONCE = 2_000


async def record_bank_lines(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    *,
    bank_account: str,
    lines: Sequence[StatementLine],
    source_file: str,
    actor: str,
    now: datetime,
    dry_run: bool = False,
) -> RecordedLines:
    """Records a statement in one transaction. The same lines again, also in another file, add nothing.

    A pending line is kept and is no money. When the bank books it, under its own key or another, the same row is
    booked and becomes one payment. `dry_run` does the same and takes it back.

    Raises:
        InvalidInput: the statement names no account of ours, or a line has no key or no amount.
    """
    account = _plain(bank_account)
    if not account:
        raise InvalidInput("the statement does not say of which account it is: name the account")
    for line in lines:
        if not line.external_key or not line.amount:
            raise InvalidInput(f"line {line.line_number or '?'} of {source_file} has no key or no amount")
    async with uows(org_id) as uow:
        await _claim(uow, account)
        entity = await _entity_of(uow, account)
        run = _Run(uow, account, entity, source_file, now)
        await run.load([line.external_key for line in lines])
        for place, line in enumerate(lines):
            run.take(line)
            if place % _AT_ONCE == _AT_ONCE - 1:
                await run.write()
        await run.write()
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
        if any(_plain(str(one.get("number", ""))) == account for one in entity.bank_accounts):
            return entity.id
    return None


def _plain(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())[:120]


@dataclass(slots=True)
class _Run:
    """One statement under way."""

    uow: UnitOfWork
    account: str
    entity_id: UUID | None
    source_file: str
    now: datetime
    known: dict[str, BankLineRow] = field(default_factory=dict)
    waiting: list[BankLineRow] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"added": 0, "known": 0, "booked": 0, "pending": 0})
    payment_ids: list[PaymentId] = field(default_factory=list)
    _new: list[BankLineRow] = field(default_factory=list)
    _paid: list[tuple[BankLineRow, PaymentRow]] = field(default_factory=list)

    async def load(self, keys: Sequence[str]) -> None:
        """What is kept of these lines, and the pending ones that they may be."""
        for start in range(0, len(keys), _KEYS):
            rows = await self.uow.session.scalars(
                select(BankLineRow).where(
                    BankLineRow.bank_account == self.account,
                    BankLineRow.external_key.in_(keys[start : start + _KEYS]),
                )
            )
            self.known |= {row.external_key: row for row in rows}
        pending = await self.uow.session.scalars(
            select(BankLineRow)
            .where(BankLineRow.bank_account == self.account, BankLineRow.status == "pending")
            .order_by(BankLineRow.booked_on, BankLineRow.id)
        )
        self.waiting = list(pending)

    def take(self, line: StatementLine) -> None:
        kept = self.known.get(line.external_key)
        if kept is None and not line.pending:
            kept = next((row for row in self.waiting if _same_money(row, line)), None)
        if kept is not None and (kept.status == "posted" or line.pending):
            self.counts["known"] += 1
        elif kept is not None:
            self._book(kept, line)
            self.counts["booked"] += 1
        else:
            row = self._row(line)
            self.known[line.external_key] = row
            if line.pending:
                self.waiting.append(row)
                self.counts["pending"] += 1
            else:
                self._pay(row)
                self.counts["added"] += 1
            self._new.append(row)

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
        self._new.clear()
        self._paid.clear()

    def done(self) -> RecordedLines:
        return RecordedLines(payment_ids=tuple(self.payment_ids), **self.counts)

    def _row(self, line: StatementLine) -> BankLineRow:
        return BankLineRow(
            id=new_id(),
            bank_account=self.account,
            entity_id=self.entity_id,
            external_key=line.external_key[:200],
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

    def _book(self, row: BankLineRow, line: StatementLine) -> None:
        self.waiting.remove(row)
        row.status, row.booked_on, row.value_on = "posted", line.booked_on, line.value_on
        row.external_key = line.external_key[:200]
        row.payer_name = line.payer_name or row.payer_name
        row.payer_account = line.payer_account or row.payer_account
        row.reference, row.bank_id = line.reference or row.reference, line.bank_id or row.bank_id
        row.source_file, row.line_number = self.source_file, line.line_number
        self.known[row.external_key] = row
        self._pay(row)

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
        self.payment_ids.append(PaymentId(payment.id))


def _digest(row: BankLineRow) -> str:
    """Sixteen digits that name the line wherever it is imported."""
    return hashlib.sha256(f"{row.bank_account}|{row.external_key}".encode()).hexdigest()[:16]


def _same_money(row: BankLineRow, line: StatementLine) -> bool:
    """Whether a pending line is the one that is booked now: same amount, near in time, and nobody else's."""
    if (row.amount, row.currency) != (line.amount.amount, line.amount.currency):
        return False
    if not timedelta(0) <= line.booked_on - row.booked_on <= _BOOKED_WITHIN:
        return False
    if row.bank_id and row.bank_id == line.bank_id:
        return True
    marks = [(row.payer_account, line.payer_account), (row.payer_name, line.payer_name)]
    told = [(_plain(ours), _plain(theirs)) for ours, theirs in marks if ours.strip() and theirs.strip()]
    if told:
        return told[0][0] == told[0][1]
    return _plain(row.reference) == _plain(line.reference)
