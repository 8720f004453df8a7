"""Characters that a reader of a mail does not see: taken out of the text, and reported."""

import re

from mail.message import HiddenText

#: Written by keyboards, phones and mail programs without intent; removed, not worth a report.
_HARMLESS = "\u00ad\ufeff\u200e\u200f\u034f"
_ZERO_WIDTH = "\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064\u180e\u115f\u1160\u3164\ufff9\ufffa\ufffb"
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TAGS = "\U000e0000-\U000e007f"

_ANY = re.compile(f"[{_HARMLESS}{_ZERO_WIDTH}{_BIDI}{_TAGS}]")
_TAG_RUN = re.compile(f"[{_TAGS}]+")
#: C0 and C1 controls but tab and newline; a carriage return is dealt with before.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def strip_invisible(text: str) -> tuple[str, tuple[HiddenText, ...]]:
    """`text` without zero-width, direction and control characters, and what was found of them.

    Tag characters can spell whole sentences that no screen shows; those are reported as what they spell.
    """
    text = _CONTROL.sub("", text)
    if not _ANY.search(text):
        return text, ()
    found: list[HiddenText] = []
    spelled = "".join(chr(ord(char) - 0xE0000) for run in _TAG_RUN.findall(text) for char in run)
    spelled = _CONTROL.sub("", spelled)
    if spelled.strip():
        found.append(HiddenText("tag characters", spelled.strip()))
    for how, alphabet in (("zero-width characters", _ZERO_WIDTH), ("direction characters", _BIDI)):
        counted = [f"U+{ord(char):04X} x {text.count(char)}" for char in alphabet if char in text]
        if counted:
            found.append(HiddenText(how, ", ".join(counted)))
    return _ANY.sub("", text), tuple(found)
