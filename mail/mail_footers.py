"""Phone footers, disclaimers and slogans at the end of a stretch of lines."""

import re

from mail import footer_words
from mail.line_blocks import paragraphs, trimmed
from mail.signature_words import has_contact, is_company_line

DASHES = re.compile(r"\s{0,3}(?:--|—|––|——|-- )\s{0,3}$")
RULE = re.compile(r"\s{0,3}(?:_{2,200}|-{3,200}|={3,200}|—{2,100}|\*{3,200}|–{2,100})\s{0,3}$")
_MAX_FOOTERS = 20
_MAX_FOOTER_PARAGRAPHS = 12
_MAX_DISCLAIMER_LINES = 30
_MAX_SLOGAN_CHARS = 200
_HEADINGS = frozenset(
    {"disclaimer", "confidentiality notice", "hinweis", "vertraulichkeitshinweis", "avis de confidentialité"}
    | {"aviso legal", "avviso di riservatezza", "zastrzeżenie", "friskrivning", "clause de confidentialité"}
)


def cut_footers(lines: list[str], *, may_be_all: bool = False) -> tuple[list[str], list[str]]:
    """The lines without the footers at their end, and the footers.

    A stretch that is all slogan or disclaimer stays, lest a mail be left without a word, unless `may_be_all`.
    """
    cut: list[str] = []
    for _ in range(_MAX_FOOTERS):
        lines = trimmed(lines)
        at = _footer_start(lines)
        if at < 0 or at == len(lines):
            return lines, cut
        if at == 0 and not may_be_all and not cut and not footer_words.is_mobile_footer(lines[0]):
            return lines, cut
        lines, cut = lines[:at], [*lines[at:], "", *cut]
    return lines, cut


def without_lone_footers(lines: list[str]) -> tuple[list[str], list[str]]:
    """Takes phone footers that stand as a paragraph of their own, with text below them."""
    taken = {
        begin
        for begin, end in paragraphs(lines)[1:]
        if end - begin == 1 and footer_words.is_mobile_footer(lines[begin])
    }
    kept = [line for at, line in enumerate(lines) if at not in taken]
    return kept, [lines[at] for at in sorted(taken)]


def _footer_start(lines: list[str]) -> int:
    """Where the last footer begins, or -1 where the text does not end with one."""
    if not lines:
        return -1
    last = lines[-1]
    if footer_words.is_mobile_footer(last) or footer_words.is_picture(last):
        return len(lines) - 1
    if footer_words.is_sales_line(last) and len(last) < _MAX_SLOGAN_CHARS:
        return len(lines) - 1
    if RULE.match(last) or DASHES.match(last):
        return len(lines) - 1
    blocks = paragraphs(lines)[-_MAX_FOOTER_PARAGRAPHS:]
    start = _disclaimer_start(lines, blocks)
    if start < 0:
        start = _inner_disclaimer(lines, blocks)
    return _heading_above(lines, start)


def _disclaimer_start(lines: list[str], blocks: list[tuple[int, int]]) -> int:
    start = -1
    for begin, end in reversed(blocks):
        text = " ".join(line.strip() for line in lines[begin:end])
        is_notice = footer_words.is_disclaimer(text) or footer_words.is_certainly_disclaimer(text)
        if is_notice or footer_words.is_sales_line(text[:120]):
            start = begin
        elif not (start < 0 and _is_small_print(text)) and not (start >= 0 and RULE.match(text)):
            break
    return start


def _inner_disclaimer(lines: list[str], blocks: list[tuple[int, int]]) -> int:
    """A disclaimer that begins inside the last paragraph, right under the signature."""
    if not blocks:
        return -1
    begin, end = blocks[-1]
    for at in range(begin + 1, min(end, begin + _MAX_DISCLAIMER_LINES)):
        if footer_words.is_disclaimer(" ".join(line.strip() for line in lines[at:end][:_MAX_DISCLAIMER_LINES])):
            return at
    return -1


def _heading_above(lines: list[str], start: int) -> int:
    heading = start - 1
    while heading > 0 and not lines[heading].strip():
        heading -= 1
    if start > 0 and lines[heading].strip().strip("*_: ").lower() in _HEADINGS:
        return heading
    return start


def _is_small_print(text: str) -> bool:
    """What stands under a disclaimer without being one: a rule, a company line, more legal words."""
    return bool(RULE.match(text)) or (is_company_line(text) and has_contact(text))
