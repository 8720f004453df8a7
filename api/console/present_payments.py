"""View models of the list of payments. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.console.customer_names import customers_named_in, with_names
from api.console.display_text import visible
from api.console.payment_words import confidence_words, flag_words, part_words, standing_words
from api.console.words import sentence
from core.money import Money
from ledger.model.match import MatchCandidate, MatchPart, PartKind
from ledger.queries.payment_context import NamedCustomer
from ledger.queries.payment_list import MOST_COUNTED, PaymentLine, PaymentShelf

_SHELVES = {
    PaymentShelf.WAITING: "Waiting",
    PaymentShelf.APPLIED: "Applied",
    PaymentShelf.UNDONE: "Undone",
    PaymentShelf.SET_ASIDE: "None fits",
    PaymentShelf.IGNORED: "Ignored",
    PaymentShelf.ALL: "All",
}
_LONGEST_NAME = 120
_LONGEST_LINE = 300
#: Documents and customers that one line names.
_FEW = 3
#: What a candidate does besides paying invoices.
_BESIDES = {
    PartKind.DISCOUNT: "less a discount",
    PartKind.FEE: "less a fee",
    PartKind.SHORT_PAY: "with a short pay",
    PartKind.CREDIT: "with a credit note",
    PartKind.ON_ACCOUNT: "the rest on account",
}


@dataclass(frozen=True, slots=True)
class ShelfTab:
    """One tab of the list; `count` is empty where nobody counts."""

    code: str
    words: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True)
class PaymentRowShown:
    """One payment of the list: who, how much, where it would go or went, and why it waits."""

    payment_id: UUID
    payer: str
    customer: str
    standing: str
    tone: str
    flags: tuple[str, ...]
    amount: Money
    received_on: date
    best: str
    others: int
    why: str


def counted(count: int) -> str:
    """A count as the console writes it, up to where it is counted."""
    return f"{count:,}" if count < MOST_COUNTED else f"{MOST_COUNTED - 1:,}+"


def present_shelves(current: PaymentShelf, *, waiting: int, set_aside: int) -> tuple[ShelfTab, ...]:
    """The tabs; that of payments which no candidate fits only where there are some."""
    counts = {PaymentShelf.WAITING: counted(waiting), PaymentShelf.SET_ASIDE: counted(set_aside)}
    return tuple(
        ShelfTab(shelf.value, words, counts.get(shelf, ""), shelf is current)
        for shelf, words in _SHELVES.items()
        if shelf is not PaymentShelf.SET_ASIDE or set_aside or shelf is current
    )


def present_row(line: PaymentLine, customers: Mapping[str, NamedCustomer]) -> PaymentRowShown:
    """One payment in words. `customers` are those of `customers_of_row`."""
    code = standing(line)
    words, tone = standing_words(code)
    waits = code in ("waiting", "set_aside")
    named = [one for one in line.candidates if names_something(one)]
    return PaymentRowShown(
        payment_id=line.payment_id,
        payer=payer_shown(line.payer_name, line.payer_account),
        customer=visible(line.customer[:_LONGEST_NAME]),
        standing=words,
        tone=tone,
        flags=tuple(flag_words(flag) for flag in line.flags) if waits else (),
        amount=line.amount,
        received_on=line.received_on,
        best=_best(named[0], customers) if waits and named else "",
        others=max(0, len(named) - 1) if waits else 0,
        why=visible(sentence(with_names(_why(line, code), customers)[:_LONGEST_LINE])),
    )


def customers_of_row(line: PaymentLine) -> set[str]:
    """Customers that the row names, by the accounting system's id."""
    return {one for candidate in line.candidates for one in candidate.customer_ids} | customers_named_in(
        [line.explanation]
    )


def _why(line: PaymentLine, code: str) -> str:
    """Why it was applied, or set aside, or ignored, or waits."""
    match code:
        case "applied":
            return line.explanation
        case "set_aside" | "ignored":
            return f"{line.decided_by}: {line.decided_words}"
        case _:
            return line.held_because


def standing(line: PaymentLine) -> str:
    """Where the payment stands, as `payment_words.standing_words` knows it."""
    return standing_of(line.status, line.amount, line.unapplied, explained=any(map(names_something, line.candidates)))


def names_something(candidate: MatchCandidate) -> bool:
    """Whether it says more than that nobody could tell."""
    return any(part.kind is not PartKind.UNIDENTIFIED for part in candidate.parts)


def standing_of(status: str, amount: Money, unapplied: Money, *, explained: bool) -> str:
    """The same, from its parts. `explained`: some candidate names a customer's document."""
    match status:
        case "":
            return "untouched" if unapplied == amount else "elsewhere"
        case "suggested":
            is_outside = amount < Money.zero(amount.currency) and not explained
            return "outside" if is_outside else "waiting"
        case "rejected":
            return "set_aside" if unapplied else "rejected"
        case "ignored":
            return "ignored" if unapplied else "elsewhere"
        case _:
            return status


def payer_shown(name: str, account: str) -> str:
    """Who paid, as the bank wrote it."""
    return visible(" ".join((name or account).split())[:_LONGEST_NAME]) or "An unknown payer"


def _best(candidate: MatchCandidate, customers: Mapping[str, NamedCustomer]) -> str:
    """`Likely: INV-1, INV-2 and 3 more of Brightwater Kitchens Ltd, less a fee`."""
    words, _ = confidence_words(candidate.confidence)
    names = [visible(customers[one].name[:_LONGEST_NAME]) for one in candidate.customer_ids if one in customers]
    kinds = {part.kind for part in candidate.parts}
    besides = [said for kind, said in _BESIDES.items() if PartKind.INVOICE in kinds and kind in kinds]
    owner = f" of {_some(names)}" if names else ""
    return f"{words}: {', '.join([_target(candidate.parts) + owner, *besides])}"


def _target(parts: tuple[MatchPart, ...]) -> str:
    invoices = [visible(part.document[:_LONGEST_NAME]) for part in parts if part.kind is PartKind.INVOICE]
    if invoices:
        return _some(list(dict.fromkeys(invoices)))
    money_parts = [part for part in parts if part.kind is not PartKind.SHORT_PAY]
    if not money_parts:
        return ""
    first = money_parts[0]
    words = part_words(first.kind.value)
    return "on account" if first.kind is PartKind.ON_ACCOUNT else f"{words.lower()} {visible(first.document[:80])}"


def _some(names: list[str]) -> str:
    more = len(names) - _FEW
    return f"{', '.join(names[:_FEW])} and {more} more" if more > 0 else ", ".join(names)
