"""Gmail's labels: mail of one label is read, also what is given it later; what was read is given another."""

from collections.abc import Iterator
from typing import Any

import pytest
from emulators import GmailEmulator

from integrations.gmail.source import GmailSource
from integrations.ports.errors import Rejected
from integrations.ports.mailbox import IncomingMessage


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(tmp_path_factory.mktemp("gmail"))
    yield emulator
    emulator.stop()


class House:
    """One mailbox with a label that a person made."""

    def __init__(self, gmail: GmailEmulator) -> None:
        self.gmail, self.address = gmail, gmail.mailbox()
        self.invoices = self.make("Invoices")

    def make(self, name: str) -> str:
        made = self.gmail.call(self.address, "POST", "labels", json={"name": name})
        return str(made["id"])

    def source(self, **options: str) -> GmailSource:
        tokens = self.gmail.tokens(self.address)
        options_: Any = {"pause_seconds": 0.01, **options}
        return GmailSource(tokens, self.address, 100_000, api_endpoint=self.gmail.endpoint, **options_)

    def deliver(self, subject: str, *labels: str) -> str:
        raw = f"From: ann@customer.example\nSubject: {subject}\n\nHello\n".encode()
        return self.gmail.deliver(self.address, raw, labels=labels or ("INBOX",))

    def labels_of(self, message_id: str) -> set[str]:
        known = {one["id"]: one["name"] for one in self.gmail.call(self.address, "GET", "labels")["labels"]}
        message = self.gmail.call(self.address, "GET", f"messages/{message_id}")
        return {known[one] for one in message["labelIds"]}


@pytest.fixture
def house(gmail: GmailEmulator) -> House:
    return House(gmail)


async def fetched(source: GmailSource, cursor: str | None = None) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=100)]


def subjects(messages: list[IncomingMessage]) -> list[str]:
    return [message.raw.splitlines()[1].decode().removeprefix("Subject: ") for message in messages]


@pytest.mark.parametrize("name", ["Invoices", "invoices"])
async def test_only_mail_of_the_label_is_read_at_first_and_later(house: House, name: str) -> None:
    house.deliver("other")
    house.deliver("first", "INBOX", house.invoices)
    messages = await fetched(house.source(label=name))
    assert subjects(messages) == ["first"]
    house.deliver("later other")
    house.deliver("later", house.invoices)
    assert subjects(await fetched(house.source(label=name), messages[-1].cursor)) == ["later"]


async def test_mail_that_is_given_the_label_later_is_read_then_and_once(house: House) -> None:
    house.deliver("first", house.invoices)
    message_id = house.deliver("moved by a person")
    source = house.source(label="Invoices")
    [first] = await fetched(source)
    assert await fetched(source, first.cursor) == []
    house.gmail.label(house.address, message_id, add=[house.invoices])
    [moved] = await fetched(source, first.cursor)
    assert subjects([moved]) == ["moved by a person"]
    house.gmail.label(house.address, message_id, add=["STARRED"])
    assert await fetched(source, moved.cursor) == []


async def test_the_inbox_is_a_label_and_without_one_all_mail_is_read(house: House) -> None:
    house.deliver("in the inbox")
    house.deliver("archived by a filter", house.invoices)
    assert subjects(await fetched(house.source(label="INBOX"))) == ["in the inbox"]
    assert sorted(subjects(await fetched(house.source()))) == ["archived by a filter", "in the inbox"]


async def test_our_own_mail_with_the_label_is_left_out(house: House) -> None:
    house.deliver("ours", "SENT", house.invoices)
    house.deliver("thrown away", "TRASH", house.invoices)
    assert await fetched(house.source(label="Invoices")) == []


async def test_a_label_that_is_not_there_is_named(house: House) -> None:
    with pytest.raises(Rejected, match="there is no label 'Rechnungen'; make it in Gmail"):
        await fetched(house.source(label="Rechnungen"))


async def test_what_was_read_is_marked_and_the_label_made_where_it_is_missing(house: House) -> None:
    message_ids = [house.deliver("one"), house.deliver("two")]
    messages = await fetched(house.source(mark="Duly"))
    assert [house.labels_of(one) for one in message_ids] == [{"INBOX", "Duly"}] * 2
    # Marking is no news; mail that comes is marked with the label that is there by now.
    source = house.source(mark="duly")
    assert await fetched(source, messages[-1].cursor) == []
    third = house.deliver("three")
    assert subjects(await fetched(source, messages[-1].cursor)) == ["three"]
    assert house.labels_of(third) == {"INBOX", "Duly"}


async def test_a_mark_that_was_thrown_away_is_made_anew_and_nothing_is_lost(house: House) -> None:
    source = house.source(mark="Duly")
    house.deliver("one")
    [first] = await fetched(source)
    known = {one["name"]: one["id"] for one in house.gmail.call(house.address, "GET", "labels")["labels"]}
    house.gmail.call(house.address, "DELETE", f"labels/{known['Duly']}")
    house.deliver("two")
    [second] = await fetched(source, first.cursor)
    third = house.deliver("three")
    assert subjects(await fetched(source, second.cursor)) == ["three"]
    assert house.labels_of(third) == {"INBOX", "Duly"}


async def test_without_a_mark_nothing_is_written(house: House) -> None:
    message_id = house.deliver("one")
    await fetched(house.source(label="INBOX"))
    assert house.labels_of(message_id) == {"INBOX"}
