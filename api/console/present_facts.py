"""View models of what the ledger holds of a customer. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from api.console.display_text import ShownText, bounded, visible
from api.console.words import plainly, reason_words
from core.money import Money
from ledger.model.account import Contact
from ledger.model.invoice import Invoice
from ledger.model.snapshot import AccountSnapshot

#: Lines of one table; the count of the others is said.
_MOST_INVOICES = 300
_MOST_SAID = 50


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """An open invoice; `days_past_due` is negative before the due date, in the account's calendar."""

    number: str
    issued: date
    due: date
    days_past_due: int
    amount: Money
    open_balance: Money
    named: bool
    contested: bool


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A promise, a dispute or a claim to have paid, with its state."""

    kind: str
    tone: str
    invoices: str
    amount: Money | None
    day: date | None
    state: str
    words: str
    quote: ShownText


@dataclass(frozen=True, slots=True)
class UnappliedLine:
    """Money that was received and is not allocated yet."""

    payment_id: UUID
    external_id: str
    received_on: date
    unapplied: Money
    payer_name: str


@dataclass(frozen=True, slots=True)
class FactsShown:
    """What the ledger holds now. `totals` is open and overdue by currency; `more` counts invoices left out."""

    today: date
    hold: str
    stopped: bool
    totals: tuple[tuple[Money, Money], ...]
    named: tuple[InvoiceLine, ...]
    others: tuple[InvoiceLine, ...]
    more: int
    said: tuple[SaidLine, ...]
    unapplied: tuple[UnappliedLine, ...]
    absences: tuple[tuple[str, date | None], ...]
    contacts: tuple[Contact, ...]


def present_facts(snapshot: AccountSnapshot, named: Collection[str] = ()) -> FactsShown:
    """The facts, the invoices that the case is about apart from the others, the most overdue first."""
    contested = {number for dispute in snapshot.open_disputes for number in dispute.invoice_numbers}
    wanted = set(named)
    lines = [
        _invoice(i, snapshot.today, named=i.number in wanted, contested=i.number in contested)
        for i in snapshot.invoices
        if i.open_balance or i.number in wanted
    ]
    others = [line for line in lines if not line.named]
    return FactsShown(
        today=snapshot.today,
        hold=visible(snapshot.account.hold_reason),
        stopped=snapshot.account.stopped_at is not None,
        totals=_totals(snapshot),
        named=tuple(line for line in lines if line.named)[:_MOST_INVOICES],
        others=tuple(others[:_MOST_INVOICES]),
        more=max(0, len(others) - _MOST_INVOICES),
        said=_said(snapshot),
        unapplied=tuple(
            UnappliedLine(p.payment_id, p.external_id, p.received_on, p.unapplied, visible(p.payer_name[:200]))
            for p in snapshot.payments
            if p.unapplied
        )[:_MOST_SAID],
        absences=tuple((visible(a.email), a.until) for a in snapshot.absences[-5:]),
        contacts=snapshot.contacts,
    )


def _invoice(invoice: Invoice, today: date, *, named: bool, contested: bool) -> InvoiceLine:
    return InvoiceLine(
        number=visible(invoice.number),
        issued=invoice.issued,
        due=invoice.due,
        days_past_due=(today - invoice.due).days,
        amount=invoice.amount,
        open_balance=invoice.open_balance,
        named=named,
        contested=contested,
    )


def _totals(snapshot: AccountSnapshot) -> tuple[tuple[Money, Money], ...]:
    found: dict[str, tuple[Money, Money]] = {}
    for invoice in snapshot.open_invoices:
        currency = invoice.open_balance.currency
        open_total, overdue = found.get(currency, (Money.zero(currency), Money.zero(currency)))
        late = invoice.open_balance if invoice.due < snapshot.today else Money.zero(currency)
        found[currency] = open_total + invoice.open_balance, overdue + late
    return tuple(found[currency] for currency in sorted(found))


def _said(snapshot: AccountSnapshot) -> tuple[SaidLine, ...]:
    """Newest first of each kind, what is still open before what is over."""
    promises = [
        SaidLine(
            kind="Promise",
            tone="good" if p.state.value == "open" else "calm",
            invoices=_numbers(p.invoice_numbers),
            amount=p.amount,
            day=p.promised_for,
            state=plainly(p.state.value),
            words="on condition" if p.conditional else "",
            quote=bounded(p.quote, 500),
        )
        for p in reversed(snapshot.promises)
    ]
    disputes = [
        SaidLine(
            kind="Dispute",
            tone="warn" if d.state.value == "open" else "calm",
            invoices=_numbers(d.invoice_numbers),
            amount=d.amount,
            day=None,
            state=plainly(d.state.value),
            words=reason_words(d.reason.value) + (f", with {d.owner}" if d.owner else ""),
            quote=bounded(d.quote, 500),
        )
        for d in reversed(snapshot.disputes)
    ]
    claims = [
        SaidLine(
            kind="Says paid",
            tone="calm",
            invoices=_numbers(c.invoice_numbers),
            amount=c.amount,
            day=c.paid_on,
            state="found" if c.found else "not found",
            words=visible("; ".join(c.found)[:500]) or (f"reference {visible(c.reference)}" if c.reference else ""),
            quote=bounded(c.quote, 500),
        )
        for c in reversed(snapshot.claims)
    ]
    lines = [*promises, *disputes, *claims]
    lines.sort(key=lambda line: line.state not in ("open", "not found"))
    return tuple(lines[:_MOST_SAID])


def _numbers(numbers: tuple[str, ...]) -> str:
    return ", ".join(visible(number) for number in numbers[:30])
