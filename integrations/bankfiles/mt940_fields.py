"""MT940 and MT942 -> fields: tags and their lines, without the SWIFT envelope.

Own, because `mt-940` (BSD) reads `C1.000,00` as 1.00 with no word, drops what it does not know, checks no balance and
cannot say on which line it stumbled.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from integrations.bankfiles.fault import Fault, quoted

_TAG = re.compile(r":([0-9]{2}[A-Z]?|NS):", re.ASCII)
_KNOWN = frozenset("13 13C 13D 20 21 25 25P 28 28C 28D 34 34F 60 60F 60M 61 62 62F 62M 64 65 86 90C 90D NS".split())
#: Fields with text of any kind, in which a line may begin with a colon.
_TEXT = frozenset({"86", "NS"})
_ENVELOPE = re.compile(r"\{[1-5]:[^{}]{0,200}\}|\{4:|-\}|[{}]")
#: Lines of one field; details have six.
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Field:
    """A tag without its letters of order, as written; its first line and those that follow."""

    tag: str
    lines: tuple[str, ...]
    line: int

    @property
    def first(self) -> str:
        return self.lines[0]


def fields(text: str) -> Iterator[Field]:
    """In order; the end of a message is a field `-`. Headers of banks before the first tag are left out.

    Raises:
        Fault: a line that belongs to no field.
    """
    tag, lines, started = "", [""], 0
    for number, raw in enumerate(text.split("\n"), 1):
        line = _without_envelope(raw)
        if line is None:
            if tag:
                yield Field(tag, tuple(lines), started)
                yield Field("-", ("",), number)
            tag = ""
            continue
        found = _TAG.match(line)
        if found and (found[1] in _KNOWN or tag not in _TEXT):
            if tag:
                yield Field(tag, tuple(lines), started)
            tag, lines, started = found[1], [line[found.end() :]], number
        elif tag:
            lines.append(line)
            if len(lines) > _MOST_LINES:
                raise Fault(f"the field :{tag}: does not end", started)
        elif started and line.lstrip().startswith(":"):
            # Between two messages some banks write a header of their own, which is none of theirs.
            raise Fault(f"{quoted(line)} is no field", number)
    if tag:
        yield Field(tag, tuple(lines), started)


def _without_envelope(raw: str) -> str | None:
    """The line, or None where it only ends or heads a message."""
    if raw.strip() in ("-", "-}", "\x03", "\x01", "\x1a"):
        return None
    if raw.startswith(("{", "-}")):
        left = _ENVELOPE.sub("", raw).strip("\x01\x03\x1a ")
        return left or None
    return raw.rstrip("\x03\x1a")
