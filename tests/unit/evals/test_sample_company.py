"""The demo company: its ledger adds up, its mails parse and hang together, and a day always gives the same bytes."""

import csv
import json
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from evals.sample.company import iban, sample_company
from evals.sample.generate import SamplePaths, write_sample
from evals.sample.history import sample_ledger
from ledger.model.signal import Intent

TODAY = date(2026, 11, 20)
#: Month ends, leap days, changes of the clock, weekends and the turn of the year.
TWENTY_DAYS = [
    *(date(2026, 1, 1), date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 29), date(2026, 3, 30)),
    *(date(2026, 5, 31), date(2026, 6, 15), date(2026, 8, 1), date(2026, 10, 25), date(2026, 11, 21)),
    *(date(2026, 11, 22), date(2026, 11, 23), date(2026, 12, 31), date(2027, 1, 4), date(2027, 7, 7)),
    *(date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1), date(2029, 9, 12), date(2031, 4, 30)),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> SamplePaths:
    return write_sample(tmp_path_factory.mktemp("sample"), TODAY)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mails(paths: tuple[Path, ...]) -> list[EmailMessage]:
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in paths]  # type: ignore[arg-type]


def test_the_company_is_as_large_as_the_demo_promises(written: SamplePaths) -> None:
    company = sample_company()
    assert len(company.entities) == 2
    assert len(rows(written.customers)) >= 44
    assert len(rows(written.invoices)) >= 270
    assert 10 <= len(rows(written.credits)) <= 16
    assert 130 <= len(rows(written.payments)) <= 190
    assert len(written.mailbox) >= 42
    assert len({customer.country for customer in company.customers}) >= 6


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("customers", "customer_id,name,aliases,email_domains,bank_accounts,parent_id,"
                      "country,currency,language,time_zone,entity"),
        ("contacts", "customer_id,email,name,role,language,time_zone"),
        ("invoices", "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms,entity"),
        ("credits", "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number"),
        ("payments", "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method"),
        ("allocations", "payment_id,invoice_number,amount"),
    ],
)  # fmt: skip
def test_a_file_has_the_columns_of_its_format(written: SamplePaths, name: str, columns: str) -> None:
    path: Path = getattr(written, name)
    assert path.read_text(encoding="utf-8").splitlines()[0] == columns


def test_every_reference_between_the_files_exists(written: SamplePaths) -> None:
    customers = {row["customer_id"] for row in rows(written.customers)}
    invoices = {row["invoice_number"]: row for row in rows(written.invoices)}
    payments = {row["payment_id"] for row in rows(written.payments)}
    assert len(invoices) == len(rows(written.invoices))
    assert len(payments) == len(rows(written.payments))
    assert {row["customer_id"] for row in invoices.values()} == customers
    assert {row["parent_id"] for row in rows(written.customers)} - {""} <= customers
    for row in rows(written.credits):
        assert invoices[row["invoice_number"]]["customer_id"] == row["customer_id"]
    for row in rows(written.allocations):
        assert row["invoice_number"] in invoices
        assert row["payment_id"] in payments


@pytest.mark.parametrize("today", TWENTY_DAYS, ids=str)
def test_nothing_is_allocated_beyond_a_payment_or_an_open_amount(tmp_path: Path, today: date) -> None:
    paths = write_sample(tmp_path, today)
    invoices = {row["invoice_number"]: row for row in rows(paths.invoices)}
    payments = {row["payment_id"]: row for row in rows(paths.payments)}
    by_invoice: dict[str, Decimal] = defaultdict(Decimal)
    by_payment: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows(paths.allocations):
        assert Decimal(row["amount"]) > 0
        assert payments[row["payment_id"]]["currency"] == invoices[row["invoice_number"]]["currency"]
        by_invoice[row["invoice_number"]] += Decimal(row["amount"])
        by_payment[row["payment_id"]] += Decimal(row["amount"])
    for number, amount in by_invoice.items():
        assert amount <= Decimal(invoices[number]["open_amount"]) <= Decimal(invoices[number]["amount"])
    for payment_id, amount in by_payment.items():
        assert amount == Decimal(payments[payment_id]["amount"])
    assert 9 <= len(set(payments) - set(by_payment)) <= 13


@pytest.mark.parametrize("today", TWENTY_DAYS, ids=str)
def test_nothing_lies_in_the_future_and_every_answered_mail_was_sent(tmp_path: Path, today: date) -> None:
    paths = write_sample(tmp_path, today)
    for row in rows(paths.invoices):
        assert row["issued"] <= f"{today}"
        assert row["issued"] < row["due"]
    assert all(row["received_on"] < f"{today}" for row in rows(paths.payments))
    assert all(row["issued"] <= f"{today}" for row in rows(paths.credits))
    sent = {str(mail["Message-ID"]): mail for mail in mails(paths.sent)}
    for reply in mails(paths.mailbox):
        received = parsedate_to_datetime(str(reply["Date"]))
        assert today - timedelta(9) <= received.date() < today
        answered = str(reply["In-Reply-To"] or "")
        if answered:
            assert parsedate_to_datetime(str(sent[answered]["Date"])) < received
        assert all(reference in sent for reference in str(reply["References"] or "").split())


