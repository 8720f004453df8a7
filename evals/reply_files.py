"""Loads customer replies in the format of `docs/formats/replies.md`, and turns a line into what a reader is given.

`expected` is kept apart from everything that a reader may see.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from agent.signals import AttachmentText, InvoiceFact, ReplyToRead, ThreadMessage
from core.errors import InvalidInput
from core.money import Money
from mail.html_text import html_to_text
from mail.message import Address, Attachment, HiddenText, ParsedMessage, ParsedReply
from mail.parse_mime import parse_mime
from mail.split_reply import split_reply

_MOST_LINE_CHARACTERS = 64 * 1024 * 1024


class _Wire(BaseModel):
    # A team's own set may carry fields of its own; they mean nothing here.
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class _Invoice(_Wire):
    number: str = Field(min_length=1)
    issued: date
    due: date
    amount: str
    open: str
    currency: str
    po: str | None = None

    def fact(self) -> InvoiceFact:
        amount, balance = Money.of(self.amount, self.currency), Money.of(self.open, self.currency)
        return InvoiceFact(self.number, self.issued, self.due, amount, balance, self.po)


class _Account(_Wire):
    customer: str
    country: str
    currency: str
    contacts: list[str] = []
    invoices: list[_Invoice] = []


class _ThreadMail(_Wire):
    direction: str
    date: str
    sender: str = Field("", alias="from")
    subject: str = ""
    text: str = ""


class _AttachmentLine(_Wire):
    filename: str = ""
    content_type: str = "application/octet-stream"
    text: str = ""


class _Email(_Wire):
    sender: str = Field("", alias="from")
    to: str | list[str] = ""
    cc: str | list[str] = []
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: dict[str, Any] = {}
    attachments: list[_AttachmentLine] = []


class _Signal(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intent: str
    invoices: list[str] = []
    date: str | list[str] | None = None
    amount: str | None = None
    reference: str | None = None
    conditional: bool | None = None
    reason: str | None = None
    documents: list[str] | None = None
    contact: str | None = None
    until: str | list[str] | None = None


class _Expected(_Wire):
    signals: list[_Signal]
    intents: list[str]
    needs_human: bool


class _Line(_Wire):
    id: str = Field(min_length=1)
    lang: str
    received_at: AwareDatetime
    account: _Account
    thread: list[_ThreadMail] = []
    email: _Email | str
    expected: _Expected | None = None


@dataclass(frozen=True, slots=True)
class ExpectedReading:
    """What people say is in a reply. Signals are in the form of the dataset."""

    signals: tuple[dict[str, Any], ...]
    intents: frozenset[str]
    needs_human: bool


@dataclass(frozen=True, slots=True)
class ReplyCase:
    """One line. `expected` never reaches a reader; None where the line states none."""

    case_id: str
    lang: str
    line: _Line
    expected: ExpectedReading | None


@dataclass(frozen=True, slots=True)
class LoadedReplies:
    """What could be read, and what could not, with line, id and reason."""

    cases: tuple[ReplyCase, ...]
    left_out: tuple[dict[str, Any], ...] = field(default=())


def load_replies(path: Path) -> LoadedReplies:
    """Reads the file.

    Raises:
        InvalidInput: the file cannot be read, or no line of it can.
    """
    cases: list[ReplyCase] = []
    left_out: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, text in _lines(path):
        try:
            case = _case(text)
            if case.case_id in seen:
                raise ValueError("its id stands in an earlier line")
            seen.add(case.case_id)
            cases.append(case)
        except (ValueError, RecursionError) as error:
            left_out.append({"line": number, "id": _id_of(text), "reason": _reason(error)})
    if not cases:
        first = f": line {left_out[0]['line']}: {left_out[0]['reason']}" if left_out else ""
        raise InvalidInput(f"{path} holds no reply in the format of docs/formats/replies.md{first}")
    return LoadedReplies(tuple(cases), tuple(left_out))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, line[:_MOST_LINE_CHARACTERS]
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error


#: Days are reckoned from the day of receipt; at the ends of the calendar there is none to reckon to.
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def _case(text: str) -> ReplyCase:
    line = _Line.model_validate(json.loads(text))
    if not _FIRST_YEAR <= line.received_at.year <= _LAST_YEAR:
        raise ValueError(f"received_at: the year {line.received_at.year} is no year of mail")
    if isinstance(line.email, str):
        line.email.encode()
    for invoice in line.account.invoices:
        invoice.fact()
    Money.zero(line.account.currency)
    expected = None
    if line.expected is not None:
        signals = tuple(each.model_dump(exclude_none=True) for each in line.expected.signals)
        expected = ExpectedReading(signals, frozenset(line.expected.intents), line.expected.needs_human)
    return ReplyCase(line.id, line.lang, line.model_copy(update={"expected": None}), expected)


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}"[:300]
    return str(error)[:300]


def _id_of(text: str) -> str:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(value.get("id", ""))[:200] if isinstance(value, dict) else ""


# A line as a reader sees it


def reply_to_read(case: ReplyCase) -> ReplyToRead:
    """The reply as production would give it to a reader: parsed, taken apart, its days in the sender's zone."""
    line = case.line
    message = parsed_message(line.email, line.received_at)
    parts = split_reply(message)
    return ReplyToRead(
        text=parts.reply,
        subject=message.subject,
        received_at=line.received_at,
        customer=line.account.customer,
        country=line.account.country,
        currency=line.account.currency,
        sender=_written(message.sender),
        invoices=tuple(each.fact() for each in line.account.invoices),
        contacts=tuple(line.account.contacts),
        thread=tuple(_thread_message(each, line.received_at) for each in line.thread),
        attachments=tuple(AttachmentText(a.filename, a.content_type, a.text) for a in message.attachments),
        automatic=parts.automatic,
        failed_addresses=parts.failed,
        hidden_text=_hidden(parts),
        answered=parts.answered,
        signature=parts.signature,
    )


