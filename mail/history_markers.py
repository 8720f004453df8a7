"""Where the quoted history begins: attribution lines, separators and header blocks, in the languages we meet.

Every pattern is applied to a bounded stretch of one to four lines, so that time stays linear in the text.
"""

import re
from dataclasses import dataclass

_MAX_LINE = 400
_MAX_ATTRIBUTION_LINES = 4


@dataclass(frozen=True, slots=True)
class Marker:
    """History begins here. `lines` long; `sure` is False where only a `>` below it proves it."""

    lines: int
    sure: bool = True


def is_quoted(line: str) -> bool:
    """Whether the line carries a quotation mark; `>From ` is a mailbox's way to write a line that begins "
    "with From."""
    stripped = line.lstrip(" \t")
    return stripped.startswith(">") and not line.startswith(">From ")


def unquoted(line: str) -> str:
    """The line without its quotation marks."""
    return line.lstrip(" \t>").rstrip()


_SUFFIX_VERBS = (
    r"wrote|writes|schrieb|geschrieben|a écrit|écrit|escribió|ha scritto|scrisse|schreef|geschreven|escreveu|"
    r"napisał\(a\)|napisała|napisał|pisze|skrev|skreiv|kirjoitti|írta|написала?|написал\(а\)|пишет|yazdı|napsala?|"
    r"napsal\(a\)|a scris|さんは書きました|のメール|写道|寫道"
)
_INFIX_VERBS = (
    r"schrieb|schrieben|schreef|skrev|kirjoitti|escreveu|escribió|ha scritto|napisał\(a\)|napisała?|a écrit"
)
_ENDS_WITH_VERB = re.compile(rf"(?:{_SUFFIX_VERBS})\s{{0,3}}[:：]?[\s*_-]{{0,12}}$", re.IGNORECASE)
_ENDS_WITH_VERB_AND_COLON = re.compile(rf"(?:{_SUFFIX_VERBS})\s{{0,3}}[:：][\s*_-]{{0,12}}$", re.IGNORECASE)
_VERB_THEN_NAME = re.compile(rf"\s(?:{_INFIX_VERBS})\s[^\n]{{1,250}}[:：]$", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+%'-]{1,64}@[\w-]{1,60}\.[\w.-]{1,60}")
_CLOCK = re.compile(r"\b\d{1,2}[:.h]\d{2}\b")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\d{4}年")
_DATE_NEAR_START = re.compile(r"\W{0,8}(?:[^\W\d]{1,15}[\s.,:]{1,4}){0,5}\W{0,2}\d")

_ORIGINAL = (
    r"original message|reply message|forwarded message|forwarded by [^-]{1,80}|original appointment|"
    r"ursprüngliche nachricht|originalnachricht|original-nachricht|weitergeleitete nachricht|"
    r"ursprünglicher termin|message d['’]origine|message original|message initial|message transféré|"
    r"mensaje original|mensaje reenviado|mensaje de origen|messaggio originale|messaggio inoltrato|"
    r"oorspronkelijk bericht|origineel bericht|doorgestuurd bericht|mensagem original|mensagem encaminhada|"
    r"wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|przekazana wiadomość|"
    r"ursprungligt meddelande|originalmeddelande|vidarebefordrat meddelande|oprindelig besked|"
    r"oprindelig meddelelse|videresendt meddelelse|videresendt besked|opprinnelig melding|videresendt melding|"
    r"alkuperäinen viesti|eredeti üzenet|исходное сообщение|пересылаемое сообщение|元のメッセージ|转发的邮件|原始邮件"
)
_SEPARATOR = re.compile(
    rf"\W{{0,4}}[-_=*—–]{{2,60}}\s{{0,4}}(?:{_ORIGINAL})\s{{0,3}}:?\s{{0,3}}[-_=*—–]{{0,60}}$", re.I
)
_BARE_SEPARATOR = re.compile(
    r"(?:begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)|inizio (?:del )?messaggio inoltrato|inicio del mensaje reenviado|"
    r"begin doorgestuurd bericht|início da mensagem (?:reencaminhada|encaminhada)|"
    r"początek przekazywanej wiadomości|vidarebefordrat brev|start på videresendt besked|"
    r"videresendt melding|original message processed by .{0,40})\s{0,3}:?$",
    re.IGNORECASE,
)
_ZOHO = re.compile(r"-{3,8}\s{0,3}on\s.{5,250}\swrote\s{0,3}-{3,8}$", re.IGNORECASE)
_RULE = re.compile(r"[\s>]{0,8}[_=*—-]{2,200}\s{0,8}$")
_REPLY_ABOVE = re.compile(
    r"\W{0,10}(?:please )?(?:type|write|enter|add) your (?:reply|response) above this line|"
    r"\W{0,10}reply above this line|\W{0,10}bitte (?:schreiben|antworten) sie (?:ihre antwort )?(?:über|oberhalb)|"
    r"\W{0,10}(?:veuillez )?répond\w{1,5} au-dessus de cette ligne|\W{0,10}typ (?:uw|"
    r"je) antwoord boven deze (?:lijn|regel)",
    re.IGNORECASE,
)

_LABELS = {
    "from": "from von de da van od från fra lähettäjä feladó от 差出人 发件人 寄件者".split(),
    "sent": "sent gesendet envoyé|envoyé_le|date_d'envoi "
    "enviado|enviado_el|enviada|enviado_em|enviada_em|fecha_de_envío "
    "inviato|data_invio verzonden wysłano|data_wysłania skickat sendt lähetetty отправлено 送信日時 发送时间".split(),
    "date": "date datum fecha data dato dátum дата päiväys 日付 日期 message_du".split(),
    "to": "to an à a para aan do till til vastaanottaja címzett кому 宛先 收件人 cc kopia kopie "
    "copie|copie_à".split(),
    "subject": "subject betreff objet asunto oggetto onderwerp assunto temat ämne emne aihe tárgy тема 件名 "
    "主题".split(),
}
_KIND = {
    name.replace("_", " "): kind for kind, words in _LABELS.items() for word in words for name in word.split("|")
}
_LABEL = re.compile(r"[\s>*_]{0,10}([^\W\d_][^:：\n*\d]{0,18}?)\s{0,3}\*{0,2}\s{0,2}[:：]\*{0,2}\s{0,40}(.{0,300})")


#: Without one of these no line begins a marker; most lines have none, and are passed by quickly.
_MAY_MARK = re.compile(r"[:：\d_=*—–-]")


def marker_at(lines: list[str], at: int) -> Marker | None:
    """The marker of history that begins at line `at`, or None."""
    line = lines[at].strip()[:_MAX_LINE]
    if not _MAY_MARK.search(line):
        return None
    if _SEPARATOR.match(line) or _BARE_SEPARATOR.match(line) or _ZOHO.match(line):
        return Marker(1)
    if _RULE.match(line):
        below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), -1)
        block = _header_block(lines, below) if below > 0 else 0
        return Marker(below - at + block) if block else None
    block = _header_block(lines, at)
    return Marker(block) if block else _attribution(lines, at)


