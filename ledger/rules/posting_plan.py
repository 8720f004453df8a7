"""From the parts of a payment to the rows that post it: what pays what, what is taken back, what stays open."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core.money import Money, total
from ledger.model.cash import CannotPost, PostedPart
from ledger.model.match import MatchPart, PartKind
from ledger.model.signal import DisputeReason

#: Parts that lower an invoice without money, and the kind of adjustment that each is.
ADJUSTMENTS = {
    "discount": "discount",
    "fee": "bank_fee",
    "withholding_tax": "withholding_tax",
    "write_off": "write_off",
}
#: Parts that add up to the payment.
_MONEY = frozenset({"invoice", "credit", "on_account", "reversal", "duplicate"})
#: Money that stays on the payment, unapplied.
_STAYS = frozenset({"on_account", "duplicate"})


class SourceKind(StrEnum):
    """Where money for an invoice, or for money that left, comes from."""

    PAYMENT = "payment"
    CREDIT = "credit"
    #: An earlier payment that is taken back.
    EARLIER = "earlier"
    #: Unapplied cash of a customer.
    ON_ACCOUNT = "on_account"


@dataclass(frozen=True, slots=True)
class Source:
    """One source with what is left of it; `document` is a credit note's number, a payment's or a customer's id."""

    kind: SourceKind
    document: str
    left: Money


@dataclass(frozen=True, slots=True)
class PlannedUse:
    """Money of one source on one invoice; without an invoice it pays out the payment itself, which is negative."""

    source: SourceKind
    document: str
    invoice: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OnInvoice:
    """An adjustment of, or an open deduction from, one invoice."""

    kind: str
    invoice: str
    amount: Money
    #: Of a deduction that stays open, where a person stated it.
    reason: DisputeReason | None = None


@dataclass(frozen=True, slots=True)
class PostingPlan:
    """All that posting a payment writes. What no use takes of the payment stays unapplied."""

    uses: tuple[PlannedUse, ...]
    adjustments: tuple[OnInvoice, ...]
    disputes: tuple[OnInvoice, ...]
    #: Earlier payments that it takes back, by their outside id.
    reversed: tuple[str, ...]
    #: Customers whose money it is where it is on account.
    holders: tuple[str, ...]


def posted_parts(parts: Sequence[MatchPart]) -> tuple[PostedPart, ...]:
    """A candidate's parts as they are posted."""
    return tuple(PostedPart(part.kind.value, part.document, part.amount) for part in parts)


def plan_posting(amount: Money, parts: Sequence[PostedPart], linked: Mapping[str, str]) -> PostingPlan:
    """The plan for a payment of `amount`. `linked` says which invoice a credit note is about, where it is known.

    Raises:
        CannotPost: the parts do not add up to the payment, are in another currency, or have the wrong sign.
    """
    _check(amount, parts)
    zero = Money.zero(amount.currency)
    sources = list(_sources(amount, parts))
    wanted = [(part.document, part.amount) for part in parts if part.kind == PartKind.INVOICE]
    if amount < zero:
        wanted.append(("", -amount))
    uses = _pair_linked(sources, wanted, linked)
    uses += _pair_rest(sources, wanted)
    if any(left > zero for _, left in wanted):
        raise CannotPost("the parts take more than the payment and what it takes back")
    stays = total([part.amount for part in parts if part.kind in _STAYS and part.amount > zero], amount.currency)
    if any(one.left > zero and one.kind is not SourceKind.PAYMENT for one in sources) or (
        total([one.left for one in sources], amount.currency) != stays
    ):
        raise CannotPost("the parts leave money over that nothing takes")
    holders = [part.document for part in parts if part.kind == PartKind.ON_ACCOUNT]
    return PostingPlan(
        uses=tuple(uses),
        adjustments=tuple(
            OnInvoice(ADJUSTMENTS[part.kind], part.document, part.amount)
            for part in parts
            if part.kind in ADJUSTMENTS
        ),
        disputes=tuple(
            OnInvoice(part.kind, part.document, part.amount, part.reason)
            for part in parts
            if part.kind == PartKind.SHORT_PAY
        ),
        reversed=tuple(part.document for part in parts if part.kind == PartKind.REVERSAL),
        holders=tuple(dict.fromkeys(holders)),
    )


