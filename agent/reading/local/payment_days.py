"""Which days of a reply are days of payment: not those of a meeting, of office hours, or of a call."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

from agent.reading.dates import FoundDate
from agent.reading.folding import phrase_pattern
from agent.reading.local.clauses import Clause
from agent.reading.local.neighbours import Said
from agent.reading.local.scorer import is_sent, pays_by_rail
from ledger.model.signal import Intent, Signal

#: What is left after a part payment.
REST = phrase_pattern(
    r"""
    (?:the |an' the )?(?:rest|remainder|balance|remaining|other half|second half|what(?:'s| is) left)|(?:der|den|dem|die)? ?(?:rest\w{0,10}|restliche\w{0,2}|verbleibende\w{0,2}|zweite hälfte|andere hälfte)|was (?:dann )?(?:noch )?(?:fehlt|übrig ist|offen bleibt)
    (?:le |du )?(?:solde|reste|reliquat|restant)|l'autre moitié|ce qui (?:reste|manque)|(?:el )?(?:resto|restante|saldo|remanente)|la otra mitad|lo que (?:falta|queda|resta)
    (?:il )?(?:resto|saldo|rimanente|restante)|l'altra metà|(?:quello|ciò) che (?:manca|resta)|(?:de )?(?:rest\w{0,8}|andere helft|tweede helft)|wat (?:er )?(?:nog )?(?:over is|ontbreekt|rest)
    (?:o )?(?:resto|restante|saldo|remanescente)|a outra metade|o que (?:ainda )?(?:falta|sobra|resta)|reszt\w{1,3}|pozostał\w{1,4}|brakując\w{1,4}|drug\w{1,2} połow\w{1,2}
    (?:det )?(?:resten|resterande|återstoden|återstående)|andra halvan|det som (?:saknas|återstår)
    """
)
#: What else happens on a day: somebody calls, meets, opens, decides, lets us know.
_OTHERWISE = phrase_pattern(
    r"""
    (?:i'll |we'll |will )?(?:call|ring|phone|email|meet|see|visit) (?:you|ye|them|him|her|us|me)|let (?:you|me|us) know|give (?:me|us) a (?:shout|call|ring|bell)|(?:get|come) back to you|(?:office|opening|phone) hours|open (?:on|from)|(?:we are|we're|office is) (?:closed|open)|review|inspection|audit|holiday
    (?:rufe|rufen|melde|melden) (?:ich|wir|sie) (?:\S+ ){0,4}|(?:ich|wir) (?:rufe|rufen|melde|melden)|sprechzeiten|öffnungszeiten|geöffnet|geschlossen|besprechung|sitzung|termin|feiertag
    (?:je|nous) (?:vous |te )?(?:rappell\w+|appell\w+|recontact\w+)|(?:prévenez|appelez|rappelez|tenez)[- ](?:moi|nous)|horaires|ouvert|fermé|réunion|contrôle
    (?:le|les|te|os) (?:llam\w+|avis\w+|escrib\w+)|(?:avísen|avise|llámen|llame)(?:me|nos)|horario|abierto|cerrado|reunión|revisión|junta|inspección
    (?:vi|ti|la) (?:chiam\w+|richiam\w+|scriv\w+|aggiorn\w+)|(?:fammi|fatemi|fateci|mi faccia) sapere|orari|aperto|chiuso|riunione|revisione|comincia|inizia
    (?:bel|spreek|mail|zie) (?:ik|we|wij)|(?:ik|we|wij) (?:bel|bellen|spreek|spreken)|laat (?:het )?(?:me|mij|ons) weten|openingstijden|geopend|gesloten|vergadering|overleg
    (?:lhe |te )?(?:ligo|ligamos|ligarei|aviso|telefono)|(?:me avise|avise-me|avisem)|horário|aberto|fechado|reunião|vistoria|assembleia|vencimento
    (?:zadzwon\w+|dam znać|damy znać|odezw\w+|spotka\w+)|daj(?:cie)? znać|(?:kasa|biuro|sekretariat) (?:\w+ )?(?:czynn\w|otwart\w)|czynn[aey]|godziny|zebranie|przegląd
    (?:ringer|hör|återkommer) (?:jag|vi)|(?:jag|vi) (?:ringer|hör av|återkommer)|(?:hör av dig|säg till)|öppettider|öppet|stängt|möte|besiktning
    """
)
#: A promise of before, told again by who has paid meanwhile.
_TOLD_AGAIN = phrase_pattern(
    r"""
    (?:i|we) (?:said|told you|promised) (?:that )?(?:i|we)(?:'d| would| will|'ll)|like (?:i|we) (?:said|promised)|as (?:promised|agreed|i said|we said)
    (?:ich|wir) (?:hatte|hatten|habe|haben) (?:\w+ ){0,4}(?:gesagt|versprochen|zugesagt)|wie (?:versprochen|zugesagt|angekündigt|gesagt)
    (?:j'avais|nous avions|j'ai|on avait|on a) (?:\w+ ){0,2}(?:dit|promis)|comme (?:promis|convenu|annoncé)|(?:dije|dijimos|prometí|prometimos|quedé|quedamos)|como (?:prometí|prometimos|acordamos|dije)
    (?:avevo|avevamo|ho|abbiamo) (?:\w+ ){0,2}(?:detto|promesso)|come (?:promesso|detto|concordato)|(?:ik|we|wij) (?:zei|zeiden|beloofde|beloofden|had gezegd|hadden gezegd)|zoals (?:beloofd|gezegd|afgesproken)
    (?:eu |nós )?(?:disse|dissemos|prometi|prometemos|tinha dito)|como (?:prometido|combinado|disse)|(?:mówił\w{1,3}|obiecał\w{1,4}|obiecywał\w{1,4})|(?:jak|zgodnie z) (?:obiecał\w{1,4}|obietnicą|umową)
    (?:jag|vi) (?:sa|lovade|hade sagt)|som (?:utlovat|lovat|sagt|överenskommet)
    """
)


def with_days_of_payment(said: list[Said], today: date) -> list[Said]:
    """`said` without promises for days on which something else happens, and without payments on days that lie ahead."""
    said = [
        replace(each, signals=tuple(one for one in each.signals if not _lies_ahead(one, each, today)))
        for each in said
    ]
    sure = [(index, one) for index, each in enumerate(said) for one in each.signals if _is_sure(one, each.clause)]
    paid = {n for each in said for one in each.signals if one.intent is Intent.PAYMENT_SENT for n in one.invoices}
    return [
        replace(
            each,
            signals=tuple(
                one
                for one in each.signals
                if not _is_of_another_day(one, index, each.clause, sure)
                and not _is_told_again(one, each.clause, paid)
                and not _is_another_step(one, each.clause, sure)
            ),
        )
        for index, each in enumerate(said)
    ]


def _is_sure(signal: Signal, clause: Clause) -> bool:
    """Whether it is a promise whose clause says that money is paid on the day."""
    dated = signal.intent is Intent.PROMISE_TO_PAY and signal.day is not None
    return dated and (clause.has("will_pay", "pay") or signal.amount is not None)


def _is_of_another_day(signal: Signal, index: int, clause: Clause, sure: list[tuple[int, Signal]]) -> bool:
    if signal.intent is not Intent.PROMISE_TO_PAY or signal.day is None or signal.amount is not None:
        return False
    named = [
        other
        for at, other in sure
        if at != index and other.day != signal.day and set(signal.invoices) <= set(other.invoices)
    ]
    if not named or clause.numbers:
        return False
    if _OTHERWISE.search(clause.folded):
        return not clause.has("will_pay") or REST.search(clause.folded) is None
    return not clause.has("will_pay", "pay") and REST.search(clause.folded) is None


def _is_another_step(signal: Signal, clause: Clause, sure: list[tuple[int, Signal]]) -> bool:
    """Whether what was done was no payment, as one is promised: "approved on the 3rd, you are paid on the 10th"."""
    if signal.intent is not Intent.PAYMENT_SENT or signal.amount is not None or signal.reference is not None:
        return False
    promised = any(set(signal.invoices) <= set(other.invoices) for _, other in sure)
    return promised and not clause.has("pay", "sent") and not pays_by_rail(clause)


def _is_told_again(signal: Signal, clause: Clause, paid: set[str]) -> bool:
    promised = signal.intent is Intent.PROMISE_TO_PAY and bool(signal.invoices) and set(signal.invoices) <= paid
    return promised and _TOLD_AGAIN.search(clause.folded) is not None


def _lies_ahead(signal: Signal, said: Said, today: date) -> bool:
    """Whether a payment is read from the very day that the clause promises: "it is in the run of 20 November"."""
    if signal.intent is not Intent.PAYMENT_SENT:
        return False
    promised = {one.day for one in said.signals if one.intent is Intent.PROMISE_TO_PAY}
    same = [each for each in said.clause.ahead(today) if each.ahead in promised]
    if not is_sent(said.clause):
        return bool(same) and (signal.day is None or any(each.back == signal.day for each in same))
    return any(each.back == signal.day and (today - each.back).days > _LONG_AGO for each in same)


#: A day without a year that would be so long ago is the one ahead.
_LONG_AGO = 60
_SEGMENT = re.compile(r", |; | - |\. ")
#: Goes on with what was said before: "or Monday at the latest".
_GOES_ON = phrase_pattern(
    r"""
    or|at the latest|latest|otherwise|failing that|then|not later than|no later than|but no later|oder|spätestens|sonst|dann|ou|sinon|au plus tard|puis|o|si no|a más tardar|luego|oppure
    al più tardi|poi|of|uiterlijk|anders|dan|no mais tardar|depois|lub|albo|najpóźniej|potem|eller|senast|annars|sedan|i\.e|that is|das heißt|also|c'est-à-dire|es decir|cioè|dus|ou seja|czyli|alltså|und|and|et|y|e|en|i|och
    """
)
#: So many words beside its day make a part of a clause one that says something of its own; a sentence needs fewer.
_OWN_WORDS, _OWN_WORDS_OF_A_SENTENCE = 4, 2


def days_of_payment(clause: Clause, ahead: tuple[FoundDate, ...]) -> tuple[FoundDate, ...]:
    """Of several days of one clause those that its words for paying stand beside: "I pay on Monday, today I am away"."""
    if len(ahead) < 2:
        return ahead
    cuts = [0, *(match.end() for match in _SEGMENT.finditer(clause.folded)), len(clause.folded)]
    parts = list(pairwise(cuts))
    kept = tuple(each for each in ahead if not _is_beside_the_point(clause, each, parts))
    paying = any(
        _pays(clause, start, end) for each in kept for start, end in parts if _stands_in(each, clause, start, end)
    )
    return kept if kept and paying else ahead


def _stands_in(day: FoundDate, clause: Clause, start: int, end: int) -> bool:
    return start <= day.start - clause.start < end


def _pays(clause: Clause, start: int, end: int) -> bool:
    spans = (*clause.cues.get("will_pay", ()), *clause.cues.get("pay", ()))
    return any(start <= a - clause.offset < end for a, _ in spans) or any(
        start <= each.start - clause.start < end for each in clause.amounts if each.marked
    )


def _is_beside_the_point(clause: Clause, day: FoundDate, parts: list[tuple[int, int]]) -> bool:
    start, end = next(each for each in parts if _stands_in(day, clause, *each))
    words = clause.folded[start:end]
    if _pays(clause, start, end) or _GOES_ON.match(words) or REST.search(words):
        return False
    if any(start <= each.start - clause.start < end for each in clause.references):
        return False
    days = sum(
        len(clause.folded[each.start - clause.start : each.end - clause.start].split())
        for each in clause.dates
        if _stands_in(each, clause, start, end)
    )
    sentence = clause.folded[:start].endswith(". ")
    return len(words.split()) - days >= (_OWN_WORDS_OF_A_SENTENCE if sentence else _OWN_WORDS)
