"""The other way a run ends: a review item with the reason."""

from agent.runtime import Services
from agent.state import ReplyState, Update, case_of, org_of
from ledger.commands.close_run import hand_to_person as hand_over
from ledger.commands.record_tool_calls import record_tool_calls


async def hand_to_person(services: Services, state: ReplyState) -> Update:
    """Opens the review item."""
    workspace = state["workspace"]
    if workspace.catalogue is not None:
        await record_tool_calls(services.uows, org_of(state), case_of(state), workspace.catalogue.take_calls())
    await hand_over(
        services.uows,
        org_of(state),
        case_of(state),
        decision=workspace.decision,
        words=workspace.handing_over or "no rule fits what this mail says",
        findings=() if workspace.verification is None else workspace.verification.findings,
        now=services.clock.now(),
    )
    return {}
