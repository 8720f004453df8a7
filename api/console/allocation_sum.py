"""What the form of an allocation adds up to, and what is wrong with it, in words at the field. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from api.console.allocation_form import AllocationForm, TypedLine
from api.console.allocation_lines import AllocationLine, read_line, with_deduction
from core.money import Money, plain, total
from ledger.model.cash import PostedPart
from ledger.queries.open_documents import OpenDocument

_UNTYPED = TypedLine()


@dataclass(frozen=True, slots=True)
class Allocation:
    """What the form adds up to. `left` is what no ticked line takes; below zero, they take too much."""

    lines: tuple[AllocationLine, ...]
    ticked: Money
    left: Money
    on_account: bool
    rest_wrong: str = ""

    @property
    def deducted(self) -> Money:
        """What the ticked invoices lack besides, and the form says why."""
        found = [line.deducted for line in self.lines if line.ticked and line.deducted is not None]
        return total(found, self.left.currency)

    @property
    def wrong(self) -> tuple[str, ...]:
        """All that is wrong, in words."""
        named = [
            f"{line.document.number}: {one}" for line in self.lines for one in (line.wrong, line.wrong_less) if one
        ]
        return (*named, *((self.rest_wrong,) if self.rest_wrong else ()))

    @property
    def changed(self) -> tuple[str, ...]:
        """Numbers of ticked documents whose amount is another than the person saw."""
        return tuple(line.document.number for line in self.lines if line.ticked and line.is_changed)

    def parts(self, customer: str) -> tuple[PostedPart, ...]:
        """The parts as they are posted; what is left is on account of `customer`, by the accounting system's id."""
        stated = [part for line in self.lines if line.ticked for part in _parts(line)]
        rest = [PostedPart("on_account", customer, self.left)] if self.left else []
        return (*stated, *rest)


def _parts(line: AllocationLine) -> Iterator[PostedPart]:
    assert line.money is not None, "what is wrong is not posted"
    document = line.document.document
    if line.document.is_credit:
        yield PostedPart("credit", document, -line.money)
        return
    yield PostedPart("invoice", document, line.money)
    if line.deducted is not None and line.why is not None:
        yield PostedPart(line.why.kind, document, line.deducted, line.why.reason)


def work_out(paid: Money, documents: Sequence[OpenDocument], form: AllocationForm) -> Allocation:
    """The form's amounts with what they leave; `documents` holds credit notes first, for what they add is there for
    the invoices. What the person did not touch is cut to what is left, in order."""
    lines = {one.document_id: read_line(one, form.lines.get(one.document_id, _UNTYPED)) for one in documents}
    left = paid - _taken(lines.values(), paid.currency)
    for one in documents:
        line = lines[one.document_id]
        if line.money is None and not line.wrong:
            amount = _room(one, paid, left, line.deducted)
            lines[one.document_id] = _filled(line, form.lines.get(one.document_id, _UNTYPED), amount)
            left = left - _signed(one, amount) if line.ticked else left
    done = tuple(
        with_deduction(lines[one.document_id], form.lines.get(one.document_id, _UNTYPED)) for one in documents
    )
    return _checked(Allocation(done, paid - left, left, form.on_account), paid)


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


def _room(document: OpenDocument, paid: Money, left: Money, deducted: Money | None) -> Money:
    """What the page puts there: the open balance less what is deducted, cut to what is left; credit notes add to
    money that came in."""
    zero = Money.zero(paid.currency)
    if document.is_credit and paid > zero:
        return document.open_balance
    room = -left if document.is_credit else left
    open_balance = document.open_balance if deducted is None else document.open_balance - deducted
    return min(open_balance, max(room, zero))


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
    if any(line.wrong or line.wrong_less for line in allocation.lines):
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