def test_every_mail_parses_without_a_defect(written: SamplePaths) -> None:
    ids = set()
    for mail in mails(written.mailbox + written.sent):
        assert [part.defects for part in mail.walk() if part.defects] == []
        assert mail["From"].addresses[0].domain.endswith(".example")
        assert mail["Date"].datetime.utcoffset() is not None
        body = mail.get_body(("plain", "html"))
        assert body is not None
        assert "{{" not in body.get_content()
        ids.add(str(mail["Message-ID"]))
    assert len(ids) == len(written.mailbox + written.sent)


def test_the_replies_hold_every_intent_and_six_languages() -> None:
    company = sample_company()
    assert {intent for reply in company.replies for intent in reply.intents} == {intent.value for intent in Intent}
    languages = {company.customer(reply.customer).speaks for reply in company.replies}
    assert {"en-GB", "en-US", "de", "fr", "es", "it", "nl", "pt", "pl", "sv", "fi"} <= languages


def test_a_reminder_names_the_invoice_with_what_is_open_after_the_allocations(written: SamplePaths) -> None:
    invoice = next(
        one for one in sample_ledger(sample_company(), TODAY).invoices if one.customer.id == "10074" and one.key
    )
    assert f"{invoice.amount} {invoice.open_now}" == "4612.00 EUR 3612.00 EUR"
    mail = next(mail for mail in mails(written.sent) if "mendiluz" in str(mail["To"]))
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"La factura {invoice.number} del" in body.get_content()
    assert "por 3.612,00 € venció el" in body.get_content()


def test_the_bounce_is_a_delivery_status_report(written: SamplePaths) -> None:
    bounces = [mail for mail in mails(written.mailbox) if mail.get_content_type() == "multipart/report"]
    assert len(bounces) == 1
    parts = [part.get_content_type() for part in bounces[0].iter_parts()]
    assert parts == ["text/plain", "message/delivery-status", "text/rfc822-headers"]
    assert "Final-Recipient: rfc822; j.ackroyd@wexcombe-eng.example" in bounces[0].as_string()


def test_the_mailbox_holds_attachments_an_html_only_mail_and_an_empty_one(written: SamplePaths) -> None:
    received = mails(written.mailbox)
    written_by_people = [mail for mail in received if mail.get_content_type() != "multipart/report"]
    types = [part.get_content_type() for mail in written_by_people for part in mail.iter_attachments()]
    assert sorted(types) == ["application/pdf", "text/csv"]
    assert sum(mail.get_content_type() == "text/html" for mail in received) == 1
    assert any(reply.text == "" and not reply.html and not reply.automatic for reply in sample_company().replies)


def test_who_writes_is_a_contact_unless_the_story_says_otherwise(written: SamplePaths) -> None:
    contacts = {row["email"] for row in rows(written.contacts)}
    strangers = {mail["From"].addresses[0].addr_spec for mail in mails(written.mailbox)} - contacts
    assert strangers == {
        "MAILER-DAEMON@mx.wexcombe-eng.example",
        "d.marchetti@lorne-advisory.example",
        "kanzlei@assmann-recht.example",
        "remit@harlanpike-inc.example",
        "t.okafor@ferncliffe.example",
    }


def test_the_payment_of_a_reply_that_says_paid_last_week_is_there_and_unapplied(written: SamplePaths) -> None:
    applied = {row["payment_id"] for row in rows(written.allocations)}
    payment = next(row for row in rows(written.payments) if row["reference"].startswith("BRIGHTMOOR 38"))
    assert payment["amount"] == "3187.44"
    assert payment["payment_id"] not in applied


def test_ibans_have_valid_check_digits(written: SamplePaths) -> None:
    entities = json.loads(written.entities.read_text(encoding="utf-8"))
    numbers = [account["number"] for entity in entities for account in entity["bank_accounts"]]
    numbers += [row["bank_accounts"] for row in rows(written.customers)]
    ibans = [number for number in numbers if number[0].isalpha()]
    assert len(ibans) >= 45
    for number in ibans:
        assert int("".join(str(int(one, 36)) for one in number[4:] + number[:4])) % 97 == 1
    # The example of the standard's registry.
    assert iban("GB", "NWBK60161331926819") == "GB29NWBK60161331926819"


def test_the_same_day_writes_the_same_bytes_and_another_day_other_dates(tmp_path: Path) -> None:
    def content(folder: Path, today: date) -> dict[str, bytes]:
        write_sample(folder, today)
        return {f"{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    first = content(tmp_path / "a", TODAY)
    assert content(tmp_path / "b", TODAY) == first
    other = content(tmp_path / "c", TODAY + timedelta(1))
    assert other.keys() == first.keys()
    assert other["ledger/invoices.csv"] != first["ledger/invoices.csv"]
    assert other["ledger/customers.csv"] == first["ledger/customers.csv"]


def test_a_weekday_in_a_reply_is_the_one_after_its_own_date(written: SamplePaths) -> None:
    mail = next(mail for mail in mails(written.mailbox) if "hoefnagels" in str(mail["From"]))
    body = mail.get_body(("plain",))
    assert body is not None
    received: datetime = mail["Date"].datetime
    # Thursday 19 November 2026 was written on: the first Thursday after it is the 26th.
    assert f"{received.date()}" == "2026-11-19"
    assert "op donderdag 26 november." in body.get_content()
