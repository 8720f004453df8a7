"""What a person once said about a sentence like this one."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.model.signal import DisputeReason, DocumentKind, Intent


@dataclass(frozen=True, slots=True)
class TaughtSentence:
    """The right answer for a sentence: its intents (none where it states nothing), and what goes with them."""

    intents: frozenset[Intent]
    reason: DisputeReason | None = None
    documents: tuple[DocumentKind, ...] = ()


#: By the sentence's own words, as `sentences_of` cuts them.
Taught = Mapping[str, TaughtSentence]
