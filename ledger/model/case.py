"""`CaseForRun`: what a run of the graph is about."""

from dataclasses import dataclass, field
from typing import Any

from core.ids import AccountId, CaseId, ConversationId, MailboxId
from ledger.model.message import Message
from ledger.model.reading import Reading


@dataclass(frozen=True, slots=True)
class CaseForRun:
    """One case, its message, and what was read in it before (None before the first reading)."""

    case_id: CaseId
    generation: int
    state: str
    account_id: AccountId | None
    conversation_id: ConversationId | None
    mailbox_id: MailboxId
    message: Message
    #: As the intake kept them: attachments, hidden words, failed addresses, trouble with the sender, problems.
    details: dict[str, Any] = field(default_factory=dict)
    reading: Reading | None = None
    #: Why the text is written again; empty on the first run.
    why_again: str = ""
    #: Who corrected the reading; empty where nobody did. A person then read the mail to its last sentence.
    corrected_by: str = ""
