"""Damaged mails of every kind are read or put before a person: no error, no invention, bounded time, one answer.

`make test` runs some hundred examples, always the same; `make fuzz` runs new ones for as long as it is told.
"""

import os
from pathlib import Path

import pytest
from factories.seed_mails import SEED_MAILS
from fuzz.mutations import Mutation, mutations
from fuzz.reading_path import MOST_SECONDS, check, read_bytes, same
from hypothesis import HealthCheck, Phase, given, settings, target
from hypothesis import strategies as st

from agent.reading.local.reader import LocalReader

SHARED = Path(__file__).parents[3] / "shared" / "data"
#: Examples of the long run; `DULY_FUZZ_EXAMPLES=20000 make fuzz` for a night.
LONG = int(os.environ.get("DULY_FUZZ_EXAMPLES", "2000"))
_QUICK = settings(
    max_examples=60,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
_LONG = settings(max_examples=LONG, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
READER = LocalReader()


def mutated(raw: bytes, changes: list[Mutation]) -> bytes:
    for change in changes:
        raw = change(raw)
    return raw


def holds(raw: bytes) -> None:
    """All that must hold of any mail, twice over."""
    first = read_bytes(raw, READER)
    # The search goes towards what takes long.
    target(min(first.cpu_seconds, MOST_SECONDS), label="processor seconds")
    check(first)
    assert same(first, read_bytes(raw, READER)), "another answer to the same bytes"


@pytest.mark.parametrize("raw", SEED_MAILS.values(), ids=SEED_MAILS)
def test_every_seed_is_read_as_it_is(raw: bytes) -> None:
    check(read_bytes(raw, READER))


@_QUICK
@given(st.sampled_from(sorted(SEED_MAILS.values())), st.lists(mutations(300), min_size=1, max_size=6))
def test_damaged_mail_is_read_or_put_before_a_person(raw: bytes, changes: list[Mutation]) -> None:
    holds(mutated(raw, changes))


@settings(_QUICK, max_examples=40)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_put_before_a_person(raw: bytes) -> None:
    holds(raw)


@settings(_QUICK, max_examples=40)
@given(st.text(max_size=600))
def test_any_text_is_read_or_put_before_a_person(text: str) -> None:
    holds(
        b"From: tom@brightwater.example\nContent-Type: text/plain; charset=utf-8\n\n"
        + text.encode("utf-8", "surrogatepass")
    )


@pytest.mark.soak
@_LONG
@given(st.sampled_from(sorted(SEED_MAILS.values())), st.lists(mutations(3000), min_size=1, max_size=12))
def test_mail_damaged_again_and_again_is_read_or_put_before_a_person(raw: bytes, changes: list[Mutation]) -> None:
    holds(mutated(raw, changes))


def public_mails() -> list[bytes]:
    """The mails of the public fixture sets, where this machine has them."""
    found = [
        path for path in sorted(SHARED.glob("*/**/*")) if path.suffix in (".eml", ".txt", ".msg") and path.is_file()
    ]
    return [path.read_bytes() for path in found if path.stat().st_size < 200_000]


PUBLIC = public_mails()


@pytest.mark.soak
@pytest.mark.skipif(not PUBLIC, reason="../shared holds no fixtures on this machine")
@_LONG
@given(st.integers(0, max(0, len(PUBLIC) - 1)), st.lists(mutations(1000), max_size=8))
def test_damaged_mail_of_the_public_sets_is_read_or_put_before_a_person(which: int, changes: list[Mutation]) -> None:
    holds(mutated(PUBLIC[which], changes))
