"""`record_signals`, and what automatic mail changes besides; then the account as it stands with what was recorded."""

from agent.runtime import Services
from agent.state import ReplyState, Update, case_of, org_of
from ledger.commands.follow_automatic_mail import follow_automatic_mail
from ledger.commands.record_signals import record_signals as record
from ledger.model.reading import Reading
from ledger.store.account_snapshot import with_what_was_said


async def record_signals(services: Services, state: ReplyState) -> Update:
    """Lands the reading on the timeline; a rerun adds nothing.

    What is decided and drafted from here on rests on facts that hold the new promise or dispute already: otherwise
    the draft would be stale with its own arrival.
    """
    workspace = state["workspace"]
    reading = workspace.reading
    assert reading is not None
    await record(
        services.uows,
        org_of(state),
        case_of(state),
        Reading(
            signals=workspace.grounded,
            needs_human=reading.needs_human,
            reasons=reading.reasons,
            unknown_references=reading.unknown_references,
            language=reading.language,
            reader=reading.reader,
        ),
        now=services.clock.now(),
        found=workspace.found,
    )
    assert workspace.case is not None
    if not workspace.case.details.get("doubts"):
        # A forged notice of absence or non-delivery moves no wait and takes no contact out.
        await follow_automatic_mail(services.uows, org_of(state), case_of(state), now=services.clock.now())
    if workspace.snapshot is not None:
        async with services.uows(org_of(state)) as uow:
            workspace.snapshot = await with_what_was_said(uow, workspace.snapshot)
    return {"workspace": workspace}
