"""Words in remittance text that say why an amount is what it is, and the amounts written beside them."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

#: Text beyond this is not read; a remittance list of a thousand invoices is shorter.
MAX_TEXT = 40_000


class Cue(StrEnum):
    """What a word in the text points to."""

    CREDIT = "credit"
    DISCOUNT = "discount"
    FEE = "fee"
    PART = "part"
    DEDUCTION = "deduction"
    REVERSAL = "reversal"
    DEPOSIT = "deposit"


_WORDS: dict[Cue, tuple[str, ...]] = {
    Cue.CREDIT: ("CREDIT", "GUTSCHRIFT", "AVOIR", "CREDITO", "KREDIT", "CN", "CRN", "HYVITYS", "CREDITNOTA", "NOTA"),
    Cue.DISCOUNT: ("DISCOUNT", "DISC", "SKONTO", "ESCOMPTE", "SCONTO", "KORTING", "DESCUENTO", "DESCONTO", "RABAT"),
    Cue.FEE: (
        "FEE", "FEES", "CHARGE", "CHARGES", "FRAIS", "GEBUEHR", "GEBUHR", "GEBUHREN", "SPESEN", "BANKSPESEN",
        "COMMISSION", "KOSTEN", "COMISION", "SPESE", "ENTGELT",
    ),
    Cue.PART: (
        "PART", "PARTIAL", "INSTALMENT", "INSTALLMENT", "INSTALMENTS", "RATE", "TEILZAHLUNG", "TEIL", "HALF",
        "ACOMPTE", "REST", "BALANCE", "PLAN", "SOLDE", "CUOTA", "RATA", "REMAINDER",
    ),
    Cue.DEDUCTION: (
        "DAMAGED", "DAMAGE", "SHORT", "SHORTAGE", "DEDUCT", "DEDUCTED", "DEDUCTION", "DEFEKT", "ABZUG", "MISSING",
        "DISPUTE", "DISPUTED", "BROKEN", "MANGEL", "WITHHOLDING", "WHT", "TDS", "RETENUE", "BESCHADIGT", "FEHLMENGE",
    ),
    Cue.REVERSAL: (
        "RUECKLASTSCHRIFT", "RUCKLASTSCHRIFT", "CHARGEBACK", "REVERSAL", "REVERSED", "REFUND", "RETURNED", "RETURN",
        "NSF", "STORNO", "REJET", "IMPAYE", "RUCKGABE", "REJECTED", "BOUNCED", "DEVOLUCION",
    ),
    Cue.DEPOSIT: ("DEPOSIT", "PREPAYMENT", "ADVANCE", "ANZAHLUNG", "VORAUSZAHLUNG", "VORKASSE", "ANTICIPO"),
}  # fmt: skip
_CUE_OF = {word: cue for cue, words in _WORDS.items() for word in words}
_WORD = re.compile(r"[^\W\d_]{2,30}")
#: An amount with two decimals. Lengths are bounded so that a long run of digits costs no more than its length.
_AMOUNT = re.compile(r"(?<![\w.,])\d[\d.,']{0,18}[.,]\d{2}(?![\w])", re.ASCII)
#: A plain number right after a word or a minus sign: `frais 15`, `box -40`.
_SMALL = re.compile(r"(?<![\w.,/-])-?\d{1,6}(?![\w.,/-]\d|\w)", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """An amount as written, without currency, and where it stands."""

    amount: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues found, and the amounts written in the text in their order."""

    words: frozenset[Cue]
    amounts: tuple[WrittenAmount, ...]
    #: Numbers without decimals, which may be amounts or anything else.
    small_numbers: frozenset[Decimal]

    @property
    def figures(self) -> list[Decimal]:
        """The amounts with decimals, in the order of the text."""
        return [written.amount for written in self.amounts]

    def __contains__(self, cue: Cue) -> bool:
        return cue in self.words

    def writes(self, amount: Decimal) -> bool:
        """Whether this amount is written somewhere in the text, with decimals or as a small whole number."""
        return amount in self.small_numbers or any(written.amount == amount for written in self.amounts)


def read_cues(text: str) -> Cues:
    """Cue words and amounts of `text`; linear in its length."""
    plain = plain_upper(text)
    words = frozenset(_CUE_OF[word] for word in _WORD.findall(plain) if word in _CUE_OF)
    amounts = tuple(
        WrittenAmount(_decimal(found[0]), found.start(), found.end()) for found in _AMOUNT.finditer(plain)
    )
    small = frozenset(abs(Decimal(found)) for found in _SMALL.findall(plain))
    return Cues(words, amounts, small)


def plain_upper(text: str) -> str:
    """Upper case without accents, cut at `MAX_TEXT`; positions in it are those every reader here uses."""
    decomposed = unicodedata.normalize("NFKD", text[:MAX_TEXT]).upper()
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _decimal(written: str) -> Decimal:
    """`1.250,00`, `1,250.00` and `1'250.00` alike: the last two digits are decimals."""
    digits = "".join(char for char in written if char.isdigit() and char.isascii())
    return Decimal(digits or "0").scaleb(-2)
