"""The demo company's mail: the reminders it sent, and what came back, as raw messages."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment

from core.money import Money
from evals.sample.clients import (
    QuotedMail,
    attribution,
    day_of_month,
    long_date,
    numeric_date,
    outlook_headers,
    reply_prefix,
    weekday_name,
    written_amount,
)
from evals.sample.company import SampleCompany, SampleCustomer, SampleEntity, SampleReply
from evals.sample.history import LedgerInvoice, SampleLedger

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SENT_AT = time(9, 5)
_DAYS_BETWEEN_REMINDERS = 11


@dataclass(frozen=True, slots=True)
class SampleMail:
    """A raw message and its place below the sample's folder."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Sent:
    """A reminder of ours as its answers need it."""

    message_id: str
    references: tuple[str, ...]
    sent_at: datetime
    subject: str
    text: str
    to_name: str
    to_email: str


def sample_mail(company: SampleCompany, ledger: SampleLedger, today: date) -> list[SampleMail]:
    """All mails: `sent/001.eml` and on, `mailbox/001.eml` and on, each folder oldest first."""
    sent: list[tuple[datetime, bytes]] = []
    received: list[tuple[datetime, bytes]] = []
    for position, reply in enumerate(company.replies, start=1):
        letter = _Letter(company, ledger, reply, position, today)
        sent += [(one.sent_at, letter.sent_message(one)) for one in letter.sent]
        received.append((letter.received_at, letter.received_message()))
    return _in_folder("sent", sent) + _in_folder("mailbox", received)


def _in_folder(folder: str, mails: list[tuple[datetime, bytes]]) -> list[SampleMail]:
    mails.sort()
    return [SampleMail(f"{folder}/{number:03d}.eml", raw) for number, (_, raw) in enumerate(mails, start=1)]


