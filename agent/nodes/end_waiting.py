"""Nothing to say now: the case waits for the day that the decision names."""

from agent.runtime import Services
from agent.state import ReplyState, Update, case_of, org_of
from ledger.commands.close_run import end_waiting as wait


async def end_waiting(services: Services, state: ReplyState) -> Update:
    """Closes the run with its next day."""
    workspace = state["workspace"]
    assert workspace.decision is not None
    await wait(services.uows, org_of(state), case_of(state), workspace.decision, now=services.clock.now())
    return {}
