"""Whom to write to when a contact cannot be reached."""

from collections.abc import Collection, Iterable

from ledger.model.account import Contact, ContactStatus
from ledger.rules.no_reply import takes_no_mail

#: Roles of people who pay invoices.
BILLING_ROLES = frozenset({"billing", "accounts payable", "accounts_payable", "ap", "accounting", "finance"})


def next_contact(contacts: Iterable[Contact], failed: Collection[str]) -> Contact | None:
    """The active contact to try next: of the failed one's role, else of billing, else of no stated role.

    None where only contacts of another role are left: a buyer is not sent a reminder because the clerk's mailbox is
    full; a person decides on that. Among equals the first by address, so that the answer is always the same.
    """
    known = list(contacts)
    gone = {address.casefold() for address in failed}
    roles = {contact.role.casefold() for contact in known if contact.email.casefold() in gone and contact.role}
    left = sorted(
        (c for c in known if may_be_written_to(c) and c.email.casefold() not in gone),
        key=lambda contact: contact.email,
    )
    for fits in (roles, BILLING_ROLES, frozenset({""})):
        for contact in left:
            if contact.role.casefold() in fits:
                return contact
    return None


def may_be_written_to(contact: Contact) -> bool:
    """Whether mail may go there: the contact is active, and somebody reads it."""
    return contact.status is ContactStatus.ACTIVE and not takes_no_mail(contact.email)


def unreachable(contacts: Iterable[Contact]) -> frozenset[str]:
    """Lower-case addresses from which mail came back and which no person has released since."""
    return frozenset(c.email.casefold() for c in contacts if c.status is ContactStatus.UNREACHABLE)
