"""Normal forms of customers' and payers' names and of account numbers."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_NOT_ALNUM = re.compile(r"[\W_]+")
#: Legal forms and fillers say nothing about who it is.
_LEGAL_FORMS = frozenset(
    "LTD LIMITED INC INCORPORATED LLC LLP LP PLC CORP CORPORATION CO COMPANY GMBH MBH AG KG KGAA OHG UG EK SE EG "
    "SARL SA SAS SASU SL SLU SRL SPA BV NV OY OYJ AB AS ASA APS A S DBA PTY PTE SDN BHD KK SP ZOO Z OO THE AND UND "
    "ET Y".split()
)
#: Further ones, that some countries write and others drop.
_MORE_FORMS = frozenset(
    "EIRELI LTDA ME EPP PVT PRIVATE HAFTUNGSBESCHRANKT HAFTUNGSBESCHR HAFTUNGSB HAFTUNGSBESC SARLU EURL SCA SNC SAPA "
    "SPOLKA ZOO KOMANDYTOWA JAWNA AKTIEBOLAG HB KB VOF CV EENMANSZAAK GBR PARTG EV HOLDING GROUP GRUPPE".split()
)
ALL_FORMS = _LEGAL_FORMS | _MORE_FORMS
_SHORT_FOR = {
    "MFG": "MANUFACTURING", "INTL": "INTERNATIONAL", "SVCS": "SERVICES", "SVC": "SERVICE", "GRP": "GROUP",
    "MGMT": "MANAGEMENT", "HLDGS": "HOLDINGS", "BROS": "BROTHERS", "ASSOC": "ASSOCIATES", "NATL": "NATIONAL",
    "DIST": "DISTRIBUTORS", "TECH": "TECHNOLOGIES", "ENGG": "ENGINEERING", "ENG": "ENGINEERING", "SYS": "SYSTEMS",
    "IND": "INDUSTRIES", "INDS": "INDUSTRIES", "PROP": "PROPERTIES", "LOG": "LOGISTICS", "SOLNS": "SOLUTIONS",
    "CONSTR": "CONSTRUCTION", "EQUIP": "EQUIPMENT", "SUP": "SUPPLY", "MED": "MEDICAL", "CTR": "CENTER",
    "GEBR": "GEBRUDER",
}  # fmt: skip
_SPELLINGS = str.maketrans({"ß": "SS", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D"})
#: What an ASCII name is made words with: points and apostrophes go, all else that is no letter or digit parts words.
_WORDS_APART = str.maketrans(
    {chr(code): "" if chr(code) in ".'" else " " for code in range(128) if not chr(code).isalnum()}
)
#: Umlauts as they are written where there are none.
_TWO_LETTERS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"})
#: Letters of a name that are read.
MAX_NAME = 140
_INITIALS_FROM = 3
#: What banks put around a payer's name.
_BANK_WORDS = frozenset(
    "ACH CREDIT WIRE FROM ORIG ORIGINATOR NAME ID DEP STORE TRANSFER PAYMENT PMT EFT CCD CTX PPD SEPA CT INCOMING "
    "BACS FASTER REF TRN DEPOSIT CHECK CHEQUE LOCKBOX BRANCH CHAPS NEFT RTGS GIRO FIRMA FA MESSRS MR MRS "
    "HERR FRAU MONSIEUR STE SOCIETE THE".split()
)


def name_key(name: str) -> str:
    """Upper case words without accents, punctuation and legal forms: `Pinnock & Sons, Inc.` is `PINNOCK SONS`."""
    return _key_of(name_key_words(name[:MAX_NAME]))


def _key_of(words: Sequence[str]) -> str:
    return " ".join([word for word in words if word not in _LEGAL_FORMS]) or " ".join(words)


def name_key_words(text: str) -> list[str]:
    """All words of `text` as `name_key` writes them, legal forms included."""
    if text.isascii():
        return text.upper().translate(_WORDS_APART).split()
    spelt = unicodedata.normalize("NFKD", text.upper().translate(_SPELLINGS))
    plain = "".join([char for char in spelt if char.isascii() or not unicodedata.combining(char)])
    plain = plain.replace(".", "").replace("'", "").replace("’", "")
    return _NOT_ALNUM.sub(" ", plain).split()


def account_key(account: str) -> str:
    """An account number without blanks and punctuation, upper case."""
    return (account if account.isalnum() else _NOT_ALNUM.sub("", account)).upper()


class WrittenName(NamedTuple):
    """A name: its words, its keys (umlauts spelt out, rarer legal forms dropped), and letters of its initials."""

    words: Sequence[str]
    keys: Sequence[str]
    letters: Sequence[int]


def read_name(name: str) -> WrittenName:
    """The name in the forms that it is looked for by."""
    words = name_key_words(name[:MAX_NAME])
    key = _key_of(words)
    keys = [key] if name.isascii() else [key, name_key(name.upper().translate(_TWO_LETTERS))]
    shorter = without_forms(key)
    if shorter not in keys:
        keys.append(shorter)
    kept = key.count(" ") + 1
    return WrittenName(words, keys, (kept,) if kept == len(words) else (kept, len(words)))


def without_bank_words(key: str) -> str:
    """A name's key without words and numbers that banks add."""
    kept = (word for word in key.split() if word not in _BANK_WORDS and not word.isdigit())
    return " ".join(_SHORT_FOR.get(word, word) for word in kept)


def without_forms(key: str) -> str:
    """A key without the legal forms that some write and others drop."""
    words = key.split()
    return key if _MORE_FORMS.isdisjoint(words) else " ".join([word for word in words if word not in _MORE_FORMS])


def initials_of(words: Sequence[str]) -> list[str]:
    """`CES` and `CESL` for `Cascade Energy Solutions Ltd`; none of fewer than three letters."""
    short = "".join([word[0] for word in words if word not in _LEGAL_FORMS])
    found = dict.fromkeys((short, "".join([word[0] for word in words])))
    return [initials for initials in found if len(initials) >= _INITIALS_FROM]
