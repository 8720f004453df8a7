"""Builders for the tests of writing and checking: one customer, its ledger, and decisions about it."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

from agent.writing.templates import TemplateWriter
from core.ids import (
    AccountId,
    ContactId,
    ConversationId,
    EntityId,
    InvoiceId,
    MailboxId,
    MessageId,
    PaymentId,
    new_id,
)
from core.money import Money
from ledger.model.account import Contact, ContactStatus, CustomerAccount
from ledger.model.decision import Action, PolicyDecision, Topic
from ledger.model.draft import DraftText
from ledger.model.entity import BankAccount, Entity
from ledger.model.invoice import Invoice, Payment
from ledger.model.message import Direction, Message
from ledger.model.signal import Evidence, Intent, Signal
from ledger.model.snapshot import AccountSnapshot
from prompts.mail_words import Tone

TODAY = date(2026, 4, 20)
OUR_IBAN = "GB29 NWBK 6016 1331 9268 19"


def gbp(amount: str) -> Money:
    return Money.of(amount, "GBP")


def an_invoice(
    number: str = "INV-1041", *, open_balance: str = "1840.00", amount: str = "2400.00", due: date | None = None
) -> Invoice:
    return Invoice(
        InvoiceId(new_id()),
        number,
        EntityId(new_id()),
        date(2026, 3, 1),
        due or date(2026, 3, 31),
        gbp(amount),
        gbp(open_balance),
    )


def a_contact(
    email: str = "jane.smith@customer.example",
    *,
    name: str = "Jane Smith",
    role: str = "billing",
    status: ContactStatus = ContactStatus.ACTIVE,
    language: str = "",
) -> Contact:
    return Contact(ContactId(new_id()), email, name, role, language, "", status)


def a_payment(
    amount: str = "560.00", *, received_on: date = date(2026, 4, 14), numbers: tuple[str, ...] = ("INV-1041",)
) -> Payment:
    return Payment(PaymentId(new_id()), "PAY-7", received_on, gbp(amount), gbp("0"), invoice_numbers=numbers)


def a_message(
    *,
    sender: str = "jane.smith@customer.example",
    subject: str = "AW: Re: Reminder INV-1041",
    direction: Direction = Direction.INBOUND,
    to: tuple[str, ...] = ("ar@seller.example",),
    cc: tuple[str, ...] = (),
    text: str = "Hello",
) -> Message:
    return Message(
        MessageId(new_id()),
        MailboxId(new_id()),
        ConversationId(new_id()),
        AccountId(new_id()),
        direction,
        "id@x",
        (),
        sender,
        to,
        cc,
        subject,
        text,
        text,
        datetime(2026, 4, 20, 9, tzinfo=UTC),
    )


def a_snapshot(**changes: object) -> AccountSnapshot:
    account = CustomerAccount(AccountId(new_id()), "C-1", "Customer Ltd", "GBP", "en", "GB", "Europe/London")
    entity = Entity(
        EntityId(new_id()),
        "Seller Ltd",
        "GBP",
        "12 High Street\nLondon EC1A 1BB",
        "GB",
        "GB 123 4567 89",
        "+44 20 7946 0123",
        (BankAccount("Seller Ltd", OUR_IBAN, "NWBKGB2L"),),
    )
    made = AccountSnapshot(
        datetime(2026, 4, 20, 9, tzinfo=UTC),
        TODAY,
        account,
        entity,
        "ar@seller.example",
        contacts=(a_contact(),),
        invoices=(
            an_invoice(),
            an_invoice("INV-1042", open_balance="610.50", amount="610.50", due=date(2026, 4, 10)),
            an_invoice("INV-1043", open_balance="75.00", amount="75.00", due=date(2026, 5, 30)),
        ),
        payments=(a_payment(),),
        thread=(a_message(),),
        signed_by="Alex Reed",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def in_language(snapshot: AccountSnapshot, language: str, country: str) -> AccountSnapshot:
    return replace(snapshot, account=replace(snapshot.account, language=language, country=country))


def a_decision(*topics: Topic) -> PolicyDecision:
    return PolicyDecision(Action.ANSWER, (), topics=topics)


def a_signal(
    intent: Intent = Intent.PROMISE_TO_PAY,
    *,
    day: date | None = None,
    amount: Money | None = None,
    reference: str | None = None,
    invoices: tuple[str, ...] = ("INV-1041",),
) -> Signal:
    return Signal(intent, Evidence("as written"), 0.9, invoices=invoices, day=day, amount=amount, reference=reference)


def written(
    decision: PolicyDecision, snapshot: AccountSnapshot, signals: tuple[Signal, ...] = (), tone: Tone | None = None
) -> DraftText:
    return asyncio.run(TemplateWriter(tone).write(decision, snapshot, signals))
