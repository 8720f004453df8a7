"""Machines that answer one another are held; people are not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.ids import ConversationId, MailboxId, MessageId, new_id
from ledger.model.message import Direction, Message
from ledger.rules.brakes import MOST_FROM_AN_ADDRESS, MOST_IN_A_THREAD, Brake, brake_on

AT = datetime(2026, 4, 20, 9, tzinfo=UTC)
THREAD = ConversationId(new_id())
BOX = MailboxId(new_id())
ROBOT = "Your message has reached our accounts department."


def a_message(minute: int, text: str = ROBOT, **more: object) -> Message:
    message = Message(
        message_id=MessageId(new_id()), mailbox_id=BOX, conversation_id=THREAD, account_id=None,
        direction=Direction.INBOUND, header_message_id=f"{new_id().hex}@buyer.example", references=(),
        sender="robot@buyer.example", to=("ar@seller.example",), cc=(), subject="Re", text=text, reply_text=text,
        at=AT + timedelta(minutes=minute),
    )  # fmt: skip
    return replace(message, **more)  # type: ignore[arg-type]


def outcomes(messages: list[Message]) -> list[bool | None]:
    """For each message in order: None where it passes, else whether a person is told."""
    found = [brake_on(message, messages) for message in messages]
    return [None if brake is None else brake.first for brake in found]


def test_automatic_mail_of_one_thread_is_held_from_the_third_on_and_told_once() -> None:
    mails = [a_message(n, f"Notice number {n} of the system", automatic="auto_reply") for n in range(5)]
    assert outcomes(mails) == [None, None, True, False, False]


def test_a_robot_without_a_mark_gives_itself_away_by_its_own_words() -> None:
    assert outcomes([a_message(n) for n in range(5)]) == [None, None, None, True, False]


def test_another_duly_is_known_by_its_message_ids() -> None:
    mails = [a_message(n, f"Draft {n} of the other house", header_message_id=f"duly.a{n}.b@x") for n in range(3)]
    assert outcomes(mails) == [None, None, True]


def test_answers_faster_than_a_person_reads_count() -> None:
    mails = []
    for n in range(3):
        ours = a_message(n, direction=Direction.OUTBOUND, sender="ar@seller.example", to=("robot@buyer.example",))
        mails += [ours, a_message(n, f"Answer number {n} to it", at=ours.at + timedelta(seconds=5))]
    assert brake_on(mails[-1], mails) == Brake("3 mails of this thread within a day look like a machine's", True)


def test_a_robot_that_opens_new_threads_is_held_by_its_address() -> None:
    mails = [
        a_message(n, f"Notice {n}", automatic="auto_reply", conversation_id=ConversationId(new_id()))
        for n in range(MOST_FROM_AN_ADDRESS + 1)
    ]
    assert outcomes(mails) == [None] * (MOST_FROM_AN_ADDRESS - 1) + [True, False]


def test_the_bounces_of_one_dunning_run_are_no_loop() -> None:
    mails = [
        a_message(n, f"Bounce {n}", automatic="bounce", conversation_id=ConversationId(new_id())) for n in range(20)
    ]
    assert outcomes(mails) == [None] * 20


@pytest.mark.parametrize("text", ["A person's own words about invoice 4711 and its price.", "ok"])
def test_a_person_is_never_held(text: str) -> None:
    robots = [a_message(n, automatic="auto_reply") for n in range(MOST_IN_A_THREAD + 3)]
    assert brake_on(a_message(30, text), robots) is None


def test_a_person_who_answers_shortly_and_alike_is_not_a_robot() -> None:
    assert outcomes([a_message(n * 10, "Thanks, will check.") for n in range(6)]) == [None] * 6


def test_what_lies_a_day_back_is_forgotten() -> None:
    old = [a_message(n, automatic="auto_reply") for n in range(5)]
    assert brake_on(a_message(25 * 60, automatic="auto_reply"), old) is None
