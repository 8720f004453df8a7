"""Mail is taken in many at once, with the same outcome as one by one: nothing lost, nothing twice, no mail in the way
of another."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import pytest
from conftest import Org
from factories.ledger import a_customer, a_mail
from graph.running import drafts, items
from sqlalchemy import event, select, update
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from core.ids import CaseId, MailboxId, new_id
from integrations.ports.attachment_text import ReadAttachment
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage
from jobs.duly import Duly
from jobs.mailboxes import ConnectedSource
from jobs.taking import Taking
from ledger.store.blobs import PostgresBlobStore
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.mail import MessageRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWork
from mail.message import Attachment

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"
JANUARY = "Thu, 15 Jan 2026 09:12:00 +0000"


def taking(duly: Duly) -> Taking:
    fetching = duly.fetching
    return Taking(
        duly.uows, duly.blobs, duly.clock, duly.mailboxes, fetching.attachments, fetching.checks
    )  # fmt: skip


def incoming(raws: Sequence[bytes], too_large: Sequence[int] = ()) -> list[IncomingMessage]:
    """What a mailbox gives; the cursor counts."""
    return [
        IncomingMessage(f"uid {n}", b"" if n in too_large else raw, str(n), 99_000_000 if n in too_large else 0)
        for n, raw in enumerate(raws, 1)
    ]


def remittance(name: str, content: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "tom@brightwater.example", "ar@seller.example", "Remittance advice"
    mail["Message-ID"] = "<remittance@erp.brightwater.example>"
    mail.set_content("Please find the remittance advice attached.")
    mail.add_attachment(content, maintype="text", subtype="csv", filename=name)
    return mail.as_bytes()


async def messages(duly: Duly, org: Org) -> list[MessageRow]:
    async with duly.uows(org.org_id) as uow:
        return list(await uow.session.scalars(select(MessageRow).order_by(MessageRow.stored_at, MessageRow.id)))


async def cases(duly: Duly, org: Org) -> list[CaseId]:
    async with duly.uows(org.org_id) as uow:
        return [CaseId(one) for one in await uow.session.scalars(select(CaseRow.id))]


async def cursor(duly: Duly, org: Org) -> str | None:
    async with duly.uows(org.org_id) as uow:
        return (await uow.session.get_one(MailboxRow, org.mailbox_id)).source_cursor


async def another_mailbox(duly: Duly, org: Org) -> MailboxId:
    """At another server."""
    other, source = MailboxId(new_id()), {"kind": "imap", "host": "imap.billing.example"}
    async with duly.uows(org.org_id) as uow:
        row = MailboxRow(id=other, entity_id=org.entity_id, address="billing@seller.example", name="B", source=source)
        uow.session.add(row)
    return other


# One mail, and two.


@pytest.mark.parametrize("with_digest", [True, False], ids=["kept by this release", "kept by an earlier one"])
async def test_two_remittances_under_one_message_id_are_two_mails(duly: Duly, org: Org, with_digest: bool) -> None:
    first, second = remittance("0411.csv", b"INV-1;100.00"), remittance("0412.csv", b"INV-20417;9000.00")
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming([first])) == 1
    if not with_digest:
        async with duly.uows(org.org_id) as uow:
            await uow.session.execute(update(MessageRow).values(content_digest=""))
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming([second, first, second])) == 1
    files = [one.details["attachments"][0]["filename"] for one in await messages(duly, org)]
    assert files == ["0411.csv", "0412.csv"]


async def test_a_list_of_the_same_name_and_size_with_other_figures_is_another_mail(duly: Duly, org: Org) -> None:
    raws = [remittance("list.csv", b"INV-1;100.00"), remittance("list.csv", b"INV-1;900.00")]
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws)) == 2


async def test_another_way_through_the_mail_servers_makes_no_other_mail(duly: Duly, org: Org) -> None:
    raw = remittance("0411.csv", b"INV-1;100.00")
    again = b"Received: from mx.example by mail.seller.example; Mon, 20 Apr 2026 09:12:00 +0100\r\n" + raw
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming([raw, again])) == 1


async def test_a_mail_to_two_mailboxes_is_one_case_with_one_draft(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    other = await another_mailbox(duly, org)
    raw = a_mail(to=f"{org.address}, billing@seller.example", text=PROMISE)
    new = [await taking(duly).take(org.org_id, box, incoming([raw])) for box in (org.mailbox_id, other, other)]
    [case_id] = await cases(duly, org)
    await duly.runner.run(org.org_id, case_id)
    assert (new, len(await drafts(duly, org, case_id))) == ([1, 0, 0], 1)
    async with duly.uows(org.org_id) as uow:
        told = await uow.session.scalars(
            select(TimelineEventRow).where(TimelineEventRow.kind == "message_received_again")
        )
        assert [(one.words, one.case_id) for one in told] == [
            ("The same mail came to billing@seller.example as well", case_id)
        ]


class SeenBefore(PostgresBlobStore):
    """Another worker, with a mailbox of its own, stores the same mails after this one has looked which are new."""

    def __init__(self, duly: Duly, org: Org, mailbox_id: MailboxId, raws: list[bytes]) -> None:
        self.left = 1
        self._store = lambda: taking(duly).take(org.org_id, mailbox_id, incoming(raws))

    async def keep_all(self, uow: UnitOfWork, contents: Sequence[bytes], at: datetime) -> list[UUID]:
        if self.left:
            self.left -= 1
            await self._store()
        return await super().keep_all(uow, contents, at)


async def test_two_workers_with_the_same_mails_at_once_store_each_once(duly: Duly, org: Org) -> None:
    other = await another_mailbox(duly, org)
    raws = [a_mail(to=org.address, text=PROMISE, message_id=f"{n}@x.example") for n in range(4)]
    own = [*raws[:3], a_mail(to=org.address, text=PROMISE)]
    slow = replace(taking(duly), blobs=SeenBefore(duly, org, other, raws))
    with capture_logs() as logs:
        assert await slow.take(org.org_id, org.mailbox_id, incoming(own)) == 1
    assert logs == []
    assert len(await messages(duly, org)) == len(await cases(duly, org)) == 5
    assert (await cursor(duly, org), await items(duly, org)) == ("4", [])


# Together, and one by one.


#: Mails of two customers and of strangers, some of which belong together; each one's Message-ID is its name.
MAILS: dict[str, dict[str, str]] = {
    "promise": {},
    "answer": {"subject": "something else", "in_reply_to": "promise@x.example"},
    "answer-to-it": {"subject": "a third", "in_reply_to": "answer@x.example"},
    "same-subject": {},
    "statement-in-january": {"subject": "Statement", "date_header": JANUARY},
    "statement-in-april": {"subject": "Statement"},
    "statement-again": {"subject": "Re: Statement"},
    "colleague": {"sender": "ann@brightwater.example", "in_reply_to": "promise@x.example"},
    "another-customer": {"sender": "zoe@two.example", "in_reply_to": "promise@x.example"},
    "stranger": {"sender": "x@strange.example"},
    "stranger-again": {"sender": "x@strange.example", "in_reply_to": "stranger@x.example"},
    "agent-names-one": {"sender": "agent@factor.example", "text": "We pay INV-20417 on Friday."},
    "agent-names-none": {"sender": "agent@factor.example", "subject": "Payment", "text": "We pay on Friday."},
    "no-subject": {"subject": ""},
    "no-subject-again": {"subject": ""},
}
TOGETHER = (
    {"promise", "answer", "answer-to-it", "same-subject", "colleague", "agent-names-one"},
    {"statement-in-april", "statement-again"},
    {"stranger", "stranger-again"},
)


async def conversations(duly: Duly, org: Org, at_once: int) -> tuple[set[frozenset[str]], dict[str, object]]:
    """Which mails share a conversation, and how each one's customer was found."""
    one = await a_customer(duly.uows, org)
    two = await a_customer(duly.uows, org, name="Two", email="zoe@two.example", invoices={"INV-7": "50.00"})
    async with duly.uows(org.org_id) as uow:
        for account_id in (one.account_id, two.account_id):
            uow.session.add(ContactRow(id=new_id(), account_id=account_id, email="agent@factor.example", name="A"))
    raws = [
        a_mail(**{"to": "ar@seller.example", "text": PROMISE, "message_id": f"{name}@x.example", **mail})
        for name, mail in MAILS.items()
    ]
    for start in range(0, len(raws), at_once):
        await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws[start : start + at_once]))
    shared: dict[object, set[str]] = {}
    found: dict[str, object] = {}
    names = {one.account_id: "one", two.account_id: "two", None: "nobody"}
    for row in await messages(duly, org):
        name = row.header_message_id.removesuffix("@x.example")
        shared.setdefault(row.conversation_id, set()).add(name)
        found[name] = (names[row.account_id], row.details["found_by"], row.details["trouble"])
    return {frozenset(some) for some in shared.values()}, found


