"""Where the reading of a folder stands, as an opaque and versioned text. Pure."""

import base64
import binascii
import hashlib
import zlib
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from integrations.outlook.place import MOST_LINK_LETTERS

_VERSION = "outlook1."
#: Marks of messages in one cursor. With more of them some come twice, which is allowed; none is left out.
MOST_MARKS = 5_000
_MOST_LETTERS = 200_000

Link = Annotated[str, Field(min_length=1, max_length=MOST_LINK_LETTERS)]
Marks = Annotated[tuple[str, ...], Field(max_length=MOST_MARKS)]


class _Position(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DeltaPosition(_Position):
    """Behind the messages `done` of the changes that `link` names. `as_of`: the server's clock when it gave the link,
    from which on everything is looked through again should the link expire."""

    at: Literal["delta"] = "delta"
    link: Link
    done: Marks = ()
    as_of: AwareDatetime | None = None


class ListPosition(_Position):
    """In a list by date, oldest first: behind `reached` and the messages `done` of that second. `then` is where the
    changes are followed from once the list has ended; it was asked for before the list began."""

    at: Literal["list"] = "list"
    by: Literal["receivedDateTime", "lastModifiedDateTime"]
    reached: AwareDatetime
    done: Marks = ()
    then: DeltaPosition


Position = ListPosition | DeltaPosition
_POSITION: TypeAdapter[Position] = TypeAdapter(Annotated[Position, Field(discriminator="at")])


def write_cursor(position: Position) -> str:
    """The text for a position."""
    packed = zlib.compress(position.model_dump_json(exclude_none=True).encode())
    return _VERSION + base64.urlsafe_b64encode(packed).decode()


def read_cursor(text: str | None) -> Position | None:
    """The position that a text says; None for none, and for a text that is not ours."""
    if not text or not text.startswith(_VERSION) or len(text) > _MOST_LETTERS:
        return None
    try:
        packed = base64.b64decode(text.removeprefix(_VERSION), altchars=b"-_", validate=True)
        plain = zlib.decompressobj().decompress(packed, _MOST_LETTERS)
        return _POSITION.validate_json(plain)
    except (ValidationError, ValueError, binascii.Error, zlib.error):
        return None


def mark(message_id: str) -> str:
    """A short mark of a message's id: 96 bits, so that no two messages of a mailbox share one."""
    return base64.urlsafe_b64encode(hashlib.blake2b(message_id.encode(), digest_size=12).digest()).decode()


def with_mark(marks: tuple[str, ...], message_id: str) -> tuple[str, ...]:
    """`marks` and one more, the oldest left out where there are too many."""
    return (*marks, mark(message_id))[-MOST_MARKS:]
