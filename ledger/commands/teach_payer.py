"""What a person's posting teaches about a payer: who it is or for whom it pays, and what it habitually deducts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from core.errors import NotFound
from core.ids import AccountId, OrgId, new_id
from ledger.model.cash import IDENTITY_HABITS, CashDecider, HabitKind, PostedPart
from ledger.rules.cash_keys import payer_keys
from ledger.rules.matching.party_names import account_key, name_key
from ledger.store.match_book import payments_to_match
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cash import MatchProposalRow, PayerHabitRow, PayerMarkRow
from ledger.store.tables.money import InvoiceRow, PaymentRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

_DEDUCTIONS = {
    "fee": HabitKind.FEE,
    "withholding_tax": HabitKind.WITHHOLDING,
    "discount": HabitKind.DISCOUNT,
}
#: Documents of a habitual deduction that is a share: six decimals are what the column keeps.
_RATE = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class _Lesson:
    account_id: UUID
    kind: HabitKind
    payer_key: str
    shown: str
    amount: Decimal | None = None
    rate: Decimal | None = None


async def teach_payer(
    uow: UnitOfWork,
    payment: PaymentRow,
    proposal: MatchProposalRow,
    parts: Sequence[PostedPart],
    invoices: Sequence[InvoiceRow],
    by: CashDecider,
) -> None:
    """Keeps what is new about the payer, inside the caller's transaction; each habit on its customer's timeline."""
    if payment.amount <= 0 or not invoices:
        return
    ids = sorted({row.account_id for row in invoices})
    accounts = [await uow.session.get_one(AccountRow, one) for one in ids]
    lessons = [*await _identity(uow, payment, accounts), *_deductions(payment, parts, invoices)]
    for lesson in lessons:
        await _keep(uow, lesson, payment, proposal, by)


async def _identity(uow: UnitOfWork, payment: PaymentRow, accounts: Sequence[AccountRow]) -> list[_Lesson]:
    """An unknown mark of the payer is the customer's own; a mark of somebody else makes that one an agent."""
    (cash,) = await payments_to_match(uow, [payment.id])
    lessons = []
    for key in payer_keys(cash.payment):
        of_account = key.startswith("account:")
        shown = payment.payer_account if of_account else payment.payer_name
        holders = await _holders(uow, key, shown)
        for account in accounts:
            if account.id in holders or _is_own(account, shown, of_account=of_account):
                continue
            kind = HabitKind.ACCOUNT if of_account else HabitKind.ALIAS
            if len(accounts) > 1 or holders:
                kind = HabitKind.AGENT
            if any(one.external_id == account.parent_external_id for one in holders.values() if one is not None):
                kind = HabitKind.PARENT
            lessons.append(_Lesson(account.id, kind, key, shown))
    return lessons


async def _holders(uow: UnitOfWork, key: str, shown: str) -> dict[UUID, AccountRow | None]:
    """Customers that the mark is known to be, by the ledger or by a habit."""
    habits = await uow.session.scalars(
        select(PayerHabitRow).where(
            PayerHabitRow.payer_key == key,
            PayerHabitRow.removed_at.is_(None),
            PayerHabitRow.kind.in_([kind.value for kind in IDENTITY_HABITS | {HabitKind.AGENT, HabitKind.PARENT}]),
        )
    )
    found: dict[UUID, AccountRow | None] = {row.account_id: None for row in habits}
    marked = await _marked(uow, shown, of_account=key.startswith("account:"))
    return found | {row.id: row for row in marked}


async def _marked(uow: UnitOfWork, shown: str, *, of_account: bool) -> list[AccountRow]:
    mark = f"a:{account_key(shown)}" if of_account else f"n:{name_key(shown)}"
    marked = exists().where(PayerMarkRow.account_id == AccountRow.id, PayerMarkRow.key == mark)
    return list(await uow.session.scalars(select(AccountRow).where(marked).limit(20)))


def _is_own(account: AccountRow, shown: str, *, of_account: bool) -> bool:
    if of_account:
        return account_key(shown) in {account_key(one) for one in account.bank_accounts}
    return name_key(shown) in {name_key(one) for one in (account.name, *account.aliases)}


def _deductions(
    payment: PaymentRow, parts: Sequence[PostedPart], invoices: Sequence[InvoiceRow]
) -> Iterator[_Lesson]:
    """A fee is a fixed amount; withheld tax and a discount are a share of the invoice."""
    by_number = {row.number: row for row in invoices}
    shown = payment.payer_name or payment.payer_account
    key = f"name:{payment.payer_name_key}" if payment.payer_name_key else f"account:{payment.payer_account_key}"
    for part in parts:
        kind, invoice = _DEDUCTIONS.get(part.kind), by_number.get(part.document)
        if kind is None or invoice is None or key in ("name:", "account:"):
            continue
        if kind is HabitKind.FEE:
            yield _Lesson(invoice.account_id, kind, key, shown, amount=part.amount.amount)
        else:
            rate = (part.amount.amount / invoice.amount).quantize(_RATE)
            yield _Lesson(invoice.account_id, kind, key, shown, rate=rate)


async def _keep(
    uow: UnitOfWork, lesson: _Lesson, payment: PaymentRow, proposal: MatchProposalRow, by: CashDecider
) -> None:
    kept = await uow.session.scalar(
        insert(PayerHabitRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            account_id=lesson.account_id,
            kind=lesson.kind.value,
            payer_key=lesson.payer_key[:200],
            shown=lesson.shown,
            amount=lesson.amount,
            currency=None if lesson.amount is None else payment.currency,
            rate=lesson.rate,
            proposal_id=proposal.id,
            taught_by=by.name,
            taught_at=by.now,
        )
        .on_conflict_do_nothing()
        .returning(PayerHabitRow.id)
    )
    if kept is not None:
        what = f" of {lesson.amount} {payment.currency}" if lesson.amount is not None else ""
        await append_event(
            uow,
            kind="habit_learned",
            words=f"{by.name} taught that “{lesson.shown[:80]}” is this customer's {lesson.kind.value}{what}",
            cause_key=f"habit:{kept}",
            at=by.now,
            actor=by.name,
            account_id=AccountId(lesson.account_id),
            facts={"habit_id": str(kept), "payment_id": str(payment.id)},
        )


async def remove_habit(uows: UnitOfWorkFactory, org_id: OrgId, habit_id: UUID, *, by: str, now: datetime) -> None:
    """Forgets one habit; twice is once. What it helped to post stays posted.

    Raises:
        NotFound: no such habit in this organisation.
    """
    async with uows(org_id) as uow:
        row = await uow.session.get(PayerHabitRow, habit_id, with_for_update=True)
        if row is None:
            raise NotFound("habit", habit_id)
        if row.removed_at is not None:
            return
        row.removed_at, row.removed_by = now, by
        await append_event(
            uow,
            kind="habit_removed",
            words=f"{by} removed a habit: “{row.shown[:80]}” as {row.kind}",
            cause_key=f"habit_removed:{row.id}",
            at=now,
            actor=by,
            account_id=AccountId(row.account_id),
        )