async def test_mails_taken_together_are_tied_as_if_they_came_one_by_one(duly: Duly, org: Org, other_org: Org) -> None:
    together = await conversations(duly, org, at_once=len(MAILS))
    assert together == await conversations(duly, other_org, at_once=1)
    assert {frozenset(some) for some in TOGETHER} <= together[0]
    assert together[1]["another-customer"] == (
        "nobody", "thread", "the mail answers one customer's thread but comes from another customer"
    )  # fmt: skip


async def test_forty_mails_take_no_more_statements_than_two(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    counts = []
    for some in (2, 40):
        raws = [a_mail(to=org.address, text=PROMISE) for _ in range(some)]
        counts.append(0)

        def count(*_: object) -> None:
            counts[-1] += 1

        engine = duly.uows.sessions.kw["bind"].sync_engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            assert await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws)) == some
        finally:
            event.remove(engine, "before_cursor_execute", count)
    assert counts[1] <= counts[0]


# What goes wrong.


class Choking:
    """Reads attachments, and fails on one of them."""

    def read(self, attachments: Sequence[Attachment]) -> tuple[ReadAttachment, ...]:
        if any(one.filename == "poison.csv" for one in attachments):
            raise ValueError("an error that nobody planned for")
        return tuple(ReadAttachment(one.text) for one in attachments)


