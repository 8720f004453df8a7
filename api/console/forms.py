"""What the console's forms send, taken apart once, bounded, and nothing believed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from starlette.datastructures import FormData

from core.errors import InvalidInput
from ledger.commands.settle_review_item import Settlement

_MOST_FIELDS = 40
_LONGEST_MAIL = 50_000
_LONGEST_LINE = 2_000


async def read_form(request: Request, most_fields: int = _MOST_FIELDS) -> dict[str, str]:
    """The text fields of a form; files are refused, and of a field sent twice the first counts.

    Zero bytes are dropped: PostgreSQL keeps none, and nobody types one.
    """
    form: FormData = await request.form(max_files=0, max_fields=most_fields)
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, value.replace("\x00", ""))
    return fields


def _line(fields: Mapping[str, str], name: str) -> str:
    """One line of text."""
    return " ".join(fields.get(name, "")[:_LONGEST_LINE].split())


def _text(fields: Mapping[str, str], name: str) -> str:
    """Text with line feeds alone, as the ledger keeps it.

    Raises:
        InvalidInput: it is longer than a mail may be. Cutting it in silence would send half of it.
    """
    text = fields.get(name, "").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _LONGEST_MAIL:
        raise InvalidInput(f"the text is longer than {_LONGEST_MAIL:,} characters: nothing was done")
    return text


def _addresses(fields: Mapping[str, str], name: str) -> tuple[str, ...]:
    line = _line(fields, name).replace(";", ",")
    return tuple(address for part in line.split(",") if (address := part.strip().lower()))


@dataclass(frozen=True, slots=True)
class MailFields:
    """A mail as a form holds it."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    text: str

    @property
    def digest(self) -> str:
        """Equal for equal mails, whatever the browser made of line ends."""
        parts = [self.to, self.cc, self.subject, self.text]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """Everything on the right-hand side of a case: one form, so that no button loses what another field holds.

    `shown` is the digest of the mail as the page showed it; a mail that still has it was not touched.
    """

    action: str
    version: int
    key: str
    shown: str
    mail: MailFields
    own_text: str
    reason: str
    assignee: str
    snooze: str
    snooze_at: str

    @property
    def touched(self) -> bool:
        """Whether the person changed the draft."""
        return self.mail.digest != self.shown

    @property
    def decision_key(self) -> str:
        """The same for the same form sent twice; another one for another action or other words."""
        parts = [
            self.action, self.version, self.key, self.mail.digest, self.own_text, self.reason, self.assignee,
            self.snooze, self.snooze_at,
        ]  # fmt: skip
        return f"console:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"

    def assignee_id(self) -> UUID:
        """Whom it is handed to.

        Raises:
            InvalidInput: nobody was chosen.
        """
        try:
            return UUID(self.assignee)
        except ValueError as error:
            raise InvalidInput("choose who decides instead") from error


def read_decision(fields: Mapping[str, str]) -> DecisionForm:
    """The form of a case.

    Raises:
        InvalidInput: it names no version, or a text is too long.
    """
    version = fields.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise InvalidInput("the form names no version: open the page again")
    return DecisionForm(
        action=_line(fields, "do")[:20],
        version=int(version),
        key=_line(fields, "key")[:100],
        shown=_line(fields, "shown")[:64],
        mail=MailFields(
            to=_addresses(fields, "to"),
            cc=_addresses(fields, "cc"),
            subject=_line(fields, "subject"),
            text=_text(fields, "text"),
        ),
        own_text=_text(fields, "own_text"),
        reason=_line(fields, "reason"),
        assignee=_line(fields, "assignee")[:64],
        snooze=_line(fields, "snooze")[:20],
        snooze_at=_line(fields, "snooze_at")[:40],
    )


@dataclass(frozen=True, slots=True)
class SettleForm:
    """How a person settles a review item; `account` is a customer number or name, as typed."""

    settlement: Settlement
    words: str
    account: str


def read_settlement(fields: Mapping[str, str]) -> SettleForm:
    """The form of a review item.

    Raises:
        InvalidInput: it names no way to settle it.
    """
    try:
        settlement = Settlement(fields.get("settlement", ""))
    except ValueError as error:
        raise InvalidInput("choose how it is settled") from error
    # The list of suggestions reads "number · name"; what a person types is either.
    account = _line(fields, "account").partition(" · ")[0]
    return SettleForm(settlement, _line(fields, "words"), account)


@dataclass(frozen=True, slots=True)
class SignInForm:
    """Who wants to sign in."""

    organisation: str
    email: str
    password: str
    going_to: str


def read_sign_in(fields: Mapping[str, str]) -> SignInForm:
    """The form of the first page. The password is taken as it is, but not longer than anybody types."""
    return SignInForm(
        organisation=_line(fields, "organisation")[:60].lower(),
        email=_line(fields, "email")[:320].lower(),
        password=fields.get("password", "")[:1_000],
        going_to=_line(fields, "next")[:500],
    )
