"""Gmail's JSON and search words to ours. Pure; what Google would not send raises ValueError."""

import base64
import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integrations.gmail.cursor import is_message_id

#: Nothing that somebody wrote to us: our own mail, half-written mail, chat.
NOT_INCOMING = frozenset({"SENT", "DRAFT", "CHAT"})
JUNK = frozenset({"SPAM", "TRASH"})
#: Gmail gives mail that is sent through its API a Message-ID of its own and keeps ours in no header that it names,
#: so ours travels in one of our own too. The others are what older and other ways out leave behind.
OUR_ID_HEADER = "X-Duly-Message-ID"
ID_HEADERS = ("Message-ID", OUR_ID_HEADER, "X-Google-Original-Message-ID", "X-Gmail-Original-Message-ID")
_MOST_ENTRIES = 10_000
_ID_IN_HEADER = re.compile(r"<([^<>\s]{1,998})>|([^<>\s]{1,998})")
_LABEL_ID = re.compile(r"[A-Za-z0-9_^-]{1,200}", re.ASCII)
#: Without the signs by which Gmail's search groups words.
_SEARCHABLE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`~@-]{3,250}")


@dataclass(frozen=True, slots=True)
class Page:
    """Ids of messages and of their threads, and where the next page is."""

    message_ids: tuple[str, ...]
    thread_ids: tuple[str, ...]
    next_page: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What decides whether and when a message is delivered."""

    message_id: str
    labels: frozenset[str]
    history_id: int
    at_ms: int
    size: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message's place and the ids that its headers name, without brackets."""

    message_id: str
    thread_id: str
    at_ms: int
    header_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message that came, or came out of spam or trash, by one record of the history."""

    record: int
    message_id: str
    labels: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class History:
    """One page of history: who arrived, the last record that ends on it, and where the next page is."""

    arrivals: tuple[Arrival, ...]
    last_complete: int
    next_page: str


@dataclass(frozen=True, slots=True)
class Watching:
    """Pushes are under way: since which record of the history, and until when, in milliseconds since 1970."""

    history_id: int
    ends_ms: int


def page(answer: dict[str, Any]) -> Page:
    entries = _list(answer, "messages")
    return Page(
        tuple(_message_id(entry) for entry in entries),
        tuple(_text(entry, "threadId") for entry in entries),
        _text(answer, "nextPageToken"),
    )


def metadata(answer: dict[str, Any]) -> Metadata:
    return Metadata(
        message_id=_text(answer, "id"),
        labels=_labels(answer) or frozenset(),
        history_id=history_id(answer),
        at_ms=number(answer, "internalDate"),
        size=number(answer, "sizeEstimate"),
    )


def message(answer: dict[str, Any]) -> Message:
    payload = answer.get("payload")
    headers = _list(payload, "headers") if isinstance(payload, dict) else []
    names = {name.lower() for name in ID_HEADERS}
    values = (_text(header, "value") for header in headers if _text(header, "name").lower() in names)
    ids = frozenset(found for value in values for found in ids_in(value))
    return Message(_text(answer, "id"), _text(answer, "threadId"), number(answer, "internalDate"), ids)


def history(answer: dict[str, Any], *, label: str = "") -> History:
    """With `label`, what was given it counts as arrived, too."""
    arrivals: list[Arrival] = []
    records: list[int] = []
    for record in _list(answer, "history"):
        records.append(number(record, "id"))
        arrivals += _arrivals(record, label)
    next_page = _text(answer, "nextPageToken")
    # The last record of a page may go on on the next one.
    complete = [record for record in records if not next_page or record != records[-1]]
    return History(tuple(arrivals), max(complete, default=0), next_page)


def _arrivals(record: dict[str, Any], label: str) -> Iterable[Arrival]:
    """Each message once, even where a record has it added and taken out of the trash."""
    restored = [entry for entry in _list(record, "labelsRemoved") if JUNK & (_labels(entry) or frozenset())]
    given = [entry for entry in _list(record, "labelsAdded") if label and label in (_labels(entry) or frozenset())]
    found: dict[str, Arrival] = {}
    for entry in [*_list(record, "messagesAdded"), *restored, *given]:
        shown = entry.get("message")
        if not isinstance(shown, dict):
            raise ValueError("an entry without its message")
        message_id = _message_id(shown)
        found.setdefault(message_id, Arrival(number(record, "id"), message_id, _labels(shown)))
    return found.values()


def is_incoming(labels: frozenset[str], *, with_junk: bool) -> bool:
    """Whether a message with these labels is one that somebody wrote to us."""
    return not labels & NOT_INCOMING and (with_junk or not labels & JUNK)


def raw(answer: dict[str, Any]) -> bytes:
    letters = answer.get("raw")
    if not isinstance(letters, str):
        raise ValueError("a message without its bytes")
    return base64.b64decode(letters.encode("ascii") + b"=" * (-len(letters) % 4), altchars=b"-_")


def base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def labels(answer: dict[str, Any]) -> dict[str, str]:
    """Ids of labels by their names."""
    entries = ((_text(entry, "name"), _text(entry, "id")) for entry in _list(answer, "labels"))
    return {name: label_id for name, label_id in entries if name and _LABEL_ID.fullmatch(label_id)}


def label_id(answer: dict[str, Any]) -> str:
    found = _text(answer, "id")
    if not _LABEL_ID.fullmatch(found):
        raise ValueError("an id that no label of Gmail has")
    return found


def sent_id(answer: dict[str, Any]) -> str:
    found = _text(answer, "id")
    if not found:
        raise ValueError("no id of the message that was sent")
    return found


def multipart(fields: dict[str, str], content: bytes) -> tuple[bytes, str]:
    """Body and content type of an upload: what is said of a message, then the message byte for byte."""
    boundary = secrets.token_hex(24)
    head = f"--{boundary}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{json.dumps(fields)}\r\n"
    before = f"{head}--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n"
    return before.encode() + content + f"\r\n--{boundary}--\r\n".encode(), f"multipart/related; boundary={boundary}"


def history_id(answer: dict[str, Any]) -> int:
    return number(answer, "historyId")


def number(answer: dict[str, Any], name: str) -> int:
    """A number from 0 on, written as one or as text."""
    value = answer.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**40:
        return value
    if isinstance(value, str) and len(value) <= 40 and value.isascii() and value.isdigit():
        return int(value)
    raise ValueError(f"no number {name}")


def ids_in(header: str) -> list[str]:
    """The ids that a Message-ID, In-Reply-To or References header names, without brackets, in their order."""
    return [bracketed or bare for bracketed, bare in _ID_IN_HEADER.findall(header[:50_000])]


def by_message_id(message_id: str) -> str:
    """The search for a Message-ID; empty where it has letters that would be taken for another search."""
    return f"rfc822msgid:{message_id}" if _SEARCHABLE.fullmatch(message_id) else ""


def with_person(address: str) -> tuple[str, ...]:
    """The searches for mail from and to an address; none where it would be taken for another search."""
    return (f"from:{address}", f"to:{address}") if _SEARCHABLE.fullmatch(address) else ()


def between(first_ms: int, end_ms: int | None) -> str:
    """The search for what came in from `first_ms` to before `end_ms`, and a second more on both sides.

    Seconds since 1970 are exact; days would be days in California.
    """
    words = [f"after:{first_ms // 1000 - 1}"] if first_ms >= 1000 else []
    return " ".join([*words, f"before:{-(-end_ms // 1000) + 1}"] if end_ms is not None else words)


def watching(answer: dict[str, Any]) -> Watching:
    return Watching(history_id(answer), number(answer, "expiration"))


def _message_id(entry: dict[str, Any]) -> str:
    found = _text(entry, "id")
    if not is_message_id(found):
        raise ValueError("an id that no message of Gmail has")
    return found


def _labels(answer: dict[str, Any]) -> frozenset[str] | None:
    found = answer.get("labelIds")
    return frozenset(label for label in found if isinstance(label, str)) if isinstance(found, list) else None


def _list(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = answer.get(name, [])
    if not isinstance(value, list) or len(value) > _MOST_ENTRIES:
        raise ValueError(f"no list {name}")
    return [entry for entry in value if isinstance(entry, dict)]


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name, "")
    return value if isinstance(value, str) else ""
