"""Checks `entities.json`: the seller's legal entities and the bank accounts that customers pay into."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import InvalidInput
from ledger.model.entity import BankAccount
from ledger.model.import_records import EntityRecord, SourceRow
from ledger.model.import_report import RefusedFile, RefusedRow
from ledger.rules.import_cells import MOST_NAME, CellReader, has_true_iban_check, shown
from ledger.rules.import_tables import Layout, header_problem, json_items, unreadable_json

_REQUIRED = ("code", "name", "base_currency")
_OPTIONAL = ("address", "country", "tax_id", "email", "phone")
_LAYOUT = Layout(_REQUIRED, (*_OPTIONAL, "bank_accounts"))
_ACCOUNT = Layout(("holder", "number"), ("routing", "bank_name", "currency"))
_MOST_CODE = 60
_MOST_ACCOUNTS = 50


@dataclass(frozen=True, slots=True)
class ReadEntities:
    """Sound entities and refused ones, or a file that cannot be read."""

    records: tuple[EntityRecord, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
    refused_file: RefusedFile | None = None


def read_entities(file: str, text: str) -> ReadEntities:
    """The entities in the order of the file. A wrong bank account refuses its entity: customers would pay there."""
    records: list[EntityRecord] = []
    refused: list[RefusedRow] = []
    codes: dict[str, int] = {}
    line = 1
    try:
        for line, item in json_items(text):
            read = _entity(file, line, item)
            if isinstance(read, RefusedFile):
                return ReadEntities(refused_file=read)
            if isinstance(read, RefusedRow):
                refused.append(read)
            elif read.code in codes:
                refused.append(read.source.refused(f"this code is already in line {codes[read.code]}"))
            else:
                codes[read.code] = line
                records.append(read)
    except (ValueError, RecursionError) as error:
        return ReadEntities(refused_file=unreadable_json(file, line, error))
    return ReadEntities(tuple(records), tuple(refused))


def default_entity(name: str, currency: str) -> EntityRecord:
    """The entity `main` of an organisation whose files bring none; `currency` is ISO 4217.

    Raises:
        InvalidInput: the name is empty, too long or holds control characters.
    """
    source = SourceRow("entities.json", 1, {"code": "main", "name": name, "base_currency": currency})
    reader = CellReader(source)
    checked = reader.text("name", most=MOST_NAME, required=True)
    if reader.problems:
        raise InvalidInput(f"the name of the entity: {reader.reason()}")
    return EntityRecord(
        source, "main", checked, currency, address="", country="", tax_id="", email="", phone="", bank_accounts=()
    )


def _entity(file: str, line: int, item: object) -> EntityRecord | RefusedRow | RefusedFile:
    if not isinstance(item, dict):
        return RefusedRow(file, line, "is not an object", {"value": json.dumps(item)})
    received = {name: value if isinstance(value, str) else json.dumps(value) for name, value in item.items()}
    unknown = [name for name in item if name not in _LAYOUT.columns]
    if unknown:
        return RefusedFile(file, line, header_problem([*_REQUIRED, *unknown], _LAYOUT))
    cells = {name: value for name, value in item.items() if isinstance(value, str)}
    source = SourceRow(file, line, received)
    reader = CellReader(SourceRow(file, line, cells))
    for name, value in item.items():
        if name != "bank_accounts" and not isinstance(value, str) and value is not None:
            reader.wrong(f"{name} is not text")
    accounts = _bank_accounts(reader, item.get("bank_accounts"))
    code = reader.text("code", most=_MOST_CODE, required=True)
    if not code.isprintable():
        reader.wrong("code is not one line of text")
    record = EntityRecord(
        source=source,
        code=code,
        name=reader.text("name", most=MOST_NAME, required=True),
        base_currency=reader.currency("base_currency"),
        address=reader.text("address", most=1_000),
        country=reader.country("country"),
        tax_id=reader.text("tax_id", most=MOST_NAME),
        email=reader.email("email", required=False),
        phone=reader.text("phone", most=MOST_NAME),
        bank_accounts=accounts,
    )
    return source.refused(reader.reason()) if reader.problems else record


def _bank_accounts(reader: CellReader, value: object) -> tuple[BankAccount, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > _MOST_ACCOUNTS:
        reader.wrong(f"bank_accounts is not a list of at most {_MOST_ACCOUNTS} objects")
        return ()
    return tuple(_bank_account(reader, number, item) for number, item in enumerate(value, 1))


def _bank_account(reader: CellReader, position: int, item: object) -> BankAccount:
    cells = _texts(item)
    if cells is None:
        reader.wrong(f"bank account {position}: an object of texts is needed")
        return BankAccount("", "")
    unknown = ", ".join(name[:60] for name in cells if name not in _ACCOUNT.columns)
    account = CellReader(SourceRow(reader.source.file, reader.source.line, cells))
    if unknown:
        account.wrong(f"unknown: {unknown}")
    number = account.identifier("number")
    if not has_true_iban_check(number):
        account.wrong(f"number {shown(number)} is not a valid IBAN: its check digits are wrong")
    bank_account = BankAccount(
        holder=account.text("holder", most=MOST_NAME, required=True),
        number=number,
        routing=account.identifier("routing", required=False),
        bank_name=account.text("bank_name", most=MOST_NAME),
        currency=account.currency("currency", required=False),
    )
    if account.problems:
        reader.wrong(f"bank account {position}: {account.reason()}")
    return bank_account


def _texts(item: object) -> Mapping[str, str] | None:
    if not isinstance(item, dict):
        return None
    cells = {name: "" if value is None else value for name, value in item.items()}
    return cells if all(isinstance(value, str) for value in cells.values()) else None
