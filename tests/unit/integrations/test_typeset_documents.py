"""Invoice copies, statements and credit-note copies as PDF, read back through pypdf."""

import hashlib
import json
import re
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from pypdf import PdfReader

from core.ids import AccountId, CreditNoteId, EntityId, InvoiceId, PaymentId
from core.money import Money
from integrations.ports.documents import DocumentMaker
from integrations.typeset import maker as maker_module
from integrations.typeset.maker import TypesetDocuments
from integrations.typeset.statement import aging_bucket
from integrations.typeset.wording import languages, wording
from ledger.model.account import CustomerAccount
from ledger.model.approval import AttachedDocument
from ledger.model.entity import BankAccount, Entity
from ledger.model.invoice import CreditNote, Invoice, Payment
from ledger.model.signal import DocumentKind
from ledger.model.snapshot import AccountSnapshot

TODAY = date(2026, 4, 20)
ENTITY_ID = EntityId(UUID(int=1))
ENTITY = Entity(
    ENTITY_ID,
    "Nordwind Components GmbH",
    "EUR",
    "Hafenstraße 12\n20457 Hamburg",
    "DE",
    "DE 812345678",
    "+49 40 123456",
    (
        BankAccount("Nordwind Components GmbH", "DE89370400440532013000", "COBADEFFXXX", "Commerzbank", "EUR"),
        BankAccount("Nordwind Components GmbH", "000123456789", "026009593", "Bank of America", "USD"),
    ),
)
DOCUMENTS = TypesetDocuments()


def an_invoice(
    number: str = "INV-2041",
    *,
    due: date = date(2026, 3, 12),
    amount: str = "12500.00",
    open_balance: str | None = None,
    currency: str = "EUR",
    entity_id: EntityId = ENTITY_ID,
    po_number: str = "PO-778812",
) -> Invoice:
    return Invoice(
        InvoiceId(UUID(bytes=hashlib.md5(number.encode()).digest())),
        number,
        entity_id,
        due - timedelta(days=30),
        due,
        Money.of(amount, currency),
        Money.of(amount if open_balance is None else open_balance, currency),
        po_number,
        "Net 30",
    )


def a_credit_note(
    number: str = "CN-310", *, invoice_number: str = "INV-2041", open_balance: str = "100.00"
) -> CreditNote:
    return CreditNote(
        CreditNoteId(UUID(int=5)),
        number,
        date(2026, 3, 30),
        Money.of("250.00", "EUR"),
        Money.of(open_balance, "EUR"),
        invoice_number,
    )


def a_payment(*, unapplied: str = "412.30") -> Payment:
    return Payment(
        PaymentId(UUID(int=7)),
        "PAY-88121",
        date(2026, 4, 14),
        Money.of("3000.00", "EUR"),
        Money.of(unapplied, "EUR"),
    )


def a_snapshot(
    *invoices: Invoice,
    customer: str = "Łukasiewicz & Söhne São João",
    entity: Entity = ENTITY,
    credit_notes: tuple[CreditNote, ...] = (),
    payments: tuple[Payment, ...] = (),
) -> AccountSnapshot:
    return AccountSnapshot(
        taken_at=datetime(2026, 4, 20, 9, tzinfo=UTC),
        today=TODAY,
        account=CustomerAccount(AccountId(UUID(int=9)), "C-10442", customer, "EUR", "de", "DE", "Europe/Berlin"),
        entity=entity,
        our_address="ar@nordwind.example",
        invoices=invoices or (an_invoice(open_balance="7250.50"),),
        credit_notes=credit_notes,
        payments=payments,
    )


def text_of(document: AttachedDocument) -> str:
    """The words of all pages with single plain blanks."""
    pages = [page.extract_text() for page in PdfReader(BytesIO(document.content)).pages]
    return re.sub(r"[\s\u00a0\u202f]+", " ", " ".join(pages))


