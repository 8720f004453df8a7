"""The form in which a person states where a payment goes, taken apart once and bounded."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from api.console.deductions import BY_CODE, Deduction
from core.errors import InvalidInput

#: Documents that one person ticks; a list of more is a remittance advice.
MOST_TICKED = 200
_LONGEST_AMOUNT = 40
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class TypedLine:
    """One document of the form; `shown` is the amount that the page had put there.

    `less` is what is deducted from an invoice, `less_shown` what the page had put there, and `why` the deduction.
    """

    ticked: bool = False
    amount: str = ""
    shown: str = ""
    less: str = ""
    less_shown: str = ""
    why: Deduction | None = None

    @property
    def is_touched(self) -> bool:
        """Whether the person wrote another amount: what they did not touch follows what is left."""
        return bool(self.amount) and self.amount != self.shown

    @property
    def is_less_touched(self) -> bool:
        """Whether the person wrote what is deducted: what they did not is what the invoice still lacks."""
        return bool(self.less) and self.less != self.less_shown


@dataclass(frozen=True, slots=True)
class AllocationForm:
    """What was sent: `action` is the button, `page` and `find` say which documents the page showed."""

    action: str = ""
    version: int = 0
    key: str = ""
    find: str = ""
    page: int = 0
    on_account: bool = False
    lines: Mapping[UUID, TypedLine] = field(default_factory=dict)

    @property
    def ticked(self) -> tuple[UUID, ...]:
        return tuple(one for one, line in self.lines.items() if line.ticked)

    @property
    def decision_key(self) -> str:
        """The same for the same form sent twice; another one for other ticks or amounts."""
        lines = ((one, self.lines[one]) for one in self.ticked)
        ticked = sorted((str(one), line.amount, line.less, line.why.code if line.why else "") for one, line in lines)
        parts = json.dumps([self.version, self.key, self.on_account, ticked])
        return f"console:{hashlib.sha256(parts.encode()).hexdigest()}"


def read_allocation(fields: Mapping[str, str]) -> AllocationForm:
    """The form that was sent.

    Raises:
        InvalidInput: it names no version, no document, no deduction, or more than one may tick.
    """
    version, page = fields.get("version", ""), fields.get("page", "0")
    if not _is_number(version) or not _is_number(page):
        raise InvalidInput("the form names no version: open the page again")
    lines = {one: _typed(fields, one) for one in _documents(fields)}
    form = AllocationForm(
        action=fields.get("do", "")[:20],
        version=int(version),
        key=fields.get("key", "")[:100],
        find=" ".join(fields.get("find", "").split())[:120],
        page=int(page),
        on_account=fields.get("on_account") == "yes",
        lines=lines,
    )
    if len(form.ticked) > MOST_TICKED:
        raise InvalidInput(f"tick at most {MOST_TICKED} documents: a longer list is a remittance advice")
    return form


def _documents(fields: Mapping[str, str]) -> Iterator[UUID]:
    for name in fields:
        if name.startswith("amount."):
            try:
                yield UUID(name.removeprefix("amount."))
            except ValueError as error:
                raise InvalidInput("the form names no document: open the page again") from error


def _typed(fields: Mapping[str, str], document_id: UUID) -> TypedLine:
    return TypedLine(
        ticked=fields.get(f"take.{document_id}") == "yes",
        amount=fields.get(f"amount.{document_id}", "").strip()[:_LONGEST_AMOUNT],
        shown=fields.get(f"shown.{document_id}", "").strip()[:_LONGEST_AMOUNT],
        less=fields.get(f"less.{document_id}", "").strip()[:_LONGEST_AMOUNT],
        less_shown=fields.get(f"less_shown.{document_id}", "").strip()[:_LONGEST_AMOUNT],
        why=_deduction(fields.get(f"why.{document_id}", "")),
    )


def _deduction(code: str) -> Deduction | None:
    if code and code not in BY_CODE:
        raise InvalidInput("the form names no deduction: open the page again")
    return BY_CODE.get(code)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
