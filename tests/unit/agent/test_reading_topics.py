"""Which invoices a statement is about when it stands in a row, under a question, or alone."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from reading_samples import a_reply, an_invoice

from agent.reading.local.clauses import ReadText
from agent.reading.local.reader import LocalReader
from agent.reading.local.scorer import ClauseSays
from agent.signals import ReplyToRead, ThreadMessage
from core.money import Money
from ledger.model.signal import DisputeReason, DocumentKind, Intent
from mail.message import AnsweredQuestion

THREE = (
    an_invoice("H-201", amount="310.00", issued=date(2026, 1, 10)),
    an_invoice("H-215", amount="99.00", issued=date(2026, 1, 17)),
    an_invoice("H-230", amount="2300.00", issued=date(2026, 1, 24)),
)
WORDS = {
    "paid": Intent.PAYMENT_SENT, "bezahlt": Intent.PAYMENT_SENT, "will pay": Intent.PROMISE_TO_PAY,
    "zahlen": Intent.PROMISE_TO_PAY, "wrong": Intent.DISPUTE, "falsch": Intent.DISPUTE, "twice": Intent.DISPUTE,
    "doppelt": Intent.DISPUTE, "court": Intent.LEGAL_NOTICE, "Gericht": Intent.LEGAL_NOTICE,
    "send": Intent.DOCUMENT_REQUEST, "IBAN": Intent.BANK_DETAILS_QUERY,
}  # fmt: skip


class ByWords:
    """A scorer that says of each clause what one word in it says, so that a test is about the fields alone."""

    def score(self, read: ReadText, today: date) -> tuple[ClauseSays, ...]:
        return tuple(
            ClauseSays(
                {
                    intent: 0.9
                    for word, intent in WORDS.items()
                    if re.search(rf"\b{word}\b", clause.text, re.IGNORECASE)
                },
                DisputeReason.DUPLICATE
                if "twice" in clause.text or "doppelt" in clause.text
                else DisputeReason.PRICE,
                (DocumentKind.TAX_FORM,) if "W-9" in clause.text else (DocumentKind.INVOICE_COPY,),
            )
            for clause in read.clauses
        )


READER = LocalReader(ByWords())


def about(text: str, listed: str = "H-201, H-215, H-230") -> ReplyToRead:
    return a_reply(text, invoices=THREE, about=listed)


def stated(reply: ReplyToRead) -> dict[str, tuple[str, ...]]:
    return {each.intent.value: each.invoices for each in READER.read_now(reply).signals}


@pytest.mark.parametrize(
    "text",
    [
        "H-201 - the price. You have it wrong\nH-215 - paid on Monday. Sent by our bank.",
        "- H-201: hier der Preis. Das ist falsch\n- H-215: am Montag bezahlt. Über die Hausbank.",
    ],
)
def test_a_row_holds_the_sentences_after_it(text: str) -> None:
    assert stated(about(text)) == {"dispute": ("H-201",), "payment_sent": ("H-215",)}


@pytest.mark.parametrize(
    "text",
    [
        "H-201 | wrong price\n\nWe will pay on Friday.",
        "H-201 | Preis falsch\n\nWir zahlen am Freitag.",
    ],
)
def test_a_row_ends_with_its_paragraph(text: str) -> None:
    assert stated(about(text))["promise_to_pay"] == ("H-201", "H-215", "H-230")


@pytest.mark.parametrize(
    "text", ["H-201 | paid on 3 March\nH-215 | ditto, same call", "H-201 | bezahlt am 3.3.\nH-215 | dito"]
)
def test_ditto_says_the_same_of_the_next_row(text: str) -> None:
    [signal] = READER.read_now(about(text)).signals
    assert (signal.invoices, signal.day) == (("H-201", "H-215"), date(2026, 3, 3))


@pytest.mark.parametrize(
    ("answers", "questions"),
    [
        (("will pay Friday", "this is wrong"), ("When is H-201 due to go?", "H-230, you said it was short?")),
        (("Freitag zahlen wir", "das ist falsch"), ("Wann kommt H-201?", "Was ist mit der letzten Rechnung?")),
    ],
)
def test_an_inline_answer_is_about_the_invoice_of_its_question(
    answers: tuple[str, str], questions: tuple[str, str]
) -> None:
    text = "\n\n".join(answers)
    answered = (AnsweredQuestion(0, questions[0]), AnsweredQuestion(len(answers[0]) + 2, questions[1]))
    assert stated(replace(about(text), answered=answered)) == {"promise_to_pay": ("H-201",), "dispute": ("H-230",)}


def test_an_answer_to_a_question_that_names_none_is_about_the_conversation() -> None:
    reply = replace(about("will pay Friday"), answered=(AnsweredQuestion(0, "When can we expect payment?"),))
    assert stated(reply) == {"promise_to_pay": ("H-201", "H-215", "H-230")}


@pytest.mark.parametrize(
    "text",
    [
        "1. paid on Monday\n2. wrong price\n3. will pay Friday",
        "1) am Montag bezahlt\n2) Preis falsch\n3) zahlen Freitag",
    ],
)
def test_numbered_answers_follow_our_numbered_lines(text: str) -> None:
    ours = ThreadMessage(
        True, datetime(2026, 3, 10, tzinfo=UTC), "ar@seller.example", "Open", "1. H-230\n2. H-215\n3. H-201"
    )
    expected = {"payment_sent": ("H-230",), "dispute": ("H-215",), "promise_to_pay": ("H-201",)}
    assert stated(replace(about(text, "account"), thread=(ours,))) == expected


def test_numbered_answers_follow_the_list_where_we_numbered_nothing() -> None:
    reply = about("1. paid on Monday\n2. wrong price\n3. will pay Friday")
    assert stated(reply) == {"payment_sent": ("H-201",), "dispute": ("H-215",), "promise_to_pay": ("H-230",)}


def test_numbered_points_of_another_count_are_about_the_whole() -> None:
    assert stated(about("1. paid on Monday\n2. wrong price"))["payment_sent"] == ("H-201", "H-215", "H-230")


@pytest.mark.parametrize(
    "text",
    [
        "All paid now, see below.\n\nH-215 was paid on Monday.",
        "Alles bezahlt, siehe unten.\n\nH-215 am Montag bezahlt.",
    ],
)
def test_what_names_an_invoice_says_which_one_the_rest_is_about(text: str) -> None:
    reply = a_reply(text.replace("All ", "").replace("Alles ", ""), invoices=THREE, about="H-201, H-215")
    assert stated(reply) == {"payment_sent": ("H-215",)}


def test_two_days_are_two_statements_and_the_first_is_about_the_others() -> None:
    found = READER.read_now(about("We will pay on Friday.\n\nH-215 we will pay on Monday.")).signals
    assert [each.invoices for each in found] == [("H-201", "H-230"), ("H-215",)]


@pytest.mark.parametrize(
    "text", ["We go to court.\n\nAnd all this over H-215.", "Wir gehen vor Gericht.\n\nUnd das wegen H-215."]
)
def test_a_legal_notice_has_the_invoices_that_the_mail_names(text: str) -> None:
    assert stated(about(text)) == {"legal_notice": ("H-215",)}


def test_a_legal_notice_that_names_none_has_none() -> None:
    assert stated(about("We go to court.")) == {"legal_notice": ()}


def test_a_question_for_bank_details_has_the_invoices_that_the_mail_names() -> None:
    reply = about("Your IBAN bounced. Once we have it H-201 and H-215 go out.")
    assert stated(reply)["bank_details_query"] == ("H-201", "H-215")


def test_a_paper_about_the_seller_is_about_no_invoice_of_several() -> None:
    assert stated(about("Please send your W-9."))["document_request"] == ()
    assert stated(about("Please send copies."))["document_request"] == ("H-201", "H-215", "H-230")


@pytest.mark.parametrize(
    "text",
    ["H-215 is H-201 all over, billed twice", "H-215 wie H-201, doppelt berechnet", "the two are one, billed twice"],
)
def test_of_two_that_are_the_same_the_later_is_contested(text: str) -> None:
    reply = a_reply(text, invoices=THREE[:2], about="H-201, H-215")
    assert stated(reply) == {"dispute": ("H-215",)}


def amount_of(text: str) -> Money | None:
    [signal] = READER.read_now(a_reply(text, invoices=THREE[2:], about="H-230")).signals
    return signal.amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("You will pay for this wrong price: we do not accept the €85.", "85.00"),
        ("Agreed €73 a case, you wrote €81, €437 too dear, wrong.", "437.00"),
        ("Falsch: angeboten 73,00 €, berechnet 81,00 €, das sind 437,00 € zu viel.", "437.00"),
        ("H-230 is wrong. The difference is €318.", "318.00"),
    ],
)
def test_the_contested_part_is_not_the_price(text: str, amount: str) -> None:
    found = READER.read_now(a_reply(text, invoices=THREE[2:], about="H-230")).signals
    assert [each.amount for each in found if each.intent is Intent.DISPUTE] == [Money.of(amount, "EUR")]


@pytest.mark.parametrize(
    "text",
    [
        "Wrong, invoiced at €7.60 a roll",
        "Your estimate reads €1,440, this is wrong",
        "Falsch, berechnet 7,60 € je Rolle",
    ],
)
def test_a_price_is_no_contested_amount(text: str) -> None:
    assert amount_of(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("We will pay 900 of it on Friday", "900.00"),
        ("You'll get your 2300 on Monday, will pay then", "2300.00"),
        ("Wir zahlen 900 am Freitag", "900.00"),
        ("Wir zahlen 2 Tausend am Freitag", "2000.00"),
    ],
)
def test_a_bare_figure_beside_paying_is_its_amount(text: str, amount: str) -> None:
    assert amount_of(text) == Money.of(amount, "EUR")


@pytest.mark.parametrize(
    "text",
    [
        "We will pay 40 boxes on Friday",
        "We will pay on Friday, week 2026",
        "We will pay 9000 on Friday",
        "Wir zahlen 40 Kisten am Freitag",
        "H-230, the 2300 one, we will pay on Friday",
    ],
)
def test_other_figures_are_no_amounts(text: str) -> None:
    assert amount_of(text) is None


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("H-230 paid on Monday. Look for it under KEMBLE 7781.", "KEMBLE 7781"),
        ("H-230 am Montag bezahlt. Verwendungszweck RE 4711.", "RE 4711"),
    ],
)
def test_the_reference_may_stand_in_the_sentence_after(text: str, reference: str) -> None:
    [signal] = READER.read_now(a_reply(text, invoices=THREE[2:], about="H-230")).signals
    assert signal.reference == reference


def test_the_reference_of_another_invoice_is_not_taken() -> None:
    found = READER.read_now(about("H-201 paid on Monday\nH-215 will pay Friday, ref 5512")).signals
    assert [each.reference for each in found] == [None, None]


def test_the_day_that_tells_the_invoice_is_no_day_of_payment() -> None:
    [signal] = READER.read_now(about("The visit of the 17th we will pay on 20 March.")).signals
    assert (signal.invoices, signal.day) == (("H-215",), date(2026, 3, 20))