def the_copy(snapshot: AccountSnapshot, language: str = "en") -> str:
    (document,) = DOCUMENTS.make(DocumentKind.INVOICE_COPY, snapshot, ("INV-2041",), language)
    return text_of(document)


def the_statement(snapshot: AccountSnapshot, language: str = "en") -> str:
    (document,) = DOCUMENTS.make(DocumentKind.STATEMENT, snapshot, (), language)
    return text_of(document)


def test_the_maker_fits_the_port_and_makes_three_kinds() -> None:
    port: DocumentMaker = DOCUMENTS
    assert port.kinds == {DocumentKind.INVOICE_COPY, DocumentKind.STATEMENT, DocumentKind.CREDIT_NOTE}
    assert port.make(DocumentKind.CONTRACT, a_snapshot(), ("INV-2041",), "en") == ()


def test_an_invoice_copy_says_what_the_ledger_holds_and_that_it_is_a_copy() -> None:
    text = the_copy(a_snapshot())
    for expected in (
        "Copy of invoice INV-2041",
        "Made from our ledger on April 20, 2026.",
        "This copy does not replace the original invoice.",
        "Nordwind Components GmbH",
        "20457 Hamburg",
        "Tax ID: DE 812345678",
        "Łukasiewicz & Söhne São João",
        "C-10442",
        "February 10, 2026",
        "March 12, 2026",
        "PO-778812",
        "Net 30",
        "EUR 12,500.00",
        "EUR 5,249.50",
        "EUR 7,250.50",
        "DE89 3704 0044 0532 0130 00",
        "COBADEFFXXX",
    ):
        assert expected in text


def test_a_document_is_a_pdf_with_a_plain_name_and_its_kind() -> None:
    (document,) = DOCUMENTS.make(DocumentKind.INVOICE_COPY, a_snapshot(), ("INV-2041",), "en")
    assert (document.kind, document.name, document.content_type) == (
        "invoice_copy",
        "invoice-INV-2041.pdf",
        "application/pdf",
    )
    assert document.content.startswith(b"%PDF-")


def test_only_the_invoices_named_are_copied() -> None:
    snapshot = a_snapshot(an_invoice("INV-2041"), an_invoice("INV-2042"), an_invoice("INV-204"))
    documents = DOCUMENTS.make(DocumentKind.INVOICE_COPY, snapshot, ("INV-2042", "INV-9999", "INV-2042"), "en")
    assert [document.name for document in documents] == ["invoice-INV-2042.pdf"]
    assert "INV-2041" not in text_of(documents[0])


def test_an_invoice_of_another_entity_is_never_printed_under_this_ones_name() -> None:
    other = an_invoice("INV-7001", entity_id=EntityId(UUID(int=2)), amount="777.77")
    snapshot = a_snapshot(an_invoice(), other, credit_notes=(a_credit_note("CN-7", invoice_number="INV-7001"),))
    assert DOCUMENTS.make(DocumentKind.INVOICE_COPY, snapshot, ("INV-7001",), "en") == ()
    assert DOCUMENTS.make(DocumentKind.CREDIT_NOTE, snapshot, ("INV-7001",), "en") == ()
    text = the_statement(snapshot)
    assert not {"INV-7001", "777.77", "CN-7"} & set(text.split())
    assert "Invoices of our affiliated companies are not part of this statement." in text


def test_an_invoice_is_paid_to_an_account_in_its_currency() -> None:
    text = the_copy(a_snapshot(an_invoice(currency="USD")))
    assert "000123456789" in text
    assert "DE89" not in text


def test_a_copy_of_a_settled_invoice_asks_for_no_payment() -> None:
    text = the_copy(a_snapshot(an_invoice(open_balance="0.00")))
    assert "No balance is open on this invoice." in text
    assert "DE89" not in text
    assert "Payment details" not in text


def test_a_mail_gets_at_most_twenty_copies() -> None:
    invoices = tuple(an_invoice(f"INV-{number}") for number in range(100, 130))
    documents = DOCUMENTS.make(
        DocumentKind.INVOICE_COPY, a_snapshot(*invoices), tuple(invoice.number for invoice in invoices), "en"
    )
    assert [document.name for document in documents] == [f"invoice-INV-{number}.pdf" for number in range(100, 120)]


