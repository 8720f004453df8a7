"""CSV exports of banks -> statements, with the mapping that was guessed."""

from collections.abc import Mapping
from decimal import Decimal

from core.currency import exponent, is_currency
from integrations.bankfiles.csv_balance import check_balance
from integrations.bankfiles.csv_columns import DECIMALS, Columns, account_in, columns_of, given_way, names_in
from integrations.bankfiles.csv_status import STATUS_WORDS, Statuses
from integrations.bankfiles.csv_table import DELIMITERS, Row, Table, csv_text, header_word, table_of
from integrations.bankfiles.csv_values import amount_from, currencies_in, day_from, day_order, decimal_sign
from integrations.bankfiles.csv_words import (
    CREDIT,
    CURRENCY_OF_HEADER,
    DEBIT,
    SUMS,
    folded,
)
from integrations.bankfiles.drafts import DraftLine, DraftStatement, LineLimit
from integrations.bankfiles.fault import Fault, quoted
from integrations.bankfiles.words import account_of, currency_of, joined, money_of, name_of, said
from integrations.ports.bank_statement import GivenByPerson, LineStatus

_AMOUNTS = ("amount", "debit", "credit", "balance")
#: Decimals of a currency that nobody names yet.
_USUAL_PLACES = 2


def read_csv(content: bytes, given: GivenByPerson) -> tuple[list[DraftStatement], Mapping[str, str]]:
    """The statements, one an account, and which column was taken for what.

    Raises:
        Fault: no table, a row that cannot be read, a mapping that does not fit, a running balance that is wrong.
    """
    mapping = given.mapping or {}
    table = table_of(csv_text(content), given_way(mapping, "delimiter", DELIMITERS), names_in(mapping))
    if not table.rows:
        raise Fault("it has a header and no transaction", 0, "export a period in which there are some")
    columns = columns_of(table, mapping)
    reading = _Reading(table, columns, given)
    return reading.statements(), reading.shown()


