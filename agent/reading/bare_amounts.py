"""Amounts that stand without a currency beside a word for paying: "you'll get your 2460 on Monday"."""
# ruff: noqa: E501 - phrase lists are not wrapped

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from agent.reading.folding import phrase_pattern
from core.money import Money

_PAYING = phrase_pattern(
    r"""
    pay|paying|paid|send|sending|sent|wire|wiring|wired|transfer|transferring|transferred|get|got your|put|release|releasing|settle|clear
    zahl\w+|überweis\w+|überwies\w+|schick\w*|anweis\w+|begleich\w+|gezahlt|bezahl\w+
    pay\w+|paie\w*|vers\w+|vir\w+|règl\w+|regl\w+|envo\w+|suiv\w+
    pag\w+|transf\w+|abon\w+|deposit\w+|mand\w+|envi\w+
    bonific\w+|invi\w+|sald\w+
    betaal\w*|betal\w+|maak|overgemaakt|overmaken|stort\w*
    plac\w+|płac\w+|zapłac\w+|zaplac\w+|wpłac\w+|wplac\w+|przele\w+|przelew\w*
    skick\w+|betal\w+|sätt\w+|satt\w+|för över
    """
)
_THOUSANDS = r"(?:tysiac\w{0,2}|tys|tausend|thousand|grand|mila|mille|mil|duizend|tusen)"
#: A figure that no unit follows: the sentence ends or goes on with a day, a place or another statement.
_FIGURE = re.compile(
    rf"(?<![\w.,/:#'-])(?:(?P<figure>\d{{1,6}})(?: ?(?P<thousands>{_THOUSANDS}))?|(?P<thousand>{_THOUSANDS})(?= (?:euros?|eur|zl|kronor|franken|francs|reais|pesos)))"
    r"(?![\w%°/:-]|[.,]\d)(?P<on>(?= ?[,;!?)]|\.(?!\d)| ?$| (?:on|by|of it|of that|today|tomorrow|now|even|next|this|in|to|from|and|for|am|heute|morgen|jetzt|davon|bis|und"
    r"|le|demain|aujourd'hui|maintenant|qui|ce|et|el|hoy|manana|ahora|este|y|il|oggi|domani|adesso|entro|e|op|vandaag|over|nu|deze|en|em|na|hoje|amanha|esta|w|we|do"
    r"|dzis|jutro|teraz|i|pa|idag|imorgon|nasta|och|monday|tuesday|wednesday|thursday|friday|lundi|mardi|mercredi|jeudi|vendredi|euros?|eur|zl|kronor|franken|francs|reais|pesos)(?!\w)))"
)
#: How far from the word for paying the figure may stand.
_NEAR = 36
_LEAST = 20
_YEAR = re.compile(r"(?:19|20)\d\d")


def bare_amount(folded: str, taken: Sequence[tuple[int, int]], open_amounts: Sequence[Money]) -> Money | None:
    """The one such amount, in the currency of `open_amounts`; None where there is none or more than one.

    It is at most the largest open amount. `taken` are places of `folded` that mean something else: days, invoice numbers.
    A figure like a year counts only where just that much is open.
    """
    if not open_amounts:
        return None
    currency = open_amounts[0].currency
    open_ones = {each.amount for each in open_amounts if each.currency == currency}
    payings = [match.span() for match in _PAYING.finditer(folded)]
    found = set()
    for start, end, value in _figures(folded):
        near = any(begin - _NEAR <= end and start <= stop + _NEAR for begin, stop in payings)
        free = not any(a < end and start < b for a, b in taken)
        like_a_year = _YEAR.fullmatch(folded[start:end]) is not None and value not in open_ones
        if near and free and not like_a_year and _LEAST <= value <= max(open_ones):
            found.add(value)
    return Money(found.pop(), currency) if len(found) == 1 else None


def _figures(folded: str) -> Iterator[tuple[int, int, Decimal]]:
    for match in _FIGURE.finditer(folded):
        value = Decimal(match["figure"] or 1)
        if match["thousands"] or match["thousand"]:
            value *= 1000
        yield match.start(), match.end(), value
