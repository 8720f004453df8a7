"""BAI2 -> statements, with the control totals and record counts of account, group and file checked."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core.currency import exponent
from core.money import Money
from integrations.bankfiles.bai2_details import Detail, detail_of, split_deposits
from integrations.bankfiles.bai2_records import Record, records
from integrations.bankfiles.drafts import DraftStatement, LineLimit
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.text import decoded
from integrations.bankfiles.words import account_of, currency_of, short_day
from integrations.ports.bank_statement import LineStatus

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
#: Group status: 1 update is the usual one; 2 deletion, 3 correction, 4 test only.
_NOT_TAKEN = {
    "2": "it takes back a group that the bank sent before",
    "3": "it corrects a group that the bank sent before",
    "4": "it is marked as a test",
}
#: As-of-date modifier 3: interim, of the same day.
_INTERIM = "3"
_OPENING, _CLOSING = "010", "015"


@dataclass(slots=True)
class _Totals:
    """What the trailers state is counted here. Amounts are in the smallest unit, as the format has them."""

    amount: int = 0
    rows: int = 0
    children: int = 0


@dataclass(slots=True)
class _Group:
    day: date
    currency: str
    status: LineStatus
    totals: _Totals = field(default_factory=_Totals)


@dataclass(slots=True)
class _Account:
    statement: DraftStatement
    totals: _Totals
    details: list[Detail] = field(default_factory=list)


def read_bai2(content: bytes) -> list[DraftStatement]:
    """Raises:
    Fault: cut, or a count or control total does not agree.
    """
    reading = _Reading()
    for record in records(decoded(content)):
        reading.take(record)
    return reading.done()


class _Reading:
    def __init__(self) -> None:
        self._statements: list[DraftStatement] = []
        self._limit = LineLimit()
        self._file: _Totals | None = None
        self._group: _Group | None = None
        self._account: _Account | None = None
        self._ended = False
        self._line = 1

    def take(self, record: Record) -> None:
        if self._ended:
            raise Fault("something follows after the file trailer (99)", record.line)
        self._line = record.line
        match record.code:
            case "01":
                self._open_file(record)
            case "02":
                self._open_group(record)
            case "03":
                self._open_account(record)
            case "16":
                self._detail(record)
            case "49":
                self._close_account(record)
            case "98":
                self._close_group(record)
            case _:
                self._close_file(record)

    def done(self) -> list[DraftStatement]:
        if not self._ended:
            raise Fault("it is cut off: the file trailer (99) is missing", self._line)
        return self._statements

    def _open_file(self, record: Record) -> None:
        if self._file is not None:
            raise Fault("a second file header (01)", record.line)
        version = _at(record.fields(), 7)
        if version not in ("2", ""):
            raise Fault(f"it is version {quoted(version)}, and only version 2 is known", record.line)
        self._file = _Totals(rows=record.rows)

    def _open_group(self, record: Record) -> None:
        if self._file is None or self._group is not None:
            raise Fault("a group header (02) where none may stand", record.line)
        fields = record.fields()
        if _at(fields, 2) in _NOT_TAKEN:
            raise Fault(
                _NOT_TAKEN[_at(fields, 2)], record.line, "a person must settle with the bank what it replaces"
            )
        currency = currency_of(_at(fields, 5) or "USD", record.line)
        status = LineStatus.PENDING if _at(fields, 6) == _INTERIM else LineStatus.POSTED
        self._group = _Group(short_day(_at(fields, 3), record.line), currency, status, _Totals(rows=record.rows))

    def _open_account(self, record: Record) -> None:
        if self._group is None or self._account is not None:
            raise Fault("an account (03) where none may stand", record.line)
        fields = record.fields()
        currency = currency_of(_at(fields, 1) or self._group.currency, record.line)
        draft = DraftStatement(record.line, account=account_of(_at(fields, 0)), currency=currency)
        # The listed transactions may be a part of the day's: the file has control totals instead.
        draft.must_add_up = False
        account = _Account(draft, _Totals(rows=record.rows))
        for code, amount in _summaries(fields[2:], record.line):
            account.totals.amount += amount
            money = Money(Decimal(amount).scaleb(-exponent(currency)), currency)
            if code == _OPENING:
                draft.opening = money
            elif code == _CLOSING:
                draft.closing = money
        self._account = account

    def _detail(self, record: Record) -> None:
        if self._account is None or self._group is None:
            raise Fault("a transaction (16) outside of an account", record.line)
        self._limit.count(record.line)
        detail = detail_of(record, self._account.statement.currency, self._group.day, self._group.status)
        self._account.totals.amount += detail.units
        self._account.totals.rows += record.rows
        self._account.details.append(detail)

    def _close_account(self, record: Record) -> None:
        if self._account is None or self._group is None:
            raise Fault("an account trailer (49) outside of an account", record.line)
        fields, account = record.fields(), self._account
        account.totals.rows += record.rows
        _check("the account's control total (49)", _number(_at(fields, 0), record), account.totals.amount, record)
        _check("the account's number of records (49)", _number(_at(fields, 1), record), account.totals.rows, record)
        account.statement.lines = split_deposits(account.details, account.statement)
        _check_balance(account.statement)
        self._statements.append(account.statement)
        _add(self._group.totals, account.totals)
        self._account = None

    def _close_group(self, record: Record) -> None:
        if self._group is None or self._account is not None or self._file is None:
            raise Fault("a group trailer (98) where none may stand", record.line)
        self._group.totals.rows += record.rows
        _check_trailer("group", record, self._group.totals, "accounts")
        _add(self._file, self._group.totals)
        self._group = None

    def _close_file(self, record: Record) -> None:
        if self._file is None or self._group is not None:
            raise Fault("a file trailer (99) where none may stand", record.line)
        self._file.rows += record.rows
        _check_trailer("file", record, self._file, "groups")
        self._ended = True


def _check_balance(draft: DraftStatement) -> None:
    if draft.opening is None or draft.closing is None:
        return
    moved = sum((one.amount.amount for one in draft.lines if one.status is LineStatus.POSTED), Decimal(0))
    if draft.opening.amount + moved != draft.closing.amount:
        draft.warn("the transactions do not make up the change of the balance: the bank did not list all of them")


def _add(outer: _Totals, inner: _Totals) -> None:
    outer.amount += inner.amount
    outer.rows += inner.rows
    outer.children += 1


def _check_trailer(what: str, record: Record, totals: _Totals, children: str) -> None:
    fields = record.fields()
    _check(f"the {what}'s control total ({record.code})", _number(_at(fields, 0), record), totals.amount, record)
    _check(
        f"the {what}'s number of {children} ({record.code})", _number(_at(fields, 1), record), totals.children, record
    )
    _check(f"the {what}'s number of records ({record.code})", _number(_at(fields, 2), record), totals.rows, record)


def _check(what: str, stated: int, found: int, record: Record) -> None:
    if stated != found:
        raise Fault(f"{what} is {stated:,}, but what it counts makes {found:,}", record.line)


def _number(text: str, record: Record) -> int:
    """A blank total is zero, as in the samples of banks."""
    if not text:
        return 0
    if not _WHOLE.fullmatch(text):
        raise Fault(f"{quoted(text)} is not a number", record.line)
    return int(text)


def _at(fields: list[str], position: int) -> str:
    return fields[position] if position < len(fields) else ""


def _summaries(fields: list[str], line: int) -> list[tuple[str, int]]:
    """Type code and amount of each balance or sum: code, amount, item count, funds type, and what that brings."""
    found: list[tuple[str, int]] = []
    position = 0
    while position < len(fields):
        code, amount = fields[position], _at(fields, position + 1)
        if not code:
            # Some banks write a comma more before a slash.
            position += 1
            continue
        if not (code.isascii() and code.isdigit() and len(code) == 3):
            raise Fault(f"{quoted(code)} is no type code", line)
        if amount and not _WHOLE.fullmatch(amount):
            raise Fault(f"{quoted(amount)} is not an amount", line)
        if amount:
            found.append((code, int(amount)))
        position += 4 + _funds_fields(fields, position + 3, line)
    return found


def _funds_fields(fields: list[str], position: int, line: int) -> int:
    match _at(fields, position).upper():
        case "S":
            return 3
        case "V":
            return 2
        case "D":
            pairs = _at(fields, position + 1)
            if not (pairs.isascii() and pairs.isdigit() and len(pairs) <= 3):
                raise Fault(f"{quoted(pairs)} is no number of availabilities", line)
            return 1 + 2 * int(pairs)
        case "" | "0" | "1" | "2" | "Z":
            return 0
        case other:
            raise Fault(f"{quoted(other)} is no funds type", line)
