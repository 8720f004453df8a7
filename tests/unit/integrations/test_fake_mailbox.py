"""The fake mailbox fails where it is told to, once, and what went out before went out."""

import pytest

from integrations.fakes.mailbox import FakeMailbox, FakeSender, FakeSource
from integrations.ports.errors import AuthExpired, OutcomeUnknown, TemporarilyUnavailable
from integrations.ports.mailbox import OutgoingMessage

MESSAGE = OutgoingMessage("a@supplier.example", b"Subject: x\n\n", "ar@supplier.example", ("ann@customer.example",))


async def test_a_failure_before_the_hand_over_sent_nothing() -> None:
    mailbox = FakeMailbox()
    mailbox.fail_next("before_handover", TemporarilyUnavailable("down"))
    sender = FakeSender(mailbox)
    with pytest.raises(TemporarilyUnavailable):
        await (await sender.prepare(MESSAGE)).send()
    assert await sender.was_sent(MESSAGE.message_id) is False
    await (await sender.prepare(MESSAGE)).send()
    assert mailbox.sent == [MESSAGE]


async def test_a_failure_after_the_hand_over_leaves_a_mail_that_was_sent() -> None:
    mailbox = FakeMailbox()
    mailbox.fail_next("after_handover")
    sender = FakeSender(mailbox)
    with pytest.raises(OutcomeUnknown):
        await (await sender.prepare(MESSAGE)).send()
    assert await sender.was_sent(MESSAGE.message_id) is True


async def test_a_mail_that_its_caller_sends_twice_went_out_twice() -> None:
    mailbox = FakeMailbox()
    for _ in range(2):
        await (await FakeSender(mailbox).prepare(MESSAGE)).send()
    assert mailbox.sent == [MESSAGE, MESSAGE]


async def test_a_fetch_fails_once_and_then_goes_on() -> None:
    mailbox = FakeMailbox()
    mailbox.deliver(b"one")
    mailbox.fail_next("fetch", AuthExpired("expired"))
    with pytest.raises(AuthExpired):
        [message async for message in FakeSource(mailbox).fetch(None, limit=1)]
    assert [message.raw async for message in FakeSource(mailbox).fetch(None, limit=1)] == [b"one"]
