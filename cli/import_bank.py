"""`duly import bank`: a bank statement file. `--dry-run` needs no database."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.mapping_words import mapping_words
from core.errors import InvalidInput
from core.money import plain
from integrations.ports.bank_statement import BankFile, BankLine, BankStatement, GivenByPerson, StatementRefused
from jobs.bank_files import MOST_STATEMENT_BYTES, make_bank_file_reader

_TABLE_HEAD = ("booked", "value", "amount", "status", "payer", "account", "reference")
#: Characters of a column of the table, from the third last on.
_PAYER, _ACCOUNT, _REFERENCE = 30, 34, 60


def bank(
    file: Annotated[Path, typer.Argument(help="CAMT.053 or .054, MT940, BAI2, OFX, QFX or CSV.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what is in it; needs no database.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON on stdout: with --dry-run a line a transaction.")
    ] = False,
    account: Annotated[str, typer.Option(help="Our account, for a file that does not name it.")] = "",
    mapping: Annotated[
        str, typer.Option(help="CSV: field=column,..., such as booked_on=Buchungstag,amount=5,decimal=comma.")
    ] = "",
    organisation: Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")] = "",
) -> None:
    """Takes the transactions of a bank statement; the same again, also in another file, adds nothing."""
    given = GivenByPerson(account=account, mapping=_mapping(mapping), may_assume_currency=dry_run)
    read = make_bank_file_reader().read(_content(file), file.name, given)
    if dry_run:
        for words in _json_lines(read) if as_json else _words(file.name, read):
            typer.echo(words)
        return
    # Half a second of imports that a dry run does without.
    from cli.record_statement import record_statement  # noqa: PLC0415

    for words in record_statement(file.name, read, organisation, as_json=as_json):
        typer.echo(words)


def _mapping(text: str) -> dict[str, str]:
    """`field=column` apart by commas; a comma within a column's name is written `\\,`."""
    pieces = text.replace("\\,", "\0").split(",") if text.strip() else []
    found: dict[str, str] = {}
    for piece in pieces:
        name, is_there, column = piece.replace("\0", ",").partition("=")
        if not is_there or not name.strip() or not column.strip() or name.strip() in found:
            raise InvalidInput(f"--mapping: {piece!r} is not field=column, such as amount=Betrag")
        found[name.strip()] = column.strip()
    return found


def _content(path: Path) -> bytes:
    if not path.is_file():
        raise InvalidInput(f"{path} is not a file")
    try:
        with path.open("rb") as file:
            content = file.read(MOST_STATEMENT_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_STATEMENT_BYTES:
        reason = f"it has more than {MOST_STATEMENT_BYTES:,} bytes"
        raise StatementRefused(path.name, 0, reason, "export shorter periods and import each")
    return content


def _json_lines(read: BankFile) -> list[str]:
    lines = [line for statement in read.statements for line in statement.lines]
    return [json.dumps(_as_json(line), ensure_ascii=False) for line in lines]


def _as_json(line: BankLine) -> dict[str, Any]:
    return {
        "booked_on": line.booked_on.isoformat(),
        "value_on": line.value_on.isoformat() if line.value_on else None,
        "amount": plain(line.amount.amount, line.amount.currency),
        "currency": line.amount.currency,
        "payer_name": line.payer_name,
        "payer_account": line.payer_account,
        "reference": line.reference,
        "bank_id": line.bank_id,
        "status": line.status.value,
    }


def _words(name: str, read: BankFile) -> list[str]:
    """What is in the file, for a person: the mapping that was guessed, each account, its lines, what is odd."""
    words = [f"{name}: {read.kind}", *mapping_words(read.mapping)]
    for statement in read.statements:
        words += ["", _heading(statement), *_table(statement.lines)]
        words += [f"  note: {warning}" for warning in statement.warnings]
    return words


def _heading(statement: BankStatement) -> str:
    heading = (
        f"account {statement.account or '(not named)'} {statement.currency}: {len(statement.lines)} transactions"
    )
    opening, closing = statement.opening, statement.closing
    heading += f", opens with {opening}" if opening else ""
    return heading + (f", closes with {closing}" if closing else "")


def _table(lines: tuple[BankLine, ...]) -> list[str]:
    rows = [_TABLE_HEAD, *map(_cells, lines)] if lines else []
    widths = [max(len(row[at]) for row in rows) for at in range(len(_TABLE_HEAD))] if rows else []
    return [
        "  ".join(
            cell.rjust(width) if at == 2 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _cells(line: BankLine) -> tuple[str, ...]:
    value = line.value_on.isoformat() if line.value_on else ""
    told = (line.payer_name[:_PAYER], line.payer_account[:_ACCOUNT], line.reference[:_REFERENCE])
    return (line.booked_on.isoformat(), value, str(line.amount), line.status.value, *told)
