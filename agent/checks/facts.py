"""`Facts`: every figure that a mail to this customer may state, and why."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TypeVar

from agent.checks.normal_text import fold
from core.money import Money, total
from ledger.model.decision import PolicyDecision, Topic
from ledger.model.draft import Support
from ledger.model.invoice import Invoice
from ledger.model.signal import Intent, Signal
from ledger.model.snapshot import AccountSnapshot

Key = TypeVar("Key")
LEDGER = "ledger"
RULE = "rule"
STATEMENT = "statement"
#: A payer's reference that may be repeated: short, without blanks, with a digit, nothing that reads as a link.
_REFERENCE = re.compile(r"(?=[A-Za-z/_-]*\d)[A-Za-z0-9][A-Za-z0-9/_-]{0,34}")
_TERM_DAYS = re.compile(r"(?<!\d)\d{1,3}(?!\d)")


@dataclass(frozen=True, slots=True)
class Fact:
    """Why one figure may stand. `about` holds the invoices it belongs to; empty where it is the account's."""

    kind: str
    source: str
    about: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """All figures of one account. Amounts are keyed by value and currency, references by their folded form."""

    today: date
    amounts: Mapping[tuple[Decimal, str], tuple[Fact, ...]]
    days: Mapping[date, tuple[Fact, ...]]
    references: Mapping[str, tuple[Fact, ...]]
    days_past_due: Mapping[int, tuple[Fact, ...]]
    term_days: Mapping[int, tuple[Fact, ...]]
    #: Open balance of each invoice by folded number, for sums over what one sentence names.
    balances: Mapping[str, Money]
    #: Names of people and companies, our address, telephone and tax number: what they contain is no claim.
    own_words: tuple[str, ...]


@dataclass(slots=True)
class _Collected:
    amounts: dict[tuple[Decimal, str], list[Fact]] = field(default_factory=dict)
    days: dict[date, list[Fact]] = field(default_factory=dict)
    references: dict[str, list[Fact]] = field(default_factory=dict)
    past_due: dict[int, list[Fact]] = field(default_factory=dict)
    terms: dict[int, list[Fact]] = field(default_factory=dict)

    def money(self, amount: Money | None, fact: Fact) -> None:
        if amount is not None:
            self.amounts.setdefault((abs(amount.amount), amount.currency), []).append(fact)

    def day(self, day: date | None, fact: Fact) -> None:
        if day is not None:
            self.days.setdefault(day, []).append(fact)

    def reference(self, number: str, fact: Fact) -> None:
        if fold(number):
            self.references.setdefault(fold(number), []).append(fact)


def collect_facts(decision: PolicyDecision, snapshot: AccountSnapshot, signals: tuple[Signal, ...]) -> Facts:
    """What the ledger holds, what named rules derive from it, and what the customer is recorded to have said.

    The decision only says which invoices belong together: its amounts are derived anew from the snapshot, so
    that a mail decided on yesterday's ledger does not pass on today's.
    """
    found = _Collected()
    for invoice in snapshot.invoices:
        _add_invoice(found, invoice, snapshot.today)
    _add_payments_and_notes(found, snapshot)
    found.day(snapshot.today, Fact(RULE, "today"))
    _add_totals(found, snapshot)
    for topic in decision.topics:
        _add_group(found, topic, snapshot, signals)
    _add_statements(found, snapshot, signals)
    return Facts(
        snapshot.today,
        _sealed(found.amounts),
        _sealed(found.days),
        _sealed(found.references),
        _sealed(found.past_due),
        _sealed(found.terms),
        {fold(invoice.number): invoice.open_balance for invoice in snapshot.invoices},
        tuple(_own_words(snapshot)),
    )


def safe_reference(reference: str) -> bool:
    """Whether a reference that a customer gave may be repeated in a mail of ours."""
    return _REFERENCE.fullmatch(reference) is not None


def undisputed_rest(numbers: Iterable[str], snapshot: AccountSnapshot, signals: tuple[Signal, ...]) -> Money | None:
    """Open balances of `numbers` less what the customer contests of each; None for none or mixed currencies.

    What this reply contests counts before older disputes; without an amount the whole balance is contested.
    """
    contested: dict[str, Money | None] = {}
    for signal in signals:
        if signal.intent is Intent.DISPUTE:
            for number in signal.invoices:
                contested[number] = signal.amount if len(signal.invoices) == 1 else None
    for dispute in snapshot.open_disputes:
        for number in dispute.invoice_numbers:
            contested.setdefault(number, dispute.amount if len(dispute.invoice_numbers) == 1 else None)
    parts = [part for number in numbers if (part := _uncontested(snapshot.invoice(number), contested)) is not None]
    return _sum(parts)


def support(figure: str, fact: Fact) -> Support:
    """The ledger's record of why `figure` may stand."""
    return Support(figure, fact.kind, fact.source)


def _uncontested(invoice: Invoice | None, contested: Mapping[str, Money | None]) -> Money | None:
    if invoice is None:
        return None
    if invoice.number not in contested:
        return invoice.open_balance
    amount = contested[invoice.number]
    if amount is None or amount.currency != invoice.open_balance.currency:
        return None
    left = invoice.open_balance - amount
    return left if left.amount > 0 else None


