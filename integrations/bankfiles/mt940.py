"""MT940 statements and MT942 interim reports -> statements, with the balances checked."""

import re
from dataclasses import dataclass
from decimal import Decimal

from core.money import Money
from integrations.bankfiles.drafts import DraftLine, DraftStatement, LineLimit
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.mt940_details import Details, details_of, ns_details
from integrations.bankfiles.mt940_fields import Field, fields
from integrations.bankfiles.text import decoded
from integrations.bankfiles.words import (
    account_of,
    clean,
    currency_of,
    day_near,
    decimal_of,
    joined,
    money_of,
    said,
    short_day,
)
from integrations.ports.bank_statement import LineStatus

_BALANCE = re.compile(r"([CD])([0-9]{6})([A-Z]{3})([0-9][0-9.,]{0,20})", re.ASCII)
_FLOOR = re.compile(r"([A-Z]{3})[CD ]?[0-9]", re.ASCII)
_COUNT = re.compile(r"([0-9]{1,6})([A-Z]{3})([0-9][0-9.,]{0,20})", re.ASCII)
#: Value date, entry date, mark, letter of the currency, amount, type, references. `E` marks what is only expected.
_LINE = re.compile(
    r"(?P<value>[0-9]{6})(?P<entry>[0-9]{4}| {4})?(?P<mark>[RE]?[CD])(?P<funds>[A-Z])?\s?"
    r"(?P<amount>[0-9][0-9.,]{0,20})"
    r"(?P<type>[A-Z][A-Z0-9 ]{3})?(?P<rest>.*)",
    re.ASCII,
)
_ACCOUNT_CURRENCY = re.compile(r"(.*[0-9])([A-Z]{3})", re.ASCII)


@dataclass(slots=True)
class _Message:
    """A message as it is being read."""

    draft: DraftStatement
    is_interim: bool = False
    #: Of 90C and 90D: how many, and how much.
    counts: tuple[tuple[str, int, Money, int], ...] = ()
    #: Where `:86:` belongs: to the last line, and not to the balance after it.
    at_line: bool = False
    is_ended: bool = False


def read_mt940(content: bytes) -> list[DraftStatement]:
    """Raises:
    Fault: cut, damaged, or a balance that does not agree.
    """
    limit, drafts = LineLimit(), []
    message: _Message | None = None
    for one in fields(decoded(content)):
        if one.tag == "20":
            if message is not None:
                drafts.append(_closed(message, one.line))
            message = _Message(DraftStatement(one.line))
            continue
        if message is None:
            raise Fault(f"the field :{one.tag}: stands before any statement (:20:)", one.line)
        _take(message, one, limit)
    if message is None:
        raise Fault("it holds no statement (:20:)")
    drafts.append(_closed(message, message.draft.line_number))
    return drafts


def _take(message: _Message, one: Field, limit: LineLimit) -> None:
    draft = message.draft
    at_line, message.at_line = message.at_line, False
    match one.tag:
        case "25" | "25P":
            _once(not draft.account, one)
            draft.account = account_of(one.first)
        case "28" | "28C":
            draft.number = clean(one.first)
        case "60" | "60F" | "60M":
            _once(draft.opening is None, one)
            draft.opening = _balance(one)
            draft.currency = draft.opening.currency
        case "62" | "62F" | "62M":
            _once(draft.closing is None, one)
            draft.closing = _balance(one)
        case "34" | "34F":
            message.is_interim = True
            draft.currency = draft.currency or _floor_currency(one)
        case "90C" | "90D":
            message.counts = (*message.counts, _stated_count(one))
        case "61":
            limit.count(one.line)
            if draft.closing is not None:
                raise Fault("a transaction (:61:) after the closing balance (:62:)", one.line)
            draft.lines.append(_line(draft, one, is_interim=message.is_interim))
            message.at_line = True
        case "-":
            message.is_ended = True
        case "86" | "NS":
            if at_line:
                _add_details(draft.lines[-1], one)
                message.at_line = one.tag == "NS"
        case _:
            _only_known(one, draft)


def _only_known(one: Field, draft: DraftStatement) -> None:
    if one.tag not in ("13", "13C", "13D", "21", "28D", "64", "65"):
        draft.warn(f"the field :{one.tag}: on line {one.line:,} is not known and was left out")


def _once(is_first: bool, one: Field) -> None:
    if not is_first:
        raise Fault(f"the field :{one.tag}: stands twice in a statement", one.line)


