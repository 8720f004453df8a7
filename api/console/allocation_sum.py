"""What the form of an allocation adds up to, and what is wrong with it, in words at the field. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from api.console.allocation_form import AllocationForm, TypedLine
from core.currency import exponent
from core.money import Money, plain
from ledger.model.cash import PostedPart
from ledger.queries.open_documents import OpenDocument

_UNTYPED = TypedLine()


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """One document with the amount that its field holds, and what is wrong with that; `wrong` is empty where nothing
    is. `money` is the amount, where it is one."""

    document: OpenDocument
    ticked: bool
    amount: str
    money: Money | None = None
    wrong: str = ""
    #: The amount is the page's own: the person left it as it was.
    is_filled: bool = False
    #: It is, and it is another than the page had shown.
    is_changed: bool = False


@dataclass(frozen=True, slots=True)
class Allocation:
    """What the form adds up to. `left` is what no ticked line takes; below zero, they take too much."""

    lines: tuple[AllocationLine, ...]
    ticked: Money
    left: Money
    on_account: bool
    rest_wrong: str = ""

    @property
    def wrong(self) -> tuple[str, ...]:
        """All that is wrong, in words."""
        named = [f"{line.document.number}: {line.wrong}" for line in self.lines if line.wrong]
        return (*named, *((self.rest_wrong,) if self.rest_wrong else ()))

    @property
    def changed(self) -> tuple[str, ...]:
        """Numbers of ticked documents whose amount is another than the person saw."""
        return tuple(line.document.number for line in self.lines if line.ticked and line.is_changed)

    def parts(self, customer: str) -> tuple[PostedPart, ...]:
        """The parts as they are posted; what is left is on account of `customer`, by the accounting system's id."""
        stated = [_part(line) for line in self.lines if line.ticked]
        rest = [PostedPart("on_account", customer, self.left)] if self.left else []
        return (*stated, *rest)


def _part(line: AllocationLine) -> PostedPart:
    assert line.money is not None, "what is wrong is not posted"
    if line.document.is_credit:
        return PostedPart("credit", line.document.document, -line.money)
    return PostedPart("invoice", line.document.document, line.money)


def work_out(paid: Money, documents: Sequence[OpenDocument], form: AllocationForm) -> Allocation:
    """The form's amounts with what they leave; `documents` holds credit notes first, for what they add is there for
    the invoices. What the person did not touch is cut to what is left, in order."""
    lines = {one.document_id: _read(one, form.lines.get(one.document_id, _UNTYPED)) for one in documents}
    left = paid - _taken(lines.values(), paid.currency)
    for one in documents:
        line = lines[one.document_id]
        if line.money is None and not line.wrong:
            amount = _room(one, paid, left)
            lines[one.document_id] = _filled(line, form.lines.get(one.document_id, _UNTYPED), amount)
            left = left - _signed(one, amount) if line.ticked else left
    done = tuple(lines[one.document_id] for one in documents)
    return _checked(Allocation(done, paid - left, left, form.on_account), paid)


def _read(document: OpenDocument, typed: TypedLine) -> AllocationLine:
    """The line as it was typed; without money where the amount was left to the page."""
    line = AllocationLine(document, typed.ticked, typed.amount)
    if not typed.ticked or not typed.is_touched:
        return line
    try:
        amount = Money.of(typed.amount, document.open_balance.currency)
    except ValueError:
        return replace(line, wrong="write an amount like 1250.00, without grouping")
    return replace(line, money=amount, wrong=_wrong_amount(amount, document))


def _wrong_amount(amount: Money, document: OpenDocument) -> str:
    if amount <= Money.zero(amount.currency):
        return "write more than nothing, or untick it"
    if amount > document.open_balance:
        return f"only {document.open_balance} is open"
    decimals = -int(amount.amount.normalize().as_tuple().exponent)
    if decimals > exponent(amount.currency) and amount != document.open_balance:
        return f"{amount.currency} has fewer decimals"
    return ""


def _taken(lines: Iterable[AllocationLine], currency: str) -> Money:
    """What the lines take of the payment."""
    taken = Money.zero(currency)
    for line in lines:
        if line.ticked and line.money is not None:
            taken = taken + _signed(line.document, line.money)
    return taken


def _signed(document: OpenDocument, amount: Money) -> Money:
    """What an amount on it takes of the payment: a credit note adds to it."""
    return -amount if document.is_credit else amount


def _room(document: OpenDocument, paid: Money, left: Money) -> Money:
    """What the page puts there: the open balance, cut to what is left; credit notes add to money that came in."""
    zero = Money.zero(paid.currency)
    if document.is_credit and paid > zero:
        return document.open_balance
    room = -left if document.is_credit else left
    return min(document.open_balance, max(room, zero))


def _filled(line: AllocationLine, typed: TypedLine, amount: Money) -> AllocationLine:
    """The line with the page's own amount."""
    text = plain(amount.amount, amount.currency)
    if not line.ticked:
        return replace(line, amount=text, is_filled=True)
    wrong = "" if amount else "nothing is left for it: untick it, or lower another amount"
    changed = text != typed.shown
    return replace(line, amount=text, money=amount, wrong=wrong, is_filled=True, is_changed=changed)


def _checked(allocation: Allocation, paid: Money) -> Allocation:
    """With words at the field where the whole does not add up; where an amount is none, that is said alone."""
    if any(line.wrong for line in allocation.lines):
        return allocation
    zero = Money.zero(paid.currency)
    credits = [line for line in allocation.lines if line.money is not None and line.document.is_credit]
    invoices = [line for line in allocation.lines if line.money is not None and not line.document.is_credit]
    over = -_taken(credits, paid.currency) - _taken(invoices, paid.currency)
    if paid > zero and allocation.left < zero:
        return _mark(allocation, invoices, f"{-allocation.left} more than the payment has")
    if paid > zero and over > zero:
        return _mark(allocation, credits, f"a credit note pays invoices: tick invoices of {over} more")
    if paid < zero and allocation.left > zero:
        return _mark(allocation, credits, f"{allocation.left} more than was paid out")
    if allocation.left and not allocation.on_account:
        return replace(allocation, rest_wrong=_rest_words(allocation.left))
    return allocation


def _rest_words(left: Money) -> str:
    if left > Money.zero(left.currency):
        return f"{left} is left: leave it on account, or tick more"
    return f"{-left} is not explained: take it from what is on account, or tick more"


def _mark(allocation: Allocation, lines: Sequence[AllocationLine], words: str) -> Allocation:
    """The last of the lines says what is wrong."""
    marked = tuple(replace(line, wrong=words) if line is lines[-1] else line for line in allocation.lines)
    return replace(allocation, lines=marked)
