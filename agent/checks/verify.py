"""Runs all checks on a draft."""

from agent.checks.allowed_statements import check_allowed_statements
from agent.checks.amounts import check_amounts
from agent.checks.bank_details import check_bank_details
from agent.checks.checked import Checked
from agent.checks.dates import check_dates
from agent.checks.facts import Facts, collect_facts
from agent.checks.hidden_text import check_hidden_text
from agent.checks.invoice_refs import check_invoice_refs
from agent.checks.links import check_links
from agent.checks.numbers import check_numbers
from agent.checks.page import read_page
from agent.checks.recipients import check_recipients
from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftText, Finding, Verification
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot

MAX_TEXT_CHARS = 20_000
MAX_SUBJECT_CHARS = 250


def verify(
    draft: DraftText, decision: PolicyDecision, snapshot: AccountSnapshot, signals: tuple[Signal, ...]
) -> Verification:
    """What all checks say of the draft's recipients, subject and text; pure, and linear in the text's length."""
    too_long = _check_size(draft)
    people = check_recipients(draft, snapshot)
    if too_long:
        return Verification((*too_long, *people.findings), ())
    facts = collect_facts(decision, snapshot, signals)
    results = [people]
    for name, written in (("subject", draft.subject), ("text", draft.text)):
        results.extend(_check_part(name, written, facts, decision, snapshot))
    return Verification(
        _unique(tuple(finding for result in results for finding in result.findings)),
        tuple(dict.fromkeys(support for result in results for support in result.supports)),
        only_today=any(result.only_today for result in results),
    )


def verify_subject(
    subject: str, decision: PolicyDecision, snapshot: AccountSnapshot, signals: tuple[Signal, ...]
) -> bool:
    """Whether a subject alone passes every check."""
    if len(subject) > MAX_SUBJECT_CHARS or not subject.isprintable():
        return False
    facts = collect_facts(decision, snapshot, signals)
    return not any(result.findings for result in _check_part("subject", subject, facts, decision, snapshot))


def _check_part(
    name: str, written: str, facts: Facts, decision: PolicyDecision, snapshot: AccountSnapshot
) -> list[Checked]:
    page = read_page(name, written, facts)
    return [
        check_hidden_text(page),
        check_amounts(page, facts),
        check_dates(page, facts),
        check_invoice_refs(page, facts),
        check_numbers(page, facts),
        check_bank_details(page, snapshot),
        check_links(page, snapshot),
        check_allowed_statements(page, decision, snapshot),
    ]


def _check_size(draft: DraftText) -> tuple[Finding, ...]:
    findings: list[Finding] = []
    if len(draft.text) > MAX_TEXT_CHARS:
        findings.append(Finding("size", f"the text is longer than {MAX_TEXT_CHARS} characters"))
    if not draft.text.strip():
        findings.append(Finding("size", "the text is empty"))
    if len(draft.subject) > MAX_SUBJECT_CHARS or not draft.subject.isprintable():
        findings.append(Finding("size", "the subject is too long or holds line breaks"))
    return tuple(findings)


def _unique(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """One objection a place and check, in the order of the text."""
    kept = {(finding.check, finding.start, finding.end, finding.text): finding for finding in reversed(findings)}
    return tuple(sorted(kept.values(), key=lambda finding: (finding.start, finding.check)))
