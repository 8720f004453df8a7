"""Lands what was read on the ledger: signals, promises, disputes, claims, contact proposals, absences."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from core.ids import AccountId, CaseId, OrgId, new_id
from ledger.commands.cash_landed import payment_claimed
from ledger.commands.file_advice import file_advice
from ledger.model.reading import Reading
from ledger.model.signal import Intent, Signal
from ledger.store.review_items import open_item
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.history import (
    AbsenceRow,
    ContactProposalRow,
    DisputeRow,
    PaymentClaimRow,
    PromiseRow,
)
from ledger.store.tables.mail import MessageRow
from ledger.store.timeline import append_event
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

#: What `hold_reason` says until a person confirmed or lifted the customer's wish.
STOP_HOLD = "the customer asked not to be written to; confirm or lift"


@dataclass(frozen=True, slots=True)
class Said:
    """Where one grounded signal stands: what every typed record of it is keyed by.

    `said_at` is when it was read first, `at` when it is recorded: a person may correct a reading days later.
    """

    case: CaseRow
    account_id: AccountId
    position: int
    at: datetime
    said_at: datetime

    def values(self, uow: UnitOfWork, signal: Signal) -> dict[str, object]:
        return {
            "id": new_id(),
            "org_id": uow.org_id,
            "account_id": self.account_id,
            "message_id": self.case.message_id,
            "position": self.position,
            "quote": signal.evidence.quote,
            "said_at": self.said_at,
        }


async def record_signals(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    case_id: CaseId,
    reading: Reading,
    *,
    now: datetime,
    found: dict[int, tuple[str, ...]] | None = None,
) -> None:
    """Appends the reading in one transaction; unique by message and position, so that a rerun adds nothing.

    Only grounded signals become typed records. `found` gives, by position, what the ledger holds for a claim of
    payment.
    """
    async with uows(org_id) as uow:
        case = await uow.session.get_one(CaseRow, case_id, with_for_update=True)
        is_first = case.read_at is None
        if is_first:
            # Read anew, with an account that the first reading did not have: its signals are replaced.
            await uow.session.execute(
                delete(SignalRow)
                .where(SignalRow.message_id == case.message_id)
                .execution_options(synchronize_session=False)
            )
        case.read_at = case.read_at or now
        case.language, case.reader = reading.language, reading.reader
        case.needs_human = reading.needs_human
        case.reading_reasons = list(reading.reasons)
        case.unknown_references = list(reading.unknown_references)
        places = await _places(uow, case, len(reading.signals))
        claimed = False
        for index, (position, read) in enumerate(zip(places, reading.signals, strict=True)):
            await keep_signal(uow, case, position, read.signal, read.ungrounded)
            if read.ungrounded or case.account_id is None:
                continue
            said = Said(case, AccountId(case.account_id), position, at=now, said_at=case.read_at)
            await record_said(uow, said, read.signal, (found or {}).get(index, ()))
            claimed = claimed or read.signal.intent is Intent.PAYMENT_SENT
        if is_first and claimed and case.account_id is not None:
            await payment_claimed(uow, AccountId(case.account_id), case_id=case_id, now=now)


async def _places(uow: UnitOfWork, case: CaseRow, count: int) -> list[int]:
    """The positions of the signals: those they have, which have gaps once a person corrected them, or fresh ones."""
    kept = await uow.session.scalars(
        select(SignalRow.position).where(SignalRow.message_id == case.message_id).order_by(SignalRow.position)
    )
    places = list(kept)
    return places if len(places) == count else list(range(count))


async def record_said(uow: UnitOfWork, said: Said, signal: Signal, found: tuple[str, ...]) -> None:
    """Puts one grounded signal on the ledger, once a message and position. `found` is what answers to its claim."""
    await _RECORDERS[signal.intent](uow, said, signal, found)


async def keep_signal(uow: UnitOfWork, case: CaseRow, position: int, signal: Signal, ungrounded: str) -> None:
    """Keeps the signal at this place of its message; kept before, only why it may not be acted on is new."""
    values = {
        "case_id": case.id,
        "intent": signal.intent.value,
        "invoices": list(signal.invoices),
        "day": signal.day,
        "amount": None if signal.amount is None else signal.amount.amount,
        "currency": None if signal.amount is None else signal.amount.currency,
        "reference": signal.reference or "",
        "conditional": signal.conditional,
        "reason": None if signal.reason is None else signal.reason.value,
        "documents": [kind.value for kind in signal.documents],
        "contact": signal.contact or "",
        "until": signal.until,
        "quote": signal.evidence.quote,
        "span_start": signal.evidence.start,
        "span_end": signal.evidence.end,
        "confidence": signal.confidence,
        "ungrounded": ungrounded,
    }
    await uow.session.execute(
        insert(SignalRow)
        .values(id=new_id(), org_id=uow.org_id, message_id=case.message_id, position=position, **values)
        .on_conflict_do_update(index_elements=["message_id", "position"], set_={"ungrounded": ungrounded})
    )


async def _event(uow: UnitOfWork, said: Said, kind: str, words: str) -> None:
    await append_event(
        uow,
        kind=kind,
        words=words,
        cause_key=f"{kind}:{said.case.message_id}:{said.position}",
        at=said.at,
        actor="customer",
        account_id=said.account_id,
        case_id=CaseId(said.case.id),
    )


async def _promise(uow: UnitOfWork, said: Said, signal: Signal, _: tuple[str, ...]) -> None:
    inserted = await uow.session.scalar(
        insert(PromiseRow)
        .values(
            **said.values(uow, signal),
            invoice_numbers=list(signal.invoices),
            promised_for=signal.day,
            amount=None if signal.amount is None else signal.amount.amount,
            currency=None if signal.amount is None else signal.amount.currency,
            conditional=signal.conditional,
            state="open",
        )
        .on_conflict_do_nothing()
        .returning(PromiseRow.id)
    )
    if inserted is None:
        return
    # A newer word on the same invoices replaces the older one; two promises of one mail are two instalments.
    await uow.session.execute(
        update(PromiseRow)
        .where(
            PromiseRow.account_id == said.account_id,
            PromiseRow.state == "open",
            PromiseRow.message_id != said.case.message_id,
            PromiseRow.invoice_numbers.overlap(list(signal.invoices)),
            PromiseRow.said_at <= said.said_at,
        )
        .values(state="superseded")
        .execution_options(synchronize_session=False)
    )
    promise = await uow.session.get_one(PromiseRow, inserted)
    if await newer_promise(uow, promise):
        promise.state = "superseded"
    when = f" by {signal.day.isoformat()}" if signal.day else ""
    what = f" of {signal.amount}" if signal.amount else ""
    condition = ", on a condition" if signal.conditional else ""
    await _event(
        uow,
        said,
        "promise",
        f"Promises payment{what} for {_numbers(signal)}{when}{condition}: “{signal.evidence.quote}”",
    )


async def newer_promise(uow: UnitOfWork, promise: PromiseRow) -> bool:
    """Whether a later mail of the account promised something else for the same invoices, and that still counts."""
    later = await uow.session.scalar(
        select(PromiseRow.id)
        .where(
            PromiseRow.account_id == promise.account_id,
            PromiseRow.message_id != promise.message_id,
            PromiseRow.state != "withdrawn",
            PromiseRow.invoice_numbers.overlap(promise.invoice_numbers),
            tuple_(PromiseRow.said_at, PromiseRow.id) > (promise.said_at, promise.id),
        )
        .limit(1)
    )
    return later is not None


async def _dispute(uow: UnitOfWork, said: Said, signal: Signal, _: tuple[str, ...]) -> None:
    reason = signal.reason.value if signal.reason else "other"
    inserted = await uow.session.scalar(
        insert(DisputeRow)
        .values(
            **said.values(uow, signal),
            invoice_numbers=list(signal.invoices),
            reason=reason,
            amount=None if signal.amount is None else signal.amount.amount,
            currency=None if signal.amount is None else signal.amount.currency,
            owner="collector",
            state="open",
        )
        .on_conflict_do_nothing()
        .returning(DisputeRow.id)
    )
    if inserted is not None:
        what = f" for {signal.amount}" if signal.amount else ""
        await _event(
            uow,
            said,
            "dispute",
            f"Contests {_numbers(signal)}{what} ({reason.replace('_', ' ')}): “{signal.evidence.quote}”",
        )


async def _claim(uow: UnitOfWork, said: Said, signal: Signal, found: tuple[str, ...]) -> None:
    inserted = await uow.session.scalar(
        insert(PaymentClaimRow)
        .values(
            **said.values(uow, signal),
            invoice_numbers=list(signal.invoices),
            paid_on=signal.day,
            amount=None if signal.amount is None else signal.amount.amount,
            currency=None if signal.amount is None else signal.amount.currency,
            reference=signal.reference or "",
            found=list(found),
        )
        .on_conflict_do_nothing()
        .returning(PaymentClaimRow.id)
    )
    if inserted is not None:
        message = await uow.session.get_one(MessageRow, said.case.message_id)
        await file_advice(uow, message, said.account_id, now=said.at)
        seen = f"; in the ledger: {'; '.join(found)}" if found else "; nothing found in the ledger yet"
        await _event(uow, said, "payment_claim", f"Says {_numbers(signal)} is paid: “{signal.evidence.quote}”{seen}")


async def _contact(uow: UnitOfWork, said: Said, signal: Signal, _: tuple[str, ...]) -> None:
    inserted = await uow.session.scalar(
        insert(ContactProposalRow)
        .values(**said.values(uow, signal), contact=signal.contact or "", state="proposed")
        .on_conflict_do_nothing()
        .returning(ContactProposalRow.id)
    )
    if inserted is not None:
        await _event(
            uow, said, "contact_proposal", f"Names another contact: {signal.contact or signal.evidence.quote}"
        )


async def _absence(uow: UnitOfWork, said: Said, signal: Signal, _: tuple[str, ...]) -> None:
    message = await uow.session.get_one(MessageRow, said.case.message_id)
    inserted = await uow.session.scalar(
        insert(AbsenceRow)
        .values(**said.values(uow, signal), email=message.sender, until=signal.until)
        .on_conflict_do_nothing()
        .returning(AbsenceRow.id)
    )
    if inserted is not None:
        until = f", back on {signal.until.isoformat()}" if signal.until else ""
        await _event(uow, said, "absence", f"{message.sender} is away{until}")


async def _stop(uow: UnitOfWork, said: Said, signal: Signal, _: tuple[str, ...]) -> None:
    """Nothing goes out until a person confirmed the wish or lifted it: the safe side of both mistakes."""
    account = await uow.session.get_one(AccountRow, said.account_id, with_for_update=True)
    opened = await open_item(
        uow,
        kind="stop_contact",
        words=f"{account.name} asks not to be written to: “{signal.evidence.quote}”. Confirm it, or lift the hold.",
        cause_key=stop_cause(said.case.message_id, said.position),
        at=said.at,
        account_id=said.account_id,
        case_id=CaseId(said.case.id),
    )
    # Opened before means that a person may have lifted the hold since: a run of its own does not put it back.
    if opened is not None and account.stopped_at is None and not account.hold_reason:
        account.hold_reason = STOP_HOLD
    await _event(uow, said, "stop_contact", f"Asks not to be written to: “{signal.evidence.quote}”")


def stop_cause(message_id: UUID, position: int) -> str:
    """What the review item of a wish for no more mail is kept under."""
    return f"stop_contact:{message_id}:{position}"


async def _other(uow: UnitOfWork, said: Said, signal: Signal, _: tuple[str, ...]) -> None:
    words = signal.intent.value.replace("_", " ").capitalize()
    about = f" ({_numbers(signal)})" if signal.invoices else ""
    await _event(uow, said, signal.intent.value, f"{words}{about}: “{signal.evidence.quote}”")


def _numbers(signal: Signal) -> str:
    return ", ".join(signal.invoices) or "the account"


_Recorder = Callable[[UnitOfWork, Said, Signal, tuple[str, ...]], Awaitable[None]]
_RECORDERS: dict[Intent, _Recorder] = {intent: _other for intent in Intent} | {
    Intent.PROMISE_TO_PAY: _promise,
    Intent.DISPUTE: _dispute,
    Intent.PAYMENT_SENT: _claim,
    Intent.CONTACT_CHANGE: _contact,
    Intent.OUT_OF_OFFICE: _absence,
    Intent.STOP_CONTACT: _stop,
}
