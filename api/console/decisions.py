"""The buttons of a case: approve, save, answer, reject, hand on, put off. Nothing a person typed is lost."""

from dataclasses import dataclass
from typing import assert_never
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.auth import duly_of
from api.console.case_page import Notice, show_case
from api.console.display_text import visible
from api.console.forms import DecisionForm, MailFields, read_decision
from api.console.guard import ConsoleRoute, posted
from api.console.present_case import present_findings
from api.console.snoozing import snooze_until
from api.console.words import sentence
from core.errors import DomainError, InvalidInput, NotFound
from core.ids import ApprovalId, CaseId, UserId
from jobs.duly import Duly
from ledger.commands import decide_approval
from ledger.commands.decide_approval import Decider
from ledger.model.approval import Decided, DecisionOutcome, EditedMail, FactsHaveMoved, TextNotSupported
from ledger.model.errors import AlreadyDecided, StaleVersion
from ledger.model.user import User
from ledger.queries.queue_lookup import approval_of_case, organisation_shown
from ledger.store.codec import findings_out

router = APIRouter(include_in_schema=False, route_class=ConsoleRoute)

#: What the page says after each action.
_DONE = {
    "approve": "approved",
    "edit": "edited",
    "save": "saved",
    "respond": "responded",
    "reject": "rejected",
    "reassign": "reassigned",
    "snooze": "snoozed",
}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One press of a button. `action` is `edit` where the draft was changed before it was approved."""

    duly: Duly
    user: User
    approval_id: ApprovalId
    form: DecisionForm
    zone_name: str

    @property
    def action(self) -> str:
        return "edit" if self.form.action == "approve" and self.form.touched else self.form.action

    @property
    def by(self) -> Decider:
        name, now = self.user.shown_name, self.duly.clock.now()
        return Decider(self.user.user_id, name, self.form.version, now, self.form.decision_key)


@router.post("/cases/{case_id}/decide")
async def decide(request: Request, case_id: UUID) -> Response:
    """Does what the button says, and shows the case; where it could not, with the reason and all that was typed."""
    sent = await posted(request)
    form = read_decision(sent.fields)
    key = CaseId(case_id)
    if form.action == "look":
        notice = Notice("Nothing was decided.", ("Choose one of the buttons.",)) if not form.touched else None
        return await show_case(request, sent.user, key, typed=form, notice=notice)
    duly = duly_of(request)
    async with duly.uows(sent.user.org_id) as uow:
        approval_id = await approval_of_case(uow, key)
        zone_name = (await organisation_shown(uow)).time_zone
    if approval_id is None:
        raise NotFound("approval of case", case_id)
    asked = _Asked(duly, sent.user, approval_id, form, zone_name)
    try:
        outcome = await _run(asked)
    except (StaleVersion, AlreadyDecided) as error:
        if await decide_approval.decided_before(duly.uows, sent.user.org_id, approval_id, asked.by) is not None:
            return _done(key, asked.action)
        return await show_case(request, sent.user, key, typed=form, notice=_overtaken(error), status=409)
    except (InvalidInput, NotFound, DomainError) as error:
        notice = Notice("Nothing was done.", (visible(sentence(str(error))),))
        return await show_case(request, sent.user, key, typed=form, notice=notice, status=422)
    match outcome:
        case Decided():
            return _done(key, asked.action)
        case FactsHaveMoved(moved=moved):
            notice = Notice("Nothing was sent: the facts moved. The mail is being written again.", _visible(moved))
            return await show_case(request, sent.user, key, typed=form, notice=notice, status=409)
        case TextNotSupported(verification=verification):
            findings = present_findings(findings_out(verification.findings))
            notice = Notice("Nothing was sent: the mail holds what the ledger does not.", (), findings)
            return await show_case(request, sent.user, key, typed=form, notice=notice, status=422)
        case _:
            assert_never(outcome)


def _done(case_id: CaseId, action: str) -> Response:
    return RedirectResponse(f"/cases/{case_id}?done={_DONE[action]}", status_code=303)


def _visible(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(visible(sentence(line[:500])) for line in words)


def _overtaken(error: StaleVersion | AlreadyDecided) -> Notice:
    if isinstance(error, AlreadyDecided):
        status = "being rewritten" if error.status == "redrafting" else error.status
        return Notice(
            "Nothing was sent: it is decided already.", (f"The draft is {status}. Below is today's state.",)
        )
    return Notice(
        "Nothing was sent: it changed since you opened the page.",
        ("Below is today's state, with what you typed. Look it over, then decide again.",),
    )


async def _run(asked: _Asked) -> DecisionOutcome:
    """The command behind the button.

    Raises:
        InvalidInput: no such button, or its field is empty.
        StaleVersion, AlreadyDecided, NotFound: nothing was changed.
    """
    duly, org_id, approval_id, by, form = asked.duly, asked.user.org_id, asked.approval_id, asked.by, asked.form
    match asked.action:
        case "approve":
            return await decide_approval.approve(duly.uows, duly.services.verify, org_id, approval_id, by)
        case "save" if not form.touched:
            raise InvalidInput("the draft is as it was: there is nothing to save")
        case "edit" | "save":
            return await decide_approval.edit(
                duly.uows, duly.services.verify, org_id, approval_id, by, _changes(form.mail),
                send=asked.action == "edit",
            )  # fmt: skip
        case "respond":
            changes = EditedMail(text=form.own_text)
            return await decide_approval.edit(
                duly.uows, duly.services.verify, org_id, approval_id, by, changes, decision="respond"
            )
        case "reject":
            return await decide_approval.reject(duly.uows, org_id, approval_id, by, reason=form.reason)
        case "reassign":
            to = UserId(form.assignee_id())
            return await decide_approval.reassign(duly.uows, org_id, approval_id, by, to=to)
        case "snooze":
            until = snooze_until(form.snooze, form.snooze_at, zone_name=asked.zone_name, now=by.now)
            return await decide_approval.snooze(duly.uows, org_id, approval_id, by, until=until)
        case _:
            raise InvalidInput("choose one of the buttons")


def _changes(mail: MailFields) -> EditedMail:
    return EditedMail(text=mail.text, subject=mail.subject, to=mail.to, cc=mail.cc)
