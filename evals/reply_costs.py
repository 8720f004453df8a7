"""What readers cost: tokens and US dollars a reply, and several readers side by side in one table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from agent.signals import ModelUsage
from core.errors import InvalidInput
from evals.replies import RepliesRun

_MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens read, read from the cache, and written."""

    read: Decimal
    cached: Decimal
    written: Decimal


@dataclass(frozen=True, slots=True)
class ReadersCost:
    """What a run took of a chat model. `dollars` is None where tokens were used whose price nobody stated."""

    replies_asked: int
    tokens: int
    cached_tokens: int
    dollars: Decimal | None


def price_of(words: str) -> tuple[str, Price]:
    """A model's name and price from `NAME=READ,CACHED,WRITTEN`.

    Raises:
        InvalidInput: it is written in another way.
    """
    name, _, figures = words.partition("=")
    try:
        read, cached, written = (Decimal(figure) for figure in figures.split(","))
    except (ValueError, InvalidOperation) as error:
        raise InvalidInput(
            f"price {words!r}: write NAME=READ,CACHED,WRITTEN in US dollars for a million tokens"
        ) from error
    if not name or not all(one.is_finite() and one >= 0 for one in (read, cached, written)):
        raise InvalidInput(f"price {words!r}: a name, and three figures that are not negative")
    return name, Price(read, cached, written)


def cost_of(run: RepliesRun, prices: Mapping[str, Price]) -> ReadersCost:
    """What the replies of `run` took, at the price in each usage or else at `prices` by the model's name."""
    usages = [each.result.usage for each in run.read if each.result.usage.tokens]
    dollars = [_dollars(usage, prices) for usage in usages]
    known = [one for one in dollars if one is not None]
    return ReadersCost(
        replies_asked=len(usages),
        tokens=sum(usage.tokens for usage in usages),
        cached_tokens=sum(usage.cached_tokens for usage in usages),
        dollars=sum(known, Decimal(0)) if len(known) == len(dollars) else None,
    )


def _dollars(usage: ModelUsage, prices: Mapping[str, Price]) -> Decimal | None:
    if usage.cost_usd is not None:
        return Decimal(usage.cost_usd)
    price = prices.get(usage.model)
    if price is None:
        return None
    # Of the tokens read, those from the cache are cheaper.
    read = (usage.input_tokens - usage.cached_tokens) * price.read + usage.cached_tokens * price.cached
    return (read + usage.output_tokens * price.written) / _MILLION


def side_by_side(runs: Sequence[tuple[str, RepliesRun]], prices: Mapping[str, Price]) -> str:
    """A Markdown table with a line a reader: scores, time, and tokens and dollars a thousand replies."""
    lines = [
        "| reader | replies | intent micro F1 | macro F1 | signal F1 | promise dates | needs_human recall "
        "| precision | p50 ms | p99 ms | asked the model | tokens a reply | USD a 1000 replies |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, run in runs:
        scores, cost = run.scores(), cost_of(run, prices)
        replies = max(1, run.cases)
        times = [figure(scores["latency_ms"][rank], 1) for rank in ("p50", "p99")]
        dollars = "price not stated" if cost.dollars is None else f"{1000 * cost.dollars / replies:.3f}"
        lines.append(
            f"| {name} | {run.cases} | {' | '.join(score_cells(scores))} | {' | '.join(times)} "
            f"| {cost.replies_asked / replies:.0%} | {cost.tokens / replies:.0f} | {dollars} |"
        )
    return "\n".join(lines) + "\n"


#: The columns of a reading table, in the order of its head.
SCORES = (
    "intent_micro_f1",
    "intent_macro_f1",
    "signal_f1",
    "promise_date_accuracy",
    "needs_human_recall",
    "needs_human_precision",
)


def score_cells(scores: Mapping[str, Any]) -> list[str]:
    """The scores with three decimals; a dash where nothing of the kind occurs."""
    return [figure(scores.get(name), 3) for name in SCORES]


def figure(value: float | None, decimals: int) -> str:
    """The figure, or a dash."""
    return "–" if value is None else f"{value:.{decimals}f}"
