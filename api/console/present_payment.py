"""View models of one payment: the bank line, the ways to apply it, what was done, and what its payer taught. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from api.console.customer_names import customers_named_in, with_names
from api.console.display_text import ShownText, bounded, visible
from api.console.payment_words import (
    UNLIKELY,
    confidence_words,
    flag_words,
    habit_words,
    leaves_words,
    method_words,
    part_words,
    standing_words,
)
from api.console.present_payments import names_something, payer_shown, standing_of
from api.console.words import sentence
from core.money import Money
from ledger.model.cash import PostedPart
from ledger.model.match import MatchCandidate, MatchPart, PartKind
from ledger.queries.payment_context import NamedCustomer, NamedDocuments
from ledger.queries.payments import HabitShown, PaymentDetail, ProposalShown

#: Lines of one candidate; how many more there are is said.
MOST_PARTS = 100
_MOST_CUSTOMERS = 10
#: How every line of a statement came, which says nothing.
_OF_A_STATEMENT = "bank"
_ON_INVOICES = frozenset(
    {PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE, PartKind.SHORT_PAY, PartKind.WITHHOLDING_TAX}
)
#: Where a payment stands that a person may still place.
_PLACEABLE = ("waiting", "untouched", "set_aside", "outside")
#: What a person said of a payment that stands so.
_SAID = {"set_aside": "said that none fits", "ignored": "said that it is none of the customers' money"}
_MOST_REASONS = 20
_LONGEST_REASON = 600
_LONGEST_NAME = 200
_LONGEST_REFERENCE = 4_000


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part: what it does, to which document, and what is open on that now."""

    words: str
    document: str
    amount: Money
    open_now: Money | None
    due: date | None
    href: str


@dataclass(frozen=True, slots=True)
class LeavesLine:
    """What applying leaves behind: `amount`, `words`, `document` read as one sentence."""

    amount: Money
    words: str
    document: str


@dataclass(frozen=True, slots=True)
class CandidateCard:
    """One way to apply the payment. `refused` says why it cannot be applied as it stands; empty where it can.

    `confidence` is empty, and there are no lines, where all that it says is that nobody could tell.
    """

    number: int
    confidence: str
    tone: str
    customers: tuple[NamedCustomer, ...]
    more_customers: int
    lines: tuple[PartLine, ...]
    more_lines: int
    leaves: tuple[LeavesLine, ...]
    reasons: tuple[str, ...]
    refused: str


@dataclass(frozen=True, slots=True)
class PastProposal:
    """What became of an earlier proposal."""

    at: datetime
    words: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class HabitLine:
    """One habit in words: `before`, the payer, `after`, then the customer."""

    habit_id: UUID
    before: str
    payer: str
    after: str
    customer: str
    account_id: UUID
    amount: Money | None
    percent: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PostedShown:
    """What was posted, by whom, and why."""

    lines: tuple[PartLine, ...]
    more_lines: int
    reasons: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class PaymentShown:
    """One payment, whole. `origin` are labels and values of the bank line."""

    payment_id: UUID
    version: int
    payer: str
    amount: Money
    unapplied: Money
    received_on: date
    account_id: UUID | None
    customer: str
    code: str
    standing: str
    tone: str
    flags: tuple[str, ...]
    held: str
    origin: tuple[tuple[str, str], ...]
    reference: ShownText
    candidates: tuple[CandidateCard, ...]
    posted: PostedShown | None
    past: tuple[PastProposal, ...]
    habits: tuple[HabitLine, ...]
    #: The first candidate that can be applied and is not unlikely: the button that stands out, and the key `a`.
    best: int | None
    may_place: bool
    may_undo: bool


def shown_parts(detail: PaymentDetail) -> tuple[MatchPart | PostedPart, ...]:
    """The parts that the page shows: what their documents are has to be looked up."""
    if not detail.proposals:
        return ()
    newest = detail.proposals[0]
    parts: list[MatchPart | PostedPart] = list(newest.parts[:MOST_PARTS])
    for candidate in newest.candidates:
        parts += _ordered(candidate.parts)[:MOST_PARTS]
    return tuple(parts)


def shown_customers(detail: PaymentDetail) -> tuple[str, ...]:
    """Customers that the candidates and the reasons name, by the accounting system's id."""
    if not detail.proposals:
        return ()
    newest = detail.proposals[0]
    whose = [one for candidate in newest.candidates for one in candidate.customer_ids[:_MOST_CUSTOMERS]]
    reasons = [reason for candidate in newest.candidates for reason in candidate.reasons[:_MOST_REASONS]]
    return (*whose, *sorted(customers_named_in([newest.explanation, *reasons])))


