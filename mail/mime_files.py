"""A part that is no body -> `Attachment`, with its text where it is text."""

from dataclasses import dataclass

from mail import mime_kinds
from mail.message import Attachment, HiddenText
from mail.mime_calendar import calendar_text
from mail.mime_charset import decode_text
from mail.mime_choice import Piece
from mail.mime_found import MAX_TEXT_CHARS, Found
from mail.mime_rtf import read_rtf


@dataclass(frozen=True, slots=True)
class File:
    """A decoded part; `content` is empty where it was over the limit, and `size_bytes` tells its size."""

    kind: str
    filename: str
    content: bytes
    size_bytes: int
    charset: str = ""
    is_inline: bool = False


def keep_file(file: File, found: Found, text: str | None = None) -> None:
    """Adds the file to the attachments; `text` where it was read elsewhere."""
    if mime_kinds.is_rights_managed(file.kind, file.filename):
        found.unreadable = "the message is encrypted (rights management)"
    if text is None:
        text = _text(file, found)
        if text and _may_be_body(file):
            found.spare.append(Piece(text))
    found.attachments.append(
        Attachment(
            filename=file.filename or mime_kinds.default_name(file.kind, len(found.attachments) + 1),
            content_type=file.kind,
            size_bytes=file.size_bytes,
            content=file.content,
            text=text[:MAX_TEXT_CHARS],
            inline=file.is_inline,
        )
    )


def _may_be_body(file: File) -> bool:
    """An answer to an invitation, and text that a gateway calls an attachment without giving it a name."""
    return mime_kinds.is_calendar(file.kind, file.filename) or (
        file.kind in {"text/plain", "text/html"} and not file.filename and not file.is_inline
    )


def _text(file: File, found: Found) -> str:
    kind, name, content = file.kind, file.filename, file.content
    if not content:
        return ""
    if mime_kinds.is_rtf(kind, name) or content.startswith(b"{\\rtf"):
        return _rich_text(content, found)
    if mime_kinds.is_html(kind, name):
        return found.readable(decode_text(content, file.charset).text)
    if mime_kinds.is_calendar(kind, name):
        return found.visible(calendar_text(decode_text(content, file.charset or "utf-8").text))
    if mime_kinds.is_text(kind, name) and b"%PDF-" not in content[:1024]:
        return found.visible(decode_text(content, file.charset).text)
    return ""


def _rich_text(content: bytes, found: Found) -> str:
    read = read_rtf(content)
    if read.hidden:
        found.hidden.append(HiddenText("hidden in Rich Text", read.hidden))
    return found.readable(read.html) if read.html else found.visible(read.text)
