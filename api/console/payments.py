"""The list of payments, and the page of one."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.guard import ConsoleRoute, reader
from api.console.pages import frame_of, render
from api.console.payment_page import show_payment
from api.console.present_payments import customers_of_row, present_row, present_shelves
from api.cursors import read_day_cursor, write_day_cursor
from core.ids import PaymentId
from ledger.queries.payment_context import named_customers
from ledger.queries.payment_list import (
    ListPosition,
    PaymentShelf,
    payment_list,
    payments_set_aside,
    payments_to_place,
)
from ledger.queries.payments import PaymentPosition
from ledger.queries.queue_lookup import organisation_shown

_PAGE = 50
_LONGEST_CURSOR = 500
#: Before the cursor of a page of all payments that ended among those that wait.
_WAITING = "w."
router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)


@router.get("/payments")
async def payments(request: Request, status: str = PaymentShelf.WAITING.value, cursor: str = "") -> Response:
    """One shelf of the list: newest first, of all of them those that wait before the others.

    Raises:
        InvalidInput: the cursor is none of ours.
    """
    user = await reader(request)
    shelf = PaymentShelf(status) if status in list(PaymentShelf) else PaymentShelf.WAITING
    after = _read(cursor[:_LONGEST_CURSOR]) if cursor else None
    async with duly_of(request).uows(user.org_id) as uow:
        organisation = await organisation_shown(uow)
        waiting, set_aside = await payments_to_place(uow), await payments_set_aside(uow)
        page = await payment_list(uow, shelf, limit=_PAGE, after=after)
        named = {one for line in page.lines for one in customers_of_row(line)}
        customers = await named_customers(uow, named)
    following = "" if page.following is None else _write(page.following)
    return render(
        "payments.html",
        frame_of(request, user, organisation.name),
        shelf=shelf.value,
        tabs=present_shelves(shelf, waiting=waiting, set_aside=set_aside),
        rows=[present_row(line, customers) for line in page.lines],
        following=f"/payments?{urlencode({'status': shelf.value, 'cursor': following})}" if following else "",
        is_first=not cursor,
    )


def _write(position: ListPosition) -> str:
    cursor = write_day_cursor(position.place.received_on, position.place.payment_id)
    return f"{_WAITING}{cursor}" if position.waiting else cursor


def _read(cursor: str) -> ListPosition:
    place = PaymentPosition(*read_day_cursor(cursor.removeprefix(_WAITING)))
    return ListPosition(cursor.startswith(_WAITING), place)


@router.get("/payments/{payment_id}")
async def payment(request: Request, payment_id: UUID) -> Response:
    """One payment with its candidates.

    Raises:
        NotFound: no such payment in this organisation.
    """
    user = await reader(request)
    return await show_payment(request, user, PaymentId(payment_id))


@router.get("/payments/{payment_id}/decide")
async def after_reload(request: Request, payment_id: UUID) -> Response:
    """Somebody reloaded the answer to a form by its address."""
    await reader(request)
    return RedirectResponse(f"/payments/{payment_id}", status_code=303)
