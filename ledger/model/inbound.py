"""`InboundMessage`: a message as the intake hands it to the ledger, and how it was tied to an account."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.ids import AccountId, CaseId, ConversationId, MailboxId, MessageId


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """Parsed and still raw. Message ids without angle brackets; `at` aware; `details` is JSON-ready."""

    mailbox_id: MailboxId
    header_message_id: str
    #: In-Reply-To first, then References, newest first.
    references: tuple[str, ...]
    #: The conversation that a valid signed token of ours names, or None.
    token_conversation: ConversationId | None
    sender: str
    sender_name: str
    recipients: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    subject_key: str
    text: str
    reply_text: str
    signature: str
    automatic: str | None
    raw: bytes
    at: datetime
    sender_offset_minutes: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    #: Why the bytes could not be read as a message; empty where they could.
    unreadable: str = ""
    #: Of sender, subject, words and attachments: equal for two deliveries of one mail, whatever way they took.
    content_digest: str = ""


@dataclass(frozen=True, slots=True)
class SenderCandidates:
    """What the ledger knows about a message's sender and thread."""

    thread_account: AccountId | None
    #: Accounts that have the sender as a contact, by id.
    as_contact: tuple[AccountId, ...]
    #: Accounts that own the sender's domain, by id; empty for public mail providers.
    by_domain: tuple[AccountId, ...]
    #: Accounts one of whose invoices the subject or text names, by id.
    by_invoice: tuple[AccountId, ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """Which account a message belongs to. `trouble` says why a person must look first; empty where nobody must."""

    account_id: AccountId | None
    how: str
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What `record_inbound_message` did; `is_new` is False for a message that was already kept."""

    message_id: MessageId
    is_new: bool
    case_id: CaseId | None = None
