"""Text of the ledger as it may enter a document: one line, bounded, nothing that hides or reorders characters."""

import re
import unicodedata

_NOT_IN_FILE_NAMES = re.compile(r"[^A-Za-z0-9]+")
_LONGEST_FILE_NAME = 60


def one_line(text: str, *, longest: int = 120) -> str:
    """`text` with control characters as blanks and invisible ones left out, cut with an ellipsis."""
    kept = unicodedata.normalize("NFC", text[: 4 * longest])
    kept = " ".join("".join(_visible(character) for character in kept).split())
    if len(kept) > longest:
        kept = kept[: longest - 1].rstrip() + "…"
    return kept


def lines(text: str, *, most: int = 6) -> list[str]:
    """The lines of an address, without empty ones."""
    found = (one_line(line, longest=80) for line in text[:2_000].splitlines()[: 4 * most])
    return [line for line in found if line][:most]


def file_name(kind: str, number: str, taken: set[str]) -> str:
    """`invoice-INV-2041.pdf`: ASCII letters, digits and hyphens only; unlike every name in `taken`, and added."""
    letters = (c for c in unicodedata.normalize("NFKD", number[:200]) if not unicodedata.combining(c))
    safe = _NOT_IN_FILE_NAMES.sub("-", "".join(letters))[:_LONGEST_FILE_NAME].strip("-")
    stem = f"{kind}-{safe}" if safe else kind
    name, copy = f"{stem}.pdf", 2
    while name.lower() in taken:
        name, copy = f"{stem}-{copy}.pdf", copy + 1
    taken.add(name.lower())
    return name


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        # Formatting characters turn or hide text; lone surrogates cannot be encoded.
        case "Cf" | "Cs":
            return ""
    return character
