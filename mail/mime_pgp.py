"""PGP in the text of a mail: the signed words without their armour; what is encrypted is taken out and said."""

import re
from dataclasses import dataclass

_ARMOUR = re.compile(r"^-----BEGIN PGP ([A-Z ,/0-9]{5,40})-----[ \t]*$", re.MULTILINE)
_ARMOUR_HEADER = re.compile(r"[A-Za-z]{1,20}:[^\n]{0,200}")
_DASHES = re.compile(r"^- (?=-|From )", re.MULTILINE)
#: More armoured blocks than any mail has.
_MOST_BLOCKS = 50


@dataclass(frozen=True, slots=True)
class Unarmoured:
    """The text as its writer meant it, and whether a part of it can only be read with his key."""

    text: str
    is_encrypted: bool = False


def without_armour(text: str) -> Unarmoured:
    """`text` with signed words laid open (RFC 9580, 7), and signatures, keys and encrypted blocks taken out.

    The signature is not checked: the words count as much as those of any other mail.
    """
    kept: list[str] = []
    at, is_encrypted = 0, False
    for _ in range(_MOST_BLOCKS):
        begins = _ARMOUR.search(text, at)
        if begins is None:
            break
        kept.append(text[at : begins.start()])
        if begins[1] == "SIGNED MESSAGE":
            signed, at = _signed(text, begins.end())
            kept.append(signed)
        else:
            is_encrypted = is_encrypted or begins[1].startswith("MESSAGE")
            at = _behind_end(text, begins[1], begins.end())
    kept.append(text[at:])
    return Unarmoured("".join(kept), is_encrypted)


def _signed(text: str, at: int) -> tuple[str, int]:
    """The signed words from `at` on, and where the signature that ends them begins."""
    lines_end = _behind_headers(text, at)
    signature = text.find("\n-----BEGIN PGP SIGNATURE-----", lines_end - 1)
    end = signature + 1 if signature >= 0 else len(text)
    return _DASHES.sub("", text[lines_end:end]), end


def _behind_headers(text: str, at: int) -> int:
    """Behind lines like `Hash: SHA256` and the empty line that ends them."""
    at = min(at + 1, len(text))
    while at < len(text):
        ends = text.find("\n", at)
        line, following = (text[at:], len(text)) if ends < 0 else (text[at:ends], ends + 1)
        if not line.strip():
            return following
        if not _ARMOUR_HEADER.fullmatch(line.strip()):
            return at
        at = following
    return at


def _behind_end(text: str, label: str, at: int) -> int:
    mark = f"-----END PGP {label}-----"
    found = text.find(mark, at)
    return found + len(mark) if found >= 0 else len(text)