def _written(address: Address | None) -> str:
    """The sender as written: an order to the software may stand in his name as well."""
    if address is None:
        return ""
    return f"{address.name} <{address.email}>" if address.name else address.email


def _hidden(parts: ParsedReply) -> tuple[str, ...]:
    return tuple(each.text for each in parts.hidden)


def _thread_message(mail: _ThreadMail, received_at: datetime) -> ThreadMessage:
    try:
        sent_at = datetime.fromisoformat(mail.date)
    except ValueError:
        sent_at = received_at
    if sent_at.tzinfo is None:
        sent_at = sent_at.replace(tzinfo=received_at.tzinfo)
    return ThreadMessage(mail.direction == "out", sent_at, mail.sender.lower(), mail.subject, mail.text)


def parsed_message(email: _Email | str, received_at: datetime) -> ParsedMessage:
    """The mail of a line taken apart; an object stands for a mail that had these fields."""
    if isinstance(email, str):
        return parse_mime(email.encode("utf-8", "surrogateescape"))
    text = email.text
    hidden: tuple[HiddenText, ...] = ()
    if email.html:
        readable = html_to_text(email.html)
        hidden = readable.hidden
        text = text if text.strip() else readable.text
    return ParsedMessage(
        message_id="",
        sender=_address(email.sender),
        reply_to=(),
        to=_addresses(email.to),
        cc=_addresses(email.cc),
        subject=email.subject,
        sent_at=received_at,
        in_reply_to=(),
        references=(),
        text=text,
        html=email.html,
        attachments=tuple(_attachment(each) for each in email.attachments),
        hidden=hidden,
        headers={name.lower(): str(value) for name, value in email.headers.items()},
    )


def _attachment(line: _AttachmentLine) -> Attachment:
    content = line.text.encode("utf-8", "replace")
    return Attachment(line.filename, line.content_type, len(content), content, line.text)


def _addresses(value: str | list[str]) -> tuple[Address, ...]:
    values = [value] if isinstance(value, str) else value
    return tuple(found for each in values if (found := _address(each)) is not None)


def _address(value: str) -> Address | None:
    name, _, rest = value.rpartition("<")
    email = rest.rstrip("> ").strip().lower()
    return Address(email, name.strip(' "')) if "@" in email else None
