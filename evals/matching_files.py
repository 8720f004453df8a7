"""Reads a folder in the payment matching format (docs/formats/matching.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.errors import InvalidInput
from core.money import Money
from evals.csv_rows import CsvFile, LeftOut, day, listed, money, read_rows, required
from ledger.model.match import Debtor, IncomingPayment, MatchPart, OpenCredit, OpenInvoice, PartKind, RemittanceAdvice

Cells = Mapping[str, str]


@dataclass(slots=True)
class LoadedMatching:
    """The folder's rows in the order of its files. `truth` and `case_of` are empty without their files."""

    debtors: list[Debtor]
    invoices: list[OpenInvoice]
    credits: list[OpenCredit]
    payments: list[IncomingPayment]
    remittances: list[RemittanceAdvice]
    truth: dict[str, list[MatchPart]]
    case_of: dict[str, str]
    left_out: list[dict[str, object]] = field(default_factory=list)


def load_matching(path: Path) -> LoadedMatching:
    """The folder; `truth.csv`, `cases.csv`, `credits.csv` and `remittances.csv` may be absent.

    Raises:
        InvalidInput: no folder, a required file absent, or a file without its columns.
    """
    if not path.is_dir():
        raise InvalidInput(f"{path} is not a folder with customers.csv, invoices.csv and payments.csv")
    left_out = LeftOut()
    debtors = _Debtors().read(path, left_out)
    customers = {debtor.customer_id for debtor in debtors}
    invoices = _Invoices(customers).read(path, left_out)
    credits = _Credits(customers).read(path, left_out)
    payments = _Payments().read(path, left_out)
    currencies = {payment.payment_id: payment.amount.currency for payment in payments}
    return LoadedMatching(
        debtors,
        invoices,
        credits,
        payments,
        _remittances(path, left_out),
        _truth(path, currencies, left_out),
        _cases(path, left_out),
        left_out.rows,
    )


