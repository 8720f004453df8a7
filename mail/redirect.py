"""The same mail to somebody else: nobody whom it was written to is left in its headers."""

import re
from collections.abc import Iterable

from core.errors import InvalidInput

#: Names, one a line, whom the mail would have gone to.
INSTEAD_OF = "X-Duly-Sandbox-Recipients"
_RECIPIENTS = (b"to", b"cc", b"bcc", b"apparently-to", b"resent-to", b"resent-cc", b"resent-bcc")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_NOT_SHOWN = re.compile(r"[^\x21-\x7e]")
_MOST_NAMED = 100


def plain_address(address: str) -> str:
    """The address, if it is one that can stand in a header and an envelope as it is.

    Raises:
        InvalidInput: it is none.
    """
    if not _ADDRESS.fullmatch(address.strip()):
        raise InvalidInput(f"{address[:80]!r} is no e-mail address")
    return address.strip()


def redirected(raw: bytes, *, to: str, instead_of: Iterable[str]) -> bytes:
    """The message with `to` as its only recipient; `instead_of` are named in a header of ours. Its body, its
    Message-ID and every other header stay byte for byte.

    Raises:
        InvalidInput: `to` is no address, or the message has no header that ends.
    """
    address = plain_address(to)
    end = _HEAD_ENDS.search(raw)
    if end is None:
        raise InvalidInput("a mail whose headers do not end cannot be redirected")
    newline = b"\r\n" if end.group().startswith(b"\r\n") else b"\n"
    kept = [field for field in _fields(raw[: end.start()]) if _name(field) not in _RECIPIENTS]
    named = [_NOT_SHOWN.sub("?", one)[:320] for one in instead_of][:_MOST_NAMED]
    ours = [f"To: {address}".encode(), f"{INSTEAD_OF}: ".encode() + (b"," + newline + b" ").join(_ascii(named))]
    return newline.join([*kept, *ours]) + raw[end.start() :]


def _ascii(words: Iterable[str]) -> list[bytes]:
    return [word.encode("ascii") for word in words]


def _fields(head: bytes) -> list[bytes]:
    """Header fields with their folded lines, without the last line end."""
    fields: list[bytes] = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\n" + line
        else:
            fields.append(line)
    return [field.removesuffix(b"\r") for field in fields]


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()
