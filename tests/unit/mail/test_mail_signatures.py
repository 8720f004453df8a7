"""What is cut from the end of the customer's words, and what must never be."""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

import pytest

from mail.message import Address
from mail.split_reply import split_text

CLOSINGS = """Kind regards|Best Regards / Mit freundlichen Grüßen|Thanks and kind regards,|B.regards|Kind rgds|With best wishes|Yours faithfully
Viele liebe Grüße|Besten Dank und freundliche Grüße|Mit herzlichen Grüßen|Schöne Grüße aus Kiel|HG|Freundliche Grüsse|Herzlichst,
Bien cordialement,|Très cordialement|Cordiales salutations|Bien à toi|Crdlt|Je vous prie d'agréer, Madame, mes salutations distinguées.
Un cordial saludo,|Muchos saludos|Saludos atentos|Muy atentamente,|Gracias y saludos|Slds.|Sin otro particular, le saluda atentamente,
Cordiali saluti|Un caro saluto|Grazie e cordiali saluti|Porgo distinti saluti|In fede|Con i migliori saluti
Met vriendelijke groet,|Vriendelijke groeten|Groet,|Met dank en vriendelijke groet|Mvg|Gr.|Hartelijke groetjes
Com os melhores cumprimentos,|Cumprimentos|Atenciosamente,|Abs,|Att.|Um abraço|Obrigado e cumprimentos
Z poważaniem|Serdecznie pozdrawiam|Pozdrawiamy|Z wyrazami szacunku|Pozdr.|Dziękuję i pozdrawiam|Łączę pozdrowienia
Med vänlig hälsning|Vänliga hälsningar|Mvh|Hälsn.|Bästa hälsningar|Tack och hälsningar|Allra bästa hälsningar"""


@pytest.mark.parametrize("closing", [each for line in CLOSINGS.splitlines() for each in line.split("|")])
def test_closing_with_name_and_title_is_the_signature(closing: str) -> None:
    parsed = split_text(f"4711 is paid on Friday.\n\n{closing}\n\nKai Moor\nLedger\n\nMoor AG\n+49 40 555 01")
    assert parsed.reply == "4711 is paid on Friday."


@pytest.mark.parametrize(
    "footer",
    [
        "Sent from my iPad",
        "Sent from my phone, please excuse any typos",
        "Sent from Mail for Windows",
        "Gesendet von Mail für Windows 10",
        "Gesendet mit der Telekom Mail App",
        "Gesendet mit der GMX Mail App",
        "Von meinem iPad gesendet",
        "Envoyé à partir de Outlook pour Android",
        "Envoyé depuis mon téléphone",
        "Provenance : Courrier pour Windows",
        "Enviado desde Correo para Windows",
        "Enviado desde mi teléfono móvil",
        "Inviato da Outlook per iOS",
        "Inviato dal mio telefono",
        "Verzonden vanuit Mail voor Windows",
        "Verstuurd vanaf mijn Samsung-telefoon",
        "Enviado do meu telemóvel",
        "Enviado do Outlook para iOS",
        "Wysłane z mojego telefonu",
        "Wysłano z programu Poczta systemu Windows",
        "Pobierz Outlook dla systemu iOS<https://aka.ms/o0ukef>",
        "Skickat från Outlook för Android",
        "Skickades från E-post för Windows",
        "Hämta Outlook för iOS<https://aka.ms/o0ukef>",
        "Sent with Proton Mail secure email.",
        "Virus-free. www.avast.com",
        "Virenfrei. www.avast.com",
        "Libre de virus. www.avast.com",
        "Please consider the environment before printing this e-mail",
        "Pensez à l'environnement avant d'imprimer ce message",
    ],
)
def test_what_a_program_writes_below_goes(footer: str) -> None:
    assert split_text(f"4711 is paid on Friday.\n\n{footer}\n").reply == "4711 is paid on Friday."


@pytest.mark.parametrize(
    "block",
    [
        "Kai Moor\nAccounts Payable",
        "K. Moor\nSr. Buyer",
        "Kai Moor\nAP Team • Moorwerk",
        "Kai Moor\n040 555 01 22",
        "Frau Dr. Ines Moor\nLeiterin Finanzbuchhaltung\nMoorwerk GmbH",
        "Inès Moor\nService comptabilité\n02 40 55 50 10",
        "Inés Moro\nDpto. de Compras\ninmoro@moro.example",
        "Rag. Ines Moro\nUfficio Amministrazione",
        "Inge van der Moor\nMedewerker crediteuren",
        "Inês Moura\nContas a Pagar",
        "Inga Morska\nGłówna Księgowa\ntel. 22 555 01 01",
        "Inga Mohr\nEkonomiassistent\n031-555 01 10",
    ],
)
def test_name_with_title_or_number_goes_without_a_closing(block: str) -> None:
    parsed = split_text(f"4711 is paid on Friday.\n\n{block}\n")
    assert (parsed.reply, parsed.signature) == ("4711 is paid on Friday.", block)


