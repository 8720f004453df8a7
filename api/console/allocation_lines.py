"""One document of an allocation: amount and deduction as its fields hold them, and what is wrong with them. Pure."""

from dataclasses import dataclass, replace

from api.console.allocation_form import TypedLine
from api.console.deductions import Deduction
from core.currency import exponent
from core.money import Money, plain
from ledger.queries.open_documents import OpenDocument


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
    #: It is, and it is another than the page had shown; the same of what is deducted.
    is_changed: bool = False
    #: Which deduction it is, what its field holds, and what is wrong with that.
    why: Deduction | None = None
    less: str = ""
    deducted: Money | None = None
    wrong_less: str = ""
    is_less_filled: bool = False


def read_line(document: OpenDocument, typed: TypedLine) -> AllocationLine:
    """The line as it was typed; without money where the amount was left to the page.

    Of a document that is not ticked nothing counts, but what was typed is kept.
    """
    why = None if document.is_credit else typed.why
    line = AllocationLine(document, typed.ticked, typed.amount, why=why, less=typed.less)
    if not typed.ticked:
        return line
    if typed.is_less_touched and not document.is_credit:
        deducted, wrong = _read_amount(typed.less, document, otherwise="empty the field")
        line = replace(line, deducted=deducted, wrong_less=wrong if why else "choose what is deducted for")
    if typed.is_touched:
        money, wrong = _read_amount(typed.amount, document, otherwise="untick it")
        line = replace(line, money=money, wrong=wrong)
    return line


def with_deduction(line: AllocationLine, typed: TypedLine) -> AllocationLine:
    """Once its amount is known: a deduction that the person left to the page is what the invoice still lacks."""
    if not line.ticked or line.money is None or line.wrong or line.wrong_less:
        return line
    lacking = line.document.open_balance - line.money
    if line.deducted is not None:
        fits = line.deducted <= lacking
        return line if fits else replace(line, wrong_less=f"only {lacking} is open beside the amount")
    if line.why is None:
        return replace(line, less="")
    if not lacking:
        return replace(line, less="", wrong_less="nothing is lacking: lower the amount, or choose no deduction")
    text = plain(lacking.amount, lacking.currency)
    is_changed = line.is_changed or text != typed.less_shown
    return replace(line, less=text, deducted=lacking, is_less_filled=True, is_changed=is_changed)


def _read_amount(text: str, document: OpenDocument, *, otherwise: str) -> tuple[Money | None, str]:
    """The amount, and what is wrong with it; `otherwise` is what to do where none is meant."""
    try:
        amount = Money.of(text, document.open_balance.currency)
    except ValueError:
        return None, "write an amount like 1250.00, without grouping"
    return amount, _wrong_amount(amount, document, otherwise)


def _wrong_amount(amount: Money, document: OpenDocument, otherwise: str) -> str:
    if amount <= Money.zero(amount.currency):
        return f"write more than nothing, or {otherwise}"
    if amount > document.open_balance:
        return f"only {document.open_balance} is open"
    decimals = -int(amount.amount.normalize().as_tuple().exponent)
    if decimals > exponent(amount.currency) and amount != document.open_balance:
        return f"{amount.currency} has fewer decimals"
    return ""
