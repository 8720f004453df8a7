"""Writes again with the findings in hand; at most two rounds."""

from dataclasses import replace

from agent.runtime import Services
from agent.state import ReplyState, Update, case_of, org_of


async def revise_draft(services: Services, state: ReplyState) -> Update:
    """Replaces `workspace.draft` and counts the round."""
    workspace = state["workspace"]
    assert workspace.draft is not None
    assert workspace.decision is not None
    assert workspace.snapshot is not None
    assert workspace.verification is not None
    draft = await services.writer(org_of(state), case_of(state)).write(
        workspace.decision,
        workspace.snapshot,
        workspace.signals,
        findings=workspace.verification.findings,
        previous=workspace.draft,
    )
    workspace.draft = replace(draft, attachment_names=workspace.draft.attachment_names)
    return {"workspace": workspace, "rounds": state.get("rounds", 0) + 1}
