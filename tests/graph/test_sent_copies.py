"""The copy for the folder of sent mail: filed when the sending is on record, and never its trouble."""

import contextlib
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from conftest import Org
from factories.ledger import a_customer
from graph.test_mail_that_waits import a_case, approved, the_send
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from core.ids import MailboxId, OrgId, SendId
from integrations.fakes.mailbox import FakeMailbox, FakeSender
from integrations.ports.errors import Rejected, TemporarilyUnavailable
from integrations.ports.mailbox import OutgoingMessage
from integrations.sandbox.adapter import SandboxedSender
from jobs.duly import Duly
from jobs.queue import SEND_MAIL
from jobs.sending import TryLater
from jobs.tasks import send_mail


@dataclass
class Filing(FakeSender):
    """A way out that keeps no copies itself, and what the ledger said of each mail when its copy was filed."""

    duly: Duly
    org: Org
    send_id: SendId
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)
    filed: list[tuple[str, OutgoingMessage]] = field(default_factory=list)
    dies: int = 0

    def __post_init__(self) -> None:
        super().__init__(self.mailbox)

    async def file_copy(self, message: OutgoingMessage) -> None:
        if self.dies:
            self.dies -= 1
            raise KeyboardInterrupt
        self.filed.append(((await the_send(self.duly, self.org, self.send_id)).state, message))


@dataclass
class Way:
    """A mailbox whose way out is this sender."""

    out: Any

    async def sender(self, org_id: OrgId, mailbox_id: MailboxId) -> Any:
        return self.out


async def a_send(duly: Duly, org: Org) -> tuple[SendId, Filing]:
    await a_customer(duly.uows, org)
    send_id = await approved(duly, org, await a_case(duly, org))
    return send_id, Filing(duly, org, send_id)


async def run_job(duly: Duly, org: Org, send_id: SendId, out: Any) -> None:
    """The job, as a worker runs it."""
    app = App(connector=InMemoryConnector())
    send_mail.register(app, replace(duly.sending, mailboxes=Way(out)))  # type: ignore[arg-type]
    await app.tasks[SEND_MAIL](None, org_id=str(org.org_id), send_id=str(send_id))


async def test_the_copy_is_filed_when_the_sending_is_on_record(duly: Duly, org: Org) -> None:
    send_id, out = await a_send(duly, org)
    await run_job(duly, org, send_id, out)
    [(state, copy)] = out.filed
    [sent] = out.mailbox.sent
    assert state == "sent"
    assert copy == replace(sent, attempt="")


async def test_a_worker_that_dies_of_it_leaves_no_mail_in_doubt_and_the_next_one_files_it(
    duly: Duly, org: Org
) -> None:
    send_id, out = await a_send(duly, org)
    out.dies = 1
    with pytest.raises(KeyboardInterrupt):
        await run_job(duly, org, send_id, out)
    assert (await the_send(duly, org, send_id)).state == "sent"
    await run_job(duly, org, send_id, out)
    assert len(out.filed) == len(out.mailbox.sent) == 1


@pytest.mark.parametrize(
    "error", [Rejected("no such user"), TemporarilyUnavailable("down")], ids=["rejected", "for-now"]
)
async def test_what_was_not_sent_is_not_filed(duly: Duly, org: Org, error: Exception) -> None:
    send_id, out = await a_send(duly, org)
    out.mailbox.fail_next("before_handover", error)  # type: ignore[arg-type]
    with contextlib.suppress(TryLater):
        await run_job(duly, org, send_id, out)
    assert out.filed == []


async def test_a_provider_that_keeps_copies_is_given_none(duly: Duly, org: Org) -> None:
    send_id, _ = await a_send(duly, org)
    keeps_them = FakeMailbox()
    await run_job(duly, org, send_id, FakeSender(keeps_them))
    assert len(keeps_them.sent) == 1


async def test_in_the_sandbox_the_copy_is_of_what_went_out(duly: Duly, org: Org) -> None:
    send_id, out = await a_send(duly, org)
    await run_job(duly, org, send_id, SandboxedSender(out, "sandbox@seller.example"))
    [(_, copy)] = out.filed
    assert copy == replace(out.mailbox.sent[0], attempt="")
    assert copy.envelope_to == ("sandbox@seller.example",)