def _closed(message: _Message, line: int) -> DraftStatement:
    draft = message.draft
    if not draft.account:
        raise Fault("the statement names no account (:25:)", draft.line_number)
    if not message.is_interim and (draft.opening is None or draft.closing is None):
        missing = "closing balance (:62F:)" if draft.opening is not None else "opening balance (:60F:)"
        raise Fault(f"it is cut off: the statement that begins on line {draft.line_number:,} has no {missing}", line)
    if message.is_interim and not draft.currency:
        raise Fault("the report names no currency (:34F:)", draft.line_number)
    # The count of credits stands last.
    if message.is_interim and not message.is_ended and not any(one[0] == "C" for one in message.counts):
        raise Fault("it is cut off: the report has neither an end (-) nor a count (:90C:)", line)
    named = _ACCOUNT_CURRENCY.fullmatch(draft.account)
    if named and named[2] == draft.currency:
        draft.account = named[1]
    _check_counts(message)
    return draft


def _check_counts(message: _Message) -> None:
    for mark, stated, amount, line in message.counts:
        moved = [one.amount for one in message.draft.lines if (one.amount.amount < 0) == (mark == "D")]
        found = sum((abs(one.amount) for one in moved), Decimal(0))
        # Lines under the floor limit are counted and not listed.
        if len(moved) > stated or (len(moved) == stated and found != amount.amount):
            raise Fault(
                f":90{mark}: counts {stated:,} entries of {amount}, but {len(moved):,} of {found} are listed", line
            )


def _balance(one: Field) -> Money:
    found = _BALANCE.fullmatch(one.first.strip())
    if not found:
        raise Fault(f"{quoted(one.first)} is no balance", one.line)
    short_day(found[2], one.line)
    amount = _amount(found[4], one.line)
    return money_of(-amount if found[1] == "D" else amount, found[3], one.line)


def _floor_currency(one: Field) -> str:
    found = _FLOOR.match(one.first.strip())
    if not found:
        raise Fault(f"{quoted(one.first)} is no floor limit", one.line)
    return currency_of(found[1], one.line)


def _stated_count(one: Field) -> tuple[str, int, Money, int]:
    found = _COUNT.fullmatch(one.first.strip())
    if not found:
        raise Fault(f"{quoted(one.first)} is no number and sum of entries", one.line)
    return one.tag[-1], int(found[1]), money_of(_amount(found[3], one.line), found[2], one.line), one.line


def _amount(text: str, line: int) -> Decimal:
    """A comma before the decimals, as the standard says; a point, where it can be nothing else."""
    if text.count(",") + text.count(".") > 1 or ("." in text and len(text.partition(".")[2]) > 2):
        raise Fault(f"the amount {quoted(text)} is not written as MT940 says (1250,00)", line)
    return decimal_of(text.replace(",", "."), line)


def _line(draft: DraftStatement, one: Field, *, is_interim: bool) -> DraftLine:
    if not draft.currency:
        raise Fault("a transaction (:61:) before the opening balance (:60F:)", one.line)
    # One bank breaks the line before the amount.
    written = one.first if not re.fullmatch(r"[0-9 ]{6,10}[RE]?[CD][A-Z]?", one.first) else one.first + _second(one)
    found = _LINE.fullmatch(written)
    if not found or found["rest"].startswith((".", ",", "'")):
        raise Fault(f"{quoted(one.first)} is no transaction", one.line)
    value_on = short_day(found["value"], one.line)
    entry = (found["entry"] or "").strip()
    mark = found["mark"]
    amount = _amount(found["amount"], one.line)
    # RC takes a credit back, RD a debit; EC and ED are expected, and no money yet.
    left = mark in ("D", "ED", "RC")
    customer, _, bank = found["rest"].partition("//")
    return DraftLine(
        line_number=one.line,
        booked_on=day_near(entry, value_on, one.line) if entry else value_on,
        value_on=value_on,
        amount=money_of(-amount if left else amount, draft.currency, one.line),
        reference=joined(_own(customer), *(said(more) for more in one.lines[1:] if written == one.first)),
        bank_id=said(bank),
        status=LineStatus.PENDING if is_interim or mark.startswith("E") else LineStatus.POSTED,
    )


def _own(customer: str) -> str:
    """The customer's reference; one letter is what follows the type at some banks."""
    return said(customer) if len(customer.strip()) > 1 else ""


def _second(one: Field) -> str:
    return one.lines[1] if len(one.lines) > 1 else ""


def _add_details(line: DraftLine, one: Field) -> None:
    found: Details = ns_details(one.lines) if one.tag == "NS" else details_of(one.lines)
    line.payer_name = line.payer_name or found.name
    line.payer_account = line.payer_account or found.account
    # What the bank says behind the transaction is its own booking text; what the payer says comes first.
    own = line.reference
    for known in (found.account, found.name):
        own = own.replace(known, " ") if known else own
    line.reference = joined(found.reference, own)
