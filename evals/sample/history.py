"""The ledger of the demo company: ten months of invoices, credit notes, payments and what they paid."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from random import Random

from core.money import Money, total
from evals.sample.company import SampleCompany, SampleCustomer, iban

#: Days from the oldest generated due day to the newest, as offsets.
_OLDEST_DUE, _NEWEST_DUE = -296, 0
#: Every how many generated invoices one had a credit note, and what part of it was credited.
_CREDITED_EVERY, _CREDITED_SHARE = 23, Decimal("0.06")
#: Every how many payments the first of two part payments, where the rest never came, is all there is.
_PART_EVERY = 29
_CENT = Decimal("0.01")
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class LedgerInvoice:
    """`open_first` is open before the first payment of the export, `open_now` after the ERP's allocations."""

    customer: SampleCustomer
    key: str
    issued: date
    due: date
    amount: Money
    open_first: Money
    open_now: Money
    po_number: str
    #: When a generated invoice is paid; None while it is not.
    paid_on: date | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class LedgerCredit:
    """`open_first` is zero where it had lowered its invoice before the first payment."""

    customer_id: str
    issued: date
    amount: Money
    open_first: Money
    invoice: tuple[str, str]
    number: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPayment:
    """Money received; `allocations` are (invoice number, amount) as the ERP applied it."""

    received_on: date
    amount: Money
    payer_name: str
    payer_account: str
    reference: str
    method: str
    allocations: tuple[tuple[str, Money], ...] = ()
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class SampleLedger:
    """All of it, oldest first."""

    invoices: tuple[LedgerInvoice, ...]
    credit_notes: tuple[LedgerCredit, ...]
    payments: tuple[LedgerPayment, ...]

    def story(self, customer_id: str, key: str) -> LedgerInvoice:
        """The invoice that customers.toml calls `key`."""
        return next(one for one in self.invoices if one.customer.id == customer_id and one.key == key)


def sample_ledger(company: SampleCompany, today: date) -> SampleLedger:
    """The ledger as the ERP exports it on `today`; the same day gives the same ledger."""
    invoices = [one for customer in company.customers for one in _invoices_of(company, customer, today)]
    invoices = _numbered_invoices(company, invoices)
    invoices, credit_notes = _credited(company, invoices, today)
    payments = _history_payments(company, invoices, today)
    payments += [one for customer in company.customers for one in _story_payments(customer, invoices, today)]
    payments += _stray_payments(company, today)
    payments.sort(key=lambda one: (one.received_on, one.payer_name, one.reference))
    payments = [replace(one, payment_id=f"PAY-{90211 + 3 * n}") for n, one in enumerate(payments)]
    return SampleLedger(tuple(_after_allocations(invoices, payments)), tuple(credit_notes), tuple(payments))


def bank_account(customer: SampleCustomer) -> str:
    """The account that a customer pays from: an IBAN of a bank that does not exist, or a US account number."""
    seven = f"{int(customer.id) * 137 % 10**7:07d}"
    letters = {"NL": "NOWB", "GB": "NOWB", "IE": "NOWB", "IT": "X"}
    lengths = {"AT": 16, "BE": 12, "DE": 18, "ES": 20, "FI": 14, "FR": 23, "IT": 22, "PL": 24, "PT": 21, "SE": 20}
    lengths |= {"NL": 10, "GB": 14, "IE": 14}
    if customer.country not in lengths:
        return f"0990{seven}"
    digits = "999" + seven.rjust(lengths[customer.country] - 3, "0")
    return iban(customer.country, letters.get(customer.country, "") + digits)


def _invoices_of(company: SampleCompany, customer: SampleCustomer, today: date) -> list[LedgerInvoice]:
    random = Random(f"{company.seed}:{customer.id}")  # noqa: S311 - the demo must come out the same every time
    generated = [_generated(company, customer, n, random, today) for n in range(customer.invoices)]
    return generated + [
        _invoice(customer, row.key, today + timedelta(row.due), Money(row.amount, customer.billed_in), row.po)
        for row in customer.story
    ]