def test_a_credit_note_is_copied_for_the_invoice_it_lowers() -> None:
    snapshot = a_snapshot(
        an_invoice("INV-2041"),
        an_invoice("INV-2042"),
        credit_notes=(a_credit_note("CN-310"), a_credit_note("CN-311", invoice_number="INV-2042")),
    )
    (document,) = DOCUMENTS.make(DocumentKind.CREDIT_NOTE, snapshot, ("INV-2041",), "fr")
    text = text_of(document)
    assert document.name == "credit-note-CN-310.pdf"
    assert all(part in text for part in ("avoir CN-310", "30 mars 2026", "250,00 EUR", "150,00 EUR", "100,00 EUR"))
    assert "CN-311" not in text


def test_a_statement_sums_open_invoices_by_age_and_currency() -> None:
    snapshot = a_snapshot(
        an_invoice("A-0", due=date(2026, 4, 20), amount="1000.00"),
        an_invoice("A-1", due=date(2026, 4, 19), amount="200.00", open_balance="150.10"),
        an_invoice("A-2", due=date(2026, 1, 19), amount="30.00"),
        an_invoice("A-3", due=date(2026, 3, 1), amount="5.00", open_balance="0"),
        an_invoice("U-1", due=date(2026, 3, 1), amount="99.99", currency="USD"),
    )
    text = the_statement(snapshot)
    assert "Open invoices in EUR" in text
    assert "1,000.00 150.10 0.00 0.00 30.00 1,180.10" in text
    assert "Total EUR 1,180.10" in text
    assert "0.00 0.00 99.99 0.00 0.00 99.99" in text
    assert "Total USD 99.99" in text
    assert "A-1 PO-778812 Mar 20, 2026 Apr 19, 2026 1 200.00 150.10" in text
    assert "A-3" not in text


@pytest.mark.parametrize(
    ("days_past_due", "bucket"),
    [
        (-5, "current"),
        (0, "current"),
        (1, "days_1_30"),
        (30, "days_1_30"),
        (31, "days_31_60"),
        (60, "days_31_60"),
        (61, "days_61_90"),
        (90, "days_61_90"),
        (91, "days_over_90"),
        (4000, "days_over_90"),
    ],
)
def test_aging_counts_days_past_due_as_of_the_snapshots_day(days_past_due: int, bucket: str) -> None:
    assert aging_bucket(TODAY - timedelta(days=days_past_due), TODAY) == bucket


def test_a_statement_lists_unapplied_cash_and_open_credit_notes_apart_from_the_total() -> None:
    text = the_statement(
        a_snapshot(
            credit_notes=(a_credit_note(), a_credit_note("CN-USED", open_balance="0")),
            payments=(a_payment(), replace(a_payment(unapplied="0"), external_id="PAY-DONE")),
        )
    )
    assert "PAY-88121 Apr 14, 2026 EUR 3,000.00 EUR 412.30" in text
    assert "CN-310 INV-2041 Mar 30, 2026 EUR 250.00 EUR 100.00" in text
    assert "These amounts are not deducted from the open invoices above." in text
    assert not {"CN-USED", "PAY-DONE"} & set(text.split())


def test_a_statement_without_open_invoices_says_so() -> None:
    text = the_statement(a_snapshot(an_invoice(open_balance="0")))
    assert "No invoice is open." in text
    assert "Payment details" not in text


