"""Stops that end no sentence."""

import pytest

from agent.reading.local.sentences import sentences_of


@pytest.mark.parametrize(
    "text",
    [
        "Ayer se abonó (op. 4410927) en su cuenta.",
        "Der Betrag wurde am 30.01. überwiesen.",
        "Wir zahlen am 14.2. per Sammler.",
        "Kwota poszła 28.01. rano.",
    ],
)
def test_a_stop_inside_what_it_belongs_to_ends_nothing(text: str) -> None:
    assert [each.text for each in sentences_of(text)] == [text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Wir zahlen am 30.01. Danke für Ihre Geduld.", "Wir zahlen am 30.01."),
        ("Dat lost het op. Morgen betalen we.", "Dat lost het op."),
        ("Betaald op 12.03. Groeten, Jan.", "Betaald op 12.03."),
    ],
)
def test_a_day_or_a_word_at_the_end_ends_its_sentence(text: str, first: str) -> None:
    assert sentences_of(text)[0].text == first
