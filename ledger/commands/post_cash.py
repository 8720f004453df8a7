"""Writes a posting into the ledger, inside a command's transaction.

The database's triggers move the balances and refuse what does not fit.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select

from core.ids import new_id
from core.money import Money
from ledger.commands.compensate import Author, Effects, compensate, standing_of, withdraw_disputes
from ledger.commands.payment_proposals import settle_item
from ledger.model.cash import CannotPost, PostedPart
from ledger.model.match import MatchPart
from ledger.model.signal import DisputeReason
from ledger.rules.loaded_book import LoadedBook
from ledger.rules.posting_plan import OnInvoice, PlannedUse, PostingPlan, SourceKind, plan_posting
from ledger.rules.short_pay import short_pay_reason
from ledger.store.cash_locks import LockedDocuments, lock_documents, open_proposal
from ledger.store.mapping import money
from ledger.store.tables.cash import CashOffsetRow, MatchProposalRow
from ledger.store.tables.history import DisputeRow
from ledger.store.tables.money import AdjustmentRow, AllocationRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWork

_ADJUSTMENT_REASONS = {
    "discount": "early-payment discount taken",
    "bank_fee": "bank or processor fee taken from the payment",
    "withholding_tax": "tax withheld by the payer",
    "write_off": "written off with the payment",
}
_LONGEST_QUOTE = 500


@dataclass(frozen=True, slots=True)
class Documents:
    """Ids of what the parts name. `payments` are earlier ones, by their outside id; `accounts` by the ERP's."""

    invoices: Mapping[str, UUID]
    credits: Mapping[str, UUID]
    payments: Mapping[str, UUID]
    accounts: Mapping[str, UUID]


def documents_of(book: LoadedBook, parts: Sequence[MatchPart]) -> Documents:
    """Ids of what the parts name."""
    named = {part.document for part in parts}
    return Documents(
        invoices={number: row.invoice_id for number in named if (row := book.invoice_row(number)) is not None},
        credits={number: book.credit_rows[number].credit_note_id for number in named if number in book.credit_rows},
        payments={one: book.payment_ids[one] for one in named if one in book.payment_ids},
        accounts={one: account for one in named if (account := book.account_id(one)) is not None},
    )


async def lock_for_posting(
    uow: UnitOfWork, payment: PaymentRow, parts: Sequence[PostedPart], documents: Documents
) -> LockedDocuments:
    """Locks every document that the posting touches, also those that it takes back through an earlier payment."""
    taken_back = [documents.payments[part.document] for part in parts if part.kind == "reversal"]
    invoices = {documents.invoices[part.document] for part in parts if part.document in documents.invoices}
    credits = {documents.credits[part.document] for part in parts if part.kind == "credit"}
    payments = {payment.id, *taken_back}
    for earlier in taken_back:
        for row in await standing_of(uow, earlier):
            invoices.add(row.invoice_id)
            if row.credit_note_id is not None:
                credits.add(row.credit_note_id)
    for part in parts:
        if part.kind == "on_account" and part.amount < Money.zero(part.amount.currency):
            payments |= set(await _unapplied_of(uow, documents.accounts[part.document], part.amount.currency))
    return await lock_documents(uow, invoices=invoices, credits=credits, payments=payments)


async def post_parts(
    uow: UnitOfWork,
    payment: PaymentRow,
    parts: Sequence[PostedPart],
    documents: Documents,
    locked: LockedDocuments,
    by: Author,
) -> Effects:
    """Writes the posting; every document must be locked.

    Raises:
        CannotPost: the parts do not add up, a document lacks the balance, or an earlier payment is gone already.
    """
    amount = money(payment.amount, payment.currency)
    linked = {
        number: locked.credits[row_id].invoice_number
        for number, row_id in documents.credits.items()
        if row_id in locked.credits
    }
    plan = plan_posting(amount, parts, linked)
    if payment.unapplied != payment.amount:
        raise CannotPost(f"payment {payment.external_id} is applied already, in whole or in part")
    effects = Effects(account_before="" if payment.account_id is None else str(payment.account_id))
    writer = _Writer(uow, payment, documents, locked, by, effects)
    for earlier in plan.reversed:
        await writer.take_back(locked.payments[documents.payments[earlier]])
    _check_room(plan, parts, documents, locked)
    await writer.write(plan)
    effects.accounts = sorted(writer.accounts)
    return effects


