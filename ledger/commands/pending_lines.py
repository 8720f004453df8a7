"""Pending bank lines, found again by what the bank books: by amount, day and payer, in time that their number does
not lengthen."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from ledger.model.cash import StatementLine
from ledger.store.tables.cash import BankLineRow

#: A pending line is booked within so many days, or it is another one.
BOOKED_WITHIN = timedelta(days=10)

#: Kind of the mark, which of account and name the pending line has, and the mark itself.
_Mark = tuple[str, bool, bool, str]


def plain(text: str) -> str:
    """Letters and digits alone, upper case: two writings of an account or a name are one."""
    return "".join(char for char in text.upper() if char.isalnum())[:120]


class PendingLines:
    """Lines that wait for being booked. `reserved` are keys of lines that are booked under the very same key: those
    are nobody else's."""

    def __init__(self, reserved: Collection[str] = ()) -> None:
        self._reserved = reserved
        self._order: dict[UUID, int] = {}
        self._found: dict[tuple[str, Decimal, date, _Mark], deque[BankLineRow]] = defaultdict(deque)

    def add(self, row: BankLineRow) -> None:
        """Behind those of the same day."""
        if row.external_key in self._reserved or row.id in self._order:
            return
        self._order[row.id] = len(self._order)
        for mark in _marks_of(row):
            self._found[row.currency, row.amount, row.booked_on, mark].append(row)

    def take(self, line: StatementLine) -> BankLineRow | None:
        """The oldest that `line` books: of its bank's number, else of its amount and payer. It waits no more."""
        if not self._order:
            return None
        for marks in _marks_asked(line):
            for back in range(BOOKED_WITHIN.days, -1, -1):
                row = self._first(line, line.booked_on - timedelta(days=back), marks)
                if row is not None:
                    self._order[row.id] = -1
                    return row
        return None

    def _first(self, line: StatementLine, day: date, marks: list[_Mark]) -> BankLineRow | None:
        heads = [self._head(self._found.get((line.amount.currency, line.amount.amount, day, mark))) for mark in marks]
        found = [row for row in heads if row is not None]
        return min(found, key=lambda row: self._order[row.id]) if found else None

    def _head(self, rows: deque[BankLineRow] | None) -> BankLineRow | None:
        while rows and self._order[rows[0].id] < 0:
            rows.popleft()
        return rows[0] if rows else None


def _marks_of(row: BankLineRow) -> Iterator[_Mark]:
    account, name = plain(row.payer_account), plain(row.payer_name)
    if row.bank_id:
        yield "id", False, False, row.bank_id
    if account:
        yield "account", True, bool(name), account
    if name:
        yield "name", bool(account), True, name
    yield "words", bool(account), bool(name), plain(row.reference)


def _marks_asked(line: StatementLine) -> Iterator[list[_Mark]]:
    """Account tells where both have one, else the name where both have one, else the words."""
    account, name = plain(line.payer_account), plain(line.payer_name)
    if line.bank_id:
        yield [("id", False, False, line.bank_id)]
    others = (False,) if account else (False, True)
    nameless = (False,) if name else (False, True)
    asked: list[_Mark] = [("account", True, named, account) for named in (False, True) if account]
    asked += [("name", known, True, name) for known in others if name]
    asked += [("words", known, named, plain(line.reference)) for known in others for named in nameless]
    yield asked
