"""What becomes of single rows of an import, without a database."""

import time
from datetime import date
from decimal import Decimal

import pytest

from core.errors import InvalidInput
from core.money import Money
from ledger.model.import_records import LedgerRecords
from ledger.model.import_report import FileCount, ImportReport, RefusedRow
from ledger.rules.customer_duplicates import CustomerMarks, likely_duplicates
from ledger.rules.import_rows import read_ledger

CUSTOMERS = "customer_id,name,aliases,email_domains,bank_accounts,parent_id"
INVOICES = "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms"
CREDITS = "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number"
PAYMENTS = "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method"
CONTACTS = "customer_id,email,name,role,language,time_zone"
ALLOCATIONS = "payment_id,invoice_number,amount"


def csv_text(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def an_invoice(**cells: str) -> str:
    usual = {
        "invoice_number": "F-1", "customer_id": "A1", "issued": "2026-03-01", "due": "2026-03-31",
        "currency": "EUR", "amount": "100.00", "open_amount": "100.00", "po_number": "", "terms": "net30",
    }  # fmt: skip
    return ",".join({**usual, **cells}.values())


def refusals(records: LedgerRecords) -> list[tuple[int, str]]:
    return [(row.line, row.reason) for row in records.refused]


def only_refusal(file: str, header: str, row: str) -> str:
    records = read_ledger({file: csv_text(header, row)})
    (refused,) = records.refused
    assert (refused.file, refused.line) == (file, 2)
    return refused.reason


def test_a_sound_invoice_is_read_exactly() -> None:
    records = read_ledger({"invoices.csv": csv_text(INVOICES, an_invoice(po_number="PO 7"))})
    (invoice,) = records.invoices
    assert (invoice.number, invoice.customer_id, invoice.source.line) == ("F-1", "A1", 2)
    assert (invoice.issued, invoice.due) == (date(2026, 3, 1), date(2026, 3, 31))
    assert (invoice.amount, invoice.open_amount) == (Money.of("100.00", "EUR"), Money.of("100.00", "EUR"))
    assert (invoice.po_number, invoice.terms, invoice.entity) == ("PO 7", "net30", "")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"amount": '"1.250,00"'}, 'amount "1.250,00" is not an amount like 1250.00'),
        ({"amount": '"1,250.00"'}, 'amount "1,250.00" is not an amount like 1250.00'),
        ({"amount": "1e3"}, 'amount "1e3" is not an amount like 1250.00'),
        ({"amount": "€100"}, 'amount "€100" is not an amount like 1250.00'),
        ({"amount": "NaN"}, 'amount "NaN" is not an amount like 1250.00'),
        ({"amount": "9" * 30}, "is not an amount like 1250.00"),
        ({"amount": "1.0000001"}, 'amount "1.0000001" has more than six decimals'),
        ({"amount": ""}, "amount is empty: write an amount like 1250.00"),
        ({"amount": "0"}, "amount is zero"),
        ({"amount": "-100.00", "open_amount": "0"}, "a negative invoice is a credit note: put it into credits.csv"),
        ({"open_amount": "-1"}, "may not be negative"),
        ({"open_amount": "100.01"}, "open_amount 100.01 is more than amount 100.00"),
        ({"currency": "eur"}, 'currency "eur" is not an ISO 4217 currency code: write EUR'),
        ({"currency": "EURO"}, 'currency "EURO" is not an ISO 4217 currency code: write one like EUR or USD'),
        ({"issued": "01.03.2026"}, 'issued "01.03.2026" is not a date like 2026-04-30 (YYYY-MM-DD)'),
        ({"issued": "20260301"}, 'issued "20260301" is not a date like 2026-04-30 (YYYY-MM-DD)'),
        ({"due": "2026-02-30"}, 'due "2026-02-30" is no day of the calendar'),
        ({"due": "0026-03-31"}, 'due "0026-03-31" is not between 1970 and 2199: is the year right?'),
        ({"invoice_number": ""}, "invoice_number is empty: it is needed"),
        ({"customer_id": "  "}, "customer_id is empty: it is needed"),
        ({"invoice_number": "F" * 121}, "invoice_number has 121 characters; 120 are the most"),
        ({"invoice_number": "F\u200b1"}, "invoice_number holds a control or invisible character: take it out"),
        ({"terms": "net\x0030"}, "terms holds a control character: take it out"),
        ({"po_number": "PO \u202e7"}, "po_number holds a control character: take it out"),
    ],
)
def test_a_broken_invoice_is_refused_with_what_would_be_right(cells: dict[str, str], reason: str) -> None:
    assert reason in only_refusal("invoices.csv", INVOICES, an_invoice(**cells))


