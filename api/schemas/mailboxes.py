"""Bodies of connected mailboxes. Times are UTC; null where nothing is known or exists."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.body import Body
from jobs.mailbox_health import MailboxHealth
from ledger.rules.sending_limits import HIGHEST_LIMIT


class ExpiryOut(BaseModel):
    """What ends next: `grant` (a person signs in again) or `watch` (a worker renews it)."""

    model_config = ConfigDict(from_attributes=True)

    what: Literal["grant", "watch"]
    at: datetime
    days_left: float
    is_near: bool


class LimitsOut(BaseModel):
    """How many mails may leave a mailbox."""

    model_config = ConfigDict(from_attributes=True)

    per_minute: int
    per_day: int


class LimitsIn(Body):
    """What to set; what is left out stays."""

    per_minute: int | None = Field(default=None, ge=1, le=HIGHEST_LIMIT, strict=True)
    per_day: int | None = Field(default=None, ge=1, le=HIGHEST_LIMIT, strict=True)


class MailboxOut(BaseModel):
    """One mailbox and how it is. `words` say what is the matter and what to do."""

    mailbox_id: UUID
    address: str
    kind: str
    verdict: Literal["ok", "late", "failing", "needs_reconnect"]
    words: str
    last_good_sync: datetime | None
    failing_since: datetime | None
    last_error: str
    grant_state: str | None
    expiry: ExpiryOut | None
    cursor_age_seconds: float | None
    gap_messages: int | None
    #: How many mails may leave it a minute and within 24 hours; null where what is set is no number.
    limits: LimitsOut | None

    @classmethod
    def of(cls, health: MailboxHealth) -> "MailboxOut":
        """The body for one mailbox."""
        return cls.model_validate(health, from_attributes=True)


class MailboxList(BaseModel):
    """All active mailboxes, oldest first."""

    items: list[MailboxOut]
