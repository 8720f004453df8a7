"""TNEF (`winmail.dat`, MS-OXTNEF): the body and the attachments that Outlook put into one part.

`tnefparse` was tried and left: it copies the rest of the file for every attribute (quadratic in a hostile one), cuts
zero bytes off the end of attachments, has had no release since 2021, and is under the LGPL.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from mail.mime_charset import decode_text
from mail.mime_rtf import decompress_rtf

_SIGNATURE = 0x223E9F78
_MOST_ATTRIBUTES = 5_000
_MOST_PROPERTIES = 5_000
_MOST_ATTACHMENTS = 200
_MOST_VALUES = 10_000

_MESSAGE = 1
# Attributes (MS-OXTNEF 2.1.3.2), by the lower half of their id.
_BODY, _ATTACH_DATA, _ATTACH_TITLE, _ATTACH_REND = 0x800C, 0x800F, 0x8010, 0x9002
_MESSAGE_PROPERTIES, _ATTACHMENT_PROPERTIES, _CODEPAGE = 0x9003, 0x9005, 0x9007

# Properties (MS-OXPROPS).
_P_BODY, _P_RTF, _P_HTML, _P_INTERNET_CODEPAGE = 0x1000, 0x1009, 0x1013, 0x3FDE
_P_SUBJECT, _P_SENDER = 0x0037, 0x0C1A
_P_DISPLAY_NAME, _P_DATA, _P_FILENAME, _P_LONG_FILENAME = 0x3001, 0x3701, 0x3704, 0x3707
_P_MIME_TYPE, _P_CONTENT_ID = 0x370E, 0x3712

_WIDTH = {0x0000: 4, 0x0001: 4, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4}
_WIDTH |= {0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_IS_MANY, _IS_NAMED = 0x1000, 0x8000
#: The interface id before an embedded message.
_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")


@dataclass(slots=True)
class TnefAttachment:
    """A file inside; `is_message` where `content` is a TNEF message of its own."""

    filename: str = ""
    content_type: str = ""
    content: bytes = b""
    is_inline: bool = False
    is_message: bool = False


@dataclass(slots=True)
class Tnef:
    """What the part holds. `rtf` is decompressed."""

    subject: str = ""
    sender: str = ""
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    attachments: list[TnefAttachment] = field(default_factory=list)
    #: Why not all of it was read; empty where it was.
    problem: str = ""


class _Cut(Exception):
    """A length leads out of the bytes."""


def read_tnef(content: bytes) -> Tnef:
    """The message in `content`; never raises. What comes before the place where it breaks is kept."""
    found = Tnef()
    if len(content) < 6 or struct.unpack_from("<I", content)[0] != _SIGNATURE:
        found.problem = "a winmail.dat that is none"
        return found
    codepage = "cp1252"
    try:
        for level, name, value in _attributes(content):
            if name == _CODEPAGE:
                codepage = _codepage(value)
            elif level == _MESSAGE:
                _take_message(found, name, value, codepage)
            else:
                _take_attachment(found, name, value, codepage)
    except (_Cut, struct.error):
        found.problem = "a damaged winmail.dat; what comes before the damage was read"
    return found


def _attributes(content: bytes) -> Iterator[tuple[int, int, memoryview]]:
    """Level, name and value of each attribute: a byte, a word of 32 bits, a length, the value, a checksum."""
    view = memoryview(content)
    at = 6
    for _ in range(_MOST_ATTRIBUTES):
        if at + 9 > len(view):
            return
        level, name, length = struct.unpack_from("<BII", view, at)
        if level not in (1, 2) or at + 9 + length > len(view):
            raise _Cut
        yield level, name & 0xFFFF, view[at + 9 : at + 9 + length]
        at += 11 + length
    raise _Cut


def _take_message(found: Tnef, name: int, value: memoryview, codepage: str) -> None:
    if name == _BODY and not found.text:
        found.text = _string(bytes(value), codepage)
    elif name == _MESSAGE_PROPERTIES:
        properties = dict(_properties(value))
        internet = _number(properties.get(_P_INTERNET_CODEPAGE))
        found.subject = _words(properties.get(_P_SUBJECT), codepage)
        found.sender = _words(properties.get(_P_SENDER), codepage)
        found.text = _words(properties.get(_P_BODY), codepage) or found.text
        found.html = _words(properties.get(_P_HTML), _name_of(internet) if internet else codepage)
        if _P_RTF in properties:
            found.rtf = decompress_rtf(properties[_P_RTF][1])


def _take_attachment(found: Tnef, name: int, value: memoryview, codepage: str) -> None:
    if name == _ATTACH_REND and len(found.attachments) < _MOST_ATTACHMENTS:
        found.attachments.append(TnefAttachment())
    if not found.attachments:
        return
    attachment = found.attachments[-1]
    if name == _ATTACH_TITLE:
        attachment.filename = attachment.filename or _string(bytes(value), codepage)
    elif name == _ATTACH_DATA:
        attachment.content = bytes(value)
    elif name == _ATTACHMENT_PROPERTIES:
        _describe(attachment, dict(_properties(value)), codepage)


def _describe(attachment: TnefAttachment, properties: dict[int, tuple[int, bytes]], codepage: str) -> None:
    names = (_words(properties.get(name), codepage) for name in (_P_LONG_FILENAME, _P_FILENAME, _P_DISPLAY_NAME))
    attachment.filename = next((name for name in names if name), attachment.filename)
    attachment.content_type = _words(properties.get(_P_MIME_TYPE), codepage).lower()
    attachment.is_inline = bool(_words(properties.get(_P_CONTENT_ID), codepage))
    kind, held = properties.get(_P_DATA, (0, b""))
    if kind == _OBJECT and held.startswith(_IMESSAGE):
        attachment.is_message, attachment.content = True, held[len(_IMESSAGE) :]
    elif held:
        attachment.content = held[len(_IMESSAGE) :] if kind == _OBJECT else held


def _properties(value: memoryview) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Id, type and first value of each property (MS-OXTNEF 2.1.3.4); values are padded to four bytes."""
    count, at = _u32(value, 0), 4
    for _ in range(min(count, _MOST_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", value, at)
        at += 4
        if name & _IS_NAMED:
            at = _behind_name(value, at)
        first, at = _value(value, at, kind)
        yield name, (kind & ~_IS_MANY, first)


def _behind_name(value: memoryview, at: int) -> int:
    """Behind a GUID and either a number or a name."""
    by_name = _u32(value, at + 16)
    length = _padded(_u32(value, at + 20)) if by_name else 0
    return at + 24 + length


def _value(value: memoryview, at: int, kind: int) -> tuple[bytes, int]:
    is_many, kind = bool(kind & _IS_MANY), kind & ~_IS_MANY
    width = _WIDTH.get(kind)
    count = 1
    if is_many or width is None:
        count, at = _u32(value, at), at + 4
        if count > _MOST_VALUES:
            raise _Cut
    if width is not None:
        # Many short numbers stand side by side; a single one is padded.
        width = 2 if is_many and kind in (0x0002, 0x000B) else width
        end = at + _padded(width * count)
        if end > len(value):
            raise _Cut
        return bytes(value[at : at + width]), end
    if kind not in (_STRING8, _UNICODE, _OBJECT, _BINARY):
        raise _Cut
    first = b""
    for number in range(count):
        length, at = _u32(value, at), at + 4
        if at + length > len(value):
            raise _Cut
        first = bytes(value[at : at + length]) if number == 0 else first
        at += _padded(length)
    return first, at


def _u32(value: memoryview, at: int) -> int:
    return int(struct.unpack_from("<I", value, at)[0])


def _padded(length: int) -> int:
    return length + -length % 4


def _words(held: tuple[int, bytes] | None, codepage: str) -> str:
    if held is None:
        return ""
    kind, value = held
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\x00")
    return _string(value, codepage) if kind in (_STRING8, _BINARY) else ""


def _string(value: bytes, codepage: str) -> str:
    return decode_text(value.rstrip(b"\x00"), codepage).text


def _number(held: tuple[int, bytes] | None) -> int:
    return int.from_bytes(held[1][:4], "little") if held else 0


def _codepage(value: memoryview) -> str:
    return _name_of(_u32(value, 0)) if len(value) >= 4 else "cp1252"


def _name_of(number: int) -> str:
    """Python's name of a Windows code page; those that it knows by no number are the common ones of mail."""
    known = {65001: "utf-8", 20127: "ascii", 28591: "iso-8859-1", 28592: "iso-8859-2", 28605: "iso-8859-15"}
    known |= {20866: "koi8-r", 50220: "iso2022_jp", 51949: "euc_kr", 936: "gb18030", 54936: "gb18030"}
    return known.get(number, f"cp{number}")
