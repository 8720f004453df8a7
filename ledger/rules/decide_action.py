"""Snapshot and grounded signals to `PolicyDecision`: what happens next, and why. No model, no clock, no I/O."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from core.money import Money, total
from ledger.model.decision import Action, PolicyDecision, Reason, Topic, TopicKind
from ledger.model.signal import INTENTS_FOR_A_PERSON, DocumentKind, Intent, Signal
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.brakes import Brake
from ledger.rules.business_days import is_overdue, next_business_day, why_off
from ledger.rules.find_claimed_payment import find_claimed_payment
from ledger.rules.next_contact import next_contact, unreachable
from ledger.rules.overdue_items import known, open_items, open_sum, uncontested
from ledger.rules.unread_words import MOST_UNREAD_WORDS

#: Days after the promised day before a promise is looked at again: banks book a transfer up to two days later.
PROMISE_GRACE_DAYS = 2
#: Days after which "it is in process" is asked about again.
PROCESSING_DAYS = 7
#: Days given to a payment that was announced but not seen.
PAYMENT_SEARCH_DAYS = 5
#: Days until a delayed mail has arrived or come back: mail systems try for five (RFC 5321, section 4.5.4.1).
DELAYED_MAIL_DAYS = 6
#: An absence that lasts longer is not waited for: somebody else pays the invoices meanwhile.
LONGEST_ABSENCE_DAYS = 30


@dataclass(frozen=True, slots=True)
class CaseFlags:
    """What is known about the mail itself."""

    #: Why its sender needs a look first; empty where they are a known contact in their own thread.
    sender_trouble: str = ""
    #: The reader says that an automatic answer alone would be wrong, and why.
    needs_human: bool = False
    reading_reasons: tuple[str, ...] = ()
    #: Signals that could not be tied to the ledger; they are shown and never acted on.
    ungrounded: tuple[str, ...] = ()
    automatic: str | None = None
    #: Words of the reply that no signal rests on (`rules/unread_words.py`).
    unread_words: int = 0
    #: Addresses that a bounce names and that will not be tried again.
    failed: tuple[str, ...] = ()
    #: The bounce is a warning: the mail system is still trying.
    delayed: bool = False
    #: Two machines may be answering one another here; None where nothing says so.
    brake: Brake | None = None


@dataclass(slots=True)
class _Plan:
    """What the single signals add up to."""

    flags: CaseFlags
    topics: list[Topic] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    next_steps: list[date] = field(default_factory=list)
    attachments: list[DocumentKind] = field(default_factory=list)
    owner: str = "collector"
    needs_person: bool = False
    silent: bool = False
    stop: bool = False
    #: Numbers that this reply contests, promises or claims as paid: not to be chased in the same mail.
    settled: set[str] = field(default_factory=set)
    disputed: dict[str, Money | None] = field(default_factory=dict)

    def because(self, code: str, words: str) -> None:
        self.reasons.append(Reason(code, words))


def decide_action(
    snapshot: AccountSnapshot,
    signals: tuple[Signal, ...],
    flags: CaseFlags,
    *,
    documents_at_hand: Collection[DocumentKind],
) -> PolicyDecision:
    """The next step for one reply.

    Escalates where no rule fits: silence is not a decision. `next_step_on` is a day in the account's zone.
    """
    plan = _Plan(flags)
    for signal in signals:
        _HANDLERS[signal.intent](plan, signal, snapshot, documents_at_hand)
    _weigh_flags(plan, signals, flags)
    rest = _undisputed_rest(plan, snapshot)
    if snapshot.account.stopped_at is not None and not plan.stop:
        plan.because("stopped", "this customer asked not to be written to")
        plan.stop = True
    if snapshot.account.hold_reason:
        plan.because("on_hold", f"the account is on hold: {snapshot.account.hold_reason}")
        plan.needs_person = plan.silent = True
    country = snapshot.account.country
    next_step = min((next_business_day(day, country) for day in plan.next_steps), default=None)
    if flags.brake is not None and not plan.stop:
        return _held(plan, flags.brake, next_step or _look_again(snapshot, PROCESSING_DAYS))
    decision = _conclude(plan, rest, flags, next_step)
    off = why_off(snapshot.today, country)
    if decision.topics and off:
        send_on = next_business_day(snapshot.today, country).isoformat()
        reason = Reason("not_today", f"today is {off} at the customer's: better sent on {send_on}")
        return replace(decision, reasons=(*decision.reasons, reason))
    return decision


def _held(plan: _Plan, brake: Brake, next_step: date) -> PolicyDecision:
    """Nothing is drafted; a person hears of it once, and what follows only waits.

    What only a person may answer never waits unseen. A bounce is told of by its contact.
    """
    plan.because("brake", f"{brake.words}: nothing is drafted, so that no two machines answer one another")
    for_person = (plan.needs_person and plan.flags.automatic != "bounce") or plan.silent or plan.flags.sender_trouble
    if brake.first or for_person:
        return PolicyDecision(
            Action.ESCALATE, tuple(plan.reasons), needs_person=True, next_step_on=next_step, owner=plan.owner
        )
    return PolicyDecision(Action.WAIT, tuple(plan.reasons), next_step_on=next_step)


def _look_again(snapshot: AccountSnapshot, days: int) -> date:
    """That many days from today, or the customer's first business day after them."""
    return next_business_day(snapshot.today + timedelta(days=days), snapshot.account.country)


