"""A BAI2 transaction (16) with its continuations -> a line; deposits split into their items."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.currency import exponent
from core.money import Money
from integrations.bankfiles.bai2_records import Record
from integrations.bankfiles.drafts import DraftLine, DraftStatement
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.words import account_of, clean, joined, name_of, said, short_day
from integrations.ports.bank_statement import LineStatus

_UNITS = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
#: Fields that a funds type brings; `D` says itself how many.
_FUNDS = {"": 0, "0": 0, "1": 0, "2": 0, "Z": 0, "S": 3, "V": 2}
_MOST_PAIRS = 99
#: Type code, amount, funds type, and the bank's and the customer's reference.
_HEAD_FIELDS = 5
#: A lockbox deposit on one line and the checks that make it up on the lines that follow: those name the payers.
_DEPOSIT, _ITEM = "115", "116"
#: Labels in the text of a transaction, as banks write ACH, wire and lockbox details. Upper case.
_PAYER_LABELS = (
    *("ORIGINATOR NAME", "ORIG CO NAME", "ORIG NAME", "COMPANY NAME", "REMITTER", "RMT NAME", "ORIG", "ORG", "B/O"),
    *("BO1", "FROM"),
)
_ACCOUNT_LABELS = ("ORIGINATOR ACCOUNT", "ORIG ACCT", "ACCOUNT NUMBER", "BO")
_LABEL = re.compile(
    r"(?:^|(?<=[ ,;\n]))(ORIGINATOR NAME|ORIGINATOR ACCOUNT|ORIG CO NAME|ORIG NAME|ORIG ACCT|ORIG ID|COMPANY NAME|"
    r"REMITTER|RMT NAME|ORIG|ORG|B/O|BO1|BO|BI|OB3|OB|FR|ENDT|TRID|PY|FROM|SEC|ENTRY DESC|DESC DATE|CO ENTRY DESC|"
    r"TRACE|TRACE NO|EED|IND ID|IND NAME|TRN|OBI|RFB|BNF|ADDENDA|RMT INFO|REF)[:=]"
)


@dataclass(slots=True)
class Detail:
    """The line, the amount as the control totals count it, and its type code."""

    line: DraftLine
    units: int
    code: str


def detail_of(record: Record, currency: str, day: date, status: LineStatus) -> Detail:
    """Raises:
    Fault: an amount, funds type or day that cannot be read.
    """
    cells, lines_read = _head(record)
    if len(cells) < 2 or not re.fullmatch(r"[0-9]{3}", cells[0].strip(), re.ASCII):
        raise Fault("a transaction (16) without a type code and an amount", record.line)
    code, written = cells[0].strip(), cells[1].strip()
    if written and not _UNITS.fullmatch(written):
        raise Fault(f"{quoted(written)} is not an amount in the smallest unit", record.line)
    units = int(written or 0)
    value_on, position = _availability(cells, record.line)
    rest = [cells[at].strip() if at < len(cells) else "" for at in (position, position + 1)]
    words = [",".join(cells[position + 2 :]), *(text for text, _ in record.parts[lines_read:])]
    name, account, text = _told("\n".join(words))
    amount = Money(Decimal(units * _sign(code)).scaleb(-exponent(currency)), currency)
    line = DraftLine(
        line_number=record.line,
        booked_on=day,
        value_on=value_on,
        amount=amount,
        payer_name=name,
        payer_account=account,
        reference=joined(text, said(rest[1])),
        bank_id=said(rest[0]),
        status=status if _sign(code) else LineStatus.INFORMATION,
    )
    return Detail(line, units, code)


def _head(record: Record) -> tuple[list[str], int]:
    """The fields before the text, which may go on behind a slash on the next lines; and how many lines they took."""
    cells: list[str] = []
    for number, (text, ended) in enumerate(record.parts, 1):
        cells.extend(text.split(","))
        if not ended or len(cells) >= _HEAD_FIELDS:
            return cells, number
    return cells, record.rows


def _sign(code: str) -> int:
    """1 for what came in, -1 for what went out, 0 for what is no movement (BAI2 type codes, 900s by the bank)."""
    match int(code):
        case number if 100 <= number < 400 or 920 <= number < 960:
            return 1
        case number if 400 <= number < 700 or 960 <= number < 1000:
            return -1
        case _:
            return 0


def _availability(cells: list[str], line: int) -> tuple[date | None, int]:
    """The value date, and where the bank's reference stands."""
    funds = cells[2].strip().upper() if len(cells) > 2 else ""
    if funds == "D":
        pairs = cells[3].strip() if len(cells) > 3 else ""
        if not (pairs.isascii() and pairs.isdigit() and int(pairs) <= _MOST_PAIRS):
            raise Fault(f"{quoted(pairs)} is no number of availabilities", line)
        return None, 4 + 2 * int(pairs)
    if funds not in _FUNDS:
        raise Fault(f"{quoted(funds)} is no funds type", line)
    value = cells[3].strip() if funds == "V" and len(cells) > 3 else ""
    return short_day(value, line) if value else None, 3 + _FUNDS[funds]


def _told(text: str) -> tuple[str, str, str]:
    """Payer's name and account where labels tell them, and all the words."""
    upper = text[:8_000].upper()
    marks = [(found[1], found.start(), found.end()) for found in _LABEL.finditer(upper)]
    ends = [*(start for _, start, _ in marks[1:]), len(text)]
    values: dict[str, str] = {}
    for (label, _, begin), end in zip(marks, ends, strict=False):
        # A value ends at the next label or, where banks put a label on each line, with the line.
        values.setdefault(label, clean(text[begin:end].split("\n")[0]).strip(" ,;"))
    name = next((values[label] for label in _PAYER_LABELS if values.get(label)), "")
    account = next((values[label] for label in _ACCOUNT_LABELS if values.get(label)), "")
    return name_of(name), account_of(account), clean(text.replace("\n", " "))


def split_deposits(details: list[Detail], statement: DraftStatement) -> list[DraftLine]:
    """The lines; where items follow that make up a deposit, they are the money and the deposit is information.

    Items that do not make it up are information themselves: the account moved by the deposit.
    """
    position = 0
    while position < len(details):
        items = _items_after(details, position)
        if items:
            whole = details[position]
            if sum(one.units for one in items) == whole.units:
                whole.line.status = LineStatus.INFORMATION
            else:
                place = f"line {whole.line.line_number:,}"
                statement.warn(f"the items after the deposit on {place} do not make it up; it was taken whole")
                for one in items:
                    one.line.status = LineStatus.INFORMATION
        position += 1 + len(items)
    return [one.line for one in details]


def _items_after(details: list[Detail], position: int) -> list[Detail]:
    end = position + 1
    while details[position].code == _DEPOSIT and end < len(details) and details[end].code == _ITEM:
        end += 1
    return details[position + 1 : end]
