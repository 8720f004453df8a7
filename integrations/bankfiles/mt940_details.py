"""Field 86 of MT940: who paid and for what, in the dialects of banks."""

import re
from dataclasses import dataclass

from integrations.bankfiles.limits import MOST_REFERENCE
from integrations.bankfiles.words import account_of, clean, joined, name_of, said

#: A SWIFT line is at most 65 characters; one that is full goes on in the next without a blank.
_FULL_LINE = 65
#: A German purpose field is 27 characters.
_FULL_PURPOSE = 27
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
#: Booking code, then numbered parts behind a sign that the bank chose.
_NUMBERED = re.compile(r"\s*[0-9]{3}\s?([?~<>^@&])(?=[0-9]{2})", re.ASCII)
_NUMBERED_WITHOUT_CODE = re.compile(r"\s*([?~<>^])(?=[0-3][0-9])", re.ASCII)
_SEPA = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|COAM|OAMT|PURP|BREF|RREF|SQTP|RTRN)[+:]", re.ASCII
)
#: Names between slashes: SWIFT, ABN AMRO, ING, Rabobank, Triodos, Handelsbanken.
_SLASHED = re.compile(
    r"/(EREF|REMI|NAME|IBAN|BIC|TRTP|CNTP|ORDP|BENM|MARF|CSID|PREF|IREF|TRCD|RTRN|ULTD|ULTB|ULTC|PURP|ISDT|ADDR|SVCL|"
    r"CHGS|EXCH|OCMT|OAMT|INFO|IDTP|ID|RREF|ACCW|PY|PT|BO|BI|BN|OB|FT|CREF|ORDR|RFB|OBI)/"
)
_LABELLED = (
    re.compile(
        r"(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|BETALINGSKENM\.|MACHTIGING|INCASSANT|VOOR)\s?: ?", re.IGNORECASE
    ),
    re.compile(r"(ID IPH|Z RACH\.|NA RACH\.|OD|DLA|TYT\.|TNR)\s?: ?"),
    re.compile(r"(ORDINANTE|BENEFICIARIO|CAUSALE|CONCEPTO|REF|CRO|TRN|IBAN)\s?: ?", re.IGNORECASE),
    re.compile(r"(REMITTER|ORDERING CUSTOMER|PAYMENT DETAILS|DETAILS|BY ORDER OF|ACCOUNT|REF)\s?: ?", re.IGNORECASE),
)
_NAMES = ("NAAM", "OD", "ORDINANTE", "REMITTER", "ORDERING CUSTOMER", "BY ORDER OF", "NAME")
_ACCOUNTS = ("IBAN", "Z RACH.", "ACCOUNT")
_TEXTS = ("OMSCHRIJVING", "TYT.", "CAUSALE", "CONCEPTO", "PAYMENT DETAILS", "DETAILS")
_MORE_TEXTS = ("KENMERK", "BETALINGSKENM.", "REF")


@dataclass(frozen=True, slots=True)
class Details:
    """What could be told apart; `reference` is all the text where nothing could."""

    name: str = ""
    account: str = ""
    reference: str = ""


def details_of(lines: tuple[str, ...]) -> Details:
    """Of an `:86:` field."""
    text = _unfolded(lines)
    numbered = _NUMBERED.match(text) or _NUMBERED_WITHOUT_CODE.match(text)
    if numbered:
        # Its parts are cut where the line was full, so the lines of the file mean nothing here.
        return _numbered("".join(lines)[:_MOST_TEXT], numbered[1])
    slashed = list(_SLASHED.finditer(text))
    if len(slashed) >= 2:
        return _slashed(text, slashed)
    for dialect in _LABELLED:
        labels = list(dialect.finditer(text))
        if len({found[1].upper() for found in labels}) >= 2:
            return _labelled(text, labels)
    if len(set(found[1] for found in _SEPA.finditer(text))) >= 2:
        return _purpose(text, "", "")
    return _plain(lines, text)


_MOST_TEXT = MOST_REFERENCE * 4


def ns_details(lines: tuple[str, ...]) -> Details:
    """Of an `:NS:` field: numbered lines, 15 and 16 the name, 34 the account, 09 to 14 and 17 to 22 the words."""
    parts: dict[int, str] = {}
    for line in lines:
        if line[:2].isascii() and line[:2].isdigit():
            parts.setdefault(int(line[:2]), line[2:])
    name = parts.get(15, "").rstrip() + parts.get(16, "")
    words = (parts.get(number, "") for number in (*range(2, 15), *range(17, 23)))
    return Details(name_of(name), account_of(parts.get(33, "") + parts.get(34, "")), joined(*words))


