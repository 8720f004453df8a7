"""Stating by hand where a payment goes: the customer, then its documents. What adds up is applied, once."""

import secrets
from dataclasses import dataclass, replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of, require
from api.console.allocation_form import AllocationForm, read_allocation
from api.console.allocation_sum import Allocation, work_out
from api.console.case_page import Notice
from api.console.deductions import BOOKED, LEFT_OPEN
from api.console.display_text import visible
from api.console.guard import ConsoleRoute, posted, reader
from api.console.pages import frame_of, render
from api.console.payment_decisions import OVERTAKEN
from api.console.payment_page import show_payment
from api.console.present_payment import PaymentShown, present_payment, shown_customers, shown_parts
from api.console.words import sentence
from core.errors import DomainError, InvalidInput, NotFound
from core.ids import AccountId, PaymentId
from ledger.commands.decide_payment import confirm_match, decided_before
from ledger.model.cash import CashDecider
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.user import Role, User
from ledger.queries.account_lookup import AccountChoice, account_choice, accounts_like
from ledger.queries.open_documents import DocumentsWanted, OpenDocuments, open_documents
from ledger.queries.payment_context import named_documents
from ledger.queries.payments import payment_detail
from ledger.queries.queue_lookup import organisation_shown
from ledger.store.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)

#: Credit notes, and invoices, of one page; those that are ticked stay on it.
_PAGE = 100
_MOST_CUSTOMERS = 20
#: Six fields an invoice and three a credit note of a full page with everything ticked, and the form's own.
_MOST_FIELDS = 2_300
#: As the form offers them.
_DEDUCTIONS = (("Lowers the invoice", BOOKED), ("Stays open, as a dispute", LEFT_OPEN))
_LONGEST_LINE = 500
#: Buttons after which the page says what does not add up; looking at other documents is no occasion.
_CHECKED = ("sum", "apply")


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A payment beside one customer's documents, and what the form adds up to."""

    payment: PaymentShown
    organisation: str
    customer: AccountChoice
    documents: OpenDocuments
    form: AllocationForm
    allocation: Allocation
    #: Documents that were ticked and have nothing open any more.
    gone: int


@router.get("/payments/{payment_id}/allocate")
async def allocate(request: Request, payment_id: UUID, q: str = "", account: UUID | None = None) -> Response:
    """The customers to choose from, or the documents of the one that was chosen.

    Raises:
        Problem: 403, for whoever may not post cash.
        NotFound: no such payment or customer in this organisation.
    """
    user = await reader(request)
    require(user, Role.COLLECTOR)
    key = PaymentId(payment_id)
    async with duly_of(request).uows(user.org_id) as uow:
        payment = await _payment(uow, key)
        if not payment.may_place:
            return RedirectResponse(f"/payments/{payment_id}", status_code=303)
        if account is None:
            return await _customers(request, uow, user, payment, q[:120].strip())
        form = AllocationForm(version=payment.version, key=secrets.token_urlsafe(12))
        sheet = await _sheet(uow, payment, AccountId(account), form)
    return _page(request, user, sheet)


