"""Windows of time that hold so many mails and no more."""

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from core.errors import NotConfigured
from ledger.model.sending import MailboxLimits
from ledger.rules.sending_limits import DAY, MINUTE, WEEK, free_again, limits_of, turn_of


def test_below_the_limit_a_mail_goes_out() -> None:
    assert free_again([NOW - timedelta(days=1)] * 2, most=3, window=WEEK, now=NOW) is None


def test_above_it_the_oldest_that_counts_makes_room() -> None:
    sent = [NOW - timedelta(days=days) for days in (6, 5, 1)]
    assert free_again(sent, most=3, window=WEEK, now=NOW) == NOW + timedelta(days=1)
    # Another one went out although the cap was reached: two must leave the window.
    assert free_again([*sent, NOW], most=3, window=WEEK, now=NOW) == NOW + timedelta(days=2)


def test_a_mail_that_is_as_old_as_the_window_counts_no_more() -> None:
    assert free_again([NOW - MINUTE], most=1, window=MINUTE, now=NOW) is None
    assert free_again([NOW - MINUTE + timedelta(microseconds=1)], most=1, window=MINUTE, now=NOW) is not None


def test_a_clock_that_was_far_ahead_holds_mail_back_for_one_window_at_most() -> None:
    assert free_again([NOW + timedelta(days=3650)], most=1, window=DAY, now=NOW) == NOW + DAY


def test_those_that_wait_have_their_turns_one_window_after_another() -> None:
    turns = [turn_of(NOW, place=place, most=2, window=MINUTE) for place in range(5)]
    assert turns == [NOW, NOW, NOW + MINUTE, NOW + MINUTE, NOW + 2 * MINUTE]


def test_limits_are_the_mailboxs_or_the_usual_ones() -> None:
    assert limits_of({"kind": "smtp"}, "ar@seller.example") == MailboxLimits(30, 2_000)
    assert limits_of({"per_minute": 5, "per_day": 100}, "ar@seller.example") == MailboxLimits(5, 100)


@pytest.mark.parametrize("value", [0, -1, "30", 1.5, True, None, 10**9], ids=repr)
def test_a_limit_that_is_none_is_said_with_its_mailbox(value: Any) -> None:
    with pytest.raises(NotConfigured, match=r"ar@seller\.example"):
        limits_of({"per_minute": value}, "ar@seller.example")
