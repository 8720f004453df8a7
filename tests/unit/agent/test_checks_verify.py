"""What a draft may not say: figures, people, links and statements that nothing supports."""

import time
from dataclasses import replace
from datetime import date

import pytest

from agent.checks.bank_details import is_iban
from agent.checks.verify import verify
from ledger.model.account import ContactStatus
from ledger.model.decision import Topic, TopicKind
from ledger.model.draft import DraftText, Verification
from ledger.model.signal import Intent
from tests.unit.agent.writing_samples import OUR_IBAN, a_contact, a_decision, a_signal, a_snapshot, gbp

SIGNALS = (a_signal(Intent.PAYMENT_SENT, day=date(2026, 4, 3), amount=gbp("333.33"), reference="TRF-99812"),)
DECISION = a_decision(Topic(TopicKind.OPEN_ITEMS, ("INV-1041", "INV-1042")))


def verified(text: str, **changes: object) -> Verification:
    draft = DraftText("Re: INV-1041", text, ("jane.smith@customer.example",))
    return verify(replace(draft, **changes), DECISION, a_snapshot(), SIGNALS)  # type: ignore[arg-type]


def checks_of(text: str) -> set[str]:
    return {finding.check for finding in verified(text).findings}


@pytest.mark.parametrize(
    "text",
    [
        "Invoice INV-1041 has 1,840.00 GBP open.",
        "Auf der Rechnung INV-1041 sind 1.840,00 GBP offen.",
        "La facture INV-1041 : 1 840,00 GBP.",
        "La facture INV-1041 : 1\u202f840,00\u00a0GBP.",
        "Rechnung INV-1041: 1'840.00 GBP",
        "Rechnung INV-1041: 1’840.00 GBP",
        "Invoice inv-1041: £1,840.00",
        "Invoice INV- 1041: GBP 1840",
        "Invoice INV‑1041: 1840 pounds",
        "INV-1041 and INV-1042 come to 2,450.50 GBP.",
        "In all 2,525.50 GBP is open, of which 2,450.50 GBP is overdue.",
        "INV-1041 is 20 days past due.",
        "Die Rechnung INV-1042 ist 10 Tage überfällig.",
        "It fell due on 31/03/2026, on 2026-03-31, on 31.03.26 and on March 31, 2026.",
        "Vervaldatum 31 maart 2026, 31 mars 2026, 31 marca 2026, 31 marzo 2026, 31 de março de 2026.",
        "It fell due on 04/10/2026.",
        "It fell due on Friday, 10 April 2026.",
        "We checked today, 20 April.",
        "You wrote that you paid 333.33 GBP on 3 April 2026 (reference TRF-99812).",
        "Sie schreiben, dass Sie am 3. April 2026 333,33 GBP gezahlt haben.",
        f"Please pay to {OUR_IBAN} (NWBKGB2L).",
        "Call us on +44 20 7946 0123. Our VAT number is GB 123 4567 89. 12 High Street, London EC1A 1BB",
        "Your payment of 560.00 GBP reached us on 14 April 2026.",
        "Write to jane.smith@customer.example or ar@seller.example, see https://www.seller.example/pay",
        "Please see statement.pdf. Our bank details have not changed.",
    ],
)
def test_what_the_ledger_supports_passes(text: str) -> None:
    assert verified(text).findings == ()


