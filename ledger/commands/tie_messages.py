"""Ties messages that came in to their customers and conversations: many at once, as if one came after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import ConversationId, new_id
from ledger.model.inbound import Identified, InboundMessage
from ledger.rules.identify_sender import identify_sender
from ledger.store.conversations import Moved, Thread, add_conversations, moved_last, threads_named
from ledger.store.senders import known_senders
from ledger.store.unit_of_work import UnitOfWork

#: A subject and sender alone tie a mail to a conversation that moved within this time.
_SUBJECT_WINDOW = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class TiedMessage:
    """A message, whose it is, and the conversation that it belongs to."""

    message: InboundMessage
    identified: Identified
    conversation_id: ConversationId


async def tie_messages(
    uow: UnitOfWork, messages: Sequence[InboundMessage], *, now: datetime
) -> tuple[TiedMessage, ...]:
    """The messages in their order, each tied; an answer finds what it answers among them too. Conversations that are
    new are written."""
    threads, senders = await threads_named(uow, messages), await known_senders(uow, messages)
    ties: list[tuple[InboundMessage, Identified, Thread]] = []
    for message in messages:
        thread = threads.named_by(message)
        candidates = await senders.candidates(uow, message, None if thread is None else thread.account_id)
        identified = identify_sender(candidates, bounce=message.automatic == "bounce")
        if thread is None or thread.account_id != identified.account_id:
            # Somebody else's words never enter a customer's conversation.
            thread = Thread(message.mailbox_id, identified.account_id, message.subject_key)
        threads.add(message, thread)
        ties.append((message, identified, thread))
    found = await _conversations(uow, [(message, thread) for message, _, thread in ties], now)
    return tuple(
        TiedMessage(message, identified, conversation_id)
        for (message, identified, _), conversation_id in zip(ties, found, strict=True)
    )


async def _conversations(
    uow: UnitOfWork, ties: Sequence[tuple[InboundMessage, Thread]], now: datetime
) -> list[ConversationId]:
    """Of threads that are not known yet: the conversation of the same subject that moved lately, or a new one."""
    keys = {thread.by_subject for _, thread in ties if thread.conversation_id is None}
    last = await moved_last(uow, [key for key in keys if key is not None])
    new: list[Thread] = []
    found: list[ConversationId] = []
    for message, thread in ties:
        key = thread.by_subject
        lately = None if key is None else last.get(key)
        if thread.conversation_id is None and lately is not None and lately.at >= message.at - _SUBJECT_WINDOW:
            thread.conversation_id = lately.conversation_id
        if thread.conversation_id is None:
            thread.conversation_id = ConversationId(new_id())
            new.append(thread)
        if key is not None and (lately is None or lately.at <= message.at):
            last[key] = Moved(thread.conversation_id, message.at)
        found.append(thread.conversation_id)
    await add_conversations(uow, new, at=now)
    return found
