"""Putting a reading right with plain forms: change, remove, add; nothing typed lost, nothing done twice."""

import pytest
from conftest import Org
from factories.console import Page, Visitor, a_visitor
from factories.ledger import a_customer, a_mail
from graph.running import handle
from sqlalchemy import func, select

from core.ids import CaseId
from jobs.duly import Duly
from ledger.model.user import Role
from ledger.store.tables.cases import SignalRow
from ledger.store.tables.corrections import CorrectionRow, TaughtSentenceRow

TEXT = "Hi,\n\nwe will pay invoice INV-20417 on Friday. It sits under the harvest clause.\n\nTom"
FORM = "form[data-correct]"


async def open_case(duly: Duly, org: Org, role: Role = Role.COLLECTOR) -> tuple[CaseId, Visitor, Page]:
    await a_customer(duly.uows, org)
    case_id = await handle(duly, org, a_mail(to=org.address, text=TEXT))
    visitor = await a_visitor(duly, org, role=role)
    return case_id, visitor, await visitor.get(f"/cases/{case_id}")


def typed(page: Page, **changes: str) -> dict[str, str]:
    """The form as a browser sends it, with its button: boxes that are not ticked are not sent."""
    form = page.one(FORM)
    boxes = {
        str(box.attributes["name"]) for box in form.css("input[type=checkbox]") if "checked" not in box.attributes
    }
    fields = {name: value for name, value in page.fields(FORM).items() if name not in boxes}
    return fields | {"do": "correct"} | changes


async def press(visitor: Visitor, page: Page, *, follow: bool = True, **changes: str) -> Page:
    action = page.one(FORM).attributes["action"]
    assert action is not None
    return await visitor.post(action, typed(page, **changes), follow=follow)


async def signals(duly: Duly, org: Org) -> list[tuple[str, str, list[str]]]:
    async with duly.uows(org.org_id) as uow:
        rows = await uow.session.scalars(select(SignalRow).order_by(SignalRow.position))
        return [(row.intent, row.quote, row.invoices) for row in rows]


async def corrections(duly: Duly, org: Org) -> int:
    async with duly.uows(org.org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(CorrectionRow)) or 0


async def test_a_statement_is_changed_beside_it(duly: Duly, org: Org) -> None:
    case_id, visitor, page = await open_case(duly, org)
    assert "Not right?" in page.one(".signal details summary").text()
    done = await press(visitor, page, s0_intent="dispute", s0_reason="price")
    assert done.path == f"/cases/{case_id}?done=corrected"
    assert "Corrected." in done.one(".flash").text()
    assert not done.all(FORM)
    [(intent, quote, invoices)] = await signals(duly, org)
    assert (intent, invoices) == ("dispute", ["INV-20417"])
    assert "on Friday" in quote
    await duly.runner.run(org.org_id, case_id)
    after = await visitor.get(f"/cases/{case_id}")
    assert "Disputes" in after.one(".signal strong").text()
    assert "corrected by Kim" in after.text
    assert "Written again: Kim corrected what was read" in after.text


async def test_a_statement_that_the_mail_does_not_make_is_removed(duly: Duly, org: Org) -> None:
    _, visitor, page = await open_case(duly, org)
    await press(visitor, page, s0_remove="yes")
    assert await signals(duly, org) == []


async def test_something_missing_is_added_from_a_sentence_and_the_rest_stays(duly: Duly, org: Org) -> None:
    _, visitor, page = await open_case(duly, org)
    before = await signals(duly, org)
    options = [o.text() for o in page.one("select[name=n0_quote]").css("option")]
    number = options.index("It sits under the harvest clause.") - 1
    done = await press(
        visitor, page, n0_quote=str(number), n0_intent="dispute", n0_reason="terms", n0_invoices="INV-20417",
        n0_day="2026-05-01",
    )  # fmt: skip
    assert "done=corrected" in done.path
    assert await signals(duly, org) == [*before, ("dispute", "It sits under the harvest clause.", ["INV-20417"])]


