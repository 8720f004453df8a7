"""What stands around one payment: the documents and customers that its candidates name, and its payer's habits."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import PostedPart
from ledger.model.match import IncomingPayment, MatchPart
from ledger.queries.payments import HabitShown, PaymentSummary, shown_habit
from ledger.rules.cash_keys import payer_keys
from ledger.store.mapping import money
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cash import MatchProposalRow, PayerHabitRow
from ledger.store.tables.money import CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWork

_MOST_HABITS = 50
#: A number that two entities use is told apart by the entity behind it (`ledger.model.cash.PostedPart`).
_OF_ENTITY = re.compile(r"^(?P<number>.{1,120}) \((?P<entity>[0-9a-f-]{36})\)$")
_NO_DOCUMENTS = frozenset({"on_account", "reversal", "duplicate", "unidentified", "credit"})


@dataclass(frozen=True, slots=True)
class NamedCustomer:
    """A customer by the accounting system's id."""

    account_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class NamedInvoice:
    """An invoice with what is open on it now."""

    account_id: UUID
    number: str
    due: date
    open_balance: Money


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """What parts name, by the name that they use; what is no longer there is missing."""

    customers: Mapping[str, NamedCustomer]
    invoices: Mapping[str, NamedInvoice]
    #: Credit notes with what of them is not taken yet.
    credits: Mapping[str, Money]
    #: Earlier payments, by their outside id.
    payments: Mapping[str, PaymentId]


async def named_documents(
    uow: UnitOfWork, parts: Iterable[MatchPart | PostedPart], customer_ids: Iterable[str]
) -> NamedDocuments:
    """The documents of the parts and the customers as they are now, within this organisation."""
    listed = list(parts)
    customers = {*customer_ids, *(part.document for part in listed if part.kind == "on_account")}
    invoices = {part.document for part in listed if part.kind not in _NO_DOCUMENTS}
    credits = {part.document for part in listed if part.kind == "credit"}
    payments = {part.document for part in listed if part.kind in ("reversal", "duplicate")}
    return NamedDocuments(
        customers=await named_customers(uow, customers),
        invoices=await _invoices(uow, invoices),
        credits=await _credits(uow, credits),
        payments=await _payments(uow, payments),
    )


async def named_customers(uow: UnitOfWork, external_ids: Collection[str]) -> dict[str, NamedCustomer]:
    """Customers by the accounting system's id."""
    if not external_ids:
        return {}
    rows = await uow.session.execute(
        select(AccountRow.external_id, AccountRow.id, AccountRow.name).where(
            AccountRow.external_id.in_(sorted(external_ids))
        )
    )
    return {external: NamedCustomer(account_id, name) for external, account_id, name in rows}


async def _invoices(uow: UnitOfWork, documents: Collection[str]) -> dict[str, NamedInvoice]:
    told_apart = {one: _OF_ENTITY.match(one) for one in documents}
    numbers = {found["number"] if found else one for one, found in told_apart.items()}
    if not numbers:
        return {}
    by_number: dict[str, list[InvoiceRow]] = {}
    for row in await uow.session.scalars(select(InvoiceRow).where(InvoiceRow.number.in_(sorted(numbers)))):
        by_number.setdefault(row.number, []).append(row)
    named: dict[str, NamedInvoice] = {}
    for document, found in told_apart.items():
        rows = by_number.get(found["number"] if found else document, [])
        fitting = [row for row in rows if found is None or str(row.entity_id) == found["entity"]]
        if len(fitting) == 1:
            row = fitting[0]
            named[document] = NamedInvoice(row.account_id, row.number, row.due, money(row.open_balance, row.currency))
    return named


async def _credits(uow: UnitOfWork, numbers: Collection[str]) -> dict[str, Money]:
    if not numbers:
        return {}
    rows = await uow.session.scalars(select(CreditNoteRow).where(CreditNoteRow.number.in_(sorted(numbers))))
    return {row.number: money(row.open_balance, row.currency) for row in rows}


async def _payments(uow: UnitOfWork, external_ids: Collection[str]) -> dict[str, PaymentId]:
    if not external_ids:
        return {}
    rows = await uow.session.execute(
        select(PaymentRow.external_id, PaymentRow.id).where(PaymentRow.external_id.in_(sorted(external_ids)))
    )
    return {external: PaymentId(row_id) for external, row_id in rows}


async def habits_of_payer(uow: UnitOfWork, payment: PaymentSummary) -> tuple[HabitShown, ...]:
    """What stands of what people taught about this payment's payer, or by this payment; newest first."""
    keys = payer_keys(
        IncomingPayment(
            payment_id=payment.external_id,
            received_on=payment.received_on,
            amount=payment.amount,
            payer_name=payment.payer_name,
            payer_account=payment.payer_account,
        )
    )
    of_this = select(MatchProposalRow.id).where(MatchProposalRow.payment_id == payment.payment_id)
    rows = await uow.session.execute(
        select(PayerHabitRow, AccountRow.name)
        .join(AccountRow, AccountRow.id == PayerHabitRow.account_id)
        .where(
            PayerHabitRow.removed_at.is_(None),
            or_(PayerHabitRow.payer_key.in_([key[:200] for key in keys]), PayerHabitRow.proposal_id.in_(of_this)),
        )
        .order_by(PayerHabitRow.taught_at.desc(), PayerHabitRow.id.desc())
        .limit(_MOST_HABITS)
    )
    return tuple(shown_habit(row, name) for row, name in rows)
