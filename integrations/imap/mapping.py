"""IMAP's words to ours: cursors, folder names, answers to SEARCH, FETCH and LIST. Pure."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.errors import ExternalError
from integrations.ports.errors import AuthExpired, RateLimited, TemporarilyUnavailable

#: What imaplib gives for one answer: lines, and pairs of (line, literal).
Answer = Sequence[bytes | tuple[bytes, bytes] | None]

_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: RFC 5530 codes and common words of a sign-in that fails for now and not for good.
_FOR_NOW = ("[UNAVAILABLE]", "[INUSE]", "[SERVERBUG]", "TEMPORAR", "TRY AGAIN", "INTERNAL")
_TOO_MANY = ("[LIMIT]", "[THROTTLED]", "TOO MANY", "RATE LIMIT")
_PAUSE_SECONDS = 60.0
#: Names of the folder for sent mail on servers that do not mark it (RFC 6154).
_SENT_NAMES = frozenset({"sent", "sent items", "sent messages", "sent mail", "inbox.sent", "inbox/sent"})


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `uid` was delivered, as long as the folder's `uid_validity` is this one."""

    uid_validity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.uid_validity}:{self.uid}"


def read_cursor(cursor: str | None) -> Cursor | None:
    """The cursor; None for none, or for one that is not ours."""
    validity, _, uid = (cursor or "").partition(":")
    if not (validity.isascii() and validity.isdigit() and uid.isascii() and uid.isdigit()):
        return None
    return Cursor(int(validity), int(uid))


def search_since(day: date) -> str:
    """SINCE's argument, one day early: servers compare in a time zone of their own."""
    early = day - timedelta(days=1)
    return f"{early.day}-{_MONTHS[early.month - 1]}-{early.year}"


def since_criteria(first_uid: int, last_uid: int | None, since: date | None) -> tuple[str, ...]:
    """SEARCH keys for a range of UIDs, to the end where `last_uid` is None."""
    span = f"{first_uid}:{last_uid if last_uid is not None else '*'}"
    return ("UID", span) if since is None else ("UID", span, "SINCE", search_since(since))


def quoted(text: str) -> str:
    """An IMAP quoted string.

    Raises:
        ValueError: it has control characters or letters that a quoted string cannot hold.
    """
    if not text.isascii() or any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
        raise ValueError("not expressible as an IMAP string")
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def folder_argument(name: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501, 5.1.3), quoted.

    Raises:
        ValueError: it has control characters.
    """
    parts: list[str] = []
    foreign = ""
    for letter in [*name, ""]:
        if letter and not letter.isascii():
            foreign += letter
            continue
        if foreign:
            encoded = base64.b64encode(foreign.encode("utf-16-be", "surrogatepass")).decode().rstrip("=")
            parts.append("&" + encoded.replace("/", ",") + "-")
            foreign = ""
        parts.append("&-" if letter == "&" else letter)
    return quoted("".join(parts))


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as a sequence set."""
    return ",".join(str(uid) for uid in uids)


def found_uids(answer: Answer) -> list[int]:
    """The UIDs of a SEARCH, ascending."""
    return sorted({int(uid) for line in answer if isinstance(line, bytes) for uid in line.split() if uid.isdigit()})


def sizes(answer: Answer) -> dict[int, int]:
    """UID to RFC822.SIZE, of a FETCH of both."""
    found: dict[int, int] = {}
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        uid, size = _UID.search(text or b""), _SIZE.search(text or b"")
        if uid and size:
            found[int(uid[1])] = int(size[1])
    return found


def bodies(answer: Answer) -> dict[int, bytes]:
    """UID to literal, of a FETCH of one literal each. The UID may stand before the literal or behind it."""
    found: dict[int, bytes] = {}
    for index, part in enumerate(answer):
        if not isinstance(part, tuple):
            continue
        rest = answer[index + 1] if index + 1 < len(answer) else b""
        uid = _UID.search(part[0]) or (_UID.search(rest) if isinstance(rest, bytes) else None)
        if uid:
            found[int(uid[1])] = part[1]
    return found


def sent_folders(answer: Answer) -> list[str]:
    """Of a LIST, the arguments that name folders for sent mail: those marked `\\Sent` first, then by name."""
    marked: list[str] = []
    named: list[str] = []
    for line in answer:
        flags, name = _listed(line)
        if name and "\\noselect" not in flags:
            if "\\sent" in flags:
                marked.append(name)
            elif name.strip('"').lower() in _SENT_NAMES:
                named.append(name)
    return marked + named


def _listed(line: bytes | tuple[bytes, bytes] | None) -> tuple[list[str], str]:
    """Flags in lower case, and the name as the server itself writes it, quoted; two empty ones where unreadable."""
    if isinstance(line, tuple):
        head, name = line[0].decode("ascii", "replace"), line[1].decode("ascii", "replace")
    else:
        head = (line or b"").decode("ascii", "replace")
        name = ""
    flags, closed, rest = head.lstrip("(").partition(")")
    if not closed:
        return [], ""
    if not name:
        # `"/" "Sent Items"` or `NIL Sent`
        _, _, name = rest.strip().partition(" ")
        name = name.strip()
        if name.startswith('"') and name.endswith('"'):
            name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    try:
        return flags.lower().split(), quoted(name)
    except ValueError:
        return [], ""


def sign_in_error(server: str, words: str) -> ExternalError:
    """What a refused sign-in means: for good, unless the server says that it is for now."""
    upper = words.upper()
    if any(word in upper for word in _TOO_MANY):
        return RateLimited(f"IMAP {server}: {words}", _PAUSE_SECONDS)
    if any(word in upper for word in _FOR_NOW):
        return TemporarilyUnavailable(f"IMAP {server}: {words}")
    return AuthExpired(f"IMAP {server} refused the sign-in: {words}")


def words_of(value: object) -> str:
    """A server's words or an error's, short and printable."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200].strip()
