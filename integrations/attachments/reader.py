"""`FileReader`: the `AttachmentReader` for PDF, XLSX, DOCX, CSV and text."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from integrations.attachments.child import FileToParse, parse_in_child
from integrations.attachments.kinds import PARSED, Kind, kind_of
from integrations.attachments.limits import MOST_BYTES, MOST_CHARACTERS, MOST_FILES
from integrations.attachments.separated import separated_text
from integrations.ports.attachment_text import ReadAttachment
from mail.invisible import strip_invisible
from mail.message import Attachment

_CUT = "it is longer than what is read of it"
_TOO_MANY = "there are more attachments than are read"


class FileReader:
    """Implements `AttachmentReader`. Text is taken as it is; what needs a parser is read in a child process.

    Safe to share between threads. `parse` is exchanged in tests.
    """

    def __init__(self, parse: Callable[[Sequence[FileToParse]], tuple[ReadAttachment, ...]] = parse_in_child) -> None:
        self._parse = parse

    def read(self, attachments: Sequence[Attachment]) -> tuple[ReadAttachment, ...]:
        """One answer an attachment, in their order; takes at most about seven seconds for all."""
        read: dict[int, ReadAttachment] = {}
        files: dict[int, FileToParse] = {}
        left = MOST_BYTES
        for number, attachment in enumerate(attachments):
            kind, reason = kind_of(attachment)
            if kind not in PARSED:
                read[number] = _at_once(kind, reason, attachment)
            elif len(files) < MOST_FILES and len(attachment.content) <= left:
                left -= len(attachment.content)
                files[number] = FileToParse(kind.value, attachment.content)
            else:
                read[number] = ReadAttachment(for_person=_TOO_MANY)
        if files:
            read |= zip(files, self._parse(tuple(files.values())), strict=True)
        return tuple(_finished(read[number]) for number in range(len(attachments)))


def _at_once(kind: Kind, reason: str, attachment: Attachment) -> ReadAttachment:
    match kind:
        case Kind.TEXT:
            return ReadAttachment(attachment.text[:MOST_CHARACTERS], len(attachment.text) > MOST_CHARACTERS)
        case Kind.TABLE:
            rows = separated_text(attachment.text)
            return ReadAttachment(rows.text, rows.is_cut)
        case _:
            return ReadAttachment(for_person=reason)


def _finished(read: ReadAttachment) -> ReadAttachment:
    """Without characters that nobody sees; what was cut short is for a person too."""
    text, _ = strip_invisible(read.text)
    return replace(read, text=text, for_person=read.for_person or (_CUT if read.is_cut else ""))
