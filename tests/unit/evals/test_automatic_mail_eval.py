"""The set of automatic and human mail keeps to its form, and the marks hold on it."""

import json
from collections import Counter
from email import message_from_string
from pathlib import Path

import pytest

from evals.automatic_mail import OWN_CASES, AutomaticRow, as_markdown, automatic_rows, flufl_cases, own_cases

SHARED = Path(__file__).parents[4] / "shared" / "data"
ROWS = [json.loads(line) for line in OWN_CASES.read_text(encoding="utf-8").splitlines()]
LANGUAGES = {"en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv"}


@pytest.fixture(scope="module")
def duly() -> dict[str, AutomaticRow]:
    rows = automatic_rows(SHARED if SHARED.is_dir() else None)
    return {row.fixture_set: row for row in rows if row.tool == "Duly"}


def test_the_set_is_large_enough_and_in_two_like_halves() -> None:
    kinds = Counter((row["split"], row["automatic"] or "person") for row in ROWS)
    assert len(ROWS) >= 130
    assert sum(count for (_, kind), count in kinds.items() if kind == "person") >= 50
    for kind in ("bounce", "out_of_office", "auto_reply", "person"):
        assert abs(kinds["dev", kind] - kinds["held", kind]) <= 1
    assert {row["lang"].partition("-")[0] for row in ROWS} == LANGUAGES


def test_ids_are_unique_and_fields_fit_the_kind() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    for row in ROWS:
        assert (row["automatic"] == "bounce") == bool(row["failed"] or row["delayed"]), row["id"]
        assert "until" not in row or row["automatic"] == "out_of_office", row["id"]
        assert message_from_string(row["raw"])["From"] is not None or row["automatic"] == "bounce"
        assert ".example" in row["raw"]


@pytest.mark.parametrize("half", ["own, development", "own, held"])
def test_the_marks_hold_on_our_own_mail(duly: dict[str, AutomaticRow], half: str) -> None:
    row = duly[half]
    assert row.recall is not None
    assert row.recall >= 0.98
    assert row.addresses is not None
    assert row.addresses >= 0.95
    assert row.people_lost == 0


def test_the_marks_hold_on_the_bounces_of_flufl(duly: dict[str, AutomaticRow]) -> None:
    if "bounce-flufl" not in duly:
        pytest.skip("the bounces of flufl.bounce are not beside this checkout")
    row = duly["bounce-flufl"]
    assert row.recall is not None
    assert row.recall >= 0.98
    assert row.addresses is not None
    assert row.addresses >= 0.95


def test_a_set_of_bounces_has_no_figures_about_people(duly: dict[str, AutomaticRow]) -> None:
    if "bounce-flufl" not in duly:
        pytest.skip("the bounces of flufl.bounce are not beside this checkout")
    assert (duly["bounce-flufl"].people, duly["bounce-flufl"].people_lost) == (0, None)
    assert len(flufl_cases(SHARED / "bounce-flufl")) == duly["bounce-flufl"].machines


def test_the_table_has_a_line_for_each_row() -> None:
    row = AutomaticRow("set", "tool", "1", 4, 2, 0.75, None, 1.0, None, 0.5, None, 1.234)
    assert as_markdown([row]).splitlines()[2] == "| set | tool 1 | 4 | 75.0% |  | 100.0% |  | 2 | 50.0% |  | 1.23 |"


def test_a_half_holds_its_own_cases_only() -> None:
    assert {case.case_id for case in own_cases("dev")}.isdisjoint({case.case_id for case in own_cases("held")})