@pytest.mark.parametrize(
    ("text", "check"),
    [
        ("Invoice INV-1041 has 1,840.01 GBP open.", "amounts"),
        ("Invoice INV-1041 has 1,840.00 EUR open.", "amounts"),
        ("Invoice INV-1041 has $1,840.00 open.", "amounts"),
        ("Invoice INV-1042 has 1,840.00 GBP open.", "amounts"),
        ("Invoice INV-1041 has １，８４１.00 GBP open.", "amounts"),
        ("Invoice INV-1041 has ١٨٤١ GBP open.", "amounts"),
        ("Invoice INV-1041 has 1\u200b841.00 GBP open.", "amounts"),
        ("Invoice INV-1041 has 1.8k GBP open.", "amounts"),
        ("Please pay five hundred pounds.", "amounts"),
        ("Bitte zahlen Sie fünfhundert Euro.", "amounts"),
        ("We will take 5 % off.", "amounts"),
        ("We have received 333.33 GBP.", "amounts"),
        ("You paid 333.33 GBP.", "amounts"),
        ("As you wrote, we confirm that 333.33 GBP is settled.", "amounts"),
        ("You wrote to us. We noted 333.33 GBP.", "amounts"),
        ("Please pay by 25 April 2026.", "dates"),
        ("Please pay by 04/25/2026.", "dates"),
        ("Please pay by April 25.", "dates"),
        ("Bitte zahlen Sie bis zum 25. April.", "dates"),
        ("Bitte zahlen Sie bis 25.4.", "dates"),
        ("Prosimy o zapłatę do 25 kwietnia 2026.", "dates"),
        ("Merci de régler avant le 25 août 2026.", "dates"),
        ("Merci de régler avant le 25 aou\u0302t 2026.", "dates"),
        ("Please pay by ２５/04/2026.", "dates"),
        ("Please pay tomorrow.", "dates"),
        ("Bitte zahlen Sie morgen.", "dates"),
        ("Please pay in September.", "dates"),
        ("Please pay within 14 days.", "dates"),
        ("INV-1041 is 21 days past due.", "dates"),
        ("It fell due on Thursday, 10 April 2026.", "dates"),
        ("We received it on 3 April 2026.", "dates"),
        ("Invoice INV-9999 is open.", "invoice_refs"),
        ("Invoice 7731 is open.", "invoice_refs"),
        ("Rechnung Nr. 77/31 ist offen.", "invoice_refs"),
        ("Your reference is TRF-99812.", "invoice_refs"),
        ("The total is 1840.17.", "numbers"),
        ("Quote 4711 when you call.", "numbers"),
        ("Please pay to DE89 3704 0044 0532 0130 00.", "bank_details"),
        ("Please pay to de89370400440532013000.", "bank_details"),
        ("Please pay to DE88 3704 0044 0532 0130 00.", "bank_details"),
        ("Account 12345678.", "bank_details"),
        ("Sort code 20-30-40.", "bank_details"),
        ("Our BIC is COBADEFF.", "bank_details"),
        ("See https://evil.example/pay", "links"),
        ("See https://seller.example@evil.example/pay", "links"),
        ("See https://seller.example.evil.example/pay", "links"),
        ("See evil.example/pay", "links"),
        ("See www.evil.example", "links"),
        ("See evil[.]example", "links"),
        ("See http://10.0.0.1/x", "links"),
        ("javascript:alert(1)", "links"),
        ("Write to boss@evil.example", "links"),
        ("<b>Please</b> pay", "links"),
        ("<img src=x onerror=y", "links"),
        ("[pay](x)", "links"),
        ("**Please** pay", "links"),
        ("Please\u200b pay", "hidden_text"),
        ("Please \u202epay", "hidden_text"),
        ("Pleаse pay", "hidden_text"),
        ("We offer you a discount.", "allowed_statements"),
        ("Wir gewähren Ihnen einen Rabatt.", "allowed_statements"),
        ("We will waive this invoice.", "allowed_statements"),
        ("Otherwise we will take legal action.", "allowed_statements"),
        ("Sonst geben wir die Sache an einen Anwalt.", "allowed_statements"),
        ("À défaut, nous saisirons le tribunal.", "allowed_statements"),
        ("We will release your order.", "allowed_statements"),
        ("Your balance is zero.", "allowed_statements"),
        ("Invoice INV-1041 is paid in full.", "allowed_statements"),
        ("Our new bank details are below.", "allowed_statements"),
        ("We agree to your plan.", "allowed_statements"),
    ],
)
def test_what_nothing_supports_is_found(text: str, check: str) -> None:
    assert check in checks_of(text)


def test_a_finding_points_into_the_text_as_written() -> None:
    text = "Zahlbar:\u200b １.841,00 GBP"
    finding = next(f for f in verified(text).findings if f.check == "amounts")
    assert text[finding.start : finding.end] == "１.841,00 GBP"