async def test_what_cannot_stand_is_said_and_what_was_typed_is_kept(duly: Duly, org: Org) -> None:
    case_id, visitor, page = await open_case(duly, org)
    done = await press(visitor, page, s0_intent="dispute", s0_invoices="INV-99999", s0_quote="we never said this")
    assert done.status == 422
    assert "its quote does not stand in the mail" in done.one(".notice").text()
    fields = done.fields(FORM)
    assert (fields["s0_intent"], fields["s0_invoices"], fields["s0_quote"]) == (
        "dispute", "INV-99999", "we never said this",
    )  # fmt: skip
    assert await corrections(duly, org) == 0
    again = await press(visitor, done, s0_invoices="INV-20417", s0_quote="pay invoice INV-20417 on Friday")
    assert again.path == f"/cases/{case_id}?done=corrected"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"s0_day": "tomorrow"}, "is no day like"),
        ({"s0_amount": "1.840,00"}, "without grouping"),
        ({"s0_intent": "guess"}, "Choose what the mail says"),
        ({"n0_intent": "question"}, "it rests on no words of the mail"),
        ({}, "nothing to correct"),
    ],
)
async def test_fields_that_cannot_be_understood_are_named(
    duly: Duly, org: Org, changes: dict[str, str], words: str
) -> None:
    _, visitor, page = await open_case(duly, org)
    done = await press(visitor, page, **changes)
    assert (done.status, words in done.one(".notice").text()) == (422, True)
    assert await corrections(duly, org) == 0


async def test_the_same_form_twice_is_one_correction_and_one_answer(duly: Duly, org: Org) -> None:
    _, visitor, page = await open_case(duly, org)
    answers = [await press(visitor, page, follow=False, s0_remove="yes") for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert await corrections(duly, org) == 1


async def test_a_form_that_was_overtaken_corrects_nothing(duly: Duly, org: Org) -> None:
    case_id, visitor, page = await open_case(duly, org)
    await press(visitor, page, s0_remove="yes")
    await duly.runner.run(org.org_id, case_id)
    late = await press(visitor, page, s0_intent="question")
    assert (late.status, "the case went on" in late.text) == (409, True)
    assert await corrections(duly, org) == 1


async def test_the_enter_key_corrects_nothing(duly: Duly, org: Org) -> None:
    _, visitor, page = await open_case(duly, org)
    shown = await press(visitor, page, do="look", s0_invoices="INV-7")
    assert (shown.status, shown.fields(FORM)["s0_invoices"]) == (200, "INV-7")
    assert await corrections(duly, org) == 0


async def test_who_may_only_read_sees_no_form(duly: Duly, org: Org) -> None:
    case_id, visitor, page = await open_case(duly, org, Role.VIEWER)
    assert not page.all(FORM)
    assert (await visitor.post(f"/cases/{case_id}/correct", {"do": "correct", "version": "1"})).status == 403


async def test_another_organisations_case_is_not_there(duly: Duly, org: Org, other_org: Org) -> None:
    case_id, _, page = await open_case(duly, org)
    stranger = await a_visitor(duly, other_org)
    fields = typed(
        page, form_token=(await stranger.get("/queue")).all("input[name=form_token]")[0].attributes["value"]
    )
    assert (await stranger.post(f"/cases/{case_id}/correct", fields)).status == 404


async def test_what_was_learnt_is_listed_and_taken_back(duly: Duly, org: Org) -> None:
    case_id, visitor, page = await open_case(duly, org)
    await press(visitor, page, s0_intent="dispute", s0_reason="price")
    listed = await visitor.get("/corrections")
    assert "is read as Disputes (price)" in listed.text
    form = listed.one(".correction form")
    done = await visitor.post(
        form.attributes["action"] or "",
        {f.attributes["name"] or "": f.attributes["value"] or "" for f in form.css("input")},
    )
    assert done.path == "/corrections?done=unlearned"
    assert "taken back by Kim" in done.text
    assert not done.all(".correction form")
    assert "taken back by Kim" in (await visitor.get(f"/cases/{case_id}")).text
    async with duly.uows(org.org_id) as uow:
        left = await uow.session.scalar(select(func.count()).where(TaughtSentenceRow.retracted_at.is_(None)))
    assert left == 0
