"""Which payment a remittance advice names: by the bank's number for it, or by a reference in its words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ledger.model.cash import CashToMatch, LedgerAdvice

#: Shorter references, and those with fewer figures, name no one payment: `April`, `2026`.
_SHORTEST, _FEWEST_FIGURES = 6, 4
_BETWEEN = re.compile(r"[\s+,;/?]+")
#: Words of one payment's reference that are looked at.
_MOST_WORDS = 200
#: `TRN:4711`, `EREF=4711`.
_LABEL = re.compile(r"^[A-Za-z]{2,12}[:=#]")


def hinted(advices: Sequence[LedgerAdvice], cash: Iterable[CashToMatch]) -> tuple[LedgerAdvice, ...]:
    """The advices, with the payment that one of their references names; without where it may be two."""
    wanted = {_folded(said) for advice in advices for said in advice.references}
    if not wanted:
        return tuple(advices)
    named: dict[str, set[str]] = {}
    for one in cash:
        for key in wanted.intersection(_keys_of(one)):
            named.setdefault(key, set()).add(one.payment.payment_id)
    return tuple(_hinted(advice, named) for advice in advices)


def _hinted(advice: LedgerAdvice, named: dict[str, set[str]]) -> LedgerAdvice:
    found = {payment for said in advice.references for payment in named.get(_folded(said), ())}
    if len(found) != 1:
        return advice
    return replace(advice, advice=replace(advice.advice, payment_hint=found.pop()))


def _keys_of(one: CashToMatch) -> Iterator[str]:
    words = _BETWEEN.split(one.payment.reference, maxsplit=_MOST_WORDS)[:_MOST_WORDS]
    # `KEMBLE 7781` is one reference.
    pairs = map("".join, pairwise(words))
    for text in (one.bank_id, one.payment.payment_id, *words, *pairs):
        for written in (text, _LABEL.sub("", text)):
            key = _folded(written)
            if len(key) >= _SHORTEST and sum(char.isdigit() for char in key) >= _FEWEST_FIGURES:
                yield key


def _folded(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())
