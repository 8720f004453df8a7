"""Loads `CaseForRun`."""

from sqlalchemy import select

from core.errors import NotFound
from core.ids import AccountId, CaseId, ConversationId, MailboxId, MessageId
from ledger.model.case import CaseForRun
from ledger.model.reading import Reading, ReadSignal
from ledger.rules.sender_trust import trouble_with
from ledger.store.mapping import to_message, to_signal
from ledger.store.tables.accounts import ContactRow
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.drafts import DraftRow
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWork


async def case_for_run(uow: UnitOfWork, case_id: CaseId) -> CaseForRun:
    """The case as a run of the graph needs it.

    Raises:
        NotFound: no such case in this organisation.
    """
    case = await uow.session.get(CaseRow, case_id)
    if case is None:
        raise NotFound("case", case_id)
    message = await uow.session.get_one(MessageRow, case.message_id)
    doubts = tuple(str(doubt) for doubt in message.details.get("doubts", []))
    why_again = await uow.session.scalar(
        select(DraftRow.why_again).where(DraftRow.case_id == case_id).order_by(DraftRow.version.desc()).limit(1)
    )
    return CaseForRun(
        case_id=case_id,
        generation=case.generation,
        state=case.state,
        account_id=None if case.account_id is None else AccountId(case.account_id),
        conversation_id=None if case.conversation_id is None else ConversationId(case.conversation_id),
        mailbox_id=MailboxId(case.mailbox_id),
        message=to_message(message),
        details={
            **message.details,
            "signature": message.signature,
            "trouble": trouble_with(await _trouble_now(uow, case, message), doubts),
        },
        reading=await _reading(uow, case),
        why_again=why_again or "",
        corrected_by=case.corrected_by,
    )


async def generation_of(uow: UnitOfWork, case_id: CaseId) -> int:
    """How many runs the case has had, the one at hand included.

    Raises:
        NotFound: no such case in this organisation.
    """
    generation = await uow.session.scalar(select(CaseRow.generation).where(CaseRow.id == case_id))
    if generation is None:
        raise NotFound("case", case_id)
    return generation


async def case_of_message(uow: UnitOfWork, message_id: MessageId) -> CaseId:
    """The case that the message opened.

    Raises:
        NotFound: no such message in this organisation.
    """
    case_id = await uow.session.scalar(select(CaseRow.id).where(CaseRow.message_id == message_id))
    if case_id is None:
        raise NotFound("message", message_id)
    return CaseId(case_id)


async def _trouble_now(uow: UnitOfWork, case: CaseRow, message: MessageRow) -> str:
    """The sender's trouble at intake, gone once a person made them a contact of the account."""
    trouble = str(message.details.get("trouble", ""))
    if not trouble or case.account_id is None:
        return trouble
    known = await uow.session.scalar(
        select(ContactRow.id).where(
            ContactRow.account_id == case.account_id,
            ContactRow.email == message.sender,
            ContactRow.status == "active",
        )
    )
    return "" if known is not None else trouble


async def _reading(uow: UnitOfWork, case: CaseRow) -> Reading | None:
    if case.read_at is None:
        return None
    rows = await uow.session.scalars(
        select(SignalRow).where(SignalRow.case_id == case.id).order_by(SignalRow.position)
    )
    return Reading(
        signals=tuple(ReadSignal(to_signal(row), row.ungrounded) for row in rows),
        needs_human=case.needs_human,
        reasons=tuple(case.reading_reasons),
        unknown_references=tuple(case.unknown_references),
        language=case.language,
        reader=case.reader,
    )