def _check_room(
    plan: PostingPlan, parts: Sequence[PostedPart], documents: Documents, locked: LockedDocuments
) -> None:
    """Balances as the database keeps them, so that a refusal has words and not a constraint's name."""
    lowered: dict[str, Decimal] = defaultdict(Decimal)
    stays: dict[str, Decimal] = defaultdict(Decimal)
    for use in plan.uses:
        lowered[use.invoice] += use.amount.amount
    for adjustment in plan.adjustments:
        lowered[adjustment.invoice] += adjustment.amount.amount
    for dispute in plan.disputes:
        stays[dispute.invoice] += dispute.amount.amount
    for number in (lowered.keys() | stays.keys()) - {""}:
        row = locked.invoices[documents.invoices[number]]
        if lowered[number] + stays[number] > row.open_balance:
            left = money(row.open_balance, row.currency)
            raise CannotPost(f"{number} has {left} open, less than what is to be applied to it")
    for part in parts:
        if part.kind == "credit":
            credit = locked.credits[documents.credits[part.document]]
            if -part.amount.amount > credit.open_balance:
                left = money(credit.open_balance, credit.currency)
                raise CannotPost(f"credit note {part.document} has {left} open, less than what is to be taken")
            if credit.currency != part.amount.currency:
                raise CannotPost("a payment is posted in its own currency only")
        if part.document in documents.invoices:
            invoice = locked.invoices[documents.invoices[part.document]]
            if invoice.currency != part.amount.currency:
                raise CannotPost(
                    f"{part.document} is in {invoice.currency} and the payment in {part.amount.currency}: Duly never "
                    "converts"
                )