def test_all_problems_of_a_row_are_told_at_once() -> None:
    reason = only_refusal("invoices.csv", INVOICES, an_invoice(currency="XX", issued="x", customer_id=""))
    assert [part.partition(" ")[0] for part in reason.split("; ")] == ["currency", "customer_id", "issued"]


def test_due_before_issued_is_taken() -> None:
    records = read_ledger({"invoices.csv": csv_text(INVOICES, an_invoice(due="2026-02-01"))})
    assert (len(records.invoices), records.refused) == (1, ())


def test_a_repeated_number_is_refused_and_names_the_first_line() -> None:
    records = read_ledger({"invoices.csv": csv_text(INVOICES, an_invoice(), an_invoice(amount="200.00"))})
    assert refusals(records) == [(3, "this invoice_number is already in line 2: leave one of the two")]
    assert [invoice.amount.amount for invoice in records.invoices] == [Decimal("100.00")]


def test_the_row_is_kept_as_received() -> None:
    records = read_ledger({"invoices.csv": csv_text(INVOICES, an_invoice(amount='" 1.250,00 "'))})
    assert records.refused[0].received["amount"] == " 1.250,00 "


@pytest.mark.parametrize("cell", ["=1+1", "+49 30 1", "-x", "@SUM(A1)", "=HYPERLINK(1)"])
def test_a_cell_that_looks_like_a_formula_stays_text(cell: str) -> None:
    records = read_ledger({"customers.csv": csv_text(CUSTOMERS, f"A1,{cell},,,,")})
    assert records.customers[0].name == cell


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A1,,,,,", "name is empty: it is needed"),
        ("A1,Halden,,not a domain,,", 'email_domains "not a domain" is not a domain like customer.example'),
        ("A1,Halden,,,,A1", "parent_id names the customer itself: leave it empty"),
        (f"A1,{'x' * 301},,,,", "name has 301 characters; 300 are the most"),
        (f"A1,Halden,{';'.join(map(str, range(201)))},,,", "aliases lists 201 items; 200 are the most"),
    ],
)
def test_a_broken_customer_is_refused(row: str, reason: str) -> None:
    assert only_refusal("customers.csv", CUSTOMERS, row) == reason


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("country", "Germany", 'country "Germany" is not a country code like DE or GB'),
        ("currency", "GER", 'currency "GER" is not an ISO 4217 currency code: write one like EUR or USD'),
        ("language", "deutsch!", 'language "deutsch!" is not a language tag like de or en-GB'),
        ("time_zone", "Berlin", 'time_zone "Berlin" is not an IANA time zone like Europe/Berlin'),
    ],
)
def test_a_broken_optional_cell_of_a_customer_is_refused(column: str, cell: str, reason: str) -> None:
    assert only_refusal("customers.csv", f"{CUSTOMERS},{column}", f"A1,Halden,,,,,{cell}") == reason


def test_lists_in_a_cell_are_taken_apart() -> None:
    records = read_ledger({"customers.csv": csv_text(CUSTOMERS, "A1,Halden,H; HB ;;H,Halden.Example,GB1;GB2,P0")})
    (customer,) = records.customers
    assert customer.aliases == ("H", "HB")
    assert customer.email_domains == ("halden.example",)
    assert customer.bank_accounts == ("GB1", "GB2")
    assert (customer.country, customer.entity, customer.currency) == (None, None, "")


