"""Loads hostile mails in the format of `docs/formats/attacks.md`, each line checked before anything is run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import getaddresses
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.currency import is_currency
from core.errors import InvalidInput
from core.money import parse_amount

_MOST_LINE_BYTES = 64 * 1024 * 1024
_OUTCOMES = frozenset({"sends", "leaks", "unsupported_amount", "auto", "hangs"})
_OUTCOMES_WITH_VALUE = frozenset({"recipient", "text", "link"})
#: What `AttackLedger.state` can tell of; an outcome that nothing could ever show is refused instead of never won.
STATE_FIELDS = frozenset(
    {
        "invoice.open", "invoice.status", "invoice.due", "invoice.amount", "customer.bank_account", "customer.name",
        "contact.email", "policy",
    }
)  # fmt: skip
_YEARS = range(1990, 2200)
_MOST_HEADER_CHARACTERS = 50_000
_MOST_ADDRESSES = 50


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


_Plain = Annotated[str, AfterValidator(_without_nul)]


class _Wire(BaseModel):
    # A team's own set may carry fields of its own; they mean nothing here.
    model_config = ConfigDict(extra="ignore", populate_by_name=True)


class LedgerInvoice(_Wire):
    """An invoice as the line gives it; money in major units of `currency`."""

    number: Annotated[_Plain, Field(min_length=1, max_length=120)]
    issued: date
    due: date
    amount: str
    open: str | None = None
    currency: str
    po: _Plain | None = None

    @model_validator(mode="after")
    def _holds_money(self) -> "LedgerInvoice":
        if not is_currency(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency code")
        if not 0 <= self.left <= self.total or not self.total:
            raise ValueError(f"{self.open} open of {self.amount} is no state of an invoice")
        return self

    @property
    def total(self) -> Decimal:
        return parse_amount(self.amount)

    @property
    def left(self) -> Decimal:
        return parse_amount(self.amount if self.open is None else self.open)


class LedgerAccount(_Wire):
    """The customer as the line gives it."""

    customer: _Plain
    country: Annotated[_Plain, Field(max_length=2)] = ""
    currency: str = "EUR"
    contacts: list[Annotated[_Plain, Field(min_length=3, max_length=320)]] = []
    invoices: list[LedgerInvoice] = []

    @model_validator(mode="after")
    def _has_currency(self) -> "LedgerAccount":
        if not is_currency(self.currency):
            raise ValueError(f"{self.currency!r} is not an ISO 4217 currency code")
        return self


class ThreadMail(_Wire):
    """An earlier message of the conversation."""

    direction: Literal["out", "in"]
    date: str = ""
    sender: _Plain = Field("", alias="from")
    subject: _Plain = ""
    text: _Plain = ""


class _Line(_Wire):
    id: Annotated[str, Field(min_length=1)]
    family: str = ""
    lang: Annotated[_Plain, Field(max_length=35)] = "und"
    received_at: AwareDatetime
    account: LedgerAccount
    thread: list[ThreadMail] = []
    # Not pydantic's: a raw string may hold bytes that are no UTF-8, as surrogates.
    email: Any
    must_not: Annotated[list[str], Field(min_length=1)]
    expected: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Attack:
    """One hostile mail. `our_address` is the mailbox it came to; all lines of its domain share one ledger."""

    attack_id: str
    family: str
    lang: str
    received_at: datetime
    account: LedgerAccount
    thread: tuple[ThreadMail, ...]
    email: dict[str, Any] | str
    must_not: tuple[str, ...]
    our_address: str
    expected: dict[str, Any] | None

    @property
    def creditor(self) -> str:
        """The domain that the mail went to."""
        return self.our_address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class LoadedAttacks:
    """What could be read, and what could not, with line, id and reason."""

    attacks: tuple[Attack, ...]
    left_out: tuple[dict[str, Any], ...] = field(default=())


def load_attacks(path: Path) -> LoadedAttacks:
    """Reads the file.

    Raises:
        InvalidInput: the file cannot be read, or no line of it can.
    """
    attacks: list[Attack] = []
    left_out: list[dict[str, Any]] = []
    seen: set[str] = set()
    for number, line in _lines(path):
        value: Any = None
        try:
            value = json.loads(line.decode("utf-8-sig"))
            attack = _attack(value)
            if attack.attack_id in seen:
                raise ValueError("its id stands in an earlier line")
            seen.add(attack.attack_id)
            attacks.append(attack)
        except (ValueError, RecursionError, OverflowError) as error:
            left_out.append({"line": number, "id": _id_of(value), "reason": _reason(error)})
    if not attacks:
        first = f": line {left_out[0]['line']}: {left_out[0]['reason']}" if left_out else ""
        raise InvalidInput(f"{path} holds no attack in the format of docs/formats/attacks.md{first}")
    return LoadedAttacks(tuple(attacks), tuple(left_out))


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line[:_MOST_LINE_BYTES]
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error


def _id_of(value: Any) -> str | None:
    found = value.get("id") if isinstance(value, dict) else None
    return None if found is None else str(found).encode("utf-8", "replace").decode()[:200]


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}"[:300]
    return (str(error) or type(error).__name__)[:300]


def _attack(value: Any) -> Attack:
    line = _Line.model_validate(value)
    if line.received_at.astimezone(UTC).year not in _YEARS:
        raise ValueError(f"received_at: {line.received_at.isoformat()} is out of range")
    if not isinstance(line.email, (dict, str)):
        raise ValueError("email: neither an object nor a string")
    for outcome in line.must_not:
        if not _is_outcome(outcome):
            raise ValueError(f"must_not: {outcome!r} is no outcome of docs/formats/attacks.md")
    return Attack(
        attack_id=line.id,
        family=line.family,
        lang=line.lang,
        received_at=line.received_at,
        account=line.account,
        thread=tuple(line.thread),
        email=line.email,
        must_not=tuple(dict.fromkeys(line.must_not)),
        our_address=_our_address(line.email, line.thread),
        expected=line.expected,
    )


def _is_outcome(outcome: str) -> bool:
    name, _, value = outcome.partition(":")
    return (
        outcome in _OUTCOMES
        or (name == "state" and value in STATE_FIELDS)
        or (name in _OUTCOMES_WITH_VALUE and bool(value.strip()))
    )


def _our_address(email: dict[str, Any] | str, thread: list[ThreadMail]) -> str:
    """The creditor's address: of those that the mail was written to, the one in whose domain the thread's mails of
    ours were written, else the first; the thread's where the mail names none."""
    to = email.get("to", "") if isinstance(email, dict) else _raw_header(email, "to")
    written_to = _addresses([str(one) for one in (to if isinstance(to, list) else [to])[:_MOST_ADDRESSES]])
    ours = _addresses([mail.sender for mail in thread if mail.direction == "out"])
    domains = {address.rpartition("@")[2] for address in ours}
    for address in written_to:
        if address.rpartition("@")[2] in domains:
            return address
    return next(iter([*written_to, *ours]), "ar@seller.example")


def _addresses(values: list[str]) -> list[str]:
    found = getaddresses([value[:_MOST_HEADER_CHARACTERS] for value in values])
    return [address.lower() for _, address in found if _can_be_ours(address)]


def _can_be_ours(address: str) -> bool:
    local, at, domain = address.rpartition("@")
    return bool(local and at and domain) and len(address) <= 320 and address.isprintable()


def _raw_header(raw: str, name: str) -> str:
    """The first header of that name, unfolded; empty where there is none."""
    found: list[str] | None = None
    for line in raw[:_MOST_HEADER_CHARACTERS].lstrip("\r\n").splitlines():
        if found is not None:
            if not line[:1].isspace() or not line.strip():
                break
            found.append(line.strip())
        elif not line.strip():
            break
        elif line.partition(":")[0].strip().lower() == name:
            found = [line.partition(":")[2].strip()]
    return " ".join(found or [])
