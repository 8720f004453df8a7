"""Bad input in the house: each mail becomes a case for a person or an answer, nothing is lost, the worker goes on."""

import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import psycopg
import pytest
from conftest import Org, make_org
from factories.ledger import a_customer, a_mail
from graph.running import approval, case, drafts, handle, items
from mailservers import free_port
from pydantic import SecretStr
from sqlalchemy import select

from core.clock import FixedClock
from core.ids import CaseId
from core.settings import Settings
from jobs.duly import Duly
from jobs.migrate import migrate
from jobs.readers import MOST_MESSAGE_BYTES
from jobs.wiring import open_duly
from jobs.worker import LOCAL_KINDS, fetch_round, run_worker
from ledger.commands.set_up_organisation import connect_mailbox
from ledger.store.local_server import DatabaseUrls, LocalServer
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.mail import MessageRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"
TOM = b"From: Tom Reed <tom@brightwater.example>\r\nTo: ar@seller.example\r\nSubject: Re: Invoice INV-20417\r\n"
MONDAY = b"Date: Mon, 20 Apr 2026 09:12:00 +0100\r\n"
TEXT = b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
MIXED = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
WORDS = b"We will pay invoice INV-20417 on Friday.\r\n"
#: Mails of a known customer that are broken, and yet say something that a reader makes out.
READABLE = {
    "unknown charset": TOM + MONDAY + b"Content-Type: text/plain; charset=klingon\r\n\r\n" + WORDS,
    "wrong charset": TOM + MONDAY + TEXT + b"Gr\xfc\xdfe. " + WORDS,
    "NUL bytes": TOM + MONDAY + TEXT + WORDS.replace(b" ", b" \x00"),
    "lone surrogates": TOM + MONDAY + b"Content-Type: text/plain; charset=raw-unicode-escape\r\n\r\n\\ud800 " + WORDS,
    "unterminated multipart": TOM + MONDAY + MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\n" + WORDS,
    "broken base64": TOM + MONDAY + MIXED + b"--b\r\nContent-Type: text/plain\r\n\r\n" + WORDS
    + b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%=A\r\n--b--\r\n",
    "no boundary": TOM + MONDAY + b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n\r\n" + WORDS,
    "headers without a colon": b"nonsense\r\n" + TOM + b"more nonsense\r\n" + MONDAY + TEXT + WORDS,
    "no date": TOM + TEXT + WORDS,
    "date in the year 9999": TOM + b"Date: Fri, 31 Dec 9999 23:59:59 -1200\r\n" + TEXT + WORDS,
    "date in the year 1": TOM + b"Date: Mon, 1 Jan 0001 00:00:00 +1400\r\n" + TEXT + WORDS,
    "date that is none": TOM + b"Date: on a Tuesday\r\n" + TEXT + WORDS,
    "header of a megabyte": TOM + b"X-Long: " + b"a" * 1_000_000 + b"\r\n" + MONDAY + TEXT + WORDS,
}  # fmt: skip
#: What says nothing that could be acted on.
UNREADABLE = {
    "nothing at all": b"",
    "no header": b"\r\n\r\n",
    "only bytes": bytes(range(256)) * 20,
    "empty body": TOM + MONDAY + TEXT,
    "blank body": TOM + MONDAY + TEXT + b" \r\n\t\r\n\xc2\xa0\r\n",
    "only quoted text": TOM + MONDAY + TEXT + b"> We will pay on Friday.\r\n> Tom\r\n",
    "nested too deeply": TOM + MONDAY + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)
    ),
}  # fmt: skip


async def raw_of(duly: Duly, org: Org, case_id: CaseId) -> bytes:
    """The message of a case as it was received."""
    async with duly.uows(org.org_id) as uow:
        row = await uow.session.get_one(CaseRow, case_id)
        message = await uow.session.get_one(MessageRow, row.message_id)
        assert message.raw_blob_id is not None
        return await duly.blobs.read(uow, message.raw_blob_id)


@pytest.mark.parametrize("raw", READABLE.values(), ids=READABLE)
async def test_a_broken_mail_that_can_be_read_gets_its_draft_and_stays_as_received(
    duly: Duly, org: Org, raw: bytes
) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, raw)
    assert (await case(duly, org, case_id)).state == "awaiting_approval"
    assert (await approval(duly, org, case_id)).status == "pending"
    assert await raw_of(duly, org, case_id) == raw


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_mail_that_says_nothing_is_a_case_for_a_person_and_stays_as_received(
    duly: Duly, org: Org, raw: bytes
) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, raw)
    assert (await case(duly, org, case_id)).state == "with_person"
    assert [bool(item.words) for item in await items(duly, org)] == [True]
    assert await drafts(duly, org, case_id) == []
    assert await raw_of(duly, org, case_id) == raw


