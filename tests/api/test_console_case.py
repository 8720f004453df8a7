"""The console's case page: deciding with plain forms, nothing sent twice, nothing typed lost, nothing of others."""

import re
from datetime import timedelta

import pytest
from conftest import NOW, Org
from factories.console import Page, Visitor, a_visitor
from factories.ledger import a_customer, a_mail, a_payment
from graph.running import approval, drafts, handle, items
from sqlalchemy import func, inspect, select

from core.clock import FixedClock
from core.ids import CaseId, new_id
from jobs.duly import Duly
from ledger.model.user import Role
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalDecisionRow, ApprovalRow, DraftRow, SendRow
from ledger.store.tables.mail import MessageRow

PROMISE = "Hi,\n\nwe will pay invoice INV-20417 on Friday.\n\nTom"


async def a_case(duly: Duly, org: Org, text: str = PROMISE, **mail: str) -> CaseId:
    await a_customer(duly.uows, org)
    return await handle(duly, org, a_mail(to=org.address, text=text, **mail))


async def sends(duly: Duly, org: Org) -> int:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(SendRow)) or 0


async def kinds_of_decisions(duly: Duly, org: Org) -> list[str]:
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(ApprovalDecisionRow).order_by(ApprovalDecisionRow.decided_at))
        return [row.decision for row in rows]


async def open_page(duly: Duly, org: Org, case_id: CaseId, role: Role = Role.COLLECTOR) -> tuple[Visitor, Page]:
    visitor = await a_visitor(duly, org, role=role)
    page = await visitor.get(f"/cases/{case_id}")
    assert page.status == 200
    return visitor, page


async def test_the_queue_leads_to_the_case(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor = await a_visitor(duly, org)
    queue = await visitor.get("/queue")
    row = queue.one("a[data-open]")
    assert row.attributes["href"] == f"/cases/{case_id}"
    assert "Brightwater Kitchens Ltd" in row.text()
    assert "Promises to pay" in row.text()
    assert "1,840.00\N{NO-BREAK SPACE}GBP" in row.text()


async def test_an_empty_queue_says_so_in_words(duly: Duly, org: Org) -> None:
    visitor = await a_visitor(duly, org)
    assert "Nothing waits for approval." in (await visitor.get("/queue")).text
    assert "Nothing waits for a person." in (await visitor.get("/queue?status=person")).text


async def more_approvals(duly: Duly, org: Org, like: CaseId, count: int) -> set[str]:
    """So many further cases with a waiting draft, all worth the same and asked for at the same instant."""
    ids: set[str] = set()
    async with duly.uows(org.org_id) as uow:
        case = await uow.session.get_one(CaseRow, like)
        draft = (await uow.session.scalars(select(DraftRow).where(DraftRow.case_id == like))).one()
        asked = (await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == like))).one()
        message = await uow.session.get_one(MessageRow, case.message_id)
        for _ in range(count):
            keys = {"message_id": new_id(), "case_id": new_id(), "draft_id": new_id()}
            for row, key, changed in (
                (message, "message_id", {"header_message_id": f"{keys['message_id']}@copy.example"}),
                (case, "case_id", {"message_id": keys["message_id"]}),
                (draft, "draft_id", {"case_id": keys["case_id"]}),
                (asked, "", {"case_id": keys["case_id"], "draft_id": keys["draft_id"]}),
            ):
                columns = {c.key: getattr(row, c.key) for c in inspect(type(row)).column_attrs}
                uow.session.add(type(row)(**{**columns, **changed, "id": keys.get(key) or new_id()}))
                await uow.session.flush()
            ids.add(str(keys["case_id"]))
    return ids


