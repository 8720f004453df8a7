"""What counts as the customer's own words, in the languages and mail programs he writes with."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

from datetime import UTC, datetime

import pytest

from mail.message import Address, ParsedMessage
from mail.split_reply import split_reply, split_text


def a_message(*, text: str, subject: str = "Re: Invoice 4711") -> ParsedMessage:
    sender = Address("jo@harbour.example", "Jo Harbour")
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return ParsedMessage("1@harbour.example", sender, (), (), (), subject, at, (), (), text, "")


HISTORIES = {
    "english": "On Mon, 2 Mar 2026 at 09:14, Tidewater AR <ar@tidewater.example> wrote:\n> Invoice 4711 is overdue.",
    "english wrapped": "On Mon, Mar 2, 2026 at 9:14 AM Tidewater Receivables <\nar@tidewater.example> wrote:\n\n> Pay.",
    "english unquoted": "On Mar 2, 2026, at 9:14 AM, AR <ar@tidewater.example> wrote:\n\nInvoice 4711 is overdue.",
    "german": "Am Mo., 2. März 2026 um 09:14 Uhr schrieb Tidewater <ar@tidewater.example>:\n\n> Bitte zahlen.",
    "german unquoted": "Am 02.03.2026 um 09:14 schrieb Tidewater:\n\nBitte zahlen Sie die Rechnung.",
    "french": "Le lun. 2 mars 2026 à 09:14, Tidewater <ar@tidewater.example> a écrit :\n> Merci de régler.",
    "spanish": "El lun, 2 mar 2026 a las 9:14, Tidewater (<ar@tidewater.example>) escribió:\n\n> Rogamos el pago.",
    "italian": "Il giorno lun 2 mar 2026 alle ore 09:14 Tidewater <ar@tidewater.example> ha scritto:\n\n> Sollecito.",
    "dutch": "Op ma 2 mrt 2026 om 09:14 schreef Tidewater <ar@tidewater.example>:\n\n> Graag betalen.",
    "portuguese": "Em seg., 2 de mar. de 2026 às 09:14, Tidewater <ar@tidewater.example> escreveu:\n\n> Favor pagar.",
    "polish": "pon., 2 mar 2026 o 09:14 Tidewater <ar@tidewater.example> napisał(a):\n\n> Prosimy o zapłatę.",
    "swedish": "Den mån 2 mars 2026 kl 09:14 skrev Tidewater <ar@tidewater.example>:\n\n> Vänligen betala.",
    "danish": "Den man. 2. mar. 2026 kl. 09.14 skrev Tidewater <ar@tidewater.example>:\n\n> Betal venligst.",
    "japanese": "2026年3月2日(月) 9:14 Tidewater <ar@tidewater.example>:\n\n> お支払いください。",
    "outlook": "-----Original Message-----\nFrom: AR\nSent: Monday, March 2, 2026 9:14 AM\nTo: Jo\nSubject: 4711\n\nPay.",
    "outlook rule": "________________________________\nFrom: AR <ar@tidewater.example>\nSent: 2 March 2026\nTo: Jo\n\nPay.",
    "outlook german": "Von: Tidewater\nGesendet: Montag, 2. März 2026 09:14\nAn: Jo\nBetreff: 4711\n\nBitte zahlen.",
    "outlook french": "De : Tidewater\nEnvoyé : lundi 2 mars 2026 09:14\nÀ : Jo\nObjet : 4711\n\nMerci de payer.",
    "outlook spanish": "De: Tidewater\nEnviado el: lunes, 2 de marzo de 2026 9:14\nPara: Jo\nAsunto: 4711\n\nPague.",
    "outlook italian": "Da: Tidewater\nInviato: lunedì 2 marzo 2026 09:14\nA: Jo\nOggetto: 4711\n\nPagate.",
    "outlook dutch": "Van: Tidewater\nVerzonden: maandag 2 maart 2026 09:14\nAan: Jo\nOnderwerp: 4711\n\nBetalen.",
    "outlook portuguese": "De: Tidewater\nEnviada em: 2 de março de 2026 09:14\nPara: Jo\nAssunto: 4711\n\nPague.",
    "outlook polish": "Od: Tidewater\nWysłano: 2 marca 2026 09:14\nDo: Jo\nTemat: 4711\n\nProszę zapłacić.",
    "outlook swedish": "Från: Tidewater\nSkickat: den 2 mars 2026 09:14\nTill: Jo\nÄmne: 4711\n\nBetala.",
    "outlook bold": "*From:* Tidewater [mailto:ar@tidewater.example]\n*Sent:* 2 March 2026\n*To:* Jo\n*Subject:* x\n\nPay.",
    "german original": "-----Ursprüngliche Nachricht-----\nVon: Tidewater\nBetreff: 4711\n\nBitte zahlen.",
    "forwarded": "---------- Forwarded message ---------\nFrom: AR <ar@tidewater.example>\nSubject: 4711\n\nPay.",
    "apple forward": "Begin forwarded message:\n\nFrom: AR <ar@tidewater.example>\nSubject: 4711\n\nPay.",
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
def test_top_reply_stands_alone_and_the_history_is_quoted(history: str) -> None:
    parsed = split_text(f"It leaves our bank on Friday 6 March.\n\n{history}\n")
    assert parsed.reply == "It leaves our bank on Friday 6 March."
    assert parsed.quoted == history


@pytest.mark.parametrize(
    "closing",
    [
        "Best regards,\nJo Harbour\nAccounts Payable",
        "Mit freundlichen Grüßen\nJo Hafen\nBuchhaltung\nTel. +49 40 1234567",
        "Cordialement,\nJo Port\nService comptable",
        "Saludos cordiales,\nJo Puerto",
        "Cordiali saluti\nJo Porto",
        "Met vriendelijke groet,\nJo Haven\nCrediteuren",
        "Atenciosamente,\nJo Porto\nFinanceiro",
        "Pozdrawiam serdecznie\nJo Port",
        "Med vänlig hälsning\nJo Hamn",
        "-- \nJo Harbour | Harbour Ltd | +44 20 7946 0000",
        "Sent from my iPhone",
        "Von meinem iPhone gesendet",
        "Envoyé de mon iPhone",
        "Get Outlook for iOS<https://aka.ms/abc>",
        "This e-mail is confidential and intended only for the addressee. If received in error, delete it.",
        "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Empfänger bestimmt.",
    ],
)
def test_closings_footers_and_disclaimers_are_the_signature(closing: str) -> None:
    parsed = split_text(f"We paid 4711 yesterday.\n\n{closing}\n")
    assert (parsed.reply, parsed.signature) == ("We paid 4711 yesterday.", closing)


@pytest.mark.parametrize(
    "words",
    [
        "On Friday we pay 4711, and on 3 May 4712.",
        "Sent from our warehouse on Friday, so we pay when it arrives.",
        "Sent from my bank account on 3 May.",
        "From: 1 May\nTo: 31 May\nAmount: 1,200.00\n\nThat is the period we dispute.",
        "Regards the invoice, we never got it.",
        "We pay in three parts:\n-----\n1,000.00 on 3 May\n1,000.00 on 3 June\n-----\nIs that fine?",
        "Best we can do is Friday.",
        "Thanks,\nJo",
        "Attention accounts:\nwe have moved.",
        "External: our auditor must sign this first.",
        "New contact for invoices:\n\nKim Sea\nkim@harbour.example\n+44 20 7946 0001",
        "Please write to our shared service centre instead.\n\nKim Sea\nkim@harbour.example\n+44 20 7946 0001",
        "Our lawyer will treat this message as confidential and the recipient must not disclose it.",
        "The notice said wrote: we never did.",
        "2026-03-02 09:14 bank transfer sent\n2026-03-03 10:00 returned",
        ">From here on we pay by card.",
    ],
)
def test_what_only_looks_like_history_or_signature_stays_the_customers_words(words: str) -> None:
    parsed = split_text(words, sender=Address("jo@harbour.example", "Jo Harbour"))
    assert parsed.reply == words


def test_inline_answers_keep_the_questions_they_stand_under() -> None:
    parsed = split_text(
        "Answers below.\n\nOn 2 March 2026 at 09:14, AR <ar@tidewater.example> wrote:\n"
        "> When is 4711 paid?\n\nFriday.\n\n> And 4712?\n\nThat one is disputed.\n\n> Regards\n> AR\n"
    )
    assert parsed.reply == "Answers below.\n\nFriday.\n\nThat one is disputed."
    assert parsed.questions == ("When is 4711 paid?", "And 4712?")
    assert [parsed.reply[each.start :].split("\n")[0] for each in parsed.answered] == [
        "Friday.",
        "That one is disputed.",
    ]


def test_an_answer_above_all_quotations_stands_under_no_question() -> None:
    parsed = split_text("Freitag.\n\n> Wann zahlen Sie 4711?\n\nUnd 4712 ist falsch.\n\n> Gruß\n")
    assert [(each.start, each.question) for each in parsed.answered] == [(10, "Wann zahlen Sie 4711?")]


def test_bottom_reply_is_read() -> None:
    parsed = split_text(
        "On 2 March 2026, AR <ar@tidewater.example> wrote:\n> Please pay 4711.\n\nDone this morning.\n"
    )
    assert parsed.reply == "Done this morning."


def test_postscript_after_the_signature_stays() -> None:
    parsed = split_text("4711 is paid.\n\nRegards\nJo\n\nPS: 4712 follows on Friday.")
    assert parsed.reply == "4711 is paid.\n\nPS: 4712 follows on Friday."
    assert parsed.signature == "Regards\nJo"


def test_caution_banner_goes_and_words_behind_it_on_the_same_line_stay() -> None:
    banner = "CAUTION: This email originated from outside of the organization. Do not click links."
    parsed = split_text(f"{banner} We pay on Friday.\n\nJo")
    assert parsed.reply == "We pay on Friday.\n\nJo"


def test_own_contact_block_without_a_closing_goes() -> None:
    text = "We pay on Friday.\n\nJo Harbour\njo@harbour.example\n+44 20 7946 0000"
    assert split_text(text, sender=Address("jo@harbour.example", "Jo Harbour")).reply == "We pay on Friday."


def test_a_message_that_is_all_history_has_no_words_of_its_own() -> None:
    parsed = split_text(HISTORIES["outlook"])
    assert (parsed.reply, parsed.quoted) == ("", HISTORIES["outlook"])


def test_subject_alone_is_the_reply_unless_it_is_ours_sent_back() -> None:
    assert split_reply(a_message(text="", subject="4711 paid today EOM")).reply == "4711 paid today EOM"
    assert split_reply(a_message(text="", subject="Re: Invoice 4711")).reply == ""


def test_ticket_systems_own_mail_is_not_lost_below_its_reply_line() -> None:
    parsed = split_text("##- Please type your reply above this line -##\n\nYour request was closed.")
    assert parsed.reply == "Your request was closed."
