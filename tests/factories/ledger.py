"""Builders of rows: keyword-only, valid by default."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from conftest import NOW, Org

from core.ids import AccountId, InvoiceId, PaymentId, new_id
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.money import AllocationRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True)
class Customer:
    """An account with one contact and its invoices by number."""

    account_id: AccountId
    email: str
    invoices: dict[str, InvoiceId]


async def a_customer(
    uows: UnitOfWorkFactory,
    org: Org,
    *,
    name: str = "Brightwater Kitchens Ltd",
    email: str = "tom@brightwater.example",
    invoices: dict[str, str] | None = None,
    currency: str = "GBP",
    language: str = "en",
    due: date = date(2026, 4, 1),
) -> Customer:
    """A customer whose invoices are open in full; `invoices` maps number to amount."""
    account_id = new_id()
    kept: dict[str, InvoiceId] = {}
    async with uows(org.org_id) as uow:
        uow.session.add(
            AccountRow(
                id=account_id, external_id=f"C-{account_id.hex[-6:]}", name=name, currency=currency,
                language=language, country="GB", time_zone="Europe/London",
            )
        )  # fmt: skip
        await uow.session.flush()
        uow.session.add(ContactRow(id=new_id(), account_id=account_id, email=email, name="Tom Reed", role="billing"))
        for number, amount in (invoices or {"INV-20417": "1840.00"}).items():
            kept[number] = InvoiceId(new_id())
            uow.session.add(
                InvoiceRow(
                    id=kept[number], account_id=account_id, entity_id=org.entity_id, number=number,
                    issued=date(2026, 3, 2), due=due, currency=currency, amount=Decimal(amount),
                    opening_balance=Decimal(amount), open_balance=Decimal(0),
                )
            )  # fmt: skip
    return Customer(AccountId(account_id), email, kept)


async def a_payment(
    uows: UnitOfWorkFactory,
    org: Org,
    *,
    customer: Customer,
    amount: str,
    on: str | None = None,
    currency: str = "GBP",
    received_on: date = date(2026, 4, 17),
    remittance: str = "",
) -> PaymentId:
    """A payment, allocated in full to the invoice `on` where one is named."""
    payment_id = new_id()
    async with uows(org.org_id) as uow:
        uow.session.add(
            PaymentRow(
                id=payment_id, account_id=customer.account_id, external_id=f"P-{payment_id.hex[-8:]}",
                received_on=received_on, currency=currency, amount=Decimal(amount), unapplied=Decimal(0),
                remittance=remittance,
            )
        )  # fmt: skip
        await uow.session.flush()
        if on is not None:
            uow.session.add(
                AllocationRow(
                    id=new_id(), invoice_id=customer.invoices[on], payment_id=payment_id, currency=currency,
                    amount=Decimal(amount), cause_key=f"test:{payment_id}", created_at=NOW,
                )
            )  # fmt: skip
    return PaymentId(payment_id)


def a_mail(
    *,
    to: str,
    text: str,
    sender: str = "tom@brightwater.example",
    subject: str = "Re: Invoice INV-20417",
    in_reply_to: str | None = None,
    message_id: str | None = None,
    date_header: str = "Mon, 20 Apr 2026 09:12:00 +0100",
) -> bytes:
    """Raw bytes of a plain reply."""
    reply = f"In-Reply-To: <{in_reply_to}>\r\n" if in_reply_to else ""
    unique: UUID = new_id()
    return (
        f"From: Tom Reed <{sender}>\r\nTo: {to}\r\nSubject: {subject}\r\nDate: {date_header}\r\n"
        f"Message-ID: <{message_id or f'{unique.hex}@brightwater.example'}>\r\n{reply}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"{text}\r\n"
    ).encode()
