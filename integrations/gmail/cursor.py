"""Where a reader of a Gmail mailbox stands, and the text that keeps it. Pure."""

import hashlib
import re
from dataclasses import dataclass

_VERSION = "g1"
_HISTORY_ID = r"\d{1,40}"
_MESSAGE_ID = r"[A-Za-z0-9_-]{1,128}"
_HISTORY = re.compile(rf"{_VERSION}:h:([0-9a-f]{{12}}):({_HISTORY_ID}):(\d{{1,17}}):({_MESSAGE_ID}|)", re.ASCII)
_SCAN = re.compile(
    rf"{_VERSION}:s:([0-9a-f]{{12}}):({_HISTORY_ID}):({_HISTORY_ID}):(\d{{1,17}}):({_MESSAGE_ID}|)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class HistoryPosition:
    """All that the mailbox's history says up to `history_id` was delivered.

    `within` is not empty where the next record was delivered in part, up to that message. `newest_ms` is when the
    newest message delivered came in: from there the mailbox is read anew once Google has forgotten `history_id`.
    History ids are text where they are kept, because they go beyond 64 bits.
    """

    history_id: int
    newest_ms: int
    within: str = ""


@dataclass(frozen=True, slots=True)
class ScanPosition:
    """The mailbox is read by date, and delivered up to the message `message_id` that came in at `at_ms`.

    `history_id` is the mailbox's as the reading began: history goes on from it afterwards. A message that was last
    touched at `known_up_to` or before is left out, because it was delivered before the history was forgotten.
    """

    history_id: int
    known_up_to: int
    at_ms: int
    message_id: str = ""


Position = HistoryPosition | ScanPosition


def written(position: Position, mailbox: str) -> str:
    """The position as a cursor of `mailbox`."""
    owner = _owner(mailbox)
    if isinstance(position, HistoryPosition):
        return f"{_VERSION}:h:{owner}:{position.history_id}:{position.newest_ms}:{position.within}"
    start = f"{_VERSION}:s:{owner}:{position.history_id}:{position.known_up_to}"
    return f"{start}:{position.at_ms}:{position.message_id}"


def read(cursor: str | None, mailbox: str) -> Position | None:
    """The position; None for none, for a cursor that is not ours, and for one of another mailbox."""
    text, owner = cursor or "", _owner(mailbox)
    if (found := _HISTORY.fullmatch(text)) and found[1] == owner:
        return HistoryPosition(int(found[2]), int(found[3]), found[4])
    if (found := _SCAN.fullmatch(text)) and found[1] == owner:
        return ScanPosition(int(found[2]), int(found[3]), int(found[4]), found[5])
    return None


def is_message_id(text: str) -> bool:
    """Whether Gmail's id of a message has the letters that such ids have, so that it fits into a cursor."""
    return re.fullmatch(_MESSAGE_ID, text, re.ASCII) is not None


def _owner(mailbox: str) -> str:
    return hashlib.sha256(mailbox.strip().lower().encode()).hexdigest()[:12]
