"""Lines as parsers find them, made into statements: keys given, balances and doubles checked."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from core.money import Money, total
from integrations.bankfiles.fault import Fault
from integrations.bankfiles.limits import MOST_LINES, MOST_WARNINGS
from integrations.ports.bank_statement import BankLine, BankStatement, LineStatus
from ledger.model.statement import numbered_key

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class DraftLine:
    """A `BankLine` without its key."""

    line_number: int
    booked_on: date
    value_on: date | None
    amount: Money
    payer_name: str = ""
    payer_account: str = ""
    reference: str = ""
    bank_id: str = ""
    status: LineStatus = LineStatus.POSTED


@dataclass(slots=True)
class DraftStatement:
    """A statement as it is being read. `must_add_up`: opening and lines are to give the closing balance."""

    line_number: int
    account: str = ""
    currency: str = ""
    number: str = ""
    opening: Money | None = None
    closing: Money | None = None
    must_add_up: bool = True
    lines: list[DraftLine] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def warn(self, words: str) -> None:
        if words not in self.warnings[:MOST_WARNINGS]:
            self.warnings.append(words)


class LineLimit:
    """Counts the lines of a file, over all of its statements."""

    def __init__(self) -> None:
        self._left = MOST_LINES

    def count(self, line: int, lines: int = 1) -> None:
        """Raises:
        Fault: the file has more than is read.
        """
        self._left -= lines
        if self._left < 0:
            raise Fault(
                f"it has more than {MOST_LINES:,} transactions", line, "export shorter periods and import each"
            )


def finished(drafts: Iterable[DraftStatement]) -> tuple[BankStatement, ...]:
    """The statements, each once: a page that stands twice in a file is taken once.

    Raises:
        Fault: one does not add up.
    """
    seen_statements: set[str] = set()
    seen_lines: Counter[str] = Counter()
    result: list[BankStatement] = []
    for draft in drafts:
        _check_sum(draft)
        contents = [_content(draft.account, line) for line in draft.lines]
        mark = _mark(draft, contents)
        if draft.lines and mark in seen_statements:
            if result:
                again = f"the statement on line {draft.line_number:,} stands in the file twice and was taken once"
                result[-1] = replace(result[-1], warnings=(*result[-1].warnings, again))
            continue
        seen_statements.add(mark)
        result.append(_statement(draft, contents, seen_lines))
    return tuple(result)


def _check_sum(draft: DraftStatement) -> None:
    if draft.opening is None or draft.closing is None or not draft.must_add_up:
        return
    if draft.opening.currency != draft.closing.currency:
        raise Fault(f"it opens in {draft.opening.currency} and closes in {draft.closing.currency}", draft.line_number)
    # Pending lines are not in a booked balance.
    moved = [line.amount for line in draft.lines if line.status is LineStatus.POSTED]
    for line in draft.lines:
        if line.amount.currency != draft.opening.currency:
            raise Fault(
                f"a line in {line.amount.currency} on an account in {draft.opening.currency}", line.line_number
            )
    found = total([draft.opening, *moved], draft.opening.currency)
    if found != draft.closing:
        raise Fault(
            f"the opening balance of {draft.opening} and the transactions give {found}, "
            f"but the closing balance is {draft.closing}",
            draft.line_number,
        )


def _mark(draft: DraftStatement, contents: list[str]) -> str:
    parts = [draft.account, draft.currency, draft.number, str(draft.opening), str(draft.closing)]
    return _digest(parts + contents)


def _statement(draft: DraftStatement, contents: list[str], seen: Counter[str]) -> BankStatement:
    warnings = draft.warnings[:MOST_WARNINGS]
    if len(draft.warnings) > MOST_WARNINGS:
        warnings.append(f"and {len(draft.warnings) - MOST_WARNINGS:,} more warnings")
    return BankStatement(
        account=draft.account,
        currency=draft.currency,
        opening=draft.opening,
        closing=draft.closing,
        lines=tuple(_line(line, content, seen) for line, content in zip(draft.lines, contents, strict=True)),
        warnings=tuple(warnings),
    )


def _line(line: DraftLine, content: str, seen: Counter[str]) -> BankLine:
    seen[content] += 1
    return BankLine(
        booked_on=line.booked_on,
        value_on=line.value_on,
        amount=line.amount,
        payer_name=line.payer_name,
        payer_account=line.payer_account,
        reference=line.reference,
        bank_id=line.bank_id,
        status=line.status if line.amount else LineStatus.INFORMATION,
        external_key=numbered_key(content, seen[content]),
        line_number=line.line_number,
        content_key="" if line.bank_id else content,
    )


def _content(account: str, line: DraftLine) -> str:
    """What tells this line from others, in every export.

    The bank's number where there is one, for its words may be written anew (pending, then posted; another
    version of the format); banks reuse numbers, so day and amount stand beside it. Equal lines of one day are
    counted: a file that shows two of them where another showed one adds one.
    """
    told_by = ["id", line.bank_id] if line.bank_id else [
        "words", *map(_folded, (line.payer_account, line.payer_name, line.reference))
    ]  # fmt: skip
    figures = [line.booked_on.isoformat(), f"{line.amount.amount.normalize():f}", line.amount.currency]
    return _digest([account, *figures, *told_by])


def _folded(text: str) -> str:
    return _NOT_WORDS.sub("", text.casefold())


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:40]
