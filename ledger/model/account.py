"""`CustomerAccount` (the debtor), its contacts and what they allow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.ids import AccountId, ContactId


class ContactStatus(StrEnum):
    """`active` may be written to; `proposed` waits for a person; `suppressed` is never written to again; mail to
    `unreachable` came back: nothing goes there until a person says so, while mail from there is read as before."""

    ACTIVE = "active"
    PROPOSED = "proposed"
    SUPPRESSED = "suppressed"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Contact:
    """A person or mailbox at the customer. `email` is lower case."""

    contact_id: ContactId
    email: str
    name: str = ""
    #: `billing`, `approver`, `buyer`, ... as the ledger calls it; may be empty.
    role: str = ""
    #: BCP 47; empty means the account's.
    language: str = ""
    #: IANA name; empty means the account's.
    time_zone: str = ""
    status: ContactStatus = ContactStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """The debtor. `currency` is the one it is billed in first, `time_zone` an IANA name, `language` BCP 47."""

    account_id: AccountId
    external_id: str
    name: str
    currency: str
    language: str
    country: str
    time_zone: str
    email_domains: tuple[str, ...] = ()
    #: When the customer asked not to be written to any more; nothing of ours starts a mail after it.
    stopped_at: datetime | None = None
    #: Why a person put the account on hold; empty when it is not.
    hold_reason: str = ""
