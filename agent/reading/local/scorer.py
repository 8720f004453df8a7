"""What each clause says by phrase lists and the rules between them; the trained heads see it as one voice of many."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import Clause, ReadText
from ledger.model.signal import DisputeReason, DocumentKind, Intent

Scores = dict[Intent, float]


@dataclass(frozen=True, slots=True)
class ClauseSays:
    """What one clause says: each intent with a confidence from 0 to 1, and what a dispute or a request is about.

    `concerns` are how likely the mail says what a person must answer, whether or not one intent stands out, each at
    the clause that says it most; None stands for what is no intent (a threat, an order, an unclear text).
    """

    scores: Scores = field(default_factory=dict)
    reason: DisputeReason | None = None
    documents: tuple[DocumentKind, ...] = ()
    concerns: dict[Intent | None, float] = field(default_factory=dict)


class ClauseScorer(Protocol):
    """Says of every clause of a reply what it says, in order; pure, the same answer every time."""

    def score(self, read: ReadText, today: date) -> tuple[ClauseSays, ...]: ...


class LexiconScorer:
    """Phrase lists and the rules between them: negation, question, condition, hedging."""

    def score(self, read: ReadText, today: date) -> tuple[ClauseSays, ...]:
        """By the rules alone."""
        return tuple(
            ClauseSays(rule_scores(clause, read, today), reason_of(clause), documents_of(clause))
            for clause in read.clauses
        )


def rule_scores(clause: Clause, read: ReadText, today: date) -> Scores:
    """What the phrase rules make of one clause."""
    scores: Scores = {}
    if clause.has("inject"):
        # An order to the software is nobody's statement; the alarms bring it before a person.
        return scores
    _person_needed(clause, scores)
    _documents(clause, scores)
    if reason_of(clause) is not None:
        scores[Intent.DISPUTE] = 0.8
    _money(clause, today, scores)
    if not scores and _asks(clause):
        scores[Intent.QUESTION] = 0.65 if clause.question else 0.55
    if not scores and _is_bare_day(clause, read, today):
        scores[Intent.PROMISE_TO_PAY] = 0.6
    return scores


def _is_bare_day(clause: Clause, read: ReadText, today: date) -> bool:
    """ "Tuesday." as the answer to "when will you pay?": a short reply with a day and no other statement."""
    if clause.question or clause.start != read.sentences[clause.sentence].start:
        return False
    if not clause.ahead(today) or clause.has("negation", "hedge", "ooo", "unrelated", "condition"):
        return False
    words = len(clause.folded.split())
    return words <= (9 if clause.numbers else 6) and (bool(clause.numbers) or read.words <= 20)


def _person_needed(clause: Clause, scores: Scores) -> None:
    if clause.has("bank"):
        scores[Intent.BANK_DETAILS_QUERY] = 0.85
    if clause.has("legal"):
        scores[Intent.LEGAL_NOTICE] = 0.85
    if clause.has("stop") and "http" not in clause.folded:
        scores[Intent.STOP_CONTACT] = 0.9
    if clause.has("contact_change") or (
        "@" in clause.folded and _ADDRESSING.search(clause.folded) and not documents_of(clause)
    ):
        scores[Intent.CONTACT_CHANGE] = 0.8


#: Beside an address these say to write there.
_ADDRESSING = phrase_pattern(
    r"""
    contact|write|e-?mail|send|reach|forward|direct|address|instead|from now on|get in touch
    schreiben|schreibt|wenden|senden|schicken|richten|mailen|kontaktieren|zuständig
    écrivez|écrire|contactez|contacter|adressez|adresser|envoyez|envoyer|voyez
    escriban?|escribir|contact(?:en|ar|e)|envíen?|enviar|diríjan?se|manden?
    scrivete|scrivere|contattate|contattare|inviate|inviare|rivolgetevi|mandate
    mailen|schrijf|contacteer|stuur|sturen|neem contact|richten
    escrev(?:am|er|a)|contact(?:em|ar|e)|contat(?:em|ar|e)|envi(?:em|ar|e)
    pisać|piszcie|kontakt\w*|wysyłać|kierować|proszę o kontakt
    skriv|kontakta|maila|mejla|skicka|vänd
    """
)


# Documents


def documents_of(clause: Clause) -> tuple[DocumentKind, ...]:
    """What the clause asks for, sorted; empty where it asks for no document."""
    if not clause.has("doc_request") or (clause.has("sent") and not clause.question):
        return ()
    kinds = {kind for kind in DocumentKind if clause.has(f"doc_{kind.value}")}
    if len(kinds) > 1 and DocumentKind.INVOICE_COPY in kinds and _shared_copy(clause):
        kinds.discard(DocumentKind.INVOICE_COPY)
    if _CORRECTED.search(clause.folded):
        kinds.discard(DocumentKind.INVOICE_COPY)
    return tuple(sorted(kinds, key=lambda kind: kind.value))


#: A corrected invoice is the way out of a dispute, not a copy that got lost.
_CORRECTED = phrase_pattern(
    r"""
    (?:corrected|revised|amended|new|right|proper|updated|reissued) (?:invoice|bill)
    (?:korrigierte|berichtigte|neue|richtige|geänderte|angepasste) rechnung
    facture (?:corrigée|rectifiée|rectificative|conforme)|nouvelle facture
    factura (?:corregida|rectificada|rectificativa|nueva|correcta)|nueva factura
    fattura (?:corretta|rettificata|nuova)|nuova fattura
    (?:gecorrigeerde|aangepaste|nieuwe|juiste) factuur
    (?:fatura|nota) (?:corrigida|retificada|correta|nova)|nova (?:fatura|nota)
    (?:skorygowan|poprawion|now|poprawn|prawidłow)\w+ faktur\w+
    (?:korrigerad|rättad|ny|korrekt) faktura
    """
)


def _shared_copy(clause: Clause) -> bool:
    """Whether the words for an invoice copy only belong to another document ("copy of the delivery note")."""
    copies = clause.cues["doc_invoice_copy"]
    others = [
        span
        for name, spans in clause.cues.items()
        if name.startswith("doc_") and name not in ("doc_invoice_copy", "doc_request")
        for span in spans
    ]
    return all(any((a < d and c < b) or 0 <= c - b < 9 for c, d in others) for a, b in copies)


def _documents(clause: Clause, scores: Scores) -> None:
    kinds = documents_of(clause)
    if kinds and Intent.LEGAL_NOTICE not in scores:
        if kinds == (DocumentKind.BANK_DETAILS,):
            scores[Intent.BANK_DETAILS_QUERY] = 0.85
        else:
            scores[Intent.DOCUMENT_REQUEST] = 0.8


# Disputes

#: The likelier reason first where two lists match alike often.
_REASONS = (
    DisputeReason.DUPLICATE, DisputeReason.PO_MISMATCH, DisputeReason.TAX, DisputeReason.CREDIT_DUE, DisputeReason.QUANTITY,
    DisputeReason.NOT_RECEIVED, DisputeReason.WRONG_ENTITY, DisputeReason.CANCELLED, DisputeReason.QUALITY,
    DisputeReason.TERMS, DisputeReason.PRICE,
)  # fmt: skip


def reason_of(clause: Clause) -> DisputeReason | None:
    """Why the clause contests an invoice; None where it does not."""
    if clause.has("not_dispute"):
        return None
    counted = [
        (len(clause.cues[f"dispute_{reason.value}"]), reason)
        for reason in _REASONS
        if clause.has(f"dispute_{reason.value}")
    ]
    counted = [(count, reason) for count, reason in counted if not _only_seems(clause, reason)]
    if counted:
        return max(counted, key=lambda each: (each[0], -_REASONS.index(each[1])))[1]
    if _prices_differ(clause):
        return DisputeReason.PRICE
    if _counts_differ(clause):
        return DisputeReason.QUANTITY
    if clause.has("dispute_other") and not clause.has("doc_invoice_copy", "sent"):
        return DisputeReason.OTHER
    return None


#: What came, and what was billed: with two counts beside them they differ.
_CAME = phrase_pattern(
    r"""
    delivered|received|arrived|came|dropped|got|entered|counted|unloaded|geliefert|abgeladen|angekommen|erhalten|livrée?s?|reçue?s?
    recib\w+|lleg\w+|entreg\w+|consegnat\w+|ricevut\w+|arrivat\w+|ontvangen|gelost|receb\w+|cheg\w+|dostarcz\w+
    otrzyma\w+|dotarł\w*|levererat\w*|levererad\w*|mottag\w+|kom
    """
)
_BILLED = phrase_pattern(
    r"""
    billed|invoiced?|charged?|berechnet|abgerechnet|fakturiert|in rechnung|facturée?s?|factur\w+|fatturat\w+|gefactureerd
    fatur\w+|zafakturowan\w+|fakturowan\w+|na fakturze|fakturera\w+|debitera\w+|ordered|bestellt|ticket says
    """
)
_COUNT = re.compile(r"(?<![\w.,/-])\d{1,6}(?:[.,]\d{3})?(?![\w/-]|[.,]\d)")


_AGREED = phrase_pattern(
    r"""
    agreed|agreement|quoted?|contract|estimate|price list|vereinbart|angeboten|angebot|vertrag|convenue?s?|devis|contrat|acordad\w+
    pactad\w+|cotizad\w+|presupuest\w+|contrato|concordat\w+|pattuit\w+|preventivo|contratto|afgesproken|offerte|combinad\w+
    orçament\w+|uzgodnion\w+|umow\w+|ofert\w+|avtalat|avtalad\w*|avtalet|offert\w*|överenskom\w+
    """
)
_FIGURE = re.compile(r"(?<![\w.,/-])\d{1,6}(?:[.,]\d{1,3})?(?![\w/-]|[.,]\d)")


def _prices_differ(clause: Clause) -> bool:
    """Two figures, one of them agreed: "agreed 11.20 a unit, charged 12.10"."""
    return (
        _AGREED.search(clause.folded) is not None
        and (_BILLED.search(clause.folded) is not None or " have us at " in clause.folded)
        and len(set(_FIGURE.findall(clause.folded))) > 1
        and not clause.dates
    )


def came(clause: Clause) -> bool:
    """Whether the clause speaks of goods that came."""
    return _CAME.search(clause.folded) is not None


def _counts_differ(clause: Clause) -> bool:
    if any(each.marked for each in clause.amounts) or clause.dates or not _BILLED.search(clause.folded):
        return False
    return came(clause) and len(set(_COUNT.findall(clause.folded))) > 1


def _only_seems(clause: Clause, reason: DisputeReason) -> bool:
    """A reason's words that here mean something else."""
    if reason is DisputeReason.NOT_RECEIVED:
        return clause.has("doc_invoice_copy", "doc_statement") and not clause.has("doc_proof_of_delivery")
    if reason is DisputeReason.PO_MISMATCH:
        return clause.question and not clause.has("dispute_other")
    if reason is DisputeReason.DUPLICATE:
        return clause.question
    if reason is DisputeReason.CREDIT_DUE:
        return clause.has("sent") and not clause.question
    if reason is DisputeReason.TERMS:
        return clause.has("will_pay") and bool(clause.dates) and not clause.has("negation")
    if reason in (DisputeReason.TAX, DisputeReason.PRICE):
        return clause.has("doc_tax_form") or (clause.question and not clause.has("negation", "dispute_other"))
    return False


