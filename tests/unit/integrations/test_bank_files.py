"""What is read from CAMT, MT940, BAI2 and OFX files, and which of them are refused."""

# ruff: noqa: E501 - files as banks write them.

from datetime import date
from decimal import Decimal

import pytest
from factories.bank_files import (
    ABN,
    ALL,
    BAI2,
    CAMT_053,
    CAMT_054,
    FREE_TEXT,
    GERMAN,
    IN_ENVELOPE,
    ING,
    LOCKBOX,
    MT942,
    OFX_1,
    OFX_2,
    OUR_IBAN,
    POLISH,
    REVERSALS,
    SWIFT_SLASHES,
    camt053,
    details,
    entry,
    mt940,
    ofx,
)

from core.money import Money
from integrations.bankfiles.limits import MOST_BYTES
from integrations.bankfiles.reader import FileReader
from integrations.ports.bank_statement import (
    BankFile,
    BankLine,
    BankStatement,
    GivenByPerson,
    LineStatus,
    StatementRefused,
)


def read(content: bytes) -> BankFile:
    return FileReader().read(content, "statement.txt", GivenByPerson())


def statement(content: bytes) -> BankStatement:
    [found] = read(content).statements
    return found


def lines(content: bytes) -> list[BankLine]:
    return [line for one in read(content).statements for line in one.lines]


def refusal(content: bytes) -> StatementRefused:
    with pytest.raises(StatementRefused) as caught:
        read(content)
    return caught.value


@pytest.mark.parametrize(
    ("content", "name", "account", "reference", "bank_id"),
    [
        pytest.param(GERMAN, "Mueller und Soehne Handelsgesellschaft mbH", "DE89370400440532013000", "RE-2026-0411 abz. 2 Prozent Skonto EREF+E2E-778", "0724710333343453", id="german-numbered"),
        pytest.param(SWIFT_SLASHES, "J JANSEN BV", "NL20INGB0001234567", "FACTUUR 2026-017", "B-17", id="swift-slashes"),
        pytest.param(ING, "BAKKERIJ DE VRIES", "NL20INGB0001234567", "FACT 2026-018 EREF+E2E-5 /TRCD/00100/", "26324001", id="ing"),
        pytest.param(ABN, "J JANSEN BV", "NL20INGB0001234567", "FACTUUR 2026-019 K-88", "", id="abn-labels"),
        pytest.param(POLISH, "JAN NOWAK SP. Z O.O.", "56114010810000267002001001", "FV/2026/11/08 911-PRZELEW", "MB26", id="polish-labels"),
        pytest.param(IN_ENVELOPE, "bakker jansen", "NL47INGB9999999999", "factuur 2026-020", "", id="swift-envelope"),
        pytest.param(FREE_TEXT, "", "", "BRIGHTWATER LTD INV-20417 AND A TEXT THAT FILLS THE LINE TO ITS END OF SIXTY FIVE", "F1", id="free-text"),
        pytest.param(CAMT_053, "Müller GmbH", "DE89370400440532013000", "RF18539007547034 RE-2026-0411 EREF+E2E-1 ABWA+Alpha KG", "B-1", id="camt-053"),
        pytest.param(CAMT_054, "X", "", "RE-7", "", id="camt-054-version-02"),
        pytest.param(BAI2, "ACME CORP", "", "ORIG CO NAME:ACME CORP ORIG ID:91210 SEC:CTX RMR*IV*INV-20417**1500.00 C-9", "ACH17", id="bai2-ach-addenda"),
        pytest.param(OFX_1, "ACME & SONS", "", "INV-20417", "F-1", id="ofx-1"),
        pytest.param(OFX_2, "A <B> & C", "", "", "C-1", id="ofx-2"),
    ],
)  # fmt: skip
def test_who_paid_and_for_what(content: bytes, name: str, account: str, reference: str, bank_id: str) -> None:
    first = lines(content)[0]
    assert (first.payer_name, first.payer_account, first.reference, first.bank_id) == (
        name,
        account,
        reference,
        bank_id,
    )


@pytest.mark.parametrize("name", ALL)
def test_every_dialect_is_read_with_balances_that_add_up_and_a_key_for_each_line(name: str) -> None:
    found = read(ALL[name])
    keys = [line.external_key for one in found.statements for line in one.lines]
    assert len(keys) == len(set(keys)) >= 1
    assert read(ALL[name]) == found


