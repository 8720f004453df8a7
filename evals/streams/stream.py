"""Makes one stream: day by day, a payment at a time, each case as often as its weight says."""

from collections.abc import Mapping
from datetime import timedelta

from core.errors import InvalidInput
from evals.streams import (
    cases_apart,
    cases_back,
    cases_currency,
    cases_deductions,
    cases_for_others,
    cases_lists,
    cases_more_or_less,
    cases_named,
    cases_nobody,
    cases_unnamed,
)
from evals.streams.book import new_world
from evals.streams.drafting import Case
from evals.streams.settings import StreamSettings
from evals.streams.world import MadePayment, World

CASES: Mapping[str, Case] = {
    **cases_named.CASES,
    **cases_unnamed.CASES,
    **cases_for_others.CASES,
    **cases_lists.CASES,
    **cases_deductions.CASES,
    **cases_more_or_less.CASES,
    **cases_back.CASES,
    **cases_apart.CASES,
    **cases_currency.CASES,
    **cases_nobody.CASES,
}
#: Before this part of the days is over the book only fills.
_FILLING = 3
#: How often a case is tried before its turn goes to another one, and how many of those behind are stirred.
_TRIES = 5
_FIRST = 8


def make_stream(settings: StreamSettings) -> World:
    """The seller's book after all days, with its payments and remittance mails in the order they came.

    There may be fewer payments than asked for where too few invoices are left to be paid.

    Raises:
        InvalidInput: the settings weigh a case that there is not.
    """
    unknown = set(settings.weights) - set(CASES)
    if unknown:
        raise InvalidInput(f"no such case: {', '.join(sorted(unknown))}; there are {', '.join(CASES)}")
    world = new_world(settings)
    deck = _Deck(world)
    first = settings.days // _FILLING
    for passed in range(first, settings.days):
        day = settings.first_day + timedelta(days=passed)
        world.until(day)
        _planned(world)
        wanted = settings.payments * (passed + 1 - first) // (settings.days - first)
        while len(world.payments) < wanted:
            payment = deck.next_payment()
            if payment is None:
                break
            world.post(payment)
    return world


def _planned(world: World) -> None:
    """What follows from earlier payments and is due by today."""
    due = [plan for plan in world.planned if plan.day <= world.today]
    world.planned = [plan for plan in world.planned if plan.day > world.today]
    for plan in due:
        payment = plan.build(world) if len(world.payments) < world.settings.payments else None
        if payment is not None:
            world.post(payment)


class _Deck:
    """Gives the cases their turns, each as often as its weight says, in an order that chance stirs."""

    def __init__(self, world: World) -> None:
        self._world = world
        weights = {name: case.weight * world.settings.weights.get(name, 1.0) for name, case in CASES.items()}
        whole = sum(weights.values())
        self._shares = {name: weight / whole for name, weight in weights.items() if weight > 0}
        #: How far each case is behind its share; what today's book does not allow stays behind and comes later.
        self._behind = {name: world.rng.random() for name in self._shares}

    def next_payment(self) -> MadePayment | None:
        """One payment, or nothing where no case can be made of today's book."""
        rng = self._world.rng
        for name, share in self._shares.items():
            self._behind[name] += share
        first = sorted(self._behind, key=lambda name: self._behind[name], reverse=True)
        stirred = rng.sample(first[:_FIRST], min(_FIRST, len(first))) + first[_FIRST:]
        for name in stirred:
            for _ in range(_TRIES):
                payment = CASES[name].build(self._world)
                if payment is not None:
                    self._behind[name] -= 1
                    return payment
        return None
