"""The page of one payment: what it needs from the ledger, and the page itself."""

import secrets

from fastapi import Request, Response

from api.auth import duly_of
from api.console.case_page import Notice
from api.console.pages import frame_of, render
from api.console.payment_form import PaymentForm
from api.console.present_payment import present_payment, shown_customers, shown_parts
from core.ids import PaymentId
from ledger.model.user import User
from ledger.queries.payment_context import habits_of_payer, named_documents
from ledger.queries.payment_list import next_to_place
from ledger.queries.payments import PaymentPosition, payment_detail
from ledger.queries.queue_lookup import organisation_shown


async def show_payment(
    request: Request,
    user: User,
    payment_id: PaymentId,
    *,
    typed: PaymentForm | None = None,
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    """Today's state, with the reason that was typed.

    Raises:
        NotFound: no such payment in this organisation.
    """
    async with duly_of(request).uows(user.org_id) as uow:
        organisation = await organisation_shown(uow)
        detail = await payment_detail(uow, payment_id)
        named = await named_documents(uow, shown_parts(detail), shown_customers(detail))
        habits = await habits_of_payer(uow, detail.summary)
        place = PaymentPosition(detail.summary.received_on, detail.summary.payment_id)
        following = await next_to_place(uow, after=place)
    return render(
        "payment.html",
        frame_of(request, user, organisation.name),
        status=status,
        payment=present_payment(detail, named, habits),
        key=secrets.token_urlsafe(12),
        typed=typed,
        notice=notice,
        following=following,
    )