def test_a_long_statement_lists_five_hundred_lines_numbers_its_pages_and_totals_all() -> None:
    snapshot = a_snapshot(*(an_invoice(f"INV-{number}", amount="10.00") for number in range(1000, 1503)))
    (document,) = DOCUMENTS.make(DocumentKind.STATEMENT, snapshot, (), "en")
    text, pages = text_of(document), len(PdfReader(BytesIO(document.content)).pages)
    assert "INV-1499" in text
    assert "INV-1500" not in text
    assert "Open invoices not listed here but included in the totals: 3." in text
    assert "Total EUR 5,030.00" in text
    assert f"Page {pages} of {pages}" in text
    assert f"Page 2 of {pages}" in text


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de-DE", ("Kopie der Rechnung INV-2041", "20. April 2026", "7.250,50 EUR")),
        ("fr", ("Copie de la facture INV-2041", "20 avril 2026", "7 250,50 EUR")),
        ("pl", ("Kopia faktury INV-2041", "20 kwietnia 2026", "7 250,50 EUR")),
        ("sv", ("Kopia av faktura INV-2041", "Förfallodatum", "7 250,50 EUR")),
        ("pt-BR", ("Cópia da fatura INV-2041", "20 de abril de 2026", "EUR 7.250,50")),
        ("en-GB", ("Copy of invoice INV-2041", "20 April 2026", "EUR 7,250.50")),
        ("ja", ("Copy of invoice INV-2041", "EUR 7,250.50")),
        ("", ("Copy of invoice INV-2041",)),
        ("de-\x00/../..", ("Kopie der Rechnung",)),
    ],
)
def test_labels_dates_and_amounts_are_in_the_language_asked_for(language: str, expected: tuple[str, ...]) -> None:
    text = the_copy(a_snapshot(), language)
    assert all(part in text for part in expected)


def test_every_language_of_the_mails_has_every_label_with_the_same_places() -> None:
    assert languages() == {"de", "en", "es", "fr", "it", "nl", "pl", "pt", "sv"}
    english = wording("en").labels
    for language in languages():
        labels = wording(language).labels
        assert labels.keys() == english.keys()
        for name, label in labels.items():
            assert label.strip(), (language, name)
            assert sorted(re.findall(r"{\w+}", label)) == sorted(re.findall(r"{\w+}", english[name])), (
                language,
                name,
            )


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [("1234567", "JPY", "JPY 1,234,567"), ("1.5", "KWD", "KWD 1.500"), ("0.12345", "EUR", "EUR 0.12345")],
)
def test_amounts_have_the_currencys_decimals_and_lose_none(amount: str, currency: str, printed: str) -> None:
    assert printed in the_copy(a_snapshot(an_invoice(amount=amount, currency=currency)))


@pytest.mark.parametrize(
    "name",
    [
        '#import "x"',
        "*bold* _it_ $x^2$ = Title",
        '#read("/etc/passwd") #panic("no") #sys.inputs',
        "</script> {{7*7}} {number} %s \\u{41} \\\\",
        "<label> @ref `raw` // comment /* more */ ~ --- 'q'",
        '", "seller": {"name": "Evil"}, "x": "',
        "{page} of {pages}",
    ],
)
def test_names_are_printed_as_they_are_and_never_run(name: str) -> None:
    snapshot = a_snapshot(an_invoice(po_number=name), customer=name, entity=replace(ENTITY, name=name))
    for text in (the_copy(snapshot), the_statement(snapshot)):
        assert text.replace(" ", "").count(name.replace(" ", "")) >= 3


def test_control_and_direction_characters_do_not_reach_the_document() -> None:
    text = the_copy(a_snapshot(customer="Acme\x00\x1b[31m\nInc\u202e\u2066\u200b\ud800 Ltd"))
    assert "Acme [31m Inc Ltd" in text


def test_a_name_that_the_fonts_have_no_letters_for_is_left_to_a_person() -> None:
    assert DOCUMENTS.make(DocumentKind.INVOICE_COPY, a_snapshot(customer="中文公司"), ("INV-2041",), "en") == ()
    assert DOCUMENTS.make(DocumentKind.STATEMENT, a_snapshot(customer="\ue000"), (), "en") == ()