class _Reading:
    def __init__(self, table: Table, columns: Columns, given: GivenByPerson) -> None:
        self._table, self._columns = table, columns
        mapping = self._mapping = given.mapping or {}
        self._warnings: list[str] = []
        self._currency = self._one_currency(mapping)
        self._decimal = given_way(mapping, "decimal", DECIMALS) or self._decimal_sign()
        self._day_order = mapping.get("day_order") or self._guessed_day_order()
        if not self._currency and given.may_assume_currency and "currency" not in columns.of:
            self._currency = self._assumed_currency()
        self._account = account_of(given.account) or account_in(table)
        self._statuses = Statuses(mapping)
        self._limit = LineLimit()

    def shown(self) -> dict[str, str]:
        """Field to header (or number) of its columns, and how days and amounts are written."""
        header = self._table.header
        shown = {
            name: " + ".join(header[at] if at < len(header) and header[at] else str(at + 1) for at in found)
            for name, found in self._columns.of.items()
        }
        names = {sign: name for name, sign in DELIMITERS.items()}
        decimal = "comma" if self._decimal == "," else "point"
        ways = {"delimiter": names[self._table.delimiter], "decimal": decimal, "day_order": self._day_order}
        said = {name: self._mapping[name] for name in STATUS_WORDS if self._mapping.get(name)}
        return {**shown, **ways, **said, **({"currency_code": self._currency} if self._currency else {})}

    def statements(self) -> list[DraftStatement]:
        found: dict[tuple[str, str], DraftStatement] = {}
        balances: dict[tuple[str, str], list[tuple[DraftLine, Decimal | None]]] = {}
        for row in self._table.rows:
            if self._is_no_transaction(row):
                continue
            self._check_width(row)
            self._limit.count(row.line)
            line = self._line(row)
            account = account_of(row.at(self._columns.one("account"))) or self._account
            key = (account, line.amount.currency)
            draft = found.setdefault(key, DraftStatement(row.line, account, line.amount.currency))
            draft.lines.append(line)
            balances.setdefault(key, []).append((line, self._balance(row)))
        if not found:
            raise Fault("it has a header and no transaction", 0, "export a period in which there are some")
        for key, draft in found.items():
            for words in self._warnings:
                draft.warn(words)
            draft.opening, draft.closing = check_balance(balances[key], draft.currency)
        return list(found.values())

    def _one_currency(self, mapping: Mapping[str, str]) -> str:
        """The currency of rows that name none: given, in the header, with the amounts, or before the table."""
        if mapping.get("currency_code"):
            return currency_of(mapping["currency_code"], 0)
        amounts = [at for name in _AMOUNTS for at in self._columns.of.get(name, ())]
        header = [self._table.header[at] for at in amounts if at < len(self._table.header)]
        written = [row.at(at) for row in self._table.rows for at in amounts]
        before = [cell for row in self._table.preamble for cell in row.cells]
        for cells in (header, written, before):
            found = {code for cell in cells for code in currencies_in(cell)}
            if len(found) == 1:
                return found.pop()
        return ""

    def _assumed_currency(self) -> str:
        """By the language of the header; of English only what writes the month first."""
        words = {header_word(cell) for cell in self._table.header}
        found = {CURRENCY_OF_HEADER[word] for word in words if word in CURRENCY_OF_HEADER}
        code = found.pop() if len(found) == 1 else "USD" if not found and self._day_order == "mdy" else ""
        if code:
            self._warnings.append(f"no currency is named; {code} was taken from its words, and must be said to post")
        return code

    def _column(self, name: str) -> list[str]:
        at = self._columns.one(name)
        return [cell for cell in (row.at(at) for row in self._table.rows) if cell]

    def _decimal_sign(self) -> str:
        at = self._columns.one("currency")
        codes = ((row, row.at(at).upper() or self._currency) for row in self._table.rows)
        places = ((row, exponent(code) if is_currency(code) else _USUAL_PLACES) for row, code in codes)
        columns = [self._columns.one(name) for name in _AMOUNTS]
        return decimal_sign((cell, of) for row, of in places for column in columns if (cell := row.at(column)))

    def _guessed_day_order(self) -> str:
        cells = self._column("booked_on")
        order = day_order(cells) or (day_order(self._column("value_on")) if "value_on" in self._columns.of else None)
        if order:
            return order
        words = {folded(cell) for cell in self._table.header}
        is_american = self._currency == "USD" and not words & {"datum", "fecha", "data"}
        order = "mdy" if is_american else "dmy"
        which = "month" if is_american else "day"
        self._warnings.append(
            f"no date tells whether day or month comes first; the {which} was put first (day_order={order})"
        )
        return order

    def _is_no_transaction(self, row: Row) -> bool:
        """Sums and balances below or between the rows; a row without a date and without an amount."""
        day = row.at(self._columns.one("booked_on"))
        amounts = [row.at(self._columns.one(name)) for name in ("amount", "debit", "credit")]
        if any(amounts) and (day or row.at(self._columns.one("begun_on"))):
            return False
        words = [folded(cell) for cell in row.cells if cell]
        if any(one == word or one.startswith(f"{word} ") for one in words[:3] for word in SUMS):
            return True
        if not day and not any(amounts):
            self._warnings.append(f"line {row.line:,} has neither a date nor an amount and was left out")
            return True
        return False

    def _check_width(self, row: Row) -> None:
        needed = max(at for found in self._columns.of.values() for at in found)
        is_last = row is self._table.rows[-1]
        if len(row.cells) <= self._last_needed() or (is_last and len(row.cells) <= needed < self._usual_width()):
            where = "the last row is cut off" if is_last else "a row has too few columns"
            raise Fault(f"{where}: {len(row.cells)} of {self._table.columns}", row.line)

    def _last_needed(self) -> int:
        return max(self._columns.one(name) for name in ("booked_on", "amount", "debit"))

    def _usual_width(self) -> int:
        return len(self._table.rows[0].cells) if len(self._table.rows) > 1 else self._table.columns

    def _line(self, row: Row) -> DraftLine:
        columns = self._columns
        code = row.at(columns.one("currency")) or self._currency
        if not code:
            raise Fault("no currency is named", row.line, "say it, such as --mapping currency_code=EUR")
        value = row.at(columns.one("value_on"))
        day = row.at(columns.one("booked_on")) or value or row.at(columns.one("begun_on"))
        return DraftLine(
            line_number=row.line,
            booked_on=day_from(day, self._day_order, row.line),
            value_on=day_from(value, self._day_order, row.line) if value else None,
            amount=money_of(self._amount(row), code, row.line),
            payer_name=name_of(row.at(columns.one("payer_name"))),
            payer_account=account_of(row.at(columns.one("payer_account"))),
            reference=joined(*(said(row.at(at)) for at in columns.of.get("reference", ()))),
            bank_id=said(row.at(columns.one("bank_id"))),
            status=self._status(row),
        )

    def _amount(self, row: Row) -> Decimal:
        columns = self._columns
        if "amount" not in columns.of:
            debit, credit = (self._cell_amount(row, name) for name in ("debit", "credit"))
            if debit and credit:
                raise Fault("it has both a debit and a credit", row.line)
            return credit or -abs(debit)
        # What a fee takes, the account does not get.
        amount = self._cell_amount(row, "amount") - abs(self._cell_amount(row, "fee"))
        mark = folded(row.at(columns.one("sign"))) or row.at(columns.one("sign"))
        if not mark:
            return amount
        if mark in DEBIT:
            return -abs(amount)
        # A credit with a minus is one that was taken back.
        if mark in CREDIT:
            return amount
        raise Fault(f"{quoted(mark)} says neither credit nor debit", row.line)

    def _cell_amount(self, row: Row, name: str) -> Decimal:
        cell = row.at(self._columns.one(name))
        if not cell and name == "amount":
            raise Fault("it has a date and no amount", row.line)
        return amount_from(cell, self._decimal, row.line) if cell and cell not in ("-", "--") else Decimal(0)

    def _balance(self, row: Row) -> Decimal | None:
        cell = row.at(self._columns.one("balance"))
        return amount_from(cell, self._decimal, row.line) if cell else None

    def _status(self, row: Row) -> LineStatus:
        cells = (one.at(self._columns.one("status")) for one in self._table.rows)
        return self._statuses.of(row.at(self._columns.one("status")), row.line, cells)
