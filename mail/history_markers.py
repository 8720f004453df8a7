"""Where the quoted history begins: separators, header blocks and attribution lines, in the languages we meet.

Every pattern is applied to a bounded stretch of one to fourteen lines, so that time stays linear in the text.
"""

import re
from dataclasses import dataclass

from mail.attribution import attribution
from mail.header_block import header_block

_MAX_LINE = 400


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


_ORIGINAL = (
    r"original message|reply message|forwarded message|forwarded by [^-]{1,80}|original appointment|"
    r"original e?-?mail|"
    r"ursprüngliche (?:nachricht|e-?mail|mail)|originalnachricht|original-nachricht|original nachricht|"
    r"(?:weitergeleitete|originale) (?:nachricht|e-?mail)|weitergeleitet von [^-]{1,80}|"
    r"ursprünglicher termin|(?:message|e-?mail|courriel|mail) d['’]origine|message original|message initial|"
    r"message (?:transféré|transmis|réexpédié)|transféré par [^-]{1,80}|"
    r"mensaje original|mensaje reenviado|mensaje de origen|correo original|messaggio (?:originale|inoltrato)|"
    r"messaggio d['’]origine|e-?mail originale|"
    r"oorspronkelijk(?:e)? (?:bericht|e-?mail)|origineel bericht|doorgestuurd bericht|doorgezonden bericht|"
    r"mensagem (?:original|encaminhada|reencaminhada|de origem)|"
    r"(?:wiadomość|treść) oryginalna|oryginalna wiadomość|wiadomość (?:przekazana|pierwotna)|przekazana wiadomość|"
    r"pierwotna wiadomość|przesłana wiadomość|wiadomość przesłana dalej|"
    r"ursprungligt (?:meddelande|mejl|mail)|originalmeddelande|vidarebefordrat (?:meddelande|mejl|brev)|"
    r"oprindelig besked|oprindelig meddelelse|oprindelig mail|videresendt meddelelse|videresendt besked|"
    r"opprinnelig melding|videresendt melding|"
    r"alkuperäinen viesti|eredeti üzenet|původní zpráva|исходное сообщение|пересылаемое сообщение|"
    r"元のメッセージ|转发的邮件|原始邮件|原始郵件"
)
_SEPARATOR = re.compile(
    rf"\W{{0,4}}[-_=*—–]{{2,60}}\s{{0,4}}(?:{_ORIGINAL})\s{{0,3}}:?\s{{0,3}}[-_=*—–]{{0,60}}$", re.I
)
#: A few words between rules; history where a header follows, whatever the language of the words.
_ANY_SEPARATOR = re.compile(r"\W{0,4}[-_=*—–]{3,60}\s{0,4}[^\W\d_][^-_=*—–\n]{2,50}[-_=*—–]{3,60}$")
_BARE_SEPARATOR = re.compile(
    r"(?:begin(?:ning of)? forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du (?:message|courriel) (?:réexpédié|transféré)|inizio (?:del )?messaggio inoltrato|"
    r"inicio del mensaje reenviado|begin (?:van )?doorgestuurd bericht|"
    r"início da mensagem (?:reencaminhada|encaminhada)|"
    r"początek przekaz\w{1,6} wiadomości|początek przesłanej dalej wiadomości|"
    r"vidarebefordrat (?:brev|mejl|meddelande)|start på videresendt besked|"
    r"videresendt melding|original message processed by .{0,40})\s{0,3}:?$",
    re.IGNORECASE,
)
_ZOHO = re.compile(r"-{3,8}\s{0,3}\w{1,12}\s.{5,250}\s[^\W\d][\w ]{2,16}\s{0,3}:?\s{0,3}-{3,8}$")
_RULE = re.compile(r"[\s>]{0,8}[_=*—-]{2,200}\s{0,8}$")
_DO_REPLY = (
    r"repl(?:y|ies)|respon\w{1,6}|answer|antwort\w{0,3}|schreiben|répon\w{1,5}|escrib\w{1,4}|responda|rispost\w|"
    r"rispond\w{1,4}|antwoord\w{0,3}|typ|resposta|odpowied\w{1,3}|odpisz|svar\w{0,3}|skriv\w{0,2}|comment\w{0,3}"
)
_ABOVE = r"above|oberhalb|über|au-dessus|ci-dessus|encima|sopra|boven|acima|powyżej|ovanför|över"
_A_LINE = r"line|zeile|linie|ligne|línea|riga|linea|regel|lijn|linha|lini[iąę]|linj\w{0,2}|rad\w{0,2}"
_THIS = r"this|diese[rsn]?|cette|esta|questa|deze|tej|tą|denna|detta|den här"
_REPLY_ABOVE = re.compile(
    rf"(?=.{{0,120}}\b(?:{_DO_REPLY})\b).{{0,80}}\b(?:{_ABOVE})\s(?:d[eio]\s)?(?:desta|{_THIS})\s(?:{_A_LINE})\b"
    r".{0,60}$",
    re.IGNORECASE,
)
_MAX_REPLY_ABOVE_CHARS = 160
#: Without one of these no line begins a marker; most lines have none, and are passed by quickly.
_MAY_MARK = re.compile(r"[:：\d_=*—–@/-]")


def marker_at(lines: list[str], at: int) -> Marker | None:
    """The marker of history that begins at line `at`, or None."""
    line = lines[at].strip()[:_MAX_LINE]
    if not _MAY_MARK.search(line):
        return None
    if _SEPARATOR.match(line) or _BARE_SEPARATOR.match(line) or _is_zoho(line):
        return Marker(1)
    if _RULE.match(line) or _ANY_SEPARATOR.match(line):
        below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), -1)
        block = header_block(lines, below) if below > 0 else 0
        return Marker(below - at + block) if block else None
    block = header_block(lines, at)
    if block:
        return Marker(block)
    found = attribution(lines, at)
    return Marker(found[0], sure=found[1]) if found is not None else None


def is_reply_above(line: str) -> bool:
    """Whether a ticket system asks here to answer above this line."""
    return len(line) <= _MAX_REPLY_ABOVE_CHARS and _REPLY_ABOVE.match(line.strip()) is not None


def _is_zoho(line: str) -> bool:
    """`---- On Mon, 09 Mar 2026 14:22:41 +0530 Jo <jo@example.com> wrote ----`"""
    return "@" in line and any(char.isdigit() for char in line) and _ZOHO.match(line) is not None
