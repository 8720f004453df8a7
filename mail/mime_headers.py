"""Header values -> clean text, addresses, ids, dates. Nothing in a header can break out of its value."""

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from mail.invisible import strip_invisible
from mail.message import Address
from mail.mime_charset import decode_text

#: A header value is cut here; the longest honest ones (References, recipients) stay far below.
MAX_VALUE_CHARS = 64 * 1024
MAX_ADDRESSES = 500
MAX_IDS = 200

# An encoded word holds no question mark and, by the letter, no space; some senders write spaces all the same.
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")
_EMAIL = re.compile(r"[^\s<>\"(),:;\\@\[\]]{1,64}@[^\s<>\"(),:;\\@\[\]]{1,253}")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_BARE_ID = re.compile(r"[^\s<>,;\"]{3,900}")
_SPACES = re.compile(r"\s+")


def raw_value(value: bytes) -> str:
    """A header's bytes as text: unfolded, UTF-8 or else Windows-1252."""
    return decode_text(value[:MAX_VALUE_CHARS], "utf-8").text


def clean_value(value: str) -> str:
    """`value` with encoded words decoded, on one line, without control and invisible characters."""
    visible, _ = strip_invisible(_decode_words(value[:MAX_VALUE_CHARS]).replace("\r", " ").replace("\n", " "))
    return _SPACES.sub(" ", visible).strip()


def _decode_words(value: str) -> str:
    """RFC 2047 words decoded; neighbours in one charset are joined as bytes, since senders cut inside a letter."""
    out: list[str] = []
    end, pending, charset = 0, b"", ""
    for match in _ENCODED_WORD.finditer(value):
        between = value[end : match.start()]
        joins = bool(pending) and not between.strip()
        if not joins or match[1].lower() != charset:
            out.append(decode_text(pending, charset).text)
            pending = b""
        if not joins:
            out.append(between)
        charset = match[1].lower().partition("*")[0]
        pending += _word_bytes(match[2].lower(), match[3])
        end = match.end()
    out.append(decode_text(pending, charset).text)
    out.append(value[end:])
    return "".join(out)


def _word_bytes(kind: str, body: str) -> bytes:
    encoded = body.encode("ascii", "replace")
    if kind == "q":
        return binascii.a2b_qp(encoded.replace(b" ", b"=20"), header=True)
    cleaned = re.sub(rb"[^A-Za-z0-9+/]", b"", encoded)
    cleaned = cleaned[:-1] if len(cleaned) % 4 == 1 else cleaned
    return binascii.a2b_base64(cleaned + b"=" * (-len(cleaned) % 4))


def valid_email(text: str) -> str:
    """`text` in lower case where it is one plain address, else an empty string."""
    candidate = text.strip().strip("'").lower()
    if not _EMAIL.fullmatch(candidate) or ".." in candidate:
        return ""
    if any(ord(char) < 33 or 127 <= ord(char) < 160 for char in candidate) or strip_invisible(candidate)[1]:
        return ""
    domain = candidate.rpartition("@")[2]
    return "" if domain[0] in ".-" or domain[-1] in ".-" else candidate


def addresses(value: str) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """The addresses in a header value in their order, and the pieces that are none.

    The structure is read before encoded words are decoded, so that an encoded comma stays part of a name.
    """
    found: list[Address] = []
    broken: list[str] = []
    carried = ""
    for piece in _pieces(value[:MAX_VALUE_CHARS]):
        address = _address(piece, carried)
        if address is not None:
            found.append(address)
            carried = ""
        elif piece.strip() and "@" not in piece and "<" not in piece:
            # `Doe, Jane <jane@x>` without quotes: the first half belongs to the next name.
            carried = f"{carried}{piece.strip()}, "[:200]
        elif piece.strip():
            broken.append(clean_value(piece)[:100])
        if len(found) + len(broken) >= MAX_ADDRESSES:
            break
    if carried.strip(", "):
        broken.append(clean_value(carried.strip(", "))[:100])
    return tuple(found), tuple(broken)


def _address(piece: str, carried: str) -> Address | None:
    opened = piece.rfind("<")
    if opened >= 0:
        email = valid_email(clean_value(piece[opened + 1 :].partition(">")[0]))
        name = carried + piece[:opened]
    else:
        bare, name = _without_comments(piece)
        email = valid_email(clean_value(bare))
    if not email:
        return None
    name = clean_value(name.replace('\\"', '"')).strip(" \"'\t,")
    return Address(email, name[:200])


def _without_comments(piece: str) -> tuple[str, str]:
    opened, closed = piece.find("("), piece.rfind(")")
    if 0 <= opened < closed:
        return piece[:opened] + piece[closed + 1 :], piece[opened + 1 : closed]
    return piece, ""


def _pieces(value: str) -> list[str]:
    """`value` cut at the commas and semicolons outside quotes, comments and angle brackets; group names dropped."""
    pieces: list[str] = []
    start, quoted, depth, angle, escaped = 0, False, 0, False, False
    for at, char in enumerate(value):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif quoted:
            continue
        elif char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif char in "<>":
            angle = char == "<"
        elif depth or angle:
            continue
        elif char in ",;":
            pieces.append(value[start:at])
            start = at + 1
        elif char == ":" and at - start < 200 and "@" not in value[start:at] and "=?" not in value[start:at]:
            start = at + 1
    pieces.append(value[start:])
    return pieces


def message_ids(value: str) -> tuple[str, ...]:
    """The ids in a header value without brackets; a lone id without brackets counts too."""
    value = value[:MAX_VALUE_CHARS]
    ids = _ID.findall(value)
    if not ids and "<" not in value:
        ids = [token for token in _BARE_ID.findall(value)[:MAX_IDS] if "@" in token]
    cleaned = [clean for clean in (strip_invisible(one)[0] for one in ids) if clean]
    if len(cleaned) > MAX_IDS:
        cleaned = cleaned[: MAX_IDS // 2] + cleaned[-MAX_IDS // 2 :]
    return tuple(dict.fromkeys(cleaned))


def sent_at(value: str) -> datetime | None:
    """The Date header as an aware instant with the sender's own offset; `-0000` is UTC; None where it is broken."""
    try:
        at = parsedate_to_datetime(clean_value(value)[:200])
        at = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        at.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return at
