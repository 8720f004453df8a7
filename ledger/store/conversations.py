"""Finds the conversation and the account that a message belongs to."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from core.ids import AccountId
from ledger.model.inbound import InboundMessage, SenderCandidates
from ledger.model.mail_domains import PUBLIC_MAIL_DOMAINS
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.mail import ConversationRow, MessageRow
from ledger.store.tables.money import InvoiceRow
from ledger.store.unit_of_work import UnitOfWork

#: Ids of a References header that are looked up; real threads are far shorter, hostile ones are not.
_MOST_REFERENCES = 50
#: A subject and sender alone tie a mail to a conversation that moved within this time.
_SUBJECT_WINDOW = timedelta(days=60)
_MOST_TOKENS = 200


async def thread_of(uow: UnitOfWork, message: InboundMessage) -> ConversationRow | None:
    """By In-Reply-To and References, then by our signed token; only conversations of the same organisation."""
    references = list(message.references[:_MOST_REFERENCES])
    if references:
        found = await uow.session.scalars(
            select(MessageRow).where(
                MessageRow.header_message_id.in_(references), MessageRow.conversation_id.is_not(None)
            )
        )
        by_id = {row.header_message_id: row for row in found}
        for reference in references:
            if reference in by_id:
                return await uow.session.get(ConversationRow, by_id[reference].conversation_id)
    if message.token_conversation is not None:
        return await uow.session.get(ConversationRow, message.token_conversation)
    return None


async def thread_by_subject(
    uow: UnitOfWork, message: InboundMessage, account_id: AccountId
) -> ConversationRow | None:
    """The account's conversation of the same subject that moved lately, newest first."""
    if not message.subject_key:
        return None
    moved = (
        select(func.max(MessageRow.at))
        .where(MessageRow.conversation_id == ConversationRow.id)
        .correlate(ConversationRow)
        .scalar_subquery()
    )
    return (
        await uow.session.scalars(
            select(ConversationRow)
            .where(
                ConversationRow.mailbox_id == message.mailbox_id,
                ConversationRow.account_id == account_id,
                ConversationRow.subject_key == message.subject_key,
                moved >= message.at - _SUBJECT_WINDOW,
            )
            .order_by(moved.desc())
            .limit(1)
        )
    ).first()


async def sender_candidates(
    uow: UnitOfWork, message: InboundMessage, thread: ConversationRow | None
) -> SenderCandidates:
    """What the ledger knows about the sender and the thread; for a bounce, about the addresses that failed."""
    who = [message.sender]
    if message.automatic == "bounce":
        who += [str(one) for one in message.details.get("failed", [])]
    as_contact = await uow.session.scalars(
        select(ContactRow.account_id)
        .where(ContactRow.email.in_(who), ContactRow.status != "suppressed")
        .distinct()
        .limit(20)
    )
    accounts = sorted(as_contact)
    return SenderCandidates(
        thread_account=None if thread is None or thread.account_id is None else AccountId(thread.account_id),
        as_contact=tuple(AccountId(account) for account in accounts),
        by_domain=await _by_domain(uow, message.sender.rpartition("@")[2]),
        by_invoice=await _by_invoice(uow, message, accounts) if len(accounts) > 1 else (),
    )


async def _by_domain(uow: UnitOfWork, domain: str) -> tuple[AccountId, ...]:
    if not domain or domain in PUBLIC_MAIL_DOMAINS:
        return ()
    rows = await uow.session.scalars(
        select(AccountRow.id)
        .where(
            or_(
                AccountRow.email_domains.contains([domain]),
                AccountRow.id.in_(
                    select(ContactRow.account_id).where(
                        func.split_part(ContactRow.email, "@", 2) == domain,
                        ContactRow.status.in_(("active", "unreachable")),
                    )
                ),
            )
        )
        .order_by(AccountRow.id)
        .limit(5)
    )
    return tuple(AccountId(row) for row in rows)


async def _by_invoice(uow: UnitOfWork, message: InboundMessage, accounts: Sequence[UUID]) -> tuple[AccountId, ...]:
    words = f"{message.subject} {message.reply_text[:20_000]}".split()
    tokens = {word.strip(".,;:()[]<>\"'!?#") for word in words if any(char.isdigit() for char in word)}
    if not tokens:
        return ()
    rows = await uow.session.scalars(
        select(InvoiceRow.account_id)
        .where(InvoiceRow.account_id.in_(accounts), InvoiceRow.number.in_(sorted(tokens)[:_MOST_TOKENS]))
        .distinct()
    )
    return tuple(AccountId(row) for row in rows)
