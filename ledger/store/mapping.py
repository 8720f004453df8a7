"""Rows to the ledger's vocabulary and back."""

from collections.abc import Sequence
from decimal import Decimal

from core.ids import (
    AccountId,
    ContactId,
    ConversationId,
    CreditNoteId,
    DisputeId,
    EntityId,
    InvoiceId,
    MailboxId,
    MessageId,
    PaymentId,
    PromiseId,
)
from core.money import Money
from ledger.model.account import Contact, ContactStatus, CustomerAccount
from ledger.model.cash import StatementLine
from ledger.model.entity import BankAccount, Entity
from ledger.model.invoice import CreditNote, Invoice, Payment
from ledger.model.message import Direction, Message
from ledger.model.promise import Absence, Dispute, DisputeState, PaymentClaim, PromiseState, PromiseToPay
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.cases import SignalRow
from ledger.store.tables.cash import BankLineRow
from ledger.store.tables.history import AbsenceRow, DisputeRow, PaymentClaimRow, PromiseRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.money import CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.tables.people import EntityRow, OrganisationRow


def optional_money(amount: Decimal | None, currency: str | None) -> Money | None:
    return None if amount is None or currency is None else Money(_trim(amount), currency)


def _trim(amount: Decimal) -> Decimal:
    """NUMERIC(20, 6) comes back with six decimals; two are what a ledger writes, more only where they count."""
    normal = amount.normalize()
    return normal.quantize(Decimal("0.01")) if int(normal.as_tuple().exponent) > -2 else normal


def money(amount: Decimal, currency: str) -> Money:
    return Money(_trim(amount), currency)


def to_account(row: AccountRow, organisation: OrganisationRow) -> CustomerAccount:
    """The account, with the organisation's language, country and zone where it names none of its own."""
    return CustomerAccount(
        account_id=AccountId(row.id),
        external_id=row.external_id,
        name=row.name,
        currency=row.currency,
        language=row.language or organisation.language,
        country=row.country or organisation.country,
        time_zone=row.time_zone or organisation.time_zone,
        email_domains=tuple(row.email_domains),
        stopped_at=row.stopped_at,
        hold_reason=row.hold_reason,
    )


def to_contact(row: ContactRow) -> Contact:
    return Contact(
        contact_id=ContactId(row.id),
        email=row.email,
        name=row.name,
        role=row.role,
        language=row.language,
        time_zone=row.time_zone,
        status=ContactStatus(row.status),
    )


def to_entity(row: EntityRow) -> Entity:
    return Entity(
        entity_id=EntityId(row.id),
        name=row.name,
        base_currency=row.base_currency,
        address=row.address,
        country=row.country,
        tax_id=row.tax_id,
        phone=row.phone,
        bank_accounts=tuple(BankAccount(**account) for account in row.bank_accounts),
    )


def to_invoice(row: InvoiceRow) -> Invoice:
    return Invoice(
        invoice_id=InvoiceId(row.id),
        number=row.number,
        entity_id=EntityId(row.entity_id),
        issued=row.issued,
        due=row.due,
        amount=money(row.amount, row.currency),
        open_balance=money(row.open_balance, row.currency),
        po_number=row.po_number,
        terms=row.terms,
    )


def to_credit_note(row: CreditNoteRow) -> CreditNote:
    return CreditNote(
        credit_note_id=CreditNoteId(row.id),
        number=row.number,
        issued=row.issued,
        amount=money(row.amount, row.currency),
        open_balance=money(row.open_balance, row.currency),
        invoice_number=row.invoice_number,
    )


def to_payment(row: PaymentRow, invoice_numbers: Sequence[str]) -> Payment:
    return Payment(
        payment_id=PaymentId(row.id),
        external_id=row.external_id,
        received_on=row.received_on,
        amount=money(row.amount, row.currency),
        unapplied=money(row.unapplied, row.currency),
        payer_name=row.payer_name,
        payer_account=row.payer_account,
        remittance=row.remittance,
        method=row.method,
        invoice_numbers=tuple(invoice_numbers),
    )


def to_statement_line(row: BankLineRow) -> StatementLine:
    return StatementLine(
        external_key=row.external_key,
        booked_on=row.booked_on,
        amount=money(row.amount, row.currency),
        value_on=row.value_on,
        payer_name=row.payer_name,
        payer_account=row.payer_account,
        reference=row.reference,
        bank_id=row.bank_id,
        pending=row.status == "pending",
        line_number=row.line_number,
    )


def to_promise(row: PromiseRow) -> PromiseToPay:
    return PromiseToPay(
        promise_id=PromiseId(row.id),
        invoice_numbers=tuple(row.invoice_numbers),
        promised_for=row.promised_for,
        amount=optional_money(row.amount, row.currency),
        conditional=row.conditional,
        state=PromiseState(row.state),
        quote=row.quote,
    )


def to_dispute(row: DisputeRow) -> Dispute:
    return Dispute(
        dispute_id=DisputeId(row.id),
        invoice_numbers=tuple(row.invoice_numbers),
        reason=DisputeReason(row.reason),
        amount=optional_money(row.amount, row.currency),
        state=DisputeState(row.state),
        quote=row.quote,
        owner=row.owner,
    )


def to_claim(row: PaymentClaimRow) -> PaymentClaim:
    return PaymentClaim(
        invoice_numbers=tuple(row.invoice_numbers),
        paid_on=row.paid_on,
        amount=optional_money(row.amount, row.currency),
        reference=row.reference,
        quote=row.quote,
        found=tuple(row.found),
    )


def to_absence(row: AbsenceRow) -> Absence:
    return Absence(email=row.email, until=row.until)


def to_message(row: MessageRow) -> Message:
    return Message(
        message_id=MessageId(row.id),
        mailbox_id=MailboxId(row.mailbox_id),
        conversation_id=None if row.conversation_id is None else ConversationId(row.conversation_id),
        account_id=None if row.account_id is None else AccountId(row.account_id),
        direction=Direction(row.direction),
        header_message_id=row.header_message_id,
        references=tuple(row.references),
        sender=row.sender,
        to=tuple(row.recipients),
        cc=tuple(row.cc),
        subject=row.subject,
        text=row.text,
        reply_text=row.reply_text,
        at=row.at,
        sender_offset_minutes=row.sender_offset_minutes,
        automatic=row.automatic,
    )


def to_signal(row: SignalRow) -> Signal:
    return Signal(
        intent=Intent(row.intent),
        evidence=Evidence(row.quote, row.span_start, row.span_end),
        confidence=row.confidence,
        invoices=tuple(row.invoices),
        day=row.day,
        amount=optional_money(row.amount, row.currency),
        reference=row.reference or None,
        conditional=row.conditional,
        reason=None if row.reason is None else DisputeReason(row.reason),
        documents=tuple(DocumentKind(kind) for kind in row.documents),
        contact=row.contact or None,
        until=row.until,
    )