async def test_a_stranger_gets_no_answer_and_the_review_item_says_why(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE, sender="eve@elsewhere.example"))
    assert ((await case(duly, org, case_id)).state, await drafts(duly, org, case_id)) == ("with_person", [])
    assert [item.words for item in await items(duly, org)] == ["the sender is not a known contact of any customer"]


def with_attachment(size: int) -> bytes:
    """Tom's promise with an attachment of so many bytes, base64 as on the wire."""
    line = b"QUJD" * 19 + b"\r\n"
    lines = size // 57
    return b"".join(
        [
            TOM, MONDAY, MIXED, b"--b\r\nContent-Type: text/plain\r\n\r\n", WORDS,
            b"--b\r\nContent-Type: application/pdf; name=plan.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            line * lines, b"--b--\r\n",
        ]
    )  # fmt: skip


@contextmanager
def watched_memory() -> Iterator[Callable[[], float]]:
    """MiB that this process held at most inside, beyond what it held before."""
    process, done = psutil.Process(), threading.Event()
    before = process.memory_info().rss
    most = [before]

    def look() -> None:
        while not done.wait(0.01):
            most[0] = max(most[0], process.memory_info().rss)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: (most[0] - before) / 2**20
    finally:
        done.set()
        thread.join()


async def test_an_attachment_of_40_mb_is_kept_byte_for_byte_in_bounded_time_and_memory(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    raw = with_attachment(40_000_000)
    assert len(raw) > 54_000_000
    started = time.monotonic()
    with watched_memory() as added_mib:
        case_id = await handle(duly, org, raw)
        assert added_mib() < 512
    assert time.monotonic() - started < 30
    assert (await case(duly, org, case_id)).state == "awaiting_approval"
    async with duly.uows(org.org_id) as uow:
        [message] = await uow.session.scalars(select(MessageRow))
    [attachment] = message.details["attachments"]
    # Of a part that is over the limit of what is decoded, the size is an estimate.
    assert attachment["filename"] == "plan.pdf"
    assert abs(attachment["size_bytes"] - 39_999_978) < 100
    assert await raw_of(duly, org, case_id) == raw


# The worker, on a database of its own: it works on whatever the queue holds.


@pytest.fixture(scope="module")
def own_urls(server: LocalServer) -> Iterator[DatabaseUrls]:
    urls = server.urls("duly_bad_input")
    migrate(urls.owner)
    yield urls
    server.drop("duly_bad_input")


@dataclass(frozen=True)
class House:
    """A house with one customer and a folder as its mailbox."""

    duly: Duly
    org: Org
    inbox: Path
    urls: DatabaseUrls

    async def work(self) -> None:
        """Fetches what lies in the folder, and works until the queues are empty."""
        await fetch_round(self.duly, LOCAL_KINDS)
        until = time.monotonic() + 30
        # A worker that does not wait also ends where the next job's customer is being worked on.
        while self.jobs_left() and time.monotonic() < until:
            await run_worker(self.duly, wait=False)

    async def cases(self) -> dict[bytes, CaseRow]:
        """Every case by its message as received."""
        async with self.duly.uows(self.org.org_id) as uow:
            rows = list(await uow.session.scalars(select(CaseRow)))
        return {await raw_of(self.duly, self.org, CaseId(row.id)): row for row in rows}

    def jobs_left(self) -> list[tuple[str, str]]:
        with psycopg.connect(self.urls.owner) as connection:
            rows = connection.execute(
                "SELECT task_name, status::text FROM procrastinate_jobs WHERE status <> 'succeeded'"
            )
            return [(str(name), str(status)) for name, status in rows]


@asynccontextmanager
async def a_house(
    urls: DatabaseUrls, folder: Path, clock: FixedClock, *, model: str = "local", base_url: str = ""
) -> AsyncIterator[House]:
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": folder / "home"})
    settings.model = settings.model.model_copy(
        update={"api_key": SecretStr("none"), "base_url": base_url, "timeout_seconds": 5.0, "max_retries": 0}
    )
    inbox = folder / "inbox"
    inbox.mkdir()
    async with open_duly(settings, urls, clock=clock, model=model) as duly:
        org = await make_org(duly.uows)
        await a_customer(duly.uows, org)
        await connect_mailbox(
            duly.uows, org.org_id, entity_code="main", address=org.address, name="Seller AR",
            source={"kind": "folder", "path": str(inbox)}, sender={"kind": "folder", "path": str(folder)},
        )  # fmt: skip
        yield House(duly, org, inbox, urls)


async def test_the_worker_goes_on_past_everything_and_nothing_is_lost(
    own_urls: DatabaseUrls, tmp_path: Path, clock: FixedClock
) -> None:
    mails = {f"{n:02}": raw for n, raw in enumerate([*UNREADABLE.values(), *READABLE.values()])}
    last = a_mail(to="ar@seller.example", text="We will pay INV-20417 tomorrow.")
    async with a_house(own_urls, tmp_path, clock) as house:
        for name, raw in {**mails, "99-last": last}.items():
            (house.inbox / f"{name}.eml").write_bytes(raw)
        with (house.inbox / "50-huge.eml").open("wb") as huge:
            huge.truncate(MOST_MESSAGE_BYTES + 1)
        await house.work()
        await house.work()
        cases = await house.cases()
        assert cases.keys() == {*mails.values(), last}
        states = [row.state for row in cases.values()]
        assert set(states) <= {"with_person", "awaiting_approval", "waiting"}
        # Seven of them say the same words: from the fourth on that is a machine's, and a person has been told once.
        assert states.count("waiting") <= len(READABLE)
        assert cases[last].state == "awaiting_approval"
        assert house.jobs_left() == []
        told = [item.words for item in await items(house.duly, house.org) if item.kind == "message_too_large"]
        assert told == [
            "A message of 67,108,865 bytes was left in the mailbox (50-huge.eml): it is over the limit. "
            "Read it there."
        ]
        assert (house.inbox / "50-huge.eml").stat().st_size == MOST_MESSAGE_BYTES + 1


# A model endpoint that does not do as asked


def _completion(content: str) -> tuple[int, str]:
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    answer = {"id": "c1", "object": "chat.completion", "created": 1, "model": "test", "choices": [choice]}
    return 200, json.dumps({**answer, "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}})


UNAVAILABLE = "local (fallback: model unavailable)"
INVALID = "local (fallback: model answer invalid)"
ANSWERS = {
    "another schema": (_completion('{"signals": "many", "pay": true}'), INVALID),
    "an intent that is none": (_completion('{"signals": [{"intent": "pay_out", "quote": "x"}]}'), INVALID),
    "no JSON": (_completion("I would say that he promises to pay."), INVALID),
    "no choices": ((200, '{"id": "c1", "object": "chat.completion", "choices": []}'), INVALID),
    "no completion": ((200, "<html>a proxy's page</html>"), INVALID),
    "an error": ((500, '{"error": {"message": "boom"}}'), UNAVAILABLE),
    "over its limit": ((429, '{"error": {"message": "slow down"}}'), UNAVAILABLE),
    "a wrong key": ((401, '{"error": {"message": "no"}}'), UNAVAILABLE),
    "nobody": (None, UNAVAILABLE),
}


@contextmanager
def an_endpoint(answer: tuple[int, str] | None) -> Iterator[tuple[str, list[str]]]:
    """Its base URL and the paths it was asked; with no answer, nobody listens there."""
    asked: list[str] = []
    if answer is None:
        yield f"http://127.0.0.1:{free_port()}/v1", ["nobody could be asked"]
        return
    status, body = answer

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if body.startswith("{") else "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("answer", "reader"), ANSWERS.values(), ids=ANSWERS)
async def test_where_the_model_fails_the_local_reader_answers_the_case_says_so_and_the_next_mail_is_worked_on(
    own_urls: DatabaseUrls, tmp_path: Path, clock: FixedClock, answer: tuple[int, str] | None, reader: str
) -> None:
    first = a_mail(to="ar@seller.example", text=PROMISE)
    second = a_mail(to="ar@seller.example", text="We will pay INV-20417 tomorrow.")
    with an_endpoint(answer) as (base_url, asked):
        async with a_house(own_urls, tmp_path, clock, model="openai:test", base_url=base_url) as house:
            (house.inbox / "1.eml").write_bytes(first)
            (house.inbox / "2.eml").write_bytes(second)
            await house.work()
            cases = await house.cases()
            assert {raw: (row.state, row.reader) for raw, row in cases.items()} == {
                first: ("awaiting_approval", reader),
                second: ("awaiting_approval", reader),
            }
            written = [await drafts(house.duly, house.org, CaseId(row.id)) for row in cases.values()]
            assert {draft.written_by for made in written for draft in made} == {reader.replace("local", "templates")}
            assert house.jobs_left() == []
    assert asked
