"""Where history begins, in the words and shapes of many mail programs, and what only looks like it."""

# ruff: noqa: E501 - header blocks are written here as they travel, a line a line.

import time

import pytest

from mail.split_reply import split_text

UNMARKED = {
    "outlook for mac": "From: Kai Moor <kai@moor.example>\nDate: Monday, 9 March 2026 at 13:00\nTo: Jo Ems <jo@ems.example>\nSubject: 4711",
    "outlook mac german": "Von: Kai Moor <kai@moor.example>\nDatum: Montag, 9. März 2026 um 13:00\nAn: Jo Ems <jo@ems.example>\nBetreff: 4711",
    "em client": '------ Original Message ------\nFrom: "Kai Moor" <kai@moor.example>\nTo: "Jo" <jo@ems.example>\nSent: 09/03/2026 13:00:12\nSubject: 4711',
    "em client german": '------ Originalnachricht ------\nVon: "Kai Moor" <kai@moor.example>\nAn: "Jo" <jo@ems.example>\nGesendet: 09.03.2026 13:00:12\nBetreff: 4711',
    "t-online": "-----Original-Nachricht-----\nBetreff: 4711\nDatum: 2026-03-09T13:00:12+0100\nVon: kai@moor.example\nAn: jo@ems.example",
    "k-9": "Am 9. März 2026 13:00:12 MEZ schrieb Kai Moor <kai@moor.example>:",
    "spark": "On 9 Mar 2026 at 13:00 +0100, Kai Moor <kai@moor.example>, wrote:",
    "hey": "On March 9, 2026, Kai Moor <kai@moor.example> wrote:",
    "evolution": "On Mon, 2026-03-09 at 13:00 +0100, Kai Moor wrote:",
    "evolution german": "Am Montag, dem 09.03.2026 um 13:00 +0100 schrieb Kai Moor:",
    "kmail": "Am Montag, 9. März 2026, 13:00:12 CET schrieb Kai Moor:",
    "roundcube english": "On 2026-03-09 13:00, Kai Moor wrote:",
    "roundcube german": "Am 2026-03-09 13:00, schrieb Kai Moor:",
    "roundcube french": "Le 2026-03-09 13:00, Kai Moor a écrit :",
    "roundcube spanish": "El 2026-03-09 13:00, Kai Moor escribió:",
    "roundcube italian": "Il 2026-03-09 13:00 Kai Moor ha scritto:",
    "roundcube dutch": "Kai Moor schreef op 2026-03-09 13:00:",
    "roundcube portuguese": "Em 2026-03-09 13:00, Kai Moor escreveu:",
    "roundcube polish": "W dniu 2026-03-09 13:00, Kai Moor napisał(a):",
    "roundcube swedish": "Den 2026-03-09 13:00, skrev Kai Moor:",
    "notes english": "Kai Moor/HH/Moorwerk@MOORWERK wrote on 03/09/2026 01:00:12 PM:",
    "notes german": "Kai Moor schrieb am 09.03.2026 13:00:12:",
    "notes without from": "Kai Moor <kai@moor.example>\n09.03.2026 13:00\n\nAn:\tJo Ems/EMS@EMS\nKopie:\t\nThema:\t4711",
    "wp.pl": "W dniu 2026-03-09 13:00:12 użytkownik Kai Moor <kai@moor.example> napisał:",
    "o2.pl": 'Temat: 4711\nData: 2026-03-09 13:00\nNadawca: "Kai Moor" <kai@moor.example>\nAdresat: jo@ems.example\nOd: kai@moor.example\nDo: jo@ems.example',
    "gmail dutch old": "Op 9 maart 2026 13:00 schreef Kai Moor <kai@moor.example> het volgende:",
    "apple dutch": "Op 9 mrt. 2026, om 13:00 heeft Kai Moor <kai@moor.example> het volgende geschreven:",
    "apple polish": "Wiadomość napisana przez Kai Moor <kai@moor.example> w dniu\n09.03.2026, o godz. 13:00:",
    "apple swedish": "9 mars 2026 kl. 13:00 skrev Kai Moor <kai@moor.example>:",
    "gmail portuguese": "Kai Moor <kai@moor.example> escreveu (segunda, 9/03/2026 à(s) 13:00):",
    "yahoo portuguese": "Em segunda-feira, 9 de março de 2026 às 13:00:12 BRT, Kai Moor <kai@moor.example> escreveu:",
    "yahoo german": "Am Montag, 9. März 2026 um 13:00:12 MEZ hat Kai Moor <kai@moor.example> Folgendes geschrieben:",
    "free.fr": 'De: "Kai Moor" <kai@moor.example>\nÀ: jo@ems.example\nEnvoyé: Lundi 9 Mars 2026 13:00:12\nObjet: 4711',
    "qq": "------------------ Original ------------------\nFrom: Kai <kai@moor.example>\nDate: Mon, Mar 9, 2026 13:00\nTo: jo <jo@ems.example>\nSubject: 4711",
    "one line": "From: Kai Moor Sent: Monday, March 9, 2026 1:00 PM To: Jo Ems Subject: RE: 4711",
    "one line german": "Von: Kai Moor Gesendet: Montag, 9. März 2026 13:00 An: Jo Ems Betreff: AW: 4711",
    "yandex": '09.03.2026, 13:00, "Kai Moor" <kai@moor.example>:',
    "unknown language": "2026. márc. 9., 13:00, Kai Moor <kai@moor.example> ezt mondta:",
    "telia": "----Ursprungligt meddelande----\nFrån : kai@moor.example\nDatum : 2026-03-09 - 13:00 ()\nTill : jo@ems.example\nÄmne : 4711",
    "bold labels": "**Od:** Kai Moor\n**Wysłano:** 9 marca 2026 13:00\n**Do:** Jo Ems\n**Temat:** 4711",
    "zoho spanish": "---- El lun, 09 mar 2026 13:00:12 +0100 Kai Moor <kai@moor.example> escribió ----",
    "forwarded by": "----- Forwarded by Jo Ems/EMS on 09.03.2026 13:00 -----",
    "weitergeleitet": "----- Weitergeleitet von Jo Ems/EMS am 09.03.2026 13:00 -----",
    "freshdesk": "Please type your reply above this line\n\nKai Moor, Mar 9, 13:00:",
    "zendesk german": "##- Bitte geben Sie Ihre Antwort über dieser Zeile ein. -##",
    "zendesk french": "##- Veuillez saisir votre réponse au-dessus de cette ligne -##",
    "zendesk spanish": "##- Escriba su respuesta por encima de esta línea -##",
    "zendesk italian": "##- Digita la risposta al di sopra di questa riga -##",
    "zendesk dutch": "##- Typ uw antwoord boven deze regel -##",
    "zendesk portuguese": "##- Digite sua resposta acima desta linha -##",
    "zendesk polish": "##- Wpisz odpowiedź powyżej tej linii -##",
    "zendesk swedish": "##- Skriv ditt svar ovanför denna rad -##",
}

