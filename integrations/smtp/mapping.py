"""SMTP's answers to our errors, and our bytes to what SMTP sends. Pure."""

import re

from core.errors import ExternalError
from integrations.ports.errors import AuthExpired, RateLimited, Rejected, TemporarilyUnavailable

#: A lone dot on a line of its own: only then may a server deliver what it has got.
END_OF_MESSAGE = b".\r\n"
_LINE_END = re.compile(rb"\r\n|\r|\n")
#: Dots, letters and the signs of RFC 5321's atoms, and what SMTPUTF8 adds; nothing that a parser could take for
#: the end of an address, because aiosmtplib reads `a,b@x.example` as the address `a`.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\x80-\U0010ffff-]+@[A-Za-z0-9.\x80-\U0010ffff-]+")
_MOST_LETTERS = 254
_AUTH_CODES = frozenset({530, 534, 535, 538})
#: RFC 3463 status 4.7.x is a policy's "not now"; with these words it is a limit on how much we send.
_TOO_MANY = ("rate limit", "too many", "throttl", "quota", "exceeded")
_PAUSE_SECONDS = 60.0
#: What Google and Microsoft answer, for good by its first digit, to who sent enough for today.
_ENOUGH_TODAY = ("5.4.5", "5.1.90", "daily sending quota", "daily user sending", "submissionquotaexceeded")
_DAY_PAUSE_SECONDS = 3600.0
#: They put what goes out through them into the sender's folder for sent mail: a copy of ours would be a second one.
_KEEPS_SENT_MAIL = frozenset({
    "smtp.gmail.com", "smtp.googlemail.com", "smtp.office365.com", "smtp-mail.outlook.com", "smtp.outlook.com",
    "outlook.office365.com", "smtp.outlook.office365.com", "smtp.office365.us", "smtp.partner.outlook.cn",
    "smtp.live.com",
})  # fmt: skip


def refusal(code: int, words: str, *, server: str, what: str) -> ExternalError:
    """The error for an answer that refuses: 5xx is for good, a sign-in needs a person, all else is for now."""
    message = f"SMTP {server}: {what}: {code} {words_of(words)}"
    if code in _AUTH_CODES:
        return AuthExpired(message)
    if 500 <= code <= 599 and any(word in words.lower() for word in _ENOUGH_TODAY):
        return RateLimited(message, _DAY_PAUSE_SECONDS)
    if 500 <= code <= 599:
        return Rejected(message)
    if 400 <= code <= 499 and any(word in words.lower() for word in _TOO_MANY):
        return RateLimited(message, _PAUSE_SECONDS)
    return TemporarilyUnavailable(message)


def keeps_sent_mail(host: str) -> bool:
    """Whether this server files what it sends by itself."""
    return host.rstrip(".").lower() in _KEEPS_SENT_MAIL


def wire_form(raw: bytes) -> bytes:
    """`raw` as it follows DATA, without `END_OF_MESSAGE`: every line ends with CRLF, a leading dot is doubled.

    A lone CR or LF never reaches the server, so nothing in a mail can be taken for its end.
    """
    lines = _LINE_END.split(raw)
    if lines[-1] == b"":
        lines.pop()
    stuffed = [b"." + line if line.startswith(b".") else line for line in lines]
    return b"".join(line + b"\r\n" for line in stuffed)


def checked_address(address: str) -> str:
    """`address` as it is.

    Raises:
        ValueError: it is not one plain address that can stand in a command.
    """
    if len(address) > _MOST_LETTERS or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise ValueError("not an address that can be sent to")
    return address


def needs_utf8(addresses: tuple[str, ...], raw: bytes) -> bool:
    """Whether the envelope or the header has letters beyond ASCII, which takes SMTPUTF8 (RFC 6531)."""
    header = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
    return not header.isascii() or not all(address.isascii() for address in addresses)


def words_of(value: object) -> str:
    """A server's words or an error's, short and printable."""
    return "".join(letter if letter.isprintable() else " " for letter in str(value))[:200].strip()