async def test_a_mail_that_cannot_be_stored_holds_up_none_beside_it(duly: Duly, org: Org) -> None:
    raws = [a_mail(to=org.address, text=PROMISE) for _ in range(7)]
    raws[3:3] = [remittance("poison.csv", b"x")]
    choking = replace(taking(duly), attachments=Choking())
    assert await choking.take(org.org_id, org.mailbox_id, incoming(raws)) == 7
    [item] = await items(duly, org)
    assert (item.kind, "uid 4" in item.words) == ("message_not_stored", True)
    assert (len(await messages(duly, org)), await cursor(duly, org)) == (7, "8")


async def test_mails_too_large_are_told_of_and_passed_over(duly: Duly, org: Org) -> None:
    raws = [a_mail(to=org.address, text=PROMISE) for _ in range(5)]
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws, too_large=(3, 5))) == 3
    assert [item.kind for item in await items(duly, org)] == ["message_too_large"] * 2
    assert await cursor(duly, org) == "5"


class Away(PostgresBlobStore):
    """The database goes away between the first message's rows and the last."""

    async def keep_all(self, uow: UnitOfWork, contents: Sequence[bytes], at: datetime) -> list[UUID]:
        await super().keep_all(uow, contents, at)
        raise OperationalError("INSERT", {}, Exception("the connection is lost"))


async def test_a_database_that_goes_away_leaves_nothing_half_taken(duly: Duly, org: Org) -> None:
    raws = [a_mail(to=org.address, text=PROMISE) for _ in range(3)]
    with pytest.raises(OperationalError):
        await replace(taking(duly), blobs=Away()).take(org.org_id, org.mailbox_id, incoming(raws))
    assert (await messages(duly, org), await cursor(duly, org)) == ([], None)
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws)) == 3


async def test_a_mail_that_comes_again_moves_the_cursor_and_nothing_else(duly: Duly, org: Org) -> None:
    raws = [a_mail(to=org.address, text=PROMISE) for _ in range(3)]
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws[:2])) == 2
    assert await taking(duly).take(org.org_id, org.mailbox_id, incoming(raws)) == 1
    assert (len(await messages(duly, org)), len(await cases(duly, org)), await cursor(duly, org)) == (3, 3, "3")


class Failing:
    """Gives some messages, and breaks off."""

    def __init__(self, messages: list[IncomingMessage]) -> None:
        self._messages = messages

    async def fetch(self, _cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        for message in self._messages[:limit]:
            yield message
        raise TemporarilyUnavailable("the line was cut")


async def test_what_came_before_a_mailbox_broke_off_is_kept_and_the_cursor_lies_behind_it(
    duly: Duly, org: Org
) -> None:
    source = Failing(incoming([a_mail(to=org.address, text=PROMISE) for _ in range(3)]))
    assert await duly.fetching.fetch(org.org_id, ConnectedSource(org.mailbox_id, "imap", source, None, None)) == 3
    assert (len(await cases(duly, org)), await cursor(duly, org)) == (3, "3")
