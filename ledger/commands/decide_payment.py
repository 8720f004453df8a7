"""What a person decides about a payment: a candidate or another allocation, none, or to take a posting back."""

import re
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select, update

from core.errors import InvalidInput, NotFound
from core.ids import OrgId, PaymentId
from ledger.commands.cash_landed import cash_landed
from ledger.commands.compensate import Author, Effects
from ledger.commands.opened_payment import (
    OpenedPayment,
    decide,
    decided,
    fresh_proposal,
    note_decision,
    open_payment,
    require_reason,
)
from ledger.commands.payment_proposals import give_account, note_posting, open_payment_item, settle_item
from ledger.commands.post_cash import Documents, lock_for_posting, post_parts
from ledger.commands.take_back_cash import take_back_posting
from ledger.commands.teach_payer import teach_payer
from ledger.model.cash import CannotPost, CashDecider, PaymentDecided, PostedPart, ProposalStatus
from ledger.model.errors import AlreadyDecided
from ledger.store.cash_locks import next_numbers
from ledger.store.proposal_codec import parts_out, posted_in
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cash import MatchProposalRow, PayerHabitRow, RemittanceAdviceRow
from ledger.store.tables.money import CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Parts that one person states; a list of more is a remittance advice.
MOST_PARTS = 2_000
#: What is posted is undone first, and what is ignored is brought back first.
_NOT_TO_POST = (ProposalStatus.APPLIED.value, ProposalStatus.IGNORED.value)
_OF_ENTITY = re.compile(r"^(?P<number>.{1,120}) \((?P<entity>[0-9a-f-]{36})\)$")


async def confirm_match(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    payment_id: PaymentId,
    by: CashDecider,
    *,
    candidate: int | None = None,
    parts: Sequence[PostedPart] = (),
) -> PaymentDecided:
    """Posts candidate number `candidate` (from 0), or the `parts` that the person states; teaches the payer's habits.

    Raises:
        NotFound: no such payment, or a document that is none of ours.
        StaleVersion, AlreadyDecided: it changed since it was read, or is posted or ignored.
        InvalidInput: no such candidate, or neither a candidate nor parts.
        CannotPost: the parts do not add up, or a document lacks the balance; nothing was changed.
    """
    async with uows(org_id) as uow:
        opened = await open_payment(uow, payment_id, by)
        if opened.status in _NOT_TO_POST:
            raise AlreadyDecided(payment_id, opened.status)
        chosen = _chosen(opened, candidate, parts)
        documents = await _documents(uow, opened.payment, chosen)
        locked = await lock_for_posting(uow, opened.payment, chosen, documents)
        await uow.session.refresh(opened.payment)
        numbers = await next_numbers(uow, payment_id)
        waiting = opened.suggested
        author = Author(by.name, by.now, f"match:{payment_id}:{numbers.attempt - (waiting is not None)}")
        effects = await post_parts(uow, opened.payment, chosen, documents, locked, author)
        row = waiting or await fresh_proposal(uow, opened.payment, now=by.now)
        customers = {
            *(locked.invoices[one].account_id for one in documents.invoices.values()),
            *documents.accounts.values(),
        }
        await give_account(uow, opened.payment, effects, sorted(customers))
        row.parts, row.effects = parts_out(chosen), effects.as_json()
        row.explanation = _explanation(opened, candidate, by)
        decide(row, by, ProposalStatus.APPLIED, "")
        uow.session.add(row)
        await uow.session.flush()
        await note_posting(uow, opened.payment, row, actor=by.name, now=by.now)
        await teach_payer(
            uow, opened.payment, row, chosen, [locked.invoices[i] for i in documents.invoices.values()], by
        )
        await cash_landed(uow, [UUID(one) for one in effects.accounts], cause=f"{row.id}:{row.version}", now=by.now)
        return decided(row)


async def reject_match(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, by: CashDecider, *, reason: str
) -> PaymentDecided:
    """None of the candidates: the money stays unapplied, and is not proposed again by itself.

    Raises:
        NotFound, StaleVersion, AlreadyDecided, InvalidInput: nothing was changed.
    """
    require_reason(reason, "say why: a rejection without a reason teaches nothing")
    async with uows(org_id) as uow:
        opened = await open_payment(uow, payment_id, by)
        row = opened.suggested
        if row is None:
            raise AlreadyDecided(payment_id, opened.status)
        decide(row, by, ProposalStatus.REJECTED, reason)
        await uow.session.flush()
        await settle_item(uow, row, by=by.name, words=f"rejected: {reason}", now=by.now)
        await note_decision(uow, opened.payment, row, "payment_rejected", f"no proposal fits: {reason}", by)
        return decided(row)