# Money


def _money(clause: Clause, today: date, scores: Scores) -> None:
    sent = is_sent(clause) or _is_entered_as_paid(clause, today)
    ahead = clause.ahead(today)
    if clause.has("plan") and not (clause.has("will_pay") and len(ahead) > 1):
        scores[Intent.PAYMENT_PLAN_REQUEST] = 0.85
    if sent:
        scores[Intent.PAYMENT_SENT] = 0.8
    if clause.has("extension") and not scores and _is_extension(clause, bool(ahead)):
        scores[Intent.EXTENSION_REQUEST] = 0.8
    if clause.has("hardship") and Intent.DISPUTE not in scores and Intent.EXTENSION_REQUEST not in scores:
        scores[Intent.HARDSHIP] = 0.8
    blocking = {Intent.EXTENSION_REQUEST, Intent.PAYMENT_PLAN_REQUEST, Intent.HARDSHIP, Intent.LEGAL_NOTICE}
    if not sent and not blocking & scores.keys():
        _promise(clause, bool(ahead), scores, today)
    if clause.has("processing") and not scores and not clause.question:
        scores[Intent.PROCESSING_UPDATE] = 0.7


def is_sent(clause: Clause) -> bool:
    """Whether the clause says that the money is on its way or there already."""
    if not clause.has("sent") or clause.question:
        return False
    denied = clause.cues.get("not_sent", ())
    return any(not any(a < end and start < b for a, b in denied) for start, end in clause.cues["sent"])