def test_a_subject_is_checked_like_the_text() -> None:
    result = verified("Hello.", subject="Re: pay 99.00 GBP at evil.example")
    assert {(f.check, f.start) for f in result.findings} == {("amounts", -1), ("links", -1)}


def test_a_subject_with_a_line_break_is_refused() -> None:
    assert {f.check for f in verified("Hello.", subject="Re: x\nBcc: a@b.example").findings} >= {"size"}


@pytest.mark.parametrize(
    ("to", "cc"),
    [
        (("attacker@evil.example",), ()),
        (("jane.smith@customer.example",), ("attacker@evil.example",)),
        (("ar@seller.example",), ()),
        ((), ()),
        (("jane.smith@customer.example", "Jane.Smith@customer.example"), ()),
    ],
)
def test_only_active_contacts_are_written_to(to: tuple[str, ...], cc: tuple[str, ...]) -> None:
    assert {f.check for f in verified("Hello.", to=to, cc=cc).findings} == {"recipients"}


@pytest.mark.parametrize("status", [ContactStatus.PROPOSED, ContactStatus.SUPPRESSED])
def test_a_contact_that_is_not_active_is_not_written_to(status: ContactStatus) -> None:
    snapshot = a_snapshot(contacts=(a_contact(status=status),))
    draft = DraftText("Hello", "Hello.", ("jane.smith@customer.example",))
    assert [f.check for f in verify(draft, DECISION, snapshot, ()).findings] == ["recipients"]


@pytest.mark.parametrize(
    ("text", "only_today"),
    [
        ("INV-1041 is 20 days past due.", True),
        ("We looked again today.", True),
        ("Invoice INV-1041 fell due on 31 March 2026.", False),
    ],
)
def test_a_text_that_counts_from_today_holds_today_only(text: str, only_today: bool) -> None:
    assert verified(text).only_today is only_today


def test_each_figure_has_its_reason() -> None:
    result = verified("INV-1041 and INV-1042: 2,450.50 GBP. You wrote that you paid 333.33 GBP on 3 April 2026.")
    assert [(s.figure, s.kind, s.source) for s in result.supports if s.figure != "INV-1041"] == [
        ("2,450.50 GBP", "rule", "total_overdue(GBP)"),
        ("333.33 GBP", "statement", "the customer: as written"),
        ("3 April 2026", "statement", "the customer: as written"),
        ("INV-1042", "ledger", "invoice INV-1042"),
    ]


def test_amounts_of_the_decision_do_not_outlive_the_ledger() -> None:
    decision = a_decision(Topic(TopicKind.OPEN_ITEMS, ("INV-1041",), amount=gbp("999.00")))
    draft = DraftText("Hello", "Open: 999.00 GBP.", ("jane.smith@customer.example",))
    assert [f.check for f in verify(draft, decision, a_snapshot(), ()).findings] == ["amounts"]


def test_a_hostile_reference_supports_nothing() -> None:
    signals = (a_signal(reference="evil.example/pay 500.00 GBP"),)
    draft = DraftText("Hello", "You wrote: evil.example/pay 500.00 GBP", ("jane.smith@customer.example",))
    assert {f.check for f in verify(draft, DECISION, a_snapshot(), signals).findings} == {"amounts", "links"}


def test_a_date_that_passes_an_iban_checksum_by_chance_is_no_bank_detail() -> None:
    signals = (a_signal(day=date(2026, 4, 29)),)
    text = "Usted nos escribe que pagará a más tardar el 29 de abril de 2026 en cuanto se resuelva una cuestión."
    draft = DraftText("Hola", text, ("jane.smith@customer.example",))
    assert verify(draft, DECISION, a_snapshot(), signals).findings == ()


def test_iban_checksum_is_that_of_iso_13616() -> None:
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE88370400440532013000")


@pytest.mark.parametrize(
    "piece", ["1 ", "1.", "a.", "- ", "<", "INV-", "you wrote ", "24 April ", "DE89 ", "a@", "[.", "_", "é\u0301"]
)
def test_a_text_made_to_be_slow_is_read_quickly(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    started = time.process_time()
    verified(text)
    assert time.process_time() - started < 3.0


def test_a_text_over_the_limit_is_refused_unread() -> None:
    assert checks_of("a" * 20_001) == {"size"}
