"""A visitor of the console: a browser without JavaScript, as far as forms and cookies go."""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx
from conftest import NOW, Org
from selectolax.lexbor import LexborHTMLParser, LexborNode

from api.main import create_app
from core.ids import UserId, new_id
from jobs.duly import Duly
from ledger.commands.sign_in import LINK, create_user, issue_credential
from ledger.model.user import Role


@dataclass
class Page:
    """An answer, and its HTML taken apart."""

    response: httpx.Response
    html: LexborHTMLParser = field(init=False)

    def __post_init__(self) -> None:
        self.html = LexborHTMLParser(self.response.text)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.raw_path.decode()

    @property
    def text(self) -> str:
        """What a person reads, blanks folded."""
        body = self.html.body
        assert body is not None
        return " ".join(body.text(separator=" ").split())

    def one(self, selector: str) -> LexborNode:
        found = self.html.css(selector)
        assert len(found) == 1, f"{len(found)} of {selector}"
        return found[0]

    def all(self, selector: str) -> list[LexborNode]:
        return self.html.css(selector)

    def fields(self, selector: str = "form[data-decide]") -> dict[str, str]:
        """The fields of a form as the browser would send them, without a button."""
        form = self.one(selector)
        found: dict[str, str] = {}
        for node in form.css("input, textarea, select"):
            name = node.attributes.get("name")
            if not name:
                continue
            if node.tag == "textarea":
                # A parser drops the first line feed of a text area, as browsers do.
                found[name] = (node.text() or "").replace("\n", "\r\n")
            elif node.tag == "select":
                chosen = node.css("option[selected]") or node.css("option")
                found[name] = chosen[0].attributes.get("value") or ""
            else:
                found[name] = node.attributes.get("value") or ""
        return found


class Visitor:
    """One browser: its cookies, and the pages that it asks for."""

    def __init__(self, duly: Duly) -> None:
        self.duly = duly
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(duly, version="test"), raise_app_exceptions=False),
            base_url="http://duly.test",
            headers={"Accept": "text/html"},
        )

    async def get(self, path: str, *, follow: bool = True, headers: dict[str, str] | None = None) -> Page:
        return Page(await self.client.get(path, follow_redirects=follow, headers=headers))

    async def post(
        self, path: str, fields: dict[str, str], *, follow: bool = True, headers: dict[str, str] | None = None
    ) -> Page:
        return Page(await self.client.post(path, data=fields, follow_redirects=follow, headers=headers))

    async def press(self, page: Page, button: str, *, follow: bool = True, **typed: str) -> Page:
        """Presses a button of the decision form, with some fields typed over."""
        action = page.one("form[data-decide]").attributes["action"]
        assert action is not None
        assert button in [b.attributes.get("value") for b in page.all("form[data-decide] button")]
        return await self.post(action, page.fields() | {"do": button} | typed, follow=follow)


async def a_link(duly: Duly, org: Org, user_id: UserId) -> str:
    return await issue_credential(duly.uows, org.org_id, user_id, LINK, lifetime=timedelta(hours=1), now=NOW)


async def a_visitor(duly: Duly, org: Org, *, role: Role = Role.COLLECTOR, name: str = "Kim") -> Visitor:
    """Somebody who has signed in by a link."""
    user_id = await create_user(
        duly.uows, org.org_id, email=f"{new_id().hex}@duly.example", name=name, role=role, now=NOW
    )
    visitor = Visitor(duly)
    page = await visitor.get(f"/sign-in/{await a_link(duly, org, user_id)}")
    assert page.path == "/queue"
    return visitor
