"""`AccountSnapshot`: all that is known of an account as of one instant."""

from dataclasses import dataclass
from datetime import date, datetime

from core.ids import MessageId
from core.money import Money, total
from ledger.model.account import Contact, ContactStatus, CustomerAccount
from ledger.model.cash import StatementLine
from ledger.model.entity import Entity
from ledger.model.invoice import CreditNote, Invoice, Payment
from ledger.model.message import Message
from ledger.model.promise import Absence, Dispute, DisputeState, PaymentClaim, PromiseState, PromiseToPay


@dataclass(frozen=True, slots=True)
class AccountSnapshot:
    """Read in one transaction. `today` is the calendar day in the account's time zone.

    `invoices` are all open ones and those closed within the last 180 days, by due day then number; `payments`
    those of the last 180 days, newest first; `thread` the conversation at hand, oldest first.
    """

    taken_at: datetime
    today: date
    account: CustomerAccount
    #: The entity whose mailbox or invoice the conversation is about.
    entity: Entity
    #: The address that a mail of ours is sent from.
    our_address: str
    contacts: tuple[Contact, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    payments: tuple[Payment, ...] = ()
    #: The organisation's money of no known payer that is not applied, of the last 60 days, newest first: it may be
    #: this customer's or anybody's, so a person is told of it and no customer is.
    unassigned: tuple[Payment, ...] = ()
    #: Incoming lines that a bank of the organisation shows and has not booked, newest first: no money yet.
    on_its_way: tuple[StatementLine, ...] = ()
    promises: tuple[PromiseToPay, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    claims: tuple[PaymentClaim, ...] = ()
    absences: tuple[Absence, ...] = ()
    thread: tuple[Message, ...] = ()
    #: The account's newest inbound message, in whatever conversation.
    last_inbound: MessageId | None = None
    #: BCP 47, the organisation's own language, for customers whose language has no templates.
    organisation_language: str = "en"
    #: Who signs our mails: the collector's name, or empty for the entity alone.
    signed_by: str = ""

    @property
    def open_invoices(self) -> tuple[Invoice, ...]:
        return tuple(invoice for invoice in self.invoices if invoice.open_balance)

    @property
    def open_disputes(self) -> tuple[Dispute, ...]:
        return tuple(dispute for dispute in self.disputes if dispute.state is DisputeState.OPEN)

    @property
    def open_promises(self) -> tuple[PromiseToPay, ...]:
        return tuple(promise for promise in self.promises if promise.state is PromiseState.OPEN)

    @property
    def active_contacts(self) -> tuple[Contact, ...]:
        return tuple(contact for contact in self.contacts if contact.status is ContactStatus.ACTIVE)

    def invoice(self, number: str) -> Invoice | None:
        return next((invoice for invoice in self.invoices if invoice.number == number), None)

    def open_total(self, currency: str) -> Money:
        """Sum of the open balances in `currency`."""
        return total([i.open_balance for i in self.open_invoices if i.open_balance.currency == currency], currency)