def test_amounts_days_and_balances_of_a_german_statement() -> None:
    found = statement(GERMAN)
    assert (found.account, found.currency, found.opening, found.closing) == (
        OUR_IBAN, "EUR", Money.of("1000.00", "EUR"), Money.of("2200.00", "EUR"),
    )  # fmt: skip
    assert [(one.amount, one.booked_on, one.line_number) for one in found.lines] == [
        (Money.of("1250.00", "EUR"), date(2026, 11, 20), 5),
        (Money.of("-50.00", "EUR"), date(2026, 11, 20), 8),
    ]


def test_a_credit_taken_back_is_money_that_left() -> None:
    assert [one.amount.amount for one in lines(REVERSALS)] == [Decimal(-300), Decimal(20)]


def test_what_an_interim_report_shows_is_pending() -> None:
    assert [one.status for one in lines(MT942)] == [LineStatus.PENDING]


@pytest.mark.parametrize(
    ("entry_day", "booked"), [("0101", date(2027, 1, 1)), ("1230", date(2026, 12, 30)), ("    ", date(2026, 12, 31))]
)
def test_the_day_of_booking_is_in_the_year_that_brings_it_near_the_value_date(entry_day: str, booked: date) -> None:
    content = mt940(f":61:261231{entry_day}C1,00NTRFX\n", closing="C261231EUR1001,00")
    assert lines(content)[0].booked_on == booked


def test_a_camt_batch_is_a_line_for_each_payer_and_a_pending_entry_is_no_balance() -> None:
    found = lines(CAMT_053)
    assert [(one.amount.amount, one.payer_name, one.status.value) for one in found[1:]] == [
        (Decimal(10), "A AG", "posted"), (Decimal(20), "B AG", "posted"), (Decimal(-80), "", "posted"), (Decimal(5), "", "pending"),
    ]  # fmt: skip


@pytest.mark.parametrize("version", ["02", "03", "04", "05", "06", "07", "08", "09", "10"])
def test_every_version_of_camt_053_is_read(version: str) -> None:
    wrapped = details(name="A AG", iban="DE89370400440532013000", words="RE-1")
    told = wrapped if int(version) >= 8 else wrapped.replace("<Pty>", "").replace("</Pty>", "")
    status = "<Cd>BOOK</Cd>" if int(version) >= 7 else "BOOK"
    [line] = lines(camt053([entry("1.00", told, status=status)], closing="1001.00", version=version))
    assert (line.payer_name, line.payer_account, line.reference) == ("A AG", "DE89370400440532013000", "RE-1")


def test_a_batch_of_version_02_tells_its_amounts_deeper() -> None:
    told = "".join(
        f'<TxDtls><AmtDtls><InstdAmt><Amt Ccy="USD">9.00</Amt></InstdAmt><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls></TxDtls>'
        for amount in ("4.00", "6.00")
    )
    content = camt053([entry("10.00", told, status="BOOK")], closing="1010.00", version="02")
    assert [one.amount.amount for one in lines(content)] == [Decimal(4), Decimal(6)]


def test_a_charge_that_explains_a_batch_is_a_line_of_its_own() -> None:
    charge = '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">1.50</TtlChrgsAndTaxAmt></Chrgs>'
    told = details(amount="10.00", name="A") + details(amount="20.00", name="B")
    content = camt053([entry("28.50", told, more=charge)], closing="1028.50")
    assert [one.amount.amount for one in lines(content)] == [Decimal(10), Decimal(20), Decimal("-1.50")]


def test_of_money_that_left_the_other_side_is_the_creditor() -> None:
    creditor = details(name="We").replace("</RltdPties>", "<Cdtr><Pty><Nm>Supplier</Nm></Pty></Cdtr></RltdPties>")
    assert lines(camt053([entry("5.00", creditor, mark="DBIT")], closing="995.00"))[0].payer_name == "Supplier"


def test_signs_of_bai2_come_from_type_codes_also_of_the_banks_own() -> None:
    assert [(one.amount.amount, one.value_on, one.status) for one in lines(BAI2)] == [
        (Decimal(1500), date(2026, 11, 21), LineStatus.POSTED),
        (Decimal(50), None, LineStatus.POSTED),
        (Decimal(-50), None, LineStatus.POSTED),
    ]


def test_the_checks_of_a_lockbox_are_the_money_and_the_deposit_is_not_counted_again() -> None:
    assert [(one.amount.amount, one.payer_name, one.status.value) for one in lines(LOCKBOX)] == [
        (Decimal(300), "", "information"), (Decimal(100), "ACME CORP", "posted"), (Decimal(200), "BETA INC", "posted"),
    ]  # fmt: skip


