"""The pages of review items and the ways to settle them."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.case_page import Notice
from api.console.display_text import visible
from api.console.forms import SettleForm, read_settlement
from api.console.guard import ConsoleRoute, posted, reader
from api.console.pages import frame_of, render
from api.console.present_item import present_item_card
from api.console.words import sentence
from core.errors import DomainError, InvalidInput, NotFound
from core.ids import AccountId, CaseId, ReviewItemId
from ledger.commands.settle_review_item import SettleItem, Settlement, settle_review_item
from ledger.model.errors import AlreadyDecided
from ledger.model.user import User
from ledger.queries.account_lookup import account_named, likely_accounts
from ledger.queries.approval_queue import case_shown
from ledger.queries.queue_lookup import organisation_shown
from ledger.queries.worklist import review_item
from ledger.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.get("/review-items/{item_id}")
async def item(request: Request, item_id: UUID) -> Response:
    """One item; an open one of a case is shown with its case, one of a payment with its payment."""
    user = await reader(request)
    async with duly_of(request).uows(user.org_id) as uow:
        shown = await review_item(uow, ReviewItemId(item_id))
    if shown.case_id is not None and shown.state == "open":
        return RedirectResponse(f"/cases/{shown.case_id}#item-{item_id}", status_code=303)
    payment_id = shown.facts.get("payment_id")
    if shown.kind == "payment" and payment_id and shown.state == "open":
        return RedirectResponse(f"/payments/{payment_id}", status_code=303)
    return await _page(request, user, ReviewItemId(item_id))


@router.get("/review-items/{item_id}/settle")
async def after_reload(request: Request, item_id: UUID) -> Response:
    """Somebody reloaded the answer to a form by its address."""
    await reader(request)
    return RedirectResponse(f"/review-items/{item_id}", status_code=303)


@router.post("/review-items/{item_id}/settle")
async def settle(request: Request, item_id: UUID) -> Response:
    """Settles the item, and goes back to its case or to the list."""
    sent = await posted(request)
    duly, user, key = duly_of(request), sent.user, ReviewItemId(item_id)
    form: SettleForm | None = None
    try:
        form = read_settlement(sent.fields)
        async with duly.uows(user.org_id) as uow:
            case_id = (await review_item(uow, key)).case_id
            account_id = await _account(uow, form)
        how = SettleItem(form.settlement, form.words, account_id)
        await settle_review_item(duly.uows, user.org_id, key, how, actor=user.shown_name, now=duly.clock.now())
    except AlreadyDecided:
        return RedirectResponse(f"{_after(case_id)}done=settled-before", status_code=303)
    except (InvalidInput, NotFound, DomainError) as error:
        notice = Notice("Nothing was done.", (visible(sentence(str(error))),))
        return await _page(request, user, key, notice=notice, typed=form, status=422)
    return RedirectResponse(f"{_after(case_id)}done=settled", status_code=303)


def _after(case_id: UUID | None) -> str:
    return "/queue?status=person&" if case_id is None else f"/cases/{case_id}?"


async def _account(uow: UnitOfWork, form: SettleForm) -> AccountId | None:
    """The customer that the person named, where accepting a sender takes one."""
    if form.settlement is not Settlement.ACCEPT_SENDER or not form.account:
        return None
    return await account_named(uow, form.account)


async def _page(
    request: Request,
    user: User,
    item_id: ReviewItemId,
    *,
    notice: Notice | None = None,
    typed: SettleForm | None = None,
    status: int = 200,
) -> Response:
    """The item on a page of its own, with what was typed."""
    async with duly_of(request).uows(user.org_id) as uow:
        shown = await review_item(uow, item_id)
        organisation = await organisation_shown(uow)
        case = None if shown.case_id is None else await case_shown(uow, CaseId(shown.case_id))
        doubted = case is not None and bool(case.message_details.get("doubts"))
        in_doubt = doubted or (
            case is not None and (case.account_id is None or bool(case.message_details.get("trouble")))
        )
        accounts = await likely_accounts(uow, case.message.sender) if case is not None and in_doubt else ()
    return render(
        "review_item.html",
        frame_of(request, user, organisation.name),
        status=status,
        item=present_item_card(shown, sender_in_doubt=in_doubt, mail_doubted=doubted),
        accounts=accounts,
        notice=notice,
        typed=typed,
    )
