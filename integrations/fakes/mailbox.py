"""`FakeMailbox`: a mailbox in memory that passes the port's contract suites, and fails where it is told to."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Literal

from core.errors import ExternalError
from integrations.ports.errors import OutcomeUnknown, Rejected, TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage, OutgoingMessage

#: Before a fetch or a prepare; before the message is handed over; after it was, so that it went out all the same.
FaultPoint = Literal["fetch", "prepare", "before_handover", "after_handover"]


class FakeMailbox:
    """What lies in the mailbox and what was sent from it. Sources and senders over it come and go."""

    def __init__(self) -> None:
        self.received: list[bytes] = []
        #: In the order of sending; a mail that was sent twice is here twice.
        self.sent: list[OutgoingMessage] = []
        self.refused_recipients: set[str] = set()
        #: How often it was said of a mail that it had not been sent. What was prepared before is not sent after it.
        self.found_absent: Counter[str] = Counter()
        self._faults: dict[FaultPoint, list[ExternalError]] = {}

    def deliver(self, raw: bytes) -> None:
        """A message arrives."""
        self.received.append(raw)

    def fail_next(self, point: FaultPoint, error: ExternalError | None = None) -> None:
        """The next call that comes to `point` raises `error`; `OutcomeUnknown` where none is given."""
        self._faults.setdefault(point, []).append(error or OutcomeUnknown(f"told to fail at {point}"))

    def pass_point(self, point: FaultPoint) -> None:
        """Raises the error that waits at `point`, once."""
        waiting = self._faults.get(point)
        if waiting:
            raise waiting.pop(0)


class FakeSource:
    """`MailSource` over a `FakeMailbox`. The cursor is the number of messages before it."""

    def __init__(self, mailbox: FakeMailbox, max_bytes: int = 25_000_000) -> None:
        self._mailbox = mailbox
        self._max_bytes = max_bytes

    async def fetch(self, cursor: str | None, *, limit: int) -> AsyncIterator[IncomingMessage]:
        """See `MailSource.fetch`."""
        self._mailbox.pass_point("fetch")
        start = int(cursor) if cursor and cursor.isdecimal() else 0
        for number, raw in enumerate(self._mailbox.received[start : start + limit], start=start + 1):
            if len(raw) > self._max_bytes:
                yield IncomingMessage(str(number), b"", str(number), too_large_bytes=len(raw))
            else:
                yield IncomingMessage(str(number), raw, str(number))


class FakeSender:
    """`MailSender` over a `FakeMailbox`. It sends as often as it is told to: only its caller keeps it to once."""

    def __init__(self, mailbox: FakeMailbox) -> None:
        self._mailbox = mailbox

    async def prepare(self, message: OutgoingMessage) -> "FakePrepared":
        """See `MailSender.prepare`."""
        self._mailbox.pass_point("prepare")
        refused = self._mailbox.refused_recipients.intersection(message.envelope_to)
        if refused or not message.envelope_to:
            raise Rejected(f"refused: {', '.join(sorted(refused)) or 'no recipients'}")
        return FakePrepared(self._mailbox, message)

    async def was_sent(self, message_id: str, *, handed_over_at: datetime | None = None) -> bool | None:
        """See `MailSender.was_sent`; True or False."""
        found = any(message.message_id == message_id for message in self._mailbox.sent)
        self._mailbox.found_absent[message_id] += not found
        return found


class FakePrepared:
    """`PreparedSend` of a `FakeSender`."""

    def __init__(self, mailbox: FakeMailbox, message: OutgoingMessage) -> None:
        self._mailbox = mailbox
        self._message = message
        self._found_absent = mailbox.found_absent[message.message_id]

    async def send(self) -> str:
        """See `PreparedSend.send`; returns the message's number."""
        self._mailbox.pass_point("before_handover")
        if self._mailbox.found_absent[self._message.message_id] != self._found_absent:
            raise TemporarilyUnavailable("somebody was told meanwhile that this mail was not sent")
        self._mailbox.sent.append(self._message)
        self._mailbox.pass_point("after_handover")
        return str(len(self._mailbox.sent))

    async def abandon(self) -> None:
        """See `PreparedSend.abandon`."""
