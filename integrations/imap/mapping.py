"""IMAP's words to ours: cursors, folder names, answers to SEARCH, FETCH and LIST. Pure."""

import base64
import contextlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from integrations.imap.sent_names import SENT_NAMES

#: What imaplib gives for one answer: lines, and pairs of (line, literal).
Answer = Sequence[bytes | tuple[bytes, bytes] | None]

#: A UID, a count of messages and a UIDVALIDITY have 32 bits. What is longer is no such number, and Python would not
#: even read it.
NUMBER_DIGITS = 10
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_PLACE = re.compile(rb"(\d{1,10}) ")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,18})\b")
_ARRIVED = re.compile(rb'\bINTERNALDATE "([ \d]\d)-([A-Za-z]{3})-(\d{4}) ')
_SHIFTED = re.compile("&([^-]*)-")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
#: How far a message may lie back whose folder changed after it arrived: spam is thrown away after a month.
_MOVED_DAYS = 30


@dataclass(frozen=True, slots=True)
class Cursor:
    """Everything up to `uid` was delivered, as long as the folder's `uid_validity` is this one.

    `complete_to` outlives the UIDs: on that day (by the server's clock, never ahead of ours) the folder had been
    read to its end.
    """

    uid_validity: int
    uid: int
    complete_to: date | None = None

    def __str__(self) -> str:
        known = "" if self.complete_to is None else f":{self.complete_to.isoformat()}"
        return f"{self.uid_validity}:{self.uid}{known}"


def read_cursor(cursor: str | None) -> Cursor | None:
    """The cursor; None for none, or for one that is not ours. One without its day is from before there was one."""
    validity, uid, day = (*(cursor or "").split(":"), "", "")[:3]
    if not (validity.isascii() and validity.isdigit() and uid.isascii() and uid.isdigit()):
        return None
    try:
        return Cursor(int(validity[:20]), int(uid[:20]), date.fromisoformat(day) if day else None)
    except ValueError:
        return None


def resync_from(since: date | None, complete_to: date | None, *, today: date) -> date | None:
    """The day to read a folder from whose UIDs say nothing any more; None for all of it.

    What lay in the folder on `complete_to` was delivered. What came later is newer, but for mail that was moved
    here from another folder and kept its date: that reaches back a month. A day that lies ahead tells of a clock
    that was wrong, and is worth nothing.
    """
    if complete_to is None or complete_to > today + timedelta(days=1):
        return since
    day = complete_to - timedelta(days=_MOVED_DAYS)
    return day if since is None else max(day, since)


def search_since(day: date) -> str:
    """SINCE's argument, one day early: servers compare in a time zone of their own."""
    early = day - timedelta(days=1) if day > date.min else day
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


def folder_name(written: str) -> str:
    """A folder's name, of the way a server writes it; as it is where it is no modified UTF-7."""

    def letters(shifted: re.Match[str]) -> str:
        packed = shifted[1].replace(",", "/")
        return (
            base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True).decode("utf-16-be") if packed else "&"
        )

    try:
        return _SHIFTED.sub(letters, written)
    except ValueError:
        return written


def uid_set(uids: Iterable[int]) -> str:
    """UIDs as a sequence set."""
    return ",".join(str(uid) for uid in uids)


def found_uids(answer: Answer) -> list[int]:
    """The UIDs of a SEARCH, ascending.

    Raises:
        ValueError: there is a number that no UID has.
    """
    words = {uid for line in answer if isinstance(line, bytes) for uid in line.split() if uid.isdigit()}
    if any(len(uid) > NUMBER_DIGITS for uid in words):
        raise ValueError("the server names a UID that is none")
    return sorted(int(uid) for uid in words)


def sizes(answer: Answer) -> dict[int, int]:
    """UID to RFC822.SIZE, of a FETCH of both."""
    found: dict[int, int] = {}
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        uid, size = _UID.search(text or b""), _SIZE.search(text or b"")
        if uid and size:
            found[int(uid[1])] = int(size[1])
    return found