def test_huge_texts_are_cut_and_still_make_a_document() -> None:
    huge = "W" * 1_000_000
    snapshot = a_snapshot(
        an_invoice(po_number=huge), customer=huge, entity=replace(ENTITY, name=huge, address="x\n" * 500_000)
    )
    started = time.perf_counter()
    assert "W…" in the_copy(snapshot).replace("\u200b", "")
    assert time.perf_counter() - started < 5


def test_words_too_wide_for_their_column_stay_on_the_page() -> None:
    (document,) = DOCUMENTS.make(DocumentKind.INVOICE_COPY, a_snapshot(an_invoice("N" * 100)), ("N" * 100,), "en")
    (page,) = PdfReader(BytesIO(document.content)).pages
    assert max(line.count("N") for line in page.extract_text().splitlines()) < 75


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("../../etc/passwd", "invoice-etc-passwd.pdf"),
        ("RE 2026/04–17", "invoice-RE-2026-04-17.pdf"),
        ('x"\r\nBcc: a@b', "invoice-x-Bcc-a-b.pdf"),
        ("Fållö№1", "invoice-FalloNo1.pdf"),
        ("...", "invoice.pdf"),
    ],
)
def test_file_names_are_plain_ascii_without_paths(number: str, name: str) -> None:
    (document,) = DOCUMENTS.make(DocumentKind.INVOICE_COPY, a_snapshot(an_invoice(number)), (number,), "en")
    assert document.name == name


def test_two_documents_of_one_mail_never_share_a_name() -> None:
    snapshot = a_snapshot(an_invoice("A/1"), an_invoice("A-1"), an_invoice("a 1"))
    documents = DOCUMENTS.make(DocumentKind.INVOICE_COPY, snapshot, ("A/1", "A-1", "a 1"), "en")
    assert [document.name for document in documents] == ["invoice-A-1.pdf", "invoice-A-1-2.pdf", "invoice-a-1-3.pdf"]


@pytest.mark.parametrize("kind", sorted(DOCUMENTS.kinds))
def test_the_same_facts_on_the_same_day_give_the_same_bytes(kind: DocumentKind) -> None:
    snapshot = a_snapshot(credit_notes=(a_credit_note(),), payments=(a_payment(),))
    later = replace(snapshot, taken_at=snapshot.taken_at + timedelta(hours=3))
    first = TypesetDocuments().make(kind, snapshot, ("INV-2041",), "de")
    time.sleep(1.1)  # A time stamp in whole seconds would differ now.
    DOCUMENTS.make(DocumentKind.STATEMENT, a_snapshot(customer="Between"), (), "pl")
    again = TypesetDocuments().make(kind, later, ("INV-2041",), "de")
    assert len(first) == 1
    assert hashlib.sha256(first[0].content).digest() == hashlib.sha256(again[0].content).digest()


def test_templates_read_no_file_and_no_package() -> None:
    templates = list((Path(maker_module.__file__).parent / "templates").glob("*.typ"))
    assert {template.name for template in templates} == {"layout.typ", "copy.typ", "statement.typ"}
    for template in templates:
        source = template.read_text()
        assert not re.search(r"#?\b(import|include|read|eval|plugin|image|csv|yaml|toml|xml|cbor)\b\s*[(\"]", source)
        assert re.findall(r"\bjson\((.*)\)", source) in ([], ["bytes(sys.inputs.document)"])


def test_labels_are_plain_json_that_a_translator_can_edit() -> None:
    folder = Path(maker_module.__file__).parent / "labels"
    for path in folder.glob("*.json"):
        assert all(isinstance(label, str) for label in json.loads(path.read_text(encoding="utf-8")).values())


def test_a_document_takes_a_fraction_of_a_second() -> None:
    the_copy(a_snapshot())
    durations = []
    for number in range(5):
        snapshot = a_snapshot(customer=f"Customer {number}")
        started = time.perf_counter()
        DOCUMENTS.make(DocumentKind.INVOICE_COPY, snapshot, ("INV-2041",), "en")
        durations.append(time.perf_counter() - started)
    assert min(durations) < 0.15
