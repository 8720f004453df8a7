"""A person's word for what a mail says: the case's signals from then on, and what it teaches, in one transaction."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, update

from core.errors import InvalidInput, NotFound
from core.ids import AccountId, CaseId, ConversationId, CorrectionId, MailboxId, OrgId, new_id
from ledger.commands.cash_landed import payment_claimed
from ledger.commands.record_inbound_message import account_lock
from ledger.commands.record_signals import Said, keep_signal, record_said
from ledger.commands.request_approval import ask_for_new_draft
from ledger.commands.withdraw_signals import withdraw_said
from ledger.model.approval import ApprovalStatus
from ledger.model.correction import CaseAtWork, Corrected, CorrectedReading, Corrector
from ledger.model.errors import StaleVersion
from ledger.model.job_request import Redraft
from ledger.model.reading import ReadSignal
from ledger.model.signal import Intent
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.account_facts import account_facts
from ledger.rules.corrected_signals import in_form, objections, same_statement
from ledger.rules.find_claimed_payment import find_claimed_payment
from ledger.rules.ground_signals import ground_signals
from ledger.store.account_snapshot import account_snapshot
from ledger.store.mapping import to_message, to_signal
from ledger.store.signal_codec import signal_out
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.corrections import CorrectionRow, TaughtSentenceRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow, SendRow
from ledger.store.tables.history import ReviewItemRow
from ledger.store.tables.mail import MessageRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: A mail in one of these may still reach the customer.
_UNDER_WAY = ("queued", "claimed", "sending", "known_sent", "outcome_unknown")

#: Items that a person settles by saying how it stands with the customer, whatever the mail says.
_NOT_OF_THE_READING = ("stop_contact", "contact_unreachable")
#: Each correction numbers what it adds from its own run on, above whatever the reader counted.
_PLACES_A_RUN = 10_000


@dataclass(slots=True)
class _Open:
    """A case under correction, locked, with what was read in it by position."""

    case: CaseRow
    message: MessageRow
    snapshot: AccountSnapshot
    before: dict[int, ReadSignal]
    approval: ApprovalRow | None
    draft: DraftRow | None


async def correct_signals(
    uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, reading: CorrectedReading, by: Corrector
) -> Corrected:
    """Makes `reading` the case's own: what was read wrongly is withdrawn, what is right is recorded, the answer is
    decided and written anew. Asked twice with one key, it is done once.

    Raises:
        NotFound: no such case in this organisation.
        StaleVersion: the case went on since it was read.
        CaseAtWork: the agent is at it.
        InvalidInput: nothing was read yet, a mail of the case may still go out, or the signals cannot stand.
    """
    async with uows(org_id) as uow:
        approval, draft = await _lock_approval(uow, case_id)
        case = await uow.session.get(CaseRow, case_id, with_for_update=True)
        if case is None:
            raise NotFound("case", case_id)
        done = await _done_before(uow, case, by)
        if done is not None:
            return done
        await _may_be_corrected(uow, case, approval, by)
        opened = await _open(uow, case, approval, draft, by)
        after = _checked(opened, reading)
        correction_id = await _keep_correction(uow, opened, after, reading, by)
        await _exchange(uow, opened, after, by)
        await _teach(uow, opened, reading, correction_id, by)
        case.needs_human, case.reading_reasons = bool(reading.reasons), list(reading.reasons)
        case.corrected_by = by.name
        await _settle_items(uow, case, by)
        await _note(uow, opened, after, correction_id, by)
        await _run_again(uow, opened, by)
        return Corrected(correction_id, case_id, case.generation)


async def _lock_approval(uow: UnitOfWork, case_id: CaseId) -> tuple[ApprovalRow | None, DraftRow | None]:
    """Approval, draft, case: the order in which everybody locks them."""
    approval = (
        await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case_id).with_for_update())
    ).first()
    if approval is None:
        return None, None
    return approval, await uow.session.get_one(DraftRow, approval.draft_id, with_for_update=True)


async def _done_before(uow: UnitOfWork, case: CaseRow, by: Corrector) -> Corrected | None:
    if not by.key:
        return None
    row = (
        await uow.session.scalars(
            select(CorrectionRow).where(
                CorrectionRow.case_id == case.id,
                CorrectionRow.user_id == by.user_id,
                CorrectionRow.request_key == by.key,
            )
        )
    ).first()
    return None if row is None else Corrected(CorrectionId(row.id), CaseId(case.id), case.generation)


async def _may_be_corrected(uow: UnitOfWork, case: CaseRow, approval: ApprovalRow | None, by: Corrector) -> None:
    if case.generation != by.generation:
        raise StaleVersion(f"case {case.id}", by.generation, case.generation)
    if case.state == "running":
        raise CaseAtWork(CaseId(case.id))
    if approval is None and case.state == "awaiting_approval":
        # Its draft was stored between our two locks.
        raise CaseAtWork(CaseId(case.id))
    if case.read_at is None:
        raise InvalidInput("nothing was read in this mail yet, so there is nothing to correct")
    if case.account_id is None:
        raise InvalidInput("say first which customer the sender belongs to: their mail is then read with the ledger")
    under_way = await uow.session.scalar(
        select(SendRow.id)
        .join(DraftRow, DraftRow.id == SendRow.draft_id)
        .where(DraftRow.case_id == case.id, SendRow.state.in_(_UNDER_WAY))
        .limit(1)
    )
    if under_way is not None:
        raise InvalidInput("a mail of this case may still go out: correct the reading when it has")


async def _open(
    uow: UnitOfWork, case: CaseRow, approval: ApprovalRow | None, draft: DraftRow | None, by: Corrector
) -> _Open:
    message = await uow.session.get_one(MessageRow, case.message_id)
    assert case.account_id is not None
    snapshot = await account_snapshot(
        uow,
        AccountId(case.account_id),
        mailbox_id=MailboxId(case.mailbox_id),
        conversation_id=None if case.conversation_id is None else ConversationId(case.conversation_id),
        now=by.now,
    )
    rows = await uow.session.scalars(
        select(SignalRow).where(SignalRow.case_id == case.id).order_by(SignalRow.position)
    )
    before = {row.position: ReadSignal(to_signal(row), row.ungrounded) for row in rows}
    return _Open(case, message, snapshot, before, approval, draft)


def _checked(opened: _Open, reading: CorrectedReading) -> tuple[ReadSignal, ...]:
    """The signals in form and tied to the ledger.

    Raises:
        InvalidInput: with every objection.
    """
    message = to_message(opened.message)
    attachments = tuple(str(a.get("text", "")) for a in opened.message.details.get("attachments", []))
    grounded = ground_signals(
        tuple(in_form(signal, message.reply_text) for signal in reading.signals),
        snapshot=opened.snapshot,
        texts=(message.reply_text, message.text, message.subject, *attachments),
        received_on=message.received_on,
        sender_trouble=reading.sender_trouble,
    )
    against = objections(grounded, allowed=reading.sender_trouble)
    if against:
        raise InvalidInput("; ".join(against))
    unchanged = len(grounded) == len(opened.before) and all(
        _position_of(opened, read) is not None for read in grounded
    )
    if unchanged:
        raise InvalidInput("that is what was read already: nothing to correct")
    return grounded


def _position_of(opened: _Open, read: ReadSignal) -> int | None:
    """Where the same statement stood before."""
    same = (place for place, was in opened.before.items() if same_statement(was.signal, read.signal))
    return next(same, None)


async def _keep_correction(
    uow: UnitOfWork, opened: _Open, after: tuple[ReadSignal, ...], reading: CorrectedReading, by: Corrector
) -> CorrectionId:
    named = frozenset(number for read in (*opened.before.values(), *after) for number in read.signal.invoices)
    row = CorrectionRow(
        id=new_id(),
        case_id=opened.case.id,
        message_id=opened.message.id,
        generation=opened.case.generation,
        user_id=by.user_id,
        by_name=by.name,
        request_key=by.key,
        language=opened.case.language,
        was_read=[signal_out(read.signal) for read in opened.before.values()],
        correct=[signal_out(read.signal) for read in after],
        needs_human=bool(reading.reasons),
        account=account_facts(opened.snapshot, named),
        corrected_at=by.now,
    )
    uow.session.add(row)
    await uow.session.flush()
    return CorrectionId(row.id)


async def _exchange(uow: UnitOfWork, opened: _Open, after: tuple[ReadSignal, ...], by: Corrector) -> None:
    """Withdraws what no longer counts and records what is new; what stays keeps its place and its records.

    A place is never used twice: the typed records are unique by it.
    """
    case = opened.case
    assert case.account_id is not None
    kept = {place for read in after if (place := _position_of(opened, read)) is not None}
    said_at = case.read_at or by.now
    for place, was in opened.before.items():
        if place not in kept and not was.ungrounded:
            said = Said(case, AccountId(case.account_id), place, at=by.now, said_at=said_at)
            await withdraw_said(uow, said, was.signal, by=by.name)
    await uow.session.execute(
        delete(SignalRow)
        .where(SignalRow.case_id == case.id, SignalRow.position.not_in(sorted(kept)))
        .execution_options(synchronize_session=False)
    )
    new = [read for read in after if _position_of(opened, read) is None]
    for place, read in enumerate(new, start=case.generation * _PLACES_A_RUN):
        await keep_signal(uow, case, place, read.signal, read.ungrounded)
        if not read.ungrounded:
            claims = read.signal.intent is Intent.PAYMENT_SENT
            found = find_claimed_payment(read.signal, opened.snapshot).words if claims else ()
            said = Said(case, AccountId(case.account_id), place, at=by.now, said_at=said_at)
            await record_said(uow, said, read.signal, found)
    if any(read.signal.intent is Intent.PAYMENT_SENT and not read.ungrounded for read in new):
        await payment_claimed(uow, AccountId(case.account_id), case_id=CaseId(case.id), now=by.now)


async def _teach(
    uow: UnitOfWork, opened: _Open, reading: CorrectedReading, correction_id: CorrectionId, by: Corrector
) -> None:
    """Keeps the sentences; what an earlier correction of the same mail taught about one of them no longer counts."""
    if not reading.lessons:
        return
    of_this_case = select(CorrectionRow.id).where(CorrectionRow.case_id == opened.case.id)
    await uow.session.execute(
        update(TaughtSentenceRow)
        .where(
            TaughtSentenceRow.correction_id.in_(of_this_case),
            TaughtSentenceRow.sentence.in_([lesson.sentence for lesson in reading.lessons]),
            TaughtSentenceRow.retracted_at.is_(None),
        )
        .values(retracted_at=by.now)
        .execution_options(synchronize_session=False)
    )
    uow.session.add_all(
        TaughtSentenceRow(
            id=new_id(),
            correction_id=correction_id,
            sentence=lesson.sentence,
            language=opened.case.language,
            intents=[intent.value for intent in lesson.intents],
            reason=None if lesson.reason is None else lesson.reason.value,
            documents=[kind.value for kind in lesson.documents],
            embedder=reading.embedder,
            embedding=list(lesson.embedding),
            taught_at=by.now,
        )
        for lesson in reading.lessons
    )
    await uow.session.flush()


async def _settle_items(uow: UnitOfWork, case: CaseRow, by: Corrector) -> None:
    """What lay before a person because of the old reading is settled by the correction; the new run asks anew."""
    await uow.session.execute(
        update(ReviewItemRow)
        .where(
            ReviewItemRow.case_id == case.id,
            ReviewItemRow.state == "open",
            ReviewItemRow.kind.not_in(_NOT_OF_THE_READING),
        )
        .values(state="settled", settled_at=by.now, settled_by=by.name, settled_words="the reading was corrected")
        .execution_options(synchronize_session=False)
    )


async def _note(
    uow: UnitOfWork, opened: _Open, after: tuple[ReadSignal, ...], correction_id: CorrectionId, by: Corrector
) -> None:
    was = ", ".join(_name(read) for read in opened.before.values()) or "nothing"
    now = ", ".join(_name(read) for read in after) or "nothing"
    await append_event(
        uow,
        kind="reading_corrected",
        words=f"{by.name} corrected what was read: {was}; it is {now}",
        cause_key=f"corrected:{correction_id}",
        at=by.now,
        actor=by.name,
        account_id=AccountId(opened.snapshot.account.account_id),
        case_id=CaseId(opened.case.id),
        facts={"correction_id": str(correction_id)},
    )


def _name(read: ReadSignal) -> str:
    return read.signal.intent.value.replace("_", " ")


async def _run_again(uow: UnitOfWork, opened: _Open, by: Corrector) -> None:
    """Decides and writes anew. A draft that waits goes stale; what was sent or rejected is answered once more."""
    case, approval = opened.case, opened.approval
    lock = account_lock(AccountId(opened.snapshot.account.account_id))
    waiting = (ApprovalStatus.PENDING.value, ApprovalStatus.SNOOZED.value)
    if approval is not None and opened.draft is not None and approval.status in waiting:
        why = f"{by.name} corrected what was read"
        await ask_for_new_draft(uow, approval, opened.draft, why=why, lock=lock, now=by.now)
        return
    newest = await uow.session.scalar(select(func.max(DraftRow.version)).where(DraftRow.case_id == case.id))
    case.generation = max(case.generation, newest or 0) + 1
    case.state, case.closed_at = "running", None
    await uow.request(Redraft(uow.org_id, CaseId(case.id), lock))
