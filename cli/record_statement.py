"""A bank statement that was read, into the ledger."""

import asyncio
import json
from collections.abc import Iterator

from cli.link import choose_organisation
from cli.running import database, running
from core.settings import Settings
from integrations.ports.bank_statement import BankFile, BankStatement, LineStatus, StatementRefused
from ledger.commands.record_bank_lines import record_bank_lines
from ledger.model.cash import RecordedLines, StatementLine
from ledger.store.local_server import DatabaseUrls


def record_statement(name: str, read: BankFile, organisation: str, *, as_json: bool) -> Iterator[str]:
    """Records each account's lines, and tells what became of them: words, or a JSON object an account.

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
    for account, lines in done.items():
        counts = {"added": lines.added, "known": lines.known, "booked": lines.booked, "pending": lines.pending}
        if as_json:
            yield json.dumps({"account": account, **counts}, ensure_ascii=False)
        else:
            yield f"{account}: " + ", ".join(f"{count} {word}" for word, count in counts.items())


async def _record(
    settings: Settings, urls: DatabaseUrls, name: str, read: BankFile, organisation: str
) -> dict[str, RecordedLines]:
    done: dict[str, RecordedLines] = {}
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        for account, lines in _by_account(read.statements).items():
            done[account] = await record_bank_lines(
                duly.uows,
                org_id,
                bank_account=account,
                lines=lines,
                source_file=name,
                actor="duly import",
                now=duly.clock.now(),
            )
    return done


def _by_account(statements: tuple[BankStatement, ...]) -> dict[str, list[StatementLine]]:
    """The lines that are or may become money; an account's statements of one file go together."""
    found: dict[str, list[StatementLine]] = {}
    for statement in statements:
        lines = found.setdefault(statement.account, [])
        lines += [
            StatementLine(
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
            )
            for line in statement.lines
            if line.status is not LineStatus.INFORMATION
        ]
    return {account: lines for account, lines in found.items() if lines}