def test_lockbox_items_that_do_not_make_up_the_deposit_leave_it_whole() -> None:
    content = LOCKBOX.replace(b"16,116,20000", b"16,116,15000").replace(b"60000", b"55000")
    found = statement(content)
    assert [one.status.value for one in found.lines] == ["posted", "information", "information"]
    assert "do not make it up" in found.warnings[0]


def test_a_comma_may_stand_for_the_point_in_ofx_and_a_time_zone_moves_no_day() -> None:
    assert [(one.amount.amount, one.booked_on) for one in lines(OFX_1)] == [
        (Decimal(1250), date(2026, 11, 20)), (Decimal("-15.50"), date(2026, 11, 19)),
    ]  # fmt: skip


def test_the_same_fitid_twice_in_a_file_is_one_transaction() -> None:
    one = "<STMTTRN><DTPOSTED>20261120<TRNAMT>5.00<FITID>F-1<NAME>A</STMTTRN>\n"
    found = statement(ofx(one + one))
    assert (len(found.lines), len(found.warnings)) == (1, 1)


def test_a_line_of_zero_is_information() -> None:
    content = mt940(":61:2611201120C0,00NMSCNONREF\n:86:opening entry\n")
    assert [one.status for one in lines(content)] == [LineStatus.INFORMATION]


def test_equal_lines_are_told_apart_and_a_later_export_with_one_more_adds_one() -> None:
    one = ":61:2611201120C5,00NTRFNONREF\n:86:card payout\n"
    first = {line.external_key for line in lines(mt940(one * 2, closing="C261120EUR1010,00"))}
    later = {line.external_key for line in lines(mt940(one * 3, closing="C261120EUR1015,00"))}
    assert (len(first), len(later), first <= later) == (2, 3, True)


def test_an_overlapping_statement_adds_only_what_is_new() -> None:
    monday = ":61:2611161116C5,00NTRFNONREF//B1\n:86:a\n"
    tuesday = ":61:2611171117C6,00NTRFNONREF//B2\n:86:b\n"
    wednesday = ":61:2611181118C7,00NTRFNONREF//B3\n:86:c\n"
    early = [one.external_key for one in lines(mt940(monday + tuesday, closing="C261117EUR1011,00"))]
    late = [
        one.external_key
        for one in lines(mt940(tuesday + wednesday, opening="C261116EUR1005,00", closing="C261118EUR1018,00"))
    ]
    assert early[1] == late[0]
    assert len({*early, *late}) == 3


def test_a_statement_that_stands_twice_in_a_file_is_taken_once() -> None:
    found = read(GERMAN + GERMAN)
    assert len(found.statements) == 1
    assert "stands in the file twice" in found.statements[0].warnings[0]


