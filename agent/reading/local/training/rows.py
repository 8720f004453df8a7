"""The training text as rows: what the heads see of each clause, and what they should say of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from agent.reading.local.features import grams_of, marks_of, masked
from agent.reading.local.heads import DOCUMENT, LABELS, gram_value
from agent.reading.local.trained import encoder_text
from agent.reading.local.training.texts import LabelledClauses
from ledger.model.signal import Intent

#: A gram that fewer clauses hold teaches nothing that lasts.
LEAST_CLAUSES = 3
#: The commonest grams; more add megabytes and no accuracy.
MOST_GRAMS = 24_000


@dataclass(frozen=True, slots=True)
class Rows:
    """One row a clause. `mails` numbers the reply that each clause belongs to."""

    grams: list[frozenset[str]]
    marks: NDArray[np.float32]
    texts: list[str]
    targets: NDArray[np.float64]
    mails: NDArray[np.int64]
    languages: list[str]


def rows_of(replies: Iterable[LabelledClauses]) -> Rows:
    """Rows in the order of `replies`."""
    grams, marks, texts, targets, mails, languages = [], [], [], [], [], []
    for number, reply in enumerate(replies):
        for index, clause in enumerate(reply.read.clauses):
            grams.append(frozenset(grams_of(masked(clause, reply.today))))
            marks.append(marks_of(index, reply.read, reply.today))
            texts.append(encoder_text(clause))
            said = known_labels(reply.labels[index])
            targets.append([float(label in said) for label in LABELS])
            mails.append(number)
            languages.append(reply.language)
    return Rows(grams, np.array(marks, np.float32), texts, np.array(targets), np.array(mails, np.int64), languages)


def known_labels(labels: Iterable[str]) -> set[str]:
    """The heads that a piece's labels mean: `dispute:price` is `dispute` too."""
    known: set[str] = set()
    for label in labels:
        name, _, rest = label.partition(":")
        known.add(name)
        if name == Intent.DISPUTE.value:
            known.add(label)
        elif rest:
            known |= {DOCUMENT + kind for kind in rest.split("+")}
    return known


def vocabulary(grams: Sequence[frozenset[str]]) -> dict[str, int]:
    """The commonest grams, each with its place."""
    counted = Counter(gram for clause in grams for gram in clause)
    common = [gram for gram, count in counted.items() if count >= LEAST_CLAUSES and "\n" not in gram]
    kept = sorted(common, key=lambda gram: (-counted[gram], gram))[:MOST_GRAMS]
    return {gram: place for place, gram in enumerate(sorted(kept))}


def gram_table(grams: Sequence[frozenset[str]], places: dict[str, int]) -> sparse.csr_matrix:
    """One row a clause, the value of each gram as `Heads.words` counts it."""
    ends, columns, values = [0], [], []
    for clause in grams:
        found = sorted(places[gram] for gram in clause if gram in places)
        columns += found
        values += [float(gram_value(len(found)))] * len(found) if found else []
        ends.append(len(columns))
    return sparse.csr_matrix((values, columns, ends), shape=(len(grams), len(places)))
