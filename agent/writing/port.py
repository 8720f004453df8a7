"""`Writer`: decision and allowed facts to a draft."""

from typing import Protocol

from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftText, Finding
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot


class Writer(Protocol):
    """Words what was decided. Recipients, figures and attachments come from the decision and the snapshot."""

    async def write(
        self,
        decision: PolicyDecision,
        snapshot: AccountSnapshot,
        signals: tuple[Signal, ...],
        *,
        findings: tuple[Finding, ...] = (),
        previous: DraftText | None = None,
        instruction: str = "",
    ) -> DraftText:
        """The next mail of the conversation `snapshot.thread`.

        `findings` and `previous` are given when an earlier text did not pass the checks; `instruction` is a
        collector's own wish, the only instruction there is.
        """
        ...
