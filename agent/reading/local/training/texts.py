"""The training text: replies in labelled pieces, and the clauses that the reader makes of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from agent.reading.local.clauses import ReadText
from agent.reading.local.reader import read_text
from agent.signals import ReplyToRead

FOLDER = Path(__file__).parent / "text"
#: Where a tag names no region.
_COUNTRIES = {
    "de": "DE",
    "en": "GB",
    "fr": "FR",
    "es": "ES",
    "it": "IT",
    "nl": "NL",
    "pl": "PL",
    "pt": "PT",
    "sv": "SE",
}
_CURRENCIES = {
    "US": "USD", "CA": "CAD", "GB": "GBP", "PL": "PLN", "SE": "SEK", "BR": "BRL", "MX": "MXN", "AU": "AUD",
    "CH": "CHF", "NZ": "NZD", "ZA": "ZAR", "IN": "INR", "SG": "SGD", "NG": "NGN", "HK": "HKD", "CO": "COP",
    "CL": "CLP", "AR": "ARS", "PE": "PEN",
}  # fmt: skip
#: A greeting line is shorter than this.
_GREETING = 40


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or part of one, at `text[start:end]` of its reply, with its labels as the files write them."""

    start: int
    end: int
    labels: frozenset[str]
    days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelledReply:
    """One line of a training file. `source` names file and line."""

    source: str
    language: str
    reply: ReplyToRead
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class LabelledClauses:
    """A reply as the reader cuts it, and the labels of each clause."""

    source: str
    language: str
    today: date
    read: ReadText
    labels: tuple[frozenset[str], ...]


def labelled_replies(folder: Path = FOLDER) -> Iterator[LabelledReply]:
    """Every reply of `*.jsonl` in `folder`, in order. Raises ValueError for a line of another form."""
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if line.strip():
                yield _labelled_reply(json.loads(line), f"{path.stem}:{number}")


def labelled_clauses(labelled: LabelledReply) -> LabelledClauses:
    """A clause has the labels of every piece that it holds half of, or that holds half of it."""
    read, _ = read_text(labelled.reply)
    labels = []
    for clause in read.clauses:
        found: set[str] = set()
        for piece in labelled.pieces:
            shared = min(piece.end, clause.end) - max(piece.start, clause.start)
            if shared > 0 and 2 * shared >= min(piece.end - piece.start, clause.end - clause.start):
                found |= piece.labels
        labels.append(frozenset(found))
    return LabelledClauses(labelled.source, labelled.language, labelled.reply.received_at.date(), read, tuple(labels))


def _labelled_reply(line: dict[str, object], source: str) -> LabelledReply:
    pieces = line["pieces"]
    tag = str(line["lang"])
    if not isinstance(pieces, list):
        raise ValueError(f"{source}: pieces is no list")
    text, spans = _joined([str(piece[0]).strip() for piece in pieces])
    language, _, region = tag.partition("-")
    country = region or _COUNTRIES.get(language, "")
    return LabelledReply(
        source,
        language,
        ReplyToRead(
            text=text,
            subject="",
            received_at=datetime.fromisoformat(f"{line['at']}T10:00:00").replace(tzinfo=UTC),
            customer="",
            country=country,
            currency=_CURRENCIES.get(country, "EUR"),
        ),
        tuple(
            Piece(start, end, frozenset(name for name in piece[1].split("|") if name), _days(piece))
            for (start, end), piece in zip(spans, pieces, strict=True)
        ),
    )


def _days(piece: list[object]) -> tuple[date, ...]:
    stated = piece[2] if len(piece) > 2 else []
    return tuple(date.fromisoformat(str(day)) for day in (stated if isinstance(stated, list) else [stated]))


def _joined(texts: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """The pieces as one mail: greetings, list lines and what ends without a stop get lines of their own."""
    whole, spans = "", []
    for index, text in enumerate(texts):
        if whole:
            whole += "\n" if _is_new_line(texts[index - 1], text, greeted=index == 1) else " "
        spans.append((len(whole), len(whole) + len(text)))
        whole += text
    return whole, spans


def _is_new_line(before: str, text: str, *, greeted: bool) -> bool:
    if text[:1] in "-*•" or before[-1:] == ":" or (greeted and len(before) < _GREETING):
        return True
    return before[-1:] not in ".!?;:,…" and (text[:1].isupper() or text[:1].isdigit())
