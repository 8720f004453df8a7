"""The artifact of the trained heads: kept and loaded without loss, and never executed."""

import io
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.reading.local.heads import ARTIFACT, LABELS, SAID, Heads, heads_from, to_bytes, trained_heads
from agent.reading.local.network import Network

MARKS, DIMENSIONS, HIDDEN = 3, 4, 5


def _short(array: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    """The network is kept with half the digits."""
    return array.astype(np.float16).astype(np.float32)


def some_heads(*, quiet: float = -1.5) -> Heads:
    random = np.random.default_rng(7)

    def floats(*shape: int) -> np.ndarray[Any, np.dtype[np.float32]]:
        return random.normal(size=shape).astype(np.float32)

    return Heads(
        grams={"überweisen": 1, "^ we": 0, "_day_": 2},
        gram_weights=random.integers(-127, 128, size=(3, len(LABELS))).astype(np.int8),
        gram_scales=floats(len(LABELS)),
        mark_weights=floats(MARKS, len(LABELS)),
        bias=floats(len(LABELS)),
        centre=floats(DIMENSIONS),
        meaning_network=Network(
            *map(
                _short,
                (
                    floats(DIMENSIONS + len(LABELS) + MARKS, HIDDEN),
                    floats(HIDDEN),
                    floats(HIDDEN, len(LABELS)),
                    floats(DIMENSIONS + len(LABELS) + MARKS, len(LABELS)),
                    floats(len(LABELS)),
                ),
            )
        ),
        mail_weights=floats(6 * SAID + 1, SAID),
        mail_bias=floats(SAID),
        clause_from=floats(len(LABELS)),
        mail_from=floats(SAID),
        quiet=np.array(quiet, np.float32),
    )


def arrays_in(data: bytes) -> dict[str, Any]:
    with np.load(io.BytesIO(data), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def as_artifact(arrays: dict[str, Any]) -> bytes:
    stored = io.BytesIO()
    np.savez(stored, **arrays)
    return stored.getvalue()


def test_heads_come_back_as_they_were_kept() -> None:
    kept = some_heads()
    loaded = heads_from(to_bytes(kept))
    assert loaded.grams == kept.grams
    before_and_after = [
        (name, getattr(kept, name), getattr(loaded, name))
        for name in Heads.__slots__
        if name not in ("grams", "meaning_network")
    ]
    was, came = kept.meaning_network, loaded.meaning_network
    before_and_after += [(name, getattr(was, name), getattr(came, name)) for name in Network.__slots__]
    for name, before, after in before_and_after:
        assert (before.dtype, before.shape) == (after.dtype, after.shape), name
        np.testing.assert_array_equal(before, after, err_msg=name)


def test_the_same_heads_are_the_same_bytes() -> None:
    assert to_bytes(some_heads()) == to_bytes(some_heads())
    assert to_bytes(some_heads()) != to_bytes(some_heads(quiet=-1.25))
    assert to_bytes(heads_from(to_bytes(some_heads()))) == to_bytes(some_heads())


@pytest.mark.parametrize("labels", [LABELS[:-1], (*LABELS[:-1], "refund"), (LABELS[1], LABELS[0], *LABELS[2:])])
def test_an_artifact_for_other_labels_is_refused(labels: tuple[str, ...]) -> None:
    arrays = arrays_in(to_bytes(some_heads())) | {"labels": np.array(labels)}
    with pytest.raises(ValueError, match="other labels"):
        heads_from(as_artifact(arrays))


class _Touches:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.path,)


@pytest.mark.parametrize("name", ["labels", "grams", "bias", "more"])
def test_an_artifact_with_a_pickled_object_is_refused_and_runs_nothing(name: str, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    data = as_artifact(arrays_in(to_bytes(some_heads())) | {name: np.array([_Touches(ran)], dtype=object)})
    with pytest.raises(ValueError, match="allow_pickle"):
        heads_from(data)
    assert not ran.exists()
    with np.load(io.BytesIO(data), allow_pickle=True) as trusting:
        trusting[name]
    assert ran.exists()


def test_the_artifact_that_ships_is_small_and_fits_these_labels() -> None:
    assert len((files("agent.reading.local") / ARTIFACT).read_bytes()) < 5_000_000
    heads = trained_heads()
    assert heads.gram_weights.shape == (len(heads.grams), len(LABELS))
    assert heads.bias.shape == heads.meaning_network.bias.shape == heads.clause_from.shape == (len(LABELS),)
    assert heads.mail_from.shape == heads.mail_bias.shape == (SAID,)
    assert heads.quiet.shape == ()
