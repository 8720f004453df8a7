"""The parts of `make bench-replies` that need no reader: sections, prices, tables, thresholds, confusions."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from agent.signals import ModelUsage, ReplySignals
from core.errors import InvalidInput
from evals import cascade_coverage, confusions
from evals.doc_section import with_section
from evals.reading_speed import LengthRow, growth, lengths_as_markdown, one_long_reply, percentile
from evals.replies import ReadReply, RepliesRun
from evals.reply_costs import Price, cost_of, price_of, side_by_side
from evals.reply_files import LoadedReplies, load_replies
from ledger.model.signal import Evidence, Intent, Signal

OWN = load_replies(Path(__file__).parents[3] / "evals" / "datasets" / "replies.jsonl")
CASE = OWN.cases[0]
PROMISED = Signal(Intent.PROMISE_TO_PAY, Evidence("You'll have it Friday."), 0.9)
ASKED = Signal(Intent.QUESTION, Evidence("Which | <one>?"), 0.4)


def a_run(*results: ReplySignals) -> RepliesRun:
    """The first reply of our own set, which promises, read as each of `results` says."""
    read = [
        ReadReply(replace(CASE, case_id=f"r{number}"), result, latency_ms=10.0, cpu_seconds=0.01)
        for number, result in enumerate(results, start=1)
    ]
    return RepliesRun(LoadedReplies((CASE,)), read)


def said(*signals: Signal, needs_human: bool = False, usage: ModelUsage | None = None) -> ReplySignals:
    return ReplySignals(signals, needs_human, abstained=not signals, usage=usage or ModelUsage())


def test_a_section_is_put_in_place_of_the_old_one_and_the_rest_stays() -> None:
    before = "# Benchmarks\n\nIntro.\n\n## Reading replies\n\nold\n\n### Part\n\nold\n\n## Speed\n\nfast\n"
    assert with_section(before, "Reading replies", "new\n") == (
        "# Benchmarks\n\nIntro.\n\n## Reading replies\n\nnew\n\n## Speed\n\nfast\n"
    )


def test_a_section_that_is_not_there_is_put_at_the_end() -> None:
    assert with_section("# Benchmarks\n", "Speed", "fast") == "# Benchmarks\n\n## Speed\n\nfast\n"
    assert with_section("", "Speed", "fast") == "## Speed\n\nfast\n"


def test_the_cost_counts_cached_tokens_at_their_own_price() -> None:
    usage = ModelUsage("m", input_tokens=1000, cached_tokens=400, output_tokens=100)
    name, price = price_of("m=2.00,0.50,10")
    cost = cost_of(a_run(said(PROMISED, usage=usage), said(PROMISED)), {name: price})
    # 600 x 2.00 + 400 x 0.50 + 100 x 10, for a million.
    assert (cost.replies_asked, cost.tokens, cost.cached_tokens, cost.dollars) == (1, 1100, 400, Decimal("0.0024"))


def test_a_cost_without_a_price_is_not_guessed_and_no_tokens_cost_nothing() -> None:
    usage = ModelUsage("m", input_tokens=10)
    assert cost_of(a_run(said(PROMISED, usage=usage)), {}).dollars is None
    assert cost_of(a_run(said(PROMISED, usage=replace(usage, cost_usd="0.5"))), {}).dollars == Decimal("0.5")
    assert cost_of(a_run(said(PROMISED)), {}).dollars == 0


@pytest.mark.parametrize("words", ["m", "m=1", "m=1,2", "m=1,2,x", "=1,2,3", "m=1,2,-3", "m=NaN,1,1", "m=1,2,3,4"])
def test_a_price_of_another_form_is_refused(words: str) -> None:
    with pytest.raises(InvalidInput):
        price_of(words)


def test_readers_stand_side_by_side() -> None:
    usage = ModelUsage("m", input_tokens=900, output_tokens=100)
    table = side_by_side(
        [("local", a_run(said(PROMISED))), ("openai:m", a_run(said(ASKED, usage=usage)))],
        {"m": Price(Decimal(1), Decimal(1), Decimal(1))},
    ).splitlines()
    assert [line.split(" | ")[0] for line in table[2:]] == ["| local", "| openai:m"]
    assert table[2].endswith("| 10.0 | 10.0 | 0% | 0 | 0.000 |")
    assert table[3].endswith("| 10.0 | 10.0 | 100% | 1000 | 1.000 |")
    assert len({line.count("|") for line in table}) == 1


async def test_a_reply_is_answered_alone_while_every_signal_of_it_is_sure_enough() -> None:
    unsure = replace(PROMISED, confidence=0.6)
    run = a_run(said(PROMISED), said(unsure), said(replace(ASKED, confidence=0.8)), said(needs_human=True))
    low, high = await cascade_coverage.coverage(run, [0.5, 0.7])
    assert (low.alone, low.exact, low.exact_rest) == (0.75, 2 / 3, 0.0)
    assert (high.alone, high.exact, high.exact_rest) == (0.5, 0.5, 0.5)
    assert (low.missed_for_person, high.micro_f1) == (0.0, 0.5)


async def test_a_threshold_that_nothing_reaches_has_no_scores() -> None:
    [row] = await cascade_coverage.coverage(a_run(said(PROMISED)), [0.95])
    assert (row.alone, row.micro_f1, row.exact, row.exact_rest) == (0.0, None, None, 1.0)
    assert cascade_coverage.as_markdown([row]).splitlines()[2] == "| 0.95 | 0.0% | – | – | – | 1.000 |"


def test_confusions_name_what_was_missed_and_the_sentence_that_was_misread() -> None:
    found = confusions.confusions(a_run(said(PROMISED), said(ASKED), said()))
    assert [(one.case_id, one.missed, one.read_wrongly) for one in found] == [
        ("r2", ("promise_to_pay",), ("question",)),
        ("r3", ("promise_to_pay",), ()),
    ]
    assert found[0].sentences == ("Which | <one>?",)
    assert found[1].sentences[0].startswith("Morning, apologies")
    assert confusions.most_confused(found) == [
        ("promise_to_pay", "nothing", 1),
        ("promise_to_pay", "question", 1),
    ]
    assert "| r2 (en-GB) | promise_to_pay | question | Which \\| &lt;one>? |" in confusions.as_markdown(found)


def test_growth_of_one_is_linear() -> None:
    rows = [LengthRow(500, 5.0), LengthRow(16_000, 160.0)]
    assert growth(rows) == 1.0
    assert lengths_as_markdown([("local", rows)]).splitlines()[-1].endswith("| 1.00 |")


def test_percentiles_are_values_that_occur() -> None:
    assert (percentile([1.0, 2.0, 3.0, 4.0], 50), percentile([1.0, 2.0], 99), percentile([], 50)) == (2.0, 2.0, 0.0)


def test_the_long_reply_is_as_long_as_asked() -> None:
    assert len(one_long_reply(OWN, 16_000).text) == 16_000
