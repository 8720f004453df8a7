"""Finds the conversations that messages belong to, for many messages at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text

from core.ids import AccountId, ConversationId, MailboxId
from ledger.model.inbound import InboundMessage
from ledger.store.driver_rows import Row, driver_rows
from ledger.store.tables.mail import ConversationRow
from ledger.store.unit_of_work import UnitOfWork

#: Ids of a References header that are looked up; real threads are far shorter, hostile ones are not.
_MOST_REFERENCES = 50

_CONVERSATION = "c.id, c.mailbox_id, c.account_id, c.subject_key"
_NAMED = text(
    f"""
    (SELECT DISTINCT ON (m.header_message_id) m.header_message_id AS named_by, {_CONVERSATION}
     FROM messages m JOIN conversations c ON c.id = m.conversation_id AND c.org_id = :org
     WHERE m.org_id = :org AND m.header_message_id = ANY(CAST(:references AS text[]))
     ORDER BY m.header_message_id, m.stored_at, m.id)
    UNION ALL
    SELECT NULL, {_CONVERSATION} FROM conversations c
    WHERE c.org_id = :org AND c.id = ANY(CAST(:tokens AS uuid[]))
    """  # noqa: S608 - made of a constant of this module
)
_MOVED_LAST = text(
    """
    SELECT DISTINCT ON (asked.mailbox_id, asked.account_id, asked.subject_key)
           asked.mailbox_id, asked.account_id, asked.subject_key, c.id, moved.at
    FROM unnest(CAST(:mailboxes AS uuid[]), CAST(:accounts AS uuid[]), CAST(:subjects AS text[]))
             AS asked(mailbox_id, account_id, subject_key)
    JOIN conversations c ON c.org_id = :org AND c.mailbox_id = asked.mailbox_id
                        AND c.account_id = asked.account_id AND c.subject_key = asked.subject_key
    CROSS JOIN LATERAL (
        SELECT max(m.at) AS at FROM messages m WHERE m.org_id = :org AND m.conversation_id = c.id
    ) moved
    WHERE moved.at IS NOT NULL
    ORDER BY asked.mailbox_id, asked.account_id, asked.subject_key, moved.at DESC
    """
)


@dataclass(frozen=True, slots=True)
class SubjectKey:
    """What ties a mail without references to a conversation."""

    mailbox_id: MailboxId
    account_id: AccountId
    subject_key: str


@dataclass(slots=True)
class Thread:
    """A conversation; `conversation_id` is None while it is not known which one, or that it is a new one."""

    mailbox_id: MailboxId
    account_id: AccountId | None
    subject_key: str
    conversation_id: ConversationId | None = None

    @property
    def by_subject(self) -> SubjectKey | None:
        """None where a subject ties nothing to it: it has none, or nobody knows whose it is."""
        if self.account_id is None or not self.subject_key:
            return None
        return SubjectKey(self.mailbox_id, self.account_id, self.subject_key)


@dataclass(frozen=True, slots=True)
class Moved:
    """A conversation, and the time of its newest message."""

    conversation_id: ConversationId
    at: datetime


class Threads:
    """The conversations that some messages name."""

    def __init__(self, by_reference: dict[str, Thread], by_token: Mapping[ConversationId, Thread]) -> None:
        self._by_reference = by_reference
        self._by_token = by_token

    def named_by(self, message: InboundMessage) -> Thread | None:
        """By In-Reply-To and References, then by our signed token."""
        for reference in message.references[:_MOST_REFERENCES]:
            if reference in self._by_reference:
                return self._by_reference[reference]
        return None if message.token_conversation is None else self._by_token.get(message.token_conversation)

    def add(self, message: InboundMessage, thread: Thread) -> None:
        """From now on the message's own id names the thread."""
        self._by_reference.setdefault(message.header_message_id, thread)


async def threads_named(uow: UnitOfWork, messages: Sequence[InboundMessage]) -> Threads:
    """Those of the same organisation that these messages name."""
    references = {one for message in messages for one in message.references[:_MOST_REFERENCES]}
    tokens = {message.token_conversation for message in messages if message.token_conversation is not None}
    if not references and not tokens:
        return Threads({}, {})
    rows = await driver_rows(uow, _NAMED, references=sorted(references), tokens=sorted(tokens))
    return Threads(
        {row["named_by"]: _thread(row) for row in rows if row["named_by"] is not None},
        {ConversationId(row["id"]): _thread(row) for row in rows if row["named_by"] is None},
    )


async def thread_of(uow: UnitOfWork, message: InboundMessage) -> ConversationRow | None:
    """The conversation that one message names."""
    thread = (await threads_named(uow, [message])).named_by(message)
    return None if thread is None else await uow.session.get(ConversationRow, thread.conversation_id)


async def moved_last(uow: UnitOfWork, keys: Sequence[SubjectKey]) -> dict[SubjectKey, Moved]:
    """Of the conversations with these subjects, the one that moved last; keys without any are left out."""
    if not keys:
        return {}
    rows = await driver_rows(
        uow,
        _MOVED_LAST,
        mailboxes=[key.mailbox_id for key in keys],
        accounts=[key.account_id for key in keys],
        subjects=[key.subject_key for key in keys],
    )
    return {
        SubjectKey(MailboxId(row["mailbox_id"]), AccountId(row["account_id"]), row["subject_key"]): Moved(
            ConversationId(row["id"]), row["at"]
        )
        for row in rows
    }


async def add_conversations(uow: UnitOfWork, threads: Sequence[Thread], *, at: datetime) -> None:
    """Writes new conversations, under the ids that the threads have."""
    rows = [
        {
            "id": thread.conversation_id,
            "org_id": uow.org_id,
            "mailbox_id": thread.mailbox_id,
            "account_id": thread.account_id,
            "subject_key": thread.subject_key,
            "created_at": at,
        }
        for thread in threads
    ]
    if rows:
        await (await uow.session.connection()).execute(insert(ConversationRow), rows)


def _thread(row: Row) -> Thread:
    return Thread(
        mailbox_id=MailboxId(row["mailbox_id"]),
        account_id=None if row["account_id"] is None else AccountId(row["account_id"]),
        subject_key=row["subject_key"],
        conversation_id=ConversationId(row["id"]),
    )
