"""A line's mail as the bytes that would have come over the wire."""

import base64
import re
from email.utils import format_datetime
from typing import Any

from evals.attack_cases import Attack

_NOT_IN_A_NAME = re.compile(r"[^!-9;-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_BOUNDARY = re.compile(r";\s*boundary\s*=\s*(?:\"[^\"]*\"|[^;]*)", re.IGNORECASE)
_OF_THE_BODY = frozenset({"content-type", "content-transfer-encoding", "mime-version"})


def raw_mail(attack: Attack, *, in_reply_to: str | None) -> bytes:
    """The mail in bytes. A raw string goes in byte for byte; an object becomes a mail with these fields, in the
    thread of `in_reply_to` unless it names one of its own."""
    if isinstance(attack.email, str):
        return _bytes(attack.email)
    email = attack.email
    headers = _given_headers(email)
    given = {name.lower() for name, _ in headers}
    lines = [("From", _flat(email.get("from", ""))), ("To", _flat(email.get("to", "")))]
    if email.get("cc"):
        lines.append(("Cc", _flat(email["cc"])))
    lines.append(("Subject", _subject(str(email.get("subject", "")))))
    if "date" not in given:
        lines.append(("Date", format_datetime(attack.received_at)))
    if "message-id" not in given:
        unique = attack.attack_id.encode("utf-8", "surrogatepass").hex()[:200]
        lines.append(("Message-ID", f"<{unique}@attack.duly.example>"))
    if in_reply_to is not None and not given & {"in-reply-to", "references"}:
        lines.append(("In-Reply-To", f"<{in_reply_to}>"))
    head = "".join(f"{name}: {value}\r\n" for name, value in [*lines, *headers])
    return _bytes(head + _body(email))


def _bytes(text: str) -> bytes:
    """UTF-8; what stands for bytes that were no UTF-8 becomes those bytes again."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _given_headers(email: dict[str, Any]) -> list[tuple[str, str]]:
    """The line's own headers; those that would describe another body than ours are left to `_body`."""
    given = email.get("headers")
    if not isinstance(given, dict):
        return []
    named = [(_NOT_IN_A_NAME.sub("", str(name)), _flat(value)) for name, value in given.items()]
    return [(name, value) for name, value in named if name and name.lower() not in _OF_THE_BODY]


def _flat(value: Any) -> str:
    """One line: over the wire a line break here would have been another header, which `headers` can give."""
    text = ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
    return " ".join(text.split())


def _subject(value: str) -> str:
    """A subject with line breaks in it comes as an encoded word: that is how an attacker gets them through."""
    if not _CONTROL.search(value):
        return value
    return f"=?utf-8?b?{base64.b64encode(_bytes(value)).decode()}?="


def _body(email: dict[str, Any]) -> str:
    """The parts under the kind that the line's own Content-Type names, where they can be that."""
    text, html = str(email.get("text") or ""), str(email.get("html") or "")
    wanted = _content_type(email)
    attachments = [_attachment(one) for one in email.get("attachments") or () if isinstance(one, dict)]
    several = wanted.lower().startswith("multipart/")
    plain = "text/plain; charset=utf-8" if several or html or attachments or not wanted else wanted
    parts = [_part(plain, "", text)] if text or not html else []
    if html:
        parts.append(_part("text/html; charset=utf-8", "", html))
    body = _joined("multipart/alternative", parts) if len(parts) > 1 else parts[0]
    if attachments or several:
        body = _joined(wanted if several else "multipart/mixed", [body, *attachments])
    return f"MIME-Version: 1.0\r\n{body}"


def _content_type(email: dict[str, Any]) -> str:
    given = email.get("headers")
    named = given.items() if isinstance(given, dict) else ()
    found = next((_flat(value) for name, value in named if str(name).strip().lower() == "content-type"), "")
    return _BOUNDARY.sub("", found).rstrip("; ")


def _attachment(attached: dict[str, Any]) -> str:
    filename = _flat(attached.get("filename", "file")).replace('"', "")
    disposition = f'Content-Disposition: attachment; filename="{filename}"\r\n'
    kind = _flat(attached.get("content_type") or "application/octet-stream")
    return _part(kind, disposition, str(attached.get("text") or ""))


def _joined(kind: str, parts: list[str]) -> str:
    boundary = f"=_duly_eval_{len(kind)}"
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: {kind}; boundary="{boundary}"\r\n\r\n{body}--{boundary}--\r\n'


def _part(content_type: str, disposition: str, text: str) -> str:
    return f"Content-Type: {content_type}\r\n{disposition}Content-Transfer-Encoding: 8bit\r\n\r\n{text}"