@pytest.mark.parametrize(
    "email",
    [
        "anna", "anna@", "@x.example", "a b@x.example", "a@x", "a@x.example, b@x.example", "A <a@x.example>",
        "a..b@x.example", "a@-x.example", "a@x\x0b.example", "a@b@x.example", "a" * 65 + "@x.example",
    ],
)  # fmt: skip
def test_a_bad_address_is_refused(email: str) -> None:
    assert "is not one e-mail address like" in only_refusal("contacts.csv", CONTACTS, f'A1,"{email}",Anna,,,')


def test_an_address_is_kept_in_lower_case_and_repeats_are_found_by_it() -> None:
    records = read_ledger({"contacts.csv": csv_text(CONTACTS, "A1,Anna@X.example,,,,", "A1,anna@x.example,,,,")})
    assert [contact.email for contact in records.contacts] == ["anna@x.example"]
    assert refusals(records) == [(3, "this contact of this customer is already in line 2: leave one of the two")]


def test_a_refund_is_a_payment_and_an_empty_payment_is_none() -> None:
    rows = ("P1,2026-04-01,EUR,-50.00,,,,", "P2,2026-04-01,EUR,0.00,,,,")
    records = read_ledger({"payments.csv": csv_text(PAYMENTS, *rows)})
    assert [payment.amount for payment in records.payments] == [Money.of("-50.00", "EUR")]
    assert refusals(records) == [(3, "amount is zero: no money was received")]


def test_a_remittance_may_hold_line_breaks_and_lines_are_still_counted_right() -> None:
    rows = ('P1,2026-04-01,EUR,50.00,,,"F-1\nF-2",', "P2,2026-04-01,EUR,x,,,,")
    records = read_ledger({"payments.csv": csv_text(PAYMENTS, *rows)})
    assert records.payments[0].reference == "F-1\nF-2"
    assert [row.line for row in records.refused] == [4]


def test_credit_notes_and_allocations_carry_no_minus_sign() -> None:
    records = read_ledger(
        {
            "credits.csv": csv_text(CREDITS, "C-1,A1,2026-03-20,GBP,-80.50,-80.50,"),
            "allocations.csv": csv_text(ALLOCATIONS, "P1,F-1,-5"),
        }
    )
    assert refusals(records) == [
        (
            2,
            "amount -80.50 and open_amount -80.50 may not be negative: a credit note's amounts are written without "
            "a minus sign",
        ),
        (2, "amount -5 is not above zero: leave rows out that the ERP has undone"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (INVOICES.replace("due,", "") + "\n", 1, "wrong columns, missing: due. Needed: invoice_number,"),
        (INVOICES + ",colour\n", 1, "wrong columns, unknown: colour. Needed:"),
        (INVOICES + ",terms\n", 1, "wrong columns, twice: terms."),
        (INVOICES.replace(",", ";") + "\n", 1, "(columns are separated by commas)"),
        ("\n\n" + INVOICES.upper() + "\n", 3, "wrong columns, missing: invoice_number"),
        ("", 1, "the file is empty. Needed: invoice_number,"),
        (csv_text(INVOICES, an_invoice(), 'F-2,"A1'), 3, "the quotes do not match from here on"),
        (csv_text(INVOICES, 'F-2,"A"1,x'), 2, "the quotes do not match from here on"),
        (csv_text(INVOICES, an_invoice(terms="x" * 140_000)), 2, "the quotes do not match from here on"),
    ],
)
def test_a_file_with_a_wrong_header_or_broken_quotes_is_refused_whole(text: str, line: int, reason: str) -> None:
    records = read_ledger({"invoices.csv": text})
    (refused,) = records.refused_files
    assert records.invoices == ()
    assert (refused.file, refused.line) == ("invoices.csv", line)
    assert reason in refused.reason


def test_a_byte_order_mark_crlf_blank_lines_and_another_column_order_are_fine() -> None:
    header = "terms,po_number,open_amount,amount,currency,due,issued,customer_id,invoice_number"
    row = "net30,,100.00,100.00,EUR,2026-03-31,2026-03-01,A1,F-1"
    records = read_ledger({"invoices.csv": f"\ufeff{header}\r\n\r\n{row}\r\n,,,,,,,,\r\n"})
    assert ([(one.number, one.source.line) for one in records.invoices], records.refused) == ([("F-1", 3)], ())


