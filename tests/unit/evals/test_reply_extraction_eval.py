"""The bench of reply extraction: how a mail is scored, and what is in Duly's own set."""

import json
from pathlib import Path

import pytest

from core.errors import InvalidInput
from evals.reply_extraction import as_markdown, extraction_rows, measure, score_mail
from evals.reply_fixtures import ExtractionCase, own_cases, public_cases
from evals.reply_peers import LANGUAGES, Extractor, extractors

SHARED = Path(__file__).parents[4] / "shared" / "data"


def a_case(*, reply: str, text: str = "", questions: tuple[str, ...] | None = None) -> ExtractionCase:
    return ExtractionCase("1", "en", text or reply, "", reply, questions)


def a_tool(reply: str) -> Extractor:
    return Extractor("tool", "1", "MIT", lambda _: reply, lambda _: reply, lambda _: ("When is 4711  paid?",))


def test_white_space_does_not_matter_and_letters_do() -> None:
    assert score_mail("Paid  on\nFriday.", "Paid on Friday.").exact
    assert not score_mail("Paid on Friday.", "paid on Friday.").exact


def test_lost_is_of_the_customers_words_and_junk_of_the_words_kept() -> None:
    score = score_mail("we pay on friday", "we pay regards kai and more")
    assert score.lost == 0.5
    assert score.junk == pytest.approx(4 / 6)
    assert score.token_f1 == pytest.approx(2 * 2 / 10)


def test_two_empty_replies_agree_and_nothing_is_lost_of_nothing() -> None:
    score = score_mail("", "")
    assert (score.exact, score.token_f1, score.lost, score.junk) == (True, 1.0, 0.0, 0.0)


def test_a_tool_that_raises_is_counted_and_the_run_goes_on() -> None:
    def raises(_: str) -> str:
        raise ValueError

    broken = Extractor("broken", "1", "MIT", raises, raises)
    rows = measure({"set": [a_case(reply="Paid."), a_case(reply="Open.")]}, [broken, a_tool("Paid.")])
    assert [(row.tool, row.exact, row.failed) for row in rows] == [("broken", 0.0, 2), ("tool", 0.5, 0)]
    assert "| set | 2 | broken 1 (2 failed) | MIT | 0.0% | 0.000 | 100.00% |" in as_markdown(rows)


def test_questions_are_compared_word_for_word() -> None:
    cases = [a_case(reply="Friday.", questions=("When is 4711 paid?", "And 4712?"))]
    assert measure({"set": cases}, [a_tool("Friday.")])[0].questions == 0.5


def test_own_set_has_every_language_in_both_halves_and_its_replies_in_its_texts() -> None:
    for half in ("development", "held"):
        assert {case.lang[:2] for case in own_cases(half=half)} == set(LANGUAGES)
    cases = own_cases()
    assert len(cases) >= 150
    assert len({case.case_id for case in cases}) == len(cases)
    for case in cases:
        words = (case.text or case.html).replace("&nbsp;", " ").split()
        assert case.reply
        if case.text:
            assert all(word in words for word in case.reply.split()), case.case_id


def test_duly_holds_its_marks_on_its_own_set() -> None:
    duly = [tool for tool in extractors() if tool.name == "Duly"]
    for row in measure({half: own_cases(half=half) for half in ("development", "held")}, duly):
        assert row.exact >= 0.9, row
        assert row.token_f1 >= 0.95, row
        assert row.lost <= 0.005, row


def test_a_line_of_another_form_is_told(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps({"id": "1", "lang": "en"}) + "\n", encoding="utf-8")
    with pytest.raises(InvalidInput):
        own_cases(path)


@pytest.mark.skipif(not (SHARED / "reply-crisp").is_dir(), reason="../shared holds no fixtures on this machine")
def test_public_sets_are_read_and_duly_loses_nothing_on_crisp() -> None:
    assert {name: len(cases) for name, cases in public_cases(SHARED).items()} == {
        "crisp": 48,
        "talon html": 9,
        "talon eml": 12,
    }
    crisp = next(row for row in extraction_rows(SHARED) if row.fixture_set == "crisp")
    assert (crisp.tool, crisp.lost) == ("Duly", 0.0)
    assert crisp.exact >= 0.9
