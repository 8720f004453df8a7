"""CSV exports of banks in nine languages: the mapping that is guessed, and what is refused."""

# ruff: noqa: E501 - a file a case.

from datetime import date
from decimal import Decimal

import pytest
from factories.bank_files import ENGLISH_CSV, GERMAN_CSV

from core.money import Money
from integrations.bankfiles.reader import FileReader
from integrations.ports.bank_statement import BankFile, BankLine, GivenByPerson, StatementRefused
from ledger.model.statement import numbered_key


def read(text: str | bytes, *, encoding: str = "utf-8", assume: bool = False, **mapping: str) -> BankFile:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return FileReader().read(content, "export.csv", GivenByPerson(mapping=mapping, may_assume_currency=assume))


def lines(text: str | bytes, *, encoding: str = "utf-8", assume: bool = False, **mapping: str) -> list[BankLine]:
    found = read(text, encoding=encoding, assume=assume, **mapping)
    return [line for one in found.statements for line in one.lines]


def refusal(text: str | bytes, **mapping: str) -> StatementRefused:
    with pytest.raises(StatementRefused) as caught:
        read(text, **mapping)
    return caught.value


IN_NINE_LANGUAGES = {
    "en": ("utf-8", "Date, Type, Description, Paid out, Paid in, Balance\n20 Nov 2026,FPI,\"NORTH LTD, INV-7\",,\"£1,250.00\",\"£2,250.00\"\n21 Nov 2026,DD,BT,£40.00,,\"£2,210.00\"\n"),
    "de": ("cp1252", "Buchungstag;Wertstellung;Auftraggeber/Empfänger;Verwendungszweck;Betrag;Währung\n20.11.26;20.11.26;Müller & Söhne;INV-7;1.250,00;EUR\n21.11.26;21.11.26;Bank;Gebühr;-40,00;EUR\n"),
    "fr": ("cp1252", "Date;Date de valeur;Libellé;Débit euros;Crédit euros\n20/11/2026;20/11/2026;VIR SOCIÉTÉ ALPHA INV-7;;1 250,00\n21/11/2026;21/11/2026;PRLV;-40,00;\n"),
    "es": ("utf-8", "Fecha operación;Fecha valor;Concepto;Ordenante;Importe;Divisa\n20/11/2026;20/11/2026;INV-7;ACEROS SA;1.250,00;EUR\n21/11/2026;21/11/2026;COMISION;;-40,00;EUR\n"),
    "it": ("utf-8", "Data contabile,Data valuta,Causale,Ordinante,Dare,Avere,Divisa\n20/11/2026,20/11/2026,BONIFICO INV-7,ROSSI,,\"1.250,00\",EUR\n21/11/2026,21/11/2026,COMM,,\"40,00\",,EUR\n"),
    "nl": ("utf-8", "\"Datum\";\"Naam / Omschrijving\";\"Rekening\";\"Tegenrekening\";\"Af Bij\";\"Bedrag (EUR)\";\"Mededelingen\"\n\"20261120\";\"Jansen\";\"NL91INGB0001234567\";\"NL20INGB0001234567\";\"Bij\";\"1250,00\";\"INV-7\"\n\"20261121\";\"KPN\";\"NL91INGB0001234567\";\"\";\"Af\";\"40,00\";\"tel\"\n"),
    "pt": ("utf-8", "Data Mov.;Data Valor;Descrição;Débito;Crédito;Moeda\n20-11-2026;20-11-2026;TRF SILVA INV-7;;1.250,00;EUR\n21-11-2026;21-11-2026;COMISSÃO;40,00;;EUR\n"),
    "pl": ("cp1250", "#Data księgowania;#Opis operacji;#Tytuł;#Nadawca/Odbiorca;#Numer konta;#Kwota;#Waluta\n2026-11-20;PRZELEW;INV-7;ŻÓŁĆ Sp. z o.o.;'61109010140000071219812874';1 250,00;PLN\n2026-11-21;OPŁATA;opłata;;;-40,00;PLN\n"),
    "sv": ("utf-8", "Bokföringsdag,Valutadag,Referens,Text,Belopp,Valuta\n2026-11-20,2026-11-20,INV-7,Bygg AB,1250.00,SEK\n2026-11-21,2026-11-21,,Avgift,-40.00,SEK\n"),
}  # fmt: skip