def _sum(amounts: list[Money]) -> Money | None:
    if not amounts or len({amount.currency for amount in amounts}) != 1:
        return None
    return total(amounts, amounts[0].currency)


def _add_invoice(found: _Collected, invoice: Invoice, today: date) -> None:
    number = invoice.number
    about = frozenset({fold(number)})
    found.money(invoice.open_balance, Fact(LEDGER, f"open balance of {number}", about))
    found.money(invoice.amount, Fact(LEDGER, f"total of {number}", about))
    found.day(invoice.due, Fact(LEDGER, f"due date of {number}", about))
    found.day(invoice.issued, Fact(LEDGER, f"issue date of {number}", about))
    found.reference(number, Fact(LEDGER, f"invoice {number}", about))
    if invoice.po_number:
        found.reference(invoice.po_number, Fact(LEDGER, f"purchase order of {number}", about))
    if invoice.open_balance and invoice.due < today:
        late = (today - invoice.due).days
        found.past_due.setdefault(late, []).append(Fact(RULE, f"days_past_due({number})", about))
    for days in _TERM_DAYS.findall(invoice.terms[:80]):
        found.terms.setdefault(int(days), []).append(Fact(LEDGER, f"terms of {number}", about))


def _add_payments_and_notes(found: _Collected, snapshot: AccountSnapshot) -> None:
    for payment in snapshot.payments:
        name = f"payment {payment.external_id}"
        found.money(payment.amount, Fact(LEDGER, f"amount of {name}"))
        found.day(payment.received_on, Fact(LEDGER, f"day of {name}"))
    for note in snapshot.credit_notes:
        found.money(note.amount, Fact(LEDGER, f"total of credit note {note.number}"))
        found.money(note.open_balance, Fact(LEDGER, f"open balance of credit note {note.number}"))
        found.day(note.issued, Fact(LEDGER, f"issue date of credit note {note.number}"))
        found.reference(note.number, Fact(LEDGER, f"credit note {note.number}"))


def _add_totals(found: _Collected, snapshot: AccountSnapshot) -> None:
    overdue: dict[str, list[Money]] = {}
    for invoice in snapshot.open_invoices:
        overdue.setdefault(invoice.open_balance.currency, [])
        if invoice.due < snapshot.today:
            overdue[invoice.open_balance.currency].append(invoice.open_balance)
    for currency, amounts in overdue.items():
        found.money(snapshot.open_total(currency), Fact(RULE, f"total_open({currency})"))
        if amounts:
            found.money(total(amounts, currency), Fact(RULE, f"total_overdue({currency})"))


def _add_group(found: _Collected, topic: Topic, snapshot: AccountSnapshot, signals: tuple[Signal, ...]) -> None:
    """What can be said of the invoices of one paragraph together."""
    invoices = [invoice for number in topic.invoice_numbers if (invoice := snapshot.invoice(number)) is not None]
    if not invoices:
        return
    names = ", ".join(invoice.number for invoice in invoices)
    about = frozenset(fold(invoice.number) for invoice in invoices)
    found.money(
        _sum([i.open_balance for i in invoices if i.open_balance]),
        Fact(RULE, f"sum_of_open_balances({names})", about),
    )
    rest = undisputed_rest(topic.invoice_numbers, snapshot, signals)
    found.money(rest, Fact(RULE, f"undisputed_rest({names})", about))


def _add_statements(found: _Collected, snapshot: AccountSnapshot, signals: tuple[Signal, ...]) -> None:
    for signal in signals:
        said = Fact(STATEMENT, f"the customer: {signal.evidence.quote[:80]}")
        found.money(signal.amount, said)
        found.day(signal.day, said)
        found.day(signal.until, said)
        if signal.reference and safe_reference(signal.reference):
            found.reference(signal.reference, said)
    for promise in snapshot.promises:
        said = Fact(STATEMENT, f"recorded promise: {promise.quote[:80]}")
        found.money(promise.amount, said)
        found.day(promise.promised_for, said)
    for dispute in snapshot.disputes:
        found.money(dispute.amount, Fact(STATEMENT, f"recorded dispute: {dispute.quote[:80]}"))
    for claim in snapshot.claims:
        said = Fact(STATEMENT, f"recorded payment claim: {claim.quote[:80]}")
        found.money(claim.amount, said)
        found.day(claim.paid_on, said)
        if safe_reference(claim.reference):
            found.reference(claim.reference, said)


def _own_words(snapshot: AccountSnapshot) -> Iterator[str]:
    entity = snapshot.entity
    candidates = [entity.name, entity.phone, entity.tax_id, entity.address, *entity.address.splitlines()]
    candidates += [snapshot.account.name, snapshot.signed_by]
    for account in entity.bank_accounts:
        candidates += [account.number, account.routing]
    for contact in snapshot.active_contacts:
        last, comma, first = contact.name.strip().partition(",")
        candidates += [contact.name, f"{first.strip()} {last.strip()}" if comma else ""]
    for words in dict.fromkeys(candidate.strip() for candidate in candidates):
        if len(words) > 2:
            yield words


def _sealed(collected: dict[Key, list[Fact]]) -> dict[Key, tuple[Fact, ...]]:
    return {key: tuple(facts) for key, facts in collected.items()}