class _Unique:
    """Refuses an id that was read before: the first row stands."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def once(self, row_id: str, column: str) -> str:
        """The id.

        Raises:
            ValueError: it occurred before.
        """
        if row_id in self._seen:
            raise ValueError(f"{column} {row_id!r} occurs twice; the first row stands")
        self._seen.add(row_id)
        return row_id


class _Debtors:
    columns = ("customer_id", "name", "aliases", "email_domains", "bank_accounts", "parent_id")

    def __init__(self) -> None:
        self._ids = _Unique()

    def read(self, folder: Path, left_out: LeftOut) -> list[Debtor]:
        file = CsvFile(folder / "customers.csv", self.columns, "customer_id")
        return list(read_rows(file, self._debtor, left_out))

    def _debtor(self, row: Cells) -> Debtor:
        customer_id = required(row["customer_id"], "customer_id")
        return Debtor(
            self._ids.once(customer_id, "customer_id"),
            row["name"].strip(),
            listed(row["aliases"]),
            listed(row["email_domains"]),
            listed(row["bank_accounts"]),
            row["parent_id"].strip(),
        )


class _Invoices:
    columns = (
        "invoice_number", "customer_id", "issued", "due", "currency", "amount", "open_amount", "po_number", "terms",
    )  # fmt: skip

    def __init__(self, customers: set[str]) -> None:
        self._customers = customers
        self._numbers = _Unique()

    def read(self, folder: Path, left_out: LeftOut) -> list[OpenInvoice]:
        file = CsvFile(folder / "invoices.csv", self.columns, "invoice_number")
        return list(read_rows(file, self._invoice, left_out))

    def _invoice(self, row: Cells) -> OpenInvoice:
        invoice = OpenInvoice(
            required(row["invoice_number"], "invoice_number"),
            _customer(row["customer_id"], self._customers),
            day(row["issued"], "issued"),
            day(row["due"], "due"),
            money(row["amount"], row["currency"], "amount"),
            _not_negative(money(row["open_amount"], row["currency"], "open_amount"), "open_amount"),
            row["po_number"].strip(),
            row["terms"].strip(),
        )
        self._numbers.once(invoice.number, "invoice_number")
        return invoice


class _Credits:
    columns = ("credit_number", "customer_id", "issued", "currency", "amount", "open_amount", "invoice_number")

    def __init__(self, customers: set[str]) -> None:
        self._customers = customers
        self._numbers = _Unique()

    def read(self, folder: Path, left_out: LeftOut) -> list[OpenCredit]:
        path = folder / "credits.csv"
        if not path.exists():
            return []
        return list(read_rows(CsvFile(path, self.columns, "credit_number"), self._credit, left_out))

    def _credit(self, row: Cells) -> OpenCredit:
        credit = OpenCredit(
            required(row["credit_number"], "credit_number"),
            _customer(row["customer_id"], self._customers),
            day(row["issued"], "issued"),
            money(row["amount"], row["currency"], "amount"),
            _not_negative(money(row["open_amount"], row["currency"], "open_amount"), "open_amount"),
            row["invoice_number"].strip(),
        )
        self._numbers.once(credit.number, "credit_number")
        return credit


class _Payments:
    columns = (
        "payment_id", "received_on", "currency", "amount", "payer_name", "payer_account", "reference", "method",
    )  # fmt: skip

    def __init__(self) -> None:
        self._ids = _Unique()

    def read(self, folder: Path, left_out: LeftOut) -> list[IncomingPayment]:
        file = CsvFile(folder / "payments.csv", self.columns, "payment_id")
        return list(read_rows(file, self._payment, left_out))

    def _payment(self, row: Cells) -> IncomingPayment:
        payment = IncomingPayment(
            required(row["payment_id"], "payment_id"),
            day(row["received_on"], "received_on"),
            money(row["amount"], row["currency"], "amount"),
            row["payer_name"].strip(),
            row["payer_account"].strip(),
            row["reference"],
            row["method"].strip(),
        )
        if not payment.amount:
            raise ValueError("amount is zero: nothing was received")
        self._ids.once(payment.payment_id, "payment_id")
        return payment


def _remittances(folder: Path, left_out: LeftOut) -> list[RemittanceAdvice]:
    path = folder / "remittances.csv"
    if not path.exists():
        return []
    file = CsvFile(path, ("received_on", "from_email", "text"), "from_email")

    def advice(row: Cells) -> RemittanceAdvice:
        hint = row.get("payment_hint", "").strip()
        return RemittanceAdvice(day(row["received_on"], "received_on"), row["from_email"].strip(), row["text"], hint)

    return list(read_rows(file, advice, left_out))


def _truth(folder: Path, currencies: dict[str, str], left_out: LeftOut) -> dict[str, list[MatchPart]]:
    path = folder / "truth.csv"
    truth: dict[str, list[MatchPart]] = {}
    if not path.exists():
        return truth
    file = CsvFile(path, ("payment_id", "kind", "document", "amount"), "payment_id")

    def allocation(row: Cells) -> tuple[str, MatchPart]:
        payment_id = required(row["payment_id"], "payment_id")
        if payment_id not in currencies:
            raise ValueError(f"payment {payment_id!r} is not in payments.csv, or was left out")
        kind = PartKind(row["kind"].strip())
        amount = money(row["amount"], currencies[payment_id], "amount")
        return payment_id, MatchPart(kind, row["document"].strip(), amount)

    for payment_id, part in read_rows(file, allocation, left_out):
        truth.setdefault(payment_id, []).append(part)
    return truth


def _cases(folder: Path, left_out: LeftOut) -> dict[str, str]:
    path = folder / "cases.csv"
    if not path.exists():
        return {}
    file = CsvFile(path, ("payment_id", "case"), "payment_id")
    return dict(read_rows(file, lambda row: (row["payment_id"].strip(), row["case"].strip()), left_out))


def _customer(text: str, customers: set[str]) -> str:
    customer_id = required(text, "customer_id")
    if customer_id not in customers:
        raise ValueError(f"customer {customer_id!r} is not in customers.csv")
    return customer_id


def _not_negative(amount: Money, column: str) -> Money:
    if amount < Money.zero(amount.currency):
        raise ValueError(f"{column} {amount} is below zero")
    return amount
