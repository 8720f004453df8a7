"""Stating by hand where a payment goes, with plain forms: the customer, its documents, the sum, once."""

from datetime import date
from typing import Any

import pytest
from conftest import NOW, Org
from factories.cash import a_credit, a_line, balances, money_in, proposal_of
from factories.console import Page, Visitor, a_visitor
from factories.ledger import Customer, a_customer
from sqlalchemy import select

from core.ids import PaymentId
from jobs.duly import Duly
from ledger.commands.apply_payments import apply_payments
from ledger.model.user import Role
from ledger.store.tables.history import DisputeRow
from ledger.store.tables.money import AdjustmentRow

INVOICES = {"INV-1": "100.00", "INV-2": "50.00"}


async def a_payment(duly: Duly, org: Org, *, amount: str = "130.00", **line: Any) -> PaymentId:
    told = {"payer": "Agent Pay BV", "reference": "", **line}
    payment = await money_in(duly.uows, org, a_line(amount=amount, **told))
    await apply_payments(duly.uows, org.org_id, [payment], now=NOW)
    return payment


@pytest.fixture
async def customer(duly: Duly, org: Org) -> Customer:
    return await a_customer(duly.uows, org, invoices=INVOICES)


@pytest.fixture
async def payment(duly: Duly, org: Org, customer: Customer) -> PaymentId:
    """130.00 of somebody unknown, beside 150.00 that are open."""
    return await a_payment(duly, org)


@pytest.fixture
async def kim(duly: Duly, org: Org) -> Visitor:
    return await a_visitor(duly, org)


def sheet_path(payment: PaymentId, customer: Customer) -> str:
    return f"/payments/{payment}/allocate?account={customer.account_id}"


def sent_by(page: Page) -> dict[str, str]:
    """The form's fields as a browser sends them: boxes only where they are ticked."""
    form = page.one("form[data-allocate]")
    return {
        node.attributes["name"] or "": node.attributes["value"] or ""
        for node in form.css("input")
        if node.attributes.get("type") != "checkbox" or "checked" in node.attributes
    }


def box_of(page: Page, number: str) -> str:
    """The id of a document's row."""
    for row in page.all(".allocation tbody tr"):
        if row.css("bdi")[0].text() == number:
            return (row.css("input[type=checkbox]")[0].attributes["name"] or "").removeprefix("take.")
    raise AssertionError(f"no row of {number}")


async def press(visitor: Visitor, page: Page, button: str, *ticks: str, rest: bool = False, **typed: str) -> Page:
    """Ticks documents by their numbers, types amounts (`INV_1="90.00"`), and presses a button."""
    sent = sent_by(page) | {"do": button} | ({"on_account": "yes"} if rest else {})
    sent |= {f"take.{box_of(page, number)}": "yes" for number in ticks}
    for name, value in typed.items():
        sent[f"amount.{box_of(page, name.replace('_', '-'))}"] = value
    return await visitor.post(page.one("form[data-allocate]").attributes["action"] or "", sent)


def shown_amounts(page: Page) -> dict[str, str]:
    return {
        row.css("bdi")[0].text(): row.css("input[inputmode]")[0].attributes["value"] or ""
        for row in page.all(".allocation tbody tr")
    }


def left(page: Page) -> str:
    return page.one(".sum .left dd").text().replace("\N{NO-BREAK SPACE}", " ")


