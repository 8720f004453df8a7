"""What an attachment is: by its first bytes, which cannot be mistaken, then by its name and type."""

import io
import zipfile
from enum import StrEnum

from integrations.attachments.limits import MOST_FILE_BYTES, MOST_MEMBERS
from mail.message import Attachment

#: Pictures below this are logos and icons of a signature, also where the mail program calls them attachments.
_PICTURE_BYTES = 20 * 1024

#: How each entry of a ZIP archive's directory begins.
_MEMBER = b"PK\x01\x02"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_PICTURE_NAMES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".svg", ".emz", ".wmz")
#: Signatures, keys, address cards: they come with mail and are no answer.
_NO_WORDS = (".p7s", ".asc", ".sig", ".pgp", ".vcf", ".p7c", ".cer", ".crt", ".key")
_NO_WORDS_TYPES = ("application/pgp-", "application/pkcs7-signature", "application/x-pkcs7-signature", "text/vcard")
_OLD_OFFICE = (".xls", ".doc", ".ppt", ".msg")
_MACRO_TYPES = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}


class Kind(StrEnum):
    """What is done with an attachment. `pdf`, `xlsx` and `docx` are read in the child process."""

    TEXT = "text"
    TABLE = "table"
    PDF = "pdf"
    XLSX = "xlsx"
    DOCX = "docx"
    NO_WORDS = "no_words"
    FOR_PERSON = "for_person"


#: Read by a parser that can hang or swell.
PARSED = frozenset({Kind.PDF, Kind.XLSX, Kind.DOCX})


def kind_of(attachment: Attachment) -> tuple[Kind, str]:
    """The kind, and for `FOR_PERSON` the reason."""
    name, kind = attachment.filename.lower(), attachment.content_type
    if name.endswith(_NO_WORDS) or kind.startswith(_NO_WORDS_TYPES):
        return Kind.NO_WORDS, ""
    if attachment.text:
        is_table = kind in {"text/csv", "text/tab-separated-values", "application/csv"} or name.endswith(
            (".csv", ".tsv")
        )
        return (Kind.TABLE if is_table else Kind.TEXT), ""
    if not attachment.content:
        if attachment.size_bytes:
            return Kind.FOR_PERSON, f"it is too large to be read ({attachment.size_bytes:,} bytes)"
        return Kind.NO_WORDS, ""
    return _by_content(attachment, name, kind)


def _by_content(attachment: Attachment, name: str, kind: str) -> tuple[Kind, str]:
    content = attachment.content
    if content.startswith(_PICTURES) or kind.startswith("image/") or name.endswith(_PICTURE_NAMES):
        is_decoration = attachment.inline or attachment.size_bytes < _PICTURE_BYTES
        return (Kind.NO_WORDS, "") if is_decoration else (Kind.FOR_PERSON, "it is a picture")
    if b"%PDF-" in content[:1024]:
        found = Kind.PDF
    elif content.startswith(b"PK"):
        return _zipped(content)
    elif content.startswith(_OLE):
        return Kind.FOR_PERSON, _ole_reason(content, name)
    elif not content.strip():
        return Kind.NO_WORDS, ""
    else:
        return Kind.FOR_PERSON, "it is of a kind that is not read"
    return (found, "") if len(content) <= MOST_FILE_BYTES else _too_large(content)


def _zipped(content: bytes) -> tuple[Kind, str]:
    """A workbook or a document by what stands in it; other archives are not opened."""
    if content.count(_MEMBER) > MOST_MEMBERS:
        # Listing a hundred thousand members takes seconds, and this is not the child.
        return Kind.FOR_PERSON, "it is an archive, which is not opened"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[:MOST_MEMBERS])
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError, EOFError):
        return Kind.FOR_PERSON, "it is damaged"
    for member, kind in _MACRO_TYPES.items():
        if member in names:
            return (Kind(kind), "") if len(content) <= MOST_FILE_BYTES else _too_large(content)
    return Kind.FOR_PERSON, "it is an archive, which is not opened"


def _ole_reason(content: bytes, name: str) -> str:
    # The names of OLE streams are UTF-16; a locked new-style file is one stream of this name.
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "it is locked with a password"
    return "it is an old Office file, which is not read" if name.endswith(_OLD_OFFICE) else "it is not read"


def _too_large(content: bytes) -> tuple[Kind, str]:
    return Kind.FOR_PERSON, f"it is too large to be read ({len(content):,} bytes)"
