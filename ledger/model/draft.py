"""`Draft`: a proposed mail, what supports each of its figures, and its states."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.model.signal import DocumentKind


class DraftState(StrEnum):
    """`written -> verified -> awaiting_approval -> approved -> sending -> sent`, and the exits."""

    WRITTEN = "written"
    VERIFIED = "verified"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    STALE = "stale"
    FAILED = "failed"
    OUTCOME_UNKNOWN = "outcome_unknown"


@dataclass(frozen=True, slots=True)
class Support:
    """Why a figure may stand in a draft.

    `kind` is `ledger` (a value of the ledger), `rule` (derived; `source` names the rule and its inputs) or
    `statement` (the customer's own, worded as such).
    """

    figure: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check objects to. `start` and `end` are in the draft's text, -1 where it is elsewhere."""

    check: str
    message: str
    text: str = ""
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class DraftText:
    """A mail as written: plain text; `marked_language` names the language the customer uses where the mail had
    to be written in the organisation's own instead."""

    subject: str
    text: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    #: BCP 47 of the text.
    language: str = "en"
    marked_language: str = ""
    attachments: tuple[DocumentKind, ...] = ()
    #: File names of what is really attached; filled when the documents were found.
    attachment_names: tuple[str, ...] = ()
    #: `templates`, or the model's name.
    written_by: str = "templates"


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of all checks on one text: clean when `findings` is empty."""

    findings: tuple[Finding, ...]
    supports: tuple[Support, ...]
    #: The text states days past due, "today" or "tomorrow": it holds for its sending day only.
    only_today: bool = False
