"""Plain text or HTML: which of a message's two versions is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from mail.message import HiddenText

#: A plain part that only says that there is nothing to read in it.
_STUB = re.compile(
    r"(?:does|do|can|could|kann|ne peut|no puede|non)[^.\n]{0,60}(?:html|mime)|html[^.\n]{0,40}(?:e-?mail|"
    r"message|version"
    r"|viewer|format)|view (?:this|it)[^.\n]{0,30}browser|text version (?:is )?not available|"
    r"too old|\[?inhalt nur als html|version html",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Piece:
    """A stretch of body: its text, and the HTML that it may come from."""

    text: str = ""
    html: str = ""
    is_html: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What is read, and what was noticed on the way; `problem` is empty where nothing was."""

    pieces: list[Piece]
    problem: str = ""


def choose(plain: list[Piece], rich: list[Piece], hidden: Sequence[HiddenText]) -> Choice:
    """Plain text, unless it is empty, a stub, or holds what the HTML hides from its reader; else the HTML."""
    if not plain or not rich:
        return Choice(plain or rich)
    plain_text = "\n\n".join(piece.text for piece in plain)
    rich_text = "\n\n".join(piece.text for piece in rich)
    source = "\n".join(piece.html for piece in rich)
    as_html = [Piece(rich_text, source, is_html=True)]
    plain_words, rich_words = _words(plain_text), _words(rich_text)
    if not plain_words or _is_stub(plain_text, plain_words, rich_words):
        return Choice(as_html)
    if _holds_hidden(plain_words, rich_words, hidden):
        return Choice(as_html, "the plain part holds words that the HTML hides; the visible HTML was read")
    problem = ""
    shared = len(set(plain_words) & set(rich_words))
    if rich_words and shared * 2 < len(set(plain_words)) and len(set(plain_words)) > 5:
        problem = "the plain and the HTML part say different things; the plain one was read"
    return Choice([Piece(plain_text, source)], problem)


def _is_stub(plain: str, plain_words: list[str], rich_words: list[str]) -> bool:
    if len(rich_words) <= len(plain_words):
        return False
    return len(plain_words) < 3 or (len(plain_words) < 60 and _STUB.search(plain[:2000]) is not None)


def _holds_hidden(plain: list[str], rich: list[str], hidden: Sequence[HiddenText]) -> bool:
    spaced, visible = f" {' '.join(plain)} ", f" {' '.join(rich)} "
    for one in hidden:
        words = _words(one.text)
        phrase = f" {' '.join(words)} "
        if len(words) >= 4 and phrase in spaced and phrase not in visible:
            return True
    return False


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:200_000].lower())
