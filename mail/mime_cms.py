"""S/MIME (`application/pkcs7-mime`, RFC 5652): what an opaque wrapper holds, without any trust in its signature.

Only tags and lengths are followed, in BER, because senders stream with indefinite lengths, which strict DER parsers
refuse. Nothing here is cryptography, and nothing that it returns is more trustworthy than any other mail.
"""

from collections.abc import Iterator
from dataclasses import dataclass

_OBJECT_ID, _OCTETS, _SEQUENCE, _CONTEXT_0 = 0x06, 0x04, 0x30, 0xA0
_CONSTRUCTED = 0x20
#: Elements looked at in one wrapper; a signed mail in pieces of 1,000 bytes has 25,000 of them.
_MOST_ELEMENTS = 200_000
#: An octet string in pieces has two levels; each level more is read once more, so depth has a limit.
_MOST_LEVELS = 6

_SIGNED = bytes.fromhex("2a864886f70d010702")
_ENCRYPTED = {bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117")}


@dataclass(frozen=True, slots=True)
class Wrapped:
    """What the wrapper holds: the MIME entity that was signed, or why it cannot be read."""

    content: bytes = b""
    is_encrypted: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Element:
    """A tag and where its content lies."""

    tag: int
    start: int
    end: int


class _Malformed(Exception):
    """Lengths that lead out of the bytes, or too many elements."""


def unwrap(content: bytes) -> Wrapped:
    """The entity inside `content`; never raises. A wrapper with certificates alone has empty content."""
    try:
        kind, inner = _content_info(content)
        if kind in _ENCRYPTED:
            return Wrapped(is_encrypted=True)
        if kind != _SIGNED:
            return Wrapped(problem="an S/MIME part of a kind that is not read")
        return Wrapped(_signed_content(content, inner))
    except (_Malformed, StopIteration):
        return Wrapped(problem="a malformed S/MIME part")


def _content_info(raw: bytes) -> tuple[bytes, _Element]:
    """The kind of content (its object id), and the element that holds it."""
    outer = _first(raw, _Element(0, 0, len(raw)), _SEQUENCE)
    parts = _inside(raw, outer)
    kind, wrapped = next(parts), next(parts)
    if kind.tag != _OBJECT_ID or wrapped.tag != _CONTEXT_0:
        raise _Malformed
    return raw[kind.start : kind.end], wrapped


def _signed_content(raw: bytes, wrapped: _Element) -> bytes:
    """SignedData: version, digest algorithms, then the content with its kind; signatures follow and are not read."""
    signed = _first(raw, wrapped, _SEQUENCE)
    parts = _inside(raw, signed)
    next(parts), next(parts)
    info = next(parts)
    if info.tag != _SEQUENCE:
        raise _Malformed
    held = [part for part in _inside(raw, info) if part.tag == _CONTEXT_0]
    return b"".join(_octets(raw, held[0])) if held else b""


def _octets(raw: bytes, element: _Element) -> Iterator[bytes]:
    """The pieces of an octet string, in one or in many, however deep they stand."""
    pending = [(element, 0)]
    looked_at = 0
    while pending:
        current, level = pending.pop()
        if current.tag == _OCTETS:
            yield raw[current.start : current.end]
        elif current.tag & _CONSTRUCTED:
            inside = list(_inside(raw, current))
            looked_at += len(inside)
            if looked_at > _MOST_ELEMENTS or level >= _MOST_LEVELS:
                raise _Malformed
            pending.extend((one, level + 1) for one in reversed(inside))


def _first(raw: bytes, parent: _Element, tag: int) -> _Element:
    found = next(_inside(raw, parent))
    if found.tag != tag:
        raise _Malformed
    return found


def _inside(raw: bytes, parent: _Element) -> Iterator[_Element]:
    at = parent.start
    while at < parent.end and raw[at : at + 2] != b"\x00\x00":
        element, at = _element(raw, at, parent.end)
        yield element


def _element(raw: bytes, at: int, limit: int) -> tuple[_Element, int]:
    """The element at `at`, and where the next one begins."""
    tag, start, length = _header(raw, at, limit)
    if length is not None:
        if start + length > limit:
            raise _Malformed
        return _Element(tag, start, start + length), start + length
    end = _indefinite_end(raw, start, limit)
    return _Element(tag, start, end), end + 2


def _header(raw: bytes, at: int, limit: int) -> tuple[int, int, int | None]:
    """Tag, where the content begins, and its length; None for an indefinite one."""
    if at + 2 > limit or raw[at] & 0x1F == 0x1F:
        raise _Malformed
    tag, first = raw[at], raw[at + 1]
    if first < 0x80:
        return tag, at + 2, first
    if first == 0x80:
        if not tag & _CONSTRUCTED:
            raise _Malformed
        return tag, at + 2, None
    size = first & 0x7F
    if size > 8 or at + 2 + size > limit:
        raise _Malformed
    return tag, at + 2 + size, int.from_bytes(raw[at + 2 : at + 2 + size], "big")


def _indefinite_end(raw: bytes, at: int, limit: int) -> int:
    """Where the end mark of an element without a length stands; one pass, whatever is nested."""
    depth = 1
    for _ in range(_MOST_ELEMENTS):
        if raw[at : at + 2] == b"\x00\x00":
            depth -= 1
            if depth == 0:
                return at
            at += 2
            continue
        _, start, length = _header(raw, at, limit)
        depth += length is None
        at = start + (length or 0)
        if at > limit:
            break
    raise _Malformed
