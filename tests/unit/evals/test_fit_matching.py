"""Weights are fitted so that the right stories become likely, and what never occurs stays as it was set."""

from pathlib import Path

import pytest

from evals.fit_matching import fitted, write_weights
from ledger.rules.matching.hypothesis import Fit, Sign
from ledger.rules.matching.payer import PayerMark
from ledger.rules.matching.references import Strength
from ledger.rules.matching.weights import WEIGHTS

START = {"fit:exact": 0.0, "fit:fee": 0.0, "fit:refund": 0.7}


def test_the_right_story_becomes_likelier_and_what_never_occurs_stays() -> None:
    weights = fitted([([("fit:exact",), ("fit:fee",)], 0)] * 40, START)
    assert weights["fit:exact"] > 1.0 > 0.0 > weights["fit:fee"]
    assert weights["fit:refund"] == 0.7


def test_stories_of_which_none_is_right_become_less_likely() -> None:
    assert fitted([([("fit:exact",)], None)] * 40, START)["fit:exact"] < -1.0


def test_the_module_that_is_written_holds_the_weights(tmp_path: Path) -> None:
    write_weights(START, tmp_path / "weights.py")
    written: dict[str, dict[str, float]] = {}
    exec((tmp_path / "weights.py").read_text(encoding="utf-8"), written)  # noqa: S102: our own file
    assert written["WEIGHTS"] == START


@pytest.mark.parametrize("kind", [Fit, Sign, Strength, PayerMark])
def test_everything_that_a_story_may_have_is_weighed(kind: type[Fit | Sign | Strength | PayerMark]) -> None:
    groups = {Fit: "fit", Sign: "sign", Strength: "named", PayerMark: "payer"}
    names = [one.value if kind in (Fit, Sign) else one.name.lower() for one in kind]
    assert {f"{groups[kind]}:{name}" for name in names} <= set(WEIGHTS)
