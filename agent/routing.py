"""Which step comes next: pure functions of the state, importing nothing that does anything."""

from typing import TypedDict

#: Revisions of a draft before a person gets it.
MOST_REVISIONS = 2


class Routed(TypedDict, total=False):
    """The part of the state that routes."""

    route: str
    rounds: int


def after_decision(state: Routed) -> str:
    """`draft_reply`, `hand_to_person` or `end_waiting`."""
    return state["route"]


def after_verification(state: Routed) -> str:
    """Clean texts are put before a person; others are revised at most twice."""
    if state["route"] == "clean":
        return "request_approval"
    return "revise_draft" if state.get("rounds", 0) < MOST_REVISIONS else "hand_to_person"
