"""How the heads are fitted: logistic regression with known solutions, and a whole training of sixty clauses."""

import math
import re
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from agent.reading.local.heads import LABELS, REASON, SAID, Heads, heads_from, to_bytes
from agent.reading.local.training.fit import fit_heads
from agent.reading.local.training.logistic import fit
from agent.reading.local.training.rows import Rows, known_labels

ALMOST_NOTHING = 1e-6


def logit(share: float) -> float:
    return math.log(share / (1 - share))


def column(*values: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.array(values)[:, None]


def test_two_separable_points_get_the_weight_at_which_loss_and_strength_balance() -> None:
    # At the minimum strength x weight = 2 / (1 + e^weight); both sides are 0.5379 at the weight 1.
    weights, bias = fit(column(1, -1), column(1, 0), strength=0.537883)
    assert (weights[0, 0], bias[0]) == pytest.approx((1.0, 0.0), abs=1e-4)


def test_separable_clauses_are_all_told_apart() -> None:
    inputs = np.array([[0.2, 1.0], [0.9, 0.3], [0.4, 0.9], [-0.3, -0.6], [-0.8, 0.1], [0.1, -0.9]])
    weights, bias = fit(inputs, column(1, 1, 1, 0, 0, 0), strength=0.01)
    assert ((inputs @ weights + bias)[:, 0] > 0).tolist() == [True, True, True, False, False, False]


def test_logits_say_how_often_it_is_true() -> None:
    # 2 of 10 where the mark is missing, 9 of 12 where it stands.
    inputs = column(*[0] * 10, *[1] * 12)
    targets = column(*[1] * 2, *[0] * 8, *[1] * 9, *[0] * 3)
    weights, bias = fit(inputs, targets, strength=ALMOST_NOTHING)
    assert bias[0] == pytest.approx(logit(0.2), abs=1e-3)
    assert bias[0] + weights[0, 0] == pytest.approx(logit(0.75), abs=1e-3)


def test_each_label_is_fitted_by_itself_and_a_sparse_table_like_a_dense_one() -> None:
    inputs = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    targets = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0], [0.0, 1.0], [0.0, 0.0]])
    weights, bias = fit(inputs, targets, strength=0.5)
    sparse_weights, sparse_bias = fit(sparse.csr_matrix(inputs), targets, strength=0.5)
    np.testing.assert_allclose(sparse_weights, weights, atol=1e-6)
    np.testing.assert_allclose(sparse_bias, bias, atol=1e-6)
    for label in (0, 1):
        alone, alone_bias = fit(inputs, targets[:, [label]], strength=0.5)
        np.testing.assert_allclose(alone[:, 0], weights[:, label], atol=1e-3)
        assert alone_bias[0] == pytest.approx(bias[label], abs=1e-3)


def test_a_target_that_does_not_count_changes_nothing() -> None:
    inputs, targets, counted = column(0, 0, 1, 1, 1), column(0, 1, 1, 0, 1), column(1, 1, 1, 1, 0)
    weights, bias = fit(inputs, targets, strength=0.1, weights=counted)
    without, bias_without = fit(inputs[:4], targets[:4], strength=0.1)
    assert (weights[0, 0], bias[0]) == pytest.approx((without[0, 0], bias_without[0]), abs=1e-4)


@pytest.mark.parametrize(
    ("label", "heads"),
    [
        ("promise_to_pay", {"promise_to_pay"}),
        ("dispute:price", {"dispute", "dispute:price"}),
        (
            "document_request:statement+pod",
            {"document_request", "document_request:statement", "document_request:pod"},
        ),
        ("threat", {"threat"}),
    ],
)
def test_a_label_means_its_heads(label: str, heads: set[str]) -> None:
    assert known_labels([label]) == heads


PROMISES = (
    "We will pay this on Friday.", "You will have the money on Monday.", "Payment leaves us on the 20th of March.",
    "I will pay the balance tomorrow.", "We shall pay you by the end of the month.", "It will be paid next Tuesday.",
    "Our transfer goes out on Thursday.", "We will settle the account on 18 March.", "I promise payment by Friday.",
    "You will receive payment within ten days.", "We will pay in full next week.", "Expect our payment on Monday.",
    "The money will be with you by Friday.", "We will wire it on the 25th.", "I will settle it on Thursday.",
    "Payment will follow at the end of the week.", "We will pay both invoices on Tuesday.",
    "Our payment will reach you on 16 March.", "You will have our transfer tomorrow.", "We shall settle by 31 March.",
)  # fmt: skip
DISPUTES = (
    "The goods came damaged.", "Two boxes arrived broken.", "The price on the invoice is wrong.",
    "We never ordered this.", "Half of the delivery is missing.", "The boxes were damaged in transit.",
    "The quantity on the invoice is wrong.", "We were charged twice for the same goods.",
    "Three pallets are missing.", "The goods were not as ordered.", "The invoice price is wrong by ten per cent.",
    "Most of the glasses arrived broken.", "The delivery was damaged.", "We do not accept this wrong invoice.",
    "The goods are faulty.", "The delivery was incomplete, boxes were damaged.", "You charged the wrong price.",
    "Some goods are missing from the delivery.", "The invoice is wrong.", "The boxes arrived damaged.",
)  # fmt: skip
QUIET = (
    "Good morning,", "Dear Anna,", "Thanks for your mail.", "Kind regards", "Best wishes from Leeds", "Hello Tom,",
    "I hope you are well.", "Thank you.", "Have a good weekend.", "Many thanks for writing.", "Dear Mr Hall,",
    "Good afternoon,", "Yours sincerely", "Nice to hear from you.", "Hello again,", "Best regards",
    "Thanks and have a good day.", "Dear colleagues,", "Good to talk earlier.", "With kind regards",
)  # fmt: skip
#: A vector has a place for each; a stand-in for the encoder, blind to everything else.
MEANINGS = (("pay", "money", "transfer", "settle", "wire"), ("damage", "broken", "wrong", "missing", "faulty"))


