"""Response bodies of the outbox. Times are UTC."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from api.schemas.approvals import SendOut
from ledger.queries.outbox import OutboxMail


class OutboxMailOut(BaseModel):
    """An approved mail that has not gone out. `goes_at` is the earliest instant at which it may; `send` says why.

    `version` is what `If-Match` takes at `/v1/approvals/{approval_id}/take-back`, as long as `can_be_taken_back`.
    """

    approval_id: UUID
    case_id: UUID
    account_id: UUID
    account: str
    version: int
    subject: str
    to: list[str]
    approved_by: str
    approved_at: datetime
    goes_at: datetime
    can_be_taken_back: bool
    send: SendOut

    @classmethod
    def of(cls, mail: OutboxMail) -> "OutboxMailOut":
        """The body for one mail."""
        return cls(
            approval_id=mail.approval_id,
            case_id=mail.case_id,
            account_id=mail.account_id,
            account=mail.account_name,
            version=mail.version,
            subject=mail.subject,
            to=list(mail.recipients),
            approved_by=mail.approved_by,
            approved_at=mail.approved_at,
            goes_at=mail.goes_at,
            can_be_taken_back=mail.can_be_taken_back,
            send=SendOut.of(mail.send),
        )


class OutboxPage(BaseModel):
    """A page of the outbox; `next_cursor` is null on the last one."""

    items: list[OutboxMailOut]
    next_cursor: str | None
