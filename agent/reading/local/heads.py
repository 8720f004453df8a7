"""The trained heads: small functions of what stands in a clause, kept as arrays that cannot execute anything."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from agent.reading.local.network import Floats, Network
from ledger.model.signal import DisputeReason, DocumentKind, Intent

#: Said of a clause beside the intents of the format: what a person must see though it is no statement.
CONCERNS = ("threat", "software", "unclear")
REASON, DOCUMENT = "dispute:", "document_request:"
LABELS = (
    *(intent.value for intent in Intent),
    *CONCERNS,
    *(REASON + reason.value for reason in DisputeReason),
    *(DOCUMENT + kind.value for kind in DocumentKind),
)
#: So many labels, the intents and concerns, are said of whole mails too.
SAID = len(Intent) + len(CONCERNS)
#: Rebuilt by `make train`; see `agent/reading/local/training`.
ARTIFACT = "heads.npz"
#: The network's arrays in the artifact begin so.
_NETWORK = "meaning_"


@dataclass(frozen=True, slots=True)
class Heads:
    """Weights by label, in the order of `LABELS`; logits are calibrated, so that they say how likely a label is.

    `words` are the cheap heads of a clause, `meaning` those that see the encoder's vector and the cheap logits
    besides, `mail` those that see the logits of all clauses of a reply: what one clause says makes another's guess
    likelier or not. The thresholds are logits.
    """

    grams: dict[str, int]
    gram_weights: NDArray[np.int8]
    gram_scales: Floats
    mark_weights: Floats
    bias: Floats
    centre: Floats
    meaning_network: Network
    mail_weights: Floats
    mail_bias: Floats
    #: From here on a clause says a label, and a mail.
    clause_from: Floats
    mail_from: Floats
    #: A clause whose cheap logits all lie so far below `clause_from` says nothing; it needs no encoder.
    quiet: Floats

    def words(self, grams: Iterable[str], marks: Sequence[float]) -> Floats:
        """Raw logits from the words and marks alone."""
        places = [place for place in map(self.grams.get, grams) if place is not None]
        total = np.asarray(marks, dtype=np.float32) @ self.mark_weights + self.bias
        if places:
            found = self.gram_weights[places].sum(axis=0, dtype=np.int32)
            total = total + found * self.gram_scales * gram_value(len(places))
        return np.asarray(total, dtype=np.float32)

    def meaning(self, vector: Sequence[float], words: Floats, marks: Sequence[float]) -> Floats:
        """Raw logits from the encoder's vector, the cheap logits and the marks."""
        centred = np.asarray(vector, dtype=np.float32) - self.centre
        return self.meaning_network.logits(meaning_input(centred, words, np.asarray(marks, np.float32)))

    def is_quiet(self, words: Floats) -> bool:
        """Whether the cheap heads are sure enough that the clause says nothing."""
        return bool((words[:SAID] - self.clause_from[:SAID]).max() < self.quiet)

    def mail(self, words: Floats, clauses: Floats) -> Floats:
        """Raw logits of the intents and concerns of a whole reply; rows are its clauses (at least one)."""
        return np.asarray(mail_input(words, clauses) @ self.mail_weights + self.mail_bias, dtype=np.float32)


def gram_value(count: int) -> np.float32:
    """What each of `count` known grams of a clause counts, so that long clauses do not shout."""
    return np.float32(3 / count**0.5)


def meaning_input(vector: Floats, words: Floats, marks: Floats) -> Floats:
    """What the costly heads see, scaled alike; one row or many."""
    return np.concatenate([vector * np.float32(10), words / np.float32(3), marks], axis=-1)


#: A mail of a thousand lines is no more certain of what it says than the longest that the heads have learned from.
_MOST_SUM = 3.0
_MOST_CLAUSES = 30


def mail_input(words: Floats, clauses: Floats) -> Floats:
    """What the heads of a mail see: by label the likeliest clause, the next one, and how they stand to the rest."""
    logits, cheap = clauses[:, :SAID], words[:, :SAID]
    ordered = np.sort(logits, axis=0)
    top = ordered[-1]
    second = ordered[-2] if len(ordered) > 1 else np.full(SAID, -12.0, np.float32)
    sums = np.minimum(np.logaddexp(0, logits).sum(axis=0) / 3, _MOST_SUM)
    parts = [_half(top), 1 / (1 + np.exp(-top)), _half(top - top.max()), [np.log(min(len(logits), _MOST_CLAUSES))]]
    parts += [_half(second), sums, _half(cheap.max(axis=0))]
    return np.concatenate(parts, dtype=np.float32)


def _half(logits: Floats) -> Floats:
    return np.asarray(np.clip(logits, -6, 6) / 2, dtype=np.float32)


@lru_cache(maxsize=1)
def trained_heads() -> Heads:
    """The heads that come with the package. Raises ValueError where the artifact is of another form."""
    return heads_from((files("agent.reading.local") / ARTIFACT).read_bytes())


def heads_from(data: bytes) -> Heads:
    """Heads from the bytes of an artifact; nothing in it is ever executed (no pickles)."""
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        if tuple(stored["labels"].tolist()) != LABELS:
            raise ValueError("the trained heads were built for other labels; run `make train`")
        names = bytes(stored["grams"]).decode().split("\n")
        arrays = {name: stored[name] for name in stored.files if name not in ("labels", "grams")}
    parts = {name: arrays.pop(_NETWORK + name).astype(np.float32) for name in Network.__slots__}
    return Heads(grams={name: place for place, name in enumerate(names)}, meaning_network=Network(**parts), **arrays)


def to_bytes(heads: Heads) -> bytes:
    """The artifact, the same bytes for the same heads."""
    stored = io.BytesIO()
    names = sorted(heads.grams, key=heads.grams.__getitem__)
    arrays = {name: getattr(heads, name) for name in Heads.__slots__ if name not in ("grams", "meaning_network")}
    # Half the digits do as well and take half the room.
    network = {_NETWORK + name: getattr(heads.meaning_network, name).astype(np.float16) for name in Network.__slots__}
    np.savez_compressed(
        stored,
        labels=np.array(LABELS),
        grams=np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        **arrays,
        **network,
    )
    return stored.getvalue()
