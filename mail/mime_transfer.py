"""Transfer encodings taken off: quoted-printable and base64, damaged on the way or not declared at all."""

import binascii
import re
from collections.abc import Iterator

_BASE64_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64_ALPHABET))
_INTERIOR_SPACE = re.compile(rb"[^\s=] [^\s=]")
#: Two gaps between words: a footer that a list server or a gateway wrote below the encoded lines.
_PROSE = re.compile(rb"[^\s=] [^\s=]{1,40} [^\s=]")
#: A soft line end behind which a gateway left spaces.
_LOOSE_SOFT_END = re.compile(rb"=[ \t]{1,80}(?=\r?\n)")
_ENCODED_BYTE = re.compile(rb"=([0-9A-F])[0-9A-F]")
_SOFT_END = re.compile(rb"=\r?\n")
_BARE_EQUALS = re.compile(rb"=(?![0-9A-F]{2}|\r?\n)")
_LINE = re.compile(rb"[^\r\n]+")
_UNPADDED = re.compile(rb"[^=]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: Whether a part is encoded, though it does not say so, shows in its beginning.
_LOOKED_AT = 16 * 1024


def decode_transfer(body: bytes, encoding: str) -> tuple[bytes, str]:
    """The bytes behind a Content-Transfer-Encoding, and what was wrong (empty where nothing was)."""
    if encoding == "base64":
        return _base64(body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_LOOSE_SOFT_END.sub(b"=", body)), ""
    if encoding in {"", "7bit", "8bit", "binary", "8-bit", "7-bit"}:
        return body, ""
    return body, f"unknown transfer encoding {encoding[:40]}, taken as it is"


def decode_undeclared(body: bytes) -> tuple[bytes, str]:
    """A text part that names no encoding and plainly has one: gateways lose the header and keep the encoding."""
    start = body[:_LOOKED_AT]
    if _is_quoted_printable(start):
        return decode_transfer(body, "quoted-printable")[0], "quoted-printable that did not say so"
    if _is_base64(start):
        decoded, problem = _base64(body)
        if not problem and _is_text(decoded):
            return decoded, "base64 that did not say so"
    return body, ""


def estimated_size(body_length: int, encoding: str) -> int:
    """Size in bytes after decoding, without decoding: three quarters for base64 with its line ends."""
    return body_length * 3 // 4 * 76 // 78 if encoding == "base64" else body_length


def _is_quoted_printable(start: bytes) -> bool:
    """Soft line ends or encoded letters beyond ASCII, and no equals sign that means itself."""
    high = [digit[1] for digit in _ENCODED_BYTE.finditer(start)]
    letters = sum(1 for digit in high if digit >= b"8")
    return not _BARE_EQUALS.search(start) and (letters >= 2 or bool(high and _SOFT_END.search(start)))


def _is_base64(start: bytes) -> bool:
    lines = start.split()
    return bool(lines) and len(lines[0]) >= 40 and not start.translate(None, _BASE64_ALPHABET + b"\r\n")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and not _CONTROL.search(text)


def _base64(body: bytes) -> tuple[bytes, str]:
    lines = body[:4000].splitlines()
    with_words = sum(1 for line in lines if _INTERIOR_SPACE.search(line))
    if lines and with_words * 2 > len([line for line in lines if line.strip()]):
        return body, "declared base64, but is not; taken as it is"
    body, prose = _apart_from_prose(body) if b" " in body else (body, b"")
    cleaned = body.translate(None, _NOT_BASE64)
    broken = bool(body.translate(None, _BASE64_ALPHABET + b" \t\r\n")) or bool(prose)
    if (broken or len(cleaned) % 4) and _lost_characters(body):
        # Each line for itself: a lost character spoils its own line and not all that follow.
        out = bytearray()
        for line in _encoded_lines(body):
            out += _streams(line)[0]
        return bytes(out) + prose, "broken base64"
    decoded, are_whole = _streams(cleaned)
    return decoded + prose, "" if are_whole and not broken else "broken base64"


def _streams(encoded: bytes) -> tuple[bytes, bool]:
    """Streams behind one another, each with its padding, decoded each for itself; and whether all are whole."""
    out, are_whole = bytearray(), True
    for run in _UNPADDED.finditer(encoded):
        decoded, is_whole = _run(run[0])
        are_whole = are_whole and is_whole
        out += decoded
    return bytes(out), are_whole


def _encoded_lines(body: bytes) -> Iterator[bytes]:
    """The lines that hold something, without what is no base64; one by one, since a hostile body has millions."""
    for line in _LINE.finditer(body):
        cleaned = line[0].translate(None, _NOT_BASE64)
        if cleaned:
            yield cleaned


def _run(run: bytes) -> tuple[bytes, bool]:
    """The bytes of a stretch without padding, and whether it had as many characters as it needs."""
    is_whole = len(run) % 4 != 1
    run = run if is_whole else run[:-1]
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4)), is_whole


def _lost_characters(body: bytes) -> bool:
    """Whether a line before the last is cut inside a group of four, where the others are not."""
    lines, cut, last_is_cut = 0, 0, False
    for line in _encoded_lines(body):
        last_is_cut = bool(len(line) % 4) and not line.endswith(b"=")
        lines, cut = lines + 1, cut + last_is_cut
    return 0 < cut - last_is_cut <= lines / 2


def _apart_from_prose(body: bytes) -> tuple[bytes, bytes]:
    """The encoded lines, and the words below them with the rule that sets them off."""
    prose = _PROSE.search(body)
    if prose is None:
        return body, b""
    at = body.rfind(b"\n", 0, prose.start()) + 1
    above = body[:at].rstrip(b" \t\r\n-_*=")
    return body[:at], (b"\n" + body[len(above) : at].lstrip(b"=") + body[at:]) if above else b""