def present_payment(detail: PaymentDetail, named: NamedDocuments, habits: Sequence[HabitShown]) -> PaymentShown:
    """The payment in words."""
    summary = detail.summary
    newest = detail.proposals[0] if detail.proposals else None
    candidates = () if newest is None else newest.candidates
    explained = any(map(names_something, candidates))
    code = standing_of(
        "" if newest is None else newest.status, summary.amount, summary.unapplied, explained=explained
    )
    words, tone = standing_words(code)
    may_place = code in _PLACEABLE and summary.unapplied == summary.amount
    cards = tuple(_card(place, one, named) for place, one in enumerate(candidates)) if may_place else ()
    return PaymentShown(
        payment_id=summary.payment_id,
        version=summary.version,
        payer=payer_shown(summary.payer_name, summary.payer_account),
        amount=summary.amount,
        unapplied=summary.unapplied,
        received_on=summary.received_on,
        account_id=summary.account_id,
        customer=visible(summary.customer[:_LONGEST_NAME]),
        code=code,
        standing=words,
        tone=tone,
        flags=tuple(flag_words(flag) for flag in summary.flags),
        held=_held(newest, code),
        origin=_origin(detail),
        reference=bounded(summary.reference, _LONGEST_REFERENCE),
        candidates=cards,
        posted=_posted(newest, named),
        past=tuple(_past(one) for one in detail.proposals if one.decided_at is not None),
        habits=tuple(_habit(one) for one in habits),
        best=next((card.number for card in cards if not card.refused and card.tone != UNLIKELY), None),
        may_place=may_place,
        may_undo=code == "applied",
    )


def _held(newest: ProposalShown | None, code: str) -> str:
    if newest is None or code not in (*_PLACEABLE, "ignored"):
        return ""
    if code in _SAID:
        words = f"{newest.decided_by} {_SAID[code]}: {newest.decided_words}"
        return visible(sentence(words[:_LONGEST_REASON]))
    return visible(sentence(newest.held_because[:_LONGEST_REASON]))


def _origin(detail: PaymentDetail) -> tuple[tuple[str, str], ...]:
    summary = detail.summary
    file = detail.source_file
    if file and detail.line_number is not None:
        file = f"{file[:_LONGEST_NAME]}, line {detail.line_number:,}"
    lines = (
        ("Payer", summary.payer_name),
        ("Payer's account", summary.payer_account),
        ("Came by", method_words(detail.method) if detail.method not in ("", _OF_A_STATEMENT) else ""),
        ("Bank's own id", detail.bank_id),
        ("Statement", file),
        ("Our number", summary.external_id),
    )
    return tuple((label, visible(value[:_LONGEST_NAME])) for label, value in lines if value.strip())


def _ordered(parts: Sequence[MatchPart]) -> list[MatchPart]:
    """As proposed; of a list that is cut, what is taken off or left open comes first, so that it is seen."""
    return sorted(parts, key=lambda part: part.kind is PartKind.INVOICE and len(parts) > MOST_PARTS)


def _card(place: int, candidate: MatchCandidate, named: NamedDocuments) -> CandidateCard:
    words, tone = confidence_words(candidate.confidence) if names_something(candidate) else ("", "")
    customers = [named.customers[one] for one in candidate.customer_ids[:_MOST_CUSTOMERS] if one in named.customers]
    parts = _ordered(candidate.parts)
    return CandidateCard(
        number=place,
        confidence=words,
        tone=tone,
        customers=tuple(NamedCustomer(one.account_id, visible(one.name[:_LONGEST_NAME])) for one in customers),
        more_customers=max(0, len(candidate.customer_ids) - _MOST_CUSTOMERS),
        lines=tuple(_line(part, named) for part in parts[:MOST_PARTS] if part.kind is not PartKind.UNIDENTIFIED),
        more_lines=max(0, len(parts) - MOST_PARTS),
        leaves=tuple(_leaves(part, named) for part in parts[:MOST_PARTS] if leaves_words(part.kind.value)),
        reasons=tuple(
            visible(sentence(with_names(one, named.customers)[:_LONGEST_REASON]))
            for one in candidate.reasons[:_MOST_REASONS]
        ),
        refused=_refused(parts[:MOST_PARTS], named),
    )


