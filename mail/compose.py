"""An approved draft -> RFC 5322 bytes. The same draft gives the same bytes; no value can add a header."""

import base64
import hashlib
import html
import quopri
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.utils import encode_rfc2231, format_datetime

from core.errors import InvalidInput
from mail.conversation import thread_topic
from mail.invisible import strip_invisible
from mail.message import Address

#: What a caller may add. A mail that a person approved is not marked as automatic.
_ALLOWED_HEADERS = {name.lower(): name for name in ("Thread-Topic", "X-Auto-Response-Suppress", "Organization")}
_MAX_REFERENCES = 20
_MAX_QUOTED_LINES = 400
_MAX_RECIPIENTS = 100
_ID = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,400}@[A-Za-z0-9.-]{1,253}|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~:@\[\]-]{1,650}"
)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}")
_PLAIN_NAME = re.compile(r"[A-Za-z0-9 !#$%&'*+/=?^_`{|}~-]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TEXT_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TOKEN = re.compile(r"[a-z0-9]{1,400}")
_UNIQUE = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True, slots=True)
class OutgoingAttachment:
    """A file to send. `content_type` that is none, or that could be taken apart on the way, becomes a plain file."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MailToSend:
    """All that a mail is made of. Ids carry no angle brackets; `date` is aware; `quoted` is an attribution line and
    the text that stands under it. `html` adds a rendering of the same text, made here."""

    sender: Address
    to: Sequence[Address]
    subject: str
    text: str
    message_id: str
    date: datetime
    cc: Sequence[Address] = ()
    in_reply_to: str = ""
    references: Sequence[str] = ()
    quoted: tuple[str, str] | None = None
    html: bool = False
    attachments: Sequence[OutgoingAttachment] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def is_plain_id(message_id: str) -> bool:
    """Whether a Message-ID, without brackets, can stand in a header as it is; some that people send cannot."""
    return bool(_ID.fullmatch(message_id))


def new_message_id(token: str, domain: str, unique: str) -> str:
    """`duly.TOKEN.UNIQUE@domain`, without brackets; `token` comes from `make_reply_token`.

    Raises:
        InvalidInput: a part holds characters that an id cannot.
    """
    host = _ascii_domain(domain)
    if not _TOKEN.fullmatch(token) or not _UNIQUE.fullmatch(unique) or not _EMAIL.fullmatch(f"a@{host}"):
        raise InvalidInput(f"cannot make a Message-ID of {token[:80]!r}, {unique[:80]!r} and {domain[:80]!r}")
    return f"duly.{token}.{unique}@{host}"


def compose(mail: MailToSend) -> bytes:
    """The message as bytes with CRLF line ends.

    Raises:
        InvalidInput: no recipient, an address or id that is none, a date without a zone, a header not allowed.
    """
    lines = _headers(mail)
    content = _body(mail)
    return b"\r\n".join([*(line.encode("ascii") for line in lines), *content.header_lines, b"", content.body])


@dataclass(frozen=True, slots=True)
class _Part:
    header_lines: tuple[bytes, ...]
    body: bytes


def _headers(mail: MailToSend) -> list[str]:
    if not mail.to:
        raise InvalidInput("a mail needs a recipient")
    if len(mail.to) + len(mail.cc) > _MAX_RECIPIENTS:
        raise InvalidInput(f"a mail goes to {_MAX_RECIPIENTS} addresses at most")
    if mail.date.tzinfo is None:
        raise InvalidInput("the date of a mail needs a time zone")
    lines = [
        f"Date: {format_datetime(mail.date)}",
        _folded("From", [_address(mail.sender)], ","),
        _folded("To", [_address(one) for one in mail.to], ","),
        *([_folded("Cc", [_address(one) for one in mail.cc], ",")] if mail.cc else []),
        f"Subject: {_text_value(mail.subject)}",
        f"Message-ID: <{_valid_id(mail.message_id)}>",
    ]
    if mail.in_reply_to:
        lines.append(f"In-Reply-To: <{_valid_id(mail.in_reply_to)}>")
    if mail.references:
        lines.append(_folded("References", [f"<{_valid_id(one)}>" for one in _bounded(mail.references)], ""))
    for name, value in _added(mail).items():
        lines.append(f"{name}: {_text_value(value)}")
    return [*lines, "MIME-Version: 1.0"]


def _added(mail: MailToSend) -> dict[str, str]:
    """The headers that the caller adds, and the topic that Outlook keeps a conversation together by."""
    added = {}
    for name, value in mail.headers.items():
        if name.lower() not in _ALLOWED_HEADERS:
            raise InvalidInput(f"header {name[:80]!r} may not be added to a mail")
        added[_ALLOWED_HEADERS[name.lower()]] = value
    topic = thread_topic(_one_line(mail.subject))
    return {"Thread-Topic": topic, **added} if topic else added


def _bounded(references: Sequence[str]) -> list[str]:
    """The first id and the newest ones: the first names the thread, the newest the message answered."""
    unique = list(dict.fromkeys(references))
    return unique if len(unique) <= _MAX_REFERENCES else [unique[0], *unique[-_MAX_REFERENCES + 1 :]]


def _folded(name: str, values: list[str], separator: str) -> str:
    return f"{name}: " + f"{separator}\r\n ".join(values)


def _valid_id(message_id: str) -> str:
    if not is_plain_id(message_id):
        raise InvalidInput(f"not a Message-ID: {message_id[:80]!r}")
    return message_id


def _one_line(value: str) -> str:
    """`value` without control and invisible characters, so that it stays one line wherever it is shown."""
    return " ".join(strip_invisible(_CONTROL.sub(" ", value))[0].split())[:900]


def _text_value(value: str) -> str:
    """A header's text; words beyond ASCII, and what looks like an encoded word, are encoded (RFC 2047)."""
    line = _one_line(value)
    if line.isascii() and "=?" not in line and len(line) <= 900:
        return _fold_words(line)
    return Header(line, "utf-8", maxlinelen=70, header_name="X-Auto-Response-Suppress").encode(linesep="\r\n")


