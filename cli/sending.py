"""`duly sending`: when an organisation's mail may go out."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from cli.link import choose_organisation
from cli.running import database, running
from core.errors import InvalidInput
from core.settings import Settings
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.model.sending import HIGHEST_CAP, LONGEST_UNDO, SendingHours, SendingPolicy
from ledger.store.local_server import DatabaseUrls
from ledger.store.sending_policy import policy_of
from ledger.store.tables.people import OrganisationRow

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class _Changes:
    """What was typed; None leaves a part as it is."""

    opens: str | None
    closes: str | None
    every_day: bool | None
    contact_cap: int | None
    undo_seconds: int | None

    def over(self, now: SendingPolicy) -> SendingPolicy:
        hours = SendingHours(
            now.hours.opens if self.opens is None else minutes_of(self.opens),
            now.hours.closes if self.closes is None else minutes_of(self.closes),
            every_day=now.hours.every_day if self.every_day is None else self.every_day,
        )
        return SendingPolicy(
            hours,
            contact_cap=now.contact_cap if self.contact_cap is None else self.contact_cap,
            undo=now.undo if self.undo_seconds is None else timedelta(seconds=self.undo_seconds),
        )


def sending(
    opens: Annotated[str | None, typer.Option("--from", help="First minute at the customer's, like 8:00.")] = None,
    closes: Annotated[str | None, typer.Option("--until", help="The minute it ends, like 18:00; 24:00 too.")] = None,
    every_day: Annotated[
        bool | None, typer.Option("--every-day/--business-days", help="Whether weekends and holidays count.")
    ] = None,
    contact_cap: Annotated[
        int | None,
        typer.Option("--cap", min=1, max=HIGHEST_CAP, help="Mails that we start, a customer and seven days."),
    ] = None,
    undo_seconds: Annotated[
        int | None,
        typer.Option(
            "--undo-seconds",
            min=0,
            max=int(LONGEST_UNDO.total_seconds()),
            help="How long an approved mail can be taken back before it goes out; 0: it goes at once.",
        ),
    ] = None,
    organisation: Annotated[str, typer.Option(help="Slug of the organisation; needed where there are several.")] = "",
) -> None:
    """Shows when mail goes out, after setting what is named."""
    changes = _Changes(opens, closes, every_day, contact_cap, undo_seconds)
    settings = Settings()
    with database(settings) as urls:
        policy = asyncio.run(_set(settings, urls, organisation, changes))
    for line in _shown(policy):
        typer.echo(line)


async def _set(settings: Settings, urls: DatabaseUrls, organisation: str, changes: _Changes) -> SendingPolicy:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, organisation)
        async with duly.uows(org_id) as uow:
            before = policy_of(await uow.session.get_one(OrganisationRow, org_id))
        policy = changes.over(before)
        if policy != before:
            await set_sending_policy(duly.uows, org_id, policy)
        return policy


def minutes_of(clock: str) -> int:
    """Minutes after midnight.

    Raises:
        InvalidInput: it is no time of day.
    """
    match = _CLOCK.fullmatch(clock.strip())
    if match is None or int(match[2]) > 59 or int(match[1]) * 60 + int(match[2]) > 24 * 60:
        raise InvalidInput(f"{clock!r} is no time of day; it looks like 8:00")
    return int(match[1]) * 60 + int(match[2])


def _shown(policy: SendingPolicy) -> list[str]:
    seconds = int(policy.undo.total_seconds())
    return [
        f"hours\t{policy.hours} (customer's time)",
        f"days\t{'every day' if policy.hours.every_day else 'business days of the customer'}",
        f"cap\t{policy.contact_cap} mails that we start, a customer and seven days",
        f"undo\t{f'{seconds} s' if seconds else 'off'}",
    ]
