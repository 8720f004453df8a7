"""Connecting mailboxes in the console: by a sign-in with Google's emulator, by a password, and who may not."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from conftest import Org
from emulators import GmailEmulator
from factories.console import Page, Visitor, a_visitor
from mailservers import HOST, PASSWORD, EnvelopeServer, MailDevel
from pydantic import SecretStr
from sqlalchemy import select

from api.console import connecting
from core.clock import FixedClock
from core.ids import new_id
from core.settings import Settings
from jobs.duly import Duly
from jobs.wiring import open_duly
from ledger.model.user import Role
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.connections import OAuthGrantRow
from ledger.store.tables.people import MailboxRow

PUBLIC = "http://localhost:4321"


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(tmp_path_factory.mktemp("gmail"))
    yield emulator
    emulator.stop()


@pytest.fixture(scope="module")
async def here(
    urls: DatabaseUrls, clock: FixedClock, gmail: GmailEmulator, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Duly]:
    """This Duly, registered with the emulator's Google and not with Microsoft."""
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": tmp_path_factory.mktemp("home")})
    settings.oauth = settings.oauth.model_copy(
        update={"google_client_id": "duly", "google_oauth_url": gmail.endpoint, "microsoft_client_id": ""}
    )
    settings.push = settings.push.model_copy(update={"public_url": PUBLIC})
    async with open_duly(settings, urls, clock=clock, model="local") as duly:
        yield duly


async def somebody(duly: Duly, org: Org, role: Role = Role.ADMIN) -> Visitor:
    """A visitor whose pages know how to connect mailboxes."""
    visitor = await a_visitor(duly, org, role=role)
    transport: Any = visitor.client._transport
    if connecting.CALLBACK not in {getattr(route, "path", "") for route in transport.app.routes}:
        transport.app.include_router(connecting.router)
    return visitor


async def begin(visitor: Visitor, address: str, **typed: str) -> str:
    """Fills in the form for Gmail; where the link of the next page leads."""
    page = await visitor.get("/mailboxes/connect")
    form = "form[action='/mailboxes/connect/google']"
    ahead = await visitor.post("/mailboxes/connect/google", page.fields(form) | {"address": address} | typed)
    assert ahead.status == 200, ahead.text
    url = ahead.one("main a.button").attributes["href"]
    assert url is not None
    return url


