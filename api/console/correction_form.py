"""The form that puts a reading right: each signal as fields, as shown and as typed, and back to signals."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from api.console.display_text import visible
from api.console.words import document_words, intent_words, reason_words
from core.errors import InvalidInput
from core.money import Money, plain
from ledger.model.correction import MOST_SIGNALS
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal
from ledger.queries.approval_queue import SignalShown
from ledger.rules.corrected_signals import FIELDS

#: Rows for what was not read; a mail that holds more is put right in two rounds.
MISSING_ROWS = 2
#: Fields of the largest form: those of every signal, and a few of its own.
MOST_FIELDS = (MOST_SIGNALS + MISSING_ROWS) * (len(DocumentKind) + 13) + 10
_LONGEST_FIELD = 2_000
INTENTS = tuple((intent.value, intent_words(intent.value)) for intent in Intent)
REASONS = tuple((reason.value, reason_words(reason.value)) for reason in DisputeReason)
DOCUMENTS = tuple((kind.value, document_words(kind.value)) for kind in DocumentKind)


@dataclass(frozen=True, slots=True)
class SignalFields:
    """One signal as its fields hold it; `amount` without currency, days as YYYY-MM-DD."""

    intent: str = ""
    quote: str = ""
    invoices: str = ""
    day: str = ""
    amount: str = ""
    currency: str = ""
    reference: str = ""
    conditional: bool = False
    reason: str = ""
    documents: frozenset[str] = field(default_factory=frozenset)
    contact: str = ""
    until: str = ""
    remove: bool = False


@dataclass(frozen=True, slots=True)
class CorrectionFields:
    """The whole form: what was read, and rows for what is missing. `changed` are the statements typed over."""

    version: int
    key: str
    read: tuple[SignalFields, ...]
    missing: tuple[SignalFields, ...]
    changed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CorrectionForm:
    """The form as it came in."""

    action: str
    version: int
    key: str
    read: tuple[SignalFields, ...]
    missing: tuple[SignalFields, ...]

    def over(self, today: CorrectionFields) -> CorrectionFields:
        """Today's form with what was typed, to be sent again."""
        changed = (i for i, (typed, read) in enumerate(zip(self.read, today.read, strict=True)) if typed != read)
        return replace(today, read=self.read, missing=self.missing, changed=frozenset(changed))


def fields_for(signals: tuple[SignalShown, ...], version: int, currency: str) -> CorrectionFields:
    """The form of a case as it was read. `currency` is the account's, ISO 4217."""
    return CorrectionFields(
        version=version,
        key=secrets.token_urlsafe(12),
        read=tuple(_fields_of(signal, currency) for signal in signals),
        missing=(SignalFields(currency=currency),) * MISSING_ROWS,
    )


def _fields_of(signal: SignalShown, currency: str) -> SignalFields:
    amount = signal.amount
    return SignalFields(
        intent=signal.intent,
        quote=visible(_plain_lines(signal.quote)),
        invoices=", ".join(signal.invoices),
        day="" if signal.day is None else signal.day.isoformat(),
        amount="" if amount is None else plain(amount.amount, amount.currency),
        currency=currency if amount is None else amount.currency,
        reference=signal.reference,
        conditional=signal.conditional,
        reason=signal.reason or "",
        documents=frozenset(signal.documents),
        contact=signal.contact,
        until="" if signal.until is None else signal.until.isoformat(),
    )


def read_correction(fields: Mapping[str, str], count: int, sentences: tuple[str, ...]) -> CorrectionForm:
    """The form of a case with `count` signals, whose mail consists of `sentences`.

    Raises:
        InvalidInput: it names no version, or a field is longer than anybody types.
    """
    version = fields.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise InvalidInput("the form names no version: open the page again")
    return CorrectionForm(
        action=fields.get("do", "")[:20],
        version=int(version),
        key=fields.get("key", "")[:100],
        read=tuple(_read_fields(fields, f"s{number}_") for number in range(count)),
        missing=tuple(
            _with_sentence(_read_fields(fields, f"n{number}_"), sentences) for number in range(MISSING_ROWS)
        ),
    )


