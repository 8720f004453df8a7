"""What an automatic mail changes besides its own case: contacts that cannot be reached, waits that end too early."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from core.clock import day_in, zone_of
from core.ids import AccountId, CaseId, OrgId, new_id
from ledger.model.account import Contact, ContactStatus
from ledger.rules.business_days import next_business_day
from ledger.rules.decide_action import LONGEST_ABSENCE_DAYS
from ledger.rules.next_contact import next_contact, unreachable
from ledger.store.mapping import to_contact
from ledger.store.review_items import open_item
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.history import ContactProposalRow, ReviewItemRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import OrganisationRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: A bounce comes within days of its mail (RFC 5321: mail systems try for five).
BOUNCE_WINDOW = timedelta(days=30)
_MOST_FAILED = 10
_MOST_WAITING = 200


async def follow_automatic_mail(uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, *, now: datetime) -> None:
    """Applies a bounce or an absence to its account, in one transaction; run twice, it changes nothing more.

    A mail of an unknown customer, or of a person, changes nothing.
    """
    async with uows(org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id, with_for_update=True)
        message = await uow.session.get_one(MessageRow, case.message_id)
        if case.account_id is None:
            return
        if message.automatic == "bounce":
            await _follow_bounce(uow, case, message, now)
        elif message.automatic == "out_of_office":
            await _follow_absence(uow, case, message, now)


async def _follow_bounce(uow: UnitOfWork, case: CaseRow, message: MessageRow, now: datetime) -> None:
    delayed = set(message.details.get("delayed", []))
    failed = [str(one) for one in message.details.get("failed", []) if one not in delayed][:_MOST_FAILED]
    rows = list(
        await uow.session.scalars(
            select(ContactRow)
            .where(ContactRow.account_id == case.account_id)
            .order_by(ContactRow.email)
            .with_for_update()
        )
    )
    marked = []
    for row in rows:
        if row.email not in failed or row.status != ContactStatus.ACTIVE.value:
            continue
        if not await _was_told(uow, case, row) and await _is_our_mail(uow, case, message, row.email, now):
            row.status = ContactStatus.UNREACHABLE.value
            marked.append(row)
    contacts = [to_contact(row) for row in rows]
    other = next_contact(contacts, unreachable(contacts))
    for row in marked:
        await _tell(uow, case, row, other, now)
    if marked and other is not None:
        await _propose(uow, case, message, other.email, now)


async def _was_told(uow: UnitOfWork, case: CaseRow, row: ContactRow) -> bool:
    """Whether this very bounce was put before a person: active again, the contact was released by one since."""
    found = await uow.session.scalar(
        select(ReviewItemRow.id).where(
            ReviewItemRow.kind == "contact_unreachable", ReviewItemRow.cause_key == _cause(case, row)
        )
    )
    return found is not None


def _cause(case: CaseRow, row: ContactRow) -> str:
    return f"unreachable:{row.id}:{case.message_id}"


async def _is_our_mail(uow: UnitOfWork, case: CaseRow, bounce: MessageRow, email: str, now: datetime) -> bool:
    """Whether the bounce gives back a mail of ours to this address: anybody can write one that only looks so."""
    returned = [str(one) for one in bounce.details.get("returned", [])]
    found = await uow.session.scalar(
        select(func.count()).where(
            MessageRow.account_id == case.account_id,
            MessageRow.direction == "outbound",
            MessageRow.header_message_id.in_(returned),
            MessageRow.at >= now - BOUNCE_WINDOW,
            MessageRow.recipients.contains([email]) | MessageRow.cc.contains([email]),
        )
    )
    return bool(found)


async def _tell(uow: UnitOfWork, case: CaseRow, row: ContactRow, other: Contact | None, now: datetime) -> None:
    instead = f"Proposed instead: {other.email}." if other is not None else "No other contact is known: name one."
    account_id = AccountId(row.account_id)
    await open_item(
        uow,
        kind="contact_unreachable",
        words=f"Mail to {row.email} came back. Nothing is sent there until you say that it works again. {instead}",
        cause_key=_cause(case, row),
        at=now,
        account_id=account_id,
        case_id=CaseId(case.id),
        facts={"contact": row.email, "proposed": None if other is None else other.email},
    )
    await append_event(
        uow,
        kind="contact_unreachable",
        words=f"Mail to {row.email} came back; nothing is sent there until a person says so",
        cause_key=_cause(case, row),
        at=now,
        account_id=account_id,
        case_id=CaseId(case.id),
    )


async def _propose(uow: UnitOfWork, case: CaseRow, message: MessageRow, contact: str, now: datetime) -> None:
    await uow.session.execute(
        insert(ContactProposalRow)
        .values(
            id=new_id(),
            org_id=uow.org_id,
            account_id=case.account_id,
            message_id=message.id,
            position=0,
            quote="",
            said_at=now,
            contact=contact,
            state="proposed",
        )
        .on_conflict_do_nothing()
    )


async def _follow_absence(uow: UnitOfWork, case: CaseRow, message: MessageRow, now: datetime) -> None:
    """Cases that wait for the one who is away wait until they are back; their day is never moved forward in time."""
    stated = (
        await uow.session.execute(
            select(SignalRow.until, SignalRow.contact)
            .where(
                SignalRow.message_id == message.id, SignalRow.intent == "out_of_office", SignalRow.ungrounded == ""
            )
            .order_by(SignalRow.position)
            .limit(1)
        )
    ).one_or_none()
    if stated is None:
        return
    if stated.contact and stated.contact != message.sender and "@" in stated.contact:
        await _propose_stand_in(uow, case, message, stated.contact, now)
    account = await uow.session.get_one(AccountRow, case.account_id)
    organisation = await uow.session.get_one(OrganisationRow, uow.org_id)
    today = day_in(zone_of(account.time_zone or organisation.time_zone), now)
    if stated.until is None or not today < stated.until <= today + timedelta(days=LONGEST_ABSENCE_DAYS):
        return
    back = next_business_day(stated.until, account.country or organisation.country)
    waiting = await uow.session.scalars(
        select(CaseRow)
        .join(MessageRow, MessageRow.id == CaseRow.message_id)
        .where(
            CaseRow.account_id == case.account_id,
            CaseRow.id != case.id,
            CaseRow.state.in_(("waiting", "awaiting_approval")),
            CaseRow.next_step_on < back,
            MessageRow.sender == message.sender,
        )
        .order_by(CaseRow.id)
        .limit(_MOST_WAITING)
        .with_for_update(of=CaseRow)
    )
    for other in waiting:
        other.next_step_on = back
        await append_event(
            uow,
            kind="next_step_moved",
            words=f"{message.sender} is away: looked at again on {back.isoformat()}",
            cause_key=f"away:{other.id}:{message.id}",
            at=now,
            account_id=AccountId(account.id),
            case_id=CaseId(other.id),
        )


async def _propose_stand_in(uow: UnitOfWork, case: CaseRow, message: MessageRow, contact: str, now: datetime) -> None:
    """Whom an absence notice names; a contact that is known already needs no proposal."""
    known = await uow.session.scalar(
        select(ContactRow.id).where(ContactRow.account_id == case.account_id, ContactRow.email == contact.lower())
    )
    if known is None:
        await _propose(uow, case, message, contact.lower(), now)
