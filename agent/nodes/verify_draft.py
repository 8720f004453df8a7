"""Runs all checks, collects findings."""

from agent.runtime import Services
from agent.state import ReplyState, Update


async def verify_draft(services: Services, state: ReplyState) -> Update:
    """Fills `workspace.verification`; the route is `clean` or `findings`."""
    workspace = state["workspace"]
    assert workspace.draft is not None
    assert workspace.decision is not None
    assert workspace.snapshot is not None
    workspace.verification = services.verify(
        workspace.draft, workspace.decision, workspace.snapshot, workspace.signals
    )
    findings = workspace.verification.findings
    if findings:
        workspace.handing_over = "no draft passed the checks: " + "; ".join(f.message for f in findings[:5])
    return {"workspace": workspace, "route": "findings" if findings else "clean"}
