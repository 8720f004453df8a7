"""`AttachmentReader`: the words in the files that came with a mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mail.message import Attachment


@dataclass(frozen=True, slots=True)
class ReadAttachment:
    """What could be read of one attachment. `text` has a table's row in one line, cells apart by ` | `.

    `for_person` says why a person must look at it: it is a scan, it is locked, it was cut short; empty where
    nobody must, because it was read or because it holds no words (a logo, a signature, a key).
    """

    text: str = ""
    is_cut: bool = False
    for_person: str = ""


class AttachmentReader(Protocol):
    """Reads what it can within limits of size, pages, rows, memory and time."""

    def read(self, attachments: Sequence[Attachment]) -> tuple[ReadAttachment, ...]:
        """One answer an attachment, in their order. Never raises for what a stranger sent.

        Blocks, for at most ten seconds for all of them: call it in a thread. The same files may be read twice.
        """
        ...