def fake_vector(text: str) -> list[float]:
    return [float(any(stem in text.lower() for stem in stems)) for stems in MEANINGS] + [1.0]


def words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", text.lower()))


def fake_marks(text: str) -> list[float]:
    return [float(text.endswith(",")), float(any(char.isdigit() for char in text))]


def sixty_rows() -> Rows:
    """A mail a clause; the kinds take turns, so that every fold holds some of each."""
    texts = [text for three in zip(PROMISES, DISPUTES, QUIET, strict=True) for text in three]
    labels = [{"promise_to_pay"}, {"dispute", "dispute:quality"}, set()] * 20
    return Rows(
        grams=[words_of(text) for text in texts],
        marks=np.array([fake_marks(text) for text in texts], np.float32),
        texts=texts,
        targets=np.array([[float(label in said) for label in LABELS] for said in labels]),
        mails=np.arange(60),
        languages=["en"] * 60,
    )


def trained() -> bytes:
    rows = sixty_rows()
    vectors = np.array([fake_vector(text) for text in rows.texts], np.float32)
    return to_bytes(fit_heads(rows, vectors, lambda _: None)[0])


@pytest.fixture(scope="module")
def artifacts() -> tuple[bytes, bytes]:
    """Two trainings on the same rows. By one thread: on a busy machine OpenBLAS's wait for one another, seconds."""
    with pytest.MonkeyPatch.context() as patch, ProcessPoolExecutor(1, get_context("spawn")) as child:
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        return child.submit(trained).result(timeout=60), child.submit(trained).result(timeout=60)


@pytest.fixture(scope="module")
def heads(artifacts: tuple[bytes, bytes]) -> Heads:
    return heads_from(artifacts[0])


def said_of(heads: Heads, text: str) -> list[set[str]]:
    """What the cheap heads say of a clause, the costly ones, and those of a mail that is this clause."""
    words = heads.words(words_of(text), fake_marks(text))
    meaning = heads.meaning(fake_vector(text), words, fake_marks(text))
    mail = heads.mail(words[None, :], meaning[None, :])
    judged = ((words, heads.clause_from), (meaning, heads.clause_from), (mail, heads.mail_from))
    return [
        {label for place, label in enumerate(LABELS[:SAID]) if logits[place] >= from_[place]}
        for logits, from_ in judged
    ]


UNSEEN: tuple[tuple[str, set[str]], ...] = (
    ("We will pay the rest on Monday.", {"promise_to_pay"}),
    ("You will have our payment by Thursday.", {"promise_to_pay"}),
    ("Four boxes came damaged.", {"dispute"}),
    ("The price is wrong.", {"dispute"}),
    ("Good evening,", set()),
    ("Thanks for your help.", set()),
)


@pytest.mark.parametrize(("text", "labels"), UNSEEN)
def test_heads_say_of_new_clauses_what_they_learned_and_nothing_else(
    heads: Heads, text: str, labels: set[str]
) -> None:
    assert said_of(heads, text) == [labels] * 3


def test_the_reason_is_the_one_that_all_disputes_had(heads: Heads) -> None:
    text = "The plates were broken."
    words = heads.words(words_of(text), fake_marks(text))
    reasons = {label: float(words[place]) for place, label in enumerate(LABELS) if label.startswith(REASON)}
    assert max(reasons, key=reasons.__getitem__) == "dispute:quality"


def test_only_a_clause_that_says_nothing_needs_no_encoder(heads: Heads) -> None:
    quiet = [heads.is_quiet(heads.words(words_of(text), fake_marks(text))) for text, _ in UNSEEN]
    assert quiet == [False, False, False, False, True, True]


def test_the_same_rows_give_the_same_artifact(artifacts: tuple[bytes, bytes]) -> None:
    assert artifacts[0] == artifacts[1]