@pytest.mark.parametrize(
    "signature",
    [
        "Mit freundlichen Grüßen\n\nKai Moor\n\nMoorwerk GmbH\nHafenstraße 7\n24103 Kiel\n\nTel 0431 555-120",
        "Freundliche Grüße\n\ni.V. Kai Moor\nTeamleiter\n\nMoorwerk GmbH · Hafenstraße 7 · 24103 Kiel\n\nT 0431 555 120",
        "Viele Grüße\nKai Moor\n\n--\nMoorwerk GmbH\nHafenstr. 7, 20095 Hamburg\nAmtsgericht Hamburg, HRB 12345",
        "Kind regards\n\nKai Moor\n\nMoor Ltd, 12 High Street, Leeds LS5 3QA\n\nYour partner since 1922.\n\nTel: 0113 496 0127",
        "Best regards,\n\nKai Moor\n\nMoor Inc.\n1200 Harbor Blvd, Suite 40\nSan Diego, CA 92101\n\n[cid:image001.png@01DA12]",
        "Cordialement\n\nKai Moor\n\nMoor SAS\n12 rue des Ponts\n44000 Nantes\n\n02 40 55 50 10",
        "Un saludo,\n\nKai Moor\n\nMoor, S.L.\nC/ Mayor, 5, 2º B\n28013 Madrid",
        "Cordiali saluti\n\nKai Moor\n\nMoor Srl\nVia Roma, 5 - 41012 Carpi (MO)\n\nTel. 059 555010",
        "Groeten,\n\nKai Moor\n\nMoor B.V.\nKade 12\n1441 AB Purmerend\n\n0299 555 010",
        "Att,\n\nKai Moor\nFinanceiro\n\nMoor Ltda\nRua das Flores, 120 - Sala 4\n01310-100 São Paulo/SP",
        "Z poważaniem\n\nKai Moor\n\nMoor Sp. z o.o.\nul. Długa 5/7\n60-001 Poznań\n\nNIP 000-000-00-00",
        "Med vänlig hälsning\n\nKai Moor\n\nMoor AB\nStorgatan 5\n401 20 Göteborg\n\n031-555 01 10\n\n[Logo]",
        "Kai Moor\nAP\n\nMoorwerk GmbH\nTel. 040 555 01",
        "Kai Moor | Accounts Payable | +49 40 555 01",
        "Kai Moor\nCredit Controller\n\nTel: 0113 496 0127\nkai@moor.example",
    ],
)
def test_signature_of_many_paragraphs_goes_as_a_whole(signature: str) -> None:
    assert split_text(f"4711 is paid on Friday.\n\n{signature}").reply == "4711 is paid on Friday."


@pytest.mark.parametrize(
    "words",
    [
        "We pay on Friday.\n\nKai",
        "We pay on Friday.\n\n-Kai Moor",
        "We pay on Friday.\n\nThanks,\nKai Moor",
        "Please write to my colleague from now on.\n\nKai Moor\nAccounts Payable\nkai@moor.example",
        "Bitte wenden Sie sich künftig an:\n\nKai Moor\nBuchhaltung\n040 555 01 22",
        "Two things are open\n\nMissing Invoice\nWaiting for Purchasing",
        "These are not paid\n\nLeft Panel\n4711 for Purchasing",
        "Sent from our bank yesterday by phone order.",
        "Sent the confirmation from Outlook just now, did you get it?",
        "Merci de m'imprimer un double.",
        "Die Umweltplakette fehlt auf der Rechnung.",
        "Wir zahlen.\n\nGruß zurück an Ihre Frau!",
        "Best case is Friday.",
        "Cheers for the reminder, it is paid.",
        "Att: the invoice is wrong.",
        "Gr. 38 was ordered, Gr. 42 came.",
        "Hi\n\nplease note that confidential terms apply to the recipient named in our contract.",
        "We pay when the notice of liability is withdrawn.\n\nThis is our last word.",
        "Warning: link 4 of the chain is outside tolerance.",
        "Tak.\n\nZapłacimy w piątek.",
        "We keep these:\n\n--\n4711 1,200.00\n4712 900.00",
        "See the table\n\n| 4711 | paid |\n| 4712 | open |",
        "A: 4711 is paid\nB: 4712 is not",
        "New address from May\n\nMoor Street 5\n20095 Hamburg",
    ],
)
def test_words_of_the_customer_stay(words: str) -> None:
    assert split_text(words).reply == words


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        ("PS: 4712 follows.", "PS: 4712 follows."),
        ("P.-S. 4712 suivra.", "P.-S. 4712 suivra."),
        ("PD: la 4712 va aparte", "PD: la 4712 va aparte"),
        ("N.B. 4712 is on hold", "N.B. 4712 is on hold"),
        ("also 4712 is going out on friday", "also 4712 is going out on friday"),
        ("Could you resend 4712?", "Could you resend 4712?"),
        ("Will pay 4712 Friday", "Will pay 4712 Friday"),
        ("Ab Freitag ist wieder jemand da", "Ab Freitag ist wieder jemand da"),
        ("paid 09/03/2026", "paid 09/03/2026"),
        ("I forgot: 4712 was credited in May.", "I forgot: 4712 was credited in May."),
    ],
)
def test_an_afterthought_below_the_signature_stays(below: str, kept: str) -> None:
    parsed = split_text(f"4711 is paid.\n\nKind regards\nKai Moor\n\n{below}")
    assert parsed.reply == f"4711 is paid.\n\n{kept}"


