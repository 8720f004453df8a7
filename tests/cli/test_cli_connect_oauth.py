"""`duly connect gmail` from the outside: the real command, a browser's steps, and Gmail's emulator."""

import html
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import forked
import httpx
import pytest
from conftest import Org
from cryptography.fernet import Fernet
from duly_command import duly, environment
from e2e.house import wait_for
from emulators import GmailEmulator
from sqlalchemy import select

from cli import connect_oauth
from core.errors import DulyError
from core.secrets import SecretBox
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.connections import OAuthGrantRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    try:
        emulator.start(tmp_path_factory.mktemp("gmail"))
        yield emulator
    finally:
        emulator.stop()


@pytest.fixture
def settings(urls: DatabaseUrls, gmail: GmailEmulator) -> dict[str, str]:
    return {
        "DATABASE_URL": urls.app,
        "DULY_MIGRATE_DATABASE_URL": urls.owner,
        "DULY_SECRET_KEY": KEY,
        "DULY_GOOGLE_CLIENT_ID": "duly",
        "DULY_GOOGLE_CLIENT_SECRET": "x",
        "DULY_GOOGLE_OAUTH_URL": gmail.endpoint,
    }


def slug(org: Org) -> str:
    return org.address.partition("@")[2].removesuffix(".example")


@dataclass(frozen=True)
class SigningIn:
    """The command while it waits for a person."""

    process: forked.Forked
    #: Our end of its standard input.
    stdin: int
    err: Path
    #: What it asks a person to open.
    url: str

    def end(self, line: str = "") -> tuple[int, str]:
        """Types the line and waits; its status, and what it said on stderr."""
        try:
            os.write(self.stdin, line.encode())
            return self.process.wait(timeout=60), self.err.read_text()
        finally:
            self.process.kill()
            os.close(self.stdin)


def begin(home: Path, org: Org, address: str, settings: dict[str, str], *more: str) -> SigningIn:
    words = ["-m", "cli.main", "connect", "gmail", address, "--organisation", slug(org), *more]
    fifo, out, err = home / "in", home / "out", home / "err"
    os.mkfifo(fifo)
    stdin = os.open(fifo, os.O_RDWR)
    process = forked.start(words, env=environment(home, **settings), cwd=home, stdin=fifo, out=out, err=err)

    def told() -> str | None:
        said = err.read_text() if err.exists() else ""
        assert process.poll() is None, said
        return next((line for line in said.split("\n")[:-1] if line.startswith("http")), None)

    return SigningIn(process, stdin, err, wait_for("an address to sign in at", told, seconds=60))


def get(url: str, *, token: str = "") -> httpx.Response:
    return httpx.get(url, headers={"Authorization": f"Bearer {token}"} if token else {}, trust_env=False)


def choose(url: str, address: str) -> str:
    """What a person does at the sign-in page; returns where the browser is sent."""
    with httpx.Client(trust_env=False, timeout=30) as http:
        page = http.get(url).raise_for_status()
        for action, inside in re.findall(r"<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", page.text, re.DOTALL):
            pairs = re.findall(r"name=\"([^\"]*)\"\s+value=\"([^\"]*)\"", inside)
            fields = {html.unescape(name): html.unescape(value) for name, value in pairs}
            if fields.get("email") == address:
                return str(http.post(urljoin(url, html.unescape(action)), data=fields).headers["location"])
    raise AssertionError(f"no account {address} on the page")


async def test_a_sign_in_in_the_browser_connects_the_mailbox(
    tmp_path: Path, gmail: GmailEmulator, settings: dict[str, str], org: Org, uows: UnitOfWorkFactory
) -> None:
    address = gmail.mailbox()
    running = begin(tmp_path, org, address, settings, "--no-browser", "--name", "Seller AR")
    page = get(choose(running.url, address))
    code, err = running.end()
    assert (code, (tmp_path / "out").read_text()) == (0, ""), err
    assert f"{address} is connected" in err
    assert "You may close this page" in page.text
    async with uows(org.org_id) as uow:
        grant = (await uow.session.scalars(select(OAuthGrantRow))).one()
        mailbox = (await uow.session.scalars(select(MailboxRow).where(MailboxRow.address == address))).one()
    assert mailbox.sender == {"kind": "gmail", "grant_id": str(grant.id)}
    assert mailbox.source == {**mailbox.sender, "since": mailbox.source["since"]}
    assert mailbox.name == "Seller AR"
    token = SecretBox([KEY]).open(grant.sealed_access_token)
    assert get(f"{gmail.endpoint}/gmail/v1/users/me/labels", token=token).status_code == 200
    assert token not in err


async def test_on_another_machine_the_address_is_pasted(
    tmp_path: Path, gmail: GmailEmulator, settings: dict[str, str], org: Org, uows: UnitOfWorkFactory
) -> None:
    address = gmail.mailbox()
    running = begin(tmp_path, org, address, settings, "--paste")
    code, err = running.end(choose(running.url, address) + "\n")
    assert code == 0, err
    async with uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(OAuthGrantRow.address))).all() == [address]


async def test_an_address_of_another_sign_in_is_not_taken(
    tmp_path: Path, gmail: GmailEmulator, settings: dict[str, str], org: Org, uows: UnitOfWorkFactory
) -> None:
    running = begin(tmp_path, org, gmail.mailbox(), settings, "--paste")
    code, err = running.end("http://127.0.0.1:1/?code=stolen&state=another\n")
    assert code == 2
    assert "belongs to another sign-in" in err
    async with uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(OAuthGrantRow.id))).all() == []


def test_an_entity_that_is_not_there_is_named_before_anyone_signs_in(
    tmp_path: Path, settings: dict[str, str], org: Org
) -> None:
    ran = duly(
        tmp_path, "connect", "gmail", "ar@x.example", "--entity", "other", "--organisation", slug(org), **settings
    )
    assert "no entity other" in ran.complaint


@pytest.mark.parametrize(
    ("address", "options", "complaint"),
    [
        ("ar@x.example", {"client_id": ""}, "set DULY_GOOGLE_CLIENT_ID"),
        ("nobody", {"client_id": "duly"}, "'nobody' is no e-mail address"),
        ("a b@x.example", {"client_id": "duly"}, "is no e-mail address"),
        ("ar@x.example", {"client_id": "duly", "base_url": "http://token.example"}, "must begin with https://"),
    ],
    ids=["not registered", "no address", "a space", "in the clear"],
)
def test_what_cannot_work_is_said_before_the_database_is_asked(
    address: str, options: dict[str, str], complaint: str
) -> None:
    with pytest.raises(DulyError, match=complaint):
        connect_oauth.gmail(address, **options)


def test_a_tenant_that_is_none_is_refused() -> None:
    with pytest.raises(DulyError, match="DULY_MICROSOFT_TENANT"):
        connect_oauth.outlook("ar@x.example", client_id="duly", tenant="../x")
