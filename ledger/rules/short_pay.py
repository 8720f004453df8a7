"""Why a payer says that it paid less, from the words of its reference."""

import re
import unicodedata

from ledger.model.signal import DisputeReason

_WORDS: dict[DisputeReason, tuple[str, ...]] = {
    DisputeReason.QUALITY: ("DAMAGE", "DEFECT", "DEFEKT", "BROKEN", "MANGEL", "BESCHADIG", "ENDOMMAG", "DANNEGG"),
    DisputeReason.QUANTITY: ("SHORT", "MISSING", "FEHLMENGE", "MANQUANT", "FALTA", "MANCO", "ONTBREK", "SAKNA"),
    DisputeReason.NOT_RECEIVED: ("NOT RECEIVED", "UNDELIVERED", "NICHT ERHALTEN", "NON RECU", "NO RECIBID"),
    DisputeReason.PRICE: ("PRICE", "PREIS", "PRIX", "PRECIO", "PREZZO", "PRIJS", "CENA", "OVERCHARGE"),
    DisputeReason.TAX: ("WITHHOLD", "WHT", "TDS", "QUELLENSTEUER", "RETENUE", "RETENC", "RITENUTA", "VAT", "IRRF"),
    DisputeReason.TERMS: ("DISCOUNT", "SKONTO", "ESCOMPTE", "SCONTO", "KORTING", "DESCUENTO", "DESCONTO", "RABAT"),
    DisputeReason.CREDIT_DUE: ("CREDIT", "GUTSCHRIFT", "AVOIR", "REBATE", "BONUS"),
    DisputeReason.CANCELLED: ("CANCEL", "STORN", "ANNUL"),
}  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")
_MOST = 4_000


def short_pay_reason(reference: str, *, late_discount: bool = False) -> DisputeReason:
    """The reason that the reference states for a deduction; `terms` for a discount after its window."""
    if late_discount:
        return DisputeReason.TERMS
    plain = unicodedata.normalize("NFKD", reference[:_MOST].upper())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = f" {_NOT_WORD.sub(' ', plain)} "
    for reason, beginnings in _WORDS.items():
        if any(f" {beginning}" in words for beginning in beginnings):
            return reason
    return DisputeReason.OTHER