#: A way of paying beside a day that is over says that it was paid on that day.
_RAIL = phrase_pattern(
    r"""
    ach|wire|wired|eft|bacs|chaps|sepa|spei|pix|swish|bankgiro\w*|bank draft|draft|cheque|check|chq|chk|pd|transfer|our run|payment run
    bonifico|virement|chèque|überweisung|zahllauf|zahlungslauf|transferencia|transferência|overschrijving|betaalrun|przelew|betalning
    """
)


def pays_by_rail(clause: Clause) -> bool:
    """Whether the clause names a way of paying."""
    return _RAIL.search(clause.folded) is not None


def _is_entered_as_paid(clause: Clause, today: date) -> bool:
    if clause.question or clause.has(
        "negation", "will_pay", "dispute_not_received", "hardship", "condition", "not_sent"
    ):
        return False
    over = [each for each in clause.dates if each.rule in ("day", "past") and each.nearest <= today]
    return bool(over) and pays_by_rail(clause) and not clause.ahead(today)


def _is_extension(clause: Clause, dated: bool) -> bool:
    return (
        clause.question
        or clause.has("doc_request", "question", "hedge", "negation")
        or not clause.has("will_pay")
        or dated
    )


def _promise(clause: Clause, dated: bool, scores: Scores, today: date) -> None:
    if (clause.has("cannot_pay_yet", "hedge") and not clause.has("condition")) or (
        Intent.DISPUTE in scores and not clause.amounts
    ):
        return
    if clause.question:
        return
    if clause.has("will_pay") and dated:
        scores[Intent.PROMISE_TO_PAY] = 0.85
    elif dated and any(each.marked for each in clause.amounts) and not clause.has("negation", "doc_request", "ooo"):
        scores[Intent.PROMISE_TO_PAY] = 0.65
    elif clause.has("will_pay") and clause.has("condition") and not clause.has("cannot_pay_yet"):
        scores[Intent.PROMISE_TO_PAY] = 0.6
    elif (
        dated
        and _is_firm(clause, today)
        and clause.has("pay")
        and not clause.has("negation", "processing", "doc_request", "ooo")
    ):
        scores[Intent.PROMISE_TO_PAY] = 0.65
    elif clause.has("will_pay") and not clause.has("processing", "negation", "cannot_pay_yet"):
        scores.setdefault(Intent.PROCESSING_UPDATE, 0.55)


#: "Can you shoot both over?" repeats a request for documents, it is no question.
_SENDING = phrase_pattern(
    r"""
    (?:can|could|would|will) (?:you|u|ya) (?:please |pls )?(?:shoot|send|resend|forward|e-?mail|fire|ping|drop|get)
    (?:können|könnten) sie (?:\w+ ){0,4}(?:schicken|senden|mailen|zusenden)
    (?:pouvez|pourriez)[- ]vous (?:\w+ ){0,3}(?:envoyer|renvoyer|transmettre)
    """
)


def _is_firm(clause: Clause, today: date) -> bool:
    """Whether a single day is named, not just a week or a month that something else may happen in."""
    return any(each.rule not in ("period", "in_month") for each in clause.ahead(today))


def _asks(clause: Clause) -> bool:
    if clause.has("rhetorical") or _SENDING.search(clause.folded):
        return False
    return clause.question or (clause.has("question") and clause.has("doc_request"))