class _Writer:
    """Inserts the rows of one posting and notes their ids."""

    def __init__(
        self,
        uow: UnitOfWork,
        payment: PaymentRow,
        documents: Documents,
        locked: LockedDocuments,
        by: Author,
        effects: Effects,
    ) -> None:
        self._uow, self._payment, self._documents = uow, payment, documents
        self._locked, self._by, self._effects = locked, by, effects
        self._made = 0
        self.accounts: set[str] = set()

    async def write(self, plan: PostingPlan) -> None:
        for use in plan.uses:
            if use.invoice:
                await self._allocate(use)
            else:
                await self._pay_out(use)
        for adjustment in plan.adjustments:
            await self._adjust(adjustment)
        for dispute in plan.disputes:
            await self._dispute(dispute)
        for holder in plan.holders:
            self.accounts.add(str(self._documents.accounts[holder]))

    async def take_back(self, earlier: PaymentRow) -> None:
        """Compensates where an earlier payment went, so that all of it is unapplied again."""
        if earlier.amount <= 0:
            raise CannotPost(f"payment {earlier.external_id} did not come in, so nothing of it can be taken back")
        proposal = await open_proposal(self._uow, earlier.id)
        if proposal is not None and proposal.status == "ignored":
            proposal = None  # What is ignored is over: it stays as it is, whatever becomes of the money.
        rows = await standing_of(self._uow, earlier.id)
        await compensate(self._uow, rows, self._by, "returned")
        for row in rows:
            self.accounts.add(str(self._locked.invoices[row.invoice_id].account_id))
        disputes = (
            [] if proposal is None else await withdraw_disputes(self._uow, Effects.of(proposal.effects).disputes)
        )
        note: dict[str, object] = {
            "payment_id": str(earlier.id),
            "proposal_id": None if proposal is None else str(proposal.id),
            "status": None if proposal is None else proposal.status,
            "allocations": [str(row.id) for row in rows],
            "disputes": disputes,
        }
        if proposal is not None:
            proposal.status = "undone" if proposal.status == "applied" else "rejected"
            proposal.version += 1
            proposal.decided_by, proposal.decided_at = self._by.actor, self._by.now
            proposal.decided_words = f"payment {self._payment.external_id} took it back"
            await settle_item(self._uow, proposal, by=self._by.actor, words=proposal.decided_words, now=self._by.now)
        self._effects.took_back.append(note)
        await self._uow.session.flush()
        await self._uow.session.refresh(earlier)
        for invoice_id in {row.invoice_id for row in rows}:
            await self._uow.session.refresh(self._locked.invoices[invoice_id])
        if earlier.unapplied != earlier.amount:
            raise CannotPost(f"payment {earlier.external_id} was paid out before")

    def _key(self) -> str:
        self._made += 1
        return f"{self._by.key}:{self._made}"

    async def _insert_allocation(self, invoice: str, amount: Money, reason: str, **source: UUID) -> None:
        invoice_id = self._documents.invoices[invoice]
        row = AllocationRow(
            id=new_id(),
            invoice_id=invoice_id,
            currency=amount.currency,
            amount=amount.amount,
            cause_key=self._key(),
            reason=reason,
            actor=self._by.actor,
            created_at=self._by.now,
            **source,
        )
        self._uow.session.add(row)
        await self._uow.session.flush()
        self._effects.allocations.append(str(row.id))
        self.accounts.add(str(self._locked.invoices[invoice_id].account_id))

    async def _allocate(self, use: PlannedUse) -> None:
        match use.source:
            case SourceKind.PAYMENT:
                await self._insert_allocation(use.invoice, use.amount, "matched", payment_id=self._payment.id)
            case SourceKind.CREDIT:
                credit = self._documents.credits[use.document]
                await self._insert_allocation(use.invoice, use.amount, "credit taken", credit_note_id=credit)
            case SourceKind.EARLIER:
                earlier = self._documents.payments[use.document]
                await self._insert_allocation(use.invoice, use.amount, "netted", payment_id=earlier)
            case SourceKind.ON_ACCOUNT:
                for payment_id, amount in self._from_account(use):
                    await self._insert_allocation(use.invoice, amount, "from the account", payment_id=payment_id)

    async def _pay_out(self, use: PlannedUse) -> None:
        match use.source:
            case SourceKind.CREDIT:
                await self._insert_offset(use.amount, credit_note_id=self._documents.credits[use.document])
                self.accounts.add(str(self._locked.credits[self._documents.credits[use.document]].account_id))
            case SourceKind.EARLIER:
                await self._insert_offset(use.amount, payment_id=self._documents.payments[use.document])
            case _:
                for payment_id, amount in self._from_account(use):
                    await self._insert_offset(amount, payment_id=payment_id)
                self.accounts.add(str(self._documents.accounts[use.document]))

    def _from_account(self, use: PlannedUse) -> list[tuple[UUID, Money]]:
        """Unapplied payments of the customer, the oldest first, up to the amount."""
        account = self._documents.accounts[use.document]
        held = [
            row
            for row in self._locked.payments.values()
            if row.account_id == account and row.id != self._payment.id and row.currency == use.amount.currency
        ]
        left, taken = use.amount, []
        for row in sorted(held, key=lambda one: (one.received_on, one.id)):
            part = min(left, money(row.unapplied, row.currency)) if row.unapplied > 0 else Money.zero(row.currency)
            if part:
                taken.append((row.id, part))
                left = left - part
        if left:
            raise CannotPost(f"customer {use.document} has {left} less on account than this takes")
        return taken

    async def _insert_offset(self, amount: Money, **source: UUID) -> None:
        row = CashOffsetRow(
            id=new_id(),
            outgoing_id=self._payment.id,
            currency=amount.currency,
            amount=amount.amount,
            cause_key=self._key(),
            actor=self._by.actor,
            created_at=self._by.now,
            **source,
        )
        self._uow.session.add(row)
        await self._uow.session.flush()
        self._effects.offsets.append(str(row.id))

    async def _adjust(self, adjustment: OnInvoice) -> None:
        row = AdjustmentRow(
            id=new_id(),
            kind=adjustment.kind,
            currency=adjustment.amount.currency,
            amount=adjustment.amount.amount,
            reason=f"{_ADJUSTMENT_REASONS[adjustment.kind]} {self._payment.external_id}",
            allowed_by=self._by.actor,
            created_at=self._by.now,
        )
        self._uow.session.add(row)
        await self._uow.session.flush()
        reason = _ADJUSTMENT_REASONS[adjustment.kind]
        await self._insert_allocation(adjustment.invoice, adjustment.amount, reason, adjustment_id=row.id)

    async def _dispute(self, dispute: OnInvoice) -> None:
        invoice = self._locked.invoices[self._documents.invoices[dispute.invoice]]
        reference = self._payment.remittance
        reason = dispute.reason or short_pay_reason(reference)
        if dispute.reason is None and reason is DisputeReason.OTHER and not reference.strip():
            reason = DisputeReason.TERMS
        # Unique by payment and place: a posting after an undone one has places of its own.
        taken = await self._uow.session.scalars(
            select(DisputeRow.position).where(DisputeRow.payment_id == self._payment.id)
        )
        row = DisputeRow(
            id=new_id(),
            account_id=invoice.account_id,
            payment_id=self._payment.id,
            position=len(list(taken)),
            quote=reference[:_LONGEST_QUOTE],
            said_at=self._by.now,
            invoice_numbers=[invoice.number],
            reason=reason.value,
            amount=dispute.amount.amount,
            currency=dispute.amount.currency,
            owner="collector",
            state="open",
        )
        self._uow.session.add(row)
        await self._uow.session.flush()
        self._effects.disputes.append(str(row.id))


async def _unapplied_of(uow: UnitOfWork, account_id: UUID, currency: str) -> list[UUID]:
    """The customer's cash on account: not applied, and not before a person."""
    suggested = exists().where(MatchProposalRow.payment_id == PaymentRow.id, MatchProposalRow.status == "suggested")
    rows = await uow.session.scalars(
        select(PaymentRow.id).where(
            PaymentRow.account_id == account_id,
            PaymentRow.currency == currency,
            PaymentRow.is_waiting,
            PaymentRow.unapplied > 0,
            ~suggested,
        )
    )
    return list(rows)