async def test_the_customer_is_found_by_name_number_or_as_duly_thought(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    await a_customer(duly.uows, org, name="100% Tiles", email="t@tiles.example", invoices={"T-1": "5.00"})
    page = await kim.get(f"/payments/{payment}")
    link = next(node for node in page.all(".ways a.button") if "yourself" in node.text())
    start = await kim.get(link.attributes["href"] or "")
    assert start.one("form[role=search] input[type=search]").attributes["value"] == ""
    number = (await kim.get(f"/payments/{payment}/allocate?q=kitch")).one(".choices-list .muted").text()
    for typed in ("brightWATER", "itchens", number, number[:4]):
        found = await kim.get(f"/payments/{payment}/allocate?q={typed}")
        assert sheet_path(payment, customer) in [node.attributes["href"] for node in found.all(".choices-list a")]
    assert [
        node.text() for node in (await kim.get(f"/payments/{payment}/allocate?q=100%25")).all(".choices-list a")
    ] == ["100% Tiles"]
    assert "No customer is called so" in (await kim.get(f"/payments/{payment}/allocate?q=zzz")).text


async def test_amounts_are_filled_in_cut_and_the_sum_is_shown(
    kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    assert (shown_amounts(page), left(page)) == ({"INV-1": "100.00", "INV-2": "50.00"}, "130.00 GBP")
    page = await press(kim, page, "sum", "INV-1", "INV-2")
    assert (page.status, shown_amounts(page), left(page)) == (200, {"INV-1": "100.00", "INV-2": "30.00"}, "0.00 GBP")
    page = await press(kim, page, "sum", INV_1="90.00")
    assert (shown_amounts(page), left(page)) == ({"INV-1": "90.00", "INV-2": "40.00"}, "0.00 GBP")
    page = await press(kim, page, "sum")
    assert shown_amounts(page) == {"INV-1": "90.00", "INV-2": "40.00"}


async def test_what_is_stated_is_applied_once_though_sent_twice(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    page = await press(kim, page, "sum", "INV-1", "INV-2", INV_1="95.00", INV_2="30.00")
    for _ in range(2):
        done = await press(kim, page, "apply", rest=True)
        assert done.path == f"/payments/{payment}?done=cash-applied"
    assert "Stated by Kim" in done.text
    now = await balances(duly.uows, org)
    assert (str(now["invoice INV-1 GBP"]), str(now["invoice INV-2 GBP"]), str(now[f"payment {payment}"])) == (
        "5.000000", "20.000000", "5.000000"
    )  # fmt: skip
    assert "On account of" in done.one(".parts").text()


async def test_what_was_deducted_is_booked_or_stays_open_as_a_dispute_with_its_reason(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    first, second = box_of(page, "INV-1"), box_of(page, "INV-2")
    offered = [node.attributes["value"] for node in page.all(f"[name='why.{first}'] option")]
    assert offered[:4] == ["", "discount", "fee", "withholding_tax"]
    chosen = {f"why.{first}": "fee", f"less.{first}": "2.00", f"why.{second}": "short_pay.quality"}
    action = page.one("form[data-allocate]").attributes["action"] or ""
    ticked = {f"take.{first}": "yes", f"take.{second}": "yes", f"amount.{second}": "32.00"}
    page = await kim.post(action, sent_by(page) | ticked | chosen | {"do": "apply"})
    assert (page.status, "follow what is left: INV-1, INV-2" in page.one(".notice").text()) == (422, True)
    assert "18.00 GBP stays open as a dispute on INV-2" in page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert page.one(f"[name='why.{second}'] option[selected]").attributes["value"] == "short_pay.quality"
    done = await kim.post(action, sent_by(page) | chosen | {"do": "apply"})
    assert done.path == f"/payments/{payment}?done=cash-applied"
    now = await balances(duly.uows, org)
    assert [str(now[f"invoice {number} GBP"]) for number in INVOICES] == ["0.000000", "18.000000"]
    async with duly.uows(org.org_id) as uow:
        dispute = (await uow.session.scalars(select(DisputeRow))).one()
        booked = (await uow.session.scalars(select(AdjustmentRow))).one()
    assert (dispute.reason, dispute.invoice_numbers, str(dispute.amount)) == ("quality", ["INV-2"], "18.000000")
    assert (booked.kind, str(booked.amount), booked.allowed_by) == ("bank_fee", "2.000000", "Kim")


async def test_a_deduction_beyond_what_is_open_is_said_at_its_field(
    kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    box = box_of(page, "INV-1")
    sent = {
        f"take.{box}": "yes",
        f"amount.{box}": "99.00",
        f"why.{box}": "discount",
        f"less.{box}": "1.01",
        "do": "sum",
    }
    page = await kim.post(page.one("form[data-allocate]").attributes["action"] or "", sent_by(page) | sent)
    field = page.one("[aria-invalid]")
    assert field.attributes["name"] == f"less.{box}"
    assert (
        page.one(f"[id='{field.attributes['aria-describedby']}']").text() == "only 1.00 GBP is open beside the amount"
    )


async def test_an_amount_that_the_page_had_to_cut_is_shown_before_it_is_applied(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    page = await press(kim, page, "apply", "INV-1", "INV-2")
    assert (page.status, "follow what is left: INV-2" in page.one(".notice").text()) == (422, True)
    assert (await proposal_of(duly.uows, org, payment)).status == "suggested"
    assert (await press(kim, page, "apply")).path == f"/payments/{payment}?done=cash-applied"


async def test_a_credit_note_is_taken_with_the_invoices(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    await a_credit(duly.uows, org, customer.account_id, number="CN-1", amount="20.00")
    page = await kim.get(sheet_path(payment, customer))
    assert list(shown_amounts(page)) == ["CN-1", "INV-1", "INV-2"]
    done = await press(kim, page, "apply", "CN-1", "INV-1", "INV-2")
    assert done.path == f"/payments/{payment}?done=cash-applied"
    now = await balances(duly.uows, org)
    assert [
        str(now[key]) for key in ("credit CN-1", "invoice INV-1 GBP", "invoice INV-2 GBP", f"payment {payment}")
    ] == ["0.000000"] * 4


@pytest.mark.parametrize(
    ("ticks", "typed", "words"),
    [
        ([], {}, "130.00 GBP is left: leave it on account, or tick more"),
        (["INV-1"], {"INV_1": "1.000,00"}, "write an amount like 1250.00, without grouping"),
        (["INV-1"], {"INV_1": "100.01"}, "only 100.00 GBP is open"),
        (["INV-1", "INV-2"], {"INV_1": "99.00", "INV_2": "49.00"}, "18.00 GBP more than the payment has"),
    ],
)
async def test_what_does_not_add_up_is_refused_with_words_at_the_field(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId, ticks: list[str],
    typed: dict[str, str], words: str,
) -> None:  # fmt: skip
    page = await press(kim, await kim.get(sheet_path(payment, customer)), "apply", *ticks, **typed)
    field = page.one("[aria-invalid]")
    assert page.status == 422
    assert page.one(f"[id='{field.attributes['aria-describedby']}']").text() == words
    assert words in page.one(".notice").text()
    assert {name.replace("_", "-"): value for name, value in typed.items()}.items() <= shown_amounts(page).items()
    assert str((await balances(duly.uows, org))[f"payment {payment}"]) == "130.000000"


async def test_the_enter_key_works_the_sum_out_and_applies_nothing(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    assert page.all("form[data-allocate] button")[0].attributes["value"] == "sum"
    await press(kim, page, "sum", "INV-1", rest=True)
    assert (await proposal_of(duly.uows, org, payment)).status == "suggested"


async def test_a_form_that_was_overtaken_changes_nothing_and_keeps_what_was_ticked(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    shown = await kim.get(f"/payments/{payment}")
    sent = {
        node.attributes["name"] or "": node.attributes["value"] or ""
        for node in shown.one("form[data-none]").css("input")
    }
    await kim.post(f"/payments/{payment}/decide", sent | {"do": "none", "reason": "not theirs"})
    late = await press(kim, page, "apply", "INV-1", rest=True)
    assert (late.status, "changed since you opened the page" in late.one(".notice").text()) == (409, True)
    assert sent_by(late)["version"] == "2"
    assert f"take.{box_of(late, 'INV-1')}" in sent_by(late)
    done = await press(kim, late, "apply")
    assert done.path == f"/payments/{payment}?done=cash-applied"
    again = await press(kim, late, "apply", INV_1="10.00")
    assert again.status == 409
    assert (await kim.get(sheet_path(payment, customer))).path == f"/payments/{payment}"


async def test_a_document_that_was_paid_meanwhile_is_missed_aloud(
    duly: Duly, org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    await a_payment(duly, org, amount="50.00", payer="BRIGHTWATER KITCHENS LTD", reference="INV-2")
    late = await press(kim, page, "apply", "INV-1", "INV-2", rest=True)
    assert (late.status, "nothing is open any more" in late.one(".notice").text()) == (422, True)
    assert list(shown_amounts(late)) == ["INV-1"]


async def test_a_long_list_has_pages_and_a_search_and_what_is_ticked_stays(
    duly: Duly, org: Org, kim: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.console.allocating._PAGE", 3)
    many = await a_customer(
        duly.uows, org, name="Many Ltd", email="m@many.example", invoices={f"M-{n}": "10.00" for n in range(1, 9)}
    )
    payment = await a_payment(duly, org, amount="20.00")
    page = await kim.get(sheet_path(payment, many))
    assert list(shown_amounts(page)) == ["M-1", "M-2", "M-3"]
    page = await press(kim, page, "next", "M-2")
    assert list(shown_amounts(page)) == ["M-2", "M-4", "M-5", "M-6"]
    form = sent_by(page) | {"do": "find", "find": "m-8"}
    page = await kim.post(page.one("form[data-allocate]").attributes["action"] or "", form)
    assert list(shown_amounts(page)) == ["M-2", "M-8"]
    done = await press(kim, page, "apply", "M-8")
    assert done.path == f"/payments/{payment}?done=cash-applied"


async def test_money_that_left_takes_credit_notes_and_cash_on_account_only(
    duly: Duly, org: Org, kim: Visitor, customer: Customer
) -> None:
    await a_credit(duly.uows, org, customer.account_id, number="CN-1", amount="20.00")
    out = await a_payment(duly, org, amount="-50.00", payer="Somebody", on=date(2026, 4, 18))
    page = await kim.get(sheet_path(out, customer))
    assert shown_amounts(page) == {"CN-1": "20.00"}
    refused = await press(kim, page, "apply", "CN-1", rest=True)
    assert (refused.status, refused.one(".notice").text().count("Brightwater Kitchens Ltd")) == (422, 1)
    assert "30.00 GBP less on account than this takes" in refused.one(".notice").text()


async def test_another_currency_is_said_and_not_offered(
    duly: Duly, org: Org, kim: Visitor, customer: Customer
) -> None:
    payment = await a_payment(duly, org, currency="EUR")
    page = await kim.get(sheet_path(payment, customer))
    assert not page.all(".allocation")
    assert "2 open documents in other currencies are not shown" in page.text
    done = await press(kim, page, "apply", rest=True)
    assert done.path == f"/payments/{payment}?done=cash-applied"


async def test_readers_strangers_and_other_sites_state_nothing(
    duly: Duly, org: Org, other_org: Org, kim: Visitor, customer: Customer, payment: PaymentId
) -> None:
    page = await kim.get(sheet_path(payment, customer))
    stranger, viewer = await a_visitor(duly, other_org), await a_visitor(duly, org, role=Role.VIEWER)
    assert (await stranger.get(sheet_path(payment, customer))).status == 404
    assert (await viewer.get(sheet_path(payment, customer))).status == 403
    path, sent = page.one("form[data-allocate]").attributes["action"] or "", sent_by(page) | {"do": "apply"}
    token = (await viewer.get("/payments")).all("input[name=form_token]")[0].attributes["value"] or ""
    assert (await viewer.post(path, sent | {"form_token": token})).status == 403
    assert (await stranger.post(path, sent)).status == 403
    token = (await stranger.get("/payments")).all("input[name=form_token]")[0].attributes["value"] or ""
    assert (await stranger.post(path, sent | {"form_token": token})).status == 404
    assert (await kim.post(path, sent | {"form_token": "x"})).status == 403
    assert (await kim.post(path, sent, headers={"Sec-Fetch-Site": "cross-site"})).status == 403
    theirs = await a_customer(duly.uows, other_org, name="Theirs Ltd", invoices={"X-1": "5.00"})
    assert (await kim.get(sheet_path(payment, theirs))).status == 404
    assert str((await balances(duly.uows, org))[f"payment {payment}"]) == "130.000000"