def _unfolded(lines: tuple[str, ...]) -> str:
    pieces = [line if len(line) >= _FULL_LINE else f"{line} " for line in lines]
    return "".join(pieces)[:_MOST_TEXT]


def _numbered(text: str, sign: str) -> Details:
    parts: dict[int, str] = {}
    for piece in re.split(rf"{re.escape(sign)}(?=[0-9]{{2}})", text)[1:]:
        number = int(piece[:2])
        # A sign in the payer's words looks like a part; parts stand in order and each once.
        if number in parts and number not in range(20, 30):
            parts[number] += sign + piece
        else:
            parts[number] = parts.get(number, "") + piece[2:]
    purpose = [parts[number] for number in (*range(20, 30), *range(60, 64)) if number in parts]
    full = max([_FULL_PURPOSE, *map(len, purpose)])
    words = "".join(
        piece if len(piece) >= full or at == len(purpose) else f"{piece} " for at, piece in enumerate(purpose, 1)
    )
    name = parts.get(32, "") + ("" if len(parts.get(32, "")) >= _FULL_PURPOSE else " ") + parts.get(33, "")
    iban = account_of(parts.get(38, ""))
    account = iban if _IBAN.fullmatch(iban) else account_of(parts.get(31, ""))
    return _purpose(words, name, account)


def _purpose(words: str, name: str, account: str) -> Details:
    """A purpose with SEPA names in it: the payer's words first, then the references that still name themselves."""
    found = list(_SEPA.finditer(words))
    ends = [*(one.start() for one in found[1:]), len(words)]
    values: dict[str, str] = {}
    for one, end in zip(found, ends, strict=False):
        values.setdefault(one[1], words[one.end() : end].strip())
    begin = words[: found[0].start()] if found else words
    references = [
        f"{key}+{said(values[key])}" for key in ("EREF", "KREF", "ABWA", "RTRN") if said(values.get(key, ""))
    ]
    return Details(
        name_of(name),
        account or account_of(values.get("IBAN", "")),
        joined(said(begin), said(values.get("SVWZ", "")), *references),
    )


def _slashed(text: str, marks: list[re.Match[str]]) -> Details:
    ends = [*(one.start() for one in marks[1:]), len(text)]
    values: dict[str, str] = {}
    for one, end in zip(marks, ends, strict=False):
        values.setdefault(one[1], text[one.end() : end].strip(" /"))
    counterparty = values.get("CNTP", "").split("/")
    name = values.get("NAME") or (counterparty[2] if len(counterparty) > 2 else "") or values.get("BO", "")
    account = values.get("IBAN") or counterparty[0]
    words = values.get("REMI", "")
    for form in ("USTD//", "STRD/CUR/", "STRD//", "STRD/"):
        words = words.removeprefix(form)
    own_words = words or values.get("PY", "") or values.get("INFO", "")
    references = [f"EREF+{said(values['EREF'])}"] if said(values.get("EREF", "")) else []
    debtor = values.get("ULTD", "").removeprefix("NAME/").strip("/ ")
    return Details(
        name_of(name),
        account_of(account),
        joined(own_words, *references, f"ABWA+{debtor}" if debtor else "", values.get("RTRN", "")),
    )


def _labelled(text: str, marks: list[re.Match[str]]) -> Details:
    ends = [*(one.start() for one in marks[1:]), len(text)]
    values: dict[str, str] = {}
    for one, end in zip(marks, ends, strict=False):
        values.setdefault(one[1].upper(), text[one.end() : end].strip(" ;,"))
    texts = [values[key] for key in _TEXTS if key in values]
    begin = "" if texts else text[: marks[0].start()]
    return Details(
        name_of(next((values[key] for key in _NAMES if key in values), "")),
        account_of(next((values[key] for key in _ACCOUNTS if key in values), "")),
        joined(begin, *texts, *(said(values[key]) for key in _MORE_TEXTS if key in values)),
    )


def _plain(lines: tuple[str, ...], text: str) -> Details:
    """Some Dutch banks write the payer's IBAN and name on the first line."""
    account, _, name = lines[0].strip().partition(" ")
    if _IBAN.fullmatch(account) and name.strip():
        return Details(name_of(name), account, clean(_unfolded(lines[1:])))
    return Details("", "", clean(text))
