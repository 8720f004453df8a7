"""The text that the heads are trained on: its form, and that our own code reads the days it names."""

import json
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from agent.reading.dates import LANGUAGES, find_dates
from agent.reading.local.heads import CONCERNS, LABELS
from agent.reading.local.training.rows import known_labels
from agent.reading.local.training.texts import FOLDER, LabelledReply, labelled_replies
from ledger.model.signal import Intent

#: Intents that a label may say more of, behind a colon.
_WITH_MORE = (Intent.DISPUTE.value, Intent.DOCUMENT_REQUEST.value)


def written() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every line as it is written, by its source."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.strip():
                yield f"{path.stem}:{number}", json.loads(line)


@lru_cache(maxsize=1)
def replies() -> tuple[LabelledReply, ...]:
    return tuple(labelled_replies())


def test_every_line_holds_a_language_a_day_and_labelled_pieces() -> None:
    for source, line in written():
        assert set(line) == {"lang", "at", "pieces"}, source
        assert line["lang"].partition("-")[0] in LANGUAGES, source
        date.fromisoformat(line["at"])
        assert line["pieces"], source
        for text, labels, *days in line["pieces"]:
            assert text.strip(), source
            assert isinstance(labels, str), source
            assert len(days) <= 1, source


def test_every_label_is_one_that_the_heads_say() -> None:
    assert set(CONCERNS) < set(LABELS)
    for reply in replies():
        for label in {label for piece in reply.pieces for label in piece.labels}:
            name, colon, rest = label.partition(":")
            assert known_labels([label]) <= set(LABELS), (reply.source, label)
            assert not colon or (name in _WITH_MORE and rest), (reply.source, label)


def test_the_pieces_make_up_the_mail_in_their_order() -> None:
    for (source, line), reply in zip(written(), replies(), strict=True):
        text, ends = reply.reply.text, [0, *(piece.end for piece in reply.pieces)]
        assert reply.source == source
        assert [text[piece.start : piece.end] for piece in reply.pieces] == [
            piece[0].strip() for piece in line["pieces"]
        ], source
        between = [text[end : piece.start] for end, piece in zip(ends, reply.pieces, strict=False)]
        assert {*between[1:], between[0] or " "} <= {" ", "\n"}, source
        assert ends[-1] == len(text), source


def test_the_nine_languages_are_there_with_hundreds_of_replies_each() -> None:
    counts = dict.fromkeys(LANGUAGES, 0)
    for reply in replies():
        counts[reply.language] += 1
    assert len(counts) == 9
    assert min(counts.values()) >= 300


def test_nine_of_ten_labelled_days_are_read_from_their_piece() -> None:
    """0.93 of 5,202 on 21 November 2026; what is left is dialect, other languages, and days that no words name."""
    labelled = [(reply, piece) for reply in replies() for piece in reply.pieces if piece.days]
    read = 0
    for reply, piece in labelled:
        words = reply.reply.text[piece.start : piece.end]
        found = find_dates(words, reply.reply.received_at, reply.reply.country, (reply.language,))
        read += any(not {each.ahead, each.back, each.nearest}.isdisjoint(piece.days) for each in found)
    assert len(labelled) >= 2_000
    assert read / len(labelled) >= 0.9


@pytest.mark.parametrize("pieces", ['"We pay"', "{}", "null"])
def test_pieces_that_are_no_list_are_refused_with_their_line(pieces: str, tmp_path: Path) -> None:
    line = '{{"lang": "en-GB", "at": "2026-03-11", "pieces": {}}}'
    (tmp_path / "en.jsonl").write_text(f"{line.format('[]')}\n\n{line.format(pieces)}\n")
    with pytest.raises(ValueError, match="en:3: pieces is no list"):
        list(labelled_replies(tmp_path))
