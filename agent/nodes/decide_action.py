"""Calls the rule; no text is written here."""

from agent.runtime import Services
from agent.state import ReplyState, Update
from ledger.model.case import CaseForRun
from ledger.model.decision import Action
from ledger.rules.brakes import brake_on
from ledger.rules.decide_action import CaseFlags
from ledger.rules.decide_action import decide_action as decide
from ledger.rules.unread_words import unread_words


async def decide_action(services: Services, state: ReplyState) -> Update:
    """Fills `workspace.decision` and names the next step."""
    workspace = state["workspace"]
    case, reading = workspace.case, workspace.reading
    assert case is not None
    assert reading is not None
    if workspace.snapshot is None:
        workspace.handing_over = str(case.details.get("trouble")) or "the sender belongs to no known customer"
        return {"workspace": workspace, "route": "hand_to_person"}
    unread = 0 if case.corrected_by else unread_words(case.message.reply_text, reading.signals)
    flags = CaseFlags(
        sender_trouble=str(case.details.get("trouble", "")),
        needs_human=reading.needs_human,
        reading_reasons=(
            *reading.reasons,
            *(f"{number} is not in the ledger" for number in reading.unknown_references),
            *(str(problem) for problem in case.details.get("problems", [])),
        ),
        ungrounded=tuple(
            f"“{read.signal.evidence.quote[:80]}”: {read.ungrounded}"
            for read in workspace.grounded
            if read.ungrounded
        ),
        automatic=case.message.automatic,
        unread_words=unread,
        failed=tuple(one for one in _words(case, "failed") if one not in _words(case, "delayed")),
        delayed=bool(_words(case, "delayed")) and set(_words(case, "failed")) <= set(_words(case, "delayed")),
        # A person who corrected or asked again has looked: the brakes are for what nobody looks at.
        brake=brake_on(case.message, workspace.recent) if case.generation == 1 and not case.corrected_by else None,
    )
    decision = decide(workspace.snapshot, workspace.signals, flags, documents_at_hand=services.documents.kinds)
    workspace.decision = decision
    if decision.topics:
        return {"workspace": workspace, "route": "draft_reply"}
    if decision.action is Action.WAIT:
        return {"workspace": workspace, "route": "end_waiting"}
    workspace.handing_over = "; ".join(reason.words for reason in decision.reasons)
    return {"workspace": workspace, "route": "hand_to_person"}


def _words(case: CaseForRun, key: str) -> tuple[str, ...]:
    return tuple(str(one) for one in case.details.get(key, []))