def _conclude(plan: _Plan, rest: Topic | None, flags: CaseFlags, next_step: date | None) -> PolicyDecision:
    if plan.stop:
        return PolicyDecision(Action.STOP, tuple(plan.reasons), needs_person=True, owner=plan.owner)
    if plan.silent or flags.sender_trouble:
        return PolicyDecision(
            Action.ESCALATE, tuple(plan.reasons), needs_person=True, next_step_on=next_step, owner=plan.owner
        )
    topics = (*plan.topics, rest) if rest is not None else tuple(plan.topics)
    if not topics:
        if flags.automatic is None and flags.unread_words > MOST_UNREAD_WORDS:
            # Waiting is the one end that nobody sees: it is for mails that were read to their last sentence.
            plan.because("unread", "part of the mail was not understood, so it is not put off unseen")
            plan.needs_person = True
        if plan.needs_person or not plan.next_steps:
            if not plan.reasons:
                plan.because("nothing_fits", "no rule fits what this mail says")
            return PolicyDecision(
                Action.ESCALATE, tuple(plan.reasons), needs_person=True, next_step_on=next_step, owner=plan.owner
            )
        return PolicyDecision(Action.WAIT, tuple(plan.reasons), next_step_on=next_step)
    action = Action.ANSWER
    if rest is not None:
        action = Action.CHASE_UNDISPUTED
    elif plan.needs_person:
        action = Action.ESCALATE
    return PolicyDecision(
        action,
        tuple(plan.reasons),
        topics=topics,
        needs_person=plan.needs_person,
        next_step_on=next_step,
        owner=plan.owner,
        attachments=tuple(dict.fromkeys(plan.attachments)),
    )


def _weigh_flags(plan: _Plan, signals: tuple[Signal, ...], flags: CaseFlags) -> None:
    if flags.sender_trouble:
        plan.because("sender", flags.sender_trouble)
    for words in flags.reading_reasons:
        plan.because("reading", words)
    for words in flags.ungrounded:
        plan.because("ungrounded", words)
    if flags.needs_human or flags.ungrounded or any(s.intent in INTENTS_FOR_A_PERSON for s in signals):
        plan.needs_person = True


