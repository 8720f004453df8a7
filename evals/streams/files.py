"""Writes a stream in the format of docs/formats/matching.md."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.money import Money, plain
from evals.streams.world import World

Cells = Sequence[str]


def write_stream(world: World, folder: Path) -> None:
    """All seven files; the folder is made where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "customers.csv", "customer_id,name,aliases,email_domains,bank_accounts,parent_id", _customers(world)
    )
    _write(
        folder / "invoices.csv",
        "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms",
        _invoices(world),
    )
    _write(
        folder / "credits.csv",
        "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number",
        _credits(world),
    )
    _write(
        folder / "payments.csv",
        "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method",
        _payments(world),
    )
    _write(folder / "remittances.csv", "payment_hint,received_on,from_email,text", _advices(world))
    _write(folder / "truth.csv", "payment_id,kind,document,amount", _truth(world))
    _write(folder / "cases.csv", "payment_id,case", ((each.payment_id, each.case) for each in world.payments))


def _customers(world: World) -> Iterable[Cells]:
    for each in world.customers:
        yield (
            each.customer_id, each.name, each.brand if each.brand_known else "",
            each.domain if each.domain_known else "", each.account if each.account_known else "",
            each.parent.customer_id if each.parent else "",
        )  # fmt: skip


def _invoices(world: World) -> Iterable[Cells]:
    for each in world.invoices:
        amount = _figure(each.amount)
        yield (
            each.number, each.customer.customer_id, each.issued.isoformat(), each.due.isoformat(),
            each.amount.currency, amount, amount, each.po_number, each.customer.terms,
        )  # fmt: skip


def _credits(world: World) -> Iterable[Cells]:
    for each in world.credits:
        amount = _figure(each.amount)
        yield (
            each.number, each.customer.customer_id, each.issued.isoformat(), each.amount.currency, amount, amount,
            each.invoice_number,
        )  # fmt: skip


def _payments(world: World) -> Iterable[Cells]:
    for each in world.payments:
        yield (
            each.payment_id, each.received_on.isoformat(), each.amount.currency, _figure(each.amount),
            each.payer_name, each.payer_account, each.reference, each.method,
        )  # fmt: skip


def _advices(world: World) -> Iterable[Cells]:
    """In the order of their days; what they belong to is not told."""
    for each in sorted(world.advices, key=lambda advice: advice.received_on):
        yield ("", each.received_on.isoformat(), each.from_email, each.text)


def _truth(world: World) -> Iterable[Cells]:
    for payment in world.payments:
        for part in payment.parts:
            yield (payment.payment_id, part.kind.value, part.document, _figure(part.amount))


def _figure(amount: Money) -> str:
    return plain(amount.amount, amount.currency)


def _write(path: Path, header: str, rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
