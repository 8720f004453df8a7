"""The console's door: links that work once, passwords, forms from elsewhere."""

from datetime import timedelta

import pytest
from conftest import NOW, Org
from factories.console import Visitor, a_link, a_visitor

from api.console.brake import SignInBrake
from core.clock import FixedClock
from core.ids import new_id
from jobs.duly import Duly
from ledger.commands.sign_in import create_user
from ledger.model.user import Role

PASSWORD = "correct horse battery"


async def slug_of(org: Org) -> str:
    return org.address.partition("@")[2].removesuffix(".example")


async def a_user_with_password(duly: Duly, org: Org) -> str:
    email = f"{new_id().hex}@duly.example"
    await create_user(duly.uows, org.org_id, email=email, name="Lee", role=Role.COLLECTOR, password=PASSWORD, now=NOW)
    return email


async def test_a_link_signs_in_and_sets_a_cookie_that_scripts_cannot_read(duly: Duly, org: Org) -> None:
    visitor = Visitor(duly)
    page = await visitor.get(f"/sign-in/{await a_link(duly, org, org.user_id)}", follow=False)
    cookie = page.response.headers["set-cookie"]
    assert page.status == 303
    assert page.response.headers["location"] == "/queue"
    assert cookie.startswith("duly_session=duly_")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_link_works_once(duly: Duly, org: Org) -> None:
    link = f"/sign-in/{await a_link(duly, org, org.user_id)}"
    assert (await Visitor(duly).get(link)).path == "/queue"
    again = Visitor(duly)
    page = await again.get(link)
    assert page.status == 410
    assert "does not sign in any more" in page.text
    assert not again.client.cookies


@pytest.mark.parametrize("headers", [{"Sec-Purpose": "prefetch;prerender"}, {"Sec-Fetch-Mode": "cors"}])
async def test_a_browser_that_looks_ahead_does_not_use_the_link_up(
    duly: Duly, org: Org, headers: dict[str, str]
) -> None:
    link = f"/sign-in/{await a_link(duly, org, org.user_id)}"
    ahead = await Visitor(duly).get(link, headers=headers)
    assert ahead.status == 200
    assert "set-cookie" not in ahead.response.headers
    assert (await Visitor(duly).get(link)).path == "/queue"


async def test_head_does_not_use_the_link_up(duly: Duly, org: Org) -> None:
    link = f"/sign-in/{await a_link(duly, org, org.user_id)}"
    assert (await Visitor(duly).client.head(link)).status_code == 405
    assert (await Visitor(duly).get(link)).path == "/queue"


@pytest.mark.parametrize("secret", ["x", "duly_zz_abc", "duly_" + "0" * 32 + "_x", "%F0%9F%98%80", "a" * 5000])
async def test_a_made_up_link_signs_nobody_in(duly: Duly, secret: str) -> None:
    page = await Visitor(duly).get(f"/sign-in/{secret}")
    assert page.status == 410
    assert "set-cookie" not in page.response.headers


async def test_password_signs_in_and_goes_on_to_the_page_that_was_asked_for(duly: Duly, org: Org) -> None:
    email = await a_user_with_password(duly, org)
    visitor = Visitor(duly)
    asked = await visitor.get("/accounts/0190b0b0-0000-7000-8000-000000000000")
    assert asked.path.startswith("/sign-in?next=")
    fields = asked.fields("form") | {"organisation": await slug_of(org), "email": email, "password": PASSWORD}
    page = await visitor.post("/sign-in", fields, follow=False)
    assert page.response.headers["location"] == "/accounts/0190b0b0-0000-7000-8000-000000000000"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:x"])
async def test_sign_in_never_leads_to_another_site(duly: Duly, org: Org, elsewhere: str) -> None:
    email = await a_user_with_password(duly, org)
    fields = {"organisation": await slug_of(org), "email": email, "password": PASSWORD, "next": elsewhere}
    page = await Visitor(duly).post("/sign-in", fields, follow=False)
    assert page.response.headers["location"] == "/queue"


async def test_a_wrong_password_is_refused_and_the_page_shows_none(duly: Duly, org: Org) -> None:
    email = await a_user_with_password(duly, org)
    fields = {"organisation": await slug_of(org), "email": email, "password": "not the password"}
    page = await Visitor(duly).post("/sign-in", fields)
    assert page.status == 401
    assert "do not fit together" in page.text
    assert "not the password" not in page.response.text
    assert "set-cookie" not in page.response.headers


