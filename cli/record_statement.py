"""A bank statement that was read, into the ledger."""

import asyncio
import json
from collections.abc import Iterator

from cli.link import choose_organisation
from cli.mapping_words import mapping_words
from cli.running import database, running
from core.settings import Settings
from integrations.ports.bank_statement import BankFile, BankLine, BankStatement, LineStatus, StatementRefused
from ledger.commands.record_bank_lines import record_bank_lines
from ledger.model.cash import RecordedLines, StatementLine
from ledger.model.statement import AccountStatement
from ledger.store.local_server import DatabaseUrls


def record_statement(name: str, read: BankFile, organisation: str, *, as_json: bool) -> Iterator[str]:
    """Records each account's lines, and tells how the file was taken and what became of it: words, or a JSON object
    an account.

    Raises:
        StatementRefused: it does not say of which account it is.
    """
    nameless = next((one for one in read.statements if one.lines and not one.account), None)
    if nameless is not None:
        line = nameless.lines[0].line_number
        raise StatementRefused(
            name, line, "it does not say of which account it is", "name our account with --account"
        )
    settings = Settings()
    with database(settings) as urls:
        done = asyncio.run(_record(settings, urls, name, read, organisation))
    if not as_json:
        yield from mapping_words(read.mapping)
    for account, recorded in done.items():
        warnings = [*_warnings_of(read, account), *recorded.warnings]
        counts = {
            "added": recorded.added, "known": recorded.known, "booked": recorded.booked, "pending": recorded.pending
        }  # fmt: skip
        if as_json:
            said = {"account": account, **counts, "mapping": dict(read.mapping), "warnings": warnings}
            yield json.dumps(said, ensure_ascii=False)
        else:
            yield f"{account}: " + ", ".join(f"{count} {word}" for word, count in counts.items())
            yield from (f"  note: {warning}" for warning in warnings)


def _warnings_of(read: BankFile, account: str) -> list[str]:
    return list(dict.fromkeys(words for one in read.statements if one.account == account for words in one.warnings))


async def _record(
    settings: Settings, urls: DatabaseUrls, name: str, read: BankFile, organisation: str
) -> dict[str, RecordedLines]:
    done: dict[str, RecordedLines] = {}
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        for account, statements in _by_account(read.statements).items():
            done[account] = await record_bank_lines(
                duly.uows,
                org_id,
                bank_account=account,
                statements=statements,
                source_file=name,
                actor="duly import",
                now=duly.clock.now(),
            )
    return done


def _by_account(statements: tuple[BankStatement, ...]) -> dict[str, list[AccountStatement]]:
    """The statements that hold money, or what may become some, of each account."""
    found: dict[str, list[AccountStatement]] = {}
    for statement in statements:
        lines = tuple(_line(line) for line in statement.lines if line.status is not LineStatus.INFORMATION)
        if lines:
            of_account = found.setdefault(statement.account, [])
            of_account.append(AccountStatement(lines, statement.opening, statement.closing))
    return found


def _line(line: BankLine) -> StatementLine:
    return StatementLine(
        external_key=line.external_key,
        booked_on=line.booked_on,
        amount=line.amount,
        value_on=line.value_on,
        payer_name=line.payer_name,
        payer_account=line.payer_account,
        reference=line.reference,
        bank_id=line.bank_id,
        pending=line.status is LineStatus.PENDING,
        line_number=line.line_number,
        content_key=line.content_key,
    )
