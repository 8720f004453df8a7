"""Header blocks that mail programs put over the history: From, Sent, To and Subject in the languages we meet.

Every pattern is applied to a bounded stretch of one to fourteen lines, so that time stays linear in the text.
"""

import re
from functools import lru_cache

from mail.date_shapes import has_clock, has_day, has_email

_MAX_LINE = 400
_MAX_ONE_LINE_BLOCK = 1000
_MAX_BLOCK_LINES = 14
#: Long lists of recipients wrap onto lines of their own.
_MAX_STRANGERS = 2

_LABELS = {
    "from": (
        "from von de da van od från fra lähettäjä feladó от 差出人 发件人 寄件者 "
        "afzender absender remitente mittente "
        "expéditeur remetente nadawca avsändare"
    ),
    "sent": (
        "sent gesendet envoyé envoyé_le date_d'envoi enviado enviado_el enviada enviado_em enviada_em fecha_de_envío "
        "inviato inviato_il data_invio verzonden verzonden_op wysłano wysłane wysłany data_wysłania skickat sendt "
        "lähetetty elküldve отправлено 送信日時 发送时间 sent_on sent_at"
    ),
    "date": "date datum fecha data dato dátum дата päiväys 日付 日期 message_du date_et_heure",
    "to": (
        "to an à a para aan do till til per vastaanottaja címzett кому 宛先 收件人 "
        "cc kopia kopia_till kopie kopie_an "
        "copie copie_à copia copia_para cci cco ccn bcc dw udw do_wiadomości blindkopie kopi "
        "recipient empfänger "
        "destinataire destinatario ontvanger destinatário odbiorca mottagare"
    ),
    "subject": (
        "subject betreff objet asunto oggetto onderwerp assunto temat ämne emne aihe tárgy тема 件名 主题 "
        "ärende rubrik thema sujet re betr"
    ),
    "other": (
        "reply-to antwort_an répondre_à responder_a rispondi_a antwoord_aan odpowiedz_do svara_till importance "
        "wichtigkeit importancia priorität priority "
        "attachments anlagen anhänge pièces_jointes adjuntos allegati "
        "bijlagen anexos załączniki bilagor reply_to sensitivity organisation organization newsgroups message-id"
    ),
}
_KIND = {name.replace("_", " "): kind for kind, names in _LABELS.items() for name in names.split()}
_LABEL = re.compile(r"[\s>*_]{0,10}([^\W\d_][^:：\n*\d]{0,18}?)\s{0,3}\*{0,2}\s{0,2}[:：]\*{0,2}\s{0,40}(.{0,300})")
_LABELS_IN_A_LINE = re.compile(
    rf"(?<!\w)({'|'.join(sorted(map(re.escape, _KIND), key=len, reverse=True))})\s?\*{{0,2}}[:：]", re.IGNORECASE
)


def header_block(lines: list[str], at: int) -> int:
    """Length in lines of a block of From/Sent/To/Subject that begins at `at`; 0 where none does.

    A remittance note has `From:`, `To:` and `Date:` too. What makes a mail header of it is a subject, a sending
    time, or an address behind From together with a time of day.
    """
    if _is_one_line_block(lines[at]):
        return 1
    first = _kind(lines[at])
    if first is None:
        return _nameless_block(lines, at)
    kinds, length, proof = _kinds_below(lines, at)
    if "from" not in kinds or not proof:
        return 0
    if first[0] in {"from", "date", "sent"}:
        return length if len(kinds) >= 3 else 0
    # Lotus Notes and some forwards begin with another label; then the time must be among them.
    return length if len(kinds) >= 3 and kinds & {"date", "sent"} else 0


def _kinds_below(lines: list[str], at: int) -> tuple[set[str], int, bool]:
    """Kinds of label from line `at` on, the length of their block, and whether they are surely of a mail."""
    kinds: set[str] = set()
    last, strangers = at, 0
    address = clock = False
    for n in range(at, min(at + _MAX_BLOCK_LINES, len(lines))):
        text = lines[n].strip()
        found = _kind(text) if text else None
        if found is None:
            strangers += 1 if text else 0
            if strangers > _MAX_STRANGERS:
                break
            continue
        kind, value = found
        if kind in kinds and kind == "from":
            break
        last = n
        kinds |= {kind} - {"other"}
        address = address or (kind == "from" and "@" in value)
        clock = clock or (kind == "date" and has_clock(value))
    proof = bool(kinds & {"sent", "subject"}) or (address and clock)
    return kinds, last - at + 1, proof


# Each line is looked at from the fourteen lines above it.
@lru_cache(maxsize=64)
def _kind(line: str) -> tuple[str, str] | None:
    match = _LABEL.match(line[:_MAX_LINE])
    if match is None:
        return None
    kind = _KIND.get(match[1].strip().lower().replace("’", "'"))
    return (kind, match[2]) if kind else None


def _is_one_line_block(line: str) -> bool:
    """All labels of a header on one line, as they come out of flattened HTML."""
    line = line.strip(" \t>*_")[:_MAX_ONE_LINE_BLOCK]
    found = _LABELS_IN_A_LINE.match(line)
    if found is None or _KIND[found[1].lower()] != "from":
        return False
    kinds = {_KIND[match[1].lower()] for match in _LABELS_IN_A_LINE.finditer(line)}
    return len(kinds - {"other"}) >= 3 and "subject" in kinds and has_day(line)


def _nameless_block(lines: list[str], at: int) -> int:
    """Lotus Notes: the sender on one line, the time on the next, then `To` and `Subject`."""
    text = lines[at].strip()
    if not has_email(text) and "/" not in text and not text.istitle():
        return 0
    below = [n for n in range(at + 1, min(at + 10, len(lines))) if lines[n].strip()]
    if len(below) < 3 or len(lines[below[0]].strip()) > 40:
        return 0
    time = lines[below[0]].strip()
    if not (has_day(time) and has_clock(time)):
        return 0
    kinds = {found[0]: n for n in below[1:6] if (found := _kind(lines[n])) is not None}
    if not {"to", "subject"} <= kinds.keys():
        return 0
    return max(kinds.values()) - at + 1
