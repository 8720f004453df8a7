"""Raw bytes -> a bounded tree of MIME entities. Nothing is decoded here, and nothing is copied.

The standard library's parser nests as deep as a sender likes and keeps every line; this one works on offsets, within
limits of parts and depth. Header parameters (RFC 2231 and its many abuses) are left to the standard library.
"""

import re
from dataclasses import dataclass, field
from email.message import Message

from mail.mime_headers import MAX_VALUE_CHARS, clean_value, raw_value

MAX_HEADER_BYTES = 1024 * 1024
MAX_HEADERS = 1000

_HEADER_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_HEADER_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_FOLD = re.compile(rb"\r?\n(?=[ \t])")
_GUESSED_BOUNDARY = re.compile(rb"^--([^\r\n]{1,70}?)[ \t]*\r?$", re.MULTILINE)
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")


@dataclass(slots=True)
class Entity:
    """A part: its headers as written, and where its body lies in the raw bytes."""

    headers: list[tuple[str, str]]
    start: int
    end: int
    content_type: str = "text/plain"
    charset: str = ""
    filename: str = ""
    encoding: str = ""
    disposition: str = ""
    flowed: bool = False
    delsp: bool = False
    children: list["Entity"] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """All values of the header `name` (lower case), in their order."""
        return [value for key, value in self.headers if key == name]

    def first(self, name: str) -> str:
        """The first value of the header, or an empty string."""
        return next(iter(self.values(name)), "")


@dataclass(slots=True)
class TreeBudget:
    """What may still be taken apart, and what was met on the way."""

    parts: int
    depth: int
    problems: list[str] = field(default_factory=list)
    #: Bytes of messages inside, and inside those: each level holds a copy of all that is below it.
    inner_bytes: int = 48 * 1024 * 1024

    def go_in(self, size_bytes: int) -> bool:
        """Whether a message inside of this size may be opened; its reader calls `come_out` behind it."""
        if self.depth <= 1 or self.parts <= 0:
            self.note("messages nested too deep; the inner ones were left closed")
            return False
        if size_bytes > self.inner_bytes:
            self.note("messages inside are too large together; the last ones were left closed")
            return False
        self.depth -= 1
        self.inner_bytes -= size_bytes
        return True

    def come_out(self) -> None:
        """Back up from a message inside."""
        self.depth += 1

    def note(self, problem: str) -> None:
        """Keeps a problem once, and not more than fifty of them."""
        if problem and problem not in self.problems and len(self.problems) < 50:
            self.problems.append(problem)


def read_entity(raw: bytes, start: int, end: int, budget: TreeBudget, *, default_type: str = "text/plain") -> Entity:
    """The entity at `raw[start:end]` with all its parts, within the budget."""
    headers, body = _headers(raw, start, end, budget)
    entity = Entity(headers, body, end)
    _describe(entity, default_type, budget)
    budget.parts -= 1
    if entity.content_type.startswith("multipart/"):
        _split(raw, entity, budget)
    return entity


def _headers(raw: bytes, start: int, end: int, budget: TreeBudget) -> tuple[list[tuple[str, str]], int]:
    if raw[start : start + 1] == b"\n" or raw[start : start + 2] == b"\r\n":
        return [], start + (1 if raw[start : start + 1] == b"\n" else 2)
    close = _HEADER_END.search(raw, start, min(end, start + MAX_HEADER_BYTES))
    block_end, body = (close.start(), close.end()) if close else (min(end, start + MAX_HEADER_BYTES), end)
    if close is None and end - start > MAX_HEADER_BYTES:
        budget.note("the headers are longer than 1 MiB; cut")
        body = block_end
    headers: list[tuple[str, str]] = []
    stray = 0
    for line in _FOLD.sub(b" ", raw[start:block_end]).splitlines():
        match = _HEADER_NAME.match(line)
        if match and len(headers) < MAX_HEADERS:
            if len(line) > MAX_VALUE_CHARS:
                budget.note("a header is longer than 64 KiB; cut")
            headers.append((match[1].decode("ascii").lower(), raw_value(line[match.end() :].strip())))
        elif line.strip() and not line.startswith((b"From ", b">From ")):
            stray += 1
    if not headers and stray:
        # No header at all: these lines are the text itself.
        return [], start
    if stray:
        budget.note("lines among the headers that are no headers; dropped")
    return headers, body