@pytest.mark.parametrize("language", IN_NINE_LANGUAGES)
def test_the_mapping_is_guessed_in_nine_languages(language: str) -> None:
    encoding, text = IN_NINE_LANGUAGES[language]
    found = lines(text, encoding=encoding)
    assert [(one.booked_on, one.amount.amount) for one in found] == [
        (date(2026, 11, 20), Decimal(1250)), (date(2026, 11, 21), Decimal(-40)),
    ]  # fmt: skip
    assert "INV-7" in found[0].reference


@pytest.mark.parametrize(
    ("language", "word"), [("de", "Müller & Söhne"), ("pl", "ŻÓŁĆ Sp. z o.o."), ("nl", "Jansen")]
)
def test_names_keep_their_letters_in_the_code_page_of_their_country(language: str, word: str) -> None:
    encoding, text = IN_NINE_LANGUAGES[language]
    assert lines(text, encoding=encoding)[0].payer_name == word


def test_what_was_guessed_is_shown() -> None:
    assert dict(read(GERMAN_CSV).mapping) == {
        "booked_on": "Buchungstag", "value_on": "Wertstellung", "amount": "Betrag (EUR)", "payer_name": "Auftraggeber / Empfänger",
        "payer_account": "IBAN", "reference": "Verwendungszweck", "balance": "Saldo",
        "delimiter": "semicolon", "decimal": "comma", "day_order": "dmy", "currency_code": "EUR",
    }  # fmt: skip


def test_balances_and_our_account_are_taken_from_the_file() -> None:
    [german], [english] = read(GERMAN_CSV).statements, read(ENGLISH_CSV).statements
    assert (german.account, german.opening, german.closing) == (
        "DE02120300000000202051", Money.of("1000.00", "EUR"), Money.of("2200.00", "EUR"),
    )  # fmt: skip
    assert (english.account, english.opening, english.closing) == (
        "",
        Money.of("1000", "GBP"),
        Money.of("2240", "GBP"),
    )


