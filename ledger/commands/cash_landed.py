"""What follows when a customer's money moved: promises, mails and drafts that wait, and steps that are put off.

Dunning stops in the transaction in which the cash lands: a draft whose facts moved goes stale there and then, and so
does an approved mail that has not left yet.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select, text, true

from core.clock import day_in, zone_of
from core.ids import AccountId, CaseId, ConversationId, MailboxId, SendId
from core.money import Money
from ledger.commands.decide_approval import moved_facts
from ledger.commands.record_inbound_message import account_lock
from ledger.commands.request_approval import ask_for_new_draft
from ledger.commands.sending_waits import stop_waiting
from ledger.model.approval import ApprovalStatus
from ledger.model.promise import PromiseState
from ledger.rules.business_days import is_overdue
from ledger.rules.promise_status import MOVED_BY_CASH, promise_status
from ledger.store.account_snapshot import account_snapshot
from ledger.store.driver_rows import driver_rows
from ledger.store.mapping import money, optional_money
from ledger.store.send_items import DELAYED, settle_items
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow, SendRow
from ledger.store.tables.history import PromiseRow
from ledger.store.tables.money import AllocationRow, InvoiceRow
from ledger.store.tables.people import OrganisationRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork

#: Drafts and cases of one customer that one payment looks at; nobody has more.
_MOST = 200
_WAITS = (ApprovalStatus.PENDING.value, ApprovalStatus.SNOOZED.value)
_LONGEST_WHY = 500
#: States of an approved mail in which nothing has left: it waits, or a worker prepares it.
_NOT_LEFT = ("queued", "claimed")
_SOMETHING_WAITS = text(
    """
    SELECT asked.id FROM unnest(CAST(:accounts AS uuid[])) AS asked(id)
    WHERE EXISTS (SELECT 1 FROM promises
                  WHERE org_id = :org AND account_id = asked.id AND state = ANY(CAST(:moved AS text[])))
       OR EXISTS (SELECT 1 FROM approvals
                  WHERE org_id = :org AND account_id = asked.id AND status = ANY(CAST(:waits AS text[])))
       OR EXISTS (SELECT 1 FROM drafts JOIN sends ON sends.draft_id = drafts.id AND sends.org_id = :org
                  WHERE drafts.org_id = :org AND drafts.account_id = asked.id
                    AND sends.state = ANY(CAST(:not_left AS text[])))
       OR EXISTS (SELECT 1 FROM cases WHERE org_id = :org AND account_id = asked.id AND state = 'waiting')
    """
)


async def cash_landed(uow: UnitOfWork, account_ids: Iterable[UUID], *, cause: str, now: datetime) -> None:
    """Looks again at everything that waits for these customers; `cause` makes its timeline entries unique."""
    await uow.session.flush()
    for account_id in await _with_something_waiting(uow, sorted(set(account_ids))):
        await _promises(uow, account_id, cause, now)
        await _approved_mails(uow, account_id, now)
        await _drafts(uow, account_id, now)
        await _waiting_cases(uow, account_id, cause, now)


async def payment_claimed(uow: UnitOfWork, account_id: UUID, *, case_id: CaseId, now: datetime) -> None:
    """Looks again at every mail and draft that waits for a customer who says that they paid; not at the case in which
    they say so, which is worked on anyway."""
    await uow.session.flush()
    await _approved_mails(uow, account_id, now, but=case_id)
    await _drafts(uow, account_id, now, but=case_id)


async def _with_something_waiting(uow: UnitOfWork, account_ids: Sequence[UUID]) -> list[UUID]:
    """Most payments are of customers for whom nothing waits: one question for all kinds. In their order."""
    if not account_ids:
        return []
    kinds = {
        "moved": [state.value for state in MOVED_BY_CASH],
        "waits": list(_WAITS),
        "not_left": list(_NOT_LEFT),
    }
    rows = await driver_rows(uow, _SOMETHING_WAITS, accounts=list(account_ids), **kinds)
    found = {row["id"] for row in rows}
    return [account_id for account_id in account_ids if account_id in found]


async def _promises(uow: UnitOfWork, account_id: UUID, cause: str, now: datetime) -> None:
    promises = await uow.session.scalars(
        select(PromiseRow)
        .where(PromiseRow.account_id == account_id, PromiseRow.state.in_([state.value for state in MOVED_BY_CASH]))
        .order_by(PromiseRow.id)
        .limit(_MOST)
        .with_for_update()
    )
    for promise in promises:
        state = await _state_of(uow, promise)
        if state is None or state.value == promise.state:
            continue
        promise.state = state.value
        words = {"kept": "is kept", "partly_kept": "is kept in part", "open": "is open again"}[state.value]
        await append_event(
            uow,
            kind="promise_status",
            words=f"The promise for {', '.join(promise.invoice_numbers) or 'the account'} {words}",
            cause_key=f"promise:{promise.id}:{state.value}:{cause}",
            at=now,
            account_id=AccountId(account_id),
        )


async def _state_of(uow: UnitOfWork, promise: PromiseRow) -> PromiseState | None:
    """None where nothing can be said: no invoice is named, or they differ in currency from the promise."""
    invoices = list(
        await uow.session.scalars(
            select(InvoiceRow)
            .where(InvoiceRow.account_id == promise.account_id, InvoiceRow.number.in_(promise.invoice_numbers))
            .execution_options(populate_existing=True)
        )
    )
    if not invoices or len({row.currency for row in invoices} | ({promise.currency} - {None})) != 1:
        return None
    currency = invoices[0].currency
    paid = await uow.session.scalar(
        select(func.coalesce(func.sum(AllocationRow.amount), 0)).where(
            AllocationRow.invoice_id.in_([row.id for row in invoices]),
            AllocationRow.payment_id.is_not(None),
            AllocationRow.created_at >= promise.said_at,
        )
    )
    still_open = sum((row.open_balance for row in invoices), Decimal(0))
    promised = optional_money(promise.amount, promise.currency)
    return promise_status(promised, money(Decimal(paid or 0), currency), Money(still_open, currency))


async def _approved_mails(uow: UnitOfWork, account_id: UUID, now: datetime, *, but: CaseId | None = None) -> None:
    """An approved mail that no longer fits is held back now, and not only when its hour has come.

    Locked in the order of `send_draft.claim_send`: send, draft, approval, case. A worker that has claimed the mail
    finds, before it hands anything over, that it is no longer its own.
    """
    sends = await uow.session.scalars(
        select(SendRow)
        .join(DraftRow, DraftRow.id == SendRow.draft_id)
        .where(
            DraftRow.account_id == account_id,
            SendRow.state.in_(_NOT_LEFT),
            # One that a person had sent again may have left before: it is looked for first, and then checked.
            SendRow.handed_over_at.is_(None),
            DraftRow.case_id != but if but is not None else true(),
        )
        .order_by(SendRow.id)
        .limit(_MOST)
        .with_for_update(of=SendRow)
    )
    for send in sends.all():
        draft = await uow.session.get_one(DraftRow, send.draft_id, with_for_update=True)
        approval = await uow.session.scalar(
            select(ApprovalRow).where(ApprovalRow.draft_id == draft.id).with_for_update()
        )
        if approval is None or approval.status != ApprovalStatus.APPROVED.value:
            continue
        if why := await _moved(uow, draft, now):
            await _hold_back(uow, send, draft, approval, why, now)


async def _hold_back(
    uow: UnitOfWork, send: SendRow, draft: DraftRow, approval: ApprovalRow, why: str, now: datetime
) -> None:
    stop_waiting(send)
    await settle_items(uow, SendId(send.id), words=f"held back: {why}", now=now, kinds=(DELAYED,))
    send.state, send.claim_token, send.last_error = "cancelled", None, why[:_LONGEST_WHY]
    account_id = AccountId(draft.account_id)
    await append_event(
        uow,
        kind="mail_held_back",
        words=f"The approved mail was held back before it left: {why}",
        cause_key=f"held_back:{send.id}",
        at=now,
        account_id=account_id,
        case_id=CaseId(draft.case_id),
    )
    await ask_for_new_draft(uow, approval, draft, why=why, lock=account_lock(account_id), now=now)


async def _drafts(uow: UnitOfWork, account_id: UUID, now: datetime, *, but: CaseId | None = None) -> None:
    found = await uow.session.execute(
        select(ApprovalRow, DraftRow)
        .join(DraftRow, DraftRow.id == ApprovalRow.draft_id)
        .where(
            ApprovalRow.account_id == account_id,
            ApprovalRow.status.in_(_WAITS),
            ApprovalRow.case_id != but if but is not None else true(),
        )
        .order_by(ApprovalRow.id)
        .limit(_MOST)
        .with_for_update(of=(ApprovalRow, DraftRow))
    )
    for approval, draft in found.all():
        if why := await _moved(uow, draft, now):
            lock = account_lock(AccountId(account_id))
            await ask_for_new_draft(uow, approval, draft, why=why, lock=lock, now=now)


async def _moved(uow: UnitOfWork, draft: DraftRow, now: datetime) -> str:
    """What moved behind the draft, in words; empty where it still holds."""
    case = await uow.session.get_one(CaseRow, draft.case_id)
    snapshot = await account_snapshot(
        uow,
        AccountId(draft.account_id),
        mailbox_id=MailboxId(case.mailbox_id),
        conversation_id=None if case.conversation_id is None else ConversationId(case.conversation_id),
        now=now,
    )
    return "; ".join(moved_facts(draft, snapshot, now))


async def _waiting_cases(uow: UnitOfWork, account_id: UUID, cause: str, now: datetime) -> None:
    """A step that is put off has no reason any more where nothing is overdue."""
    cases = list(
        await uow.session.scalars(
            select(CaseRow)
            .where(CaseRow.account_id == account_id, CaseRow.state == "waiting")
            .order_by(CaseRow.id)
            .limit(_MOST)
            .with_for_update()
        )
    )
    if not cases or await _is_anything_overdue(uow, account_id, now):
        return
    for case in cases:
        case.state, case.closed_at = "closed", now
        await append_event(
            uow,
            kind="waiting_ended",
            words="Nothing is overdue any more: the step that was put off falls away",
            cause_key=f"waiting_ended:{case.id}:{cause}",
            at=now,
            account_id=AccountId(account_id),
            case_id=CaseId(case.id),
        )


async def _is_anything_overdue(uow: UnitOfWork, account_id: UUID, now: datetime) -> bool:
    oldest = await uow.session.scalar(
        select(func.min(InvoiceRow.due)).where(InvoiceRow.account_id == account_id, InvoiceRow.open_key.is_not(None))
    )
    if oldest is None:
        return False
    account = await uow.session.get_one(AccountRow, account_id)
    organisation = await uow.session.get_one(OrganisationRow, uow.org_id)
    today = day_in(zone_of(account.time_zone or organisation.time_zone), now)
    return is_overdue(oldest, today, account.country or organisation.country)
