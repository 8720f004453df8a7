"""Messages as the ledger keeps them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum

from core.ids import AccountId, ConversationId, MailboxId, MessageId


class Direction(StrEnum):
    """Seen from us."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation. `text` is its readable body, `reply_text` the sender's own words in it."""

    message_id: MessageId
    mailbox_id: MailboxId
    conversation_id: ConversationId | None
    account_id: AccountId | None
    direction: Direction
    header_message_id: str
    references: tuple[str, ...]
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str
    reply_text: str
    #: Sent (outbound) or received (inbound), aware UTC.
    at: datetime
    #: The sender's offset from UTC in minutes, where the Date header told it.
    sender_offset_minutes: int | None = None
    automatic: str | None = None

    @property
    def received_at(self) -> datetime:
        """`at` in the sender's own offset; UTC where the mail did not tell it."""
        return self.at.astimezone(timezone(timedelta(minutes=self.sender_offset_minutes or 0)))

    @property
    def received_on(self) -> date:
        """The sender's calendar day."""
        return self.received_at.date()
