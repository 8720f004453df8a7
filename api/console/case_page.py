"""One case as a page: reads everything it shows in one transaction, and keeps what the person typed."""

import math
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Request, Response

from agent.reading.local.sentences import sentences_of
from api.auth import duly_of
from api.console.correction_form import (
    DOCUMENTS,
    INTENTS,
    REASONS,
    CorrectionFields,
    CorrectionForm,
    fields_for,
)
from api.console.display_text import visible
from api.console.forms import DecisionForm, MailFields
from api.console.pages import Frame, frame_of, render
from api.console.present_case import (
    FindingLine,
    ReplyShown,
    Sending,
    SignalCard,
    draft_attachments,
    present_decisions,
    present_findings,
    present_reply,
    present_sending,
    present_signal,
    present_supports,
)
from api.console.present_corrections import CorrectionLine, present_correction
from api.console.present_facts import FactsShown, present_facts
from api.console.present_item import ItemCard, present_item_card
from api.console.snoozing import PRESETS
from api.console.words import (
    action_words,
    case_state_words,
    language_name,
    reader_words,
    sentence,
    status_words,
    writer_words,
)
from core.ids import AccountId, CaseId
from ledger.model.correction import MOST_SIGNALS
from ledger.model.user import User
from ledger.queries.account_lookup import AccountChoice, likely_accounts
from ledger.queries.approval_queue import ApprovalSummary, CaseShown, DraftShown, approval_detail, case_shown
from ledger.queries.corrections import list_corrections
from ledger.queries.queue_lookup import (
    OrganisationShown,
    UserChoice,
    approval_of_case,
    next_to_decide,
    organisation_shown,
    users_who_decide,
)
from ledger.queries.worklist import ReviewItemShown, open_review_items
from ledger.store.account_snapshot import account_snapshot
from ledger.store.unit_of_work import UnitOfWork

_MOST_ITEMS = 20
_MOST_CORRECTIONS = 10
#: While a mail is on its way the page asks again: often at first, then seldom.
_REFRESH_SECONDS, _REFRESH_LATER_SECONDS, _REFRESH_OFTEN_FOR = 2, 15, 120
#: While it can be taken back, seldom enough that the button is there to be pressed; while it waits, seldom.
_REFRESH_UNDO, _REFRESH_WAITING = 5, 60


@dataclass(frozen=True, slots=True)
class CaseData:
    """What was read of one case, at one instant. `approval` is None where no draft waits or waited."""

    case: CaseShown
    approval: ApprovalSummary | None
    facts: FactsShown | None
    customer: str
    cards: tuple[SignalCard, ...]
    reply: ReplyShown
    items: tuple[ReviewItemShown, ...]
    users: tuple[UserChoice, ...]
    accounts: tuple[AccountChoice, ...]
    organisation: OrganisationShown
    next_case: UUID | None
    #: ISO 4217, the account's; empty for a stranger.
    currency: str
    #: What a statement may rest on: the sentences of the mail, and its subject.
    sentences: tuple[str, ...]
    corrections: tuple[CorrectionLine, ...]

    @property
    def waits(self) -> bool:
        """Whether a person may decide on the draft now."""
        return self.approval is not None and self.approval.status in ("pending", "snoozed")