def _generated(
    company: SampleCompany, customer: SampleCustomer, position: int, random: Random, today: date
) -> LedgerInvoice:
    """An invoice of the history; it is open where its day of payment would lie ahead."""
    span = _NEWEST_DUE - _OLDEST_DUE
    due_offset = _OLDEST_DUE + span * (2 * position + 1) // (2 * customer.invoices) + random.randint(-9, 9)
    if position == customer.invoices - 1:
        # Everybody has bought something lately, so that there is something not yet due.
        due_offset = customer.net_days - random.randint(1, 19)
    lines = [
        (product.price, int(random.lognormvariate(3.4 + 0.45 * customer.size, 0.8)) + 60)
        for product in random.sample(company.products, random.randint(1, 4))
    ]
    net = sum((price * pieces for price, pieces in lines), Decimal(0))
    # Within one country the tax of that country; abroad the customer accounts for it.
    at_home = company.entity(customer.entity).country == customer.country
    rate = {"DE": Decimal("1.19"), "GB": Decimal("1.20")}[customer.country] if at_home else Decimal(1)
    amount = Money((net * rate).quantize(_CENT, ROUND_HALF_UP), customer.billed_in)
    late = round(random.gauss(customer.lateness, 4)) + (19 if random.random() < 0.06 else 0)
    paid = max(due_offset + late, due_offset - customer.net_days + 2)
    if customer.run:
        paid += -paid % 14
    invoice = _invoice(customer, "", today + timedelta(due_offset), amount, "")
    return replace(invoice, paid_on=_bank_day(today + timedelta(paid)) if paid < -1 else None)


def _invoice(customer: SampleCustomer, key: str, due: date, amount: Money, po_number: str) -> LedgerInvoice:
    issued = due - timedelta(customer.net_days)
    return LedgerInvoice(customer, key, issued, due, amount, amount, amount, po_number)


def _numbered_invoices(company: SampleCompany, invoices: list[LedgerInvoice]) -> list[LedgerInvoice]:
    """Oldest first, numbered in their series with the gaps that other customers' invoices leave."""
    random = Random(f"{company.seed}:numbers")  # noqa: S311
    following = {name: series.first for name, series in company.series.items()}
    numbered = []
    for invoice in sorted(invoices, key=lambda one: (one.issued, one.customer.id, one.key)):
        name = "HV" if invoice.customer.entity == "HV" else "EX" if invoice.customer.country == "US" else "SI"
        numbered.append(replace(invoice, number=company.series[name].form.format(n=following[name])))
        following[name] += random.randint(1, 5)
    return numbered


def _credited(
    company: SampleCompany, invoices: list[LedgerInvoice], today: date
) -> tuple[list[LedgerInvoice], list[LedgerCredit]]:
    """The invoices, lowered by the credit notes that were applied to them, and all credit notes."""
    credit_notes = [
        _story_credit(customer, position, today)
        for customer in company.customers
        for position in range(len(customer.credits))
    ]
    by_key = {(one.customer.id, one.key): one for one in invoices if one.key}
    credit_notes = [replace(one, invoice=(one.invoice[0], by_key[one.invoice].number)) for one in credit_notes]
    for invoice in [one for one in invoices if one.paid_on is not None][11::_CREDITED_EVERY]:
        amount = Money(
            (invoice.amount.amount * _CREDITED_SHARE).quantize(_CENT, ROUND_HALF_UP), invoice.amount.currency
        )
        zero = Money.zero(amount.currency)
        where = (invoice.customer.id, invoice.number)
        credit_notes.append(LedgerCredit(invoice.customer.id, invoice.issued + timedelta(8), amount, zero, where))
    credit_notes.sort(key=lambda one: (one.issued, one.invoice))
    series = company.series["CN"]
    numbers = (series.form.format(n=series.first + 2 * position) for position in range(len(credit_notes)))
    credit_notes = [replace(one, number=number) for one, number in zip(credit_notes, numbers, strict=True)]
    applied = {one.invoice[1]: one.amount for one in credit_notes if not one.open_first}
    return [_lowered(invoice, applied.get(invoice.number)) for invoice in invoices], credit_notes


def _story_credit(customer: SampleCustomer, position: int, today: date) -> LedgerCredit:
    row = customer.credits[position]
    amount = Money(row.amount, customer.billed_in)
    left = Money.zero(amount.currency) if row.applied else amount
    return LedgerCredit(customer.id, today + timedelta(row.issued), amount, left, (customer.id, row.invoice))


def _lowered(invoice: LedgerInvoice, credited: Money | None) -> LedgerInvoice:
    left = invoice.open_first - credited if credited else invoice.open_first
    return replace(invoice, open_first=left, open_now=left)


def _history_payments(company: SampleCompany, invoices: list[LedgerInvoice], today: date) -> list[LedgerPayment]:
    """What paid the generated invoices: one payment a customer and day, applied by the ERP."""
    random = Random(f"{company.seed}:payments")  # noqa: S311
    first = today + timedelta(company.first_payment_day)
    paid = [
        (one.customer.id, one.paid_on, one) for one in invoices if one.paid_on is not None and one.paid_on >= first
    ]
    payments: list[LedgerPayment] = []
    for _, group in groupby(sorted(paid, key=lambda row: (row[0], row[1], row[2].number)), key=lambda row: row[:2]):
        rows = list(group)
        whole = len(payments) % _PART_EVERY != _PART_EVERY - 1
        allocations = tuple(
            (one.number, one.open_first if whole else _share(one.open_first, _HALF)) for _, _, one in rows
        )
        payments.append(_history_payment(rows[0][2], rows[0][1], allocations, random))
    return payments


