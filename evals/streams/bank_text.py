"""What arrives in the reference field: the payer's words as each way to pay and each bank prints them."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from core.money import Money, plain
from evals.streams.languages import Language
from evals.streams.numbers import creditor_reference, digits_of, ocr_number
from evals.streams.world import MadeCustomer, World


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a payment's list: the number as written, what is paid, of how much, and why less."""

    number: str
    paid: Money
    gross: Money
    less: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What the payer says: words in its own language, and lines where its way to pay carries them."""

    words: str
    lines: tuple[Line, ...] = ()
    payer: str = ""


def figure(amount: Money, language: Language, *, grouped: bool = False) -> str:
    """An amount as the language writes it."""
    text = plain(abs(amount.amount), amount.currency)
    if grouped:
        text = f"{Decimal(text):,}"
    if not language.decimal_comma:
        return text
    return text.replace(",", " ").replace(".", ",") if "," not in text else text.translate({44: ".", 46: ","})


def as_printed(world: World, customer: MadeCustomer, method: str, told: Told) -> str:
    """The reference field of the bank line."""
    rng = world.rng
    words = told.words
    if words and rng.random() < world.settings.reference_noise:
        chatter = rng.choice(customer.country.language.chatter)
        words = f"{words} {chatter}" if rng.random() < 0.7 else f"{chatter} {words}"
    return _PRINTED.get(method, _plainly)(rng, customer, Told(words, told.lines, told.payer or customer.shown))


def structured(customer: MadeCustomer, method: str, number: str) -> str:
    """A structured reference alone, as the ways that have one carry it; empty for the others."""
    if method == "sepa_scor":
        return creditor_reference(number)
    if method == "bg_ocr":
        return ocr_number(number)
    if method == "boleto":
        return f"BOLETO LIQ NOSSO NUMERO {digits_of(number):0>11}-{len(customer.name) % 10}"
    return ""


Printer = Callable[[Random, MadeCustomer, Told], str]


def _plainly(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    return told.words.upper() if rng.random() < 0.3 else told.words


def _sepa(rng: Random, customer: MadeCustomer, told: Told) -> str:
    code, words = customer.country.code, told.words
    if code == "DE":
        end_to_end = rng.choice(["NOTPROVIDED", f"ZV{rng.randint(10**7, 10**8)}", f"{rng.randint(10**9, 10**10)}"])
        mandate = f"KREF+{rng.randint(10**9, 10**10)} " if rng.random() < 0.2 else ""
        other = f" ABWA+{told.payer}" if rng.random() < 0.1 else ""
        return f"EREF+{end_to_end} {mandate}SVWZ+{words}{other}"
    if code == "FR":
        return f"VIR SEPA RECU /DE {told.payer.upper()} /MOTIF {words} /REF {rng.randint(10**6, 10**9)}"
    if code == "NL":
        return (
            f"/TRTP/SEPA OVERBOEKING/IBAN/{customer.account}/BIC/{customer.account[4:8]}NL2A/NAME/{told.payer}"
            f"/REMI/{words}/EREF/NOTPROVIDED"
        )
    return words


def _scor(rng: Random, customer: MadeCustomer, told: Told) -> str:
    """A creditor reference in `words`; other words are printed as by SEPA."""
    if not told.words.startswith("RF"):
        return _sepa(rng, customer, told)
    reference = told.words.split(" ", 1)[0]
    groups = " ".join(reference[i : i + 4] for i in range(0, len(reference), 4))
    return rng.choice([reference, groups, f"CdtrRefInf SCOR {reference}", f"SVWZ+{groups}"])


def _mt940(rng: Random, customer: MadeCustomer, told: Told) -> str:
    """Field 86 with its lines of 27 characters already joined by blanks, which breaks numbers."""
    del customer
    chunks = [told.words[i : i + 27] for i in range(0, len(told.words), 27)]
    joiner = " " if rng.random() < 0.3 else ""
    return f"166?00GUTSCHRIFT?20SVWZ+{joiner.join(chunks)}?32{told.payer[:27]}"


def _ctx(rng: Random, customer: MadeCustomer, told: Told) -> str:
    """X12 820 addenda: RMR by document, ADX for what was left off."""
    lines = told.lines
    head = (
        f"ORIG CO NAME:{told.payer.upper()[:16]} CO ENTRY DESCR:{rng.choice(['VENDOR PMT', 'EDI PAYMNT', 'AP PMT'])}"
    )
    if not lines:
        return f"{head} SEC:CCD ADDENDA:{told.words}"
    pieces = []
    for line in lines:
        sign = "-" if line.paid.amount < 0 else ""
        kind = "CM" if sign else "IV"
        amounts = f"{sign}{_bare(line.paid)}*{sign}{_bare(line.gross)}"
        less = f"*{_bare(line.less)}" if line.less and "disc" in line.reason.lower() else ""
        pieces.append(f"RMR*{kind}*{line.number}*PO*{amounts}{less}\\")
        if line.less and not less:
            pieces.append(f"ADX*-{_bare(line.less)}*{rng.choice(['01', '04', '06', '59'])}*{line.reason}\\")
    trace = f"TRN*1*{customer.customer_id[1:]}{rng.randint(10**6, 10**7)}\\"
    return f"{head} SEC:CTX {trace}{''.join(pieces)}"


def _ach(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    return rng.choice(
        [
            f"{told.payer.upper()[:16]} DES:PAYMENT ID:{rng.randint(10**4, 10**6)} INDN:OUR CO PMT INFO:{told.words}",
            f"ACH CREDIT {told.payer.upper()} CCD 705{told.words}\\",
            told.words,
        ]
    )


def _wire(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    return rng.choice(
        [
            f"WIRE TYPE:WIRE IN DATE:{rng.randint(100, 999)} ORIG:{told.payer.upper()} OBI:{told.words}",
            f"FEDWIRE CREDIT VIA: CITIZENS BANK/011500120 B/O: {told.payer.upper()} REF: /ROC/{told.words}/",
            f":70:{told.words} :71A:SHA",
        ]
    )


def _bai2(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    return (
        f"16,142,S,0,{rng.randint(10**8, 10**9)}/ 88,CO NAME {told.payer.upper()[:20]} 88,{told.words} "
        f"88,TRACE {rng.randint(10**6, 10**7)}"
    )


def _lockbox(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    items = "; ".join(f"{line.number} {'-' if line.paid.amount < 0 else ''}{_bare(line.paid)}" for line in told.lines)
    box = f"LBX {rng.randint(1000, 9999)} BATCH {rng.randint(1, 60):03d} ITEM {rng.randint(1, 40):02d}"
    return f"{box} CK {rng.randint(1000, 99999):06d} {items or told.words}"


def _cheque(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    return rng.choice(
        [f"CHQ {rng.randint(100000, 999999)} {told.words}", f"CK#{rng.randint(1000, 9999)} MEMO {told.words}"]
    )


def _bacs(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    return rng.choice(
        [told.words.upper(), f"{told.words.upper()} BGC", f"BACS {told.payer.upper()[:18]} {told.words.upper()}"]
    )


def _vat(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    nip = rng.randint(10**9, 10**10 - 1)
    if len(told.lines) == 1 and not told.lines[0].less:
        tax = told.lines[0].paid.amount * 23 / 123
        return f"/VAT/{tax:.2f}/IDC/{nip}/INV/{told.lines[0].number}/TXT/{told.words}".replace(".", ",", 1)
    return f"/IDC/{nip}/TXT/{told.words}"


def _boleto(rng: Random, customer: MadeCustomer, told: Told) -> str:
    return told.words if told.words.startswith("BOLETO") else _pix(rng, customer, told)


def _pix(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    way = rng.choice(["PIX RECEBIDO", "TED CREDITO EM CONTA", "PIX TRANSF"])
    return f"{way} {told.payer.upper()[:20]} {told.words}"


def _neft(rng: Random, customer: MadeCustomer, told: Told) -> str:
    del customer
    bank = rng.choice(["HDFC", "ICIC", "SBIN", "UTIB"])
    return rng.choice(
        [
            f"NEFT CR-{bank}0000{rng.randint(100, 999)}-{told.payer.upper()}-{told.words}",
            f"RTGS-{bank}R5202601{rng.randint(10**7, 10**8)}-{told.payer.upper()}/{told.words}",
            f"MMT/IMPS/{rng.randint(10**11, 10**12)}/{told.words}/{told.payer.upper()[:12]}",
        ]
    )


def _bare(amount: Money) -> str:
    return plain(abs(amount.amount), amount.currency)


_PRINTED: dict[str, Printer] = {
    "sepa": _sepa, "sepa_scor": _scor, "mt940": _mt940, "ach_ctx": _ctx, "ach": _ach, "wire": _wire, "bai2": _bai2,
    "lockbox": _lockbox, "check": _cheque, "cheque": _cheque, "bacs": _bacs, "split_vat": _vat, "boleto": _boleto,
    "pix": _pix, "ted": _pix, "neft": _neft, "rtgs": _neft, "imps": _neft,
}  # fmt: skip
