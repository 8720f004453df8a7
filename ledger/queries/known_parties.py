"""Reads whom a mail's sender is compared with: the customer's domains and addresses, and our own."""

from collections.abc import Iterable

from sqlalchemy import func, select

from core.domains import plain_domain
from core.ids import AccountId, CaseId, ConversationId, MessageId
from ledger.model.case import CaseForRun
from ledger.model.mail_domains import PUBLIC_MAIL_DOMAINS
from ledger.rules.sender_trust import KnownParties
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import EntityRow, MailboxRow
from ledger.store.unit_of_work import UnitOfWork

#: Domains of all customers that a stranger's is compared with.
_MOST_DOMAINS = 20_000
_MOST_CONTACTS = 2_000
_KNOWN = ("active", "unreachable")


async def known_parties(uow: UnitOfWork, case: CaseForRun) -> KnownParties:
    """As of now; of a mail that belongs to nobody, all customers' domains and no addresses."""
    mailboxes = await uow.session.scalars(select(MailboxRow.address))
    entities = await uow.session.scalars(select(EntityRow.email).where(EntityRow.email != ""))
    ours = [address.lower() for address in (*mailboxes, *entities)]
    addresses = await _addresses(uow, case.account_id) if case.account_id is not None else []
    if case.account_id is not None:
        domains = [*addresses, *await _account_domains(uow, case.account_id)]
    else:
        domains = await _all_domains(uow)
    return KnownParties(
        customer_domains=_private(domains),
        customer_addresses=frozenset(addresses),
        our_domains=_private(ours),
        our_addresses=frozenset(ours),
        vouched=await _vouched(uow, case.case_id),
    )


async def doubted_messages(uow: UnitOfWork, conversation_id: ConversationId | None) -> frozenset[MessageId]:
    """The messages of a conversation that may not be from whom they say."""
    if conversation_id is None:
        return frozenset()
    rows = await uow.session.scalars(
        select(MessageRow.id).where(
            MessageRow.conversation_id == conversation_id, MessageRow.details["doubts"].astext != "[]"
        )
    )
    return frozenset(MessageId(row) for row in rows)


def is_public(sender: str) -> bool:
    """Whether anybody can have an address there, so that the domain imitates nobody."""
    return plain_domain(sender) in PUBLIC_MAIL_DOMAINS


def _private(domains: Iterable[str]) -> frozenset[str]:
    return frozenset({plain for one in domains if (plain := plain_domain(one))} - PUBLIC_MAIL_DOMAINS)


async def _addresses(uow: UnitOfWork, account_id: AccountId) -> list[str]:
    rows = await uow.session.scalars(
        select(ContactRow.email)
        .where(ContactRow.account_id == account_id, ContactRow.status.in_(_KNOWN))
        .order_by(ContactRow.email)
        .limit(_MOST_CONTACTS)
    )
    return [email.lower() for email in rows]


async def _account_domains(uow: UnitOfWork, account_id: AccountId) -> list[str]:
    found = await uow.session.scalar(select(AccountRow.email_domains).where(AccountRow.id == account_id))
    return list(found or ())


async def _all_domains(uow: UnitOfWork) -> list[str]:
    domain = func.split_part(ContactRow.email, "@", 2)
    of_contacts = await uow.session.scalars(
        select(domain).where(ContactRow.status.in_(_KNOWN)).distinct().order_by(domain).limit(_MOST_DOMAINS)
    )
    of_accounts = await uow.session.scalars(
        select(func.unnest(AccountRow.email_domains)).distinct().limit(_MOST_DOMAINS)
    )
    return [*of_contacts, *of_accounts]


async def _vouched(uow: UnitOfWork, case_id: CaseId) -> bool:
    """Whether a person accepted the sender of this mail (`settle_review_item`); the timeline is the record of it."""
    found = await uow.session.scalar(
        select(TimelineEventRow.id)
        .where(
            TimelineEventRow.case_id == case_id,
            TimelineEventRow.kind == "review_settled",
            TimelineEventRow.facts["settlement"].astext == "accept_sender",
        )
        .limit(1)
    )
    return found is not None
