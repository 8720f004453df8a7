"""Loads the case, and the account as of now."""

import asyncio
from dataclasses import replace

from agent.runtime import Services
from agent.state import ReplyState, Update, Workspace, case_of, org_of
from ledger.commands.keep_sender_doubts import keep_sender_doubts
from ledger.model.case import CaseForRun
from ledger.queries.case_for_run import case_for_run
from ledger.queries.known_parties import doubted_messages, is_public, known_parties
from ledger.queries.recent_mail import recent_mail
from ledger.rules.sender_trust import KnownParties, claims_of, sender_doubts
from ledger.store.account_snapshot import account_snapshot
from mail.lookalike import look_alike
from tools.catalog import Catalogue
from tools.scope import ToolScope


async def load_context(services: Services, state: ReplyState) -> Update:
    """A fresh workspace; the snapshot is None where the sender belongs to no known customer."""
    org_id = org_of(state)
    await _weigh_sender(services, state)
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
            # Whom an answer goes to and what it is about is never taken from an earlier mail that may be forged.
            doubted = await doubted_messages(uow, case.conversation_id) - {case.message.message_id}
            snapshot = replace(snapshot, thread=tuple(m for m in snapshot.thread if m.message_id not in doubted))
    catalogue = None
    if snapshot is not None:
        catalogue = Catalogue(ToolScope(org_id, snapshot, services.uows, services.embedder, services.clock))
    workspace = Workspace(case=case, snapshot=snapshot, catalogue=catalogue, recent=recent)
    return {"workspace": workspace, "rounds": 0}


async def _weigh_sender(services: Services, state: ReplyState) -> None:
    """Keeps with the mail why it may not be from whom it says, before anything is read out of it.

    Weighed anew in each run: whom the ledger knows changes, and a person may have vouched for the mail since.
    """
    async with services.uows(org_of(state)) as uow:
        case = await case_for_run(uow, case_of(state))
        known = await known_parties(uow, case)
    # In a thread: a stranger's domain is compared with those of all customers.
    doubts = await asyncio.to_thread(_doubts, case, known)
    if list(doubts) != case.details.get("doubts", []):
        await keep_sender_doubts(services.uows, org_of(state), case_of(state), doubts, now=services.clock.now())


def _doubts(case: CaseForRun, known: KnownParties) -> tuple[str, ...]:
    sender = case.message.sender
    domains = known.customer_domains | known.our_domains
    found = None if is_public(sender) or known.vouched else look_alike(sender, domains)
    return sender_doubts(
        claims_of(sender, case.details),
        known,
        imitates=found.known if found is not None else "",
        how=found.how if found is not None else "",
    )
