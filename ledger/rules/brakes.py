"""Brakes: two machines that answer one another come to rest by themselves.

Recognised automatic mail is never answered by a draft of its own accord. These brakes are for what is not recognised:
a robot without a mark, or another Duly whose drafts somebody approves without reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from ledger.model.message import Direction, Message

#: How far back mail counts: a loop runs in minutes, a person's day is over after one.
WINDOW = timedelta(hours=24)
#: A person may write twice in a hurry; the third mail that looks like a machine's in one thread and day is a loop.
MOST_IN_A_THREAD = 3
#: Over all threads: a robot that opens a new thread with each answer. More than in a thread, because a ticket system
#: acknowledges each of several reminders of one day.
MOST_FROM_AN_ADDRESS = 5
#: Nobody opens, reads and answers a mail within this; robots do.
FASTEST_PERSON = timedelta(seconds=20)
#: Mail that a Duly sent has ids of this form (`mail/compose.py`).
_OWN_KIND_OF_ID = "duly."
#: Shorter texts ("ok", "thanks") are alike by chance.
_SHORTEST_SAME_WORDS = 25


@dataclass(frozen=True, slots=True)
class Brake:
    """Why nothing is drafted. `first`: a person is told of this mail, most often because it reached the limit."""

    words: str
    first: bool


def brake_on(message: Message, recent: Sequence[Message]) -> Brake | None:
    """Whether the brakes hold for `message`; `recent` is mail of its thread and from its sender, both directions.

    A mail that looks like a person's is never held, whatever came before it.
    """
    since = message.at - WINDOW
    # Mails of one second come in the order of their ids, so that one of them is the one that reaches the limit.
    place = (message.at, message.message_id)
    near = [one for one in recent if since <= one.at and (one.at, one.message_id) < place]
    if not looks_automatic(message, near):
        return None
    alike = [one for one in near if one.direction is Direction.INBOUND and looks_automatic(one, near)]
    in_thread = 1 + sum(one.conversation_id == message.conversation_id for one in alike)
    if in_thread >= MOST_IN_A_THREAD:
        words = f"{in_thread} mails of this thread within a day look like a machine's"
        return Brake(words, in_thread == MOST_IN_A_THREAD)
    # A mail system reports each failed address by itself, and all from one sender: only its threads are counted.
    from_address = 1 + sum(one.sender == message.sender for one in alike)
    if message.automatic != "bounce" and from_address >= MOST_FROM_AN_ADDRESS:
        words = f"{from_address} mails from {message.sender} within a day look like a machine's"
        # Without a mark it may be a clerk who pastes one answer into many threads: a person sees each of them.
        return Brake(words, from_address == MOST_FROM_AN_ADDRESS or message.automatic is None)
    return None


def looks_automatic(message: Message, near: Sequence[Message]) -> bool:
    """Whether a machine may have sent it: it is marked so, comes from another Duly, says word for word what its
    sender said before, or came faster after our mail than a person answers."""
    if message.automatic is not None or message.header_message_id.startswith(_OWN_KIND_OF_ID):
        return True
    words = " ".join(message.reply_text.split())
    for other in near:
        if other.at > message.at or other.message_id == message.message_id:
            continue
        if other.direction is Direction.OUTBOUND:
            same_thread = other.conversation_id == message.conversation_id
            if same_thread and message.sender in other.to and message.at - other.at < FASTEST_PERSON:
                return True
        elif (
            other.sender == message.sender
            and len(words) >= _SHORTEST_SAME_WORDS
            and " ".join(other.reply_text.split()) == words
        ):
            return True
    return False