class _Letter:
    """One reply of replies.toml and the reminders that it answers, on one day."""

    def __init__(
        self, company: SampleCompany, ledger: SampleLedger, reply: SampleReply, position: int, today: date
    ) -> None:
        self.reply = reply
        self.position = position
        self.customer: SampleCustomer = company.customer(reply.customer)
        self.entity: SampleEntity = company.entity(self.customer.entity)
        self.language = self.customer.speaks
        self.zone = ZoneInfo(self.customer.zone)
        day = today - timedelta(reply.days_ago)
        self.day = day if reply.automatic else _office_day(day)
        self.received_at = datetime.combine(self.day, time.fromisoformat(reply.time), self.zone)
        self.stories = {row.key: ledger.story(self.customer.id, row.key) for row in self.customer.story}
        self.sent = self._reminders(company) if reply.waited else []

    def _reminders(self, company: SampleCompany) -> list[_Sent]:
        """The reminders, oldest first; each one after the first answers in the thread of the one before."""
        spoken = self.language if self.language in company.outbound else "en-GB"
        texts = company.outbound[spoken]
        person = self.customer.people[0]
        reminders: list[_Sent] = []
        for back in range(self.reply.reminders - 1, -1, -1):
            days = self.reply.waited + back * _DAYS_BETWEEN_REMINDERS
            day = _office_day(self.day - timedelta(days))
            about = [_Facts(self.stories[key]) for key in self.reply.about]
            known = {"invoices": about, "person": person.name, "entity": self.entity}
            known["signed_by"] = self.entity.signed_by
            write = _templates(spoken, day)
            number = len(reminders) + 1
            domain = self.entity.email.partition("@")[2]
            reminders.append(
                _Sent(
                    message_id=f"<{day:%Y%m%d}.{self.position:04d}.{number}@{domain}>",
                    references=tuple(one.message_id for one in reminders),
                    sent_at=datetime.combine(day, _SENT_AT, ZoneInfo(self.entity.time_zone)),
                    subject=write(texts.subject, known),
                    text="\n\n".join(write(paragraph, known) for paragraph in texts.paragraphs),
                    to_name=person.name,
                    to_email=person.email,
                )
            )
        return reminders

    def sent_message(self, sent: _Sent) -> bytes:
        """A reminder of ours, raw."""
        message = EmailMessage(policy=SMTP)
        message["Message-ID"] = sent.message_id
        message["Date"] = format_datetime(sent.sent_at)
        message["From"] = _address(self.entity.name, self.entity.email)
        message["To"] = _address(sent.to_name, sent.to_email)
        message["Subject"] = sent.subject
        if sent.references:
            message["In-Reply-To"] = sent.references[-1]
            message["References"] = " ".join(sent.references)
        message.set_content(sent.text + "\n", cte="quoted-printable")
        return message.as_bytes()

    def received_message(self) -> bytes:
        """The reply, raw, with the headers of its sender's mail program."""
        if self.reply.automatic == "bounce":
            return self._bounce()
        write = _templates(self.language, self.day)
        known: dict[str, object] = {key: _Facts(story) for key, story in self.stories.items()}
        known["ours"] = [line for line in self.sent[-1].text.splitlines() if line] if self.sent else []
        text = write(self.reply.text, known).strip("\n")
        message = EmailMessage(policy=SMTP)
        self._put_headers(message, write(self.reply.subject, known))
        if self.reply.html:
            message.set_content(
                self._html_only(write(self.reply.html, known)), subtype="html", cte="quoted-printable"
            )
        else:
            self._put_text(message, self._laid_out(text))
        for attachment in self.reply.attachments:
            content = write(attachment.text, known).strip("\n").replace("\n", "\r\n").encode()
            kind, _, subtype = attachment.content_type.partition("/")
            filename = write(attachment.filename, known)
            message.add_attachment(content, maintype=kind, subtype=subtype, filename=filename)
        self._fix_boundaries(message)
        return message.as_bytes()

    def _put_headers(self, message: EmailMessage, subject: str) -> None:
        reply, person = self.reply, self.customer.people[0]
        sender = reply.sender or person.email
        name = reply.sender_name or ("" if reply.sender else person.name)
        domain = sender.partition("@")[2]
        message["Received"] = (
            f"from mail.{domain} (mail.{domain} [192.0.2.{self.position}]) by mx.hallenberg.example with ESMTPS "
            f"id r{self.position:04d}; {format_datetime(self.received_at + timedelta(seconds=4))}"
        )
        message["From"] = _address(name, sender)
        message["To"] = _address(self.entity.name, self.entity.email)
        prefix = "" if reply.automatic else reply_prefix(reply.client, self.language)
        message["Subject"] = subject or prefix + (self.sent[-1].subject if self.sent else "")
        message["Date"] = format_datetime(self.received_at)
        message["Message-ID"] = _message_id(reply.client, self.position, self.received_at, domain)
        if self.sent:
            message["In-Reply-To"] = self.sent[-1].message_id
            message["References"] = " ".join((*self.sent[-1].references, self.sent[-1].message_id))
        for header, value in _CLIENT_HEADERS[reply.client] + _AUTOMATIC_HEADERS[reply.automatic]:
            message[header] = value
        if reply.client == "outlook" and self.sent:
            message["Thread-Topic"] = self.sent[-1].subject

    def _put_text(self, message: EmailMessage, text: str) -> None:
        """The body as the program sends it: Gmail and Outlook add HTML, Thunderbird may still write Latin-1."""
        if self.reply.client == "thunderbird" and text.isascii() is False and _fits_latin_1(text):
            message.set_content(text + "\n", charset="iso-8859-1", cte="quoted-printable")
            return
        message.set_content(text + "\n", cte="quoted-printable")
        if self.reply.client in ("gmail", "outlook") and not self.reply.automatic:
            markup = "<br>\n".join(html.escape(line, quote=False) for line in text.splitlines())
            message.add_alternative(f'<html><body><div dir="ltr">{markup}</div></body></html>\n', subtype="html")

    def _laid_out(self, text: str) -> str:
        """The reply with its signature and, where it quotes, our mail where the sender's program puts it."""
        own = f"{text}\n\n{self.reply.signature.strip()}" if self.reply.signature else text
        if not self.sent or self.reply.quote in ("none", "inline"):
            return own
        quoted = self._quoted()
        marked = "\n".join(f"> {line}".rstrip() for line in quoted.text.splitlines())
        if self.reply.quote == "above":
            return f"{attribution(quoted, self.language)}\n{marked}\n\n{own}"
        if self.reply.client == "outlook":
            return "\n".join([own, "", "_" * 32, *outlook_headers(quoted, self.language), "", quoted.text])
        return f"{own}\n\n{attribution(quoted, self.language)}\n\n{marked}"

    def _html_only(self, own: str) -> str:
        """A body without a text part, the quote in a block of its own."""
        quoted = self._quoted()
        line = html.escape(attribution(quoted, self.language))
        ours = "<br>".join(html.escape(part) for part in quoted.text.splitlines())
        return f"<html><body>{own.strip()}<br><div>{line}<blockquote>{ours}</blockquote></div></body></html>\n"

    def _quoted(self) -> QuotedMail:
        sent = self.sent[-1]
        sent_at = sent.sent_at.astimezone(self.zone)
        return QuotedMail(self.entity.name, self.entity.email, sent.to_email, sent_at, sent.subject, sent.text)

    def _bounce(self) -> bytes:
        """A delivery status notification (RFC 3464) for our last reminder."""
        sent = self.sent[-1]
        domain = sent.to_email.partition("@")[2]
        boundary = f"==dsn{self.position:04d}=="
        lines = [
            "Return-Path: <>",
            f"From: Mail Delivery System <MAILER-DAEMON@mx.{domain}>",
            f"To: {self.entity.email}",
            "Subject: Undelivered Mail Returned to Sender",
            f"Date: {format_datetime(self.received_at)}",
            f"Message-ID: <{self.received_at:%Y%m%d%H%M}.DSN{self.position}@mx.{domain}>",
            f"In-Reply-To: {sent.message_id}",
            f"References: {sent.message_id}",
            "Auto-Submitted: auto-replied",
            "MIME-Version: 1.0",
            f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
            "",
            f"--{boundary}",
            "Content-Type: text/plain; charset=us-ascii",
            "",
            f"This is the mail system at host mx.{domain}.",
            "",
            "I'm sorry to have to inform you that your message could not be delivered.",
            "",
            f"<{sent.to_email}>: host mx.{domain}[192.0.2.{self.position}] said: 550 5.1.1 User unknown",
            "",
            f"--{boundary}",
            "Content-Type: message/delivery-status",
            "",
            f"Reporting-MTA: dns; mx.{domain}",
            f"Arrival-Date: {format_datetime(sent.sent_at)}",
            "",
            f"Final-Recipient: rfc822; {sent.to_email}",
            "Action: failed",
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 5.1.1 User unknown",
            "",
            f"--{boundary}",
            "Content-Type: text/rfc822-headers",
            "",
            f"Message-ID: {sent.message_id}",
            f"From: {self.entity.email}",
            f"To: {sent.to_email}",
            f"Subject: {sent.subject}",
            "",
            f"--{boundary}--",
            "",
        ]
        return "\r\n".join(lines).encode("ascii")

    def _fix_boundaries(self, message: EmailMessage) -> None:
        """The same day must give the same bytes, so no boundary may be left to chance."""
        for depth, part in enumerate(part for part in message.walk() if part.is_multipart()):
            part.set_boundary(f"=_part_{self.position:04d}_{depth}")