def _promise(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    kind = TopicKind.PROMISE_CONDITION_NOTED if signal.conditional else TopicKind.PROMISE_NOTED
    plan.topics.append(
        Topic(
            kind,
            invoice_numbers=known(signal.invoices, snapshot),
            amount=open_sum(signal.invoices, snapshot),
            stated_day=signal.day,
            stated_amount=signal.amount,
        )
    )
    when = f" for {signal.day.isoformat()}" if signal.day else " without a day"
    plan.because("promise", f"the customer promises payment{when}")
    if signal.conditional:
        plan.needs_person = True
        plan.because("promise_conditional", "the promise hangs on something that we must do first")
    promised = next_business_day(signal.day or snapshot.today, snapshot.account.country)
    plan.next_steps.append(promised + timedelta(days=PROMISE_GRACE_DAYS))


def _payment_sent(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    found = find_claimed_payment(signal, snapshot)
    common = {"stated_day": signal.day, "stated_amount": signal.amount, "stated_reference": signal.reference or ""}
    numbers = known(signal.invoices, snapshot)
    if found.payment is not None:
        payment = found.payment
        plan.topics.append(
            Topic(TopicKind.PAYMENT_FOUND, numbers, amount=payment.amount, ledger_day=payment.received_on, **common)  # type: ignore[arg-type]
        )
        plan.because("payment_found", f"the customer says it paid, and we found {found.words[0]}")
        if not payment.invoice_numbers:
            plan.needs_person = True
            plan.because("payment_unapplied", "that payment is not applied to an invoice yet")
        return
    plan.topics.append(Topic(TopicKind.PAYMENT_NOT_FOUND, numbers, amount=open_sum(numbers, snapshot), **common))  # type: ignore[arg-type]
    if found.closed:
        plan.because("payment_closed", "the customer says it paid, and the invoices stand at zero")
        plan.topics[-1] = Topic(TopicKind.PAYMENT_FOUND, numbers, **common)  # type: ignore[arg-type]
        return
    if found.needs_look:
        plan.because(
            "payment_maybe_found", f"the customer says it paid; perhaps this is it: {'; '.join(found.words)}"
        )
        plan.needs_person = True
    else:
        plan.because("payment_not_found", "the customer says it paid; nothing in the ledger agrees yet")
    plan.next_steps.append(snapshot.today + timedelta(days=PAYMENT_SEARCH_DAYS))


def _dispute(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    for number in signal.invoices:
        plan.disputed[number] = signal.amount if len(signal.invoices) == 1 else None
    plan.topics.append(
        Topic(
            TopicKind.DISPUTE_RECEIVED,
            known(signal.invoices, snapshot),
            amount=open_sum(signal.invoices, snapshot),
            stated_amount=signal.amount,
            dispute_reason=signal.reason,
        )
    )
    reason = signal.reason.value.replace("_", " ") if signal.reason else "other"
    plan.because("dispute", f"the customer contests {', '.join(signal.invoices) or 'an invoice'} ({reason})")
    plan.needs_person = True


def _extension(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    plan.topics.append(Topic(TopicKind.EXTENSION_PASSED_ON, known(signal.invoices, snapshot), stated_day=signal.day))
    plan.because("extension", "the customer asks for more time; a person decides on it")


def _plan_request(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    plan.topics.append(Topic(TopicKind.PLAN_PASSED_ON, known(signal.invoices, snapshot)))
    plan.because("payment_plan", "the customer asks to pay in instalments; a person decides on it")
    plan.needs_person = True
    plan.owner = "manager"


def _documents(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, at_hand: Collection[DocumentKind]) -> None:
    numbers = known(signal.invoices, snapshot)
    have = tuple(kind for kind in signal.documents if _can_attach(kind, numbers, at_hand, snapshot))
    missing = tuple(kind for kind in signal.documents if kind not in have)
    if DocumentKind.BANK_DETAILS in missing:
        missing = tuple(kind for kind in missing if kind is not DocumentKind.BANK_DETAILS)
        _bank_details(plan, signal, snapshot, at_hand)
    if have:
        plan.topics.append(Topic(TopicKind.DOCUMENTS_ATTACHED, numbers, documents=have))
        plan.attachments.extend(have)
        plan.because("documents", f"the customer asks for {_kinds(have)}: attached")
    if missing or not signal.documents:
        plan.topics.append(Topic(TopicKind.DOCUMENTS_FOLLOW, numbers, documents=missing))
        plan.because("documents_missing", f"the customer asks for {_kinds(missing) or 'a document'}: not at hand")
        plan.needs_person = True


def _can_attach(
    kind: DocumentKind, numbers: tuple[str, ...], at_hand: Collection[DocumentKind], snapshot: AccountSnapshot
) -> bool:
    if kind is DocumentKind.INVOICE_COPY:
        return kind in at_hand and bool(numbers)
    if kind is DocumentKind.CREDIT_NOTE:
        return kind in at_hand and any(note.invoice_number in numbers for note in snapshot.credit_notes)
    return kind in at_hand


def _kinds(kinds: tuple[DocumentKind, ...]) -> str:
    return ", ".join(kind.value.replace("_", " ") for kind in kinds)


def _question(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.topics.append(Topic(TopicKind.QUESTION_PASSED_ON, known(signal.invoices, snapshot)))
    plan.because("question", "the customer asks something that the ledger alone may not answer")


def _processing(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    plan.because("processing", f"in process at the customer, no date: ask again after {PROCESSING_DAYS} days")
    plan.next_steps.append(snapshot.today + timedelta(days=PROCESSING_DAYS))


def _hardship(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.settled.update(signal.invoices)
    plan.topics.append(Topic(TopicKind.HARDSHIP_RECEIVED, known(signal.invoices, snapshot)))
    plan.because("hardship", "the customer says that it cannot or will not pay")
    plan.owner = "manager"


def _legal(plan: _Plan, _: Signal, __: AccountSnapshot, ___: Collection[DocumentKind]) -> None:
    plan.because("legal", "a lawyer, a court or insolvency is named: nothing is written without legal advice")
    plan.owner = "legal"
    plan.silent = True


def _contact_change(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    plan.topics.append(Topic(TopicKind.CONTACT_NOTED))
    who = f": {signal.contact}" if signal.contact else ""
    plan.because("contact_change", f"another contact is named{who}; nobody is written to there before you accept it")
    plan.needs_person = True


def _bank_details(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    if not any(topic.kind is TopicKind.BANK_DETAILS_UNCHANGED for topic in plan.topics):
        plan.topics.append(Topic(TopicKind.BANK_DETAILS_UNCHANGED, known(signal.invoices, snapshot)))
    plan.because("bank_details", "bank details are asked about or said to have changed: a fraud risk, check by phone")
    plan.needs_person = True


def _stop(plan: _Plan, _: Signal, __: AccountSnapshot, ___: Collection[DocumentKind]) -> None:
    plan.because("stop_contact", "the customer asks not to be written to any more")
    plan.stop = True


def _absence(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    back = signal.until if signal.until is not None and signal.until > snapshot.today else None
    away = f"away{f' until {back.isoformat()}' if back else ''}"
    if back is not None and back > snapshot.today + timedelta(days=LONGEST_ABSENCE_DAYS):
        plan.because(
            "long_absence", f"{away}, longer than we wait: choose another contact{_proposal(plan, snapshot)}"
        )
        plan.needs_person = True
        return
    plan.because("absence", f"{away}: the next step waits")
    plan.next_steps.append(back or snapshot.today + timedelta(days=PROCESSING_DAYS))


def _auto_reply(plan: _Plan, _: Signal, snapshot: AccountSnapshot, __: Collection[DocumentKind]) -> None:
    plan.because("auto_reply", "an automatic acknowledgement: nothing to answer")
    plan.next_steps.append(snapshot.today + timedelta(days=PROCESSING_DAYS))


def _bounce(plan: _Plan, signal: Signal, snapshot: AccountSnapshot, _: Collection[DocumentKind]) -> None:
    failed = plan.flags.failed or ((signal.contact,) if signal.contact else ())
    to = f" to {', '.join(failed)}" if failed else ""
    if plan.flags.delayed:
        plan.because("delayed", f"our mail{to} is delayed and still being tried: nothing has failed yet")
        plan.next_steps.append(snapshot.today + timedelta(days=DELAYED_MAIL_DAYS))
        return
    plan.needs_person = True
    gone = unreachable(snapshot.contacts)
    # A contact that was not marked was not written to of late: the bounce is not of our mail, and may be forged.
    other = next_contact(snapshot.contacts, gone) if gone & {one.casefold() for one in failed} else None
    if other is None:
        plan.because("bounce", f"our mail{to} could not be delivered: choose another contact")
        return
    plan.because("bounce", f"our mail{to} could not be delivered; the next contact is {other.email}")
    topic = open_items(snapshot)
    if topic is not None:
        plan.topics.append(topic)


def _proposal(plan: _Plan, snapshot: AccountSnapshot) -> str:
    sender = next((m.sender for m in reversed(snapshot.thread) if m.automatic == "out_of_office"), "")
    other = next_contact(snapshot.contacts, {sender}) if sender else None
    return f" ({other.email}?)" if other is not None else ""


def _unrelated(plan: _Plan, _: Signal, __: AccountSnapshot, ___: Collection[DocumentKind]) -> None:
    plan.because("unrelated", "nothing to do with what is owed")
    plan.needs_person = True


_Handler = Callable[[_Plan, Signal, AccountSnapshot, Collection[DocumentKind]], None]
_HANDLERS: dict[Intent, _Handler] = {
    Intent.PROMISE_TO_PAY: _promise,
    Intent.PAYMENT_SENT: _payment_sent,
    Intent.DISPUTE: _dispute,
    Intent.EXTENSION_REQUEST: _extension,
    Intent.PAYMENT_PLAN_REQUEST: _plan_request,
    Intent.DOCUMENT_REQUEST: _documents,
    Intent.QUESTION: _question,
    Intent.PROCESSING_UPDATE: _processing,
    Intent.HARDSHIP: _hardship,
    Intent.LEGAL_NOTICE: _legal,
    Intent.CONTACT_CHANGE: _contact_change,
    Intent.BANK_DETAILS_QUERY: _bank_details,
    Intent.STOP_CONTACT: _stop,
    Intent.OUT_OF_OFFICE: _absence,
    Intent.AUTO_REPLY: _auto_reply,
    Intent.DELIVERY_FAILURE: _bounce,
    Intent.UNRELATED: _unrelated,
}


def _undisputed_rest(plan: _Plan, snapshot: AccountSnapshot) -> Topic | None:
    """The overdue part that neither this reply nor an open dispute contests; None where no dispute came in.

    In one currency, the disputed invoice's: a mail never adds up two.
    """
    if not plan.disputed:
        return None
    contested = dict(plan.disputed)
    for dispute in snapshot.open_disputes:
        for number in dispute.invoice_numbers:
            contested.setdefault(number, dispute.amount if len(dispute.invoice_numbers) == 1 else None)
    promised = {number for promise in snapshot.open_promises for number in promise.invoice_numbers}
    parts: list[tuple[str, Money]] = []
    currency = next((i.open_balance.currency for i in snapshot.open_invoices if i.number in plan.disputed), None)
    for invoice in snapshot.open_invoices:
        part = uncontested(invoice, contested, skip=promised | (plan.settled - set(plan.disputed)))
        late = is_overdue(invoice.due, snapshot.today, snapshot.account.country)
        if part is not None and part.currency == currency and late:
            parts.append((invoice.number, part))
    if not parts or currency is None:
        return None
    rest = total([part for _, part in parts], currency)
    numbers = tuple(number for number, _ in parts)
    plan.because("undisputed_rest", f"{rest} on {', '.join(numbers)} is overdue and not contested")
    return Topic(TopicKind.UNDISPUTED_REST, numbers, undisputed=rest)
