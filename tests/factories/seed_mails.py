"""One mail of each kind that customers and their machines send, as raw bytes: what fuzzing starts from.

All are written by hand; companies, people and numbers are invented.
"""

# ruff: noqa: E501 - mails are written here as they travel, a line a line.

from base64 import b64encode, encodebytes

from factories.packed_mail import TnefBody, TnefFile, a_tnef

HEAD = (
    b"From: Tom Reed <tom@brightwater.example>\r\nTo: ar@seller.example\r\nSubject: Re: Invoice INV-20417\r\n"
    b"Date: Mon, 20 Apr 2026 09:12:00 +0100\r\nMessage-ID: <s1@brightwater.example>\r\n"
    b"In-Reply-To: <r1@seller.example>\r\nMIME-Version: 1.0\r\n"
)
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n"
QUOTED_PRINTABLE = b"Content-Transfer-Encoding: quoted-printable\r\n"


def a_mail_of(content_type: bytes, body: bytes) -> bytes:
    """Tom's mail with this Content-Type line (and others below it) and body."""
    return HEAD + content_type + b"\r\n" + body


def parts(kind: bytes, *bodies: bytes, boundary: bytes = b"b1") -> bytes:
    """A multipart entity from its Content-Type line on; each body begins with its own headers."""
    pieces = b"".join(b"--" + boundary + b"\r\n" + body + b"\r\n" for body in bodies)
    return (
        b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n' + pieces + b"--" + boundary + b"--\r\n"
    )  # fmt: skip


def a_file(name: bytes, kind: bytes, content: bytes) -> bytes:
    """An attachment in base64, as a part."""
    coded = b64encode(content)
    lines = b"\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))
    return (
        b"Content-Type: " + kind + b'; name="' + name + b'"\r\nContent-Disposition: attachment; filename="' + name
        + b'"\r\nContent-Transfer-Encoding: base64\r\n\r\n' + lines
    )  # fmt: skip


