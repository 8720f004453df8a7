"""Which column of a CSV is what: given by a person, by its header, else by its cells."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from integrations.bankfiles.csv_status import STATUS_WORDS
from integrations.bankfiles.csv_table import DELIMITERS, Table, header_word
from integrations.bankfiles.csv_values import DAY_ORDERS, looks_like_amount, looks_like_day
from integrations.bankfiles.csv_words import BOOKED, CREDIT, DEBIT, HEADERS, NO_MONEY, PENDING, SEVERAL, folded
from integrations.bankfiles.fault import Fault, quoted

#: Ways of writing, and what words of the status column mean, which a person may give beside the columns.
WAYS = ("delimiter", "decimal", "day_order", "currency_code", *STATUS_WORDS)
DECIMALS = {"comma": ",", "point": "."}
_SAMPLE_ROWS = 200
#: Cells of a column that must be of its kind, where its header names it and where nothing does; some rows are sums.
_ENOUGH, _ENOUGH_UNNAMED = 0.5, 0.8
_SAY_MAPPING = "say which column it is, such as --mapping booked_on=Buchungstag,amount=Betrag"
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Z0-9./ \-*]{4,40}", re.ASCII)
_FITS: dict[str, Callable[[str], bool]] = {
    "booked_on": looks_like_day,
    "value_on": looks_like_day,
    "begun_on": looks_like_day,
    "fee": looks_like_amount,
    "payer_name": lambda cell: any(one.isalpha() for one in cell),
    "amount": looks_like_amount,
    "debit": looks_like_amount,
    "credit": looks_like_amount,
    "balance": looks_like_amount,
    # Of the right shape: one that is no currency is refused by name.
    "currency": lambda cell: len(cell) == 3 and cell.isascii() and cell.isalpha(),
    "sign": lambda cell: folded(cell) in DEBIT or folded(cell) in CREDIT or cell in ("-", "+"),
    "status": lambda cell: folded(cell) in BOOKED or folded(cell) in PENDING or folded(cell) in NO_MONEY,
    "payer_account": lambda cell: bool(_ACCOUNT.fullmatch(cell.upper())),
    "account": lambda cell: bool(_ACCOUNT.fullmatch(cell.upper())),
}
#: In this order headers are looked for: an amount column takes `valor` before a value date does.
_ORDER = tuple(HEADERS)


@dataclass(slots=True)
class Columns:
    """Field to its columns, counted from 0; `reference` may have several."""

    of: dict[str, list[int]] = field(default_factory=dict)

    def one(self, name: str) -> int:
        return self.of[name][0] if self.of.get(name) else -1


def given_way(mapping: Mapping[str, str], name: str, choices: Mapping[str, str]) -> str:
    """What a person says of a way of writing; empty where nothing.

    Raises:
        Fault: not one of `choices`.
    """
    said = mapping.get(name, "")
    if said and said not in choices:
        raise Fault(f"{name} may be {' or '.join(choices)}, not {quoted(said)}", 0, "mend --mapping")
    return choices.get(said, "")


def names_in(mapping: Mapping[str, str]) -> frozenset[str]:
    """The headers that a person named, folded; numbers are none."""
    pieces = (piece for name, said in mapping.items() if name in HEADERS for piece in said.split("+"))
    return frozenset(folded(piece) for piece in pieces if not piece.strip().isdigit()) - {""}


def columns_of(table: Table, mapping: Mapping[str, str]) -> Columns:
    """Raises:
    Fault: no column for the day or the amount; a given field or column that is not there.
    """
    unknown = set(mapping) - set(HEADERS) - set(WAYS)
    if unknown:
        known = ", ".join((*HEADERS, *WAYS))
        raise Fault(f"{quoted(min(unknown))} is no field of a bank line", 0, f"map these: {known}")
    given_way(mapping, "day_order", {one: one for one in DAY_ORDERS})
    given_way(mapping, "delimiter", DELIMITERS)
    given_way(mapping, "decimal", DECIMALS)
    columns = Columns({name: _given(table, mapping[name]) for name in HEADERS if mapping.get(name)})
    taken = {column for found in columns.of.values() for column in found}
    words = [header_word(cell) for cell in table.header]
    for name in _ORDER:
        if name in columns.of or _is_said_otherwise(name, columns):
            continue
        found = [
            (word, at) for word in HEADERS[name] for at, one in enumerate(words) if one == word and at not in taken
        ]
        fitting = [at for word, at in found if _fits(table, name, at, is_remark=word == "info")]
        if fitting:
            columns.of[name] = fitting if name in SEVERAL else fitting[:1]
            taken.update(columns.of[name])
    _by_cells(table, columns, taken)
    _settle_accounts(table, columns)
    return columns


def _is_said_otherwise(name: str, columns: Columns) -> bool:
    """An amount column makes debit and credit columns needless, and the other way round."""
    others = {"amount": ("debit", "credit"), "debit": ("amount",), "credit": ("amount",)}
    return any(other in columns.of for other in others.get(name, ()))


def _given(table: Table, said: str) -> list[int]:
    """By number from 1, or by header; several apart by `+`."""
    found: list[int] = []
    for piece in said.split("+"):
        name = piece.strip()
        same = [at for at, cell in enumerate(table.header) if cell == name]
        alike = [at for at, cell in enumerate(table.header) if folded(cell) == folded(name)]
        if same or alike:
            found.append((same or alike)[0])
        elif name.isascii() and name.isdigit() and 1 <= int(name[:4]) <= table.columns:
            found.append(int(name) - 1)
        else:
            there = ", ".join(cell for cell in table.header if cell)[:300] or f"1 to {table.columns}"
            raise Fault(f"there is no column {quoted(name)}", 0, f"mend --mapping; there are: {there}")
    return found


def _cells(table: Table, column: int) -> list[str]:
    return [cell for cell in (row.at(column) for row in table.rows[:_SAMPLE_ROWS]) if cell]


def _fits(table: Table, name: str, column: int, *, is_remark: bool = False, enough: float = _ENOUGH) -> bool:
    cells = _cells(table, column)
    fits = _FITS.get(name) if name != "status" or is_remark else None
    if fits is None:
        return bool(cells)
    # An empty column of amounts is one all the same: no debits in a month.
    if not cells:
        return name in ("amount", "debit", "credit")
    return sum(map(fits, cells)) >= len(cells) * enough


def _by_cells(table: Table, columns: Columns, taken: set[int]) -> None:
    """Day and amount by what the cells look like, where one column alone can be meant."""
    free = [at for at in range(table.columns) if at not in taken]
    if "booked_on" not in columns.of:
        days = [at for at in free if _fits(table, "booked_on", at, enough=_ENOUGH_UNNAMED)]
        if "value_on" in columns.of and not days:
            columns.of["booked_on"] = columns.of["value_on"]
        elif days:
            # Where there are several, the booking stands first and the value date behind it.
            columns.of["booked_on"] = days[:1]
            if len(days) > 1 and "value_on" not in columns.of:
                columns.of["value_on"] = days[1:2]
        else:
            raise Fault("no column holds the day of booking", 0, _SAY_MAPPING)
    if not {"amount", "debit", "credit"} & set(columns.of):
        used = {*columns.of["booked_on"], *columns.of.get("value_on", ())}
        amounts = [at for at in free if at not in used and _has_decimals(table, at)]
        if len(amounts) != 1:
            raise Fault("no column, or more than one, looks like the amount", 0, _SAY_MAPPING)
        columns.of["amount"] = amounts
    if not table.header and "reference" not in columns.of:
        used = {at for found in columns.of.values() for at in found}
        words = [at for at in free if at not in used and any(" " in cell for cell in _cells(table, at))]
        columns.of["reference"] = words


def _has_decimals(table: Table, column: int) -> bool:
    cells = _cells(table, column)
    return _fits(table, "amount", column, enough=_ENOUGH_UNNAMED) and any(
        re.search(r"[.,][0-9]{2}(?:[^0-9]|$)", cell) for cell in cells
    )


def _settle_accounts(table: Table, columns: Columns) -> None:
    """An account column that never changes over several rows is our own, unless another one is."""
    if "account" in columns.of or "payer_account" not in columns.of:
        return
    cells = _cells(table, columns.one("payer_account"))
    if len(cells) > 1 and len(set(cells)) == 1 and len(cells) == len(table.rows[:_SAMPLE_ROWS]):
        columns.of["account"] = columns.of.pop("payer_account")


def account_in(table: Table) -> str:
    """The IBAN that stands before the table, where it is one alone."""
    cells = ["".join(cell.split()).upper() for row in table.preamble for cell in row.cells]
    found = {one for cell in cells for one in _IBAN.findall(cell) if len(one) <= 34}
    return found.pop() if len(found) == 1 else ""
