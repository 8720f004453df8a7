"""The sandbox: no mail leaves for anybody but one address, by whatever way out."""

import re
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from conftest import NOW, Org
from factories.console import a_visitor
from factories.ledger import a_customer, a_mail
from graph.running import approval_id, handle
from pydantic import ValidationError
from sqlalchemy import select, update

from core.clock import FixedClock
from core.ids import OrgId, new_id
from core.settings import SendSettings, Settings
from integrations.fakes.mailbox import FakeMailbox, FakeSender
from integrations.ports.errors import Rejected
from integrations.ports.mailbox import OutgoingMessage
from integrations.sandbox.adapter import SandboxedSender
from jobs.duly import Duly
from jobs.sandbox import in_sandbox
from jobs.wiring import open_duly
from ledger.commands.decide_approval import Decider, approve
from ledger.model.approval import Decided
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.drafts import SendRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.people import MailboxRow

ROOT = Path(__file__).parents[2]
SANDBOX = "try-out@seller.example"
PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on 15 May 2026.\n\nTom"


@pytest.fixture
async def sandboxed(
    urls: DatabaseUrls, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Duly]:
    monkeypatch.setenv("DULY_SANDBOX_TO", SANDBOX)
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": tmp_path / "home"})
    async with open_duly(settings, urls, clock=clock, model="local") as duly:
        yield duly


async def test_an_approved_mail_goes_to_the_sandbox_and_the_house_says_so(
    sandboxed: Duly, org: Org, tmp_path: Path
) -> None:
    duly, outbox = sandboxed, tmp_path / "out"
    outbox.mkdir()
    await a_customer(duly.uows, org)
    async with duly.uows(org.org_id) as uow:
        await uow.session.execute(update(MailboxRow).values(sender={"kind": "folder", "path": str(outbox)}))
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    by = Decider(org.user_id, "Ann", 1, NOW)
    outcome = await approve(duly.uows, duly.services.verify, org.org_id, await approval_id(duly, org, case_id), by)
    assert isinstance(outcome, Decided)
    assert outcome.send_id is not None
    visitor = await a_visitor(duly, org)
    before = await visitor.get(f"/cases/{case_id}")
    assert f"Every mail goes to {SANDBOX}" in before.one(".sandbox").text()
    assert f"{SANDBOX} gets it instead of tom@brightwater.example" in before.one(".sending").text()
    for _ in range(2):
        await duly.sending.send(org.org_id, outcome.send_id)
    [path] = list(outbox.glob("*.eml"))
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["To"], message["Cc"]) == (SANDBOX, None)
    assert message["X-Duly-Sandbox-Recipients"] == "tom@brightwater.example"
    async with duly.uows(org.org_id) as uow:
        send = await uow.session.get_one(SendRow, outcome.send_id)
        words = await uow.session.scalar(select(TimelineEventRow.words).where(TimelineEventRow.kind == "mail_sent"))
    assert message["Message-ID"] == f"<{send.header_message_id}>"
    assert (send.state, send.sandboxed_to) == ("sent", SANDBOX)
    assert words is not None
    assert words.startswith(f"Mail sent to {SANDBOX} (sandbox) and not to tom@brightwater.example")
    after = await visitor.get(f"/cases/{case_id}")
    assert f"{SANDBOX} got it instead of" in after.one(".sending").text()


async def test_the_envelope_names_the_sandbox_alone_and_proof_goes_by_the_same_id() -> None:
    mailbox = FakeMailbox()
    sender = SandboxedSender(FakeSender(mailbox), SANDBOX)
    raw = b"To: tom@buyer.example\r\nCc: ann@buyer.example\r\nMessage-ID: <m1@seller.example>\r\n\r\nHi\r\n"
    message = OutgoingMessage("m1@seller.example", raw, "ar@seller.example", ("tom@buyer.example", "x@buyer.example"))
    await (await sender.prepare(message)).send()
    [sent] = mailbox.sent
    assert (sent.message_id, sent.envelope_to) == ("m1@seller.example", (SANDBOX,))
    named = b"X-Duly-Sandbox-Recipients: tom@buyer.example,\r\n x@buyer.example"
    assert b"buyer.example" not in sent.raw.replace(named, b"")
    assert await sender.was_sent("m1@seller.example")


async def test_what_cannot_be_redirected_is_refused_and_never_sent_as_it_is() -> None:
    mailbox = FakeMailbox()
    with pytest.raises(Rejected, match="sandbox"):
        await SandboxedSender(FakeSender(mailbox), SANDBOX).prepare(
            OutgoingMessage("m1@seller.example", b"no header", "ar@seller.example", ("tom@buyer.example",))
        )
    assert not mailbox.sent


def test_no_sandbox_leaves_the_maker_as_it_is() -> None:
    def make(settings: dict[str, object], address: str, org_id: OrgId) -> FakeSender:
        return FakeSender(FakeMailbox())

    assert in_sandbox(make, "") is make
    assert isinstance(in_sandbox(make, SANDBOX)({}, "ar@seller.example", OrgId(new_id())), SandboxedSender)


def test_every_sender_comes_from_the_maker_that_knows_the_sandbox() -> None:
    """A second place that makes senders, or prepares a mail with one, would be a way around it."""
    rooms = ("agent", "api", "cli", "evals", "jobs", "ledger", "tools")
    files = {path.relative_to(ROOT): path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")}
    makers = [str(path) for path, text in files.items() if re.search(r"(?<!def )\bmake_sender\(secrets", text)]
    assert makers == ["jobs/wiring.py"]
    assert re.search(r"in_sandbox\(\s*make_sender\(", files[Path("jobs/wiring.py")])
    preparing = [str(path) for path, text in files.items() if re.search(r"sender\.prepare\(|\.send_prepared\(", text)]
    assert preparing == ["jobs/sending.py"]
    named = re.compile(r"\b(?:SmtpSender|FolderSender|GmailSender|OutlookSender)\(")
    assert {str(path) for path, text in files.items() if named.search(text)} <= {
        "jobs/mail_adapters.py", "jobs/wiring.py",
    }  # fmt: skip


@pytest.mark.parametrize("value", ["nonsense", "a@b, c@d.example", "a@b.example\nBcc: x@y.example", "@", "off"])
def test_a_sandbox_that_is_no_address_stops_the_start_and_never_counts_as_none(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("DULY_SANDBOX_TO", value)
    with pytest.raises(ValidationError):
        SendSettings()


def test_an_empty_sandbox_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULY_SANDBOX_TO", "  ")
    assert SendSettings().sandbox_to == ""
