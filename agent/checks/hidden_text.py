"""Nothing in a mail hides from its reader, and nothing looks like what it is not."""

import re
import unicodedata

from agent.checks.checked import Checked
from agent.checks.page import Page
from ledger.model.draft import Finding

CHECK = "hidden_text"
_WORD = re.compile(r"[^\W\d_]{1,60}")


def check_hidden_text(page: Page) -> Checked:
    """Invisible characters, and words that mix alphabets or are not in Latin letters."""
    findings: list[Finding] = []
    if page.normal.invisible:
        first = page.normal.invisible[0] if page.name == "text" else -1
        findings.append(Finding(CHECK, "invisible characters", "", first, first + 1 if first >= 0 else -1))
    for match in _WORD.finditer(page.nameless):
        if not match.group().isascii() and any(not _is_latin(char) for char in match.group()):
            findings.append(page.finding(CHECK, "letters of another alphabet", *match.span()))
    return Checked(tuple(findings))


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith(("LATIN", "FEMININE ORDINAL", "MASCULINE ORDINAL"))
