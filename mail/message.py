"""`ParsedMessage`, `ParsedReply`, `Address`, `Attachment`: a message taken apart."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Address:
    """An address as written: `name` may be empty, `email` is lower case and without angle brackets."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the message's text.

    `content` is empty where the part was over the limit; `size_bytes` then still tells its size (decoded, or
    estimated from the encoded length). `text` is filled for what is text by itself: plain text, CSV, HTML, Rich Text,
    calendars, messages. What stands inside a message or a `winmail.dat` follows it in the list.
    """

    filename: str
    content_type: str
    size_bytes: int
    content: bytes = b""
    text: str = ""
    inline: bool = False


@dataclass(frozen=True, slots=True)
class HiddenText:
    """Words in the message that its reader could not see, and how they were hidden."""

    how: str
    text: str


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One RFC 5322 message.

    Message ids carry no angle brackets. `sent_at` keeps the sender's own offset from the Date header; None
    where there is none or it is broken. `problems` names what was malformed and how it was read.
    """

    message_id: str
    sender: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    sent_at: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    #: Lower-case names of the headers that tell automatic mail, with their first value.
    headers: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    #: Why the message itself cannot be read (it is encrypted, say) and a person must see it; empty where it can.
    unreadable: str = ""
    #: From, Received and Authentication-Results, all of them, lower-case name and value, topmost first.
    trace: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """The quoted words that an inline answer stands under; it begins at `start` of the customer's own text."""

    start: int
    question: str


@dataclass(frozen=True, slots=True)
class ParsedReply:
    """What the customer said, apart from what was only quoted.

    `automatic` is `out_of_office`, `auto_reply`, `bounce` or None; `failed` holds the addresses a bounce names;
    `answered` are the quoted lines that inline answers stand under, in order of the answers.
    """

    reply: str
    answered: tuple[AnsweredQuestion, ...] = ()
    quoted: str = ""
    signature: str = ""
    automatic: str | None = None
    failed: tuple[str, ...] = ()
    hidden: tuple[HiddenText, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """The words that are answered inline, without where."""
        return tuple(each.question for each in self.answered)
