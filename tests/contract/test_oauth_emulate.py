"""The authorization code flow and refreshing against `emulate` (npm), OAuth servers that nobody here wrote.

Its Google keeps a refresh token for good; its Microsoft gives a new one each time, and the old one is dead at once.
"""

import asyncio
import html
import json
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from conftest import Org
from emulators import node_or_skip
from factories.grants import SECRETS, separate_connections, the_grant
from mailservers import HOST, free_port
from sqlalchemy import select

from core.clock import FixedClock, SystemClock
from core.errors import InvalidInput
from integrations.oauth.answers import ClientRefused, GrantRefused, TokenAnswer
from integrations.oauth.authorize import (
    SignIn,
    authorization_url,
    begin_sign_in,
    checked_grant,
    open_state,
    read_redirect,
    seal_state,
    state_of,
)
from integrations.oauth.providers import (
    GOOGLE_SCOPES,
    MICROSOFT_SCOPES,
    OAuthClient,
    Provider,
    google_client,
    microsoft_client,
)
from integrations.oauth.token_server import TokenServer
from integrations.ports.errors import Rejected
from jobs.connect_grant import NewMailbox, finish_sign_in
from jobs.tokens import Grants
from ledger.store.connections import GrantId
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.connections import OAuthGrantRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

TESTS = Path(__file__).parents[1]
REDIRECT = "http://127.0.0.1:4999/back"
ADDRESS, STRANGER = "ar@supplier.example", "eve@supplier.example"
START_SECONDS = 60.0


@dataclass(frozen=True)
class Emulated:
    """One provider's emulator, and Duly as it is registered there."""

    client: OAuthClient
    scopes: tuple[str, ...]

    def server(self, **more: Any) -> TokenServer:
        return TokenServer(self.client, SystemClock(), **more)

    def sign_in(self, clock: FixedClock | SystemClock, **more: Any) -> SignIn:
        fields: dict[str, Any] = {
            "organisation": "org-1", "started_by": "Ann", "address": ADDRESS, "account": "", "scopes": self.scopes,
            "redirect_uri": REDIRECT, "now": clock.now(),
        }  # fmt: skip
        return begin_sign_in(self.client, **(fields | more))


