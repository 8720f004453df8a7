"""A mail goes to active contacts of this account and to nobody else."""

from agent.checks.checked import Checked
from ledger.model.draft import DraftText, Finding
from ledger.model.snapshot import AccountSnapshot

CHECK = "recipients"
MAX_RECIPIENTS = 10


def check_recipients(draft: DraftText, snapshot: AccountSnapshot) -> Checked:
    """Recipients who are no active contacts, are named twice, are ourselves, or are missing."""
    findings: list[Finding] = []
    allowed = {contact.email.casefold() for contact in snapshot.active_contacts} - {snapshot.our_address.casefold()}
    if not draft.to:
        findings.append(Finding(CHECK, "there is nobody to write to: no active contact of this customer is known"))
    if len(draft.to) + len(draft.cc) > MAX_RECIPIENTS:
        findings.append(Finding(CHECK, f"more than {MAX_RECIPIENTS} recipients"))
    seen: set[str] = set()
    for address in (*draft.to, *draft.cc):
        key = address.casefold()
        if key not in allowed:
            findings.append(Finding(CHECK, "no active contact of this customer", address[:120]))
        elif key in seen:
            findings.append(Finding(CHECK, "named twice", address[:120]))
        seen.add(key)
    return Checked(tuple(findings))
