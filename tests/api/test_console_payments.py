"""Posting cash with plain forms: the list, the page, each button once, refusals in words, strangers kept out."""

from datetime import date
from typing import Any

import pytest
from conftest import NOW, Org
from factories.cash import a_line, a_part, ann, money_in
from factories.console import Page, Visitor, a_visitor
from factories.ledger import a_customer
from selectolax.lexbor import LexborNode
from sqlalchemy import func, select

from core.ids import PaymentId, new_id
from jobs.duly import Duly
from ledger.commands.apply_payments import apply_payments
from ledger.commands.decide_payment import confirm_match
from ledger.model.user import Role
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cash import PayerHabitRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.money import InvoiceRow, PaymentRow

LIST = "/payments"
UNKNOWN = {"payer": "Agent Pay BV", "account": "NL02ABNA0123456789", "reference": ""}


async def a_payment(duly: Duly, org: Org, **line: Any) -> PaymentId:
    payment = await money_in(duly.uows, org, a_line(**line))
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    return payment


@pytest.fixture
async def suggested(duly: Duly, org: Org) -> PaymentId:
    """1,840.00 of somebody unknown, beside an open invoice of that amount."""
    await a_customer(duly.uows, org)
    return await a_payment(duly, org, **UNKNOWN)


@pytest.fixture
async def applied(duly: Duly, org: Org) -> PaymentId:
    """Posted by Duly itself: the customer named its invoice."""
    await a_customer(duly.uows, org)
    return await a_payment(duly, org)


@pytest.fixture
async def kim(duly: Duly, org: Org) -> Visitor:
    return await a_visitor(duly, org)


def fields_of(form: LexborNode) -> dict[str, str]:
    return {node.attributes["name"] or "": node.attributes["value"] or "" for node in form.css("input")}


async def press(visitor: Visitor, page: Page, form: str, button: str, *, follow: bool = True, **typed: str) -> Page:
    """Presses a button of a form of the page."""
    node = page.one(form)
    assert button in [one.attributes.get("value") for one in node.css("button")]
    sent = fields_of(node) | {"do": button} | typed
    return await visitor.post(node.attributes["action"] or "", sent, follow=follow)


def form_of_invoice(page: Page, number: str) -> str:
    """The form of the candidate that pays this invoice."""
    for place, card in enumerate(page.all(".candidate")):
        if number in card.text() and card.css("form"):
            found = page.all(".candidate")[place].css("h3")[0].attributes["id"]
            return f'section[aria-labelledby="{found}"] form'
    raise AssertionError(f"no candidate pays {number}")


async def open_balance(duly: Duly, org: Org, number: str = "INV-20417") -> str:
    async with duly.uows(org.org_id) as uow:
        return str(await uow.session.scalar(select(InvoiceRow.open_balance).where(InvoiceRow.number == number)))


async def events(duly: Duly, org: Org, kind: str) -> int:
    async with duly.uows(org.org_id) as uow:
        query = select(func.count()).select_from(TimelineEventRow).where(TimelineEventRow.kind == kind)
        return await uow.session.scalar(query) or 0


