"""`BankStatement`: what a bank's file says, and how such a file is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from core.errors import InvalidInput
from core.money import Money


class LineStatus(StrEnum):
    """`pending` is no money yet; `information` never becomes any: a line of zero, an item of another line's sum."""

    POSTED = "posted"
    PENDING = "pending"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class BankLine:
    """One transaction as the bank shows it. `amount` is negative where money left the account.

    `payer_name` and `payer_account` are the other side's, also where money went to it. `external_key` is the same
    in every export that shows this line, and differs between the lines of one file.
    """

    booked_on: date
    value_on: date | None
    amount: Money
    payer_name: str
    payer_account: str
    reference: str
    #: The bank's own number for the line; empty where it gives none.
    bank_id: str
    status: LineStatus
    external_key: str
    #: Where it begins in the file, from 1.
    line_number: int
    #: What `external_key` numbers, where the bank gives no number of its own; else empty.
    content_key: str = ""


@dataclass(frozen=True, slots=True)
class BankStatement:
    """The lines of one account in file order. Balances are those that the file states, else None.

    `account` is our own, without blanks, empty where the file does not name it. `currency` is the account's; the
    lines of an export over several currencies may differ from it.
    """

    account: str
    currency: str
    opening: Money | None
    closing: Money | None
    lines: tuple[BankLine, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BankFile:
    """A whole file. `mapping` says, for CSV alone, which column was taken for which field and how it is written."""

    kind: str
    statements: tuple[BankStatement, ...]
    mapping: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GivenByPerson:
    """What a person says about a file beyond its content; empty where the file is to speak for itself."""

    #: Our own account, for a file that names none.
    account: str = ""
    #: Whether the currency of a CSV that names none may be taken from its language: to look at, never to post.
    may_assume_currency: bool = False
    #: Field to column of a CSV; see `BankFile.mapping`.
    mapping: Mapping[str, str] | None = None


class StatementRefused(InvalidInput):
    """The file is not taken, and nothing of it. `line` is 0 where the reason has no place in the file."""

    def __init__(self, file: str, line: int, reason: str, what_to_do: str) -> None:
        place = f"{file}, line {line:,}" if line else file
        super().__init__(f"{place}: {reason}; {what_to_do}")
        self.file = file
        self.line = line
        self.reason = reason
        self.what_to_do = what_to_do


class BankFileReader(Protocol):
    """Reads bank statement files of any kind that it knows."""

    def read(self, content: bytes, name: str, given: GivenByPerson) -> BankFile:
        """The whole file; `name` is only used in words.

        Raises:
            StatementRefused: it is cut, does not add up, or is nothing that can be read.
        """
        ...