@dataclass(frozen=True, slots=True)
class Notice:
    """What stands on top of a page that was asked to do something and did not."""

    title: str
    lines: tuple[str, ...] = ()
    findings: tuple[FindingLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftFields:
    """The fields of the decision form as they are shown, typed text included. `open` names the unfolded part."""

    version: int
    key: str
    shown: str
    to: str
    cc: str
    subject: str
    text: str
    rows: int
    typed: bool
    own_text: str = ""
    reason: str = ""
    assignee: str = ""
    snooze: str = ""
    snooze_at: str = ""
    open: str = ""


async def load_case(uow: UnitOfWork, case_id: CaseId, *, now: datetime) -> CaseData:
    """Everything about one case.

    Raises:
        NotFound: no such case in this organisation.
    """
    approval_id = await approval_of_case(uow, case_id)
    if approval_id is None:
        case, approval = await case_shown(uow, case_id), None
    else:
        detail = await approval_detail(uow, approval_id)
        case, approval = detail.case, detail.summary
    snapshot = None
    if case.account_id is not None:
        snapshot = await account_snapshot(
            uow,
            AccountId(case.account_id),
            mailbox_id=case.message.mailbox_id,
            conversation_id=case.message.conversation_id,
            now=now,
        )
    items = await open_review_items(uow, limit=_MOST_ITEMS, case_id=case_id)
    cards = tuple(present_signal(signal, case.message.reply_text) for signal in case.signals)
    named = {number for signal in case.signals for number in signal.invoices} | _named_in_decision(case)
    return CaseData(
        case=case,
        approval=approval,
        facts=None if snapshot is None else present_facts(snapshot, named),
        customer=snapshot.account.name if snapshot is not None else "",
        cards=cards,
        reply=present_reply(case, cards, snapshot.thread if snapshot is not None else ()),
        items=items,
        users=await users_who_decide(uow),
        accounts=await likely_accounts(uow, case.message.sender) if items and case.account_id is None else (),
        organisation=await organisation_shown(uow),
        next_case=await next_to_decide(uow, after_case=case_id),
        currency=snapshot.account.currency if snapshot is not None else "",
        sentences=_sentences(case),
        corrections=tuple(
            present_correction(one) for one in await list_corrections(uow, limit=_MOST_CORRECTIONS, case_id=case_id)
        ),
    )


def _sentences(case: CaseShown) -> tuple[str, ...]:
    found = [sentence.text for sentence in sentences_of(case.message.reply_text)]
    return tuple(found + [case.message.subject] * bool(case.message.subject.strip()))


def _named_in_decision(case: CaseShown) -> set[str]:
    topics = case.decision.get("topics", [])
    return {str(number) for topic in topics for number in topic.get("invoice_numbers", [])}


async def show_case(
    request: Request,
    user: User,
    case_id: CaseId,
    *,
    typed: DecisionForm | None = None,
    correction: CorrectionForm | None = None,
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    """The page of one case; `typed` and `correction` are what the person wrote, whatever became of the draft.

    Raises:
        NotFound: no such case in this organisation.
    """
    duly = duly_of(request)
    now = duly.clock.now()
    async with duly.uows(user.org_id) as uow:
        data = await load_case(uow, case_id, now=now)
    frame = frame_of(request, user, data.organisation.name)
    sandbox_to = duly.settings.send.sandbox_to
    sending = None if data.case.send is None else present_sending(data.case.send, now=now, sandbox_to=sandbox_to)
    fields = None if data.case.draft is None else _fields(data.case.draft, data.approval, typed)
    return render(
        "case.html",
        frame,
        status=status,
        data=data,
        case=data.case,
        approval=data.approval,
        fields=fields,
        sending=sending,
        take_back_key=secrets.token_urlsafe(12),
        notice=notice,
        items=_item_cards(data),
        refresh=_refresh(data, sending, typed or correction, now),
        correct=_correction_fields(data, frame, correction),
        choices={"intents": INTENTS, "reasons": REASONS, "documents": DOCUMENTS},
        sentences=[visible(text) for text in data.sentences],
        decidable=data.waits and frame.may_decide,
        supports=() if data.case.draft is None else present_supports(data.case.draft),
        findings=() if data.case.draft is None else present_findings(data.case.draft.findings),
        attachments=() if data.case.draft is None else draft_attachments(data.case.draft),
        decisions=present_decisions(data.case),
        presets=PRESETS,
        words=_words(data),
    )


def _correction_fields(data: CaseData, frame: Frame, typed: CorrectionForm | None) -> CorrectionFields | None:
    """The form that puts the reading right; None where there is nothing to correct, or not now, or not by them."""
    case = data.case
    ready = bool(case.reader) and case.account_id is not None and case.state != "running"
    if not frame.may_decide or not ready or len(case.signals) > MOST_SIGNALS:
        return None
    today = fields_for(case.signals, case.generation, data.currency)
    return typed.over(today) if typed is not None and typed.version == today.version else today


def _words(data: CaseData) -> dict[str, Any]:
    case = data.case
    draft = case.draft
    reasons = [sentence(str(reason.get("words", ""))) for reason in case.decision.get("reasons", [])]
    return {
        "state": status_words(data.approval.status) if data.approval else case_state_words(case.state),
        "action": action_words(str(case.decision.get("action", ""))) if case.decision else "",
        "language": language_name(case.language),
        "draft_language": language_name(draft.language) if draft else "",
        "marked_language": language_name(draft.marked_language) if draft else "",
        "reasons": reasons,
        "reading_reasons": [words for reason in case.reading_reasons if (words := sentence(reason)) not in reasons],
        "reader": f"{reader_words(case.reader)}{f', corrected by {case.corrected_by}' if case.corrected_by else ''}",
        "writer": writer_words(draft.written_by) if draft else "",
    }


def mail_of(draft: DraftShown) -> MailFields:
    """The draft as its form sends it back where nobody touched it."""
    return MailFields(
        to=tuple(address.lower() for address in draft.to),
        cc=tuple(address.lower() for address in draft.cc),
        subject=" ".join(draft.subject.split()),
        text=draft.text.replace("\r\n", "\n").replace("\r", "\n"),
    )


def _fields(draft: DraftShown, approval: ApprovalSummary | None, typed: DecisionForm | None) -> DraftFields:
    today = mail_of(draft)
    kept = typed is not None and typed.touched
    mail = typed.mail if typed is not None and kept else today
    fields = DraftFields(
        version=approval.version if approval is not None else 0,
        key=secrets.token_urlsafe(12),
        shown=today.digest,
        to=", ".join(mail.to),
        cc=", ".join(mail.cc),
        subject=mail.subject,
        text=mail.text,
        rows=_rows(mail.text),
        typed=kept and mail != today,
    )
    if typed is None:
        return fields
    return replace(
        fields,
        own_text=typed.own_text,
        reason=typed.reason,
        assignee=typed.assignee,
        snooze=typed.snooze,
        snooze_at=typed.snooze_at,
        open=typed.action,
    )


def _rows(text: str) -> int:
    """Lines that the text takes in its field, within bounds; what is longer scrolls."""
    return min(28, max(8, 1 + sum(1 + len(line) // 76 for line in text.split("\n")[:40])))


def _item_cards(data: CaseData) -> tuple[ItemCard, ...]:
    details = data.case.message_details
    doubted = bool(details.get("doubts"))
    in_doubt = data.case.account_id is None or bool(details.get("trouble")) or doubted
    return tuple(present_item_card(item, sender_in_doubt=in_doubt, mail_doubted=doubted) for item in data.items)


def _refresh(
    data: CaseData, sending: Sending | None, typed: DecisionForm | CorrectionForm | None, now: datetime
) -> int:
    """Seconds to the next look; zero for none, above all where a reload would take what somebody is typing."""
    if typed is not None or data.items or data.waits or data.approval is None:
        return 0
    status = data.approval.status
    moving = status == "redrafting" or (status == "approved" and sending is not None and sending.moving)
    if not moving:
        return 0
    if sending is not None and sending.waits_until is not None:
        left = math.ceil((sending.waits_until - now).total_seconds())
        return min(max(_REFRESH_SECONDS, left), _REFRESH_UNDO if sending.seconds_left else _REFRESH_WAITING)
    since = (now - data.approval.updated_at).total_seconds()
    return _REFRESH_SECONDS if since < _REFRESH_OFTEN_FOR else _REFRESH_LATER_SECONDS