def _fold_words(line: str) -> str:
    out, length = "", 20
    for word in line.split(" "):
        folds = out and length + len(word) + 1 > 76
        out += f"\r\n {word}" if folds else (f" {word}" if out else word)
        length = len(word) + 1 if folds else length + len(word) + 1
    return out


def _address(address: Address) -> str:
    local, _, domain = address.email.rpartition("@")
    email = f"{local}@{_ascii_domain(domain)}"
    if not _EMAIL.fullmatch(email) or ".." in email:
        raise InvalidInput(f"not an address to send to: {address.email[:80]!r}")
    name = _one_line(address.name)[:200]
    if not name:
        return email
    if not name.isascii() or "=?" in name:
        return f"{Header(name, 'utf-8', maxlinelen=70).encode(linesep=chr(13) + chr(10))} <{email}>"
    if not _PLAIN_NAME.fullmatch(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{email}>"


def _ascii_domain(domain: str) -> str:
    try:
        return domain if domain.isascii() else domain.encode("idna").decode("ascii")
    except UnicodeError as broken:
        raise InvalidInput(f"not a domain: {domain[:80]!r}") from broken


def _body(mail: MailToSend) -> _Part:
    text = _with_quotation(mail)
    content = _text_part(text, "plain")
    if mail.html:
        content = _multipart("alternative", [content, _text_part(_rendered(mail), "html")], mail)
    if mail.attachments:
        content = _multipart("mixed", [content, *(_attached(one) for one in mail.attachments)], mail)
    return content


def _clean_text(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return strip_invisible(_TEXT_CONTROL.sub("", lines))[0].strip("\n")


def _with_quotation(mail: MailToSend) -> str:
    text = _clean_text(mail.text)
    if mail.quoted is None:
        return text + "\n"
    attribution, quoted = mail.quoted
    lines = _clean_text(quoted).split("\n")[:_MAX_QUOTED_LINES]
    marked = "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)
    return f"{text}\n\n{_one_line(attribution)}\n{marked}\n"


def _rendered(mail: MailToSend) -> str:
    """The text as plain HTML: paragraphs and line ends, everything escaped, nothing loaded from anywhere."""
    paragraphs = [one for one in re.split(r"\n[ \t]*\n", _clean_text(mail.text)) if one.strip()]
    parts = ["<p>" + "<br>\n".join(html.escape(line) for line in one.split("\n")) + "</p>" for one in paragraphs]
    if mail.quoted is not None:
        attribution, quoted = mail.quoted
        lines = _clean_text(quoted).split("\n")[:_MAX_QUOTED_LINES]
        parts.append(f"<p>{html.escape(_one_line(attribution))}</p>")
        parts.append(
            '<blockquote type="cite">' + "<br>\n".join(html.escape(line) for line in lines) + "</blockquote>"
        )
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n' + "\n".join(parts) + "\n</body></html>\n"
    )


def _text_part(text: str, subtype: str) -> _Part:
    encoded = quopri.encodestring(text.encode("utf-8", "replace")).replace(b"\n", b"\r\n")
    headers = (
        f"Content-Type: text/{subtype}; charset=utf-8".encode(),
        b"Content-Transfer-Encoding: quoted-printable",
    )
    return _Part(headers, encoded)


def _attached(attachment: OutgoingAttachment) -> _Part:
    kind = attachment.content_type.strip().lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(("multipart/", "message/")):
        kind = "application/octet-stream"
    name = re.split(r"[/\\]", _one_line(attachment.filename))[-1].strip(" .")[:150] or "file"
    if re.fullmatch(r"[A-Za-z0-9 ._()+-]+", name):
        disposition = f'attachment; filename="{name}"'
    else:
        disposition = f"attachment;\r\n filename*={encode_rfc2231(name, 'utf-8')}"
    headers = (
        f"Content-Type: {kind}".encode(),
        b"Content-Transfer-Encoding: base64",
        f"Content-Disposition: {disposition}".encode(),
    )
    return _Part(headers, base64.encodebytes(attachment.content).replace(b"\n", b"\r\n"))


def _multipart(subtype: str, parts: list[_Part], mail: MailToSend) -> _Part:
    """Parts in one; the boundary follows from what is inside, so that it is the same each time and never occurs
    there."""
    digest = hashlib.sha256(f"{subtype} {mail.message_id}".encode())
    for part in parts:
        digest.update(part.body)
    boundary = f"=_duly_{digest.hexdigest()[:40]}".encode()
    pieces = [b"--" + boundary + b"\r\n" + b"\r\n".join([*part.header_lines, b"", part.body]) for part in parts]
    body = b"\r\n".join([*pieces, b"--" + boundary + b"--", b""])
    return _Part((b"Content-Type: multipart/" + subtype.encode() + b';\r\n boundary="' + boundary + b'"',), body)