def _describe(entity: Entity, default_type: str, budget: TreeBudget) -> None:
    """Fills type, charset, file name, encoding and disposition, from headers that may be nonsense."""
    described = Message()
    for name in ("content-type", "content-disposition"):
        value = entity.first(name)
        if value:
            described[name] = clean_value(value)[:4000]
    entity.content_type = default_type
    try:
        if described["content-type"]:
            declared = described.get_content_type()
            entity.content_type = declared if _TYPE.fullmatch(declared) else "application/octet-stream"
        entity.charset = _parameter(described, "charset")
        entity.flowed = _parameter(described, "format").lower() == "flowed"
        entity.delsp = _parameter(described, "delsp").lower() == "yes"
        entity.filename = _filename(described)
        entity.disposition = (described.get_content_disposition() or "")[:40]
    except (ValueError, TypeError, LookupError, AttributeError):
        budget.note("a malformed Content-Type or Content-Disposition")
    entity.encoding = clean_value(entity.first("content-transfer-encoding")).lower().partition(";")[0].strip()[:60]


def _parameter(described: Message, name: str) -> str:
    value = described.get_param(name, "")
    if isinstance(value, tuple):
        value = value[2]
    return clean_value(str(value or ""))[:200]


def _filename(described: Message) -> str:
    """The last path component, on one line, at most 200 characters; a sender's path means nothing here."""
    name = clean_value(described.get_filename("") or "")
    return re.split(r"[/\\]", name)[-1].strip(" .")[:200]


def _boundary(raw: bytes, entity: Entity, budget: TreeBudget) -> bytes:
    described = Message()
    described["content-type"] = entity.first("content-type").replace("\r", " ").replace("\n", " ")[:4000]
    try:
        boundary = described.get_boundary("") or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        boundary = ""
    if boundary:
        return boundary.encode("utf-8", "surrogateescape")[:200].rstrip()
    guess = _GUESSED_BOUNDARY.search(raw, entity.start, min(entity.end, entity.start + 64 * 1024))
    budget.note("a multipart without a boundary")
    return guess[1] if guess else b""


def _split(raw: bytes, entity: Entity, budget: TreeBudget) -> None:
    """Gives a multipart its children; one that has none is read as plain text."""
    if budget.depth <= 0:
        budget.note("parts nested too deep; the inner ones were left closed")
        entity.content_type = "application/octet-stream"
        return
    spans = _spans(raw, entity, _boundary(raw, entity, budget), budget)
    if not spans:
        budget.note("a multipart without parts; read as text")
        entity.content_type = "text/plain"
        return
    inner = "message/rfc822" if entity.content_type == "multipart/digest" else "text/plain"
    budget.depth -= 1
    for start, end in spans:
        if budget.parts <= 0:
            budget.note("too many parts; the rest was left out")
            break
        entity.children.append(read_entity(raw, start, end, budget, default_type=inner))
    budget.depth += 1


def _spans(raw: bytes, entity: Entity, boundary: bytes, budget: TreeBudget) -> list[tuple[int, int]]:
    if not boundary:
        return []
    delimiter = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$", re.MULTILINE)
    spans: list[tuple[int, int]] = []
    begun = -1
    closed = False
    for match in delimiter.finditer(raw, entity.start, entity.end):
        if begun >= 0:
            spans.append((begun, _before_newline(raw, begun, match.start())))
        begun = min(match.end() + 1, entity.end)
        if match[1] or len(spans) > budget.parts:
            closed = True
            break
    if not closed and begun >= 0:
        budget.note("a multipart that does not close")
        spans.append((begun, entity.end))
    return spans


def _before_newline(raw: bytes, start: int, end: int) -> int:
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
    if end > start and raw[end - 1 : end] == b"\r":
        end -= 1
    return end