async def test_the_list_shows_who_how_much_the_best_candidate_and_why_it_waits(
    kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(LIST)
    row = page.one("[data-row]")
    words = " ".join(row.text(separator=" ").split())
    assert "Agent Pay BV" in words
    assert "1,840.00\N{NO-BREAK SPACE}GBP".replace("\N{NO-BREAK SPACE}", " ") in words
    assert "17 Apr 2026" in words
    assert "Unlikely: INV-20417 of Brightwater Kitchens Ltd" in words
    assert "Nobody could tell whose money it is" in words
    assert row.css("a")[0].attributes["href"] == f"{LIST}/{suggested}"
    assert page.one("nav[aria-label=Main] a[aria-current]").text(separator=" ").split() == [
        "Payments",
        "1",
        "waiting",
    ]


async def test_shelves_hold_what_their_names_say(duly: Duly, org: Org, kim: Visitor, suggested: PaymentId) -> None:
    await a_customer(duly.uows, org, name="Other Ltd", email="o@other.example", invoices={"INV-30001": "75.00"})
    posted = await a_payment(duly, org, amount="75.00", payer="Other Ltd", reference="INV-30001")
    spent = await a_payment(duly, org, amount="-9.90", payer="Office supplies", reference="Card 1234")

    async def shelf(name: str) -> list[str]:
        page = await kim.get(f"{LIST}?status={name}")
        return [(node.attributes["href"] or "").rpartition("/")[2] for node in page.all("[data-open]")]

    assert await shelf("waiting") == [str(suggested)]
    assert await shelf("applied") == [str(posted)]
    assert await shelf("undone") == []
    assert (await shelf("all"))[0] == str(suggested)
    assert set(await shelf("all")) == {str(suggested), str(posted), str(spent)}
    assert "No customer's" in (await kim.get(f"{LIST}/{spent}")).one(".facts-line").text()
    page = await kim.get(f"{LIST}/{posted}")
    await press(kim, page, "form[data-undo]", "undo", reason="wrong month")
    assert await shelf("undone") == [str(posted)]
    assert set(await shelf("waiting")) == {str(suggested), str(posted)}
    page = await kim.get(f"{LIST}/{suggested}")
    await press(kim, page, "form[data-none]", "none", reason="not ours")
    assert await shelf("set_aside") == [str(suggested)]
    assert "Kim: not ours" in (await kim.get(f"{LIST}?status=set_aside")).text
    assert await shelf("nonsense") == [str(posted)]


async def test_money_that_left_waits_where_it_takes_a_payment_back(
    duly: Duly, org: Org, kim: Visitor, applied: PaymentId
) -> None:
    back = await a_payment(duly, org, amount="-1840.00", reference="RETURN", on=date(2026, 4, 18))
    taken = await kim.get(f"{LIST}/{applied}")
    assert "A later bank line took this payment back" in taken.one(".answer-side").text()
    page = await kim.get(f"{LIST}/{back}")
    assert "-1,840.00" in page.one("h1").text()
    shown = await press(kim, page, "form[data-undo]", "undo", reason="it was another payment")
    assert "is taken back, and what it had paid is open again: payment" in shown.one(".candidate.best .alert").text()
    assert f"{LIST}/{applied}" in [node.attributes["href"] for node in shown.one(".candidate.best").css("a")]
    listed = await kim.get(LIST)
    assert [node.attributes["href"] for node in listed.all("[data-open]")] == [f"{LIST}/{back}"]
    assert "Almost certain: takes back payment" in listed.text


async def test_pages_hold_every_payment_once_those_that_wait_first(
    duly: Duly, org: Org, kim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.payments._PAGE", 2)
    await a_customer(duly.uows, org, invoices={"INV-1": "10.00", "INV-2": "20.00", "INV-3": "30.00"})
    done = [
        await a_payment(duly, org, amount=f"{n}0.00", reference=f"INV-{n}", on=date(2026, 4, 16 + n))
        for n in range(1, 4)
    ]
    waiting = [await a_payment(duly, org, amount=f"{n}.00", payer="P", reference="x") for n in range(3, 6)]
    seen: list[str] = []
    path = f"{LIST}?status=all"
    while path:
        page = await kim.get(path)
        seen += [(node.attributes["href"] or "").rpartition("/")[2] for node in page.all("[data-open]")]
        path = next((node.attributes["href"] or "" for node in page.all("a[rel=next]")), "")
    assert (set(seen[:3]), set(seen[3:])) == ({str(one) for one in waiting}, {str(one) for one in done})
    assert len(seen) == 6
    assert (await kim.get(f"{LIST}?cursor=zz")).status == 400


async def test_an_empty_list_says_what_to_do(kim: Visitor) -> None:
    page = await kim.get(LIST)
    assert "duly import bank" in page.one(".empty").text()
    assert "Payments" in page.one("nav[aria-label=Main] a[aria-current]").text()
    assert not page.all("nav[aria-label=Main] .count")
    for shelf in ("applied", "undone", "set_aside", "all"):
        assert (await kim.get(f"{LIST}?status={shelf}")).one(".empty").text()


async def test_the_page_shows_the_line_as_it_came_and_each_candidate(duly: Duly, org: Org, kim: Visitor) -> None:
    await a_customer(duly.uows, org)
    payment = await a_payment(
        duly, org, amount="2540.00", payer="Brightwater", reference="20417\nthank you", account="GB00BUKB1"
    )
    page = await kim.get(f"{LIST}/{payment}")
    assert page.one(".reference").text() == "20417\nthank you"
    for said in ("Brightwater", "GB00BUKB1", "april.csv"):
        assert said in page.one(".line dl").text()
    first, nobody = page.all(".candidate")
    assert "Brightwater Kitchens Ltd" in first.css("h3")[0].text()
    lines = [" ".join(row.text(separator=" ").split()) for row in first.css("tbody tr")]
    assert lines[0].startswith("Pays invoice INV-20417 due 1 Apr 2026")
    assert nobody.css("button") == []
    assert "there is nothing to apply" in nobody.text()


async def test_what_a_candidate_leaves_behind_is_said_before_it_is_applied(
    duly: Duly, org: Org, kim: Visitor
) -> None:
    await a_customer(duly.uows, org)
    payment = await a_payment(duly, org, amount="1540.00", reference="INV-20417 less damaged goods")
    page = await kim.get(f"{LIST}/{payment}")
    assert "Short pay on" in page.one(".parts").text()
    page = await press(kim, page, "form[data-undo]", "undo", reason="look again")
    card = page.one(".candidate.best")
    warning = " ".join(card.css(".alert")[0].text(separator=" ").split())
    assert warning == ("Applying this leaves something behind: 300.00 GBP stays open as a dispute on INV-20417 .")
    assert card.css("ul.reasons li")[0].text() == "INV-20417 named in the reference."
    assert "Almost certain" in card.css("h3")[0].text()


async def test_an_unlikely_candidate_is_never_the_button_that_stands_out(kim: Visitor, suggested: PaymentId) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    assert "Unlikely" in page.all(".candidate")[1].text()
    assert not page.all("main .primary, [data-approve], #confirm-approve")


async def test_a_candidate_is_applied_once_though_sent_twice(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    form = form_of_invoice(page, "INV-20417")
    first = await press(kim, page, form, "apply")
    second = await press(kim, page, form, "apply")
    for done in (first, second):
        assert done.path == f"{LIST}/{suggested}?done=cash-applied"
        assert "Applied." in done.one(".flash").text()
    assert "Confirmed by Kim" in second.text
    assert await open_balance(duly, org) == "0.000000"
    assert await events(duly, org, "payment_applied") == 1
    assert not second.all(".candidate")


async def test_a_form_that_was_overtaken_changes_nothing_and_keeps_the_reason(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    part = a_part("invoice", "INV-20417", "1840.00")
    await confirm_match(duly.uows, org.org_id, suggested, ann(org, 1), parts=[part])
    late = await press(kim, page, "form[data-none]", "none", reason="not theirs")
    assert late.status == 409
    assert "the payment changed since you opened the page" in late.one(".notice").text()
    assert late.fields("form[data-undo]")["reason"] == "not theirs"
    assert late.fields("form[data-undo]")["version"] == "2"
    assert await open_balance(duly, org) == "0.000000"
    form = form_of_invoice(page, "INV-20417")
    assert (await press(kim, page, form, "apply")).status == 409


async def test_what_the_ledger_refuses_is_said_in_words(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    form = form_of_invoice(page, "INV-20417")
    await a_payment(duly, org)
    fresh = await kim.get(f"{LIST}/{suggested}")
    assert "INV-20417 has less open now than this would take" in fresh.text
    assert not fresh.all("[data-apply]")
    refused = await press(kim, page, form, "apply")
    assert refused.status == 422
    assert "INV-20417 has 0.00 GBP open" in refused.one(".notice").text()
    for changed, words in (({"candidate": "7"}, "no candidate 7"), ({"candidate": "-1"}, "choose one of")):
        answer = await press(kim, page, form, "apply", **changed)
        assert (answer.status, words.lower() in answer.one(".notice").text().lower()) == (422, True)
    assert (await press(kim, page, form, "apply", version="x")).status == 400


async def test_none_of_these_needs_a_reason_and_keeps_the_money(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    without = await press(kim, page, "form[data-none]", "none", reason=" ")
    assert (without.status, "Say why" in without.one(".notice").text()) == (422, True)
    done = await press(kim, page, "form[data-none]", "none", reason="a private person's")
    assert done.path == f"{LIST}/{suggested}?done=cash-none"
    assert "Kim said that none fits: a private person's" in done.text
    assert not done.all("form[data-none]")
    again = await press(kim, done, form_of_invoice(done, "INV-20417"), "apply")
    assert again.path == f"{LIST}/{suggested}?done=cash-applied"
    assert await open_balance(duly, org) == "0.000000"


async def test_the_reasons_name_the_customer_and_not_its_number(duly: Duly, org: Org, kim: Visitor) -> None:
    customer = await a_customer(duly.uows, org)
    payment = await a_payment(duly, org, reference="with thanks")
    async with duly.uows(org.org_id) as uow:
        number = (await uow.session.get_one(AccountRow, customer.account_id)).external_id
    for path in (f"{LIST}/{payment}", f"{LIST}?status=all"):
        page = await kim.get(path)
        assert "BRIGHTWATER KITCHENS LTD is Brightwater Kitchens Ltd, known by" in page.text
        assert number not in page.text


async def test_money_of_no_customer_leaves_the_list_and_is_brought_back(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    assert (await press(kim, page, "form[data-ignore]", "ignore", reason="")).status == 422
    for _ in range(2):
        done = await press(kim, page, "form[data-ignore]", "ignore", reason="a tax refund")
        assert done.path == f"{LIST}/{suggested}?done=cash-ignored"
    assert "Kim said that it is none of the customers' money: a tax refund" in done.text
    assert "Not customers' money" in done.one(".facts-line").text()
    assert not (await kim.get(LIST)).all("[data-row]")
    listed = await kim.get(f"{LIST}?status=ignored")
    assert "Kim: a tax refund" in listed.one("[data-row]").text()
    for _ in range(2):
        back = await press(kim, done, "form[data-back]", "back", reason="it was Brightwater's")
        assert back.path == f"{LIST}/{suggested}?done=cash-back"
    assert "Kim brought it back: it was Brightwater's" in back.text
    assert "Not customers' money by Kim : a tax refund" in back.one(".timeline").text(separator=" ").replace(
        "  ", " "
    )
    assert (await kim.get(LIST)).all("[data-row]")
    assert (await events(duly, org, "payment_ignored"), await events(duly, org, "payment_brought_back")) == (1, 1)


async def test_a_payment_that_duly_has_not_looked_at_is_placed_by_a_person(
    duly: Duly, org: Org, kim: Visitor
) -> None:
    await a_customer(duly.uows, org)
    payment = await money_in(duly.uows, org, a_line())
    page = await kim.get(f"{LIST}/{payment}")
    assert "Duly has not looked at it yet" in page.one(".empty").text()
    assert not page.all("form[data-none]")
    assert [node.attributes["href"] for node in page.all(".ways a")] == [f"{LIST}/{payment}/allocate"]
    done = await press(kim, page, "form[data-ignore]", "ignore", reason="ours")
    assert done.path == f"{LIST}/{payment}?done=cash-ignored"


async def test_a_reason_that_was_typed_stands_where_it_was_typed(kim: Visitor, suggested: PaymentId) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    looked = await press(kim, page, "form[data-ignore]", "look", reason="perhaps ours")
    assert looked.fields("form[data-ignore]")["reason"] == "perhaps ours"
    assert looked.fields("form[data-none]")["reason"] == ""
    ids = [node.attributes["id"] for node in looked.all("[id]")]
    assert len(ids) == len(set(ids))


async def test_the_enter_key_decides_nothing(duly: Duly, org: Org, kim: Visitor, suggested: PaymentId) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    looked = await press(kim, page, "form[data-none]", "look", reason="half a thought")
    assert (looked.status, looked.fields("form[data-none]")["reason"]) == (200, "half a thought")
    assert "Nothing was decided" in looked.one(".notice").text()
    assert (await kim.get(LIST)).all("[data-row]")


async def test_a_posting_is_undone_with_a_reason_once(duly: Duly, org: Org, kim: Visitor, applied: PaymentId) -> None:
    page = await kim.get(f"{LIST}/{applied}")
    assert "INV-20417" in page.one(".answer-side").text()
    assert (await press(kim, page, "form[data-undo]", "undo", reason="")).status == 422
    for _ in range(2):
        done = await press(kim, page, "form[data-undo]", "undo", reason="of another <b>company</b>")
        assert done.path == f"{LIST}/{applied}?done=cash-undone"
    assert await open_balance(duly, org) == "1840.000000"
    assert await events(duly, org, "payment_undone") == 1
    assert "Undone by Kim : of another <b>company</b>" in done.text
    assert "Kim took the posting back" in done.text


async def test_what_a_payer_taught_is_shown_and_forgotten(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    page = await kim.get(f"{LIST}/{suggested}")
    done = await press(kim, page, form_of_invoice(page, "INV-20417"), "apply")
    assert "“ Agent Pay BV ” is another name of Brightwater Kitchens Ltd" in done.text
    assert "Account “ NL02ABNA0123456789 ” is an account of Brightwater Kitchens Ltd" in done.text
    form = done.all(".habits form")[0]
    forgotten = await kim.post(form.attributes["action"] or "", fields_of(form) | {"do": "forget"})
    assert forgotten.path == f"{LIST}/{suggested}?done=cash-forgotten"
    assert len(forgotten.all(".habits form")) == 1
    async with duly.uows(org.org_id) as uow:
        left = await uow.session.scalar(
            select(func.count()).select_from(PayerHabitRow).where(PayerHabitRow.removed_at.is_(None))
        )
    assert left == 1
    unknown = fields_of(form) | {"do": "forget", "habit": str(new_id())}
    assert (await kim.post(form.attributes["action"] or "", unknown)).status == 422


async def test_who_may_only_read_sees_no_buttons(duly: Duly, org: Org, suggested: PaymentId) -> None:
    await a_customer(duly.uows, org, name="Other Ltd", email="o@other.example", invoices={"INV-30001": "75.00"})
    posted = await a_payment(duly, org, amount="75.00", payer="Other Ltd", reference="INV-30001")
    viewer = await a_visitor(duly, org, role=Role.VIEWER)
    for payment in (suggested, posted):
        page = await viewer.get(f"{LIST}/{payment}")
        assert (page.status, page.all("main form"), page.all("main button")) == (200, [], [])
    token = (await viewer.get(LIST)).all("input[name=form_token]")[0].attributes["value"] or ""
    sent = {"form_token": token, "version": "1", "do": "apply", "candidate": "0"}
    assert (await viewer.post(f"{LIST}/{suggested}/decide", sent)).status == 403
    assert await open_balance(duly, org) == "1840.000000"


async def test_another_organisations_payment_is_not_there(
    duly: Duly, org: Org, other_org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    stranger = await a_visitor(duly, other_org)
    page = await kim.get(f"{LIST}/{suggested}")
    form = page.one(form_of_invoice(page, "INV-20417"))
    listed = await stranger.get(LIST)
    token = listed.all("input[name=form_token]")[0].attributes["value"] or ""
    assert not listed.all("[data-row]")
    assert (await stranger.get(f"{LIST}/{suggested}")).status == 404
    for action in ("apply", "none", "undo"):
        sent = fields_of(form) | {"form_token": token, "do": action, "reason": "mine"}
        assert (await stranger.post(f"{LIST}/{suggested}/decide", sent)).status == 404
    assert (await stranger.post(f"{LIST}/{suggested}/decide", fields_of(form) | {"do": "apply"})).status == 403
    assert await open_balance(duly, org) == "1840.000000"


async def test_a_hostile_payer_is_text_and_nothing_else(duly: Duly, org: Org, kim: Visitor) -> None:
    await a_customer(duly.uows, org, name='"><img src=x onerror=alert(2)>')
    payer = "<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}moc.live" + "A" * 3_000
    payment = await a_payment(duly, org, payer=payer, reference="<b>INV-20417</b> {{ 7*7 }}" + "x" * 6_000)
    for path in (LIST, f"{LIST}?status=all", f"{LIST}/{payment}"):
        page = await kim.get(path)
        assert page.status == 200
        assert not page.all("main script, main img, main b")
        assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in page.response.text
        assert "A" * 300 not in page.response.text
    assert "<script>alert(1)</script>" in page.one("h1").text()
    assert "{{ 7*7 }}" in page.one(".reference").text()
    assert "more characters are not shown here" in page.text


async def test_the_customers_page_and_the_review_item_lead_to_the_payment(
    duly: Duly, org: Org, kim: Visitor, suggested: PaymentId
) -> None:
    queue = await kim.get("/queue?status=person")
    assert "Payment to place" in queue.text
    item = queue.one("[data-row] a").attributes["href"] or ""
    page = await kim.get(item)
    assert page.path == f"{LIST}/{suggested}"
    await press(kim, page, form_of_invoice(page, "INV-20417"), "apply")
    async with duly.uows(org.org_id) as uow:
        account = await uow.session.scalar(select(PaymentRow.account_id).where(PaymentRow.id == suggested))
    timeline = (await kim.get(f"/accounts/{account}")).one(".timeline")
    assert f"{LIST}/{suggested}" in [node.attributes["href"] for node in timeline.css("a")]


async def test_a_reload_of_an_answer_goes_back_to_the_payment(kim: Visitor, suggested: PaymentId) -> None:
    page = await kim.get(f"{LIST}/{suggested}/decide")
    assert page.path == f"{LIST}/{suggested}"
    assert (await kim.get(f"{LIST}/none-such")).status == 404
