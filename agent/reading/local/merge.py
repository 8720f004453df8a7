"""Signals of single clauses put together to what the reply says as a whole."""

from collections.abc import Set
from dataclasses import replace

from ledger.model.signal import DisputeReason, Intent, Signal

#: "Approved" beside "will be paid on Friday" is part of the promise, not news of its own.
_OUTDOES_PROCESSING = frozenset(
    {
        Intent.PROMISE_TO_PAY, Intent.PAYMENT_SENT, Intent.DISPUTE, Intent.EXTENSION_REQUEST, Intent.HARDSHIP,
        Intent.PAYMENT_PLAN_REQUEST, Intent.LEGAL_NOTICE,
    }
)  # fmt: skip


#: A question beside these belongs to them.
_ANSWER_QUESTIONS = frozenset({Intent.PAYMENT_PLAN_REQUEST, Intent.BANK_DETAILS_QUERY, Intent.UNRELATED})


#: What somebody states, though a machine may have sent it.
_STATED = _OUTDOES_PROCESSING | {Intent.PROCESSING_UPDATE, Intent.DOCUMENT_REQUEST}


def merged(signals: list[Signal]) -> list[Signal]:
    """`signals` without repetitions and without what another one already says, in reading order."""
    result = _one_dispute_each(_same_fields_joined(signals))
    result = _undated_into_dated(result)
    result = _documents_joined(result)
    result = _without_outdone(result)
    return result


def _key(signal: Signal) -> tuple[object, ...]:
    return (signal.intent, signal.day, signal.reason, signal.amount, signal.documents, signal.contact)


def _same_fields_joined(signals: list[Signal]) -> list[Signal]:
    """Invoices with the same intent, date and reason are one signal."""
    joined: dict[tuple[object, ...], Signal] = {}
    for signal in signals:
        key = _key(signal)
        before = joined.get(key)
        joined[key] = signal if before is None else _joined(before, signal)
    return list(joined.values())


def _joined(first: Signal, second: Signal) -> Signal:
    better = first if first.confidence >= second.confidence else second
    return replace(
        first,
        evidence=better.evidence,
        confidence=better.confidence,
        invoices=tuple(sorted({*first.invoices, *second.invoices})),
        conditional=first.conditional or second.conditional,
        reference=first.reference or second.reference,
    )


def _one_dispute_each(signals: list[Signal]) -> list[Signal]:
    """Several sentences about one contested invoice give one dispute: the firmest named reason, any amount."""
    result: list[Signal] = []
    for signal in signals:
        twin = _twin(result, signal)
        if twin is None:
            result.append(signal)
            continue
        at = result.index(twin)
        keep = twin if twin.reason is not DisputeReason.OTHER or signal.reason is DisputeReason.OTHER else signal
        result[at] = replace(keep, amount=twin.amount or signal.amount)
    return result


def _twin(signals: list[Signal], other: Signal) -> Signal | None:
    if other.intent is not Intent.DISPUTE:
        return None
    for signal in signals:
        if (signal.intent is Intent.DISPUTE and set(signal.invoices) & set(other.invoices)) or (
            signal.intent is Intent.DISPUTE and signal.invoices == other.invoices
        ):
            return signal
    return None


def _undated_into_dated(signals: list[Signal]) -> list[Signal]:
    """ "We have paid it. It went out on Monday." is one payment: fields stated apart are put together."""
    result: list[Signal] = []
    for signal in signals:
        at = next((i for i, other in enumerate(result) if _completes(other, signal)), None)
        if at is None:
            result.append(signal)
            continue
        other = result[at]
        fuller = other if _weight(other) >= _weight(signal) else signal
        result[at] = replace(
            fuller,
            day=other.day or signal.day,
            amount=other.amount or signal.amount,
            reference=other.reference or signal.reference,
            contact=other.contact or signal.contact,
            conditional=other.conditional or signal.conditional,
            invoices=other.invoices if set(signal.invoices) <= set(other.invoices) else signal.invoices,
        )
    return result


def _weight(signal: Signal) -> float:
    return (signal.day is not None) * 2 + (signal.amount is not None) + signal.confidence