def test_a_row_of_another_length_is_refused_alone() -> None:
    records = read_ledger({"allocations.csv": csv_text(ALLOCATIONS, "P1,F-1", "P1,F-1,5", "P1,F-2,5,x")})
    assert refusals(records) == [
        (2, "has 2 cells where the header has 3"),
        (4, "has 4 cells where the header has 3"),
    ]
    assert len(records.allocations) == 1


def test_json_is_taken_with_its_numbers_as_written_and_its_lines() -> None:
    text = '[\n {"payment_id": "P1", "invoice_number": "F-1", "amount": 10.10},\n {"payment_id": "P2"}\n]'
    records = read_ledger({"allocations.json": text})
    assert [(one.payment_id, str(one.amount)) for one in records.allocations] == [("P1", "10.10")]
    assert refusals(records) == [
        (3, "amount is empty: write an amount like 1250.00; invoice_number is empty: it is needed")
    ]


def test_json_lists_nulls_and_repeats_on_one_line() -> None:
    text = (
        '[{"customer_id": "A1", "name": "H", "aliases": ["X", "Y"], "parent_id": null},'
        ' {"customer_id": "A1", "name": "I"}, {"customer_id": "A2", "name": true}, 7]'
    )
    records = read_ledger({"customers.json": text})
    assert [(one.customer_id, one.aliases) for one in records.customers] == [("A1", ("X", "Y"))]
    assert [row.reason for row in records.refused] == [
        "name: text, a number or a list of texts without semicolons is needed",
        "is not an object",
        "this customer_id is already in line 1: leave one of the two",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"customer_id": "A1"}', "a JSON list of objects is needed: [{...}, {...}]"),
        ('[{"customer_id": "A1"', "this is not JSON: Expecting ',' delimiter"),
        ('[{"customer_id": "A1"} {"customer_id": "A2"}]', "a comma or the end of the list is missing"),
        ('[{"customer_id": "A1", "customer_id": "A2"}]', "an object has the same name twice"),
        ('[{"customer_id": NaN}]', "NaN is no value that a ledger holds"),
        ('[{"customer_id": "A1"}] x', "there is more text after the end of the list"),
        ('[{"client": "A1"}]', "wrong columns, unknown: client."),
        ("[" * 200_000, "this JSON is nested too deeply"),
        ("", "a JSON list of objects is needed"),
    ],
)
def test_broken_json_is_refused_whole(text: str, reason: str) -> None:
    (refused,) = read_ledger({"customers.json": text}).refused_files
    assert reason in refused.reason


ENTITY = '"code": "main", "name": "Seller Ltd", "base_currency": "GBP"'


def test_an_entity_is_read_with_its_bank_accounts() -> None:
    account = '{"holder": "Seller Ltd", "number": "GB33BUKB20201555555555", "routing": "BUKBGB22", "currency": "GBP"}'
    records = read_ledger({"entities.json": f'[{{{ENTITY}, "bank_accounts": [{account}]}}]'})
    (entity,) = records.entities
    assert (entity.code, entity.name, entity.base_currency, entity.email) == ("main", "Seller Ltd", "GBP", "")
    assert [one.number for one in entity.bank_accounts] == ["GB33BUKB20201555555555"]


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ('{"holder": "S", "number": "GB34BUKB20201555555555"}', "is not a valid IBAN: its check digits are wrong"),
        ('{"holder": "S"}', "bank account 1: number is empty: it is needed"),
        ('{"holder": "S", "number": "1", "iban": "2"}', "bank account 1: unknown: iban"),
        ('"GB33BUKB20201555555555"', "bank account 1: an object of texts is needed"),
        ('{"holder": ["S"], "number": "1"}', "bank account 1: an object of texts is needed"),
    ],
)
def test_an_entity_with_a_wrong_bank_account_is_refused(account: str, reason: str) -> None:
    records = read_ledger({"entities.json": f'[{{{ENTITY}, "bank_accounts": [{account}]}}]'})
    assert records.entities == ()
    assert reason in records.refused[0].reason


def test_a_file_both_as_csv_and_as_json_is_no_input() -> None:
    with pytest.raises(InvalidInput, match=r"customers\.csv and customers\.json are both there"):
        read_ledger({"customers.csv": CUSTOMERS, "customers.json": "[]"})