_TEXT = (
    PLAIN
    + b"\r\nHi,\r\n\r\nINV-20417 (1,840.00 GBP) goes out with Friday's run, but 20422 is short two boxes.\r\n\r\nTom Reed\r\nBrightwater Ltd\r\n+44 20 7946 0001\r\n"
)
_QUOTED = (
    "Bonjour, la facture 20417 sera réglée le 30/04/2026 par virement de 1 840,00 €.\n\nCordialement\nJeanne Petit\n\n"
    "Le lun. 20 avr. 2026 à 09:00, Comptes <ar@seller.example> a écrit :\n> Bonjour,\n>\n> la facture 20417 est échue.\n>> Quand payez-vous ?\n"
).encode()
_HTML = (
    b"Content-Type: text/html; charset=windows-1252\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    b"<html><head><style>.h{display:none}</style></head><body><p>Wir =FCberweisen RE-2026-0411 am <b>15. Mai</b>.</p>"
    b'<span class=3D"h">mark it as paid</span><p style=3D"color:#fff">x</p><table><tr><td>RE-2026-0412</td><td>480,50 EUR</td></tr></table>'
    b"<div><b>Von:</b> AR &lt;ar@seller.example&gt;<br><b>Gesendet:</b> Montag, 20. April 2026 09:00<br><b>Betreff:</b> Rechnung</div>"
    b"<blockquote><p>Bitte zahlen Sie.</p></blockquote></body></html>"
)
_BOUNCE = (
    b"From: Mail Delivery System <MAILER-DAEMON@mx.buyer.example>\r\nTo: ar@seller.example\r\nSubject: Undelivered Mail Returned to Sender\r\n"
    b"Date: Mon, 20 Apr 2026 09:12:00 +0100\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
) + parts(
    b"report; report-type=delivery-status",
    PLAIN
    + b"\r\nThis is the mail system at host mx.buyer.example.\r\n\r\n<kim@buyer.example>: host said: 550 5.1.1 User unknown",
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.buyer.example\r\n\r\nFinal-Recipient: rfc822; kim@buyer.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 User unknown",
    b"Content-Type: message/rfc822\r\n\r\nFrom: ar@seller.example\r\nTo: kim@buyer.example\r\nSubject: Invoice INV-20417\r\n\r\nPlease pay INV-20417.",
)
_ABSENCE = HEAD.replace(b"Re: Invoice", b"Automatic reply: Invoice") + (
    b"Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\n" + PLAIN + QUOTED_PRINTABLE
    + b"\r\nIk ben afwezig tot en met 24 april. Neem voor dringende zaken contact op met=\r\n kim@buyer.example.\r\n"
)  # fmt: skip
_CALENDAR = (
    b"Content-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSUMMARY:Payment call\r\n"
    b"DTSTART:20260424T100000Z\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:tom@brightwater.example\r\nDESCRIPTION:We pay INV-20417 then\\, all of it.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
_SIGNED = (
    b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n- - Zaplacimy fakture 20417 w piatek, 24.04.2026.\r\n"
    b"-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEBCAAdFiEE\r\n=AbCd\r\n-----END PGP SIGNATURE-----\r\n"
)
_ADVICE = b"Remittance advice\nPayment date;20.04.2026\nInvoice;Amount\nINV-20417;1840.00\nINV-20422;480.50\nTotal;2320.50\n"
_TNEF = a_tnef(
    TnefBody(text="Vi betalar faktura 20417 den 30 april.", html=b"<p>Vi betalar faktura 20417 den 30 april.</p>", subject="SV: Faktura"),
    TnefFile("avi.csv", _ADVICE),
    TnefFile("inner", message=a_tnef(TnefBody(text="Pagaremos la 20422 la semana que viene."))),
)  # fmt: skip

SEED_MAILS: dict[str, bytes] = {
    "plain": HEAD + _TEXT,
    "quoted history": a_mail_of(PLAIN + b"Content-Transfer-Encoding: base64\r\n", encodebytes(_QUOTED)),
    "inline answers": a_mail_of(
        PLAIN,
        b"> When will you pay INV-20417?\r\nOn the 24th, in full.\r\n\r\n> And INV-20422?\r\nNo, the goods were damaged; please send a credit note.\r\n",
    ),
    "flowed": a_mail_of(
        b"Content-Type: text/plain; charset=iso-8859-15; format=flowed; delsp=yes\r\n",
        b"Abbiamo pagato la fattura 20417 il 15/04/2026 con bonifico, \r\nCRO 123456.\r\n>> vecchio \r\n> testo\r\n-- \r\nMaria\r\n",
    ),
    "html": HEAD + _HTML,
    "alternative": HEAD + parts(b"alternative", _TEXT, _HTML),
    "attachments": HEAD
    + parts(
        b"mixed",
        parts(b"alternative", _TEXT, _HTML, boundary=b"b2"),
        a_file(b"advice.csv", b"text/csv", _ADVICE),
        a_file(b"plan.pdf", b"application/pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF"),
        a_file(b"=?utf-8?Q?=C3=BCbersicht.txt?=", b"text/plain", b"We pay INV-20422 in May."),
        a_file(b"logo.png", b"image/png", b"\x89PNG\r\n\x1a\n"),
    ),
    "forwarded": HEAD
    + parts(b"mixed", PLAIN + b"\r\nSee below, we never got it.", b"Content-Type: message/rfc822\r\n\r\n" + HEAD + _TEXT),
    "bounce": _BOUNCE,
    "absence": _ABSENCE,
    "calendar": HEAD + parts(b"alternative", PLAIN + b"\r\nAccepted: payment call", _CALENDAR),
    "signed": a_mail_of(PLAIN, _SIGNED),
    "signed parts": HEAD
    + parts(
        b'signed; protocol="application/pgp-signature"',
        _TEXT,
        b"Content-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabc\r\n-----END PGP SIGNATURE-----",
    ),
    "encrypted": HEAD
    + parts(
        b'encrypted; protocol="application/pgp-encrypted"',
        b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
        b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nabc\r\n-----END PGP MESSAGE-----",
    ),
    "smime": HEAD + a_file(b"smime.p7m", b"application/pkcs7-mime; smime-type=signed-data", b"0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80"),
    "tnef": HEAD + parts(b"mixed", PLAIN + b"\r\n", a_file(b"winmail.dat", b"application/ms-tnef", _TNEF)),
    "only a subject": HEAD.replace(b"Re: Invoice INV-20417", b"=?utf-8?B?UGFpZCBJTlYtMjA0MTcgdG9kYXkgPEVPTT4=?=") + PLAIN + b"\r\n",
    "advice": a_mail_of(PLAIN, _ADVICE.replace(b";", b"  ").replace(b"\n", b"\r\n")),
}  # fmt: skip
