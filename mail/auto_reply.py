"""Whether a machine wrote a message: bounces, absence notices, acknowledgements.

A person's words must never be thrown away as automatic, so a machine has to show itself: by its headers, by a subject
that programs write, or by saying so. What a person says about being away is a person's message.
"""

import re

from mail import auto_words, bounce
from mail.message import ParsedMessage

_READ_CHARS = 3000
#: Where programs say that they are programs: further down it may be a footer under a person's words.
_OPENING_CHARS = 600
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
#: From here on it is our own mail, given back.
_GIVEN_BACK = re.compile(
    r"^(?:-{2,}[^-\n]{3,60}-{2,}|_{8,}|(?:from|von|de|da|van|od|från)[ \u00a0]?:[ \t].{3,200}|-- ?)$",
    re.IGNORECASE | re.M,
)
_LINK = re.compile(r"(?:https?://|www\.)\S{1,300}|[^\s@<>]{1,64}@[^\s@<>]{1,120}")
_ANSWERING = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply", "x-vacation", "x-autoreply-from")
#: Senders that take no answer; people write from them too, so their words decide.
_NO_ANSWER = re.compile(
    r"(?:no|do[._-]?not|ne[._-]?pas|non?)[._-]?(?:reply|respond(?:er)?|antwort(?:en)?|repondre|rispondere)|"
    r"noreply|donotreply|naoresponda|nao[._-]responda"
)
_REPLY_PREFIX = re.compile(
    r"\s{0,3}(?:re|aw|antw|sv|vs|odp|r|rv|res|ref|fw|fwd|wg|tr|i|enc|vl|vb)\s{0,2}(?:\[\d{1,3}\])?\s{0,2}:", re.I
)
_AUTO_COLON = re.compile(r"\s{0,3}auto ?:", re.IGNORECASE)
_CALENDAR_ANSWER = "Answer to an invitation"


def automatic_kind(message: ParsedMessage) -> str | None:
    """`bounce`, `out_of_office` or `auto_reply`; None where a person wrote, or a machine that states something of
    its own (a remittance advice, a portal's digest, a mailing list)."""
    if bounce.is_bounce(message):
        return "bounce"
    if bounce.is_other_report(message) or _only_answers_invitation(message):
        return "auto_reply"
    text = _own_words(message)
    if _answers_by_itself(message):
        return _absence(message, text) or "auto_reply"
    states = auto_words.STATEMENT.search(text) is not None or auto_words.REMITTANCE.search(
        f"{message.subject}\n{text}"
    )
    if states:
        return None
    if auto_words.AUTOMATIC_SUBJECT.match(message.subject):
        return _absence(message, text) or "auto_reply"
    if auto_words.NOTICE_SUBJECT.match(message.subject) and auto_words.ABSENCE.search(text) and "?" not in text:
        return "out_of_office"
    if _is_generated(message):
        return _absence(message, text) or "auto_reply"
    return _kind_by_words(message, text)


def failed_addresses(message: ParsedMessage) -> tuple[str, ...]:
    """The addresses that a bounce names as not reached, in lower case; empty for every other message."""
    return bounce.failed_addresses(message)


def delayed_addresses(message: ParsedMessage) -> tuple[str, ...]:
    """Those of `failed_addresses` that are still being tried: the notice is a warning, not a failure."""
    return bounce.delayed_addresses(message)


def _own_words(message: ParsedMessage) -> str:
    """The beginning of the text without quotations, our mail given back, signature, links and addresses."""
    text = _QUOTED_LINE.sub("", message.text[:_READ_CHARS])
    given_back = _GIVEN_BACK.search(text)
    if given_back is not None and given_back.start() > 0 and text[: given_back.start()].strip():
        text = text[: given_back.start()]
    return _LINK.sub(" ", text).replace("’", "'")


def _answers_by_itself(message: ParsedMessage) -> bool:
    """Whether headers prove that a program answers each mail that comes, whatever it says."""
    headers = message.headers
    submitted = headers.get("auto-submitted", "").lower()
    if submitted.startswith("auto-replied"):
        return True
    if any(name in headers for name in _ANSWERING):
        return headers.get("x-autoreply", "yes").lower() not in {"no", "false"}
    precedence = (headers.get("precedence", "").lower(), headers.get("x-precedence", "").lower())
    if "auto_reply" in precedence or "auto-reply" in precedence:
        return True
    # A subject and a header that programs set, together: each alone is found on people's mail too.
    return bool(submitted not in {"", "no"} or "x-auto-response-suppress" in headers) and bool(
        auto_words.AUTOMATIC_SUBJECT.match(message.subject)
    )


def _absence(message: ParsedMessage, text: str) -> str | None:
    away = auto_words.ABSENCE_SUBJECT.search(message.subject) or auto_words.ABSENCE.search(text)
    vacation = "vacation" in message.headers.get("auto-submitted", "").lower() or "x-vacation" in message.headers
    return "out_of_office" if away or vacation else None


def _only_answers_invitation(message: ParsedMessage) -> bool:
    """Whether somebody pressed a button of his calendar and wrote nothing."""
    answers = [part.text for part in message.attachments if part.text.startswith(_CALENDAR_ANSWER)]
    if not answers or any(re.search(r"^comment", answer, re.IGNORECASE | re.MULTILINE) for answer in answers):
        return False
    return not message.text.strip() or message.text.strip() in {answer.strip() for answer in answers}


def _is_generated(message: ParsedMessage) -> bool:
    """Whether a header says that a program made the mail: an answer to ours, or something of its own."""
    headers = message.headers
    return headers.get("auto-submitted", "no").lower() not in {"no", ""} or "x-autogenerated" in headers


def _kind_by_words(message: ParsedMessage, text: str) -> str | None:
    """Headers that people's mail carries too, or none at all: the wording has to prove the machine."""
    opening = text[:_OPENING_CHARS]
    if auto_words.SAYS_AUTOMATIC.search(opening):
        return _absence(message, text) or "auto_reply"
    if not _is_marked(message):
        return None
    if _AUTO_COLON.match(message.subject) or not _REPLY_PREFIX.match(message.subject):
        if auto_words.NOT_TO_ANSWER.search(text):
            return _absence(message, text) or "auto_reply"
        acknowledges = bool(auto_words.ACKNOWLEDGEMENT.search(opening)) and _takes_no_answer(message)
        return _absence(message, text) or ("auto_reply" if acknowledges else None)
    # Under "Re:" a person is likelier than a program, and who asks something is one.
    return _absence(message, text) if _is_bulk(message) and "?" not in text else None


def _is_marked(message: ParsedMessage) -> bool:
    """Whether headers hint at a program: bulk mail, no return path, answers suppressed, a sender without a reader."""
    if _is_bulk(message) or "x-auto-response-suppress" in message.headers:
        return True
    return _takes_no_answer(message) or _AUTO_COLON.match(message.subject) is not None


def _is_bulk(message: ParsedMessage) -> bool:
    headers = message.headers
    if headers.get("precedence", "").lower() in {"bulk", "junk"} and "list-id" not in headers:
        return True
    return headers.get("return-path", "x").strip() in {"<>", ""}


def _takes_no_answer(message: ParsedMessage) -> bool:
    local = message.sender.email.partition("@")[0] if message.sender else ""
    return _NO_ANSWER.match(local) is not None
