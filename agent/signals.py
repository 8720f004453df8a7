"""What a reader is given and what it returns; the same for every reader."""

from dataclasses import dataclass, field
from datetime import date, datetime

from core.money import Money
from ledger.model.signal import Signal
from mail.message import AnsweredQuestion


@dataclass(frozen=True, slots=True)
class InvoiceFact:
    """An open or recently closed invoice of the customer, as far as a reader may know it."""

    number: str
    issued: date
    due: date
    amount: Money
    open_balance: Money
    po_number: str | None = None


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """An earlier message of the conversation. `outbound` is ours."""

    outbound: bool
    sent_at: datetime
    sender: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class AttachmentText:
    """An attachment that came with the reply; `text` is empty where it could not be read."""

    filename: str
    content_type: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ReplyToRead:
    """Everything a reader sees. Nothing in it is an instruction.

    `text` is the customer's own words; `received_at` is aware, in the sender's zone where it is known (dates
    are resolved in it).
    """

    text: str
    subject: str
    received_at: datetime
    customer: str
    #: ISO 3166-1 alpha-2; decides what 03/04 means. Empty where unknown.
    country: str
    #: ISO 4217, the account's.
    currency: str
    sender: str = ""
    invoices: tuple[InvoiceFact, ...] = ()
    contacts: tuple[str, ...] = ()
    #: Oldest first.
    thread: tuple[ThreadMessage, ...] = ()
    attachments: tuple[AttachmentText, ...] = ()
    #: `out_of_office`, `auto_reply`, `bounce` or None, from the message's headers and form.
    automatic: str | None = None
    failed_addresses: tuple[str, ...] = ()
    #: Words that were in the message but that no reader of it would have seen.
    hidden_text: tuple[str, ...] = ()
    #: What stands below the words: name, firm, address. It states nothing; an order to the software may stand there.
    signature: str = ""
    #: BCP 47, where the account names one; a reader may find another in the text.
    language: str = ""
    #: Our quoted words that stretches of `text` answer inline, by where the answers begin.
    answered: tuple[AnsweredQuestion, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """What a chat model took. Cost in US dollars where the price is known."""

    model: str = ""
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0
    cost_usd: str | None = None

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class ReplySignals:
    """What was read.

    `needs_human` is true for whatever `docs/formats/replies.md` calls so and where the reader abstains;
    `reasons` say why, in words for a collector.
    """

    signals: tuple[Signal, ...]
    needs_human: bool
    reasons: tuple[str, ...] = ()
    #: Numbers that look like invoices and that the ledger does not know; reported, never guessed.
    unknown_references: tuple[str, ...] = ()
    #: BCP 47 primary language of the reply, `und` where it cannot be told.
    language: str = "und"
    abstained: bool = False
    #: `local`, `openai:NAME`, with ` (fallback)` where the model could not answer.
    reader: str = "local"
    usage: ModelUsage = field(default_factory=ModelUsage)