def test_files_of_another_kind_are_left_alone_with_a_note() -> None:
    assert read_ledger({"customers.csv": CUSTOMERS, "truth.csv": "x"}).notes == (
        "truth.csv is no file of a ledger and was left alone",
    )
    with pytest.raises(InvalidInput, match="no file of a ledger is there"):
        read_ledger({"truth.csv": "x"})


def test_hostile_rows_take_time_in_proportion_to_their_length() -> None:
    cells = ("a@" + "a-" * 60_000, "((((" * 30_000, ";" * 120_000, "1" * 120_000)
    started = time.process_time()
    for cell in cells:
        read_ledger(
            {
                "contacts.csv": csv_text(CONTACTS, f"A1,{cell},,,{cell[:50_000]},"),
                "customers.csv": csv_text(CUSTOMERS, f"A1,x,{cell},{cell},,"),
                "allocations.csv": csv_text(ALLOCATIONS, f"P1,F-1,{cell}"),
            }
        )
    assert time.process_time() - started < 5


def marks(customer_id: str, name: str, *, bank: str = "", domain: str = "", parent: str = "") -> CustomerMarks:
    return CustomerMarks(
        customer_id, name, (bank,) if bank else (), (domain,) if domain else (), parent
    )  # fmt: skip


def pairs(*customers: CustomerMarks) -> list[tuple[str, str]]:
    found, total = likely_duplicates(customers, among=frozenset(one.customer_id for one in customers))
    assert total == len(found)
    return [(pair.first_id, pair.second_id) for pair in found]


def test_one_name_but_for_its_legal_form_is_a_likely_duplicate() -> None:
    assert pairs(marks("A", "Müller GmbH"), marks("B", "MULLER AG"), marks("C", "Maier AG")) == [("A", "B")]


def test_one_bank_account_is_a_likely_duplicate_but_not_within_a_family() -> None:
    assert pairs(marks("A", "Oak", bank="GB33 1"), marks("B", "Elm", bank="gb331")) == [("A", "B")]
    assert pairs(marks("A", "Oak", bank="GB331"), marks("B", "Elm", bank="GB331", parent="A")) == []


def test_similar_names_at_one_domain_are_a_likely_duplicate_and_public_domains_say_nothing() -> None:
    def two(domain: str) -> tuple[CustomerMarks, CustomerMarks]:
        return (
            marks("A", "Halden Brewing", domain=domain),
            marks("B", "Halden Brewng", domain=domain),
        )

    assert pairs(*two("halden.example")) == [("A", "B")]
    assert pairs(*two("gmail.com")) == []
    assert pairs(marks("A", "Halden", domain="x.example"), marks("B", "Quorn", domain="x.example")) == []


def test_a_pair_without_a_customer_of_the_file_is_not_told() -> None:
    both = (marks("A", "Oak Ltd"), marks("B", "Oak Inc"))
    assert likely_duplicates(both, among=frozenset({"C"})) == ((), 0)


def test_a_hundred_thousand_customers_of_one_domain_and_name_take_seconds() -> None:
    customers = [
        marks(str(number), f"Shop {number % 50_000}", bank="B1", domain="x.example") for number in range(100_000)
    ]
    started = time.process_time()
    found, total = likely_duplicates(customers, among=frozenset(str(number) for number in range(100_000)))
    assert time.process_time() - started < 20
    assert (len(found), total >= 99_999) == (1_000, True)


def test_the_report_is_words_without_control_characters() -> None:
    report = ImportReport(
        imported=True,
        dry_run=False,
        files=(FileCount("invoices.csv", 38, 1, 0, 1),),
        refused=(RefusedRow("invoices.csv", 7, "amount \x1b[31m is wrong", {"amount": "\x00\ud800"}),),
    )
    assert report.words() == (
        "The ledger was imported.",
        "invoices.csv: 40 rows, 38 new, 1 changed, 0 unchanged, 1 refused",
        "invoices.csv line 7: amount \\u001b[31m is wrong",
    )
    assert report.refused_as_json(most_characters=1_000)[0]["row"] == {"amount": "\\u0000\\ud800"}
