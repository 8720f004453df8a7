"""Text that was declared wrongly, encoded wrongly, or damaged on the way, and mails without any."""

import base64

import pytest

from mail.mime_charset import decode_text, decoded_once
from mail.mime_transfer import decode_transfer
from mail.parse_mime import parse_mime
from mail.split_reply import split_reply

HEAD = b"From: Jo <jo@harbour.example>\r\nTo: ar@tidewater.example\r\nMessage-ID: <1@harbour.example>\r\n"
SENTENCES = [
    ("cp1252", "Wir haben die Rechnung über 500 € am Freitag überwiesen, schöne Grüße"),
    ("cp1252", "Nous avons réglé la facture à l’échéance, où est l’avoir ? Ça suffit"),
    ("cp1252", "Ya pagamos la factura el miércoles, mañana enviaré el justificante. ¿Está bien?"),
    ("cp1252", "Abbiamo già pagato, perché è così? Pagherò lunedì"),
    ("cp1252", "Já efetuámos o pagamento da fatura, não há dívida"),
    ("cp1252", "Vi betalar fakturan på måndag, hälsningar från Åsa"),
    ("cp1250", "Zapłacimy w piątek całość faktury, dziękujemy i pozdrawiamy serdecznie, źle"),
    ("iso8859-2", "Faktura została opłacona w piątek, pozdrawiamy"),
    ("utf-8", "Zapłacimy w piątek całość faktury"),
    ("cp1251", "Мы оплатим счёт в пятницу, спасибо"),
]


def text_of(body: bytes, headers: bytes = b"") -> str:
    return parse_mime(HEAD + headers + b"\r\n" + body).text


@pytest.mark.parametrize(("charset", "sentence"), SENTENCES)
@pytest.mark.parametrize("declared", ["", "utf-8"])
def test_sentence_comes_out_whole_where_the_set_is_missing_or_wrong(
    charset: str, sentence: str, declared: str
) -> None:
    assert decode_text(sentence.encode(charset), declared).text == sentence


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1250", "iso-8859-2", "iso-8859-15", "us-ascii", "cp850"])
def test_utf8_is_read_as_such_whatever_single_byte_set_is_declared(declared: str) -> None:
    assert decode_text("Zapłacimy w piątek".encode(), declared).text == "Zapłacimy w piątek"


def test_windows_letters_are_read_where_the_iso_set_is_declared() -> None:
    assert decode_text("źle i piątek".encode("cp1250"), "iso-8859-2").text == "źle i piątek"


def test_text_encoded_twice_is_read_once() -> None:
    twice = "Überweisung für März läuft, „schöne Grüße“".encode().decode("cp1252", "replace")
    assert (
        decoded_once("GrÃ¼ÃŸe fÃ¼r MÃ¤rz â€“ die ZahlungÂ\u00a0lÃ¤uft") == "Grüße für März – die Zahlung\u00a0läuft"
    )
    assert text_of(twice.encode(), b"Content-Type: text/plain; charset=utf-8\r\n").startswith("Überweisung für März")
    assert decoded_once("São Paulo, NÃO: à « prix » fixe") == "São Paulo, NÃO: à « prix » fixe"


def test_quoted_printable_with_spaces_behind_its_soft_ends_is_read() -> None:
    body = b"Wir zahlen am Frei= \r\ntag, 5=\t\r\n00 EUR, f=C3=BCr =3d=e2=82=ac =XY"
    headers = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    assert text_of(body, headers) == "Wir zahlen am Freitag, 500 EUR, für =€ =XY"


def test_quoted_printable_that_does_not_say_so_is_read() -> None:
    assert text_of(b"Wir zahlen =C3=BCber die Bank am Frei=\r\ntag.") == "Wir zahlen über die Bank am Freitag."


@pytest.mark.parametrize(
    "body", [b"See http://x.example/?id=20&b=3D and a=B0 x=1", b"a =20 b", b"1+1=2", b"PO=AB12=\r\nnext = line"]
)
def test_equals_signs_that_mean_themselves_stay(body: bytes) -> None:
    assert text_of(body) == body.decode().replace("\r\n", "\n")


SAID = "We will pay invoice RE-4711 on Friday. The rest follows in two weeks, when the goods are here. Danke, Grüße"
ENCODED = base64.encodebytes(SAID.encode()).replace(b"\n", b"\r\n")
BASE64 = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"


def test_a_lost_character_spoils_its_line_and_not_those_below() -> None:
    text = decode_transfer(ENCODED[:40] + ENCODED[41:], "base64")[0].decode("utf-8", "replace")
    assert text.startswith("We will pay invoice RE-4711 on")
    assert text.endswith("when the goods are here. Danke, Grüße")


def test_words_that_a_gateway_wrote_below_base64_stand_below_the_text() -> None:
    body = ENCODED + b"\r\n--\r\nThis mail is confidential and only for you.\r\n"
    assert text_of(body, BASE64).split("\n")[0] == SAID
    assert text_of(body, BASE64).endswith("--\nThis mail is confidential and only for you.")


def test_base64_that_does_not_say_so_is_read() -> None:
    assert text_of(ENCODED, b"Content-Type: text/plain; charset=utf-8\r\n") == SAID


def test_a_long_token_alone_is_no_base64() -> None:
    token = b"QWxsZXNHdXRlVW5kTm9jaFZpZWxNZWhyQnVjaHN0YWJlbkFsc1Vlcmxpbmc"
    assert text_of(b"Reference " + token) == f"Reference {token.decode()}"


def test_flowed_text_with_delsp_is_joined_without_the_space() -> None:
    body = b"> quo \r\n> ted\r\n We pay 4 \r\n711 on Fri \r\nday.\r\n\r\n-- \r\nJo\r\n"
    headers = b"Content-Type: text/plain; format=flowed; delsp=yes\r\n"
    assert text_of(body, headers) == "> quoted\nWe pay 4711 on Friday.\n\n-- \nJo"


@pytest.mark.parametrize(
    ("subject", "reply"),
    [
        (b"RE-4711 was paid on Monday", "RE-4711 was paid on Monday"),
        (b"Re: RE-4711: paid on Monday (EOM)", "RE-4711: paid on Monday"),
        (b"AW: paid on Monday - eom", "paid on Monday"),
        (b"Re: Reminder, please pay RE-4711", ""),
        (b"Re: <nt>", ""),
    ],
)
def test_subject_of_an_empty_mail_counts_where_its_writer_wrote_it(subject: bytes, reply: str) -> None:
    assert split_reply(parse_mime(HEAD + b"Subject: " + subject + b"\r\n\r\n \r\n")).reply == reply


@pytest.mark.parametrize(
    "raw", [b"", b"\r\n", HEAD, HEAD + b"\r\n", HEAD + b"Content-Type: text/html\r\n\r\n<p>&nbsp;"]
)
def test_empty_mail_is_read_as_empty_and_noted(raw: bytes) -> None:
    message = parse_mime(raw)
    assert (message.text.strip(), "the body is empty" in message.problems) == ("", True)


@pytest.mark.parametrize("cut", [b"V2Ugc=V2UgcGF5", b"V2UgcG=V2U", b"V2=V"])
def test_base64_with_padding_inside_a_cut_line_is_read_on_both_sides_of_it(cut: bytes) -> None:
    whole = base64.b64encode(b"We pay")
    decoded, problem = decode_transfer(b"\r\n".join([whole, whole, cut, whole[:7], whole]), "base64")
    assert decoded.startswith(b"We payWe payW")
    assert decoded.endswith(b"We paWe pay")
    assert problem == "broken base64"
