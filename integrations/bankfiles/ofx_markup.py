"""OFX 1 (SGML) and 2 (XML) -> elements in order. Both are read alike: banks write the one and call it the other.

Own, because `ofxtools` is GPL-3 and `ofxparse` (MIT) has had no release since 2021 and needs BeautifulSoup.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from integrations.bankfiles.fault import Fault
from integrations.bankfiles.limits import MOST_DEPTH

_TAG = re.compile(r"<(/?)([A-Za-z0-9_.]{1,40})(?:\s[^<>/]{0,200})?(/?)>")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
#: Elements that hold others and that we look into, or that may be empty; all other tags are leaves.
_HOLDERS = frozenset(
    "OFX SIGNONMSGSRSV1 SONRS STATUS FI BANKMSGSRSV1 CREDITCARDMSGSRSV1 INVSTMTMSGSRSV1 STMTTRNRS CCSTMTTRNRS "
    "INVSTMTTRNRS STMTRS CCSTMTRS INVSTMTRS BANKACCTFROM CCACCTFROM INVACCTFROM BANKACCTTO CCACCTTO BANKTRANLIST "
    "BANKTRANLISTP INVTRANLIST INVBANKTRAN STMTTRN STMTTRNP PAYEE CURRENCY ORIGCURRENCY LEDGERBAL AVAILBAL BALLIST "
    "BAL".split()
)


@dataclass(frozen=True, slots=True)
class Element:
    """`kind` is `start`, `end` (of a holder) or `leaf`; `path` ends with the element's own name."""

    kind: str
    path: tuple[str, ...]
    text: str
    line: int


def elements(text: str) -> Iterator[Element]:
    """The holders and leaves that a statement is made of; other aggregates show as empty leaves.

    Raises:
        Fault: cut, or its elements do not fit into one another; declares entities.
    """
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Fault("it declares a document type, which no bank does")
    plain = _without_cdata(text)
    stack: list[str] = []
    line, seen, is_over = 1, 0, False
    found = _TAG.search(plain)
    while found is not None:
        after = _TAG.search(plain, found.end())
        line += plain.count("\n", seen, found.start())
        seen = found.start()
        if is_over:
            raise Fault("something follows after </OFX>", line)
        value = plain[found.end() : after.start() if after else len(plain)].strip()
        element = _element(found, value, stack, line)
        if element is not None:
            yield element
        is_over = bool(element) and not stack
        found = after
    if not is_over:
        raise Fault("it is cut off: </OFX> is missing", line)


def _without_cdata(text: str) -> str:
    """What stands in CDATA, which may hold angle brackets, written as other text is."""
    pieces: list[str] = []
    position = 0
    while (start := text.find(_CDATA, position)) >= 0:
        end = text.find(_CDATA_END, start)
        if end < 0:
            raise Fault("it is cut off within CDATA", text.count("\n", 0, start) + 1)
        inner = text[start + len(_CDATA) : end]
        pieces += [text[position:start], inner.replace("&", "&amp;").replace("<", "&lt;")]
        position = end + len(_CDATA_END)
    return "".join(pieces) + text[position:]


def _element(found: re.Match[str], value: str, stack: list[str], line: int) -> Element | None:
    closes, name, is_empty = bool(found[1]), found[2].upper(), bool(found[3])
    if not closes and "<" in value:
        raise Fault("its tags are damaged", line)
    if name not in _HOLDERS:
        return None if closes or not stack else Element("leaf", (*stack, name), unescape(value), line)
    if closes:
        if not stack or stack.pop() != name:
            raise Fault(f"</{name}> closes nothing that is open", line)
        return Element("end", (*stack, name), "", line)
    if len(stack) >= MOST_DEPTH:
        raise Fault("its elements are nested too deeply", line)
    if is_empty:
        return None
    stack.append(name)
    return Element("start", tuple(stack), "", line)
