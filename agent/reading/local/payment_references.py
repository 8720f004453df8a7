"""The reference of a payment: a trace number, a cheque's number, the words that the payer wrote on it."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import replace

from agent.reading.local.neighbours import Said
from ledger.model.signal import Intent, Signal

#: What says that a reference follows. Spelled with and without accents: the text is as the customer wrote it.
_LABEL = (
    r"trace|imad|utr|swift ref|verwendungszweck|mitteilung|betreff|buchungstext|kennwort|scheck(?:nr\.?|nummer)?|cheque|check|chq|chk|ch[eè]que|assegno|transactions?|confirmation"
    r"|last four|ending(?: in)?|cro|trn|eft|particulars|batch|payment id|receipt|narrative|libell[eé]|communication|r[eé]f[eé]rence de virement|motif"
    r"|comprobante|justificante|clave de rastreo|rastreo|concepto|folio|operaci[oó]n|n\.? ?operazione|operazione|causale|distinta|id da transa[cç][aã]o|transa[cç][aã]o|comprovante|descritivo|autentica[cç][aã]o"
    r"|kenmerk|betalingskenmerk|mededeling|omschrijving|tytu[lł]\w{0,3}|numer transakcji|ocr|meddelande|transakt\w{0,6}|referensnummer|betalningsreferens|avsiktsnummer"
    r"|ref(?:erence|[eé]rence|erenz|erencia|er[eê]ncia|erentie|erens|erencja|erencj\w|\.)?|riferimento|rif\.?"
)
_LINK = r"(?:[ .:#]{0,3}(?:number|no|nr|num|nro|n[°ºo]|n[uú]mero|numer|id|is|was|were|ist|war|lautet|est|es|era|[eè]|jest|[aä]r|var|to|reads?|#)(?![\w]))?[.:# ]{1,4}"
_CODE = r"(?:[A-Z]{2,12} )?(?=[A-Za-z/-]{0,20}\d)[A-Za-z0-9][A-Za-z0-9/-]{2,39}(?: [A-Z]{3,12}(?![\w]))?"
_CAPITALS = r"[A-Z][A-Z&'-]{1,20}(?: [A-Z0-9][A-Z0-9&'/-]{1,20}){0,4}"
_QUOTED = r"[\"“”„«»‹'‘]{1,2} ?[^\"“”„«»›\n]{2,60}?(?= ?[\"“”»›’'])"
_STATED = re.compile(
    rf"(?<!\w)(?:(?P<label>(?i:{_LABEL})){_LINK}|(?i:op\.|oper\.) ?)(?P<value>{_QUOTED}|{_CODE}|{_CAPITALS})(?![\w])"
)
#: "It's under KEMBLE 7781": a name alone ("look under KM CREAMERY") is the payer's, no reference.
_UNDER = re.compile(rf"(?<!\w)(?i:under|unter|sous|bajo|sotto|onder) (?P<value>{_CODE})(?![\w])")
#: Names of rails and labels before the reference itself.
_RAIL = re.compile(r"^(?:IMAD|UTR|TRN|REF|TRACE|ACH|EFT|BACS|SEPA|SPEI|PIX|CRO|NO|NR|ID)[ .:]{1,2}(?=\S)")
#: Only these are followed by words instead of a number ("check SENT TODAY" is none).
_OF_WORDS = re.compile(
    r"(?:ref|r[eé]f|riferimento|rif|particulars|narrative|verwendungszweck|mitteilung|betreff|buchungstext|kennwort|libell|communication|motif|concepto|causale"
    r"|descritivo|kenmerk|mededeling|omschrijving|tytu|meddelande)",
    re.IGNORECASE,
)
#: Capitals that are no reference: ways of paying and currencies.
_NO_REFERENCE = re.compile(
    r"(?:ACH|EFT|BACS|CHAPS|SEPA|SWIFT|IBAN|BIC|WIRE|SPEI|PIX|EUR|USD|GBP|SEK|PLN|BRL|PDF|AP|VAT|PO|THE|AND|YOUR|OUR)"
)
_QUOTES = "\"“”„«»‹›'‘’ "
#: The reference often stands in the sentence after the one that says that it was paid.
_CLAUSES_ON = 3
_MOST_CHARS = 600


def payment_reference(text: str) -> str | None:
    """The payment's own reference as written; None where none is stated."""
    for match in _STATED.finditer(text):
        value = _RAIL.sub("", match["value"].strip(_QUOTES)).rstrip(".-/")
        if len(value) >= 3 and (any(character.isdigit() for character in value) or _is_of_words(match, value)):
            return value
    under = _UNDER.search(text)
    return _RAIL.sub("", under["value"]) if under else None


def _is_of_words(match: re.Match[str], value: str) -> bool:
    """Whether words alone are the reference: after a label for such, and not where everything stands in capitals."""
    label = match["label"] or ""
    return _OF_WORDS.match(label) is not None and not label.isupper() and not _NO_REFERENCE.match(value)


def with_references(said: list[Said], text: str) -> list[Said]:
    """The payments of `said` with references that stand in the clauses after them, where these speak of nothing else."""
    return [
        Said(each.clause, tuple(_with_reference(signal, index, said, text) for signal in each.signals))
        for index, each in enumerate(said)
    ]


def _with_reference(signal: Signal, index: int, said: list[Said], text: str) -> Signal:
    if signal.intent is not Intent.PAYMENT_SENT or signal.reference is not None:
        return signal
    start, end = said[index].clause.start, said[index].clause.end
    for other in said[index + 1 : index + 1 + _CLAUSES_ON]:
        elsewhere = set(other.clause.numbers) - set(signal.invoices)
        if other.clause.paragraph != said[index].clause.paragraph or elsewhere:
            break
        if any(each.intent is not Intent.PAYMENT_SENT for each in other.signals):
            break
        end = other.clause.end
    return replace(signal, reference=payment_reference(text[start : min(end, start + _MOST_CHARS)]))