def _line(part: MatchPart | PostedPart, named: NamedDocuments) -> PartLine:
    kind = str(part.kind)
    invoice = named.invoices.get(part.document) if kind not in ("on_account", "credit") else None
    open_now = invoice.open_balance if invoice else None
    if kind == "credit":
        open_now = named.credits.get(part.document)
    return PartLine(
        words=part_words(kind),
        document=_document(part, named),
        amount=part.amount,
        open_now=open_now,
        due=invoice.due if invoice else None,
        href=_href(part, named),
    )


def _document(part: MatchPart | PostedPart, named: NamedDocuments) -> str:
    if part.kind == "on_account" and part.document in named.customers:
        return visible(named.customers[part.document].name[:_LONGEST_NAME])
    return visible(part.document[:_LONGEST_NAME])


def _href(part: MatchPart | PostedPart, named: NamedDocuments) -> str:
    """Where its document is shown: an earlier payment has a page, an invoice stands on its customer's."""
    if part.kind in ("reversal", "duplicate") and part.document in named.payments:
        return f"/payments/{named.payments[part.document]}"
    if part.kind == "on_account" and part.document in named.customers:
        return f"/accounts/{named.customers[part.document].account_id}"
    if part.document in named.invoices:
        return f"/accounts/{named.invoices[part.document].account_id}"
    return ""


def _leaves(part: MatchPart, named: NamedDocuments) -> LeavesLine:
    return LeavesLine(
        amount=_unsigned(part.amount), words=leaves_words(part.kind.value), document=_document(part, named)
    )


def _unsigned(value: Money) -> Money:
    """Without the sign that a reversal carries: the sentence says which way it goes."""
    return -value if value < Money.zero(value.currency) else value


def _refused(parts: Sequence[MatchPart], named: NamedDocuments) -> str:
    """Why the ledger would refuse it, as far as that can be seen before."""
    if any(part.kind is PartKind.UNIDENTIFIED for part in parts):
        return "Nobody could tell what this money is for, so there is nothing to apply."
    for part in parts:
        invoice = named.invoices.get(part.document)
        if invoice is not None and invoice.open_balance.currency != part.amount.currency:
            return (
                f"{visible(invoice.number)} is in {invoice.open_balance.currency} and the payment in "
                f"{part.amount.currency}. Duly never converts: apply it in your accounting system."
            )
    overdrawn = _overdrawn(parts, named)
    return (
        f"{overdrawn} has less open now than this would take: it was paid otherwise meanwhile." if overdrawn else ""
    )


def _overdrawn(parts: Sequence[MatchPart], named: NamedDocuments) -> str:
    """The first invoice that lacks the balance. What is taken back first opens invoices again: not looked at."""
    if any(part.kind is PartKind.REVERSAL for part in parts):
        return ""
    taken: dict[str, Money] = {}
    for part in parts:
        if part.document in named.invoices and part.kind in _ON_INVOICES:
            taken[part.document] = taken.get(part.document, Money.zero(part.amount.currency)) + part.amount
    short = (one for one, amount in taken.items() if amount > named.invoices[one].open_balance)
    return visible(next(short, ""))


def _posted(newest: ProposalShown | None, named: NamedDocuments) -> PostedShown | None:
    if newest is None or newest.status != "applied":
        return None
    return PostedShown(
        lines=tuple(_line(part, named) for part in newest.parts[:MOST_PARTS]),
        more_lines=max(0, len(newest.parts) - MOST_PARTS),
        reasons=visible(with_names(newest.explanation, named.customers)[: _LONGEST_REASON * 3]),
        by=visible(newest.decided_by[:_LONGEST_NAME]) or "Duly",
        at=newest.decided_at or newest.created_at,
    )


def _past(one: ProposalShown) -> PastProposal:
    assert one.decided_at is not None, "only what was decided is past"
    words, _ = standing_words(one.status)
    return PastProposal(
        at=one.decided_at,
        words=words,
        by=visible(one.decided_by[:_LONGEST_NAME]),
        why=visible(one.decided_words[:_LONGEST_REASON]),
    )


def _habit(one: HabitShown) -> HabitLine:
    before, after = habit_words(one.kind)
    return HabitLine(
        habit_id=one.habit_id,
        before=before,
        payer=visible(one.shown[:_LONGEST_NAME]),
        after=after,
        customer=visible(one.customer[:_LONGEST_NAME]),
        account_id=one.account_id,
        amount=one.amount,
        percent="" if one.rate is None else f"{(one.rate * 100).normalize():f} %",
        by=visible(one.taught_by[:_LONGEST_NAME]),
        at=one.taught_at,
    )