async def test_an_unknown_organisation_is_refused_in_the_same_words(duly: Duly) -> None:
    fields = {"organisation": "nobody", "email": "a@b.example", "password": "some password"}
    page = await Visitor(duly).post("/sign-in", fields)
    assert page.status == 401
    assert "do not fit together" in page.text


async def test_after_ten_wrong_passwords_the_right_one_waits_a_quarter_of_an_hour(
    duly: Duly, org: Org, clock: FixedClock
) -> None:
    email = await a_user_with_password(duly, org)
    visitor = Visitor(duly)
    fields = {"organisation": await slug_of(org), "email": email, "password": "wrong password"}
    statuses = [(await visitor.post("/sign-in", fields)).status for _ in range(11)]
    assert statuses == [401] * 10 + [429]
    right = fields | {"password": PASSWORD}
    assert (await visitor.post("/sign-in", right)).status == 429
    clock.move_to(NOW + timedelta(minutes=15))
    assert (await visitor.post("/sign-in", right)).path == "/queue"


def test_the_brake_forgets_the_oldest_rather_than_grow() -> None:
    brake = SignInBrake()
    for number in range(12_000):
        brake.failed(address=str(number), client="one", now=NOW)
    assert len(brake._failures) == 10_000


def test_a_known_password_does_not_free_its_client_to_guess_on() -> None:
    brake = SignInBrake()
    for number in range(50):
        brake.failed(address=str(number), client="one", now=NOW)
    brake.failed(address="own", client="one", now=NOW)
    brake.succeeded(address="own", client="one")
    assert brake.is_on(address="next", client="one", now=NOW)


async def test_sign_in_from_another_site_is_refused(duly: Duly, org: Org) -> None:
    email = await a_user_with_password(duly, org)
    fields = {"organisation": await slug_of(org), "email": email, "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        page = await Visitor(duly).post("/sign-in", fields, headers=headers)
        assert page.status == 403
        assert "set-cookie" not in page.response.headers
    own = await Visitor(duly).post("/sign-in", fields, headers={"Origin": "http://duly.test"})
    assert own.path == "/queue"


async def test_signing_out_ends_the_session_also_for_a_copied_cookie(duly: Duly, org: Org) -> None:
    visitor = await a_visitor(duly, org)
    cookie = visitor.client.cookies["duly_session"]
    page = await visitor.get("/queue")
    out = await visitor.post("/sign-out", page.fields("header form"))
    assert out.path.startswith("/sign-in")
    assert "You are signed out." in out.text
    thief = Visitor(duly)
    thief.client.cookies.set("duly_session", cookie)
    assert (await thief.get("/queue")).path.startswith("/sign-in")


async def test_a_console_session_is_no_api_token_and_the_reverse(duly: Duly, org: Org) -> None:
    visitor = await a_visitor(duly, org)
    secret = visitor.client.cookies["duly_session"]
    answer = await Visitor(duly).client.get("/v1/approvals", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 401


async def test_the_first_page_of_the_console_is_never_part_of_the_api_description(duly: Duly) -> None:
    paths = (await Visitor(duly).client.get("/openapi.json")).json()["paths"]
    assert [path for path in paths if not path.startswith(("/v1/", "/health"))] == []


async def test_static_files_are_kept_for_a_year_under_the_name_of_their_content(duly: Duly) -> None:
    visitor = Visitor(duly)
    page = await visitor.get("/sign-in")
    style = page.one("link[rel=stylesheet]").attributes["href"]
    assert style is not None
    exact = await visitor.client.get(style)
    assert exact.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert exact.headers["content-type"] == "text/css; charset=utf-8"
    other = await visitor.client.get(style.partition("?")[0] + "?v=old")
    assert other.headers["cache-control"] == "no-cache"
    assert (await visitor.client.get("/static/..%2fviews.py")).status_code == 404


async def test_an_unknown_address_is_a_page_for_a_person_and_json_for_a_program(duly: Duly) -> None:
    visitor = Visitor(duly)
    page = await visitor.get("/no/such/page")
    assert page.status == 404
    assert "There is no such page" in page.text
    answer = await visitor.client.get("/v1/no-such-thing")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
