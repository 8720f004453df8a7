"""From raw bytes to signals, the way an incoming mail takes, and what must hold of any bytes whatever."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import FrameType

from agent.reading.local.reader import LocalReader
from agent.reading.unread import with_unread
from agent.signals import AttachmentText, InvoiceFact, ReplySignals, ReplyToRead
from core.money import Money
from integrations.attachments.child import FileToParse
from integrations.attachments.reader import FileReader
from integrations.ports.attachment_text import AttachmentReader, ReadAttachment
from jobs.intake import Parsed, parse, storable
from ledger.model.signal import Intent
from mail.invisible import strip_invisible

#: Issue 3, "Bad input": each message has so long. Processor time: the machine is shared.
MOST_SECONDS = 10.0
RECEIVED_AT = datetime(2026, 4, 20, 9, 12, tzinfo=UTC)
_FIRST_YEAR, _LAST_YEAR = 1971, 2200
_INVOICES = tuple(
    InvoiceFact(
        number, date(2026, month, 2), date(2026, month + 1, 1), *[Money.of(amount, "GBP")] * 2, po_number=order
    )
    for number, month, amount, order in (
        ("INV-20417", 3, "1840.00", None),
        ("INV-20422", 3, "480.50", "PO-7781"),
        ("RE-2026-0411", 2, "1250.00", None),
    )
)


class TooSlow(BaseException):
    """A message took longer than it may; no handler for errors may swallow it."""


@dataclass(frozen=True, slots=True)
class Read:
    """One message on its way: taken apart, as the reader was given it, and what was read."""

    parsed: Parsed
    given: ReplyToRead
    signals: ReplySignals
    cpu_seconds: float


def _not_parsed(files: Sequence[FileToParse]) -> tuple[ReadAttachment, ...]:
    return tuple(ReadAttachment(for_person="not parsed here") for _ in files)


#: Files that need a parser have a process, limits and tests of their own (tests/contract, attachments).
TEXT_ONLY = FileReader(parse=_not_parsed)


def read_bytes(raw: bytes, reader: LocalReader, attachments: AttachmentReader = TEXT_ONLY) -> Read:
    """The whole path, with the limits of what the intake keeps.

    Raises:
        TooSlow: it took more than `MOST_SECONDS` of processor time.
    """
    with _within(MOST_SECONDS):
        started = time.process_time()
        parsed = parse(raw, attachments)
        given = _given(parsed)
        signals = with_unread(reader.read_now(given), parsed.attached.for_person)
        return Read(parsed, given, signals, time.process_time() - started)


def _given(parsed: Parsed) -> ReplyToRead:
    message, reply = parsed.message, parsed.reply
    at = message.sent_at
    sender = message.sender
    return ReplyToRead(
        text=storable(reply.reply[:200_000]),
        subject=storable(message.subject[:1_000]),
        received_at=at if at is not None and _FIRST_YEAR <= at.year <= _LAST_YEAR else RECEIVED_AT,
        customer="Brightwater Kitchens Ltd",
        country="GB",
        currency="GBP",
        sender=storable(f"{sender.name} <{sender.email}>") if sender else "",
        invoices=_INVOICES,
        contacts=("tom@brightwater.example",),
        attachments=tuple(
            AttachmentText(storable(part.filename[:200]), part.content_type, storable(read.text[:40_000]))
            for part, read in zip(message.attachments, parsed.attached.read, strict=False)
        ),
        automatic=reply.automatic,
        failed_addresses=reply.failed[:10],
        hidden_text=tuple(storable(one.text[:500]) for one in (*message.hidden, *reply.hidden)[:20]),
    )


def check(read: Read) -> None:
    """Asserts what holds of any message."""
    message, reply, given = read.parsed.message, read.parsed.reply, read.given
    assert message.message_id
    assert "\n" not in message.subject
    said = reply.reply.split()
    assert _in_order(said, message.text.split()) or _in_order(said, message.subject.split()), "words not his own"
    assert strip_invisible(reply.reply)[0] == reply.reply, "characters that nobody sees"
    assert read.signals.signals or read.signals.needs_human, "nothing was made out, and no person is told"
    elsewhere = (given.subject, *(each.text for each in given.attachments))
    for each in read.signals.signals:
        quote, start, end = each.evidence.quote, each.evidence.start, each.evidence.end
        if (start, end) == (-1, -1):
            assert any(quote in text for text in elsewhere), "evidence that stands nowhere"
        else:
            assert quote == given.text[start:end], "evidence beside its place"
        assert 0 <= each.confidence <= 1
        if each.intent is Intent.PROMISE_TO_PAY and each.day is not None:
            assert each.day >= given.received_at.date(), "a promise for a day that is over"
    str(read.signals).encode("utf-8", "surrogatepass")


def same(one: Read, other: Read) -> bool:
    """Whether two readings of the same bytes agree in all but the time they took."""
    return (one.parsed, one.given, one.signals) == (other.parsed, other.given, other.signals)


def _in_order(words: list[str], among: list[str]) -> bool:
    """Whether `words` stand in `among` in this order, perhaps with others between them."""
    rest = iter(among)
    return all(word in rest for word in words)


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Ends what takes longer, also inside a regular expression: these look for signals as they search."""

    def stop(_: int, frame: FrameType | None) -> None:
        where = f"{frame.f_code.co_filename}:{frame.f_lineno}" if frame else "?"
        raise TooSlow(f"over {seconds} s of processor time, at {where}")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
