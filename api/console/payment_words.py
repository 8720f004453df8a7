"""The console's words for cash application; an unknown code is shown with blanks for underscores."""

from api.console.words import plainly

_STANDS = {
    "waiting": ("Waiting", "warn"),
    "untouched": ("Not looked at yet", "warn"),
    "applied": ("Applied", "good"),
    "undone": ("Undone", "calm"),
    "set_aside": ("None fits", "calm"),
    "rejected": ("None fits", "calm"),
    "suggested": ("Proposed", "calm"),
    "outside": ("No customer's", "calm"),
    "ignored": ("Not customers' money", "calm"),
    "elsewhere": ("Applied elsewhere", "calm"),
}
_FLAGS = {
    "repeated": "Same amount again",
    "much_larger": "Far larger than usual",
    "unknown_account": "Large, from a new account",
}
_PARTS = {
    "invoice": "Pays invoice",
    "credit": "Takes credit note",
    "discount": "Early-payment discount on",
    "fee": "Bank or processor fee on",
    "withholding_tax": "Tax withheld on",
    "write_off": "Written off on",
    "short_pay": "Short pay on",
    "on_account": "On account of",
    "reversal": "Takes back payment",
    "duplicate": "Repeats payment",
    "unidentified": "Nobody could tell",
}
#: What a part leaves behind in the books, said before it is applied.
_LEAVES = {
    "discount": "is booked as an adjustment (early-payment discount) on",
    "fee": "is booked as an adjustment (bank fee) on",
    "withholding_tax": "is booked as an adjustment (tax withheld) on",
    "write_off": "is written off on",
    "short_pay": "stays open as a dispute on",
    "reversal": "is taken back, and what it had paid is open again: payment",
    "duplicate": "stays unapplied, as a repetition of payment",
    "on_account": "stays unapplied, on account of",
}
#: Habits in a sentence around the payer: before it, after it, then the customer.
_HABITS = {
    "account": ("Account", "is an account of"),
    "alias": ("", "is another name of"),
    "agent": ("", "pays for"),
    "parent": ("", "is the parent of, and pays for,"),
    "fee": ("", "usually has a fee taken off when it pays for"),
    "withholding": ("", "usually withholds tax when it pays for"),
    "discount": ("", "usually takes a discount when it pays for"),
}
#: Tone of a candidate that no button should offer first.
UNLIKELY = "outline"
#: Chance of the candidate against all that were weighed, from which on it is called so; the last is the rest.
_CONFIDENCE = ((0.95, "Almost certain", "good"), (0.75, "Likely", "good"), (0.4, "Possible", "calm"))
_METHODS = {"ach": "ACH", "sepa": "SEPA", "bacs": "Bacs", "wire": "Wire", "card": "Card", "check": "Cheque"}


def standing_words(code: str) -> tuple[str, str]:
    """Where a payment stands, and its tone."""
    return _STANDS.get(code, (plainly(code), "calm"))


def flag_words(code: str) -> str:
    """Why a payment looks odd."""
    return _FLAGS.get(code, plainly(code))


def part_words(kind: str) -> str:
    """What one part of a payment does, before the name of its document."""
    return _PARTS.get(kind, plainly(kind))


def leaves_words(kind: str) -> str:
    """What a part leaves in the books, between its amount and its document; empty where it leaves nothing."""
    return _LEAVES.get(kind, "")


def habit_words(kind: str) -> tuple[str, str]:
    """What stands before and after the payer in a sentence that ends with the customer."""
    return _HABITS.get(kind, ("", f"{plainly(kind)} for"))


def confidence_words(confidence: float) -> tuple[str, str]:
    """How sure a candidate is, and its tone."""
    return next(((words, tone) for least, words, tone in _CONFIDENCE if confidence >= least), ("Unlikely", UNLIKELY))


def method_words(code: str) -> str:
    """How the money came."""
    return _METHODS.get(code.lower(), plainly(code))
