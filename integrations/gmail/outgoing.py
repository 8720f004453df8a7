"""A finished message as Gmail takes it: recipients in its header, and our mark, so that it is found again. Pure."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from integrations.gmail import mapping
from integrations.ports.errors import Rejected
from integrations.ports.mailbox import OutgoingMessage

#: Ids of earlier messages that are looked up to find the thread.
_MOST_REFERENCES = 3
_ADDRESS = re.compile(r"[^\s<>,;:\"()\x00-\x1f\x7f]{1,200}@[^\s<>,;:\"()\x00-\x1f\x7f]{1,200}")
_MESSAGE_ID = re.compile(r"[^\s<>\x00-\x1f\x7f]{1,900}")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_MOST_HEADER_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """`answers` names earlier messages of the thread, the nearest first, without brackets."""

    raw: bytes
    answers: tuple[str, ...]


def prepared(message: OutgoingMessage) -> Outgoing:
    """The message with our mark, and with a Bcc for envelope recipients that its header does not name.

    Raises:
        Rejected: no recipients, an address or Message-ID that would break out of the header, or a header that
            names somebody whom the envelope does not: Gmail would send to them, because it reads headers alone.
    """
    if not message.envelope_to:
        raise Rejected("a mail without recipients")
    if not _MESSAGE_ID.fullmatch(message.message_id) or not message.message_id.isascii():
        raise Rejected("a mail whose Message-ID cannot stand in a header")
    header = _header_of(message.raw)
    named = {address.lower() for address in _recipients(header)}
    meant = {address.lower() for address in message.envelope_to}
    if named - meant:
        others = ", ".join(sorted(named - meant)[:5])
        raise Rejected(f"Gmail sends to whom the header names, and it names others than are meant: {others}")
    hidden = [address for address in message.envelope_to if address.lower() not in named]
    wrong = [address for address in hidden if not _ADDRESS.fullmatch(address)]
    if wrong:
        raise Rejected(f"not an address that can be sent to: {wrong[0][:200]!r}")
    line_end = b"\r\n" if b"\r\n" in message.raw[:_MOST_HEADER_BYTES] else b"\n"
    added = [f"{mapping.OUR_ID_HEADER}: <{message.message_id}>", *([f"Bcc: {', '.join(hidden)}"] if hidden else [])]
    raw = b"".join(line.encode() + line_end for line in added) + message.raw
    return Outgoing(raw, _answers(header))


def _header_of(raw: bytes) -> Message:
    end = _HEADER_END.search(raw)
    return message_from_bytes(raw[: end.start() if end else _MOST_HEADER_BYTES])


def _recipients(header: Message) -> list[str]:
    values = [str(value) for name in ("To", "Cc", "Bcc") for value in header.get_all(name, [])]
    return [address for _, address in getaddresses(values) if address]


def _answers(header: Message) -> tuple[str, ...]:
    """What the message answers, then the newest message of the thread, then its first."""
    answered = mapping.ids_in(str(header.get("In-Reply-To", "")))
    references = mapping.ids_in(str(header.get("References", "")))
    return tuple(dict.fromkeys([*answered[:1], *references[-1:], *references[:1]]))[:_MOST_REFERENCES]
