"""The figures a model may use when it rewords a mail: those of the mail itself, each with its reason."""

from agent.checks.verify import verify
from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftText, Support
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot

_KINDS = {
    "ledger": "in our ledger",
    "rule": "from our ledger",
    "statement": "said by the customer; give it as the customer's statement",
}
_MAX_FACTS = 60


def facts_to_state(
    plain: DraftText, decision: PolicyDecision, snapshot: AccountSnapshot, signals: tuple[Signal, ...]
) -> tuple[str, ...]:
    """A line a figure, as the mail writes it and why it may stand; the customer's own words are left out."""
    supports = verify(plain, decision, snapshot, signals).supports
    return tuple(_line(support) for support in supports[:_MAX_FACTS]) or ("no figures",)


def _line(support: Support) -> str:
    if support.kind == "statement":
        return f"{support.figure} - {_KINDS['statement']}"
    return f"{support.figure} - {support.source} ({_KINDS[support.kind]})"
