"""Sets how many mails may leave a mailbox a minute and a day."""

from datetime import datetime

from core.errors import NotFound
from core.ids import MailboxId, OrgId
from ledger.model.sending import MailboxLimits
from ledger.rules.sending_limits import limits_of
from ledger.store.tables.people import MailboxRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWorkFactory


async def set_mailbox_limits(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    mailbox_id: MailboxId,
    *,
    per_minute: int | None,
    per_day: int | None,
    by: str,
    now: datetime,
) -> MailboxLimits:
    """Sets those that are named, leaves the others, and returns both. Doing it twice does nothing more.

    Raises:
        NotFound: no such active mailbox in this organisation.
        NotConfigured: a limit is no whole number from one on.
    """
    async with uows(org_id) as uow:
        row = await uow.session.get(MailboxRow, mailbox_id, with_for_update=True)
        if row is None or not row.active:
            raise NotFound("mailbox", mailbox_id)
        named = {"per_minute": per_minute, "per_day": per_day}
        wanted = {**row.sender, **{name: value for name, value in named.items() if value is not None}}
        limits = limits_of(wanted, row.address)
        if wanted == row.sender:
            return limits
        row.sender = wanted
        await append_event(
            uow,
            kind="mailbox_limits_set",
            words=f"{row.address} sends at most {limits.per_minute:,} mails a minute and {limits.per_day:,} a day.",
            cause_key=f"mailbox_limits_set:{mailbox_id}:{now.isoformat()}:{limits.per_minute}:{limits.per_day}",
            at=now,
            actor=by,
            facts={"mailbox_id": str(mailbox_id)},
        )
        return limits
