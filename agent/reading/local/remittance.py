"""Remittance advices: tables that say that a payment was made, without a sentence that says so."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from datetime import date

from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import ReadText
from agent.reading.local.payment_references import payment_reference
from agent.reading.local.sentences import Sentence
from agent.signals import ReplyToRead
from core.money import Money
from ledger.model.signal import Evidence, Intent, Signal

_TITLE = phrase_pattern(
    r"""
    remittance advice|payment advice|remittance details|payment notification|ach remittance|remittance (?:below|follows)
    zahlungsavis|zahlungsmitteilung|überweisungsavis
    avis de (?:paiement|virement|règlement)|bordereau de règlement
    aviso de (?:pago|transferencia|pagamento)|detalle de pago|relación de pagos
    avviso di (?:pagamento|bonifico)|distinta di pagamento
    betaalspecificatie|betalingsspecificatie|betaaladvies|remittance
    awizo (?:płatności|przelewu)|specyfikacja płatności
    betalningsavi|betalningsspecifikation
    """
)
_DAY_LABEL = re.compile(
    r"(?:value|payment|pay|paid|settlement|transfer|effective|zahlungs|valuta|wertstellung|ausfuhrungs|date de (?:paiement|valeur)|fecha de"
    r"|data (?:di |valuta|pagamento|do )|betaal|valuta|data (?:platnosci|przelewu)|betalnings)\w{0,10}(?: date| datum| dag)?"
)
_TOTAL = re.compile(
    r"total|summe|gesamt|amount paid|payment amount|montant|importe|importo|totaal|razem|suma|summa|betrag|net paid"
)
_CONFIDENCE = 0.8


def remittance_signal(reply: ReplyToRead, read: ReadText) -> Signal | None:
    """The payment that a remittance advice states; None where the text is none or names no invoice of ours.

    The invoices are those of its lines; the amount is the total, in the currency written there.
    """
    title = next((each for each in read.sentences if _TITLE.search(each.folded)), None)
    if title is None or any(clause.has("inject") for clause in read.clauses):
        # What stands around an order to the software is nobody's advice; the alarms bring it before a person.
        return None
    numbers = tuple(sorted({n for each in read.references.found if each.written for n in each.numbers}))
    if not numbers:
        return None
    today = reply.received_at.date()
    return Signal(
        Intent.PAYMENT_SENT,
        Evidence(title.text, title.start, title.end),
        _CONFIDENCE,
        invoices=numbers,
        day=_paid_on(read, today, title),
        amount=_total(read),
        reference=payment_reference(reply.text[:4000]) or payment_reference(reply.subject[:400]),
    )


def _paid_on(read: ReadText, today: date, title: Sentence) -> date | None:
    """The day of the payment: of a line that says so, else the one day in the advice's title."""
    for clause in read.clauses:
        behind = clause.behind(today)
        if behind and _DAY_LABEL.search(clause.folded) and not clause.numbers:
            return behind[0].back
    named = [each for each in read.clauses if title.start <= each.start < title.end]
    days = {day.back for clause in named for day in clause.behind(today)}
    return days.pop() if len(days) == 1 else None


def _total(read: ReadText) -> Money | None:
    for sentence in reversed(read.sentences):
        amounts = _amounts_in(sentence, read)
        if amounts and _TOTAL.search(sentence.folded):
            return amounts[-1]
    return None


def _amounts_in(sentence: Sentence, read: ReadText) -> list[Money]:
    return [
        each.money
        for clause in read.clauses
        if sentence.start <= clause.start < sentence.end
        for each in clause.amounts
        if not each.rough
    ]
