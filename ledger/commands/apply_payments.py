"""Applies payments: what is sure is posted, everything else goes before a person with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from core.errors import NotFound
from core.ids import OrgId, PaymentId
from ledger.commands.cash_landed import cash_landed
from ledger.commands.collector_pause import collector_paused
from ledger.commands.compensate import Author
from ledger.commands.payment_oddities import crosses_entities, flags_for
from ledger.commands.payment_proposals import give_account, note_posting, open_payment_item, proposal_row, supersede
from ledger.commands.post_cash import Documents, documents_of, lock_for_posting, post_parts
from ledger.commands.propose_payments import BATCH, book_for
from ledger.model.cash import CannotPost, CashToMatch, PaymentDecided, ProposalStatus
from ledger.model.match import MatchCandidate, MatchProposal, MatchStatus, PartKind
from ledger.rules.competing_cash import competing_with
from ledger.rules.loaded_book import LoadedBook
from ledger.rules.matching.assignment import yielding
from ledger.rules.matching.propose import propose
from ledger.rules.matching.used_advice import used_advice
from ledger.rules.posting_plan import posted_parts
from ledger.store.cash_locks import LockedDocuments, Numbers, claim_payment, next_numbers, open_proposal
from ledger.store.mapping import money
from ledger.store.match_book import payments_to_match
from ledger.store.proposal_codec import candidate_out, parts_out
from ledger.store.tables.cash import MatchProposalRow, RemittanceAdviceRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: Other postings may change a balance between the proposal and the locks; then it is proposed anew.
_MOST_TRIES = 3
#: Of money that came, and of money that left.
_ANOTHER_ENTITY = (
    "the money came to another entity of yours than the one that issued the invoice",
    "the money left another entity of yours than the one that it came to, or that issued the document",
)
_BUSY = "its documents changed while it was worked on"


@dataclass(frozen=True, slots=True)
class Weighed:
    """A payment's proposal with the book that it was made on."""

    cash: CashToMatch
    book: LoadedBook
    proposal: MatchProposal
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a payment takes beside others that wait, and which rows of the ledger its documents are."""

    proposal: MatchProposal
    documents: Documents


@dataclass(frozen=True, slots=True)
class InTurn:
    """A payment whose turn comes, with what it takes beside the others where that is not what it takes alone."""

    payment_id: PaymentId
    assigned: Assigned | None = None


async def apply_payments(
    uows: UnitOfWorkFactory, org_id: OrgId, payment_ids: Sequence[PaymentId], *, now: datetime
) -> tuple[PaymentDecided, ...]:
    """Proposes and posts, one transaction a payment, in the order of work; twice is once.

    Several are first assigned together, so that one that could take another invoice as well leaves the one to the
    payment that needs it. What is posted, or before a person, or applied in the ERP, is left as it is and not
    returned.

    Raises:
        NotFound: no such payment in this organisation.
    """
    async with uows(org_id) as uow:
        cash = await payments_to_match(uow, payment_ids)
    missing = set(payment_ids) - {one.payment_id for one in cash}
    if missing:
        raise NotFound("payment", min(missing))
    done = []
    for start in range(0, len(cash), BATCH):
        for turn in await _turns(uows, org_id, cash[start : start + BATCH], later=cash[start + BATCH :]):
            decided = await apply_in_turn(uows, org_id, turn, now=now)
            if decided is not None:
                done.append(decided)
    return tuple(done)


async def turns_of(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    payment_ids: Sequence[PaymentId],
    *,
    later: Sequence[PaymentId] = (),
) -> tuple[InTurn, ...]:
    """These payments in the order of work, assigned together; without those that the organisation does not have.

    Of no more than `BATCH`, so that what was assigned does not lie long. Those of `later` ones that may want the same
    documents are assigned with them, and get theirs in their own turn.
    """
    async with uows(org_id) as uow:
        cash = await payments_to_match(uow, payment_ids)
        behind = await payments_to_match(uow, later) if later else ()
    return await _turns(uows, org_id, cash, later=behind)


async def apply_in_turn(
    uows: UnitOfWorkFactory, org_id: OrgId, turn: InTurn, *, now: datetime, again: bool = False
) -> PaymentDecided | None:
    """Proposes and posts one payment, in a transaction of its own; None where it is left as it is. Twice is once.

    `again` looks anew at one that is before a person.
    """
    async with uows(org_id) as uow:
        return await apply_payment(uow, turn.payment_id, now=now, again=again, assigned=turn.assigned)


async def _turns(
    uows: UnitOfWorkFactory, org_id: OrgId, cash: Sequence[CashToMatch], *, later: Sequence[CashToMatch]
) -> tuple[InTurn, ...]:
    beside = competing_with(cash, later, most=BATCH)
    assigned = await _assigned(uows, org_id, [*cash, *beside])
    return tuple(InTurn(one.payment_id, assigned.get(one.payment.payment_id)) for one in cash)


async def _assigned(uows: UnitOfWorkFactory, org_id: OrgId, cash: Sequence[CashToMatch]) -> dict[str, Assigned]:
    """By payment id, for those that leave to another of these what they would take alone."""
    if len(cash) < 2:
        # The usual case needs no further look.
        return {}
    with collector_paused():
        async with uows(org_id) as uow:
            waiting = set(await uow.session.scalars(_nothing_applied([one.payment_id for one in cash])))
            cash = [one for one in cash if one.payment_id in waiting]
            if len(cash) < 2:
                return {}
            book = await book_for(uow, cash)
        found = yielding([one.payment for one in cash], book, book.remittances)
        return {
            payment_id: Assigned(proposal, documents_of(book, proposal.best.parts))
            for payment_id, proposal in found.items()
            if proposal.best is not None
        }


def _nothing_applied(payment_ids: Sequence[PaymentId]) -> Select[UUID]:
    return select(PaymentRow.id).where(PaymentRow.id.in_(payment_ids), PaymentRow.unapplied == PaymentRow.amount)


async def apply_payment(
    uow: UnitOfWork,
    payment_id: PaymentId,
    *,
    now: datetime,
    again: bool = False,
    assigned: Assigned | None = None,
) -> PaymentDecided | None:
    """One payment, inside the caller's transaction. `again` looks anew at one that is before a person.

    `assigned` is what it takes beside others that wait, as long as that is still open.
    """
    await claim_payment(uow, payment_id)
    payment = await uow.session.get_one(PaymentRow, payment_id, populate_existing=True)
    numbers = await next_numbers(uow, payment_id)
    before = None if numbers.is_first else await open_proposal(uow, payment_id)
    if payment.unapplied != payment.amount or (
        before is not None and not (again and before.status == ProposalStatus.SUGGESTED.value)
    ):
        return None
    for _ in range(_MOST_TRIES):
        weighed = await _weigh(uow, payment_id, assigned, numbers)
        if weighed.proposal.status is MatchStatus.SUGGESTED:
            break
        best = weighed.proposal.best
        assert best is not None, "what is applied has a candidate"
        documents = documents_of(weighed.book, best.parts)
        locked = await lock_for_posting(uow, payment, posted_parts(best.parts), documents)
        if _unchanged(weighed.book, documents, locked):
            try:
                return await _post(uow, payment, weighed, best, documents, locked, before, numbers, now)
            except CannotPost as error:
                weighed = _held(weighed, str(error))
                break
    else:
        weighed = _held(weighed, _BUSY)
    return await _suggest(uow, payment, weighed, before, numbers, now)


def _held(weighed: Weighed, why: str) -> Weighed:
    proposal = replace(weighed.proposal, status=MatchStatus.SUGGESTED, held_because=why)
    return replace(weighed, proposal=proposal)


async def _weigh(uow: UnitOfWork, payment_id: PaymentId, assigned: Assigned | None, numbers: Numbers) -> Weighed:
    (cash,) = await payments_to_match(uow, [payment_id])
    book = await book_for(uow, [cash])
    proposal = propose(cash.payment, book, book.remittances)
    if assigned is not None and _still_holds(assigned, book):
        proposal = assigned.proposal
    weighed = Weighed(cash, book, proposal, ())
    best = weighed.proposal.best
    flags = await flags_for(uow, cash, book)
    weighed = replace(weighed, flags=tuple(flag.kind.value for flag in flags))
    if weighed.proposal.status is MatchStatus.SUGGESTED or best is None:
        return weighed
    if flags:
        return _held(weighed, "; ".join(flag.words for flag in flags))
    if await crosses_entities(uow, cash, book, best.parts):
        return _held(weighed, _ANOTHER_ENTITY[cash.payment.amount.amount < 0])
    if not numbers.is_first and await _refused_before(uow, payment_id, best):
        return _held(weighed, "a person undid or refused this before")
    return weighed


def _still_holds(assigned: Assigned, book: LoadedBook) -> bool:
    """The numbers mean the same rows (two entities may use one), and what is taken of them is still open."""
    best = assigned.proposal.best
    return (
        best is not None and documents_of(book, best.parts) == assigned.documents and book.can_take(assigned.proposal)
    )


async def _refused_before(uow: UnitOfWork, payment_id: PaymentId, best: MatchCandidate) -> bool:
    rows = await uow.session.scalars(
        select(MatchProposalRow).where(
            MatchProposalRow.payment_id == payment_id,
            MatchProposalRow.status.in_(("undone", "rejected")),
            MatchProposalRow.decided_by != "duly",
        )
    )
    mine = _key(parts_out(best.parts))
    return any(_key(row.parts or (row.candidates[0]["parts"] if row.candidates else [])) == mine for row in rows)


def _key(parts: Sequence[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((part["kind"], part["document"], part["amount"]) for part in parts)


def _unchanged(book: LoadedBook, documents: Documents, locked: LockedDocuments) -> bool:
    """Whether the balances are still those that the proposal was made on."""
    for number, invoice_id in documents.invoices.items():
        row, read = locked.invoices.get(invoice_id), book.invoice_row(number)
        if row is None or read is None or money(row.open_balance, row.currency) != read.document.open_balance:
            return False
    for number, credit_id in documents.credits.items():
        credit = locked.credits.get(credit_id)
        if credit is None or money(credit.open_balance, credit.currency) != (
            book.credit_rows[number].document.open_balance
        ):
            return False
    return True


async def _post(
    uow: UnitOfWork,
    payment: PaymentRow,
    weighed: Weighed,
    best: MatchCandidate,
    documents: Documents,
    locked: LockedDocuments,
    before: MatchProposalRow | None,
    numbers: Numbers,
    now: datetime,
) -> PaymentDecided:
    by = Author("duly", now, f"match:{payment.id}:{numbers.attempt}")
    parts = posted_parts(best.parts)
    async with uow.session.begin_nested():
        effects = await post_parts(uow, payment, parts, documents, locked, by)
    await supersede(uow, before, now=now, words="looked at again, and posted")
    effects.advices = await _use_advice(uow, weighed, best, payment.id)
    await give_account(uow, payment, effects, _customers(weighed.book, best))
    row = _row(payment, weighed, await _numbers_after(uow, payment, before, numbers), ProposalStatus.APPLIED, now)
    row.parts, row.explanation, row.effects = parts_out(parts), " ".join(best.reasons), effects.as_json()
    row.decided_by, row.decided_at = "duly", now
    uow.session.add(row)
    await uow.session.flush()
    await note_posting(uow, payment, row, actor="duly", now=now)
    await cash_landed(uow, [UUID(one) for one in effects.accounts], cause=str(row.id), now=now)
    return PaymentDecided(PaymentId(payment.id), row.id, ProposalStatus.APPLIED, row.version)


async def _use_advice(uow: UnitOfWork, weighed: Weighed, best: MatchCandidate, payment_id: UUID) -> list[str]:
    """The advice that explains this payment explains no other one."""
    book = weighed.book
    advice = used_advice(weighed.cash.payment, best, book, book.remittances)
    if advice is None:
        return []
    row = await uow.session.get_one(RemittanceAdviceRow, book.advice_ids[advice], with_for_update=True)
    if row.used_by is not None:
        return []
    row.used_by = payment_id
    return [str(row.id)]


def _customers(book: LoadedBook, best: MatchCandidate) -> list[UUID]:
    return [account for one in best.customer_ids if (account := book.account_id(one)) is not None]


async def _suggest(
    uow: UnitOfWork,
    payment: PaymentRow,
    weighed: Weighed,
    before: MatchProposalRow | None,
    numbers: Numbers,
    now: datetime,
) -> PaymentDecided | None:
    fresh = [candidate_out(candidate) for candidate in weighed.proposal.candidates]
    if before is not None and before.candidates == fresh and before.held_because == weighed.proposal.held_because:
        return None
    await supersede(uow, before, now=now, words="looked at again")
    row = _row(payment, weighed, await _numbers_after(uow, payment, before, numbers), ProposalStatus.SUGGESTED, now)
    uow.session.add(row)
    await uow.session.flush()
    if _worth_a_look(weighed):
        await open_payment_item(uow, payment, row, now=now)
    return PaymentDecided(PaymentId(payment.id), row.id, ProposalStatus.SUGGESTED, row.version)


async def _numbers_after(
    uow: UnitOfWork, payment: PaymentRow, before: MatchProposalRow | None, numbers: Numbers
) -> Numbers:
    """Superseding a proposal makes a version."""
    return numbers if before is None else await next_numbers(uow, payment.id)


def _worth_a_look(weighed: Weighed) -> bool:
    """Money that left and that nothing of ours explains is most likely the seller's own spending."""
    explained = any(
        part.kind is not PartKind.UNIDENTIFIED for one in weighed.proposal.candidates for part in one.parts
    )
    return weighed.cash.payment.amount.amount > 0 or explained


def _row(
    payment: PaymentRow, weighed: Weighed, numbers: Numbers, status: ProposalStatus, now: datetime
) -> MatchProposalRow:
    return proposal_row(
        payment,
        numbers,
        status,
        now=now,
        candidates=[candidate_out(candidate) for candidate in weighed.proposal.candidates],
        held_because=weighed.proposal.held_because,
        flags=weighed.flags,
    )
