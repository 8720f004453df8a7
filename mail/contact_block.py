"""A name with titles and contacts under it at the end of a mail, where no closing stands above them."""

import re

from mail import signature_words as words
from mail.closing_words import is_closing, is_thanks
from mail.line_blocks import paragraphs
from mail.message import Address

AMOUNT = re.compile(r"\d[.,]\d{2}\b|[€$£¥]|\b(?:EUR|USD|GBP|CHF|SEK|PLN|BRL|INV|PO)\b|\d{5,}")
SENTENCE_END = re.compile(r"[.?!]['\")»”]?$")
MAX_SIGNATURE_LINES = 15
_MAX_LINE_WORDS = 9
_MAX_PARAGRAPHS = 4
#: A postcode stands in signatures; an invoice number or an amount alone in a line does not.
_FIGURE = re.compile(
    r"^\W{0,3}\d{3,}(?![\d\s]{0,6}[A-Z])|\d[.,]\d{2}\b|[€$£¥]|\b(?:EUR|USD|GBP|CHF|SEK|PLN|BRL|INV|PO)\b"
)


def cut_contact_block(lines: list[str], sender: Address | None) -> tuple[list[str], list[str]]:
    """Cuts the last paragraph, or the last few, where they are the sender's name with title, company or contacts.

    Somebody else's contacts at the end of a mail are news, not a signature: the block stays where the words above
    speak of whom to write to, or where we know the sender and neither his name nor his address is in it.
    """
    blocks = paragraphs(lines)
    end = blocks[-1][1] if blocks else 0
    found = end
    for begin, _ in reversed(blocks[-_MAX_PARAGRAPHS:]):
        starts_with_thanks = is_thanks(lines[begin])
        if begin == blocks[0][0] and not starts_with_thanks:
            break
        start = begin + 1 if starts_with_thanks else begin
        block = [line.strip() for line in lines[start:end] if line.strip()]
        above = " ".join(line.strip() for line in lines[max(start - 4, 0) : start] if line.strip())
        if _is_signature(block) and not above.endswith(":") and _may_be_the_senders(block, above, sender):
            found = start
            if not words.is_company_line(block[0]):
                break
        elif found < end or not all(_is_evidence(line) for line in block):
            break
        # A paragraph of contacts, or of a company, may stand under the one with the clerk's name.
    return lines[:found], lines[found:end]


def _is_signature(block: list[str]) -> bool:
    """A name, and under it short lines of which one at least is a title, a company or a contact."""
    if not block or len(block) > MAX_SIGNATURE_LINES:
        return False
    if len(block) == 1:
        return _is_one_line_signature(block[0])
    if not words.is_name(block[0]) or is_closing(block[0]):
        return False
    if not all(_may_sign(line) for line in block[1:]):
        return False
    return any(_is_evidence(line) for line in block[1:])


def _is_one_line_signature(line: str) -> bool:
    """`Kai Moor | Accounts Payable | +49 40 555 01`"""
    name, _, rest = line.replace("·", "|").replace("•", "|").partition("|")
    return bool(rest) and words.is_name(name) and (words.has_contact(rest) or words.names_a_role(rest))


def _is_evidence(line: str) -> bool:
    return words.is_contact_line(line) or words.names_a_role(line)


def _may_sign(line: str) -> bool:
    if words.is_contact_line(line):
        return len(line.split()) <= 2 * _MAX_LINE_WORDS and not line.endswith("?")
    is_short = len(line.split()) <= _MAX_LINE_WORDS and (line[0].isupper() or len(line.split()) <= 3)
    return is_short and not SENTENCE_END.search(line) and not _FIGURE.search(line) and not line.endswith(":")


def _may_be_the_senders(block: list[str], above: str, sender: Address | None) -> bool:
    if sender is None or not (sender.name or sender.email):
        return not words.refers_to_others(above)
    if sender.email and any(sender.email in line.lower() for line in block):
        return True
    known = f"{sender.name} {sender.email.partition('@')[0]}".lower()
    names = [part for part in re.split(r"[\W\d_]+", known) if len(part) > 2]
    first = block[0].lower()
    if any(name in first for name in names):
        return True
    # A role's mailbox (ap@) tells no name; then the words above decide, as without a sender.
    has_address = any("@" in line for line in block)
    return not sender.name and not has_address and not words.refers_to_others(above)
