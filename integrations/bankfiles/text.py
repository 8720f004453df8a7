"""Bytes -> text of a bank file; every byte has some character, as payers' names are not worth refusing money for."""

import codecs

from integrations.bankfiles.fault import Fault

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: What German, Polish and western banks use beside UTF-8; the last has a character for every byte.
_WESTERN = ("cp1252", "latin-1")


def decoded(content: bytes, first: tuple[str, ...] = ("utf-8",)) -> str:
    """By its mark, as UTF-8, else as `cp1252`; CR LF and CR become LF.

    Raises:
        Fault: it holds bytes that no text has.
    """
    text = _decoded(content, first)
    if "\x00" in text:
        raise Fault("it is no text file", 0, "export it as CAMT.053, MT940, BAI2, OFX or CSV")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(content: bytes, first: tuple[str, ...]) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError as error:
                raise Fault("its last characters are cut off or damaged") from error
    for encoding in (*first, *_WESTERN):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")
