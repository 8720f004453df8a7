"""A payment claimed for one person's decision: its newest proposal, the next one, and the timeline's word of both."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.errors import InvalidInput, NotFound
from core.ids import AccountId, PaymentId
from ledger.commands.payment_proposals import item_cause, proposal_row
from ledger.model.cash import CashDecider, PaymentDecided, ProposalStatus
from ledger.model.errors import StaleVersion
from ledger.store.cash_locks import claim_payment, next_numbers
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.money import PaymentRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class OpenedPayment:
    """A payment, claimed until the transaction ends, with its newest proposal."""

    payment: PaymentRow
    proposal: MatchProposalRow | None

    @property
    def version(self) -> int:
        return 0 if self.proposal is None else self.proposal.version

    @property
    def status(self) -> str:
        return "waiting" if self.proposal is None else self.proposal.status

    @property
    def suggested(self) -> MatchProposalRow | None:
        """The proposal that is before a person; None where none is."""
        return self.proposal if self.status == ProposalStatus.SUGGESTED.value else None


async def open_payment(uow: UnitOfWork, payment_id: PaymentId, by: CashDecider) -> OpenedPayment:
    """Claims the payment for a decision on the version that the person saw.

    Raises:
        NotFound: no such payment in this organisation.
        StaleVersion: it changed since it was read.
    """
    await claim_payment(uow, payment_id)
    payment = await uow.session.get(PaymentRow, payment_id)
    if payment is None:
        raise NotFound("payment", payment_id)
    newest = select(MatchProposalRow).where(MatchProposalRow.payment_id == payment_id)
    newest = newest.order_by(MatchProposalRow.attempt.desc()).limit(1).with_for_update()
    opened = OpenedPayment(payment, (await uow.session.scalars(newest)).first())
    if opened.version != by.version:
        raise StaleVersion(f"payment {payment_id}", by.version, opened.version)
    return opened


async def fresh_proposal(
    uow: UnitOfWork,
    payment: PaymentRow,
    *,
    now: datetime,
    like: MatchProposalRow | None = None,
    held_because: str = "",
) -> MatchProposalRow:
    """The payment's next proposal, before a person, with the candidates and flags of `like`; not added yet."""
    numbers = await next_numbers(uow, payment.id)
    return proposal_row(
        payment,
        numbers,
        ProposalStatus.SUGGESTED,
        now=now,
        candidates=() if like is None else like.candidates,
        held_because=held_because,
        flags=() if like is None else like.flags,
    )


def decide(row: MatchProposalRow, by: CashDecider, status: ProposalStatus, words: str) -> None:
    """Notes the decision on the proposal."""
    row.status, row.version = status.value, row.version + 1
    row.decided_by, row.decided_key, row.decided_at, row.decided_words = by.name, by.key, by.now, words


def decided(row: MatchProposalRow) -> PaymentDecided:
    """Where the proposal stands now."""
    return PaymentDecided(PaymentId(row.payment_id), row.id, ProposalStatus(row.status), row.version)


def require_reason(reason: str, words: str) -> None:
    """Refuses an empty reason with `words`.

    Raises:
        InvalidInput: there is none.
    """
    if not reason.strip():
        raise InvalidInput(words)


async def note_decision(
    uow: UnitOfWork,
    payment: PaymentRow,
    row: MatchProposalRow,
    kind: str,
    words: str,
    by: CashDecider,
    *,
    account: UUID | None = None,
) -> None:
    """The timeline's word of the decision: on `account`, else on the payment's customer where it has one."""
    account = account or payment.account_id
    await append_event(
        uow,
        kind=kind,
        words=f"{by.name}: payment {payment.external_id}, {words}",
        cause_key=f"{kind}:{row.id}:{row.version}:{account or ''}",
        at=by.now,
        actor=by.name,
        account_id=None if account is None else AccountId(account),
        facts={"payment_id": str(payment.id), "proposal_id": str(row.id), "item": item_cause(row)},
    )