def places(answer: Answer) -> dict[int, int]:
    """UID to the message's place in the folder, 1 for the first, of a FETCH of anything."""
    found: dict[int, int] = {}
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        uid, place = _UID.search(text or b""), _PLACE.match(text or b"")
        if uid and place:
            found[int(uid[1])] = int(place[1])
    return found


def arrival_days(answer: Answer) -> dict[int, date]:
    """UID to the day of INTERNALDATE in the server's own time zone, of a FETCH of it."""
    found: dict[int, date] = {}
    for line in answer:
        text = line[0] if isinstance(line, tuple) else line
        uid, day = _UID.search(text or b""), _ARRIVED.search(text or b"")
        if uid and day and day[2].decode().title() in _MONTHS:
            with contextlib.suppress(ValueError):
                month = _MONTHS.index(day[2].decode().title()) + 1
                found[int(uid[1])] = date(int(day[3]), month, int(day[1]))
    return found


def bodies(answer: Answer) -> dict[int, bytes]:
    """UID to literal, of a FETCH of one literal each. The UID may stand before the literal or behind it.

    Raises:
        ValueError: a literal is longer than the server said, so that a part of it is all that came.
    """
    found: dict[int, bytes] = {}
    for index, part in enumerate(answer):
        if not isinstance(part, tuple):
            continue
        rest = answer[index + 1] if index + 1 < len(answer) else b""
        if isinstance(rest, bytes) and not rest.startswith((b")", b" ")):
            raise ValueError("a message is longer than the server said")
        uid = _UID.search(part[0]) or (_UID.search(rest) if isinstance(rest, bytes) else None)
        if uid:
            found[int(uid[1])] = part[1]
    return found


def sent_folders(answer: Answer) -> list[str]:
    """Of a LIST, the arguments that name folders for sent mail: those marked `\\Sent` first, then by name."""
    marked: list[str] = []
    named: list[tuple[int, str]] = []
    for line in answer:
        flags, name, delimiter = _listed(line)
        if name and not {"\\noselect", "\\nonexistent"} & set(flags):
            if "\\sent" in flags:
                marked.append(name)
            elif (rank := _sent_rank(name, delimiter)) is not None:
                named.append((rank, name))
    return marked + [name for _, name in sorted(named, key=lambda pair: pair[0])]


def _sent_rank(argument: str, delimiter: str) -> int | None:
    """How soon a folder is taken for the one of sent mail; None where its name says nothing of the kind."""
    name = folder_name(argument[1:-1])
    parts = name.split(delimiter) if delimiter else [name]
    # Below the inbox or a provider's own root, or on top; anywhere else it is somebody's archive.
    if len(parts) > 2 or (len(parts) == 2 and parts[0].casefold() not in ("inbox", "[gmail]", "[google mail]")):
        return None
    last = unicodedata.normalize("NFC", parts[-1]).strip().casefold()
    return SENT_NAMES.index(last) if last in SENT_NAMES else None


def _listed(line: bytes | tuple[bytes, bytes] | None) -> tuple[list[str], str, str]:
    """Flags in lower case, the name as the server itself writes it, quoted, and the delimiter; empty: unreadable."""
    if isinstance(line, tuple):
        head, name = line[0].decode("ascii", "replace"), line[1].decode("ascii", "replace")
    else:
        head = (line or b"").decode("ascii", "replace")
        name = ""
    flags, closed, rest = head.lstrip("(").partition(")")
    if not closed:
        return [], "", ""
    # `"/" "Sent Items"` or `NIL Sent`
    delimiter, _, written = rest.strip().partition(" ")
    if not name:
        name = written.strip()
        if name.startswith('"') and name.endswith('"'):
            name = name[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    try:
        return flags.lower().split(), quoted(name) if name else "", _delimiter(delimiter)
    except ValueError:
        return [], "", ""


def _delimiter(written: str) -> str:
    return "" if written.upper() == "NIL" else written.strip('"').replace("\\\\", "\\")


def words_of(value: object) -> str:
    """A server's words or an error's, short and printable."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(letter if letter.isprintable() else " " for letter in text)[:200].strip()
