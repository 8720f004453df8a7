"""An organisation's sending policy as rows keep it, and the clock and calendar of one mail's customer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from ledger.model.sending import SendingHours, SendingPolicy
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.drafts import DraftRow
from ledger.store.tables.people import OrganisationRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class SendingFrame:
    """By what one mail is timed. `zones` are IANA names, most specific first; `country` may be empty."""

    policy: SendingPolicy
    zones: tuple[str, ...]
    country: str


def policy_of(row: OrganisationRow) -> SendingPolicy:
    """What the organisation set."""
    return SendingPolicy(
        SendingHours(row.sending_opens, row.sending_closes, every_day=row.sending_every_day),
        contact_cap=row.contact_cap,
        undo=timedelta(seconds=row.undo_seconds),
    )


async def sending_frame(uow: UnitOfWork, draft: DraftRow) -> SendingFrame:
    """Policy, zones and country for a draft; the zones are its first recipient's, its account's, and our own."""
    organisation = await uow.session.get_one(OrganisationRow, uow.org_id)
    account = await uow.session.get_one(AccountRow, draft.account_id)
    contact_zone = await uow.session.scalar(
        select(ContactRow.time_zone).where(
            ContactRow.account_id == draft.account_id, ContactRow.email == next(iter(draft.recipients), "")
        )
    )
    return SendingFrame(
        policy_of(organisation),
        (contact_zone or "", account.time_zone, organisation.time_zone),
        account.country or organisation.country,
    )


async def on_the_queues_clock(uow: UnitOfWork, at: datetime, *, now: datetime) -> datetime:
    """The same instant by the database's clock, which the queue goes by: a worker's clock that differs from it would
    otherwise bring a job back too early, again and again."""
    queue_now: datetime = (await uow.session.scalars(select(func.clock_timestamp()))).one()
    return at + (queue_now - now)
