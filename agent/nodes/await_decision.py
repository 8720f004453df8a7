"""`interrupt()`, alone in its node. The approval row is the truth; this only shows it to LangGraph's own tools."""

from langgraph.types import interrupt

from agent.runtime import Services
from agent.state import ReplyState, Update

#: What may be answered, in the agent-inbox convention. Nothing resumes this graph but the approvals API.
INBOX_CONFIG = {"allow_accept": True, "allow_edit": True, "allow_respond": True, "allow_ignore": True}


async def await_decision(_: Services, state: ReplyState) -> Update:
    """Waits; holds ids only, because a checkpoint is no place for a customer's words."""
    decision = interrupt(
        {
            "action_request": {
                "action": "send_email",
                "args": {"org_id": state["org_id"], "case_id": state["case_id"]},
            },
            "config": INBOX_CONFIG,
            "description": f"Approve, edit, answer or reject the draft of case {state['case_id']} "
            "in the approvals API or the console.",
        }
    )
    return {"resumed": str(decision)}