def _read_fields(fields: Mapping[str, str], prefix: str) -> SignalFields:
    def line(name: str) -> str:
        value = fields.get(f"{prefix}{name}", "")
        if len(value) > _LONGEST_FIELD:
            raise InvalidInput(f"a field holds more than {_LONGEST_FIELD:,} characters: nothing was done")
        return " ".join(value.split())

    return SignalFields(
        intent=line("intent"),
        quote=_plain_lines(fields.get(f"{prefix}quote", "")),
        invoices=line("invoices"),
        day=line("day"),
        amount=line("amount"),
        currency=line("currency").upper(),
        reference=line("reference"),
        conditional=bool(line("conditional")),
        reason=line("reason"),
        documents=frozenset(kind.value for kind in DocumentKind if line(f"doc_{kind.value}")),
        contact=line("contact"),
        until=line("until"),
        remove=bool(line("remove")),
    )


def _with_sentence(typed: SignalFields, sentences: tuple[str, ...]) -> SignalFields:
    """A row for something missing: its quote is chosen by the sentence's number."""
    number = typed.quote.strip()
    if not number.isascii() or not number.isdigit() or int(number[:6]) >= len(sentences):
        return replace(typed, quote="")
    return replace(typed, quote=visible(sentences[int(number[:6])]))


def _plain_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def corrected_signals(
    form: CorrectionForm, before: tuple[SignalShown, ...], text: str, currency: str
) -> tuple[Signal, ...]:
    """All that the mail (`text`, its own words) says by the form. What was left as it was shown is today's signal.

    Raises:
        InvalidInput: a field cannot be understood; the words name it.
    """
    signals = []
    for was, typed in zip(before, form.read, strict=True):
        if typed.remove:
            continue
        signals.append(_as_read(was) if typed == _fields_of(was, currency) else to_signal(typed, text))
    signals += [to_signal(typed, text) for typed in form.missing if typed.intent]
    return tuple(signals)


def _as_read(shown: SignalShown) -> Signal:
    return Signal(
        intent=Intent(shown.intent),
        evidence=Evidence(shown.quote, shown.start, shown.end),
        confidence=shown.confidence,
        invoices=shown.invoices,
        day=shown.day,
        amount=shown.amount,
        reference=shown.reference or None,
        conditional=shown.conditional,
        reason=None if shown.reason is None else DisputeReason(shown.reason),
        documents=tuple(DocumentKind(kind) for kind in shown.documents),
        contact=shown.contact or None,
        until=shown.until,
    )


def to_signal(typed: SignalFields, text: str) -> Signal:
    """The signal that the fields hold; fields that its intent does not have are left out, as the page hides them.

    Raises:
        InvalidInput: a field cannot be understood.
    """
    try:
        intent = Intent(typed.intent)
    except ValueError as error:
        raise InvalidInput("choose what the mail says") from error
    has = FIELDS[intent]
    numbers = (part.strip() for part in typed.invoices.replace(";", ",").split(","))
    return Signal(
        intent=intent,
        evidence=_evidence(typed.quote.strip(), text),
        confidence=1.0,
        invoices=tuple(number for number in numbers if number) if "invoices" in has else (),
        day=_day(typed.day) if "day" in has else None,
        amount=_amount(typed) if "amount" in has else None,
        reference=typed.reference or None if "reference" in has else None,
        conditional=typed.conditional and "conditional" in has,
        reason=_reason(typed.reason) if "reason" in has else None,
        documents=tuple(kind for kind in DocumentKind if kind.value in typed.documents and "documents" in has),
        contact=typed.contact or None if "contact" in has else None,
        until=_day(typed.until) if "until" in has else None,
    )


def _evidence(quote: str, text: str) -> Evidence:
    """Where the words stand; the page shows some letters as others, so they are looked for as it shows them."""
    at = visible(text).find(quote) if quote else -1
    return Evidence(quote) if at < 0 else Evidence(text[at : at + len(quote)], at, at + len(quote))


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput(f"{text[:40]!r} is no day like 2026-04-24") from error


def _amount(typed: SignalFields) -> Money | None:
    if not typed.amount:
        return None
    try:
        return Money.of(typed.amount, typed.currency)
    except ValueError as error:
        raise InvalidInput(f"{error}: write amounts like 1250.00, without grouping") from error


def _reason(text: str) -> DisputeReason:
    try:
        return DisputeReason(text) if text else DisputeReason.OTHER
    except ValueError as error:
        raise InvalidInput("choose why it is contested") from error
