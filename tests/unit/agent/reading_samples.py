"""Replies for reading tests: valid by default, showing only what a test is about."""

from datetime import date, datetime, timedelta, timezone

from agent.signals import InvoiceFact, ReplyToRead, ThreadMessage
from core.money import Money

#: A Wednesday.
RECEIVED_AT = datetime(2026, 3, 11, 9, 30, tzinfo=timezone(timedelta(hours=1)))


def an_invoice(
    number: str = "INV-1041",
    *,
    amount: str = "1250.00",
    currency: str = "EUR",
    issued: date = date(2026, 1, 15),
    po: str | None = None,
) -> InvoiceFact:
    money = Money.of(amount, currency)
    return InvoiceFact(number, issued, issued + timedelta(days=30), money, money, po)


TWO_INVOICES = (
    an_invoice(),
    an_invoice("INV-1042", amount="480.50", issued=date(2026, 2, 12), po="PO-7781"),
)


def a_reply(
    text: str,
    *,
    invoices: tuple[InvoiceFact, ...] = TWO_INVOICES,
    about: str = "INV-1041",
    subject: str = "",
    country: str = "DE",
    currency: str = "EUR",
    automatic: str | None = None,
    failed: tuple[str, ...] = (),
    hidden: tuple[str, ...] = (),
    received_at: datetime = RECEIVED_AT,
) -> ReplyToRead:
    sent = ThreadMessage(
        True, received_at - timedelta(days=1), "ar@seller.example", f"Reminder {about}", "Please pay."
    )
    return ReplyToRead(
        text=text,
        subject=subject or f"Re: Reminder {about}",
        received_at=received_at,
        customer="Buyer GmbH",
        country=country,
        currency=currency,
        sender="tom@buyer.example",
        invoices=invoices,
        thread=(sent,),
        automatic=automatic,
        failed_addresses=failed,
        hidden_text=hidden,
    )
