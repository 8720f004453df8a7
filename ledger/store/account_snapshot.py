"""Builds `AccountSnapshot`, in one transaction."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import not_, or_, select

from core.clock import day_in, zone_of
from core.errors import NotFound
from core.ids import AccountId, ConversationId, MailboxId, MessageId
from ledger.model.account import Contact, ContactStatus
from ledger.model.cash import StatementLine
from ledger.model.invoice import Payment
from ledger.model.message import Message
from ledger.model.snapshot import AccountSnapshot
from ledger.store.mapping import (
    to_absence,
    to_account,
    to_claim,
    to_contact,
    to_credit_note,
    to_dispute,
    to_entity,
    to_invoice,
    to_message,
    to_payment,
    to_promise,
    to_statement_line,
)
from ledger.store.payment_standing import ignored
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.cash import BankLineRow
from ledger.store.tables.history import AbsenceRow, DisputeRow, PaymentClaimRow, PromiseRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.money import AllocationRow, CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.tables.people import EntityRow, MailboxRow, OrganisationRow
from ledger.store.unit_of_work import UnitOfWork

#: How far back closed invoices and payments are looked at.
HISTORY_DAYS = 180
#: How far back money without a known payer is looked at: as far as a claim may lie before its payment, and a month.
UNASSIGNED_DAYS = 60
#: How far back unbooked lines are looked at: `record_bank_lines` waits ten days for their booking.
PENDING_DAYS = 10
_MOST_INVOICES = 2_000
_MOST_PAYMENTS = 500
_MOST_MESSAGES = 50
_MOST_SAID = 200

_Row = TypeVar("_Row", PromiseRow, DisputeRow, PaymentClaimRow, AbsenceRow)


async def account_snapshot(
    uow: UnitOfWork,
    account_id: AccountId,
    *,
    mailbox_id: MailboxId,
    conversation_id: ConversationId | None,
    now: datetime,
    signed_by: str = "",
) -> AccountSnapshot:
    """All that is known of the account at `now`.

    Raises:
        NotFound: no such account or mailbox in this organisation.
    """
    session = uow.session
    frame = (
        await session.execute(
            select(AccountRow, MailboxRow, EntityRow, OrganisationRow)
            .select_from(AccountRow)
            .join(MailboxRow, MailboxRow.id == mailbox_id)
            .join(EntityRow, EntityRow.id == MailboxRow.entity_id)
            .join(OrganisationRow, OrganisationRow.id == AccountRow.org_id)
            .where(AccountRow.id == account_id)
        )
    ).one_or_none()
    if frame is None:
        raise NotFound("account", account_id)
    row, mailbox, entity, organisation = frame
    account = to_account(row, organisation)
    today = day_in(zone_of(account.time_zone), now)
    since = today - timedelta(days=HISTORY_DAYS)
    invoices = await session.scalars(
        select(InvoiceRow)
        .where(InvoiceRow.account_id == account_id, or_(InvoiceRow.open_balance > 0, InvoiceRow.due >= since))
        .order_by(InvoiceRow.due, InvoiceRow.number)
        .limit(_MOST_INVOICES)
    )
    credit_notes = await session.scalars(
        select(CreditNoteRow).where(CreditNoteRow.account_id == account_id).order_by(CreditNoteRow.issued).limit(500)
    )
    promises = await _said(uow, PromiseRow, account_id)
    disputes = await _said(uow, DisputeRow, account_id)
    claims = await _said(uow, PaymentClaimRow, account_id)
    absences = await _said(uow, AbsenceRow, account_id)
    return AccountSnapshot(
        taken_at=now,
        today=today,
        account=account,
        entity=to_entity(entity),
        our_address=mailbox.address,
        contacts=await _contacts(uow, account_id),
        invoices=tuple(to_invoice(invoice) for invoice in invoices),
        credit_notes=tuple(to_credit_note(note) for note in credit_notes),
        payments=await _payments(uow, account_id, since),
        unassigned=await _unassigned(uow, today - timedelta(days=UNASSIGNED_DAYS)),
        on_its_way=await _on_its_way(uow, today - timedelta(days=PENDING_DAYS)),
        promises=tuple(to_promise(promise) for promise in promises),
        disputes=tuple(to_dispute(dispute) for dispute in disputes),
        claims=tuple(to_claim(claim) for claim in claims),
        absences=tuple(to_absence(absence) for absence in absences),
        thread=await _thread(uow, conversation_id),
        last_inbound=await _last_inbound(uow, account_id),
        organisation_language=organisation.language,
        signed_by=signed_by,
    )


async def with_what_was_said(uow: UnitOfWork, snapshot: AccountSnapshot) -> AccountSnapshot:
    """The snapshot with today's promises, disputes, claims, absences, contacts and hold; all else as it was read."""
    account_id = snapshot.account.account_id
    hold = await uow.session.scalar(select(AccountRow.hold_reason).where(AccountRow.id == account_id))
    return replace(
        snapshot,
        account=replace(snapshot.account, hold_reason=hold or ""),
        contacts=await _contacts(uow, account_id),
        promises=tuple(to_promise(row) for row in await _said(uow, PromiseRow, account_id)),
        disputes=tuple(to_dispute(row) for row in await _said(uow, DisputeRow, account_id)),
        claims=tuple(to_claim(row) for row in await _said(uow, PaymentClaimRow, account_id)),
        absences=tuple(to_absence(row) for row in await _said(uow, AbsenceRow, account_id)),
    )


