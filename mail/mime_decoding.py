"""Bytes of a part -> text: transfer encodings and character sets, however badly declared."""

import binascii
import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64_ALPHABET))
_INTERIOR_SPACE = re.compile(rb"[^\s=] [^\s=]")
#: Single-byte sets in which every byte means something: a wrong declaration never shows as an error.
_SINGLE_BYTE = frozenset({"iso8859-1", "cp1252", "ascii", "latin-1", "iso8859-15"})
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
    if name in _SINGLE_BYTE or not name:
        as_utf8 = _try(content, "utf-8-sig")
        if as_utf8 is not None:
            return Decoded(as_utf8, f"declared {charset or 'no charset'}, read as utf-8")
    if name:
        declared = _try(content, name)
        if declared is not None:
            return Decoded(declared)
    return _guess(content, charset)


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
    best = from_bytes(content[:_GUESS_BYTES], steps=3, chunk_size=256).best()
    return _codec_name(best.encoding) if best is not None else ""


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


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, str]:
    """The bytes behind a Content-Transfer-Encoding, and what was wrong (empty where nothing was)."""
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body), ""
    if encoding in {"", "7bit", "8bit", "binary", "8-bit", "7-bit"}:
        return body, ""
    return body, f"unknown transfer encoding {encoding[:40]}, taken as it is"


def _base64(body: bytes) -> tuple[bytes, str]:
    lines = body[:4000].splitlines()
    with_words = sum(1 for line in lines if _INTERIOR_SPACE.search(line))
    if lines and with_words * 2 > len([line for line in lines if line.strip()]):
        return body, "declared base64, but is not; taken as it is"
    cleaned = body.translate(None, _NOT_BASE64)
    broken = bool(body.translate(None, _BASE64_ALPHABET + b" \t\r\n"))
    out: list[bytes] = []
    # Two streams behind one another, each with its padding, are decoded each for itself.
    for run in re.split(rb"=+", cleaned):
        rest = len(run) % 4
        if rest == 1:
            broken, run = True, run[:-1]
        out.append(binascii.a2b_base64(run + b"=" * (-len(run) % 4)))
    return b"".join(out), "broken base64" if broken else ""


def estimated_size(body_length: int, encoding: str) -> int:
    """Size in bytes after decoding, without decoding: three quarters for base64 with its line ends."""
    return body_length * 3 // 4 * 76 // 78 if encoding == "base64" else body_length