@pytest.fixture(scope="module", params=["google", "microsoft"])
def emulated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulated]:
    node, provider, port = node_or_skip(), str(request.param), free_port()
    folder = tmp_path_factory.mktemp(provider)
    users = [{"email": address, "name": "AR", "tenant_id": "t"} for address in (ADDRESS, STRANGER)]
    client = {"client_id": "duly", "client_secret": "s3cret", "name": "Duly", "redirect_uris": [REDIRECT]}
    (folder / "seed.json").write_text(json.dumps({provider: {"users": users, "oauth_clients": [client]}}))
    program = TESTS / "node_modules" / "emulate" / "dist" / "index.js"
    command = [node, "--require", str(TESTS / "loopback.cjs"), str(program), "start", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--service", provider, "--seed", str(folder / "seed.json")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    base = f"http://{HOST}:{port}"
    try:
        wait_for(f"{base}/.well-known/openid-configuration", process)
        if provider == "google":
            yield Emulated(google_client("duly", "s3cret", base_url=base), GOOGLE_SCOPES)
        else:
            yield Emulated(microsoft_client("duly", "s3cret", base_url=base), MICROSOFT_SCOPES)
    finally:
        process.kill()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "emulate ended"
        try:
            httpx.get(url, trust_env=False).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(f"{url} does not answer")


async def browse(url: str, address: str) -> str:
    """What a person does: opens the page, chooses an account; returns where the browser is sent."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        page = (await http.get(url)).raise_for_status()
        forms = re.findall(r"<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", page.text, re.DOTALL)
        for action, inside in forms:
            pairs = re.findall(r"name=\"([^\"]*)\"\s+value=\"([^\"]*)\"", inside)
            fields = {html.unescape(name): html.unescape(value) for name, value in pairs}
            if fields.get("email") == address:
                answer = await http.post(urljoin(url, html.unescape(action)), data=fields)
                return str(answer.headers["location"])
    raise AssertionError(f"no form for {address} on {page.text[:500]}")


async def code_for(emulated: Emulated, sign_in: SignIn, *, address: str = ADDRESS) -> str:
    state = seal_state(SECRETS, sign_in)
    target = await browse(authorization_url(emulated.client, sign_in, state), address)
    assert target.startswith(REDIRECT)
    assert open_state(SECRETS, state_of(target), now=SystemClock().now()) == sign_in
    return read_redirect(target)


async def tokens_of(emulated: Emulated, sign_in: SignIn, *, address: str = ADDRESS) -> TokenAnswer:
    code = await code_for(emulated, sign_in, address=address)
    return await emulated.server().exchange_code(code, verifier=sign_in.verifier, redirect_uri=REDIRECT)


async def test_a_sign_in_ends_in_a_grant_for_the_mailbox(emulated: Emulated) -> None:
    sign_in = emulated.sign_in(SystemClock())
    answer = await tokens_of(emulated, sign_in)
    assert checked_grant(emulated.client, sign_in, answer) == ADDRESS
    assert set(answer.scopes) == set(emulated.scopes)
    assert answer.expires_in_seconds == 3600


async def test_another_account_that_signs_in_is_noticed(emulated: Emulated) -> None:
    sign_in = emulated.sign_in(SystemClock())
    with pytest.raises(InvalidInput, match=f"{STRANGER} signed in, not {ADDRESS}"):
        checked_grant(emulated.client, sign_in, await tokens_of(emulated, sign_in, address=STRANGER))


async def test_a_code_works_once_and_with_its_own_verifier_only(emulated: Emulated) -> None:
    server, sign_in = emulated.server(), emulated.sign_in(SystemClock())
    code = await code_for(emulated, sign_in)
    stolen = await code_for(emulated, sign_in)
    await server.exchange_code(code, verifier=sign_in.verifier, redirect_uri=REDIRECT)
    with pytest.raises(GrantRefused):
        await server.exchange_code(code, verifier=sign_in.verifier, redirect_uri=REDIRECT)
    with pytest.raises(GrantRefused):
        await server.exchange_code(stolen, verifier="another" * 8, redirect_uri=REDIRECT)


async def test_a_wrong_secret_of_ours_is_no_word_about_the_grant(emulated: Emulated) -> None:
    answer = await tokens_of(emulated, emulated.sign_in(SystemClock()))
    base = emulated.client.token_url.partition("/oauth2")[0]
    make = google_client if emulated.client.provider is Provider.GOOGLE else microsoft_client
    server = TokenServer(make("duly", "wrong", base_url=base), SystemClock())
    if emulated.client.provider is Provider.MICROSOFT:
        with pytest.raises(ClientRefused, match="client's id and secret"):
            await server.refresh(answer.refresh_token, emulated.scopes)
    with pytest.raises(ClientRefused):
        await server.exchange_code("any", verifier="any", redirect_uri=REDIRECT)


async def test_a_refresh_gives_another_token_and_the_providers_way_with_the_old_one_holds(emulated: Emulated) -> None:
    server, first = emulated.server(), await tokens_of(emulated, emulated.sign_in(SystemClock()))
    second = await server.refresh(first.refresh_token, emulated.scopes)
    assert second.access_token != first.access_token
    if emulated.client.provider is Provider.GOOGLE:
        assert second.refresh_token == ""
        await server.refresh(first.refresh_token, emulated.scopes)
    else:
        assert second.refresh_token != first.refresh_token
        with pytest.raises(GrantRefused, match="invalid_grant"):
            await server.refresh(first.refresh_token, emulated.scopes)


async def test_a_refresh_token_that_was_never_given_is_refused_and_not_repeated(emulated: Emulated) -> None:
    with pytest.raises(GrantRefused) as caught:
        await emulated.server().refresh("never-given", emulated.scopes)
    assert "never-given" not in str(caught.value)


# The whole way, with the ledger


async def connected(emulated: Emulated, uows: UnitOfWorkFactory, org: Org, clock: FixedClock) -> GrantId:
    """The mailbox connected by a sign-in; the grant that it got."""
    clock.move_to(SystemClock().now())
    sign_in = emulated.sign_in(clock)
    code = await code_for(emulated, sign_in)
    server, mailbox = emulated.server(), NewMailbox("main", "Accounts receivable")
    await finish_sign_in(uows, SECRETS, server, org.org_id, sign_in, code, mailbox, now=clock.now())
    async with uows(org.org_id) as uow:
        grant = (await uow.session.scalars(select(OAuthGrantRow))).one()
        row = (await uow.session.scalars(select(MailboxRow).where(MailboxRow.address == ADDRESS))).one()
    kind = {"google": "gmail", "microsoft": "outlook"}[grant.provider]
    assert row.source == row.sender == {"kind": kind, "grant_id": str(grant.id)}
    assert (grant.address, grant.subject, grant.granted_by, grant.client_id) == (ADDRESS, ADDRESS, "Ann", "duly")
    return GrantId(grant.id)


async def test_twenty_workers_keep_a_grant_alive_through_refresh_after_refresh(
    emulated: Emulated, uows: UnitOfWorkFactory, urls: DatabaseUrls, org: Org, clock: FixedClock
) -> None:
    grant_id = await connected(emulated, uows, org, clock)
    async with separate_connections(urls) as apart:
        workers = [
            Grants(apart, SECRETS, clock, {emulated.client.provider.value: emulated.server()}) for _ in range(20)
        ]
        seen: list[str] = []
        for _ in range(4):
            found = set(await asyncio.gather(*(worker.token(org.org_id, grant_id) for worker in workers)))
            assert len(found) == 1
            seen += found
            expires_at = (await the_grant(uows, org, grant_id)).access_expires_at
            assert expires_at is not None
            clock.move_to(expires_at)
    row = await the_grant(uows, org, grant_id)
    assert (len(set(seen)), row.state, row.version) == (4, "active", 4)


async def test_a_mailbox_connected_again_keeps_its_grant_and_its_cursor(
    emulated: Emulated, uows: UnitOfWorkFactory, org: Org, clock: FixedClock
) -> None:
    first = await connected(emulated, uows, org, clock)
    async with uows(org.org_id) as uow:
        row = (await uow.session.scalars(select(MailboxRow).where(MailboxRow.address == ADDRESS))).one()
        row.source_cursor = "42"
    assert await connected(emulated, uows, org, clock) == first
    async with uows(org.org_id) as uow:
        row = (await uow.session.scalars(select(MailboxRow).where(MailboxRow.address == ADDRESS))).one()
    assert row.source_cursor == "42"


async def test_a_code_that_is_not_taken_keeps_nothing(
    emulated: Emulated, uows: UnitOfWorkFactory, org: Org, clock: FixedClock
) -> None:
    clock.move_to(SystemClock().now())
    sign_in = emulated.sign_in(clock)
    with pytest.raises(Rejected, match="begin the sign-in again"):
        await finish_sign_in(
            uows, SECRETS, emulated.server(), org.org_id, sign_in, "no-code", NewMailbox("main"), now=clock.now()
        )
    async with uows(org.org_id) as uow:
        assert list(await uow.session.scalars(select(OAuthGrantRow))) == []
