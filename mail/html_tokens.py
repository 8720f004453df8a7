"""HTML -> a flat run of text, tags and comments, in linear time and without building a tree.

A tree is what hostile markup aims at: formatting tags that are re-opened in each paragraph make a small file grow
without bound. A reader of mail needs only the order of things.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:_-]{0,40}")
_STOP = re.compile(r"[>\"']")
_ATTRIBUTE = re.compile(r"([^\s=/>\"']{1,80})(?:\s{0,20}=\s{0,20}(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?")
_MAX_ATTRIBUTE_CHARS = 8 * 1024
#: What stands inside is not markup.
_RAW_TEXT = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "noframes", "iframe"})


@dataclass(frozen=True, slots=True)
class Text:
    """Characters with entities resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Comment:
    """What stands between comment marks."""

    value: str


@dataclass(frozen=True, slots=True)
class Raw:
    """The inside of a style, script or title element."""

    tag: str
    value: str


@dataclass(frozen=True, slots=True)
class Open:
    """An opening tag; names of tag and attributes in lower case, the first of equal attributes wins."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Close:
    """A closing tag."""

    tag: str


Token = Text | Comment | Raw | Open | Close


def tokens(source: str) -> Iterator[Token]:
    """The tokens of `source` in order. Never raises; what is no markup is text."""
    at, size = 0, len(source)
    while at < size:
        opened = source.find("<", at)
        if opened < 0:
            yield Text(html.unescape(source[at:]))
            return
        if opened > at:
            yield Text(html.unescape(source[at:opened]))
        name = _TAG_NAME.match(source, opened + 1)
        if name is None:
            token, at = _no_tag(source, opened)
            yield token
            continue
        closed = _tag_end(source, name.end())
        if closed < 0:
            # No tag ends any more. A browser would swallow the rest; a customer's words are worth more than that.
            yield Text(html.unescape(source[opened + 1 :]))
            return
        token = _tag(name[0], source[name.end() : min(closed, name.end() + _MAX_ATTRIBUTE_CHARS)])
        yield token
        at = closed + 1
        if isinstance(token, Open) and token.tag in _RAW_TEXT:
            ends = _raw_end(source, token.tag, at)
            yield Raw(token.tag, source[at:ends])
            at = ends


def _no_tag(source: str, opened: int) -> tuple[Token, int]:
    """A comment, a declaration, or a lone `<`; and where to read on."""
    if source.startswith("<!--", opened):
        if source.startswith("<!-->", opened):
            return Comment(""), opened + 5
        ends = source.find("-->", opened + 4)
        ends = len(source) if ends < 0 else ends
        return Comment(source[opened + 4 : ends]), ends + 3
    if source[opened + 1 : opened + 2] in {"!", "?"}:
        ends = source.find(">", opened)
        ends = len(source) if ends < 0 else ends
        return Comment(""), ends + 1
    return Text("<"), opened + 1


def _tag_end(source: str, at: int) -> int:
    """Where the tag's `>` stands, not counting those in quoted values; -1 where there is none."""
    while True:
        stop = _STOP.search(source, at)
        if stop is None:
            return -1
        if stop[0] == ">":
            return stop.start()
        at = stop.end()
        if source[max(0, stop.start() - 20) : stop.start()].rstrip().endswith("="):
            closing = source.find(stop[0], at)
            # A quote that never closes is a stray character.
            at = at if closing < 0 or closing - at > 64 * 1024 else closing + 1


def _raw_end(source: str, tag: str, at: int) -> int:
    match = re.compile(f"</{tag}", re.IGNORECASE).search(source, at)
    return match.start() if match else len(source)


def _tag(name: str, inside: str) -> Token:
    if name.startswith("/"):
        return Close(name[1:].lower())
    attributes: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(inside):
        value = match[2] if match[2] is not None else match[3] if match[3] is not None else match[4] or ""
        attributes.setdefault(match[1].lower(), html.unescape(value))
        if len(attributes) >= 40:
            break
    return Open(name.lower(), attributes)
