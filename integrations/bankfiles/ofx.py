"""OFX and QFX -> statements."""

import re
from datetime import date

from core.money import Money
from integrations.bankfiles.drafts import DraftLine, DraftStatement, LineLimit
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.ofx_markup import Element, elements
from integrations.bankfiles.text import decoded
from integrations.bankfiles.words import account_of, currency_of, day_of, decimal_of, joined, money_of, name_of, said
from integrations.ports.bank_statement import LineStatus

_STATEMENTS = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
_LINES = ("STMTTRN", "STMTTRNP")
_ACCOUNTS = ("BANKACCTFROM", "CCACCTFROM", "INVACCTFROM")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{2,6}.{0,30})?", re.ASCII)
#: Brokers book the cash of their accounts in hundredths of a cent, and the format has no grouping to mistake.
_BROKER_PLACES = 2
_CHARSET = re.compile(rb"(?:CHARSET|ENCODING)[:=]\s*\"?([A-Za-z0-9_-]{1,20})")


def read_ofx(content: bytes) -> list[DraftStatement]:
    """Raises:
    Fault: cut, damaged, an answer that tells of an error, or no statement in it.
    """
    reading = _Reading()
    for element in elements(decoded(content, _encodings(content))):
        reading.take(element)
    if not reading.statements:
        raise Fault("it holds no statement", 0, "download the transactions of an account, not a list of accounts")
    return reading.statements


def _encodings(content: bytes) -> tuple[str, ...]:
    named = [found.decode().lower() for found in _CHARSET.findall(content[:1000])]
    return ("latin-1",) if "8859-1" in named and "utf-8" not in named else ("utf-8",)


class _Reading:
    def __init__(self) -> None:
        self.statements: list[DraftStatement] = []
        self._limit = LineLimit()
        self._statement: dict[str, str] = {}
        self._drafts: list[tuple[int, dict[str, str], bool]] = []
        self._line: dict[str, str] | None = None
        self._status: dict[str, str] = {}
        self._started_on = 0

    def take(self, element: Element) -> None:
        match element.kind:
            case "start":
                self._start(element)
            case "leaf":
                self._leaf(element)
            case _:
                self._end(element)

    def _start(self, element: Element) -> None:
        name = element.path[-1]
        if name in _STATEMENTS:
            self._statement, self._drafts, self._started_on = {}, [], element.line
        elif name in _LINES:
            self._limit.count(element.line)
            self._line = {}
            self._started_on_line = element.line
        elif name == "STATUS":
            self._status = {}

    def _leaf(self, element: Element) -> None:
        holder, name = element.path[-2], element.path[-1]
        if holder == "STATUS":
            self._status[name] = element.text
        elif self._line is not None:
            key = name if holder in _LINES else f"{holder}.{name}"
            self._line.setdefault(key, element.text)
        elif holder in _STATEMENTS:
            self._statement.setdefault(name, element.text)
        elif holder in (*_ACCOUNTS, "LEDGERBAL"):
            self._statement.setdefault(f"{holder}.{name}", element.text)

    def _end(self, element: Element) -> None:
        name = element.path[-1]
        if name == "STATUS" and self._status.get("SEVERITY", "").strip().upper() == "ERROR":
            words = self._status.get("MESSAGE") or f"error {self._status.get('CODE', '')}"
            raise Fault(f"the bank answered with an error: {quoted(words)}", element.line, "download it again")
        if name in _LINES and self._line is not None:
            self._drafts.append((self._started_on_line, self._line, name == "STMTTRNP"))
            self._line = None
        elif name in _STATEMENTS:
            found = _statement(self._started_on, self._statement, self._drafts)
            if name == "INVSTMTRS":
                found.warn("it is an investment account: its trades were left out, its cash was read")
            self.statements.append(found)
            self._drafts = []


def _statement(line: int, told: dict[str, str], drafts: list[tuple[int, dict[str, str], bool]]) -> DraftStatement:
    currency = (
        currency_of(told["CURDEF"], line) if told.get("CURDEF", "").strip() else _currency_of_lines(drafts, line)
    )
    found = DraftStatement(line, currency=currency)
    found.account = next(
        (account_of(told[key]) for key in (f"{holder}.ACCTID" for holder in _ACCOUNTS) if told.get(key, "").strip()),
        "",
    )
    balance = told.get("LEDGERBAL.BALAMT", "").strip()
    found.closing = _amount(balance, currency, line) if balance else None
    seen: set[tuple[str, date, Money]] = set()
    for number, fields, is_pending in drafts:
        one = _line(number, fields, currency, is_pending)
        # The bank's number is unique on the account by the standard: the same again is the same transaction again.
        mark = (one.bank_id, one.booked_on, one.amount)
        if one.bank_id and mark in seen:
            found.warn(f"line {number:,} repeats transaction {one.bank_id} and was left out")
            continue
        seen.add(mark)
        found.lines.append(one)
    return found


def _currency_of_lines(drafts: list[tuple[int, dict[str, str], bool]], line: int) -> str:
    named = {fields.get("CURRENCY.CURSYM", "").strip() for _, fields, _ in drafts} - {""}
    if len(named) != 1:
        raise Fault("it does not say in which currency the account is (CURDEF)", line, "export it as CAMT or CSV")
    return currency_of(named.pop(), line)


def _line(line: int, told: dict[str, str], currency: str, is_pending: bool) -> DraftLine:
    # In ORIGCURRENCY the amount is converted already, in CURRENCY it is not.
    own = told.get("CURRENCY.CURSYM", "").strip() or currency
    day = told.get("DTPOSTED") or (told.get("DTTRAN") if is_pending else "") or ""
    if not day.strip():
        raise Fault("a transaction has no date (DTPOSTED)", line)
    value = told.get("DTAVAIL", "").strip()
    name = told.get("NAME", "").strip() or told.get("PAYEE.NAME", "")
    check = said(told.get("CHECKNUM", ""))
    return DraftLine(
        line_number=line,
        booked_on=_day(day, line),
        value_on=_day(value, line) if value else None,
        amount=_amount(told.get("TRNAMT", ""), own, line),
        payer_name=name_of(name),
        payer_account=account_of(told.get("BANKACCTTO.ACCTID", "") or told.get("CCACCTTO.ACCTID", "")),
        reference=joined(told.get("MEMO", ""), said(told.get("REFNUM", "")), f"check {check}" if check else ""),
        bank_id=said(told.get("FITID", "")),
        status=LineStatus.PENDING if is_pending else LineStatus.POSTED,
    )


def _day(text: str, line: int) -> date:
    found = _DAY.fullmatch(text.strip())
    if not found:
        raise Fault(f"{quoted(text)} is not a date written YYYYMMDD", line)
    return day_of(int(found[1]), int(found[2]), int(found[3]), line, text)


def _amount(text: str, currency: str, line: int) -> Money:
    """A comma for the decimals is allowed by the standard; there is no grouping."""
    return money_of(decimal_of(text.strip().replace(",", ".", 1), line), currency, line, more_places=_BROKER_PLACES)