def is_reply_above(line: str) -> bool:
    """Whether a ticket system asks here to answer above this line."""
    return len(line) < _MAX_LINE and _REPLY_ABOVE.match(line) is not None


def _header_block(lines: list[str], at: int) -> int:
    """Length in lines of a block of From/Sent/To/Subject that begins at `at`; 0 where none does.

    A remittance note has `From:`, `To:` and `Date:` too. What makes a mail header of it is a subject, a sending
    time, or an address behind From.
    """
    first = _kind(lines[at])
    if first is None or first[0] not in {"from", "date", "sent"}:
        return 0
    kinds: set[str] = set()
    proof, last, strangers = False, at, 0
    for n in range(at, min(at + 14, len(lines))):
        text = lines[n].strip()
        found = _kind(text) if text else None
        if found is None:
            strangers += 1 if text else 0
            if strangers > 2:
                break
            continue
        kind, value = found
        if kind in kinds and kind == "from":
            break
        kinds.add(kind)
        last = n
        proof = proof or kind == "sent" or kind == "subject" or (kind == "from" and "@" in value)
    return last - at + 1 if "from" in kinds and len(kinds) >= 3 and proof else 0


def _kind(line: str) -> tuple[str, str] | None:
    match = _LABEL.match(line[:_MAX_LINE])
    if match is None:
        return None
    kind = _KIND.get(match[1].strip().lower().replace("’", "'"))
    return (kind, match[2]) if kind else None


def _attribution(lines: list[str], at: int) -> Marker | None:
    """`On ... wrote:` and its sisters, over one to four lines."""
    joined = ""
    for count in range(1, _MAX_ATTRIBUTION_LINES + 1):
        if at + count > len(lines) or not lines[at + count - 1].strip():
            return None
        # A wrapped `<name@example.com` may leave its bracket at the start of the next line.
        if is_quoted(lines[at + count - 1]) and joined.count("<") <= joined.count(">"):
            return None
        joined = f"{joined} {lines[at + count - 1].strip()}".strip()
        if len(joined) > _MAX_LINE:
            return None
        found = _attribution_in(joined)
        if found is not None:
            return Marker(count, sure=found)
        if count == 1 and not _DATE_NEAR_START.match(joined):
            return None
    return None


def _attribution_in(joined: str) -> bool | None:
    """Whether `joined` is an attribution: True for sure, False where a quotation must follow, None for no."""
    has_verb = bool(_ENDS_WITH_VERB_AND_COLON.search(joined) or _VERB_THEN_NAME.search(joined))
    has_email = _EMAIL.search(joined) is not None
    ends_open = joined.endswith((":", "："))
    if not _DATE_NEAR_START.match(joined):
        # `Greta wrote:` proves nothing by itself.
        return False if has_verb and len(joined) < 120 else None
    has_clock = _CLOCK.search(joined) is not None
    if not has_verb and has_email and has_clock and _ENDS_WITH_VERB.search(joined):
        return True
    if has_verb:
        return has_email or has_clock or _YEAR.search(joined) is not None
    if ends_open and has_email and (has_clock or _YEAR.search(joined)):
        return True
    return None
