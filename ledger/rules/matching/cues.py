"""Words in remittance text that say why an amount is what it is, and the amounts written beside them."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

#: Text beyond this is not read; a remittance list of a thousand invoices is shorter.
MAX_TEXT = 40_000


class Cue(StrEnum):
    """What a word in the text points to."""

    CREDIT = "credit"
    DISCOUNT = "discount"
    FEE = "fee"
    PART = "part"
    DEDUCTION = "deduction"
    TAX = "tax"
    REVERSAL = "reversal"
    DEPOSIT = "deposit"
    REPEAT = "repeat"
    ADVICE = "advice"
    PENDING = "pending"
    PROCESSOR = "processor"
    #: A processor in a payer's name, and anything else in a text.
    PAYOUT = "payout"
    #: Something is taken off, whatever it is.
    LESS = "less"


_WORDS: dict[Cue, tuple[str, ...]] = {
    Cue.CREDIT: (
        "CREDIT", "GUTSCHRIFT", "GUTSCHR", "AVOIR", "CREDITO", "KREDIT", "CN", "CRN", "HYVITYS", "CREDITNOTA", "NOTA",
        "KREDITNOTA", "KORREKTA", "KOREKTA", "GS", "CM", "KREDITFAKTURA",
    ),
    Cue.DISCOUNT: (
        "DISCOUNT", "DISC", "SKONTO", "ESCOMPTE", "SCONTO", "KORTING", "DESCUENTO", "DESCONTO", "RABAT", "RABATT",
        "BETALINGSKORTING", "KASSARABATT",
    ),
    Cue.FEE: (
        "FEE", "FEES", "CHARGE", "CHARGES", "FRAIS", "GEBUEHR", "GEBUHR", "GEBUHREN", "GEBUEHREN", "SPESEN",
        "BANKSPESEN", "COMMISSION", "KOSTEN", "COMISION", "COMISSAO", "SPESE", "ENTGELT", "BANKKOSTEN", "CHGS",
        "PROWIZJA", "AVGIFT", "TARIFA", "OPLATA",
    ),
    Cue.PART: (
        "PART", "PARTIAL", "INSTALMENT", "INSTALLMENT", "INSTALMENTS", "INSTALLMENTS", "RATE", "TEILZAHLUNG", "TEIL",
        "HALF", "ACOMPTE", "REST", "BALANCE", "PLAN", "SOLDE", "CUOTA", "RATA", "REMAINDER", "PARCELA", "TERMIJN",
        "PROGRESS", "TEILBETRAG", "ABSCHLAG", "DEELBETALING", "DELBETALNING", "PARCIAL", "PARZIALE", "CZESC",
        "RESTBETRAG", "MILESTONE", "TRANCHE", "ECHEANCE", "ACCONTO",
    ),
    Cue.DEDUCTION: (
        "DAMAGED", "DAMAGE", "DAMAGES", "SHORT", "SHORTAGE", "DEDUCT", "DEDUCTED", "DEDUCTION", "DEFEKT", "ABZUG",
        "MISSING", "DISPUTE", "DISPUTED", "BROKEN", "MANGEL", "MAENGEL", "BESCHADIGT", "FEHLMENGE", "REMISE",
        "ALLOWANCE", "DEFECT", "DEFECTIVE", "PRICING", "OVERCHARGE", "OVERCHARGED", "PENALTY", "REKLAMATION",
        "MINDERUNG", "ABZUEGLICH", "ABZGL", "LITIGE", "MANQUANT", "RECLAMO", "KLACHT", "REKLAMACJA", "REKLAMATION",
        "REBATE", "DIFFERENCE", "DIFFERENZ", "WITHHELD", "QUALITY",
    ),
    Cue.TAX: (
        "WITHHOLDING", "WHT", "TDS", "RETENUE", "RETENCION", "IRPF", "IRRF", "QUELLENSTEUER", "RITENUTA", "RETENCAO",
        "BRONBELASTING", "KALLSKATT", "CIS", "ISS", "WITHHOLDINGTAX",
    ),
    Cue.REVERSAL: (
        "RUECKLASTSCHRIFT", "RUCKLASTSCHRIFT", "CHARGEBACK", "REVERSAL", "REVERSED", "REFUND", "RETURNED", "RETURN",
        "NSF", "STORNO", "REJET", "IMPAYE", "RUCKGABE", "RUECKGABE", "REJECTED", "BOUNCED", "DEVOLUCION", "RETOURE",
        "DISHONOURED", "UNPAID", "STORNERING", "ESTORNO", "ZWROT", "STORNIERT", "RECALL", "DISHONORED", "REPAYMENT",
        "REPAID", "REFUNDED", "CHARGEBACKS", "RETURNS", "BOUNCE", "INSUFFICIENT", "RETUR",
        "ERSTATTUNG", "RUECKERSTATTUNG", "RUECKZAHLUNG", "RUCKZAHLUNG", "RUECKUEBERWEISUNG", "RUECKBELASTUNG", "RLS",
        "SCHECKRUECKGABE", "RUCKERSTATTUNG", "REMBOURSEMENT", "RESTITUTION", "RESTITUTIE", "TERUGBOEKING",
        "TERUGBETALING", "GEWEIGERD", "STORNERAD", "RETURNERAD", "ATERTAGEN", "ATERBETALNING", "ATERBET", "TACKNING",
        "TILBAGEBETALING", "PALAUTUS", "ODMOWA", "ZWROCONO", "DEVOLVIDO", "DEVOLVIDA", "DEVOLUCAO", "DEVUELTO",
        "REEMBOLSO", "IMPAGADO", "RIMBORSO", "INSOLUTO", "STORNATO", "OVERPAYMENT", "OVERPAID", "UEBERZAHLUNG",
        "UBERZAHLUNG", "NADPLATA", "NADPLATY", "PERCU",
    ),
    Cue.DEPOSIT: (
        "DEPOSIT", "PREPAYMENT", "ADVANCE", "ANZAHLUNG", "VORAUSZAHLUNG", "VORKASSE", "ANTICIPO", "RETAINER",
        "AANBETALING", "FORSKOTT", "FORSKOTTSBETALNING", "ZALICZKA", "SINAL", "ADIANTAMENTO", "PREPAID",
        "VOORUITBETALING", "AKONTO", "GUTHABEN", "PROVISION", "ARRHES", "VORAUSKASSE", "ENTRADA", "ADELANTO",
        "PRZEDPLATA", "FORUDBETALING", "AVANS", "VOORSCHOT", "CAPARRA", "SENAL", "PREPAGO", "ANTICIPADO", "AVANCE",
    ),
    Cue.REPEAT: (
        "DUPLICATE", "DUPLICATED", "DOPPELT", "DOPPELZAHLUNG", "DOUBLON", "DUPLICADO", "DUBBEL", "TWICE", "DOPPIO",
        "DUBBELBETALNING", "PODWOJNA", "DUPLICIDADE",
    ),
    Cue.ADVICE: (
        "REMITTANCE", "ADVICE", "AVIS", "EMAIL", "MAIL", "SPECIFICATIE", "BETAALADVIES", "SAMMELZAHLUNG", "AVISO",
        "AVISERING", "SPECIFIKATION", "DETAILS", "AVVISO", "ADVIES", "AVI", "REMITTANCES", "ZESTAWIENIE", "SPEC",
        "SPECIFICATION", "AUFSTELLUNG", "RELEVE", "DETTAGLIO", "DETALLE", "AWIZO", "BETALNINGSAVI", "BORDEREAU",
    ),
    Cue.PENDING: ("PENDING", "VORGEMERKT", "AUTHORISED", "AUTHORIZED", "PREAUTH", "PENDIENTE", "VORMERKUNG"),
    Cue.PROCESSOR: (
        "STRIPE", "ADYEN", "PAYPAL", "MOLLIE", "GOCARDLESS", "WORLDPAY", "KLARNA", "PRZELEWY", "RAZORPAY", "SUMUP",
        "BRAINTREE", "PAYU",
    ),
    Cue.PAYOUT: ("PAYOUT", "PAYOUTS", "SETTLEMENT", "SETTLEMENTS", "AUSZAHLUNG", "CHECKOUT", "SQUARE"),
    Cue.LESS: (
        "LESS", "MINUS", "MOINS", "MENO", "MENOS", "MINDER", "ABZUGLICH", "AFTREK", "AVDRAG", "AVDRAGEN", "POTRACONO",
        "POTRACONY", "POMNIEJSZONE", "DEDUIT", "DEDUITE", "DEDUITS", "DESCONTADO", "INGEHOUDEN",
    ),
}  # fmt: skip
#: Beginnings of further words for money paid beforehand.
_DEPOSIT_STEMS = (
    "AKONTO", "ANZAHL", "VORAUS", "PREPAY", "ANTECIP", "ANTICIP", "HANDPENN", "UPFRONT", "FORSKOTT", "FORSKUD",
    "ZALICZ",
    "PRZEDPL", "AANBETAL", "VOORUITBETAL", "VOORSCHOT", "FORHAND",
)  # fmt: skip
_CUE_OF = {word: cue for cue, words in _WORDS.items() for word in words}
#: `on account` and `a conto` are said in two words, and `account` alone says nothing.
_ON_ACCOUNT = re.compile(
    r"\b(?:ON ACCOUNT|A CONTO|A/C PAYMENT|A VALOIR|PAYMENT ON ACC(?:OUNT|T)?|A CUENTA|POR CONTA|OP REKENING|PA KONTO"
    r"|NA POCZET|IN CONTO|AUF KONTO)\b"
)
_WORD = re.compile(r"[^\W\d_]{2,30}")
#: Why a bank sent a debit back: ISO 20022 and Nacha codes.
_RETURN_CODE = re.compile(r"\b(?:R(?:0[1-9]|[1-7]\d|8[0-5])|A[CGM]0[1-9]|MD0[1-7]|MS0[23]|RR0[1-4]|SL01)\b", re.ASCII)
#: An amount with two decimals, after a point (also between the commas of a CSV) or after a comma; a column too narrow
#: for its words may run into it. Lengths are bounded
#: so that a long run of digits costs no more than its length.
_AMOUNT = re.compile(
    r"(?:(?<![\w.])(?<!\w-)|(?<=[A-Z]{4}))"
    r"(?:\d{1,3}(?:[,']\d{3}){1,4}|\d{1,2}(?:,\d{2}){1,4},\d{3}|\d{1,15})\.\d{2}(?!\w|\.\d)"
    r"|(?:(?<![\w.,])(?<!\w-)|(?<=[A-Z]{4}))(?:\d{1,3}(?:[.'\u00a0 ]\d{3}){1,4}|\d{1,15}),\d{2}(?!\w|[.,]\d)",
    re.ASCII,
)
_CURRENCY = r"(?:EUR|USD|GBP|SEK|PLN|INR|BRL|CHF|JPY|NOK|DKK|RS|KR|ZL|R\$|[€$£₹¥])"
_WHOLE = r"\d{1,3}(?:[.,']\d{3}){1,4}|\d{1,9}"
#: A whole amount beside its currency: `EUR 1500`, `$1,500`, `1.500,- EUR`.
_BESIDE_CURRENCY = re.compile(
    rf"(?<!\w){_CURRENCY}\s?({_WHOLE})(?![.,]?\d|\w)|(?<![\w.,-])({_WHOLE})(?:,-{{1,2}})?\s?{_CURRENCY}(?!\w)",
    re.ASCII,
)
#: Addenda of an ACH payment: what is paid on a document, what it was billed, what was taken off.
_RMR = re.compile(r"RMR\*\w{0,3}\*[^*\\~\n]{1,50}\*\w{0,3}\*(-?\d{1,12}(?:\.\d{1,2})?)", re.ASCII)
#: An amount whose last zero a machine left out: `74235.0`.
_ONE_DECIMAL = re.compile(r"(?<![\w.,/-])\d{2,12}\.\d(?![\w.,])(?!\s?%)", re.ASCII)
#: A plain number right after a word or a minus sign: `frais 15`, `box -40`.
_SMALL = re.compile(r"(?<![\w.,/-])-?\d{1,6}(?:[.,]\d)?(?![.,]\d|\w)(?!\s?%)", re.ASCII)
_PERCENT = re.compile(r"(?<![\w.,])(\d{1,2}(?:[.,]\d{1,2})?)\s?(?:%|PCT|PERCENT|PROZENT|POUR ?CENT)", re.ASCII)


@dataclass(frozen=True, slots=True)
class WrittenAmount:
    """An amount as written, without currency, and where it stands. `negative`: a minus or brackets around it."""

    amount: Decimal
    start: int
    end: int
    negative: bool = False

    @property
    def signed(self) -> Decimal:
        """The amount with its sign."""
        return -self.amount if self.negative else self.amount


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues found, and the amounts written in the text in their order."""

    words: frozenset[Cue]
    amounts: tuple[WrittenAmount, ...]
    #: Numbers without decimals, which may be amounts or anything else.
    small_numbers: frozenset[Decimal]
    #: Shares written with a percent sign.
    percents: frozenset[Decimal] = frozenset()

    @property
    def figures(self) -> list[Decimal]:
        """The amounts with decimals, in the order of the text."""
        return [written.amount for written in self.amounts]

    def __contains__(self, cue: Cue) -> bool:
        return cue in self.words

    def writes(self, amount: Decimal) -> bool:
        """Whether this amount is written somewhere in the text, with decimals or as a small whole number."""
        return amount in self.small_numbers or any(written.amount == amount for written in self.amounts)


