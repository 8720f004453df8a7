"""Machines are told from people, and never the other way round."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

import time

import pytest

from mail.auto_reply import automatic_kind, delayed_addresses, failed_addresses
from mail.parse_mime import parse_mime


def a_mail(*, sender: str = "Jo <jo@harbour.example>", subject: str, text: str, headers: str = "") -> bytes:
    head = f"From: {sender}\r\nTo: ar@tidewater.example\r\nSubject: {subject}\r\n{headers}Content-Type: text/plain; charset=utf-8\r\n"
    return (head + "\r\n" + text).encode()


ABSENCES = [
    ("Automatic reply: Invoice 4711", "I am out of the office until 9 March."),
    ("Automatische Antwort: Rechnung", "Ich bin bis 9. März nicht im Büro."),
    ("Réponse automatique : Facture", "Je suis absente du bureau jusqu'au 9 mars."),
    ("Respuesta automática: Factura", "Estoy de vacaciones hasta el 9 de marzo."),
    ("Risposta automatica: Fattura", "Sono in ferie fino al 9 marzo."),
    ("Automatisch antwoord: Factuur", "Ik ben afwezig tot 9 maart."),
    ("Resposta automática: Fatura", "Estou de férias até 9 de março."),
    ("Automatyczna odpowiedź: Faktura", "Jestem na urlopie do 9 marca."),
    ("Autosvar: Faktura", "Jag är på semester till den 9 mars."),
]


@pytest.mark.parametrize(("subject", "text"), ABSENCES)
def test_absence_notices_are_told_in_each_language(subject: str, text: str) -> None:
    assert automatic_kind(parse_mime(a_mail(subject=subject, text=text))) == "out_of_office"


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\r\n",
        "X-Autoreply: yes\r\n",
        "Precedence: auto_reply\r\n",
        "X-Autorespond: 1\r\n",
    ],
)
def test_headers_alone_prove_an_automatic_answer(headers: str) -> None:
    message = parse_mime(a_mail(subject="Hello", text="We read your mail soon.", headers=headers))
    assert automatic_kind(message) == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("[Ticket 881] Your request", "Your ticket number is 881. We have received your e-mail."),
        ("Coupa: invoice received", "Invoice 4711 has been received and is in our workflow. Do not reply."),
        ("Eingangsbestätigung", "Ihre E-Mail ist bei uns eingegangen und wird bearbeitet."),
    ],
)
def test_acknowledgements_of_machines_are_automatic(subject: str, text: str) -> None:
    message = parse_mime(a_mail(subject=subject, text=text, headers="Auto-Submitted: auto-generated\r\n"))
    assert automatic_kind(message) == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Re: Out of stock", "The goods are out of stock, so we do not pay."),
        ("Re: Invoice 4711", "Sorry, I was out of office last week. 4711 is paid on Friday."),
        ("Re: Invoice 4711", "I am out of the office until Monday, but my colleague pays 4711 today."),
        ("Re: Automatic reply: Invoice 4711", "You are answering our robot. Please call me."),
        ("AW: Rechnung 4711", "Ich war im Urlaub, wir zahlen am Freitag."),
        ("Fwd: Undeliverable: Invoice 4711", "Your mail could not be delivered to kim@harbour.example, she left."),
        ("Re: Returned mail", "The cheque was returned, the bank could not deliver it."),
        ("Delivery failed again", "The pallets could not be delivered to the following address: Harbour Street 5."),
        ("Delivery problem with order 88", "Two boxes were not delivered. We hold 4711 until they are."),
        ("Re: ticket", "Thank you for your email. We have received the invoice and pay on Friday."),
        ("Payment", "Thank you for contacting Accounts Payable. The invoice was received 3 May and awaits approval."),
        ("Failure of the pump", "The pump failed, we will not pay."),
        ("Vacation homes invoice 12", "We pay for the vacation homes tomorrow."),
    ],
)
def test_people_are_never_called_automatic(subject: str, text: str) -> None:
    message = parse_mime(a_mail(subject=subject, text=text, headers="Date: Mon, 2 Mar 2026 09:14:00 +0000\r\n"))
    assert (automatic_kind(message), failed_addresses(message)) == (None, ())


def test_machine_that_says_it_paid_is_read_as_a_statement() -> None:
    message = parse_mime(
        a_mail(
            subject="Remittance advice 88",
            text="Payment of 100.00 for 4711. Do not reply.",
            headers="Auto-Submitted: auto-generated\r\n",
        )
    )
    assert automatic_kind(message) is None


def a_report(*, action: str) -> bytes:
    return (
        "From: Mail Delivery <MAILER-DAEMON@mx.harbour.example>\r\nSubject: Delivery report\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSee the report.\r\n--b\r\n"
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        "Original-Recipient: rfc822;Kim@Harbour.example\r\nFinal-Recipient: rfc822;box9@inner.example\r\n"
        f"Action: {action}\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    ).encode()


def test_delivery_report_names_the_address_we_had_written_to() -> None:
    message = parse_mime(a_report(action="failed"))
    assert (automatic_kind(message), failed_addresses(message)) == ("bounce", ("kim@harbour.example",))


def test_report_of_success_is_no_bounce() -> None:
    message = parse_mime(a_report(action="delivered"))
    assert failed_addresses(message) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Hi. This is the qmail-send program at mx.\nI'm afraid I wasn't able to deliver your message.\n\n<kim@harbour.example>:\nNo such user.\n\n--- Below this line is a copy of the message.\n\nTo: other@harbour.example\n",
        "This message was created automatically by mail delivery software.\n\nThe following address(es) failed:\n\n  kim@harbour.example\n    550 unknown user\n",
        "<kim@harbour.example>: host mx said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n\nThe message could not be delivered.",
        "Ihre E-Mail konnte nicht zugestellt werden.\n\n  kim@harbour.example\n    550 unbekannt\n",
        "Your message to kim@harbour.example couldn't be delivered.\n\nIt wasn't found at harbour.example.",
    ],
)
def test_text_bounces_name_the_address(text: str) -> None:
    message = parse_mime(
        a_mail(sender="mailer-daemon@mx.example", subject="Undelivered Mail Returned to Sender", text=text)
    )
    assert (automatic_kind(message), failed_addresses(message)) == ("bounce", ("kim@harbour.example",))


def test_failed_recipients_header_counts() -> None:
    message = parse_mime(
        a_mail(subject="Mail delivery failed", text="x", headers="X-Failed-Recipients: kim@harbour.example\r\n")
    )
    assert failed_addresses(message) == ("kim@harbour.example",)


def a_delayed_report(*actions: tuple[str, str]) -> bytes:
    blocks = "".join(
        f"\r\nFinal-Recipient: rfc822; {email}\r\nAction: {action}\r\nStatus: 4.4.1\r\n" for email, action in actions
    )
    return (
        "From: Mail Delivery <MAILER-DAEMON@mx.harbour.example>\r\nSubject: Delivery report\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSee the report.\r\n--b\r\n"
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n{blocks}\r\n--b--\r\n"
    ).encode()


def test_a_report_tells_the_delayed_address_from_the_failed_one() -> None:
    message = parse_mime(a_delayed_report(("kim@harbour.example", "failed"), ("lee@harbour.example", "delayed")))
    assert failed_addresses(message) == ("kim@harbour.example", "lee@harbour.example")
    assert delayed_addresses(message) == ("lee@harbour.example",)


@pytest.mark.parametrize(
    ("text", "delayed"),
    [
        ("Your message to kim@harbour.example has not yet been delivered. We will continue to try for 3 days.", True),
        ("Ihre Nachricht an kim@harbour.example wurde noch nicht zugestellt, weitere Zustellversuche folgen.", True),
        ("Votre message à kim@harbour.example n'a pas encore été remis.", True),
        ("Il messaggio a kim@harbour.example non è stato ancora recapitato.", True),
        ("Your message to kim@harbour.example was delayed for 5 days and could not be delivered. Giving up.", False),
        (
            "Your message to kim@harbour.example could not be delivered.\n\n--- original message follows\n\nThe goods will be retried.",
            False,
        ),
    ],
)
def test_a_warning_is_told_from_a_failure_by_its_words(text: str, delayed: bool) -> None:
    message = parse_mime(a_mail(sender="MAILER-DAEMON@mx.example", subject="Mail delivery", text=text))
    assert failed_addresses(message) == ("kim@harbour.example",)
    assert bool(delayed_addresses(message)) is delayed


def test_a_report_of_success_alone_is_an_answer_of_a_machine() -> None:
    message = parse_mime(a_report(action="delivered"))
    assert automatic_kind(message) == "auto_reply"


def test_a_return_address_that_carries_the_recipient_names_him() -> None:
    raw = a_mail(
        sender="postmaster@harbour.example", subject="Undeliverable", text="Your message could not be delivered."
    )
    verp = raw.replace(b"To: ar@tidewater.example", b"To: bounce+kim=harbour.example@tidewater.example")
    assert failed_addresses(parse_mime(verp)) == ("kim@harbour.example",)
    srs = raw.replace(b"To: ar@tidewater.example", b"To: SRS0=ab=cd=tidewater.example=ar@fwd.example")
    assert failed_addresses(parse_mime(srs)) == ()


@pytest.mark.parametrize("kind", ["displayed", "deleted"])
def test_read_receipts_are_automatic(kind: str) -> None:
    raw = (
        "From: Kim <kim@harbour.example>\r\nSubject: Read: Invoice\r\n"
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n\r\n--b\r\n\r\n"
        "Your message was read.\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        f"Final-Recipient: rfc822; kim@harbour.example\r\nDisposition: manual-action/MDN-sent-manually; {kind}\r\n\r\n--b--\r\n"
    ).encode()
    message = parse_mime(raw)
    assert (automatic_kind(message), failed_addresses(message)) == ("auto_reply", ())


def an_answered_invitation(words: str, comment: str = "") -> bytes:
    return (
        "From: Kim <kim@harbour.example>\r\nSubject: Accepted: Call\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        f"--b\r\nContent-Type: text/plain\r\n\r\n{words}\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260304T100000Z\r\nSUMMARY:Call\r\n"
        f"{comment}ATTENDEE;PARTSTAT=ACCEPTED:mailto:kim@harbour.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n\r\n--b--\r\n"
    ).encode()


def test_a_pressed_button_is_automatic_and_a_word_beside_it_is_a_persons() -> None:
    assert automatic_kind(parse_mime(an_answered_invitation(""))) == "auto_reply"
    assert automatic_kind(parse_mime(an_answered_invitation("Gladly, and 4711 is paid."))) is None


@pytest.mark.parametrize(
    ("headers", "subject", "text"),
    [
        (
            "Precedence: bulk\r\n",
            "Re: 4711",
            "Thank you for your email. We have received it, but the price is 4 too high.",
        ),
        ("X-Auto-Response-Suppress: All\r\n", "RE: 4711", "Thanks for your email. Could you look again, please?"),
        ("Return-Path: <>\r\n", "Re: 4711", "I am on holiday from tomorrow, so I am paying it now."),
        ("X-Auto-Response-Suppress: OOF\r\n", "Re: 4711", "I am back on Monday. Which order is it?"),
        ("", "Out of office last week", "Back in the office today; I will release 4711 tomorrow."),
        ("", "Automatic reply", "Your automatic reply says you are away. The invoice is overcharged."),
        (
            "",
            "Undeliverable mail to you",
            "My mail to billing@tidewater.example came back with 550 5.1.1 user unknown.",
        ),
        ("", "Re: 4711", "This is an automatic payment on the 5th. Thank you for your message."),
        ("", "Re: 4711", "Send the W-9.\r\n\r\n-- \r\nThis is an automatically generated footer. Do not reply."),
    ],
)
def test_a_header_that_people_carry_too_makes_nobody_a_machine(headers: str, subject: str, text: str) -> None:
    assert automatic_kind(parse_mime(a_mail(subject=subject, text=text, headers=headers))) is None


@pytest.mark.parametrize(
    "unit", ["auto reply ", "recipient a\n", "not delivered to a@b.c ", "user:\n x\n", "- ", "-----\n", "from: "]
)
def test_hostile_lengths_are_read_in_time_that_grows_with_them(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    message = parse_mime(a_mail(sender="mailer-daemon@mx.example", subject=text[:2000], text=text))
    started = time.process_time()
    automatic_kind(message)
    delayed_addresses(message)
    assert time.process_time() - started < 2