def _check(amount: Money, parts: Sequence[PostedPart]) -> None:
    if any(part.amount.currency != amount.currency for part in parts):
        raise CannotPost("a payment is posted in its own currency only")
    known = _MONEY | ADJUSTMENTS.keys() | {PartKind.SHORT_PAY.value}
    strange = [part.kind for part in parts if part.kind not in known]
    if strange:
        raise CannotPost(f"{strange[0]} is nothing that can be posted")
    stated = total([part.amount for part in parts if part.kind in _MONEY], amount.currency)
    if stated != amount:
        raise CannotPost(f"the parts add up to {stated}, the payment is {amount}")
    zero = Money.zero(amount.currency)
    for part in parts:
        negative = part.kind in (PartKind.CREDIT, PartKind.REVERSAL)
        either = part.kind == PartKind.ON_ACCOUNT
        if not part.amount or (not either and (part.amount < zero) is not negative):
            raise CannotPost(f"{part.amount} is no amount for {part.kind.replace('_', ' ')} {part.document}")
        if part.reason is not None and part.kind != PartKind.SHORT_PAY:
            raise CannotPost(f"only a short pay has a reason, not the {part.kind.replace('_', ' ')} {part.document}")
    if amount < zero and any(part.kind == PartKind.DUPLICATE for part in parts):
        raise CannotPost("money that left repeats no payment")


def _sources(amount: Money, parts: Sequence[PostedPart]) -> Iterator[Source]:
    zero = Money.zero(amount.currency)
    if amount > zero:
        yield Source(SourceKind.PAYMENT, "", amount)
    for part in parts:
        if part.kind == PartKind.CREDIT:
            yield Source(SourceKind.CREDIT, part.document, -part.amount)
        elif part.kind == PartKind.REVERSAL:
            yield Source(SourceKind.EARLIER, part.document, -part.amount)
        elif part.kind == PartKind.ON_ACCOUNT and part.amount < zero:
            yield Source(SourceKind.ON_ACCOUNT, part.document, -part.amount)


def _pair_linked(
    sources: list[Source], wanted: list[tuple[str, Money]], linked: Mapping[str, str]
) -> list[PlannedUse]:
    """A credit note pays the invoice that it is about first."""
    uses: list[PlannedUse] = []
    for place, source in enumerate(sources):
        about = linked.get(source.document) if source.kind is SourceKind.CREDIT else None
        for goal, (invoice, left) in enumerate(wanted):
            if about and invoice == about and left:
                uses.append(_take(sources, wanted, place, goal))
    return [use for use in uses if use.amount]


def _pair_rest(sources: list[Source], wanted: list[tuple[str, Money]]) -> list[PlannedUse]:
    """Everything but the payment first, from the document named last: the payment's rest is what stays unapplied."""
    uses: list[PlannedUse] = []
    order = sorted(range(len(sources)), key=lambda place: sources[place].kind is SourceKind.PAYMENT)
    for place in order:
        for goal in range(len(wanted) - 1, -1, -1):
            uses.append(_take(sources, wanted, place, goal))
    return [use for use in uses if use.amount]


def _take(sources: list[Source], wanted: list[tuple[str, Money]], place: int, goal: int) -> PlannedUse:
    source, (invoice, left) = sources[place], wanted[goal]
    taken = min(source.left, left)
    sources[place] = replace(source, left=source.left - taken)
    wanted[goal] = (invoice, left - taken)
    return PlannedUse(source.kind, source.document, invoice, taken)