@lru_cache(maxsize=512)
def read_cues(text: str) -> Cues:
    """Cue words and amounts of `text`; linear in its length."""
    plain = plain_upper(text)
    written = set(_WORD.findall(plain))
    words = {_CUE_OF[word] for word in written if word in _CUE_OF}
    if any(word.startswith(_DEPOSIT_STEMS) for word in written) or _ON_ACCOUNT.search(plain):
        words.add(Cue.DEPOSIT)
    if _RETURN_CODE.search(plain):
        words.add(Cue.REVERSAL)
    small = frozenset(abs(Decimal(found.replace(",", "."))) for found in _SMALL.findall(plain))
    percents = frozenset(Decimal(found.replace(",", ".")) for found in _PERCENT.findall(plain))
    return Cues(frozenset(words), _amounts(plain), small, percents)


def plain_upper(text: str) -> str:
    """Upper case without accents, cut at `MAX_TEXT`; positions in it are those every reader here uses."""
    if text.isascii():
        return text[:MAX_TEXT].upper()
    decomposed = unicodedata.normalize("NFKD", text[:MAX_TEXT]).upper()
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _amounts(plain: str) -> tuple[WrittenAmount, ...]:
    """Amounts with decimals, then whole ones beside a currency or in addenda where nothing was read yet."""
    found = {
        match.start(): WrittenAmount(_decimal(match[0]), *match.span(), _is_negative(plain, *match.span()))
        for match in _AMOUNT.finditer(plain)
    }
    covered = {position for written in found.values() for position in range(written.start, written.end)}
    for match in _BESIDE_CURRENCY.finditer(plain):
        start, end = match.span(1 if match[1] else 2)
        if start not in covered:
            digits = "".join(char for char in match[1] or match[2] if char.isdigit())
            found[start] = WrittenAmount(Decimal(digits), start, end, _is_negative(plain, start, end))
    for match in _ONE_DECIMAL.finditer(plain):
        if match.start() not in covered:
            found[match.start()] = WrittenAmount(Decimal(match[0]), *match.span(), _is_negative(plain, *match.span()))
    for match in _RMR.finditer(plain):
        if match.start(1) not in covered and match.start(1) + (match[1][0] == "-") not in covered:
            value = Decimal(match[1])
            found[match.start(1)] = WrittenAmount(abs(value), *match.span(1), value < 0)
    return tuple(found[start] for start in sorted(found))


def _is_negative(plain: str, start: int, end: int) -> bool:
    before, after = plain[max(start - 3, 0) : start], plain[end : end + 2]
    if before.endswith("(") and after.startswith(")"):
        return True
    sign = before.rstrip(" €$£")
    if sign.endswith(("-", "\u2212")):
        return not (len(sign) > 1 and (sign[-2].isalnum() or sign[-2] == "-"))
    return after.startswith("-") and not after[1:].isalnum()


def _decimal(written: str) -> Decimal:
    """`1.250,00`, `1,250.00` and `1'250.00` alike: the last two digits are decimals."""
    digits = "".join(char for char in written if char.isdigit() and char.isascii())
    return Decimal(digits or "0").scaleb(-2)