def _history_payment(
    invoice: LedgerInvoice, received_on: date, allocations: tuple[tuple[str, Money], ...], random: Random
) -> LedgerPayment:
    customer = invoice.customer
    amount = total([one for _, one in allocations], customer.billed_in)
    write = _REFERENCES[random.randrange(len(_REFERENCES))]
    reference = write([number for number, _ in allocations], customer)
    method = _method(customer, random)
    account = "" if method == "check" else bank_account(customer)
    return LedgerPayment(received_on, amount, _payer(customer, random), account, reference, method, allocations)


def _story_payments(customer: SampleCustomer, invoices: list[LedgerInvoice], today: date) -> list[LedgerPayment]:
    own = {one.key: one for one in invoices if one.customer.id == customer.id and one.key}
    words = {key: one.number for key, one in own.items()}
    words |= {f"{key}_digits": _digits(one.number).lstrip("0") for key, one in own.items()}
    method = {"US": "wire", "GB": "bacs"}.get(customer.country, "sepa")
    payments = []
    for row in customer.payments:
        pays = [own[key] for key in row.invoices]
        open_sum = total([one.open_first for one in pays], customer.billed_in)
        amount = open_sum if row.amount is None else Money(row.amount, customer.billed_in)
        received_on = _bank_day(today + timedelta(row.received))
        payer = row.payer or customer.name
        reference = row.reference.format_map(words)
        allocations = tuple((one.number, amount) for one in pays) if row.applied else ()
        payments.append(
            LedgerPayment(received_on, amount, payer, bank_account(customer), reference, method, allocations)
        )
    return payments


def _stray_payments(company: SampleCompany, today: date) -> list[LedgerPayment]:
    payments = []
    for row in company.stray_payments:
        country, _, account = row.bank.partition(":")
        number = iban(country, account) if account else ""
        received_on = _bank_day(today + timedelta(row.received))
        amount = Money(row.amount, row.currency)
        payments.append(LedgerPayment(received_on, amount, row.payer, number, row.reference, row.method))
    return payments


def _after_allocations(invoices: list[LedgerInvoice], payments: list[LedgerPayment]) -> list[LedgerInvoice]:
    """The invoices with what is open now; those paid before the first payment of the export have nothing open."""
    allocated: dict[str, Money] = {}
    for payment in payments:
        for number, amount in payment.allocations:
            allocated[number] = allocated.get(number, Money.zero(amount.currency)) + amount
    result = []
    for invoice in invoices:
        nothing = Money.zero(invoice.amount.currency)
        paid_before = invoice.paid_on is not None and invoice.number not in allocated
        open_first = nothing if paid_before else invoice.open_first
        open_now = open_first - allocated.get(invoice.number, nothing)
        result.append(replace(invoice, open_first=open_first, open_now=open_now))
    return result


def _bank_day(day: date) -> date:
    """`day`, or the Friday before where it falls on a weekend: banks book nothing then."""
    return day - timedelta(max(0, day.weekday() - 4))


def _share(whole: Money, share: Decimal) -> Money:
    return Money((whole.amount * share).quantize(_CENT, ROUND_HALF_UP), whole.currency)


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def _payer(customer: SampleCustomer, random: Random) -> str:
    """How the bank prints the payer: the name, an alias, or capitals without accents that it cannot print."""
    names = [customer.name, customer.name, *customer.aliases, customer.name.upper()[:27]]
    return names[random.randrange(len(names))]


def _method(customer: SampleCustomer, random: Random) -> str:
    methods = {"US": ("ach", "ach", "check", "wire"), "GB": ("bacs", "bacs", "bacs", "card")}
    return methods.get(customer.country, ("sepa",))[
        random.randrange(4) % len(methods.get(customer.country, ("sepa",)))
    ]


#: How payers name what they pay, from tidy to damaged.
_REFERENCES: tuple[Callable[[list[str], SampleCustomer], str], ...] = (
    lambda numbers, customer: " ".join(numbers),
    lambda numbers, customer: ", ".join(numbers),
    lambda numbers, customer: "INV " + " + ".join(numbers),
    lambda numbers, customer: "/".join(_digits(number) for number in numbers) + f" KD {customer.id}",
    lambda numbers, customer: " ".join(number.lower().replace("-", " ") for number in numbers),
    lambda numbers, customer: "RG." + "RG.".join(number.replace("-", "") for number in numbers),
    lambda numbers, customer: "SVWZ+" + " ".join(f"{number[:5]} {number[5:]}" for number in numbers),
    lambda numbers, customer: f"{customer.id} " + " ".join(f"{_digits(number).lstrip('0')}" for number in numbers),
)
