"""Which account a message belongs to, and whether a person must look first."""

from core.ids import AccountId
from ledger.model.inbound import Identified, SenderCandidates


def identify_sender(candidates: SenderCandidates, *, bounce: bool) -> Identified:
    """The account, how it was found, and the trouble, if any.

    A known contact in their own thread is the only case without doubt. A thread alone never outweighs a sender
    who belongs to another customer.
    """
    if candidates.thread_account is not None:
        return _in_thread(candidates, candidates.thread_account, bounce=bounce)
    if len(candidates.as_contact) == 1:
        return Identified(candidates.as_contact[0], "contact")
    if candidates.as_contact:
        return _one_of(candidates.as_contact, candidates.by_invoice)
    if len(candidates.by_domain) == 1:
        return Identified(
            candidates.by_domain[0], "domain", "the address is new: its domain is known, this sender is not"
        )
    return Identified(None, "nobody", "the sender is not a known contact of any customer")


def _in_thread(candidates: SenderCandidates, account: AccountId, *, bounce: bool) -> Identified:
    if bounce or account in candidates.as_contact:
        return Identified(account, "thread")
    if candidates.as_contact or (candidates.by_domain and account not in candidates.by_domain):
        return Identified(None, "thread", "the mail answers one customer's thread but comes from another customer")
    if account in candidates.by_domain:
        return Identified(account, "thread", "the address is new: its domain is known, this sender is not")
    return Identified(account, "thread", "the sender is not a known contact of this customer")


def _one_of(accounts: tuple[AccountId, ...], named: tuple[AccountId, ...]) -> Identified:
    both = [account for account in accounts if account in named]
    if len(both) == 1:
        return Identified(both[0], "contact and invoice")
    return Identified(None, "contact", "the sender is a contact of several customers and names no invoice of one")