def test_thanks_stay_and_the_contacts_under_them_go() -> None:
    parsed = split_text("4711 is paid.\n\nMany thanks,\nKai Moor\nLedger Clerk\n+44 20 7946 0000")
    assert parsed.reply == "4711 is paid.\n\nMany thanks,"


def test_block_of_somebody_else_than_the_sender_stays() -> None:
    text = "Please use this from May.\n\nKim Sea\nAccounts Payable\nkim@harbour.example"
    assert split_text(text, sender=Address("jo@harbour.example", "Jo Harbour")).reply == text
    assert split_text(text, sender=Address("kim@harbour.example", "Kim Sea")).reply == "Please use this from May."


@pytest.mark.parametrize(
    "banner",
    [
        "LET OP: deze e-mail komt van buiten de organisatie. Klik niet op links en open geen bijlagen.",
        "UWAGA: wiadomość pochodzi spoza organizacji. Nie otwieraj załączników od nieznanych nadawców.",
        "VARNING: mejlet kommer från en extern avsändare. Öppna inte länkar eller bilagor.",
        "ATENÇÃO: e-mail enviado de fora da organização. Não abra anexos de remetente desconhecido.",
        "ATENCIÓN: correo de fuera de la organización. No abra adjuntos ni enlaces.",
        "ATTENZIONE: messaggio da mittente esterno. Non aprire allegati.",
        "ATTENTION : message d'un expéditeur externe. Ne cliquez sur aucun lien.",
        "WARNUNG: Diese Nachricht stammt von einem externen Absender. Keine Anhänge öffnen.",
        "You don't often get email from kai@moor.example. Learn why this is important",
    ],
)
def test_caution_of_a_mail_server_goes(banner: str) -> None:
    assert split_text(f"{banner}\n\n4711 is paid on Friday.").reply == "4711 is paid on Friday."


@pytest.mark.parametrize(
    "notice",
    [
        "The contents of this e-mail are confidential and intended for the named recipient only. If received in error please delete it.",
        "Sollten Sie diese Nachricht irrtümlich erhalten haben, bitten wir, den Absender zu informieren und sie zu löschen. Vertraulich.",
        "Cette communication est confidentielle et réservée à son destinataire. Si vous l'avez reçue par erreur, supprimez-la.",
        "La información contenida en este correo es confidencial. Si no es el destinatario, elimínelo.",
        "Le informazioni contenute in questa e-mail sono riservate al destinatario. Se ricevuta per errore, eliminarla.",
        "De informatie in deze e-mail is vertrouwelijk en alleen bestemd voor de geadresseerde.",
        "O conteúdo desta mensagem é confidencial e destinado apenas ao destinatário.",
        "Treść niniejszej wiadomości jest poufna i przeznaczona dla adresata.",
        "Innehållet i detta mejl är konfidentiellt och avsett för mottagaren.",
        "Nur für den Empfänger bestimmt und streng vertraulich. Bei irrtümlichem Erhalt bitte den Absender verständigen und die E-Mail löschen. Jede Haftung für Schäden durch Viren wird ausgeschlossen.",
    ],
)
def test_confidentiality_notice_goes(notice: str) -> None:
    assert split_text(f"4711 is paid on Friday.\n\n{notice}").reply == "4711 is paid on Friday."


ANNOUNCED = {
    "english": "Hi, please see my comments below in green.",
    "german": "Hallo, siehe unten.",
    "french": "Bonjour, mes réponses dans le texte.",
    "spanish": "Hola, respondo abajo.",
    "italian": "Salve, rispondo di seguito.",
    "dutch": "Hoi, mijn reactie staat hieronder.",
    "portuguese": "Olá, respondo abaixo.",
    "polish": "Dzień dobry, odpowiadam poniżej.",
    "swedish": "Hej, svar nedan.",
}


@pytest.mark.parametrize("top", ANNOUNCED.values(), ids=ANNOUNCED.keys())
def test_answers_announced_below_are_found_under_the_questions(top: str) -> None:
    parsed = split_text(
        f"{top}\n\nFrom: Kai <kai@moor.example>\nSent: Monday, 9 March 2026 13:00\nTo: Jo\nSubject: 4711\n\nHi Jo,\n\n"
        "When is 4711 paid?\n\non Friday\n\nAnd 4712?\nthat one is disputed\n\nThanks\nKai\n"
    )
    assert parsed.reply == f"{top}\n\non Friday\n\nthat one is disputed"
    assert parsed.questions == ("When is 4711 paid?", "And 4712?")


def test_unmarked_history_is_left_alone_where_no_answers_are_announced() -> None:
    parsed = split_text(
        "Friday.\n\nFrom: Kai <kai@moor.example>\nSent: Monday, 9 March 2026 13:00\nTo: Jo\nSubject: 4711\n\n"
        "When is 4711 paid?\n\nPlease pay soon.\n"
    )
    assert (parsed.reply, parsed.questions) == ("Friday.", ())