def test_a_given_mapping_goes_before_the_guess() -> None:
    text = "Datum;Wert A;Wert B;Info;Noch etwas\n03/04/2026;1,00;2,00;x;y\n05/04/2026;1,00;3,00;x;z\n"
    [first, _] = lines(
        text,
        booked_on="1",
        amount="Wert B",
        reference="Noch etwas+Info",
        currency_code="CHF",
        day_order="mdy",
        decimal="comma",
    )
    assert (first.booked_on, str(first.amount), first.reference) == (date(2026, 3, 4), "2.00 CHF", "y x")


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ({"colour": "1"}, "“colour” is no field of a bank line"),
        ({"amount": "Betrug"}, "there is no column “Betrug”"),
        ({"amount": "99"}, "there is no column “99”"),
        ({"decimal": "dot"}, "decimal may be comma or point"),
        ({"day_order": "ydm"}, "day_order may be dmy or mdy or ymd"),
        ({"currency_code": "EUX"}, "“EUX” is no currency"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_by_name(mapping: dict[str, str], reason: str) -> None:
    assert reason in refusal(GERMAN_CSV, **mapping).reason


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("13/04/2026", "02/05/2026"), date(2026, 4, 13)),
        (("04/13/2026", "05/02/2026"), date(2026, 4, 13)),
        # Only with the month first do these run in order.
        (("01/03/2026", "02/02/2026", "03/05/2026"), date(2026, 1, 3)),
        (("2026-04-13", "2026-05-02"), date(2026, 4, 13)),
        (("13.04.26", "02.05.26"), date(2026, 4, 13)),
        (("13 avr. 2026", "2 mai 2026"), date(2026, 4, 13)),
        (("Apr 13, 2026", "May 2, 2026"), date(2026, 4, 13)),
        (("20260413", "20260502"), date(2026, 4, 13)),
        (("13/04/2026 09:15:00", "02/05/2026 10:00:00"), date(2026, 4, 13)),
    ],
)
def test_the_order_of_day_and_month_is_found_over_the_whole_column(days: tuple[str, ...], expected: date) -> None:
    text = "Date;Description;Amount;Currency\n" + "".join(f"{day};x;1.00;EUR\n" for day in days)
    assert lines(text)[0].booked_on == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (("1.250,00", "3,50"), "1250.00"),
        (("1,250.00", "3.50"), "1250.00"),
        (("1 250,00", "3,50"), "1250.00"),
        (("1'250.00", "3.50"), "1250.00"),
        (("1,25,000.00", "3.50"), "125000.00"),
        (("1.250", "3,50"), "1250.00"),
        (("(1,250.00)", "3.50"), "-1250.00"),
        (("1.250,00-", "3,50"), "-1250.00"),
        (("1,250.00 DR", "3.50 CR"), "-1250.00"),
        (("+1250,00", "3,50"), "1250.00"),
        (("EUR 1.250,00", "EUR 3,50"), "1250.00"),
        (("−1.250,00 €", "3,50 €"), "-1250.00"),
    ],
)
def test_amounts_are_read_as_the_column_writes_them(written: tuple[str, str], expected: str) -> None:
    text = "Date\tDescription\tAmount\tCurrency\n" + "".join(f"2026-11-20\tx\t{one}\tEUR\n" for one in written)
    assert lines(text)[0].amount == Money.of(expected, "EUR")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(("100.500,KWD", "12.250,KWD"), "100.500 KWD", id="three-decimals-of-the-column"),
        pytest.param(("100.500,kwd", "1.25,EUR"), "100.500 KWD", id="another-currency-tells"),
        pytest.param(("0.005,KWD", "12,KWD"), "0.005 KWD", id="no-thousand-begins-with-zero"),
        pytest.param(('"1,250",JPY', "300,JPY"), "1250 JPY", id="no-decimals-at-all"),
        pytest.param(('"1,250",EUR', "3.50,EUR"), "1250.00 EUR", id="another-row-tells"),
    ],
)
def test_decimals_are_those_of_the_currency_beside_the_amount(rows: tuple[str, str], expected: str) -> None:
    text = "Date,Amount,Currency,Payer\n" + "".join(f"2026-04-03,{row},A\n" for row in rows)
    assert str(lines(text)[0].amount) == expected


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(("100.005,EUR", "7,EUR"), id="euros"),
        pytest.param(("100.005,EUR", "7,KWD"), id="euros-beside-whole-dinars"),
        pytest.param(('"100,005",USD',), id="dollars"),
        pytest.param(("100.500,KWD", "250,KWD"), id="dinars-without-decimals"),
    ],
)
def test_three_figures_that_may_be_thousands_or_decimals_are_asked_about(rows: tuple[str, ...]) -> None:
    text = "Date,Amount,Currency,Payer\n" + "".join(f"2026-04-03,{row},A\n" for row in rows)
    refused = refusal(text)
    assert ("thousands or with three decimals" in refused.reason, "decimal=point" in refused.what_to_do) == (
        True,
        True,
    )
    sign = "comma" if "." in rows[0] else "point"
    assert abs(lines(text, decimal=sign)[0].amount.amount) in (Decimal(100005), Decimal(100500))


STATES = "Date,Payer,Amount,Currency,Status\n2026-04-03,A,1.00,EUR,Completed\n2026-04-03,B,2.00,EUR,Returned\n2026-04-04,C,3.00,EUR,Voided\n"


def test_a_status_that_nobody_knows_is_no_booked_money_and_is_refused() -> None:
    refused = refusal(STATES)
    assert (refused.line, "“Returned”, “Voided”" in refused.reason, "no_money=WORD" in refused.what_to_do) == (
        3,
        True,
        True,
    )


def test_a_person_says_what_a_status_means() -> None:
    found = read(STATES, booked="Returned", no_money="voided+VOID")
    assert [one.status.value for one in found.statements[0].lines] == ["posted", "posted", "information"]
    assert (found.mapping["booked"], found.mapping["no_money"]) == ("Returned", "voided+VOID")


def test_pending_and_failed_lines_are_no_money() -> None:
    text = "Completed Date,Started Date,Description,Amount,Currency,State\n2026-11-20,2026-11-19,a,1.00,EUR,COMPLETED\n,2026-11-20,b,2.00,EUR,PENDING\n2026-11-20,2026-11-20,c,3.00,EUR,DECLINED\n"
    assert [one.status.value for one in lines(text)] == ["posted", "pending", "information"]


def test_sums_below_the_table_are_no_transactions() -> None:
    text = "Datum;Text;Betrag;Währung\n20.11.2026;x;1,00;EUR\n;Summe;1,00;EUR\nKontostand;;;\n"
    assert len(lines(text)) == 1


