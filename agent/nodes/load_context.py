"""Loads the case, and the account as of now."""

from agent.runtime import Services
from agent.state import ReplyState, Update, Workspace, case_of, org_of
from ledger.queries.case_for_run import case_for_run
from ledger.queries.recent_mail import recent_mail
from ledger.store.account_snapshot import account_snapshot
from tools.catalog import Catalogue
from tools.scope import ToolScope


async def load_context(services: Services, state: ReplyState) -> Update:
    """A fresh workspace; the snapshot is None where the sender belongs to no known customer."""
    org_id = org_of(state)
    async with services.uows(org_id) as uow:
        case = await case_for_run(uow, case_of(state))
        recent = await recent_mail(uow, case.message)
        snapshot = None
        if case.account_id is not None:
            snapshot = await account_snapshot(
                uow,
                case.account_id,
                mailbox_id=case.mailbox_id,
                conversation_id=case.conversation_id,
                now=services.clock.now(),
            )
    catalogue = None
    if snapshot is not None:
        catalogue = Catalogue(ToolScope(org_id, snapshot, services.uows, services.embedder, services.clock))
    workspace = Workspace(case=case, snapshot=snapshot, catalogue=catalogue, recent=recent)
    return {"workspace": workspace, "rounds": 0}