async def choose(url: str, address: str) -> str:
    """What a person does at the provider's page; the path that the browser comes back to."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        page = (await http.get(url)).raise_for_status()
        for action, inside in re.findall(r"<form[^>]*action=\"([^\"]+)\"[^>]*>(.*?)</form>", page.text, re.DOTALL):
            pairs = re.findall(r"name=\"([^\"]*)\"\s+value=\"([^\"]*)\"", inside)
            fields = {html.unescape(name): html.unescape(value) for name, value in pairs}
            if fields.get("email") == address:
                answer = await http.post(urljoin(url, html.unescape(action)), data=fields)
                target = str(answer.headers["location"])
                assert target.startswith(f"{PUBLIC}/mailboxes/connected?")
                return target.removeprefix(PUBLIC)
    raise AssertionError(f"no form for {address}")


async def mailbox(duly: Duly, org: Org, address: str) -> MailboxRow | None:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.scalar(select(MailboxRow).where(MailboxRow.address == address))


async def grants(duly: Duly, org: Org) -> list[OAuthGrantRow]:
    async with duly.uows(org.org_id) as uow:
        return list(await uow.session.scalars(select(OAuthGrantRow)))


# By a sign-in.


async def test_an_administrator_connects_gmail(here: Duly, org: Org, gmail: GmailEmulator) -> None:
    visitor, address = await somebody(here, org), gmail.mailbox()
    url = await begin(visitor, address, since="2026-03-01", name="AR")
    asked = parse_qs(urlsplit(url).query)
    assert (asked["code_challenge_method"], asked["login_hint"]) == (["S256"], [address])
    page = await visitor.get(await choose(url, address))
    assert page.path == "/mailboxes?done=mailbox-connected"
    row = await mailbox(here, org, address)
    assert row is not None
    [grant] = await grants(here, org)
    assert row.source == {"kind": "gmail", "grant_id": str(grant.id), "since": "2026-03-01"}
    assert (row.name, row.active, "duly.example (" in grant.granted_by) == ("AR", True, True)
    assert address in page.text


async def test_a_mailbox_that_lapsed_is_connected_again_and_goes_on_where_it_stopped(
    here: Duly, org: Org, gmail: GmailEmulator
) -> None:
    visitor, address = await somebody(here, org), gmail.mailbox()
    await visitor.get(await choose(await begin(visitor, address), address))
    async with here.uows(org.org_id) as uow:
        row = (await uow.session.scalars(select(MailboxRow).where(MailboxRow.address == address))).one()
        row.source_cursor = "42"
        since = row.source["since"]
        (await uow.session.scalars(select(OAuthGrantRow))).one().state = "revoked"
    page = await visitor.get("/mailboxes/connect")
    card = next(one for one in page.all("section.card") if one.attributes.get("aria-label") == address)
    assert "Connect again" in card.text()
    form = card.css("form[action='/mailboxes/connect/google']")[0]
    fields = {str(one.attributes["name"]): one.attributes.get("value") or "" for one in form.css("input")}
    ahead = await visitor.post("/mailboxes/connect/google", fields)
    url = ahead.one("main a.button").attributes["href"]
    assert url is not None
    await visitor.get(await choose(url, address))
    again = await mailbox(here, org, address)
    assert again is not None
    assert (again.source_cursor, again.source["since"]) == ("42", since)
    assert [grant.state for grant in await grants(here, org)] == ["active"]


@pytest.mark.parametrize(
    "case", ["other person", "other browser", "changed", "denied", "other account", "twice begun"]
)
async def test_a_sign_in_that_is_not_the_one_begun_here_keeps_nothing(
    here: Duly, org: Org, gmail: GmailEmulator, case: str
) -> None:
    visitor, address = await somebody(here, org), gmail.mailbox()
    url = await begin(visitor, address)
    came_back = visitor
    if case == "denied":
        state = parse_qs(urlsplit(url).query)["state"][0]
        target = f"/mailboxes/connected?{httpx.QueryParams(error='access_denied', state=state)}"
    else:
        target = await choose(url, gmail.mailbox() if case == "other account" else address)
    if case == "other person":
        came_back = await somebody(here, org)
    elif case == "other browser":
        visitor.client.cookies.delete("duly_connecting")
    elif case == "changed":
        target = target.replace("state=", "state=x")
    elif case == "twice begun":
        await begin(visitor, address)
    page = await came_back.get(target)
    assert page.status in (400, 409, 502), page.text
    assert page.one("[role=alert]").text()
    assert await grants(here, org) == []
    assert await mailbox(here, org, address) is None


async def test_what_is_not_set_up_is_not_offered(here: Duly, org: Org) -> None:
    visitor = await somebody(here, org)
    page = await visitor.get("/mailboxes/connect")
    assert "Microsoft is not offered" in page.text
    fields = page.fields("form[action='/mailboxes/connect/google']") | {"address": "ar@b.example"}
    refused = await visitor.post("/mailboxes/connect/microsoft", fields)
    assert (refused.status, "not registered with Microsoft" in refused.text) == (503, True)


# By a password.


@pytest.fixture(scope="module")
def mail() -> Iterator[tuple[MailDevel, EnvelopeServer]]:
    imap = MailDevel()
    imap.start()
    smtp = EnvelopeServer(imap)
    smtp.start()
    yield imap, smtp
    smtp.stop()
    imap.stop()


def filled(page: Page, mail: tuple[MailDevel, EnvelopeServer], mailbox: str, **typed: str) -> dict[str, str]:
    return page.fields("form[action='/mailboxes/connect/imap']") | {
        "address": mailbox, "password": PASSWORD, "imap_host": HOST, "imap_port": str(mail[0].imap_port),
        "imap_security": "plain", "smtp_host": HOST, "smtp_port": str(mail[1].port), "smtp_security": "plain",
    } | typed  # fmt: skip


async def test_an_administrator_connects_imap_and_the_password_is_shown_to_nobody(
    here: Duly, org: Org, mail: tuple[MailDevel, EnvelopeServer]
) -> None:
    visitor, address = await somebody(here, org), f"ar-{new_id().hex}@supplier.example"
    page = await visitor.get("/mailboxes/connect")
    done = await visitor.post("/mailboxes/connect/imap", filled(page, mail, address))
    assert done.path == "/mailboxes?done=mailbox-connected"
    row = await mailbox(here, org, address)
    assert row is not None
    assert (row.source["kind"], row.sender["kind"], "since" in row.source) == ("imap", "smtp", True)
    assert here.secrets.open(row.source["sealed_password"]) == PASSWORD
    after = await visitor.get("/mailboxes/connect")
    assert PASSWORD not in str(row.source) + after.response.text + done.response.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "wrong"}, {"imap_port": "1"}, {"smtp_port": "1"}, {"imap_port": "99999"}, {"imap_host": "a b"},
        {"imap_security": "none"}, {"imap_host": "imap.example.com"}, {"since": "yesterday"}, {"address": "nobody"},
        {"entity": "other"},
    ],
    ids=lambda wrong: " ".join(f"{key} {value}" for key, value in wrong.items()),
)  # fmt: skip
async def test_what_the_servers_do_not_take_is_not_kept_and_the_form_is_given_back(
    here: Duly, org: Org, mail: tuple[MailDevel, EnvelopeServer], wrong: dict[str, str]
) -> None:
    visitor, address = await somebody(here, org), f"ar-{new_id().hex}@supplier.example"
    fields = filled(await visitor.get("/mailboxes/connect"), mail, address, **wrong)
    page = await visitor.post("/mailboxes/connect/imap", fields)
    assert page.status >= 400
    assert page.one("[role=alert]").text()
    given_back = page.fields("form[action='/mailboxes/connect/imap']")
    assert (given_back["address"], given_back["password"]) == (fields["address"], "")
    assert fields["password"] not in page.response.text
    assert await mailbox(here, org, address) is None


# Who may, and what is undone.


@pytest.mark.parametrize("role", [Role.VIEWER, Role.COLLECTOR, Role.MANAGER], ids=lambda role: role.value)
async def test_only_an_administrator_connects_and_disconnects(here: Duly, org: Org, role: Role) -> None:
    visitor = await somebody(here, org, role)
    token = (await visitor.get("/queue")).fields("form[action='/sign-out']")
    assert (await visitor.get("/mailboxes/connect")).status == 403
    assert (await visitor.get("/mailboxes/connected?code=1&state=2")).status == 403
    for path in ("connect/imap", "connect/google", f"{org.mailbox_id}/disconnect"):
        assert (await visitor.post(f"/mailboxes/{path}", token | {"address": "a@b.example"})).status == 403
    assert not (await visitor.get("/mailboxes")).all("a[href='/mailboxes/connect']")


async def test_a_form_of_another_site_does_nothing(here: Duly, org: Org) -> None:
    visitor = await somebody(here, org)
    token = (await visitor.get("/mailboxes/connect")).fields("form[action='/sign-out']")
    path = f"/mailboxes/{org.mailbox_id}/disconnect"
    assert (await visitor.post(path, token, headers={"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (await visitor.post(path, {})).status == 403
    row = await mailbox(here, org, org.address)
    assert row is not None
    assert row.active


async def test_a_mailbox_is_disconnected_and_its_row_stays(here: Duly, org: Org, other_org: Org) -> None:
    visitor = await somebody(here, org)
    page = await visitor.get("/mailboxes/connect")
    form = f"form[action='/mailboxes/{org.mailbox_id}/disconnect']"
    after = await visitor.post(f"/mailboxes/{org.mailbox_id}/disconnect", page.fields(form))
    assert after.path == "/mailboxes/connect?done=mailbox-disconnected"
    row = await mailbox(here, org, org.address)
    assert row is not None
    assert not row.active
    theirs = await visitor.post(f"/mailboxes/{other_org.mailbox_id}/disconnect", page.fields(form))
    assert theirs.status == 404


# Without a sign-in.


async def test_what_an_installation_may_not_do_without_a_sign_in_is_not_offered(here: Duly, org: Org) -> None:
    visitor = await somebody(here, org)
    page = await visitor.get("/mailboxes/connect")
    assert page.all("[value=application]") == []
    fields = page.fields("form[action='/mailboxes/connect/google']") | {"address": "ar@b.example"}
    refused = await visitor.post("/mailboxes/connect/google", fields | {"permission": "application"})
    assert (refused.status, "has no permission of Google" in refused.text) == (503, True)


async def test_an_administrator_of_one_of_several_organisations_is_told_who_connects_it(
    here: Duly, org: Org, other_org: Org
) -> None:
    oauth = here.settings.oauth
    allowed = {"microsoft_client_id": "app", "microsoft_tenant": "seller.example"}
    here.settings.oauth = oauth.model_copy(update=allowed | {"microsoft_client_secret": SecretStr("s")})
    try:
        visitor = await somebody(here, org)
        page = await visitor.get("/mailboxes/connect")
        assert page.one("form[action='/mailboxes/connect/microsoft'] [value=application]").text() == (
            "Connect without a sign-in"
        )
        fields = page.fields("form[action='/mailboxes/connect/microsoft']") | {"address": "ar@b.example"}
        refused = await visitor.post("/mailboxes/connect/microsoft", fields | {"permission": "application"})
    finally:
        here.settings.oauth = oauth
    assert (refused.status, "duly connect --application" in refused.text) == (400, True)
    assert await mailbox(here, org, "ar@b.example") is None


async def test_limits_and_labels_survive_the_way_to_the_provider_and_back(
    here: Duly, org: Org, gmail: GmailEmulator
) -> None:
    visitor, address = await somebody(here, org), gmail.mailbox()
    page = await visitor.get("/mailboxes/connect")
    fields = page.fields("form[action='/mailboxes/connect/google']") | {
        "address": address, "per_minute": "5", "per_day": "70", "label": "INBOX", "mark": "Duly",
    }  # fmt: skip
    ahead = await visitor.post("/mailboxes/connect/google", fields)
    url = ahead.one("main a.button").attributes["href"]
    assert url is not None
    await visitor.get(await choose(url, address))
    row = await mailbox(here, org, address)
    assert row is not None
    assert (row.source["label"], row.source["mark"]) == ("INBOX", "Duly")
    assert (row.sender["per_minute"], row.sender["per_day"]) == (5, 70)