@router.post("/payments/{payment_id}/allocate")
async def state(request: Request, payment_id: UUID, account: UUID) -> Response:
    """Does what the button says: works the sum out, shows other documents, or applies what adds up."""
    sent = await posted(request, most_fields=_MOST_FIELDS)
    asked = _Asked(request, sent.user, PaymentId(payment_id), AccountId(account), read_allocation(sent.fields))
    if asked.form.action == "apply" and await asked.was_done():
        return asked.done()
    sheet = await asked.sheet()
    if sheet is None:
        return await show_payment(request, sent.user, asked.payment_id, notice=OVERTAKEN, status=409)
    if asked.form.action != "apply":
        return _page(request, sent.user, sheet)
    if asked.form.version != sheet.payment.version:
        return _page(request, sent.user, sheet, OVERTAKEN, 409)
    refusal = _refusal(sheet)
    return await _apply(asked, sheet) if refusal is None else _page(request, sent.user, sheet, refusal, 422)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One press of a button of the form."""

    request: Request
    user: User
    payment_id: PaymentId
    account_id: AccountId
    form: AllocationForm

    @property
    def by(self) -> CashDecider:
        now = duly_of(self.request).clock.now()
        return CashDecider(self.user.user_id, self.user.shown_name, self.form.version, now, self.form.decision_key)

    async def was_done(self) -> bool:
        """Whether this very form was applied before: a second press is the same decision."""
        uows = duly_of(self.request).uows
        return await decided_before(uows, self.user.org_id, self.payment_id, self.by) is not None

    async def sheet(self) -> _Sheet | None:
        """The form as it adds up now; None where the payment is not to be placed any more."""
        async with duly_of(self.request).uows(self.user.org_id) as uow:
            payment = await _payment(uow, self.payment_id)
            return await _sheet(uow, payment, self.account_id, _turned(self.form)) if payment.may_place else None

    def done(self) -> Response:
        return RedirectResponse(f"/payments/{self.payment_id}?done=cash-applied", status_code=303)


async def _apply(asked: _Asked, sheet: _Sheet) -> Response:
    """Posts what the form states; where the ledger refuses it, the page again with its words."""
    request, user, parts = asked.request, asked.user, sheet.allocation.parts(sheet.customer.external_id)
    try:
        await confirm_match(duly_of(request).uows, user.org_id, asked.payment_id, asked.by, parts=parts)
    except (StaleVersion, AlreadyDecided):
        if not await asked.was_done():
            return await show_payment(request, user, asked.payment_id, notice=OVERTAKEN, status=409)
    except (InvalidInput, NotFound, DomainError) as error:
        return _page(request, user, sheet, _refused(error, sheet.customer), 422)
    return asked.done()


async def _payment(uow: UnitOfWork, payment_id: PaymentId) -> PaymentShown:
    detail = await payment_detail(uow, payment_id)
    named = await named_documents(uow, shown_parts(detail), shown_customers(detail))
    return present_payment(detail, named, ())


async def _customers(request: Request, uow: UnitOfWork, user: User, payment: PaymentShown, typed: str) -> Response:
    """The page that asks for the customer, with those whom Duly thought of."""
    likely = {one.account_id: one.name for card in payment.candidates for one in card.customers}
    if payment.account_id is not None:
        likely = {payment.account_id: payment.customer} | likely
    organisation = await organisation_shown(uow)
    found = await accounts_like(uow, typed, limit=_MOST_CUSTOMERS + 1)
    return render(
        "allocate_customer.html",
        frame_of(request, user, organisation.name),
        payment=payment,
        typed=typed,
        likely=list(likely.items()),
        found=found[:_MOST_CUSTOMERS],
        more=len(found) > _MOST_CUSTOMERS,
    )


async def _sheet(uow: UnitOfWork, payment: PaymentShown, account_id: AccountId, form: AllocationForm) -> _Sheet:
    wanted = DocumentsWanted(
        account_id=account_id,
        currency=payment.amount.currency,
        with_invoices=payment.amount.amount > 0,
        find=form.find,
        page=form.page,
        kept=form.ticked,
    )
    documents = await open_documents(uow, wanted, limit=_PAGE)
    return _Sheet(
        payment=payment,
        organisation=(await organisation_shown(uow)).name,
        customer=await account_choice(uow, account_id),
        documents=documents,
        form=form,
        allocation=work_out(payment.amount, documents.documents, form),
        gone=len(set(form.ticked) - {one.document_id for one in documents.documents}),
    )


def _turned(form: AllocationForm) -> AllocationForm:
    """With the page of documents that the button asks for; another search begins at the first one."""
    match form.action:
        case "next":
            return replace(form, page=form.page + 1)
        case "back":
            return replace(form, page=max(0, form.page - 1))
        case "find":
            return replace(form, page=0)
        case _:
            return form


def _refusal(sheet: _Sheet) -> Notice | None:
    """Why the form is not applied as it stands."""
    allocation, lines = sheet.allocation, []
    if sheet.gone:
        lines.append(f"Of {sheet.gone} that you had ticked, nothing is open any more: they are gone from the list.")
    lines += [visible(sentence(one)) for one in allocation.wrong]
    if lines:
        return Notice("Nothing was applied: it does not add up.", tuple(lines))
    if allocation.changed:
        which = visible(", ".join(allocation.changed[:10]))
        words = f"Amounts that you had not written follow what is left: {which}. Look them over, then apply."
        return Notice("Nothing was applied yet.", (words,))
    return None


def _refused(error: Exception, customer: AccountChoice) -> Notice:
    words = str(error).replace(f"customer {customer.external_id}", customer.name)[:_LONGEST_LINE]
    return Notice("Nothing was applied.", (visible(sentence(words)),))


def _page(request: Request, user: User, sheet: _Sheet, notice: Notice | None = None, status: int = 200) -> Response:
    payment_id, form = sheet.payment.payment_id, sheet.form
    return render(
        "allocate.html",
        frame_of(request, user, sheet.organisation),
        status=status,
        payment=sheet.payment,
        customer=sheet.customer,
        sheet=sheet,
        form=form,
        allocation=sheet.allocation,
        deductions=_DEDUCTIONS,
        is_checked=form.action in _CHECKED,
        is_out=sheet.payment.amount.amount < 0,
        action=f"/payments/{payment_id}/allocate?{urlencode({'account': str(sheet.customer.account_id)})}",
        notice=notice,
    )
