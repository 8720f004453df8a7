"""Members of a workbook or a document, taken out within limits, and their XML read without entities."""

import io
import zipfile
from collections.abc import Callable
from xml.parsers import expat

from integrations.attachments.limits import MOST_MEMBER_BYTES, MOST_MEMBERS, MOST_UNPACKED_BYTES
from integrations.attachments.read_text import Unreadable

_CHUNK_BYTES = 64 * 1024


def open_package(content: bytes) -> zipfile.ZipFile:
    """The archive, with its members' sizes checked.

    Raises:
        Unreadable: it would unpack to more than is read.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    sizes = [member.file_size for member in members]
    if len(members) > MOST_MEMBERS or max(sizes, default=0) > MOST_MEMBER_BYTES or sum(sizes) > MOST_UNPACKED_BYTES:
        raise Unreadable("it unpacks to more than is read")
    return archive


def parse_member(
    archive: zipfile.ZipFile,
    name: str,
    *,
    on_start: Callable[[str, dict[str, str]], None],
    on_end: Callable[[str], None],
    on_text: Callable[[str], None],
) -> None:
    """Streams a member's XML; names come as `namespace name`. A document type, the home of entities, is refused."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    parser.CharacterDataHandler = on_text
    with archive.open(name) as member:
        while chunk := member.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse(name: str, system_id: str | None, public_id: str | None, has_internal_subset: bool) -> None:
    raise Unreadable("it holds a document type, which no Office program writes")