MARKED_ONLY = {
    "horde": "Zitat von Kai Moor <kai@moor.example>:",
    "horde english": "Quoting Kai Moor <kai@moor.example>:",
    "old thunderbird polish": "Użytkownik Kai Moor napisał:",
    "bare": "Kai Moor schrieb:",
    "mutt": "* Kai Moor <kai@moor.example> [2026-03-09 13:00]:",
}


@pytest.mark.parametrize("history", UNMARKED.values(), ids=UNMARKED.keys())
def test_history_without_marks_is_known_by_its_head(history: str) -> None:
    parsed = split_text(f"4711 is paid on Friday.\n\n{history}\n\nPlease pay 4711.\nKai")
    assert parsed.reply == "4711 is paid on Friday."


@pytest.mark.parametrize("history", MARKED_ONLY.values(), ids=MARKED_ONLY.keys())
def test_a_bare_head_counts_where_a_quotation_follows(history: str) -> None:
    assert split_text(f"4711 is paid on Friday.\n\n{history}\n> Please pay 4711.").reply == "4711 is paid on Friday."
    words = f"{history}\nyou need not pay 4711.\n\nSo we do not."
    assert split_text(words).reply == words


@pytest.mark.parametrize(
    "words",
    [
        "On 3 March 2026 your colleague Tim wrote to us:\nno need to pay 4711.\n\nSo we wait.",
        "Am 03.03.2026 schrieb mir Ihr Herr Falk:\n„Sie müssen nichts tun.“\n\nDaran halten wir uns.",
        "Le 3 mars 2026 vous avez écrit :\nrien à payer.\n\nNous attendons donc.",
        "El 3 de marzo de 2026 Luis nos escribió:\n«no hay prisa»\n\nPor eso esperamos.",
        "Il 3 marzo 2026 mi ha scritto Paola:\nnessuna fretta.\n\nQuindi aspettiamo.",
        "Na fakturze pisze:\n30 dni\n\nWięc jest czas.",
        "From: 1 January\nTo: 31 January\nDate: see below\nRate: 12.50\n\nPlease correct this.",
        "Payment advice\nFrom: Harbour Ltd <ap@harbour.example>\nTo: Tidewater\nDate: 5 March 2026\nAmount: 1,200.00",
        "From our side all is fine. To be paid: 4711. Subject to approval: 4712.",
        "Von: 1.1.\nAn: 31.3.\ngilt der alte Vertrag.",
        "Please answer each point above the line that it is about, and respond to line 4.",
        "--- paid ---\n4711\n4712\n--- open ---\n4713 on Friday",
        "Aging as we see it: 30 days 100.00\n90 days 20.00",
        "Date: 5 March\nAmount: 1,200.00\nReference: 4711\nBank: Harbour",
        "We go by the date on the note: 2026-03-09 13:00.\nNothing else.",
        "Please contact jo@ems.example:\nshe pays 4711.",
    ],
)
def test_what_only_looks_like_a_head_of_history_stays(words: str) -> None:
    assert split_text(words).reply == words


def test_wrapped_rest_of_a_quoted_line_is_no_answer() -> None:
    parsed = split_text(
        "> We have not received your payment for the second quarter, could you please look\ninto it and tell\n> us the date?\n\nOn 1 July."
    )
    assert parsed.reply == "On 1 July."


def test_short_answer_between_quoted_lines_is_an_answer() -> None:
    assert split_text("> is 4711 paid\nyes\n> and 4712\nno\n> thanks").reply == "yes\n\nno"


@pytest.mark.parametrize(
    "line",
    [
        "From: a@b.example " * 60,
        "On " + "x " * 5000 + "wrote:",
        "a, " * 4000 + ":",
        "- " * 4000,
        "From: Sent: To: " * 600,
    ],
)
def test_hostile_lines_take_linear_time(line: str) -> None:
    started = time.process_time()
    split_text("\n".join([line] * 40))
    small = time.process_time() - started
    started = time.process_time()
    split_text("\n".join([line] * 400))
    assert time.process_time() - started < max(20 * small, 1.5)
