"""Every invoice number belongs to this account."""

import re

from agent.checks.checked import Checked
from agent.checks.facts import Facts, support
from agent.checks.page import Page, choose
from ledger.model.draft import Finding, Support

CHECK = "invoice_refs"
#: Letters and digits in one word, or digits joined by signs: what numbers of documents look like.
_LOOKS_LIKE_A_NUMBER = re.compile(r"(?<![\w\x1f])[^\W_][\w/#.-]*(?![\w])")
_AFTER_THE_WORD = re.compile(
    r"(?<!\w)(?:invoices?|rechnung(?:en)?|factures?|facturas?|fatture?|fattura|facturen|factuur|faturas?|faktur\w{0,3}|po|order)"
    r"(?: ?(?:no|nr|n|number|nummer|numéro|número|numero|numer))?[.:°o]{0,2} ?#? ?(\d[\w/-]*)",
    re.IGNORECASE,
)
#: Words with a digit that name no document.
_HARMLESS = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|er|e|h|x|am|pm|a|o|:a|:e)?|[a-z]\d|\d[a-z]|b2b|24/7|q[1-4]|co2", re.IGNORECASE
)


def check_invoice_refs(page: Page, facts: Facts) -> Checked:
    """Numbers of documents that the ledger does not hold for this customer."""
    findings: list[Finding] = []
    supports: list[Support] = []
    for figure in page.references:
        fact = choose(facts.references[figure.key], page.sentence_at(figure.start))
        if fact is not None:
            supports.append(support(page.written(figure.start, figure.end), fact))
        else:
            message = "only the customer named this reference: word it as its statement"
            findings.append(page.finding(CHECK, message, figure.start, figure.end))
    for start, end in _unknown(page.rest):
        findings.append(page.finding(CHECK, "no such invoice of this customer", start, end))
    return Checked(tuple(findings), tuple(supports))


def _unknown(text: str) -> list[tuple[int, int]]:
    spans = {(match.start(1), match.end(1)) for match in _AFTER_THE_WORD.finditer(text)}
    for match in _LOOKS_LIKE_A_NUMBER.finditer(text):
        word = match.group().rstrip(".-/#")
        has_digit = any(char.isdigit() for char in word)
        if has_digit and not _is_plain_number(word) and not _HARMLESS.fullmatch(word):
            spans.add((match.start(), match.start() + len(word)))
    return sorted(spans)


def _is_plain_number(word: str) -> bool:
    """Digits with decimal or grouping marks only; the numbers check looks at those."""
    return not any(char.isalpha() for char in word) and not set(word) & set("/#-_")
