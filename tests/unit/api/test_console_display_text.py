"""Strangers' text made fit to be shown, and evidence marked in it."""

from hypothesis import given
from hypothesis import strategies as st

from api.console.display_text import MOST_SHOWN, Segment, ShownText, Span, bounded, highlighted, stands_in, visible

TEXT = "we pay 1041 on Friday, 1042 is short"


def test_evidence_is_a_run_of_its_own() -> None:
    assert highlighted(TEXT, [Span(0, 21, "Promises", "good")]) == (
        Segment("we pay 1041 on Friday", ("Promises",), "good"),
        Segment(", 1042 is short"),
    )


def test_where_evidence_overlaps_a_run_carries_both_meanings_and_the_graver_colour() -> None:
    assert highlighted("abcdef", [Span(0, 4, "Promises", "good"), Span(2, 6, "Disputes", "warn")]) == (
        Segment("ab", ("Promises",), "good"),
        Segment("cd", ("Promises", "Disputes"), "warn"),
        Segment("ef", ("Disputes",), "warn"),
    )


def test_the_same_meaning_twice_is_named_once() -> None:
    assert highlighted("abc", [Span(0, 3, "Disputes"), Span(0, 3, "Disputes")]) == (
        Segment("abc", ("Disputes",), "calm"),
    )


def test_spans_outside_the_text_are_cut_to_it_or_left_out() -> None:
    assert highlighted("abc", [Span(2, 99, "A"), Span(-5, 0, "B"), Span(50, 60, "C"), Span(2, 1, "D")]) == (
        Segment("ab"),
        Segment("c", ("A",), "calm"),
    )


def test_an_empty_text_has_no_runs() -> None:
    assert highlighted("", [Span(0, 5, "A")]) == ()


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=12),
)
def test_runs_always_join_back_to_the_text(text: str, edges: list[tuple[int, int]]) -> None:
    spans = [Span(start, end, str(number)) for number, (start, end) in enumerate(edges)]
    assert "".join(segment.text for segment in highlighted(text, spans)) == text


@given(st.text(max_size=200))
def test_what_is_shown_keeps_its_length_so_that_offsets_fit(text: str) -> None:
    assert len(visible(text)) == len(text)


def test_characters_that_turn_the_reading_order_or_hide_are_replaced() -> None:
    assert visible("a\u202egpj.exe\u202c \U000e0041 \x07") == "a\ufffdgpj.exe\ufffd \ufffd \ufffd"


def test_letters_joiners_and_line_breaks_stay() -> None:
    text = "Zażółć\tשלום\u200f נא\u200dנא\r\n👩\u200d💻"
    assert visible(text) == text


def test_a_long_text_is_cut_and_says_by_how_much() -> None:
    assert bounded("x" * (MOST_SHOWN + 7)) == ShownText("x" * MOST_SHOWN, 7)


def test_a_quote_stands_in_the_text_only_where_the_signal_says() -> None:
    assert stands_in(TEXT, "1042", 23, 27)
    assert not stands_in(TEXT, "1042", 22, 26)
    assert not stands_in(TEXT, "1042", -1, -1)
    assert not stands_in(TEXT, "", 3, 3)
