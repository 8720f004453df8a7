"""Bytes of a text part -> text, whatever character set they are declared to be in."""

import binascii
import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

#: Guessing reads this much at most; more does not make the guess better.
_GUESS_BYTES = 32 * 1024
_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "ansi_x3.110-1983": "latin-1",
    "cp-850": "cp850",
    "x-sjis": "shift_jis",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "ascii",
    "utf8": "utf-8",
    "utf-8": "utf-8-sig",
}
#: Codecs of Python that are no character sets (rot13, zip, ...) or that can be abused to grow or to mislead.
_NO_CHARSETS = frozenset(
    {
        "utf-7",
        "idna",
        "punycode",
        "unicode_escape",
        "raw_unicode_escape",
        "unicode-escape",
        "raw-unicode-escape",
        "undefined",
        "mbcs",
        "oem",
        "palmos",
    }
)
#: Single-byte sets in which a wrong declaration never shows as an error.
_SINGLE_BYTE = re.compile(r"cp125\d|cp437|cp85\d|iso8859-\d{1,2}|ascii|latin-1|koi8-[ru]|mac-roman")
#: The Windows sets that senders mean when they declare the ISO set: they write letters where that has controls.
_WINDOWS_SIBLING = {"iso8859-2": "cp1250", "iso8859-15": "cp1252", "iso8859-9": "cp1254", "iso8859-5": "cp1251"}
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
#: Tried in this order where nothing is declared that fits; the earlier wins a tie.
_GUESSED = ("cp1252", "cp1250", "iso8859-2")
#: What the languages of those sets write beyond ASCII; anything else in a word speaks against the set.
_LETTERS = {
    "cp1252": frozenset("àâäáãåæçèéêëìíîïñòóôöõøùúûüýÿßœšžðþÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØÙÚÛÜÝŒŠŽÐÞ"),
    "cp1250": frozenset("ąćęłńóśźżáâäăčçďđéěëíîľĺňôöőŕřšşťţúůüűýžßĄĆĘŁŃÓŚŹŻÁÂÄĂČÇĎĐÉĚËÍÎĽĹŇÔÖŐŔŘŠŞŤŢÚŮÜŰÝŽ"),
}
_LETTERS["iso8859-2"] = _LETTERS["cp1250"]
_BESIDE_A_LETTER = re.compile(r"(?<=[^\W\d_])[^\x00-\x7f]|[^\x00-\x7f](?=[^\W\d_])")
#: Quotation marks, dashes and the like stand beside letters in every set.
_MARKS = frozenset("\u201e\u201c\u201d\u2018\u2019\u201a\u00ab\u00bb\u2013\u2014\u2026\u00a0\u00b4\u00b0\u2022§€£¿¡")
#: A letter or a mark whose bytes in UTF-8 were taken for characters and encoded once more.
_TWICE = re.compile("[\u00c2-\u00df][\u0080-\u00bf\u0152-\u2122]|[\u00e0-\u00ef][\u0080-\u00bf\u0152-\u2122]{2}")
_TWICE_IN_A_WORD = re.compile(f"(?<=[A-Za-z])(?:{_TWICE.pattern})|(?:{_TWICE.pattern})(?=[A-Za-z])")
#: More of the letters beyond ASCII than this, and the writing is not a Latin one.
_MOST_ACCENTED = 0.5


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came out, and what was wrong on the way; `problem` is empty where nothing was."""

    text: str
    problem: str = ""


def decode_text(content: bytes, charset: str) -> Decoded:
    """The text of `content`, tried as declared, as UTF-8, as guessed, and at last as Windows-1252.

    UTF-8 wins over a declared single-byte set where the bytes are valid UTF-8 beyond ASCII: that does not happen
    by chance, and mislabelled UTF-8 is the commonest wrong declaration.
    """
    if content.isascii() and b"\x1b" not in content and b"\x00" not in content:
        return Decoded(content.decode("ascii"), _unknown(charset))
    name = _codec_name(charset)
    if not name or _SINGLE_BYTE.fullmatch(name):
        as_utf8 = _try(content, "utf-8-sig")
        if as_utf8 is not None:
            return Decoded(as_utf8, f"declared {charset or 'no charset'}, read as utf-8")
    if name:
        declared = _try(content, name)
        if declared is not None:
            return _or_sibling(content, declared, name)
    return _guess(content, charset)


def decoded_once(text: str) -> str:
    """`text` with UTF-8 that was encoded twice undone ("fÃ¼r"); as it is where only one letter would look so."""
    if len(_TWICE_IN_A_WORD.findall(text[:_GUESS_BYTES])) < 2:
        return text
    return _TWICE.sub(_once, text)


def _or_sibling(content: bytes, declared: str, name: str) -> Decoded:
    sibling = _WINDOWS_SIBLING.get(name)
    if sibling and _C1.search(declared):
        meant = _try(content, sibling)
        if meant is not None:
            return Decoded(meant, f"declared {name}, read as {sibling}")
    return Decoded(declared)


def _guess(content: bytes, charset: str) -> Decoded:
    for name in ("utf-8-sig", _guessed_name(content)):
        text = _try(content, name) if name else None
        if text is not None:
            return Decoded(text, f"declared {charset or 'no charset'}, read as {name}")
    if _mostly_utf8(content):
        return Decoded(content.decode("utf-8", "replace"), f"broken utf-8 in a part declared {charset or 'nothing'}")
    return Decoded(content.decode("cp1252", "replace"), f"declared {charset or 'no charset'}, read as cp1252")


def _mostly_utf8(content: bytes) -> bool:
    sample = content[:_GUESS_BYTES].decode("utf-8", "replace")
    beyond_ascii = sum(1 for char in sample if ord(char) > 127)
    return beyond_ascii > 0 and sample.count("\ufffd") * 3 < beyond_ascii


def _guessed_name(content: bytes) -> str:
    """The European set in whose letters the words come out whole; else what a general detector says."""
    start = content[:_GUESS_BYTES]
    if _is_latin(start):
        misfits = {name: _misfits(start, name) for name in _GUESSED}
        best = min(_GUESSED, key=lambda name: misfits[name])
        if misfits[best] <= 0.1:
            return best
    found = from_bytes(start, steps=3, chunk_size=256).best()
    return _codec_name(found.encoding) if found is not None else ""


def _is_latin(start: bytes) -> bool:
    if b"\x00" in start or b"\x1b" in start:
        return False
    beyond_ascii = sum(1 for byte in start if byte > 127)
    letters = sum(1 for byte in start if byte > 127 or chr(byte).isalpha())
    return beyond_ascii <= letters * _MOST_ACCENTED


def _misfits(content: bytes, name: str) -> float:
    """Share of the characters beyond ASCII beside letters that no word of the set's languages holds."""
    beside = _BESIDE_A_LETTER.findall(content.decode(name, "replace"))
    known = _LETTERS[name] | _MARKS
    return sum(1 for char in beside if char not in known) / len(beside) if beside else 0.0


def _once(found: re.Match[str]) -> str:
    """The letter that was meant, where the characters are the bytes of one in UTF-8; else as it is."""
    try:
        meant = b"".join(_byte(char) for char in found[0]).decode()
    except UnicodeError:
        return found[0]
    return meant if meant < "\u0250" or "\u2000" <= meant <= "\u20cf" else found[0]


def _byte(char: str) -> bytes:
    return char.encode("latin-1") if ord(char) < 0x100 else char.encode("cp1252")


def _unknown(charset: str) -> str:
    return f"unknown charset {charset[:40]}" if charset and not _codec_name(charset) else ""


def _codec_name(charset: str) -> str:
    """Python's name of the character set, or an empty string for one that is unknown or not one."""
    wanted = charset.strip().strip("\"'").lower()[:40]
    if not wanted or "\x00" in wanted or not wanted.isascii():
        return ""
    wanted = _ALIASES.get(wanted, wanted)
    if wanted in _NO_CHARSETS:
        return ""
    try:
        info = codecs.lookup(wanted)
        b"".decode(wanted)
    except (LookupError, ValueError, binascii.Error):
        return ""
    return info.name


def _try(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None