def test_the_booked_line_has_the_key_of_the_pending_one() -> None:
    told = details(name="A", words="RE-1", number="B-1")
    [pending] = lines(camt053([entry("5.00", told, status="<Cd>PDNG</Cd>")]))
    [booked] = lines(camt053([entry("5.00", told)], closing="1005.00"))
    assert (pending.status, pending.external_key) == (LineStatus.PENDING, booked.external_key)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        pytest.param(GERMAN[: len(GERMAN) // 2], 1, "it is cut off: the statement that begins on line 1 has no closing balance", id="mt940-cut"),
        pytest.param(CAMT_053[: len(CAMT_053) // 2], 0, "it is cut off", id="camt-cut"),
        pytest.param(BAI2[: len(BAI2) // 2], 5, "it is cut off: the file trailer (99) is missing", id="bai2-cut"),
        pytest.param(OFX_1[: len(OFX_1) // 2], 0, "it is cut off: </OFX> is missing", id="ofx-cut"),
        pytest.param(GERMAN.replace(b"EUR2200,00", b"EUR2200,01"), 1, "give 2200.00 EUR, but the closing balance is 2200.01 EUR", id="mt940-balance"),
        pytest.param(CAMT_053.replace(b">2200.00<", b">2200.01<"), 2, "but the closing balance is 2200.01 EUR", id="camt-balance"),
        pytest.param(BAI2.replace(b"49,670000,8", b"49,670001,8"), 10, "the account's control total (49) is 670,001", id="bai2-account-total"),
        pytest.param(BAI2.replace(b"49,670000,8", b"49,670000,7"), 10, "the account's number of records (49) is 7", id="bai2-account-records"),
        pytest.param(BAI2.replace(b"98,670000,1,10", b"98,670000,2,10"), 11, "the group's number of accounts (98) is 2", id="bai2-group-accounts"),
        pytest.param(BAI2.replace(b"99,670000,1,12", b"99,670000,1,13"), 12, "the file's number of records (99) is 13", id="bai2-file-records"),
        pytest.param(BAI2.replace(b",1,261120,", b",2,261120,"), 2, "it takes back a group", id="bai2-deletion"),
        pytest.param(GERMAN.replace(b"EUR", b"EUX"), 4, "“EUX” is no currency", id="mt940-currency"),
        pytest.param(CAMT_053.replace(b'"EUR">30.00', b'"QQQ">30.00'), 6, "“QQQ” is no currency", id="camt-currency"),
        pytest.param(OFX_1.replace(b"USD", b"UXD"), 8, "“UXD” is no currency", id="ofx-currency"),
        pytest.param(BAI2.replace(b"USD", b"UXD"), 2, "“UXD” is no currency", id="bai2-currency"),
        pytest.param(CAMT_053.replace(b'"EUR">20.00', b'"EUR">21.00'), 6, "an entry of 30.00 EUR holds transactions of 31.00 EUR", id="camt-batch-sum"),
        pytest.param(camt053([entry("1.00")], more="<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries></TtlNtries></TxsSummry>"), 4, "it counts 2 entries, but 1 are in it", id="camt-count"),
        pytest.param(camt053([entry("1.00")], more="<TxsSummry><TtlCdtNtries><Sum>2.00</Sum></TtlCdtNtries></TxsSummry>"), 4, "it counts 2.00 of credit entries", id="camt-sum"),
        pytest.param(camt053([entry("1.001")]), 4, "has more decimals than EUR has", id="camt-parts-of-a-cent"),
        pytest.param(CAMT_053.replace(b"053.001", b"052.001").replace(b"Stmt>", b"Rpt>"), 2, "camt.052", id="camt-052"),
        pytest.param(mt940(":61:2611201120C1.000,00NTRFX\n"), 5, "the amount “1.000,00” is not written as MT940 says", id="mt940-grouped"),
        pytest.param(mt940(":61:2611311131C1,00NTRFX\n"), 5, "“261131” is not a day", id="mt940-day"),
        pytest.param(MT942.replace(b":90C:1EUR12,50", b":90C:1EUR12,51"), 9, ":90C: counts 1 entries of 12.51 EUR", id="mt942-count"),
        pytest.param(ofx("<STMTTRN><TRNAMT>5.00<FITID>F-1</STMTTRN>"), 9, "a transaction has no date", id="ofx-no-date"),
        pytest.param(ofx("<STMTTRN><DTPOSTED>20261120<TRNAMT>$5<FITID>F-1</STMTTRN>"), 9, "“$5” is not an amount", id="ofx-amount"),
        pytest.param(OFX_1.replace(b"<CODE>0<SEVERITY>INFO", b"<CODE>2000<SEVERITY>ERROR<MESSAGE>Down", 1), 7, "the bank answered with an error: “Down”", id="ofx-error"),
        pytest.param(b"OFXHEADER:100\n\n<OFX></OFX>", 0, "it holds no statement", id="ofx-empty"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]>' + CAMT_053.partition(b"?>")[2], 1, "it declares a document type", id="camt-entities"),
        pytest.param(OFX_2.replace(b"<OFX>", b'<!DOCTYPE a [<!ENTITY b "c">]><OFX>'), 0, "it declares a document type", id="ofx-entities"),
        pytest.param(b"<a>" * 100, 1, "nested too deeply", id="xml-depth"),
        pytest.param(b"%PDF-1.7", 0, "it is a PDF", id="pdf"),
        pytest.param(b" \n", 0, "it is empty", id="empty"),
        pytest.param(b"hello", 0, "it is no bank statement of a kind that is known", id="words"),
        pytest.param(b" " * (MOST_BYTES + 1), 0, "it has more than 67,108,864 bytes", id="too-large"),
    ],
)  # fmt: skip
def test_a_file_that_is_cut_damaged_or_does_not_add_up_is_refused_with_place_and_reason(
    content: bytes, line: int, reason: str
) -> None:
    refused = refusal(content)
    assert reason in refused.reason
    assert refused.line == line or not line
    assert str(refused).startswith("statement.txt")
    assert refused.what_to_do


@pytest.mark.parametrize("name", [name for name in ALL if not name.endswith("csv")])
def test_no_cut_of_a_file_is_taken_for_the_whole(name: str) -> None:
    content = ALL[name].rstrip(b"-}{5:\n ") if "camt" not in name and "ofx" not in name else ALL[name].rstrip()
    taken = [end for end in range(0, len(content) - 2, 7) if _is_taken(content[:end])]
    assert taken == []


def _is_taken(content: bytes) -> bool:
    try:
        read(content)
    except StatementRefused:
        return False
    return True