def _completes(first: Signal, second: Signal) -> bool:
    if first.intent is not second.intent or first.intent in (Intent.DISPUTE, Intent.DOCUMENT_REQUEST):
        return False
    if first.intent is Intent.CONTACT_CHANGE:
        return True
    nested = set(first.invoices) <= set(second.invoices) or set(second.invoices) <= set(first.invoices)
    open_day = first.day is None or second.day is None or first.day == second.day
    open_amount = first.amount is None or second.amount is None or first.amount == second.amount
    return nested and open_day and open_amount


def _documents_joined(signals: list[Signal]) -> list[Signal]:
    """One request a set of invoices, with all documents that it asks for."""
    result: list[Signal] = []
    for signal in signals:
        at = next(
            (
                i
                for i, other in enumerate(result)
                if other.intent is signal.intent is Intent.DOCUMENT_REQUEST and other.invoices == signal.invoices
            ),
            None,
        )
        if at is None:
            result.append(signal)
        else:
            kinds = {*result[at].documents, *signal.documents}
            result[at] = replace(result[at], documents=tuple(sorted(kinds, key=lambda kind: kind.value)))
    return result


def _without_outdone(signals: list[Signal]) -> list[Signal]:
    intents = {signal.intent for signal in signals}
    return [signal for signal in signals if not _is_outdone(signal, signals, intents)]


def _is_outdone(signal: Signal, signals: list[Signal], intents: set[Intent]) -> bool:
    """Whether the others already say it, or say what it really means."""
    match signal.intent:
        case Intent.PROCESSING_UPDATE:
            return _covered(signal, signals, _OUTDOES_PROCESSING)
        case Intent.HARDSHIP:
            # Who contests an invoice and will not pay it does not say that he cannot.
            surer = [other for other in signals if other.confidence > signal.confidence]
            return Intent.EXTENSION_REQUEST in intents or _covered(signal, surer, {Intent.DISPUTE})
        case Intent.QUESTION:
            return bool(intents & _ANSWER_QUESTIONS)
        case Intent.EXTENSION_REQUEST:
            # A court's or a lawyer's periods are theirs, not asked of us.
            return Intent.LEGAL_NOTICE in intents
        case Intent.CONTACT_CHANGE:
            return signal.contact is None and bool(intents & {Intent.LEGAL_NOTICE, Intent.STOP_CONTACT})
        case Intent.UNRELATED:
            return len(intents) > 1
        case Intent.AUTO_REPLY:
            # A help desk's "do not reply to this mail" below its answer.
            return bool(intents & _STATED)
        case Intent.PAYMENT_PLAN_REQUEST:
            return _is_spelled_out(signal, signals)
        case Intent.PROMISE_TO_PAY:
            return any(
                other.intent is Intent.EXTENSION_REQUEST and other.evidence == signal.evidence and _asks(other)
                for other in signals
            )
        case Intent.PAYMENT_SENT:
            return _is_the_payment_billed_twice(signal, signals)
        case Intent.DISPUTE:
            return _only_asks_for_the_order(signal, signals)
    return False


def _covered(signal: Signal, signals: list[Signal], by: Set[Intent]) -> bool:
    stronger = [other for other in signals if other.intent in by]
    named = {number for other in stronger for number in other.invoices}
    return bool(stronger) and set(signal.invoices) <= named


def _asks(signal: Signal) -> bool:
    return signal.evidence.quote.rstrip().endswith("?")


def _is_spelled_out(plan: Signal, signals: list[Signal]) -> bool:
    """ "500 on Friday and 500 on the 4th" are two promises, not a request for instalments."""
    dated = [other for other in signals if other.intent is Intent.PROMISE_TO_PAY and other.day is not None]
    return len(dated) > 1 and not _asks(plan)


#: A dispute that is less sure may be the doubt behind a question.
_SURE_OF_A_DISPUTE = 0.6


def _only_asks_for_the_order(dispute: Signal, signals: list[Signal]) -> bool:
    """ "Which order is this against? I find none" is a question, as the format says; nothing is contested."""
    return (
        dispute.reason is DisputeReason.PO_MISMATCH
        and dispute.confidence < _SURE_OF_A_DISPUTE
        and any(each.intent is Intent.QUESTION and each.confidence > dispute.confidence for each in signals)
    )


def _is_the_payment_billed_twice(payment: Signal, signals: list[Signal]) -> bool:
    """ "4680 is 4671 again and we paid that one" says nothing of a payment of 4680."""
    return payment.day is None and any(
        other.reason is DisputeReason.DUPLICATE and set(payment.invoices) <= set(other.invoices) for other in signals
    )
