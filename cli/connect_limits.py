"""`duly connect limits`: how many mails may leave a mailbox a minute and a day."""

import asyncio
from typing import Annotated

import typer
from sqlalchemy import select

from cli.link import choose_organisation
from cli.running import database, running
from core.errors import NotFound
from core.ids import MailboxId
from core.settings import Settings
from ledger.commands.set_mailbox_limits import set_mailbox_limits
from ledger.model.sending import MailboxLimits
from ledger.rules.sending_limits import HIGHEST_LIMIT
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import MailboxRow


def limits(
    address: Annotated[str, typer.Argument(help="Our address.")],
    per_minute: Annotated[int | None, typer.Option(min=1, max=HIGHEST_LIMIT)] = None,
    per_day: Annotated[int | None, typer.Option(min=1, max=HIGHEST_LIMIT)] = None,
    organisation: Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")] = "",
) -> None:
    """Shows how many mails may leave a mailbox, after setting what is named."""
    settings = Settings()
    with database(settings) as urls:
        found = asyncio.run(_set(settings, urls, organisation, address.lower(), per_minute, per_day))
    typer.echo(f"a minute\t{found.per_minute:,}\na day\t{found.per_day:,}")


async def _set(
    settings: Settings,
    urls: DatabaseUrls,
    organisation: str,
    address: str,
    per_minute: int | None,
    per_day: int | None,
) -> MailboxLimits:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        async with duly.uows(org_id) as uow:
            mailbox_id = await uow.session.scalar(select(MailboxRow.id).where(MailboxRow.address == address))
        if mailbox_id is None:
            raise NotFound("mailbox", address)
        return await set_mailbox_limits(
            duly.uows,
            org_id,
            MailboxId(mailbox_id),
            per_minute=per_minute,
            per_day=per_day,
            by="duly connect limits",
            now=duly.clock.now(),
        )
