"""Where payments stand, as conditions that indexes answer: by the newest proposal, or by what waits for a person."""

from sqlalchemy import ColumnElement, CompoundSelect, Uuid, and_, cast, exists, not_, or_, select, union
from sqlalchemy.orm import aliased

from ledger.model.cash import ProposalStatus
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.money import PaymentRow

#: Money that nobody looked at yet is looked for among the newest only: Duly takes it up within minutes, and a look
#: at everything that ever stayed unapplied would cost every page.
_NEWEST = 500
_LATER = aliased(MatchProposalRow)
#: What Duly writes on a proposal that it replaces by another one (migration 0011 has them in an index).
_REPLACED_WORDS = ("looked at again", "looked at again, and posted")


def newest_is(status: ProposalStatus, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The payment's newest proposal stands so, and fits the conditions on it."""
    later = exists().where(
        _LATER.payment_id == MatchProposalRow.payment_id, _LATER.attempt > MatchProposalRow.attempt
    )
    found = select(MatchProposalRow.payment_id).where(MatchProposalRow.status == status.value, *conditions)
    # What is posted or before a person is always the newest, so that nothing later has to be looked for.
    is_open = status in (ProposalStatus.APPLIED, ProposalStatus.SUGGESTED)
    return PaymentRow.id.in_(found if is_open else found.where(not_(later)))


def rejected() -> ColumnElement[bool]:
    """The payment's newest proposal was rejected, by a person or by money that took it back.

    Nearly every rejected proposal was only replaced by a later one. Those are left out by an index, before anybody
    looks whether there is a later one.
    """
    not_replaced = or_(MatchProposalRow.decided_by != "duly", MatchProposalRow.decided_words.not_in(_REPLACED_WORDS))
    return newest_is(ProposalStatus.REJECTED, not_replaced)


def was_ever(status: ProposalStatus) -> ColumnElement[bool]:
    """Some proposal of the payment stands so, whatever came after it."""
    return PaymentRow.id.in_(select(MatchProposalRow.payment_id).where(MatchProposalRow.status == status.value))


def waits_for_a_person() -> ColumnElement[bool]:
    """Before a person, which every open review item says; or new, and not looked at yet."""
    return and_(PaymentRow.is_waiting, PaymentRow.id.in_(_before_a_person_or_new()))


def set_aside() -> ColumnElement[bool]:
    """A person said that no candidate fits; what Duly itself took off the list has another proposal since."""
    by_a_person = MatchProposalRow.decided_by != "duly"
    return and_(PaymentRow.is_waiting, newest_is(ProposalStatus.REJECTED, by_a_person))


def ignored() -> ColumnElement[bool]:
    """A person said that it is none of the customers' money."""
    return and_(PaymentRow.is_waiting, newest_is(ProposalStatus.IGNORED, MatchProposalRow.decided_by != "duly"))


def _before_a_person_or_new() -> CompoundSelect[tuple[object]]:
    asked = select(cast(ReviewItemRow.facts["payment_id"].astext, Uuid)).where(
        ReviewItemRow.kind == "payment", ReviewItemRow.state == "open"
    )
    newest = (
        select(PaymentRow.id, PaymentRow.amount, PaymentRow.unapplied)
        .where(PaymentRow.is_waiting)
        .order_by(PaymentRow.received_on.desc(), PaymentRow.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    new = select(newest.c.id).where(
        newest.c.amount > 0,
        newest.c.unapplied == newest.c.amount,
        not_(exists().where(MatchProposalRow.payment_id == newest.c.id)),
    )
    return union(asked, new)
