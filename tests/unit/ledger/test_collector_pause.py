"""The cycle collector rests while a batch is worked, and is as it was before afterwards."""

import gc

import pytest

from ledger.commands.collector_pause import collector_paused


def test_it_rests_until_the_last_of_several_batches_ends() -> None:
    first, second = collector_paused(), collector_paused()
    seen = []
    for step in (first.__enter__, second.__enter__):
        step()
        seen.append(gc.isenabled())
    for batch in (first, second):
        batch.__exit__(None, None, None)
        seen.append(gc.isenabled())
    assert seen == [False, False, False, True]


def test_it_goes_on_after_a_batch_that_failed() -> None:
    with pytest.raises(RuntimeError), collector_paused():
        raise RuntimeError
    assert gc.isenabled()


def test_who_runs_without_it_stays_without_it() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
