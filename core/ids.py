"""One id type an entity, so that a payment id cannot be passed as an invoice id."""

from typing import NewType
from uuid import UUID

from uuid_utils import compat

OrgId = NewType("OrgId", UUID)
EntityId = NewType("EntityId", UUID)
UserId = NewType("UserId", UUID)
MailboxId = NewType("MailboxId", UUID)
AccountId = NewType("AccountId", UUID)
ContactId = NewType("ContactId", UUID)
InvoiceId = NewType("InvoiceId", UUID)
CreditNoteId = NewType("CreditNoteId", UUID)
PaymentId = NewType("PaymentId", UUID)
AllocationId = NewType("AllocationId", UUID)
PromiseId = NewType("PromiseId", UUID)
DisputeId = NewType("DisputeId", UUID)
ConversationId = NewType("ConversationId", UUID)
MessageId = NewType("MessageId", UUID)
CaseId = NewType("CaseId", UUID)
DraftId = NewType("DraftId", UUID)
ApprovalId = NewType("ApprovalId", UUID)
SendId = NewType("SendId", UUID)
ReviewItemId = NewType("ReviewItemId", UUID)
CorrectionId = NewType("CorrectionId", UUID)


def new_id() -> UUID:
    """A fresh UUID version 7: unique anywhere, and ordered by time, so that index pages stay together."""
    return compat.uuid7()
