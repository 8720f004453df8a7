"""What people corrected: the list, the cases as a dataset needs them, and the taught sentences nearest to one."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, tuple_

from core.ids import CaseId
from ledger.model.correction import Lesson, NearLesson
from ledger.model.message import Message
from ledger.model.signal import DisputeReason, DocumentKind, Intent, Signal
from ledger.store.mapping import to_message
from ledger.store.signal_codec import signal_in
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.corrections import CorrectionRow, TaughtSentenceRow
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWork

#: Of more taught sentences than this the newest count: habits change, and a reply must not wait for a search.
MOST_LESSONS = 10_000
#: Messages of the thread that go into a dataset with a case.
_MOST_THREAD = 20


@dataclass(frozen=True, slots=True)
class LessonShown:
    """A sentence that a correction taught; `counts` until it is taken back or corrected again."""

    lesson: Lesson
    counts: bool


@dataclass(frozen=True, slots=True)
class CorrectionShown:
    """One correction as a person sees it. Times aware UTC."""

    correction_id: UUID
    case_id: UUID
    subject: str
    by: str
    language: str
    was_read: tuple[Signal, ...]
    correct: tuple[Signal, ...]
    lessons: tuple[LessonShown, ...]
    corrected_at: datetime
    retracted_at: datetime | None
    retracted_by: str


@dataclass(frozen=True, slots=True)
class CorrectionPosition:
    """Where a page ended."""

    corrected_at: datetime
    correction_id: UUID


@dataclass(frozen=True, slots=True)
class CorrectedCase:
    """A case whose reading a person set right: the mail, its thread, the account as it stood, the right answer."""

    case_id: CaseId
    language: str
    message: Message
    details: dict[str, Any]
    raw_blob_id: UUID | None
    #: Before the message, oldest first.
    thread: tuple[Message, ...]
    account: dict[str, Any]
    signals: tuple[Signal, ...]
    needs_human: bool


async def list_corrections(
    uow: UnitOfWork,
    *,
    limit: int,
    after: CorrectionPosition | None = None,
    case_id: CaseId | None = None,
) -> tuple[CorrectionShown, ...]:
    """One page, newest first; with `case_id`, of one case."""
    query = select(CorrectionRow, MessageRow.subject).join(MessageRow, MessageRow.id == CorrectionRow.message_id)
    if case_id is not None:
        query = query.where(CorrectionRow.case_id == case_id)
    if after is not None:
        query = query.where(
            tuple_(CorrectionRow.corrected_at, CorrectionRow.id) < (after.corrected_at, after.correction_id)
        )
    query = query.order_by(CorrectionRow.corrected_at.desc(), CorrectionRow.id.desc()).limit(limit)
    rows = (await uow.session.execute(query)).all()
    lessons = await _lessons_of(uow, [row.id for row, _ in rows])
    return tuple(_shown(row, subject, lessons.get(row.id, [])) for row, subject in rows)


async def _lessons_of(uow: UnitOfWork, correction_ids: list[UUID]) -> dict[UUID, list[LessonShown]]:
    if not correction_ids:
        return {}
    rows = await uow.session.execute(
        select(
            TaughtSentenceRow.correction_id,
            TaughtSentenceRow.sentence,
            TaughtSentenceRow.intents,
            TaughtSentenceRow.reason,
            TaughtSentenceRow.documents,
            TaughtSentenceRow.retracted_at,
        )
        .where(TaughtSentenceRow.correction_id.in_(correction_ids))
        .order_by(TaughtSentenceRow.id)
    )
    found: dict[UUID, list[LessonShown]] = {}
    for row in rows:
        found.setdefault(row.correction_id, []).append(LessonShown(_lesson(row), row.retracted_at is None))
    return found


def _lesson(row: Any) -> Lesson:
    return Lesson(
        sentence=row.sentence,
        intents=tuple(Intent(intent) for intent in row.intents),
        reason=None if row.reason is None else DisputeReason(row.reason),
        documents=tuple(DocumentKind(kind) for kind in row.documents),
    )


def _shown(row: CorrectionRow, subject: str, lessons: list[LessonShown]) -> CorrectionShown:
    return CorrectionShown(
        correction_id=row.id,
        case_id=row.case_id,
        subject=subject,
        by=row.by_name,
        language=row.language,
        was_read=tuple(signal_in(value) for value in row.was_read),
        correct=tuple(signal_in(value) for value in row.correct),
        lessons=tuple(lessons),
        corrected_at=row.corrected_at,
        retracted_at=row.retracted_at,
        retracted_by=row.retracted_by,
    )


async def corrected_cases(uow: UnitOfWork) -> AsyncIterator[CorrectedCase]:
    """Every case with a correction that stands, oldest first: the newest word for it, on the account of the first.

    The first correction lies nearest to the mail, so that its balances are those that the reply was about.
    """
    standing = CorrectionRow.retracted_at.is_(None)
    ids = await uow.session.scalars(
        select(CorrectionRow.case_id)
        .where(standing)
        .distinct()
        .order_by(CorrectionRow.case_id)
        .execution_options(yield_per=None)
    )
    for case_id in list(ids):
        rows = list(
            await uow.session.scalars(
                select(CorrectionRow)
                .where(CorrectionRow.case_id == case_id, standing)
                .order_by(CorrectionRow.generation)
            )
        )
        case = await uow.session.get_one(CaseRow, case_id)
        row = await uow.session.get_one(MessageRow, case.message_id)
        message = to_message(row)
        yield CorrectedCase(
            case_id=CaseId(case_id),
            language=rows[-1].language,
            message=message,
            details=row.details,
            raw_blob_id=row.raw_blob_id,
            thread=await _thread_before(uow, message),
            account=rows[0].account,
            signals=tuple(signal_in(value) for value in rows[-1].correct),
            needs_human=rows[-1].needs_human,
        )
        uow.session.expunge_all()


async def _thread_before(uow: UnitOfWork, message: Message) -> tuple[Message, ...]:
    if message.conversation_id is None:
        return ()
    rows = await uow.session.scalars(
        select(MessageRow)
        .where(
            MessageRow.conversation_id == message.conversation_id,
            MessageRow.id != message.message_id,
            MessageRow.at <= message.at,
        )
        .order_by(MessageRow.at.desc(), MessageRow.id.desc())
        .limit(_MOST_THREAD)
    )
    return tuple(to_message(row) for row in list(rows)[::-1])


async def has_lessons(uow: UnitOfWork, embedder: str) -> bool:
    """Whether anything was taught that counts, in this embedder's space."""
    found = await uow.session.scalar(
        select(exists().where(TaughtSentenceRow.embedder == embedder, TaughtSentenceRow.retracted_at.is_(None)))
    )
    return bool(found)


async def nearest_lessons(
    uow: UnitOfWork, embedding: Sequence[float], *, embedder: str, radius: float, limit: int
) -> tuple[NearLesson, ...]:
    """Of the organisation's `MOST_LESSONS` newest that count, those within `radius`, the nearest first.

    Exact: an approximate index over all organisations finds strangers' rows first, and row-level security then
    leaves fewer of our own than there are.
    """
    newest = (
        select(TaughtSentenceRow)
        .where(TaughtSentenceRow.embedder == embedder, TaughtSentenceRow.retracted_at.is_(None))
        .order_by(TaughtSentenceRow.taught_at.desc())
        .limit(MOST_LESSONS)
        .subquery()
    )
    distance = newest.c.embedding.cosine_distance(list(embedding))
    near = (
        select(
            newest.c.sentence,
            newest.c.intents,
            newest.c.reason,
            newest.c.documents,
            newest.c.language,
            distance.label("distance"),
        )
        .where(distance <= radius)
        .order_by(distance)
        .limit(limit)
    )
    rows = await uow.session.execute(near)
    return tuple(NearLesson(_lesson(row), row.language, float(row.distance)) for row in rows)
