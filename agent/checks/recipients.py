"""A mail goes to active contacts of this account and to nobody else."""

from agent.checks.checked import Checked
from ledger.model.account import ContactStatus
from ledger.model.draft import DraftText, Finding
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.no_reply import takes_no_mail

CHECK = "recipients"
MAX_RECIPIENTS = 10
_STRANGER = "no active contact of this customer: accept the address as a contact first"
_NOT_ACTIVE = {
    ContactStatus.PROPOSED: _STRANGER,
    ContactStatus.SUPPRESSED: "never to be written to again",
    ContactStatus.UNREACHABLE: "mail to this contact came back: say first that the address works again",
}


def check_recipients(draft: DraftText, snapshot: AccountSnapshot) -> Checked:
    """Recipients who are no active contacts, are named twice, are ourselves, read no mail, or are missing; and any,
    where the customer asked not to be written to."""
    findings: list[Finding] = []
    if snapshot.account.stopped_at is not None:
        findings.append(Finding(CHECK, "this customer asked not to be written to any more"))
    if not draft.to:
        findings.append(Finding(CHECK, "there is nobody to write to: no active contact of this customer is known"))
    if len(draft.to) + len(draft.cc) > MAX_RECIPIENTS:
        findings.append(Finding(CHECK, f"more than {MAX_RECIPIENTS} recipients"))
    statuses = {contact.email.casefold(): contact.status for contact in snapshot.contacts}
    statuses.pop(snapshot.our_address.casefold(), None)
    seen: set[str] = set()
    for address in (*draft.to, *draft.cc):
        key = address.casefold()
        status = statuses.get(key)
        if status is not ContactStatus.ACTIVE:
            findings.append(Finding(CHECK, _STRANGER if status is None else _NOT_ACTIVE[status], address[:120]))
        elif takes_no_mail(key):
            findings.append(Finding(CHECK, "nobody reads what is sent there", address[:120]))
        elif key in seen:
            findings.append(Finding(CHECK, "named twice", address[:120]))
        seen.add(key)
    return Checked(tuple(findings))