class _Facts:
    """What a template may say of an invoice."""

    def __init__(self, invoice: LedgerInvoice) -> None:
        self.number = invoice.number
        self.issued = invoice.issued
        self.due = invoice.due
        self.open: Money = invoice.open_now
        self.po = invoice.po_number


def _templates(language: str, day: date) -> Callable[[str, dict[str, object]], str]:
    """What renders a text of that language written on `day`.

    Filters word days and amounts; `plus(9)` is nine days on and past a weekend, `first("fri")` the first
    Friday after.
    """
    days = {
        "plus": lambda days: _working_day(day, days),
        "first": lambda name: day + timedelta((_WEEKDAYS.index(name) - day.weekday() - 1) % 7 + 1),
    }
    return lambda text, known: _compiled(language, text).render(known | days)


@lru_cache(maxsize=2048)
def _compiled(language: str, text: str) -> Template:
    return _environment(language).from_string(text)


@lru_cache(maxsize=32)
def _environment(language: str) -> SandboxedEnvironment:
    # The texts are plain mail or markup from our own data files; nothing from outside is put into them.
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    environment.filters |= {
        "money": lambda amount: written_amount(amount, language),
        "plain": lambda amount: f"{amount.amount:.2f}",
        "plain_day": lambda one: f"{one:%Y%m%d}",
        "numeric": lambda one: numeric_date(one, language),
        "long": lambda one: long_date(one, language),
        "dom": lambda one: day_of_month(one, language),
        "weekday": lambda one: weekday_name(one, language),
    }
    return environment


def _office_day(day: date) -> date:
    """`day`, or the Friday before where it falls on a weekend."""
    return day - timedelta(max(0, day.weekday() - 4))


def _working_day(day: date, days: int) -> date:
    """That many days on or back, and on or back past a weekend: nobody announces a payment run on a Sunday."""
    other = day + timedelta(days)
    return _office_day(other) if days < 0 else other + timedelta((0, 0, 0, 0, 0, 2, 1)[other.weekday()])


def _address(name: str, email: str) -> Address:
    mailbox, _, domain = email.partition("@")
    return Address(display_name=name, username=mailbox, domain=domain)


def _message_id(client: str, position: int, at: datetime, domain: str) -> str:
    stamp = f"{at:%Y%m%d%H%M}"
    return {
        "gmail": f"<CAK{position:04d}x{stamp}=q7@mail.{domain}>",
        "iphone": f"<{position:08X}-0C41-4E2B-9A77-{stamp}@{domain}>",
        "outlook": f"<AM7PR{position:04d}MB{stamp}@mail.{domain}>",
    }.get(client, f"<{stamp}.{position:04d}@{domain}>")


def _fits_latin_1(text: str) -> bool:
    return all(ord(character) < 256 for character in text)


_CLIENT_HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "outlook": (("X-MS-Has-Attach", ""), ("X-Originating-IP", "[198.51.100.7]")),
    "gmail": (),
    "iphone": (("X-Mailer", "iPhone Mail (22F76)"),),
    "thunderbird": (("User-Agent", "Mozilla Thunderbird"),),
    "plain": (),
}
_AUTOMATIC_HEADERS: dict[str, tuple[tuple[str, str], ...]] = {
    "": (),
    "absence": (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
    "ticket": (("Auto-Submitted", "auto-generated"), ("Precedence", "bulk"), ("X-Auto-Response-Suppress", "OOF")),
}
