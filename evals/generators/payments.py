"""Writes a seeded stream of payments with its truth as a folder in the payment matching format."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.money import plain
from evals.generators.payment_cases import CASES
from evals.generators.payment_world import MadePayment, StreamSettings, World, new_world


def make_stream(settings: StreamSettings) -> World:
    """A world with at least `settings.payments` payments, in the order in which they are received.

    The same settings give the same world. Every case occurs at least once.
    """
    world = new_world(settings)
    cases, shares = list(CASES), list(CASES.values())
    for case in cases:
        case(world)
    while len(world.payments) < settings.payments:
        world.random.choices(cases, shares)[0](world)
    world.payments.sort(key=lambda payment: payment.day)
    for position, payment in enumerate(world.payments):
        payment.payment_id = f"P{position + 1:06d}"
    return world


def write_stream(world: World, folder: Path) -> None:
    """Writes all files of the format into `folder`, which is made when absent."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(
        folder / "customers.csv",
        "customer_id,name,aliases,email_domains,bank_accounts,parent_id",
        (
            (c.customer_id, c.name, c.alias, c.domain, c.account if c.account_known else "", c.parent_id)
            for c in world.customers
        ),
    )
    _write_documents(world, folder)
    _write(
        folder / "payments.csv",
        "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method",
        (
            (p.payment_id, p.day, p.currency, plain(p.amount, p.currency), p.name, p.account, p.reference, p.method)
            for p in world.payments
        ),
    )
    _write(
        folder / "remittances.csv",
        "payment_hint,received_on,from_email,text",
        (("", day, sender, text) for day, sender, text in world.remittances),
    )
    _write(folder / "truth.csv", "payment_id,kind,document,amount", _truth_rows(world.payments))
    _write(folder / "cases.csv", "payment_id,case", ((p.payment_id, p.case) for p in world.payments))


def _write_documents(world: World, folder: Path) -> None:
    _write(
        folder / "invoices.csv",
        "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms",
        (
            (i.number, i.customer.customer_id, i.issued, i.due, i.currency, amount, amount, i.po_number, i.terms)
            for i in world.invoices
            for amount in (plain(i.amount, i.currency),)
        ),
    )
    _write(
        folder / "credits.csv",
        "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number",
        (
            (c.number, c.customer.customer_id, c.issued, c.currency, amount, amount, c.invoice_number)
            for c in world.credits
            for amount in (plain(c.amount, c.currency),)
        ),
    )


def _truth_rows(payments: Iterable[MadePayment]) -> Iterable[Sequence[object]]:
    for payment in payments:
        for kind, document, amount in payment.truth:
            name = document.payment_id if isinstance(document, MadePayment) else document
            yield payment.payment_id, kind, name, plain(amount, payment.currency)


def _write(path: Path, header: str, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)
