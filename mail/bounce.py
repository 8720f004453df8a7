"""Messages that say that a message did not arrive, and which addresses they name."""

import re

from mail.bounce_words import BOUNCE_OPENING, BOUNCE_SUBJECT, DELAY, GIVEN_UP, PERSON_TELLS
from mail.message import Attachment, ParsedMessage
from mail.mime_headers import valid_email

_MAX_TEXT = 20_000
_MAX_ADDRESSES = 50
_DAEMONS = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|postmaster|mdaemon|mail[._-]?delivery|mail\.delivery\.\w{1,10}|ndr|"
    r"bounces?|daemon|"
    r"mail-?system|delivery|exchange|microsoftexchange\w{0,40}|mailadm\w{0,6}|smtp|mailerdaemon|"
    r"listserv)(?:[+.\-_].{0,80})?$"
)
#: What people do not write when they complain that goods or mails did not arrive.
_MAIL_SYSTEM = re.compile(
    r"\b[45]\.\d{1,3}\.\d{1,3}\b|\b[45]\d\d[ -](?:[45]\.|\D{0,20}(?:user|recipient|mailbox|address|unknown|relay))|"
    r"created automatically by mail|mail delivery (?:software|system|subsystem)|mail system|\bsmtp\b|\bmta\b|"
    r"(?:permanent|fatal|transient) (?:fatal |non-fatal )?errors?|this is an automatically generated delivery|"
    r"non-?delivery report|to the following (?:e-?mail )?(?:recipient|user)|message from .{0,40}(?:mail|virus)",
    re.IGNORECASE,
)
_REPLY_SUBJECT = re.compile(
    r"\s{0,3}(?:re|aw|wg|fwd?|tr|rv|r|i|sv|vs|odp|pd|antw|enc|res|vb|vl)\s{0,2}:", re.IGNORECASE
)
_STATUS_TYPES = frozenset({"message/delivery-status", "message/global-delivery-status"})
_EMAIL = re.compile(
    r"[^\s<>\"'(),:;\\@\[\]*=!|]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[A-Za-z][\w-]{1,20}(?!\.?[\w-])"
)
#: Behind this stands the returned message, whose addresses are ours.
_RETURNED = re.compile(
    r"^[ \t>*=+-]{0,80}(?:(?:this|below|here|following|enclosed|attached)\b.{0,40}\bcopy\b|copy of (?:the|your)|"
    r"below (?:this|the next) line|(?:the )?(?:text of |body of |header(?:s)? of |start of )?(?:the )?"
    r"(?:original|returned|unsent|undelivered|rejected|bounced) (?:mail|message|e-?mail|"
    r"headers?)\b(?!.{0,60}(?:was|has|could))|"
    r"message (?:headers?|text|body|contents?) (?:follow|below|is)|your (?:original )?message (?:follows|reads|was:)|"
    r"received: from|return-path: |mime-version: |message-id: |ursprüngliche nachricht|message d['’]origine|"
    r"mensaje original|"
    r"messaggio originale|oorspronkelijk bericht|mensagem original|oryginalna wiadomość)",
    re.IGNORECASE | re.MULTILINE,
)
#: A notice that repeats the head of our message names its recipients there, failed or not.
_HEAD_LINE = re.compile(r"^[ \t]{0,12}(?:to|cc|from|subject|sent|date)[ \t]{0,3}:.*$", re.IGNORECASE | re.MULTILINE)
_LINE_OF_ADDRESS = re.compile(
    rf"^[ \t>*•·-]{{0,12}}<?(?P<email>{_EMAIL.pattern})>?[ \t]{{0,4}}(?:[:;,.(]|$|[ \t]{{2}})", re.M
)
_NAMED = re.compile(
    r"(?:rcpt to|recipient(?:s|\(s\))?|to|address(?:ee)?|user|mailbox|account|for|of|an|à|destinataire|"
    r"empfänger|destinatario|"
    r"attempts|addressed|smtp|unknown|deliver(?:ed)?|expanded from|reach|failed)[ ,:=<(\"'*\n]{1,8}"
    rf"(?P<email>{_EMAIL.pattern})",
    re.IGNORECASE,
)
_STATUS_FIELD = re.compile(
    r"^(original-recipient|final-recipient|action|status|x-actual-recipient)[ \t]{0,4}:(.{0,400})$", re.I | re.M
)
#: `bounce+kim=harbour.example@ours`: whom the mail went to, in the address that its bounces come back to.
_VERP = re.compile(
    r"[+-](?P<local>[a-z0-9][a-z0-9._+-]{0,63})=(?P<domain>[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,6})@", re.IGNORECASE
)
#: A recipient without a domain on a line of its own, under a line that announces recipients.
_BARE_NAME = re.compile(
    r"(?:recipient|address|user)[^\n:]{0,120}(?:\n[^\n:]{1,120})?:[ \t]*\n"
    r"\s{1,8}(?P<local>[a-z0-9][a-z0-9._-]{1,63})[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_RETURNED_TO = re.compile(rf"^to:[^\n@]{{0,120}}?(?P<email>{_EMAIL.pattern})", re.IGNORECASE | re.MULTILINE)


def is_bounce(message: ParsedMessage) -> bool:
    """Whether a mail system wrote the message to say that one of ours did not arrive, or not yet.

    A person who passes a bounce on, or complains of one, writes under his own name and is not taken for one.
    """
    headers = message.headers
    if "x-failed-recipients" in headers or "x-ms-exchange-message-is-ndr" in headers:
        return True
    machine = _from_machine(message)
    if machine and any(_reports_failure(part) for part in message.attachments):
        return True
    if machine and _reports_success(message):
        return False
    opening = BOUNCE_OPENING.search(message.text[:1500]) is not None
    subject = BOUNCE_SUBJECT.match(message.subject) is not None
    if _REPLY_SUBJECT.match(message.subject) and not machine:
        return False
    if _from_daemon(message):
        return opening or subject or _is_mailer_daemon(message)
    if message.sender is None and machine:
        return opening
    if not (opening and subject):
        return False
    told_by_system = _MAIL_SYSTEM.search(message.text[:1500]) is not None
    return machine or (told_by_system and PERSON_TELLS.search(message.text[:1500]) is None)


def is_other_report(message: ParsedMessage) -> bool:
    """Whether a mail system reports something that is no failure: a delivery, a reading, a deletion unread."""
    if is_bounce(message):
        return False
    kind = message.headers.get("content-type", "").lower()
    if "report-type=disposition-notification" in kind.replace('"', "").replace(" ", ""):
        return True
    if any(part.content_type == "message/disposition-notification" for part in message.attachments):
        return True
    reports = any(part.content_type in _STATUS_TYPES for part in message.attachments)
    return _from_daemon(message) and (reports or message.headers.get("auto-submitted", "no").lower() != "no")


def _from_daemon(message: ParsedMessage) -> bool:
    local = message.sender.email.partition("@")[0] if message.sender else ""
    name = message.sender.name.lower() if message.sender else ""
    return bool(_DAEMONS.match(local)) or "mail delivery" in name or "mailer-daemon" in name


def _is_mailer_daemon(message: ParsedMessage) -> bool:
    """Whether it came from an address that does nothing but report failures, and reports no success."""
    reports = [part for part in message.attachments if part.content_type in _STATUS_TYPES]
    local = message.sender.email.partition("@")[0] if message.sender else ""
    return local.replace("-", "").startswith("mailerdaemon") and not reports


def _from_machine(message: ParsedMessage) -> bool:
    headers = message.headers
    if message.sender is None:
        return True
    if "multipart/report" in headers.get("content-type", "").lower() or _from_daemon(message):
        return True
    return (
        headers.get("return-path", "x").strip() in {"<>", ""} or headers.get("auto-submitted", "no").lower() != "no"
    )


def _reports_failure(part: Attachment) -> bool:
    if part.content_type not in _STATUS_TYPES:
        return False
    return any(_failed_in(block) or _has_failed(block) for block in re.split(r"\n[ \t]*\n", part.text[:_MAX_TEXT]))


def _reports_success(message: ParsedMessage) -> bool:
    """Whether a report says of every recipient that the mail was passed on, and of none that it failed."""
    blocks = [
        block
        for part in message.attachments
        if part.content_type in _STATUS_TYPES
        for block in re.split(r"\n[ \t]*\n", part.text[:_MAX_TEXT])
    ]
    actions = [action for action in (_action(block) for block in blocks) if action]
    return bool(actions) and all(action.startswith(("deliver", "relay", "expand")) for action in actions)


def _has_failed(block: str) -> bool:
    return _action(block).startswith(("fail", "delay"))


def _action(block: str) -> str:
    action = next((m[2] for m in _STATUS_FIELD.finditer(block) if m[1].lower() == "action"), "")
    return action.strip().lower()


def failed_addresses(message: ParsedMessage) -> tuple[str, ...]:
    """The addresses a bounce says were not reached, in lower case; empty for every other message.

    Delayed ones are among them. The machine-readable report counts first, then the header that Exim writes, then the
    notice's text, and at last whom the returned message was addressed to.
    """
    if not is_bounce(message):
        return ()
    reported = [
        email
        for part in message.attachments
        if part.content_type in _STATUS_TYPES
        for block in re.split(r"\n[ \t]*\n", part.text[:_MAX_TEXT])
        for email in _failed_in(block)
    ]
    header = [valid_email(one) for one in message.headers.get("x-failed-recipients", "").split(",")]
    found = [email for email in (reported or header) if email]
    if not found:
        found = _named_in_text(message)
    return tuple(dict.fromkeys(found))[:_MAX_ADDRESSES]


def delayed_addresses(message: ParsedMessage) -> tuple[str, ...]:
    """Those of `failed_addresses` that the mail system is still trying to reach: the report's word for each, else
    the notice's for all."""
    found = failed_addresses(message)
    blocks = [
        block
        for part in message.attachments
        if part.content_type in _STATUS_TYPES
        for block in re.split(r"\n[ \t]*\n", part.text[:_MAX_TEXT])
        if _has_failed(block)
    ]
    if blocks:
        delayed = {email for block in blocks if _action(block).startswith("delay") for email in _failed_in(block)}
        failed = {email for block in blocks if _action(block).startswith("fail") for email in _failed_in(block)}
        return tuple(email for email in found if email in delayed - failed)
    notice = f"{message.subject}\n{_notice(message.text[:_MAX_TEXT])}"
    return found if DELAY.search(notice) and not GIVEN_UP.search(notice) else ()


def _notice(text: str) -> str:
    """What the mail system says, without the message that it gives back."""
    returned = _RETURNED.search(text)
    return text[: returned.start()] if returned is not None and returned.start() > 20 else text


def _failed_in(block: str) -> list[str]:
    """The recipient of one block of a delivery report, as we had written him where it says so."""
    fields = {match[1].lower(): match[2].strip() for match in reversed(list(_STATUS_FIELD.finditer(block)))}
    action = fields.get("action", "").lower()
    if action and not action.startswith(("fail", "delay")):
        return []
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        email = valid_email(fields.get(name, "").rpartition(";")[2].strip().strip("<>"))
        if email:
            return [email]
    return []


def _named_in_text(message: ParsedMessage) -> list[str]:
    texts = [message.text, *(part.text for part in message.attachments if part.content_type.startswith("text/"))]
    text = "\n".join(text[:_MAX_TEXT] for text in texts)[: 2 * _MAX_TEXT]
    returned = _RETURNED.search(text)
    notice = _notice(text)
    ours = _not_failed(message)
    without_head = _HEAD_LINE.sub("", notice)
    for pattern in (_LINE_OF_ADDRESS, _NAMED):
        for part in (without_head, notice):
            found = _emails(pattern, part, ours)
            if found:
                return found
    bare = _without_domain(message, notice)
    if bare:
        return bare
    anywhere = [one for one in (valid_email(match[0].strip(".")) for match in _EMAIL.finditer(notice)) if one]
    found = [one for one in anywhere if one not in ours and not _DAEMONS.match(one.partition("@")[0])]
    if found:
        return found[:1]
    inner = [part.text[:4000] for part in message.attachments if part.content_type == "message/rfc822"]
    inner.append(text[returned.start() :] if returned else "")
    # A gateway may wrap the notice itself: then the failure is told inside.
    told = [_emails(_LINE_OF_ADDRESS, part, ours) for part in inner if BOUNCE_OPENING.search(part[:2000])]
    if any(told):
        return next(one for one in told if one)
    addressed = [_emails(_RETURNED_TO, part, ours) for part in inner]
    return next((one[:1] for one in addressed if one), None) or _in_our_address(message)


def _in_our_address(message: ParsedMessage) -> list[str]:
    """The recipient that our own return address carries (VERP)."""
    for person in message.to:
        verp = _VERP.search(person.email)
        email = valid_email(f"{verp['local']}@{verp['domain']}") if verp is not None else None
        if email and not person.email.startswith(("srs0", "srs1")):
            return [email]
    return []


def _without_domain(message: ParsedMessage, notice: str) -> list[str]:
    bare = _BARE_NAME.search(notice)
    email = valid_email(f"{bare['local']}@{message.sender.domain}") if bare is not None and message.sender else None
    return [email] if email else []


def _emails(pattern: re.Pattern[str], text: str, ours: set[str]) -> list[str]:
    found = [valid_email(match["email"].strip(".'")) for match in pattern.finditer(text)]
    return [one for one in found if one and one not in ours and not _DAEMONS.match(one.partition("@")[0])]


def _not_failed(message: ParsedMessage) -> set[str]:
    """Addresses that a notice names without meaning that they failed: whom it came from and went to."""
    people = [*message.to, *message.cc, *message.reply_to, *([message.sender] if message.sender else [])]
    return {person.email for person in people}
