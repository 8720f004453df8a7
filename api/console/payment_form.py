"""The forms of a payment's page, taken apart once and bounded."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core.errors import InvalidInput

_LONGEST_REASON = 2_000
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class PaymentForm:
    """One press of a button: `action`, on the version that the page showed."""

    action: str
    version: int
    key: str
    candidate: str
    habit: str
    reason: str
    #: The button that the reason was typed for, where Enter pressed another one.
    about: str = ""

    @property
    def decision_key(self) -> str:
        """The same for the same form sent twice; another one for another button or another reason."""
        parts = [self.action, self.version, self.key, self.candidate, self.reason]
        return f"console:{hashlib.sha256(json.dumps(parts).encode()).hexdigest()}"

    def candidate_number(self) -> int:
        """Which candidate is meant, from 0.

        Raises:
            InvalidInput: none is.
        """
        if not _is_number(self.candidate):
            raise InvalidInput("choose one of the candidates")
        return int(self.candidate)

    def habit_id(self) -> UUID:
        """Which habit is meant.

        Raises:
            InvalidInput: none is.
        """
        try:
            return UUID(self.habit)
        except ValueError as error:
            raise InvalidInput("choose what is to be forgotten") from error


def read_payment_form(fields: Mapping[str, str]) -> PaymentForm:
    """The form that was sent.

    Raises:
        InvalidInput: it names no version, or the reason is longer than one may be.
    """
    version = fields.get("version", "")
    if not _is_number(version):
        raise InvalidInput("the form names no version: open the page again")
    reason = " ".join(fields.get("reason", "").split())
    if len(reason) > _LONGEST_REASON:
        raise InvalidInput(f"a reason has at most {_LONGEST_REASON:,} characters: nothing was done")
    return PaymentForm(
        action=fields.get("do", "")[:20],
        version=int(version),
        key=fields.get("key", "")[:100],
        candidate=fields.get("candidate", "")[:20],
        habit=fields.get("habit", "")[:64],
        reason=reason,
        about=fields.get("about", "")[:20],
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
