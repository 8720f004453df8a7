"""The buttons of a payment: apply, none of these, ignore, bring back, undo, forget a habit. Each acts once."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.case_page import Notice
from api.console.display_text import visible
from api.console.guard import ConsoleRoute, posted
from api.console.payment_form import PaymentForm, read_payment_form
from api.console.payment_page import show_payment
from api.console.words import sentence
from core.errors import DomainError, InvalidInput, NotFound
from core.ids import PaymentId
from jobs.duly import Duly
from ledger.commands import decide_payment
from ledger.commands.ignore_payment import bring_back_payment, ignore_payment
from ledger.commands.teach_payer import remove_habit
from ledger.model.cash import CashDecider
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.user import User

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)

#: What the page says after each action.
_DONE = {
    "apply": "cash-applied",
    "none": "cash-none",
    "ignore": "cash-ignored",
    "back": "cash-back",
    "undo": "cash-undone",
    "forget": "cash-forgotten",
}
_LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class _Asked:
    """One press of a button."""

    duly: Duly
    user: User
    payment_id: PaymentId
    form: PaymentForm

    @property
    def by(self) -> CashDecider:
        name, now = self.user.shown_name, self.duly.clock.now()
        return CashDecider(self.user.user_id, name, self.form.version, now, self.form.decision_key)


@router.post("/payments/{payment_id}/decide")
async def decide(request: Request, payment_id: UUID) -> Response:
    """Does what the button says, and shows the payment; where it could not, with the reason and what was typed."""
    sent = await posted(request)
    form = read_payment_form(sent.fields)
    duly, key = duly_of(request), PaymentId(payment_id)
    if form.action == "look":
        notice = Notice("Nothing was decided.", ("Choose one of the buttons.",))
        return await show_payment(request, sent.user, key, typed=form, notice=notice)
    asked = _Asked(duly, sent.user, key, form)
    try:
        await _run(asked)
    except (StaleVersion, AlreadyDecided):
        if await decide_payment.decided_before(duly.uows, sent.user.org_id, key, asked.by) is None:
            return await show_payment(request, sent.user, key, typed=form, notice=OVERTAKEN, status=409)
    except (InvalidInput, NotFound, DomainError) as error:
        notice = Notice("Nothing was done.", (visible(sentence(str(error)[:_LONGEST_LINE])),))
        return await show_payment(request, sent.user, key, typed=form, notice=notice, status=422)
    return RedirectResponse(f"/payments/{payment_id}?done={_DONE[form.action]}", status_code=303)


OVERTAKEN = Notice(
    "Nothing was done: the payment changed since you opened the page.",
    ("Below is today's state, with what you typed. Look it over, then decide again.",),
)


async def _run(asked: _Asked) -> None:
    """The command behind the button.

    Raises:
        InvalidInput: no such button, or its field is empty.
        StaleVersion, AlreadyDecided, NotFound, CannotPost, CannotUndo: nothing was changed.
    """
    uows, org_id, payment_id, by, form = (
        asked.duly.uows, asked.user.org_id, asked.payment_id, asked.by, asked.form,
    )  # fmt: skip
    match form.action:
        case "apply":
            await decide_payment.confirm_match(uows, org_id, payment_id, by, candidate=form.candidate_number())
        case "none":
            await decide_payment.reject_match(uows, org_id, payment_id, by, reason=form.reason)
        case "ignore":
            await ignore_payment(uows, org_id, payment_id, by, reason=form.reason)
        case "back":
            await bring_back_payment(uows, org_id, payment_id, by, reason=form.reason)
        case "undo":
            await decide_payment.undo_match(uows, org_id, payment_id, by, reason=form.reason)
        case "forget":
            await remove_habit(uows, org_id, form.habit_id(), by=by.name, now=by.now)
        case _:
            raise InvalidInput("choose one of the buttons")