async def _contacts(uow: UnitOfWork, account_id: AccountId) -> tuple[Contact, ...]:
    rows = await uow.session.scalars(
        select(ContactRow).where(ContactRow.account_id == account_id).order_by(ContactRow.email).limit(_MOST_SAID)
    )
    contacts = [to_contact(row) for row in rows]
    barred = await _barred_elsewhere(uow, account_id, [contact.email for contact in contacts])
    return tuple(
        replace(contact, status=ContactStatus.SUPPRESSED) if contact.email in barred else contact
        for contact in contacts
    )


async def _barred_elsewhere(uow: UnitOfWork, account_id: AccountId, emails: list[str]) -> set[str]:
    """Of these addresses, those that are never to be written to for what another customer's book says of them.

    One person may keep the books of several customers: where they asked for no more mail once, they meant it.
    """
    found = await uow.session.scalars(
        select(ContactRow.email)
        .join(AccountRow, AccountRow.id == ContactRow.account_id)
        .where(
            ContactRow.email.in_(emails),
            ContactRow.account_id != account_id,
            or_(ContactRow.status == ContactStatus.SUPPRESSED.value, AccountRow.stopped_at.is_not(None)),
        )
    )
    return set(found)


async def _said(uow: UnitOfWork, table: type[_Row], account_id: AccountId) -> list[_Row]:
    said = select(table).where(table.account_id == account_id)
    # Promises and disputes say so in their state, and are shown; a claim or an absence is there or not.
    if issubclass(table, (PaymentClaimRow, AbsenceRow)):
        said = said.where(table.withdrawn_at.is_(None))
    rows = await uow.session.scalars(said.order_by(table.said_at.desc()).limit(_MOST_SAID))
    return list(rows)[::-1]


async def _payments(uow: UnitOfWork, account_id: AccountId, since: date) -> tuple[Payment, ...]:
    rows = list(
        await uow.session.scalars(
            select(PaymentRow)
            .where(PaymentRow.account_id == account_id, PaymentRow.received_on >= since)
            .order_by(PaymentRow.received_on.desc(), PaymentRow.external_id)
            .limit(_MOST_PAYMENTS)
        )
    )
    numbers: dict[UUID, list[str]] = defaultdict(list)
    if rows:
        allocated = await uow.session.execute(
            select(AllocationRow.payment_id, InvoiceRow.number)
            .join(InvoiceRow, InvoiceRow.id == AllocationRow.invoice_id)
            .where(AllocationRow.payment_id.in_([row.id for row in rows]))
            .distinct()
            .order_by(InvoiceRow.number)
        )
        for payment_id, number in allocated:
            if payment_id is not None:
                numbers[payment_id].append(number)
    return tuple(to_payment(row, numbers[row.id]) for row in rows)


async def _unassigned(uow: UnitOfWork, since: date) -> tuple[Payment, ...]:
    rows = await uow.session.scalars(
        select(PaymentRow)
        .where(
            PaymentRow.account_id.is_(None),
            PaymentRow.unapplied > 0,
            PaymentRow.received_on >= since,
            not_(ignored()),
        )
        .order_by(PaymentRow.received_on.desc(), PaymentRow.external_id)
        .limit(_MOST_PAYMENTS)
    )
    return tuple(to_payment(row, ()) for row in rows)


async def _on_its_way(uow: UnitOfWork, since: date) -> tuple[StatementLine, ...]:
    rows = await uow.session.scalars(
        select(BankLineRow)
        .where(BankLineRow.status == "pending", BankLineRow.amount > 0, BankLineRow.booked_on >= since)
        .order_by(BankLineRow.booked_on.desc(), BankLineRow.external_key)
        .limit(_MOST_PAYMENTS)
    )
    return tuple(to_statement_line(row) for row in rows)


async def _thread(uow: UnitOfWork, conversation_id: ConversationId | None) -> tuple[Message, ...]:
    if conversation_id is None:
        return ()
    rows = await uow.session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.at.desc(), MessageRow.id.desc())
        .limit(_MOST_MESSAGES)
    )
    return tuple(to_message(row) for row in list(rows)[::-1])


async def _last_inbound(uow: UnitOfWork, account_id: AccountId) -> MessageId | None:
    newest = await uow.session.scalar(
        select(MessageRow.id)
        .where(MessageRow.account_id == account_id, MessageRow.direction == "inbound", MessageRow.automatic.is_(None))
        .order_by(MessageRow.stored_at.desc(), MessageRow.id.desc())
        .limit(1)
    )
    return None if newest is None else MessageId(newest)