async def test_pages_of_the_queue_hold_every_case_once(duly: Duly, org: Org) -> None:
    first = await a_case(duly, org)
    cases = {str(first)} | await more_approvals(duly, org, first, 60)
    visitor = await a_visitor(duly, org)
    one = await visitor.get("/queue")
    assert len(one.all("a[data-open]")) == 50
    assert "61" in one.one(".tabs a[aria-current]").text()
    following = one.one("nav.pages a[rel=next]").attributes["href"]
    assert following is not None
    two = await visitor.get(following)
    seen = [
        str(row.attributes["href"]).removeprefix("/cases/") for page in (one, two) for row in page.all("[data-open]")
    ]
    assert len(seen) == 61
    assert set(seen) == cases
    assert not two.all("nav.pages a[rel=next]")


async def test_a_cursor_that_is_none_of_ours_is_a_page_with_the_reason(duly: Duly, org: Org) -> None:
    visitor = await a_visitor(duly, org)
    page = await visitor.get("/queue?cursor=nonsense")
    assert page.status == 400
    assert "none of ours" in page.text


async def test_the_case_marks_the_evidence_and_shows_facts_reasons_and_draft(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    _, page = await open_page(duly, org, case_id)
    mark = page.one(".mail mark")
    assert "pay invoice INV-20417 on Friday" in mark.text()
    assert mark.attributes["title"] == "Promises to pay"
    assert "19 days past due" in page.one(".know table").text()
    assert "24\N{NO-BREAK SPACE}Apr\N{NO-BREAK SPACE}2026" in page.one(".signal").text()
    assert page.all(".reasons li")
    assert "INV-20417" in page.fields()["text"]
    assert page.fields()["to"] == "tom@brightwater.example"


async def test_approving_sends_the_draft_as_it_stands(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    done = await visitor.press(page, "approve")
    assert done.status == 200
    assert done.path == f"/cases/{case_id}?done=approved"
    assert "Approved." in done.one(".flash").text()
    assert "The mail is on its way" in done.one(".sending h2").text()
    assert done.one("meta[http-equiv=refresh]").attributes["content"] == "2"
    assert await kinds_of_decisions(duly, org) == ["approve"]
    assert len(await drafts(duly, org, case_id)) == 1
    assert await sends(duly, org) == 1


async def test_the_same_form_sent_twice_sends_one_mail_and_answers_the_same(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    first = await visitor.press(page, "approve", follow=False)
    second = await visitor.press(page, "approve", follow=False)
    assert first.status == second.status == 303
    assert first.response.headers["location"] == second.response.headers["location"]
    assert await sends(duly, org) == 1


async def test_the_page_shows_that_the_mail_was_sent_and_looks_again_no_more(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    await visitor.press(page, "approve")
    async with duly.uows(org.org_id) as uow:
        send = (await uow.session.scalars(select(SendRow))).one()
        send.state, send.sent_at, send.header_message_id = "sent", NOW, "abc@seller.example"
    sent = await visitor.get(f"/cases/{case_id}")
    assert "The mail was sent" in sent.one(".sending h2").text()
    assert "abc@seller.example" in sent.text
    assert not sent.all("meta[http-equiv=refresh]")


async def test_changed_text_goes_out_as_an_edit(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    done = await visitor.press(page, "approve", text=page.fields()["text"] + "\r\nHave a good week.\r\n")
    assert done.path.endswith("done=edited")
    assert await kinds_of_decisions(duly, org) == ["edit"]
    newest = (await drafts(duly, org, case_id))[-1]
    assert newest.text.endswith("\nHave a good week.\n")
    assert "\r" not in newest.text
    assert await sends(duly, org) == 1


async def test_saving_keeps_the_text_and_sends_nothing(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    saved = await visitor.press(page, "save", text=page.fields()["text"] + "\r\nBest wishes")
    assert saved.path.endswith("done=saved")
    assert saved.fields()["text"].endswith("Best wishes")
    assert (await approval(duly, org, case_id)).status == "pending"
    assert await sends(duly, org) == 0


async def test_a_figure_that_the_ledger_lacks_is_refused_and_the_text_stays(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    text = page.fields()["text"] + "\r\nPlease pay 9,999.00 GBP."
    refused = await visitor.press(page, "approve", text=text)
    assert refused.status == 422
    assert "holds what the ledger does not" in refused.one(".notice").text()
    assert "9,999.00" in refused.one(".notice li").text()
    assert refused.fields()["text"] == text
    assert await sends(duly, org) == 0


async def test_a_stranger_as_recipient_is_refused(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    refused = await visitor.press(page, "approve", to="thief@evil.example")
    assert refused.status == 422
    assert refused.fields()["to"] == "thief@evil.example"
    assert await sends(duly, org) == 0


async def test_a_stale_version_shows_todays_state_and_keeps_what_was_typed(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    other = await a_visitor(duly, org, name="Lee")
    theirs = page.fields()["text"] + "\r\nFrom Lee."
    await other.press(await other.get(f"/cases/{case_id}"), "save", text=theirs)
    mine = page.fields()["text"] + "\r\nFrom Kim."
    stale = await visitor.press(page, "approve", text=mine, reason="half a reason")
    assert stale.status == 409
    assert "it changed since you opened the page" in stale.one(".notice").text()
    assert stale.fields()["text"] == mine
    assert stale.fields()["reason"] == "half a reason"
    assert "From Lee." in stale.one(".decide .quoted").text()
    assert await sends(duly, org) == 0
    again = await visitor.press(stale, "approve")
    assert again.path.endswith("done=edited")
    assert (await drafts(duly, org, case_id))[-1].text.endswith("From Kim.")


async def test_a_stale_page_that_nobody_typed_on_shows_todays_draft(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    other = await a_visitor(duly, org, name="Lee")
    await other.press(await other.get(f"/cases/{case_id}"), "save", text=page.fields()["text"] + "\r\nFrom Lee.")
    stale = await visitor.press(page, "approve")
    assert stale.status == 409
    assert stale.fields()["text"].endswith("From Lee.")
    assert await sends(duly, org) == 0


async def test_moved_facts_send_nothing_and_keep_what_was_typed(duly: Duly, org: Org) -> None:
    customer = await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=PROMISE))
    visitor, page = await open_page(duly, org, case_id)
    await a_payment(duly.uows, org, customer=customer, amount="1000.00", on="INV-20417")
    mine = page.fields()["text"] + "\r\nFrom Kim."
    moved = await visitor.press(page, "approve", text=mine)
    assert moved.status == 409
    assert "1840.00 GBP was open, 840.00 GBP is open now" in moved.one(".notice").text()
    assert moved.fields()["text"] == mine
    assert not moved.all("meta[http-equiv=refresh]")
    assert await sends(duly, org) == 0
    assert [b.attributes["value"] for b in moved.all(".decide .buttons button")] == ["look"]
    await duly.runner.run(org.org_id, case_id)
    looked = await visitor.press(moved, "look")
    assert looked.fields()["text"] == mine
    assert "840.00" in looked.one(".decide .quoted").text()
    assert "approve" in [b.attributes["value"] for b in looked.all(".decide .buttons button")]


async def test_pressing_enter_in_a_field_decides_nothing(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    default = page.all("form[data-decide] button")[0]
    assert default.attributes["value"] == "look"
    looked = await visitor.press(page, "look", reason="typed so far")
    assert looked.status == 200
    assert looked.fields()["reason"] == "typed so far"
    assert (await approval(duly, org, case_id)).version == 1


async def test_a_rejection_needs_a_reason(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    refused = await visitor.press(page, "reject", text=page.fields()["text"] + "kept")
    assert refused.status == 422
    assert refused.fields()["text"].endswith("kept")
    done = await visitor.press(refused, "reject", reason="They called, it is settled.")
    assert done.path.endswith("done=rejected")
    assert "They called, it is settled." in done.text
    assert (await approval(duly, org, case_id)).status == "rejected"
    assert await sends(duly, org) == 0


async def test_an_answer_in_own_words_goes_out_instead(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    done = await visitor.press(page, "respond", own_text="Hi Tom,\r\n\r\nthank you for letting us know.\r\n\r\nKim")
    assert done.path.endswith("done=responded")
    assert (await drafts(duly, org, case_id))[-1].text == "Hi Tom,\n\nthank you for letting us know.\n\nKim"
    assert await sends(duly, org) == 1


async def test_handing_on_names_the_colleague(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    done = await visitor.press(page, "reassign", assignee=str(org.user_id))
    assert done.path.endswith("done=reassigned")
    assert "with Ann" in (await visitor.get("/queue")).text
    nobody = await visitor.press(done, "reassign", assignee="")
    assert nobody.status == 422


async def test_viewers_are_not_offered_as_colleagues(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    await a_visitor(duly, org, role=Role.VIEWER, name="Only Reads")
    _, page = await open_page(duly, org, case_id)
    assert "Only Reads" not in page.one("#assignee").text()


async def test_put_off_until_tomorrow_morning_is_nine_in_the_organisations_zone(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    await visitor.press(page, "snooze", snooze="tomorrow")
    row = await approval(duly, org, case_id)
    assert row.status == "snoozed"
    assert row.snoozed_until is not None
    # London is on summer time: nine o'clock there is eight in UTC.
    assert row.snoozed_until.isoformat() == "2026-04-21T08:00:00+00:00"


@pytest.mark.parametrize("at", ["", "2026-04-19T09:00", "9999-12-31T23:59", "soon", "2026-04-21T09:00+02:00"])
async def test_put_off_until_an_impossible_time_is_refused(duly: Duly, org: Org, at: str) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    refused = await visitor.press(page, "snooze", snooze="at", snooze_at=at)
    assert refused.status == 422
    assert (await approval(duly, org, case_id)).status == "pending"


async def test_a_viewer_reads_and_cannot_decide(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    _, page = await open_page(duly, org, case_id)
    viewer, seen = await open_page(duly, org, case_id, Role.VIEWER)
    assert not seen.all("form[data-decide]")
    assert "needs the role collector" in seen.text
    token = seen.fields("header form")["form_token"]
    refused = await viewer.post(f"/cases/{case_id}/decide", page.fields() | {"do": "approve", "form_token": token})
    assert refused.status == 403
    assert "needs the role collector" in refused.text
    assert await sends(duly, org) == 0


@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
async def test_a_form_without_the_sessions_token_is_refused_and_gives_the_text_back(
    duly: Duly, org: Org, token: str | None
) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    fields = page.fields() | {"do": "approve", "text": "My own words"}
    if token is None:
        del fields["form_token"]
    else:
        fields["form_token"] = token
    refused = await visitor.post(f"/cases/{case_id}/decide", fields)
    assert refused.status == 403
    assert "My own words" in refused.one("textarea").text()
    assert await sends(duly, org) == 0


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}]
)
async def test_a_form_from_another_site_is_refused(duly: Duly, org: Org, headers: dict[str, str]) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    fields = page.fields() | {"do": "approve"}
    assert (await visitor.post(f"/cases/{case_id}/decide", fields, headers=headers)).status == 403
    assert await sends(duly, org) == 0


async def test_a_session_that_ended_gives_the_typed_text_back(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    visitor.client.cookies.clear()
    lost = await visitor.press(page, "approve", text="A long answer")
    assert lost.status == 401
    assert "A long answer" in lost.one("textarea").text()
    assert lost.one("a.button").attributes["href"] == f"/sign-in?next=%2Fcases%2F{case_id}"


async def test_a_case_of_another_organisation_does_not_exist(duly: Duly, org: Org, other_org: Org) -> None:
    theirs = await a_case(duly, other_org)
    async with duly.uows(other_org.org_id) as uow:
        account_id = await uow.session.scalar(select(ContactRow.account_id))
    visitor = await a_visitor(duly, org)
    token = (await visitor.get("/queue")).fields("header form")["form_token"]
    for path in (f"/cases/{theirs}", f"/accounts/{account_id}", f"/cases/{theirs}/attachments/0"):
        page = await visitor.get(path)
        assert page.status == 404
        assert "Brightwater" not in page.text
    fields = {"form_token": token, "do": "approve", "version": "1", "key": "k"}
    assert (await visitor.post(f"/cases/{theirs}/decide", fields)).status == 404
    assert await sends(duly, other_org) == 0


@pytest.mark.parametrize(
    "path", ["/cases/not-an-id", "/accounts/1", "/review-items/x", "/cases/01920000-0000-7000-8000-000000000000"]
)
async def test_an_address_of_nothing_is_a_page(duly: Duly, org: Org, path: str) -> None:
    visitor = await a_visitor(duly, org)
    page = await visitor.get(path)
    assert page.status == 404
    assert page.one("h1").text().startswith("There is no such")


HOSTILE = (
    'we will pay invoice INV-20417 on Friday. <script>alert(1)</script> <img src=x onerror="alert(2)">'
    "\n\n</textarea></div><form action=https://evil.example><button>Click</button></form>"
    '\n\nhttps://evil.example/pay "><a href=javascript:alert(3)>x</a> {{ 7*7 }} \u202egpj.exe\u202c ' + "W" * 3_000
)


async def test_hostile_mail_is_shown_as_the_text_it_is(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org, HOSTILE, subject="<b>INV-20417</b> <script>x</script>")
    visitor, page = await open_page(duly, org, case_id)
    raw = page.response.text
    assert [s.attributes.get("src", "").partition("?")[0] for s in page.all("script")] == ["/static/keys.js"]
    assert page.all("img, iframe, style, object, [onerror], [onclick], [style]") == []
    own = re.compile(r"^(/|#)")
    assert [a.attributes["href"] for a in page.all("a") if not own.match(a.attributes["href"] or "")] == []
    assert {f.attributes["action"] for f in page.all("form[action]")} <= {
        "/sign-out", f"/cases/{case_id}/decide", f"/cases/{case_id}/correct",
        *(f"/review-items/{i.id}/settle" for i in await items(duly, org)),
    }  # fmt: skip
    assert "<script>alert(1)</script>" in page.one(".say .mail").text()
    assert "{{ 7*7 }}" in page.one(".say .mail").text()
    assert "\u202e" not in raw
    for path in ("/queue", "/queue?status=person"):
        assert len((await visitor.get(path)).all("script")) == 1


async def test_a_huge_mail_is_shown_up_to_its_bound_with_a_note(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org, "we will pay invoice INV-20417 on Friday.\n" + "so it goes. " * 10_000)
    _, page = await open_page(duly, org, case_id)
    assert len(page.all(".say .mail")[0].text()) == 20_000
    assert "more characters are not shown here" in page.text


async def test_answers_carry_headers_that_keep_pages_from_frames_scripts_and_caches(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    _, page = await open_page(duly, org, case_id)
    headers = page.response.headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    # With `no-referrer` browsers send `Origin: null` with forms, and no form could be told from another site's.
    assert headers["referrer-policy"] == "same-origin"


async def test_every_field_of_a_form_has_a_label(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    _, page = await open_page(duly, org, case_id)
    labelled = {label.attributes.get("for") for label in page.all("label")}
    assert len(page.all("[data-decide] :is(input:not([type=hidden]), textarea, select)")) == 9
    boxes = page.all("label input[type=checkbox]")
    ids = {box.mem_id for box in boxes}
    fields = [f for f in page.all("input:not([type=hidden]), textarea, select") if f.mem_id not in ids]
    fields = [f for f in fields if "aria-label" not in f.attributes]
    assert {field.attributes.get("id") for field in fields} <= labelled


async def test_a_stranger_becomes_a_contact_of_the_customer_whom_a_person_names(duly: Duly, org: Org) -> None:
    await a_customer(duly.uows, org)
    mail = a_mail(to=org.address, text="we pay on Friday", sender="new@stranger.example", subject="Hello")
    case_id = await handle(duly, org, mail)
    visitor, page = await open_page(duly, org, case_id)
    (item,) = await items(duly, org)
    form = f"form[action='/review-items/{item.id}/settle']"
    fields = page.fields(form) | {"settlement": "accept_sender"}
    wrong = await visitor.post(f"/review-items/{item.id}/settle", fields | {"account": "Nobody", "words": "kept"})
    assert wrong.status == 422
    assert wrong.fields(form)["words"] == "kept"
    suggested = page.one(f"#accounts-{item.id} option").attributes["value"]
    assert suggested is not None
    assert suggested.endswith("· Brightwater Kitchens Ltd")
    done = await visitor.post(f"/review-items/{item.id}/settle", fields | {"account": suggested})
    assert done.path == f"/cases/{case_id}?done=settled"
    async with duly.uows(org.org_id) as uow:
        emails = list(await uow.session.scalars(select(ContactRow.email).order_by(ContactRow.email)))
    assert emails == ["new@stranger.example", "tom@brightwater.example"]
    twice = await visitor.post(f"/review-items/{item.id}/settle", fields | {"account": suggested})
    assert twice.path.endswith("done=settled-before")


async def test_a_wish_for_no_more_mail_is_settled_by_what_it_asks_alone(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org, "Please stop emailing us and remove us from your list.")
    visitor, page = await open_page(duly, org, case_id)
    stop = next(item for item in await items(duly, org) if item.kind == "stop_contact")
    buttons = page.all(f"#item-{stop.id} .choices button")
    assert [b.attributes["value"] for b in buttons] == ["confirm_stop", "lift_hold"]
    fields = page.fields(f"form[action='/review-items/{stop.id}/settle']") | {"settlement": "confirm_stop"}
    await visitor.post(f"/review-items/{stop.id}/settle", fields)
    assert "asked not to be written to any more" in (await visitor.get(f"/cases/{case_id}")).text


async def test_the_customers_page_shows_contacts_invoices_and_the_timeline(duly: Duly, org: Org) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    path = page.one("h1 a").attributes["href"]
    assert path is not None
    account = await visitor.get(path)
    assert account.status == 200
    assert "tom@brightwater.example" in account.text
    assert "INV-20417" in account.one("table").text()
    assert "A draft waits for approval" in account.one(".timeline").text()


async def test_an_expired_draft_is_not_approved(duly: Duly, org: Org, clock: FixedClock) -> None:
    case_id = await a_case(duly, org)
    visitor, page = await open_page(duly, org, case_id)
    async with duly.uows(org.org_id) as uow:
        (draft,) = await drafts(duly, org, case_id)
        (await uow.session.merge(draft)).expires_at = NOW + timedelta(hours=1)
    clock.move_to(NOW + timedelta(hours=2))
    refused = await visitor.press(page, "approve")
    assert refused.status == 409
    assert "right on the day it was written" in refused.one(".notice").text()
    assert await sends(duly, org) == 0


async def test_what_goes_out_with_the_draft_can_be_looked_at_before(duly: Duly, org: Org, other_org: Org) -> None:
    case_id = await a_case(duly, org, "Hi, please send us a copy of invoice INV-20417. Thanks, Tom")
    visitor, page = await open_page(duly, org, case_id)
    path = page.one(f"a[href='/cases/{case_id}/attachments/0']").attributes["href"]
    assert path is not None
    file = await visitor.client.get(path)
    assert file.content.startswith(b"%PDF-")
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment; filename=")
    assert (await visitor.get(f"/cases/{case_id}/attachments/9")).status == 404
    assert (await (await a_visitor(duly, other_org)).get(path)).status == 404
