"""When mail may go out: an organisation's hours, cap and delay; a mailbox's limits; and what a mail waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import InvalidInput

MINUTES_OF_A_DAY = 24 * 60
#: What an organisation may set at most: a delay is for second thoughts, and a cap above one a day is none.
LONGEST_UNDO = timedelta(hours=1)
HIGHEST_CAP = 1_000


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Wall-clock minutes after midnight at the customer's; `closes` is the first minute in which nothing goes out.

    `every_day`: weekends and holidays count as well.
    """

    opens: int = 8 * 60
    closes: int = 18 * 60
    every_day: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= MINUTES_OF_A_DAY:
            raise InvalidInput(f"sending hours from {clock_words(self.opens)} to {clock_words(self.closes)}: none")

    def __str__(self) -> str:
        return f"{clock_words(self.opens)} to {clock_words(self.closes)}"


def clock_words(minutes: int) -> str:
    """`8:00` for 480 minutes after midnight."""
    return f"{minutes // 60}:{minutes % 60:02d}"


@dataclass(frozen=True, slots=True)
class SendingPolicy:
    """What an organisation set.

    `contact_cap`: mails that we start, an account and seven days. `undo`: how long an approved mail can be taken back
    before it may go out; zero for none.
    """

    hours: SendingHours = SendingHours()
    contact_cap: int = 3
    undo: timedelta = timedelta(seconds=30)

    def __post_init__(self) -> None:
        if not 1 <= self.contact_cap <= HIGHEST_CAP:
            raise InvalidInput(f"a contact cap of {self.contact_cap}: it lies between 1 and {HIGHEST_CAP:,}")
        if not timedelta(0) <= self.undo <= LONGEST_UNDO:
            raise InvalidInput("the delay in which a mail can be taken back lies between none and an hour")


@dataclass(frozen=True, slots=True)
class MailboxLimits:
    """How many mails may leave one mailbox."""

    per_minute: int = 30
    per_day: int = 2_000


class WaitKind(StrEnum):
    """What an approved mail waits for."""

    #: Somebody may still take it back.
    UNDO = "undo"
    #: The customer's sending hours.
    HOURS = "hours"
    #: We wrote to this customer of our own accord often enough.
    CAP = "cap"
    #: The mailbox's limit a minute or a day.
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class SendWait:
    """Why an approved mail does not go out yet. `until` aware UTC; `why` in words; `time_zone` the customer's."""

    kind: WaitKind
    until: datetime
    why: str
    time_zone: str