def test_lines_of_several_accounts_and_currencies_are_statements_of_their_own() -> None:
    text = "Account,Date,Description,Amount,Currency\nGB1A,2026-11-20,x,1.00,GBP\nGB2B,2026-11-20,y,2.00,GBP\nGB1A,2026-11-20,z,3.00,EUR\n"
    assert [(one.account, one.currency, len(one.lines)) for one in read(text).statements] == [
        ("GB1A", "GBP", 1), ("GB2B", "GBP", 1), ("GB1A", "EUR", 1),
    ]  # fmt: skip


def test_a_currency_that_nobody_names_is_assumed_only_to_look_at() -> None:
    text = "Buchungstag;Verwendungszweck;Betrag\n20.11.2026;x;1,00\n"
    assert refusal(text).reason == "no currency is named"
    [assumed] = read(text, assume=True).statements
    assert (assumed.currency, "EUR was taken" in assumed.warnings[0]) == ("EUR", True)


def test_a_file_without_a_header_is_read_where_one_column_alone_can_be_meant() -> None:
    [first, _] = lines(
        "20.11.2026;ACME;RE 12 vom 1.1.;1.250,00\n21.11.2026;Beta;RE 13 vom 1.1.;12,50\n", currency_code="EUR"
    )
    assert (first.booked_on, str(first.amount), first.reference) == (
        date(2026, 11, 20),
        "1250.00 EUR",
        "RE 12 vom 1.1.",
    )


HEAD = "Datum;Text;Betrag;Währung;Saldo\n"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        pytest.param(HEAD + "19.11.2026;a;1,00;EUR;1,00\n20.11.2026;b;1,00;EUR;3,00\n", 3, "the running balance does not follow", id="balance"),
        pytest.param(HEAD + "19.11.2026;a;1,00;EUR;1,00\n20.11.20", 3, "the last row is cut off", id="cut"),
        pytest.param(HEAD + '19.11.2026;"a;1,00;EUR;1,00\n', 2, "its quotes do not close", id="quotes"),
        pytest.param(HEAD + "19.11.2026;a;1,00;EUX;1,00\n", 2, "“EUX” is no currency", id="currency"),
        pytest.param(HEAD + "19.11.2026;a;;EUR;1,00\n", 2, "it has a date and no amount", id="no-amount"),
        pytest.param(HEAD + "19.11.2026;a;1,00;EUR;1,00\n31.11.2026;a;1,00;EUR;2,00\n", 3, "“31.11.2026” is not a day", id="no-such-day"),
        pytest.param(HEAD + "19.11.2026;a;1.000,00;EUR;1,00\n20.11.2026;a;1,000.00;EUR;1,00\n", 0, "written in two ways", id="two-ways"),
        pytest.param(HEAD, 0, "it has a header and no transaction", id="no-rows"),
        pytest.param("a;b\n1;2\n", 0, "no column holds the day of booking", id="no-days"),
    ],
)  # fmt: skip
def test_a_table_that_is_cut_or_does_not_add_up_is_refused(text: str, line: int, reason: str) -> None:
    refused = refusal(text)
    assert reason in refused.reason
    assert refused.line == line


def test_the_keys_are_the_same_in_an_export_in_the_other_order_and_over_another_period() -> None:
    rows = ["18.11.2026;a;1,00;EUR\n", "19.11.2026;b;2,00;EUR\n", "20.11.2026;c;3,00;EUR\n"]
    head = "Datum;Text;Betrag;Währung\n"
    first = {one.external_key for one in lines(head + rows[0] + rows[1])}
    second = {one.external_key for one in lines(head + rows[2] + rows[1])}
    assert len(first & second) == 1


def test_lines_that_say_the_same_are_numbered_from_what_they_say_and_a_banks_number_needs_none() -> None:
    text = (
        "Datum;Text;Betrag;Währung;FITID\n18.11.2026;a;1,00;EUR;\n18.11.2026;a;1,00;EUR;\n18.11.2026;a;1,00;EUR;7\n"
    )
    first, second, numbered = lines(text)
    assert first.content_key
    assert [first.external_key, second.external_key] == [numbered_key(first.content_key, n) for n in (1, 2)]
    assert (second.content_key, numbered.content_key) == (first.content_key, "")
