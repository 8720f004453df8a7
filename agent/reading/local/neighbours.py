"""Figures that stand beside a statement, in words that state nothing by themselves."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import dataclass, replace
from datetime import date

from agent.reading.amounts import FoundAmount
from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import Clause
from agent.reading.reference_marks import identifies
from core.money import Money
from ledger.model.signal import DisputeReason, Intent, Signal

#: Beside an amount these say that it is the contested part.
_DIFFERENCE = phrase_pattern(
    r"""
    differen(?:ce|t|z)|overcharged?|knock(?:ed)? off|take off|deduct(?:ed|ing)?|liability|contested|disputed?|part of|short by|overbilled|too much|too dear|too high|over the odds
    (?:do not|don't|cannot|can't|won't|not) (?:accept|recogni[sz]e|owe|agree)|denied|refused?|reject(?:ed)?|not owed|extra|should not|shouldn't
    differenz(?:betrag)?|zu viel|zuviel|zu hoch|abweichung|bestrittene?n?|bestreiten|gehören da nicht|erkennen ~ nicht an|akzeptieren ~ nicht
    diff[eé]rence|écart|trop facturé|de trop|en trop|soit|contest\w{1,5}|n'acceptons|refus\w{1,5}
    diferencia|de más|sobrecosto|no aceptamos|no reconocemos|rechaz\w{1,5}
    differenza|in più|eccedenza|di troppo|non accettiamo|non riconosciamo|contest\w{1,6}
    verschil|te veel|teveel|te hoog|betwist\w{0,3}|niet akkoord|accepteren ~ niet
    diferença|a mais|não aceitamos|não reconhecemos|rejeit\w{1,5}
    różnic\w+|nadwyżk\w+|za dużo|nie uznajemy|kwestionuj\w+|nie akceptuj\w+
    skillnad\w*|mellanskillnad\w*|för mycket|bestrid\w*|godtar inte|godkänner inte
    """
)
#: Before an amount these say that it was agreed: what is right is not contested.
_AGREED = phrase_pattern(
    r"""
    (?:e-?mail|mail|list|sheet|offer|order|po|letter) (?:says?|said|reads?|shows?)|quoted?|quotation|estimate|agreed|agreement|contract|price list|should (?:be|have been)|instead of|rather than
    angebot\w{0,3}|angeboten|vereinbart\w{0,2}|vertrag|kostenvoranschlag|statt|sollte\w{0,2}
    devis|convenu\w{0,2}|contrat|au lieu de
    presupuest\w+|acordad\w+|pactad\w+|cotiza\w+|en lugar de|en vez de
    preventivo|concordat\w+|pattuit\w+|anziché|invece di
    offerte|afgesproken|in plaats van
    orçament\w+|combinad\w+|em vez de
    ofert\w+|uzgodnion\w+|umow\w+|zamiast|cennik\w{0,3}
    offert\w*|avtalat|avtalad\w*|överenskom\w+|i stället för
    """
)
#: After an amount these make it a price of one piece.
_PER_UNIT = re.compile(
    r" ?(?:/ ?[a-z]{1,12}|(?:a|an|per|each|apiece|a pop|a piece|pro|je|par|l'unite|piece|la piece|por|la unidad|cada|al|all'|cadauno|cad\.?|il pezzo|per stuk|stuk"
    r"|a unidade|za|za sztuke|szt\.?|st|styck|styckt)(?!\w)(?! (?:month|week|fortnight|monat|mois|mes|mese|maand|miesiac|manad)))"
)
#: How far the words may stand from the amount.
_BEFORE_AMOUNT = 80
_AROUND_AMOUNT = 40
_CLAUSES_ON = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A clause and what it says by itself."""

    clause: Clause
    signals: tuple[Signal, ...]


def with_neighbouring_figures(said: list[Said], today: date) -> list[Signal]:
    """All signals in reading order, completed by figures from clauses beside them that say nothing themselves."""
    result: list[Signal] = []
    for index, each in enumerate(said):
        for signal in each.signals:
            result.append(_completed(signal, index, said, today))
    return result


def _completed(signal: Signal, index: int, said: list[Said], today: date) -> Signal:
    if signal.intent is Intent.PROMISE_TO_PAY and signal.amount is None:
        beside = [
            other.clause
            for other in said
            if not other.signals and other.clause.sentence == said[index].clause.sentence
        ]
        return replace(signal, amount=_only_amount(beside) or _in_a_form(_following(index, said)))
    following = [other.clause for other in _following(index, said)]
    if signal.intent is Intent.DISPUTE and signal.amount is None:
        around = [said[index].clause, *following, *_preceding(signal, index, said)]
        return replace(signal, amount=_contested_beside(around, signal.reason))
    if signal.intent is Intent.PAYMENT_SENT and signal.day is None:
        return _with_day(signal, [*following[:1], *_preceding(signal, index, said)[:1]], today)
    return signal


#: "Net amount to be paid | USD 18,204.11": a line of a portal's notice.
_AMOUNT_LINE = re.compile(
    r"[^|:]{0,40}(?:amount|betrag|montant|importe|importo|bedrag|valor|kwota|belopp)[^|:]{0,30}(?:\||:)"
)


def _in_a_form(following: list[Said]) -> Money | None:
    """The amount that a line of the same form names."""
    return _only_amount([other.clause for other in following if _AMOUNT_LINE.match(other.clause.folded)])


def _with_day(signal: Signal, beside: list[Clause], today: date) -> Signal:
    """The payment with the day, and the amount, that the clause after it states, else the one before it."""
    for clause in beside:
        behind = clause.behind(today)
        if behind:
            return replace(signal, day=behind[0].back, amount=signal.amount or _only_amount([clause]))
    return signal


def _following(index: int, said: list[Said]) -> list[Said]:
    """The next clauses of the paragraph up to one that says something itself."""
    result = []
    for other in said[index + 1 : index + 1 + _CLAUSES_ON]:
        if other.signals or other.clause.paragraph != said[index].clause.paragraph:
            break
        result.append(other)
    return result


def _preceding(signal: Signal, index: int, said: list[Said]) -> list[Clause]:
    """The clauses of the paragraph before, nearest first, down to one that says something or is of another invoice."""
    result = []
    for other in reversed(said[max(0, index - _CLAUSES_ON) : index]):
        if other.signals or other.clause.paragraph != said[index].clause.paragraph:
            break
        if not set(other.clause.numbers) <= set(signal.invoices):
            break
        result.append(other.clause)
    return result


def stated_amounts(clause: Clause) -> list[FoundAmount]:
    """Amounts that the clause states: none that only tells the invoice, none of one piece, none rounded."""
    return [
        each
        for each in clause.amounts
        if not each.rough
        and each.money.amount > 0
        and not identifies(clause.folded, shifted(each, clause))
        and not any(one.start < each.start and each.end <= one.end for one in clause.references)
        and not _PER_UNIT.match(clause.folded, each.end - clause.start)
    ]


def shifted(amount: FoundAmount, clause: Clause) -> FoundAmount:
    """The amount with offsets counted from the clause."""
    return replace(amount, start=amount.start - clause.start, end=amount.end - clause.start)


def contested_part(clause: Clause, reason: DisputeReason | None) -> Money | None:
    """The amount that the clause contests: the one beside "too much", else the only one that it states.

    Where a price that was agreed, or one of a piece, stands as well, the other one is the wrong price, not the part; a
    credit that was agreed is what is contested.
    """
    stated = [shifted(each, clause) for each in stated_amounts(clause)]
    credit = reason is DisputeReason.CREDIT_DUE
    candidates = [each for each in stated if credit or not _is_agreed(clause, each, stated)]
    if len({each.money for each in candidates}) == 1 and len(stated) == len(candidates) and not _has_price(clause):
        return candidates[0].money
    words = [match.span() for match in _DIFFERENCE.finditer(clause.folded)]
    near = [
        (min(max(each.start - end, start - each.end, 0) for start, end in words), -each.start, each.money)
        for each in candidates
        if each.marked and words
    ]
    gap, _, money = min(near, key=lambda each: each[:2], default=(_AROUND_AMOUNT + 1, 0, None))
    return money if gap <= _AROUND_AMOUNT else None


def _has_price(clause: Clause) -> bool:
    return any(_PER_UNIT.match(clause.folded, each.end - clause.start) for each in clause.amounts)


def _is_agreed(clause: Clause, amount: FoundAmount, others: list[FoundAmount]) -> bool:
    """Whether the amount, counted from the clause, is the one that a quote or a contract names."""
    last = max((each.end for each in others if each.end <= amount.start), default=0)
    from_ = max(last, amount.start - _BEFORE_AMOUNT)
    return _AGREED.search(clause.folded, from_, amount.start) is not None


def _contested_beside(clauses: list[Clause], reason: DisputeReason | None) -> Money | None:
    """The contested part as the first of the clauses that speaks of a difference states it."""
    stated = [clause for clause in clauses if _DIFFERENCE.search(clause.folded)]
    return next((money for clause in stated if (money := contested_part(clause, reason))), None)


def _only_amount(clauses: list[Clause]) -> Money | None:
    amounts = [each.money for clause in clauses for each in stated_amounts(clause) if each.marked]
    return amounts[0] if len(amounts) == 1 else None
