"""The suite of every `MailSender`, continued: answers stay in their conversation, a process may end at any time."""

from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from uuid import uuid4

import pytest
from mailbox_cases import Servers
from test_mailbox_sender_contract import CASES, Outbox, message_ids

from integrations.ports.mailbox import OutgoingMessage

QUESTION = "question@customer.example"
#: More than one line may have, so that it is folded on the way.
EARLIER = [f"earlier-{number}-{'x' * 40}@customer.example" for number in range(6)]


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    servers = Servers(tmp_path_factory.mktemp("servers"))
    yield servers
    servers.stop()


@pytest.fixture
def answer() -> OutgoingMessage:
    customer, message_id = f"ann-{uuid4().hex}@customer.example", f"duly.{uuid4().hex}.1@supplier.example"
    references = "\r\n ".join(f"<{one}>" for one in [*EARLIER, QUESTION])
    raw = (
        f"Message-ID: <{message_id}>\r\nFrom: ar@supplier.example\r\nTo: {customer}\r\n"
        f"Subject: Re: Invoice 4711\r\nIn-Reply-To: <{QUESTION}>\r\nReferences: {references}\r\n"
        "Thread-Topic: Invoice 4711\r\n\r\nDear Ann\r\n"
    )
    return OutgoingMessage(message_id, raw.encode(), "ar@supplier.example", (customer,))


@pytest.fixture(params=CASES, ids=lambda case: case.__name__.removesuffix("Case").lower())
def outbox(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers, answer: OutgoingMessage) -> Outbox:
    return request.param(tmp_path, servers, answer)


async def test_an_answer_names_what_it_answers_when_it_arrives(outbox: Outbox, answer: OutgoingMessage) -> None:
    await (await outbox.sender().prepare(answer)).send()
    (arrived,) = (message_from_bytes(raw) for raw in outbox.arrived(answer))
    assert arrived["Message-ID"].strip() == f"<{answer.message_id}>"
    assert arrived["In-Reply-To"].strip() == f"<{QUESTION}>"
    assert arrived["References"].split() == [f"<{one}>" for one in [*EARLIER, QUESTION]]
    assert (arrived["Subject"], arrived["Thread-Topic"]) == ("Re: Invoice 4711", "Invoice 4711")


async def test_what_a_process_left_behind_that_ended_before_the_hand_over_is_sent_once_by_the_next(
    outbox: Outbox, answer: OutgoingMessage
) -> None:
    left_behind = await outbox.sender().prepare(answer)
    sender = outbox.sender()
    assert await sender.was_sent(answer.message_id) is not True
    await (await sender.prepare(answer)).send()
    assert message_ids(outbox.arrived(answer)) == [answer.message_id]
    assert await outbox.sender().was_sent(answer.message_id) is True
    await left_behind.abandon()
    assert message_ids(outbox.arrived(answer)) == [answer.message_id]


async def test_what_a_process_sent_that_ended_before_it_noted_it_is_found_by_the_next(
    outbox: Outbox, answer: OutgoingMessage
) -> None:
    await (await outbox.sender().prepare(answer)).send()
    assert [await outbox.sender().was_sent(answer.message_id) for _ in range(2)] == [True, True]
    assert message_ids(outbox.arrived(answer)) == [answer.message_id]
