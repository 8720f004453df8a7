"""Sets when an organisation's mail may go out."""

from core.ids import OrgId
from ledger.model.sending import SendingPolicy
from ledger.store.sending_policy import policy_of
from ledger.store.tables.people import OrganisationRow
from ledger.store.unit_of_work import UnitOfWorkFactory


async def set_sending_policy(uows: UnitOfWorkFactory, org_id: OrgId, policy: SendingPolicy) -> SendingPolicy:
    """Keeps the policy; returns the one before. What waits already goes by the new one when its time comes."""
    async with uows(org_id) as uow:
        row = await uow.session.get_one(OrganisationRow, org_id, with_for_update=True)
        before = policy_of(row)
        row.sending_opens, row.sending_closes = policy.hours.opens, policy.hours.closes
        row.sending_every_day = policy.hours.every_day
        row.contact_cap = policy.contact_cap
        row.undo_seconds = int(policy.undo.total_seconds())
        return before