async def undo_match(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, by: CashDecider, *, reason: str
) -> PaymentDecided:
    """Takes a posting back: compensating rows reopen what it closed, and a person places the money anew.

    Every balance is what it was before; the timeline keeps both. What the posting taught is forgotten.

    Raises:
        NotFound, StaleVersion, AlreadyDecided, InvalidInput: nothing was changed.
        CannotUndo: something later rests on it.
    """
    require_reason(reason, "say why it is taken back")
    async with uows(org_id) as uow:
        opened = await open_payment(uow, payment_id, by)
        row = opened.proposal
        if row is None or opened.status != ProposalStatus.APPLIED.value:
            raise AlreadyDecided(payment_id, opened.status)
        effects = Effects.of(row.effects)
        author = Author(by.name, by.now, f"undo:{payment_id}:{row.attempt}:{row.version}")
        await take_back_posting(uow, opened.payment, effects, author)
        for one in effects.advices:
            (await uow.session.get_one(RemittanceAdviceRow, UUID(one), with_for_update=True)).used_by = None
        decide(row, by, ProposalStatus.UNDONE, reason)
        await uow.session.flush()
        await _forget(uow, row, by)
        held = f"{by.name} took the posting back: {reason}"
        again = await fresh_proposal(uow, opened.payment, now=by.now, like=row, held_because=held)
        uow.session.add(again)
        await uow.session.flush()
        await open_payment_item(uow, opened.payment, again, now=by.now)
        for account in effects.accounts:
            words = f"taken back: {reason}"
            await note_decision(uow, opened.payment, row, "payment_undone", words, by, account=UUID(account))
        await cash_landed(uow, [UUID(one) for one in effects.accounts], cause=f"{row.id}:{row.version}", now=by.now)
        return replace(decided(row), version=again.version)


async def decided_before(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_id: PaymentId, by: CashDecider
) -> PaymentDecided | None:
    """The same decision that this person made with this key, where the answer was lost."""
    if not by.key:
        return None
    async with uows(org_id) as uow:
        row = (
            await uow.session.scalars(
                select(MatchProposalRow).where(
                    MatchProposalRow.payment_id == payment_id,
                    MatchProposalRow.decided_by == by.name,
                    MatchProposalRow.decided_key == by.key,
                )
            )
        ).first()
        if row is None:
            return None
        return replace(decided(row), version=(await next_numbers(uow, payment_id)).version - 1)


def _chosen(opened: OpenedPayment, candidate: int | None, parts: Sequence[PostedPart]) -> tuple[PostedPart, ...]:
    if (candidate is None) == (not parts):
        raise InvalidInput("name one of the candidates, or state the parts: one of the two")
    if candidate is None:
        if len(parts) > MOST_PARTS:
            raise InvalidInput(f"at most {MOST_PARTS:,} parts are taken at once")
        return tuple(parts)
    candidates = [] if opened.proposal is None else opened.proposal.candidates
    if not 0 <= candidate < len(candidates):
        raise InvalidInput(f"there is no candidate {candidate}: there are {len(candidates)}, counted from 0")
    return posted_in(candidates[candidate]["parts"])


async def _documents(uow: UnitOfWork, payment: PaymentRow, parts: Sequence[PostedPart]) -> Documents:
    """Ids of the documents that the parts name, within this organisation.

    Raises:
        NotFound: one is none of ours.
        InvalidInput: two entities use the number, and the part does not say which is meant.
    """
    invoices, credits, payments, accounts = {}, {}, {}, {}
    for part in parts:
        match part.kind:
            case "credit":
                credits[part.document] = await _one(
                    uow, select(CreditNoteRow.id).where(CreditNoteRow.number == part.document), "credit note", part
                )
            case "on_account":
                accounts[part.document] = await _one(
                    uow, select(AccountRow.id).where(AccountRow.external_id == part.document), "customer", part
                )
            case "reversal" | "duplicate":
                payments[part.document] = await _one(
                    uow, select(PaymentRow.id).where(PaymentRow.external_id == part.document), "payment", part
                )
            case "unidentified":
                raise CannotPost("this candidate only says that nobody could tell: state what the money is for")
            case _:
                invoices[part.document] = await _invoice(uow, part)
    if any(one == payment.id for one in payments.values()):
        raise InvalidInput("a payment is no document of itself")
    return Documents(invoices, credits, payments, accounts)


async def _invoice(uow: UnitOfWork, part: PostedPart) -> UUID:
    told_apart = _OF_ENTITY.match(part.document)
    number = told_apart["number"] if told_apart else part.document
    found = select(InvoiceRow.id).where(InvoiceRow.number == number)
    if told_apart:
        found = found.where(InvoiceRow.entity_id == UUID(told_apart["entity"]))
    rows = list(await uow.session.scalars(found.limit(2)))
    if len(rows) > 1:
        raise InvalidInput(f"two entities use the number {number}: write it as `{number} (entity id)`")
    if not rows:
        raise NotFound("invoice", part.document)
    return rows[0]


async def _one(uow: UnitOfWork, found, what: str, part: PostedPart) -> UUID:  # type: ignore[no-untyped-def]
    row_id: UUID | None = await uow.session.scalar(found)
    if row_id is None:
        raise NotFound(what, part.document)
    return row_id


def _explanation(opened: OpenedPayment, candidate: int | None, by: CashDecider) -> str:
    if candidate is None or opened.proposal is None:
        return f"Stated by {by.name}."
    reasons = " ".join(opened.proposal.candidates[candidate]["reasons"])
    return f"{reasons} Confirmed by {by.name}."


async def _forget(uow: UnitOfWork, row: MatchProposalRow, by: CashDecider) -> None:
    """What a posting taught does not outlive it."""
    await uow.session.execute(
        update(PayerHabitRow)
        .where(PayerHabitRow.proposal_id == row.id, PayerHabitRow.removed_at.is_(None))
        .values(removed_at=by.now, removed_by=f"{by.name} (posting undone)")
        .execution_options(synchronize_session=False)
    )
