"""What a part is, by its type and, where that says nothing, by its name."""

from mail.mime_tree import Entity

_NO_TYPE = "application/octet-stream"
_BODY_TYPES = frozenset(
    {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-amp-html"}
)
_HTML_TYPES = frozenset({"text/html", "text/enriched", "text/richtext", "text/x-amp-html", "application/xhtml+xml"})
_TEXT_TYPES = frozenset({"application/json", "application/xml", "application/csv", "application/vnd.ms-excel.csv"})
_DEFAULT_NAMES = {
    "message/rfc822": "message.eml",
    "text/calendar": "invite.ics",
    "message/delivery-status": "status.txt",
    "text/plain": "text.txt",
    "text/html": "page.html",
    "text/csv": "table.csv",
    "application/pdf": "file.pdf",
}


def is_body(entity: Entity, *, inline: bool) -> bool:
    """Whether the part is the message's text and not a file; `inline` where it belongs to an HTML page."""
    if entity.content_type not in _BODY_TYPES or entity.disposition == "attachment" or inline:
        return False
    return not (entity.filename and (entity.disposition == "inline" or "name" in entity.first("content-type")))


def is_tnef(kind: str, filename: str) -> bool:
    """Whether it is Outlook's own packing of body and files."""
    return kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or _named(kind, filename, "winmail.dat")


def is_cms(kind: str, filename: str) -> bool:
    """Whether it is an opaque S/MIME wrapper; a detached signature is none."""
    return kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"} or _named(kind, filename, ".p7m")


def is_rights_managed(kind: str, filename: str) -> bool:
    """Whether Microsoft's rights management encrypted the message; the part beside it only says so."""
    return kind == "application/x-microsoft-rpmsg-message" or filename.lower().endswith(".rpmsg")


def is_message(kind: str, filename: str) -> bool:
    """Whether it is a message of its own."""
    return kind in {"message/rfc822", "message/global"} or _named(kind, filename, ".eml")


def is_calendar(kind: str, filename: str) -> bool:
    """Whether it is an invitation or the answer to one."""
    return kind in {"text/calendar", "application/ics"} or _named(kind, filename, ".ics")


def is_rtf(kind: str, filename: str) -> bool:
    """Whether it is Rich Text."""
    return kind in {"text/rtf", "application/rtf"} or _named(kind, filename, ".rtf")


def is_html(kind: str, filename: str = "") -> bool:
    """Whether it is a page."""
    return kind in _HTML_TYPES or _named(kind, filename, ".html", ".htm")


def is_text(kind: str, filename: str) -> bool:
    """Whether its bytes are words."""
    return (
        kind.startswith(("text/", "message/"))
        or kind in _TEXT_TYPES
        or filename.lower().endswith((".csv", ".txt", ".tsv"))
    )


def default_name(kind: str, number: int) -> str:
    """The name of a part that has none; `number` counts the attachments."""
    return _DEFAULT_NAMES.get(kind, f"part-{number}.bin")


def _named(kind: str, filename: str, *endings: str) -> bool:
    """A type that says nothing, and a name that says it."""
    return kind == _NO_TYPE and filename.lower().endswith(endings)
