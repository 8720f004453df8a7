"""What came with a mail: the words in its attachments, and why a person must look at some of them."""

from dataclasses import dataclass

from integrations.ports.attachment_text import AttachmentReader, ReadAttachment
from mail.message import ParsedMessage, ParsedReply

#: Attachments of one mail that are kept with their words; the raw mail has them all.
MOST_ATTACHMENTS = 50
_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class Attached:
    """One answer an attachment, in their order, and why a person must see the mail (empty where nobody must)."""

    read: tuple[ReadAttachment, ...] = ()
    for_person: tuple[str, ...] = ()


def read_attached(message: ParsedMessage, reply: ParsedReply, reader: AttachmentReader | None) -> Attached:
    """Reads the attachments. A bounce brings our own mail back: what hangs on that is nobody's answer.

    Without a reader only what is text by itself has words: for mail of ours. Blocks, as the reader does.
    """
    parts = message.attachments[:MOST_ATTACHMENTS]
    reasons = [message.unreadable] if message.unreadable else []
    if reader is None or reply.automatic == "bounce":
        return Attached(tuple(ReadAttachment(part.text) for part in parts), tuple(reasons))
    read = reader.read(parts)
    reasons += [
        f"the attachment {part.filename} must be looked at: {one.for_person}"
        for part, one in zip(parts, read, strict=True)
        if one.for_person
    ]
    if len(message.attachments) > MOST_ATTACHMENTS:
        reasons.append(f"it has {len(message.attachments)} attachments; {MOST_ATTACHMENTS} were read")
    return Attached(read, tuple(reasons[:_MOST_REASONS]))
