"""Problems of cash application by other hands, where they are on this machine; their own scores.

Each set has a shape of its own. It is turned into our format's objects, worked in order, and scored over pairs of a
payment and a document. Nothing of these files is copied into the project: most state no licence.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.errors import InvalidInput
from core.money import Money
from evals.matching import MatchingRun
from evals.matching_files import LoadedMatching
from ledger.model.match import (
    Debtor,
    IncomingPayment,
    MatchProposal,
    MatchStatus,
    OpenCredit,
    OpenInvoice,
    PartKind,
)

_DOCUMENTS = frozenset({PartKind.INVOICE, PartKind.CREDIT})
_NUMBER = re.compile(r"INV-[0-9]{1,10}")
#: The sets name no currency; each is in one.
_CURRENCY = "USD"

Pair = tuple[str, str]
#: A matcher: ours, or a baseline.
Work = Callable[[LoadedMatching], MatchingRun]


@dataclass(frozen=True, slots=True)
class PublicProblem:
    """One file or folder: its payments, what each belongs to, and which belong to nothing."""

    name: str
    loaded: LoadedMatching
    amounts: Mapping[Pair, Decimal]
    nothing: frozenset[str]


@dataclass(frozen=True, slots=True)
class PublicScore:
    """Shares of 0 to 1; None where there is nothing to divide by."""

    name: str
    #: `best`: each payment's first candidate; `applied`: only what is posted without a person.
    counted: str
    payments: int
    pair_precision: float | None
    pair_recall: float | None
    pair_f1: float | None
    #: Of the right pairs those with the right amount.
    amount_accuracy: float | None
    #: Of the payments, and of the money, that match nothing: what was put on some document.
    nothing_placed: float | None
    nothing_money_placed: float | None


def public_scores(folder: Path, work: Work) -> list[PublicScore]:
    """Two lines for each problem found below `folder`; none where there is no such folder."""
    found: list[PublicScore] = []
    for problem in public_problems(folder):
        proposals = work(problem.loaded).proposals
        posted = [each for each in proposals if each.status is MatchStatus.APPLIED]
        found.append(_score(problem, "applied", posted))
        found.append(_score(problem, "best", proposals))
    return found


def public_problems(folder: Path) -> list[PublicProblem]:
    """What is there of the sets that we can read, by name.

    Raises:
        InvalidInput: a file is there and cannot be read.
    """
    files = sorted((folder / "match-cash-application").glob("*.json"))
    found = [_read(path, cash_application) for path in files]
    nocfo = folder / "match-nocfo"
    if (nocfo / "expected.json").is_file():
        found.append(_read(nocfo, bookkeeping))
    return found


def _read(path: Path, reader: Any) -> PublicProblem:
    try:
        problem: PublicProblem = reader(path)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidInput(f"{path} is not the problem it should be: {error}") from error
    return problem


def _json(path: Path) -> Any:
    """Amounts as they are written: a float would round them."""
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


# spoj/taskgraph: invoices (credit memos are negative), payments, remittance lines tied to payments.


def cash_application(path: Path) -> PublicProblem:
    """One JSON file of `match-cash-application`."""
    problem = _json(path)
    names = {row["customer_id"]: row["customer_name"] for row in problem["invoices"]}
    truth = problem["ground_truth"]
    amounts: dict[Pair, Decimal] = {}
    for row in truth["applications"]:
        pair = (row["payment_id"], row["invoice_id"])
        amounts[pair] = amounts.get(pair, Decimal(0)) + Decimal(row["applied_amount"])
    loaded = LoadedMatching(
        [Debtor(customer_id, name) for customer_id, name in sorted(names.items())],
        [_billed(row) for row in problem["invoices"] if row["amount"] > 0],
        [_credited(row) for row in problem["invoices"] if row["amount"] < 0],
        [_received(row, problem["remittance_lines"]) for row in problem["payments"]],
        [],
        {},
        {},
    )
    name = f"match-cash-application, {path.stem}"
    return PublicProblem(name, loaded, amounts, frozenset(truth["unmatched_payments"]))


def _billed(row: Mapping[str, Any]) -> OpenInvoice:
    amount = _money(row["amount"])
    return OpenInvoice(
        row["invoice_id"], row["customer_id"], date.fromisoformat(row["invoice_date"]),
        date.fromisoformat(row["due_date"]), amount, amount,
    )  # fmt: skip


def _credited(row: Mapping[str, Any]) -> OpenCredit:
    amount = _money(-row["amount"])
    named = _NUMBER.search(row["description"])
    return OpenCredit(
        row["invoice_id"], row["customer_id"], date.fromisoformat(row["invoice_date"]), amount, amount,
        named.group() if named else "",
    )  # fmt: skip


def _received(row: Mapping[str, Any], lines: Iterable[Mapping[str, Any]]) -> IncomingPayment:
    """The remittance lines of a payment stand in its reference, as a lockbox prints them."""
    own = [line for line in lines if line["payment_id"] == row["payment_id"]]
    said = [f"{line['invoice_ref']} {line['amount']} {line['memo']}".strip() for line in own]
    return IncomingPayment(
        row["payment_id"],
        date.fromisoformat(row["payment_date"]),
        _money(row["amount"]),
        row["payer_name"] or "",
        "",
        "; ".join([row["reference_info"] or "", *said]),
        (row["method"] or "").lower(),
    )


# bdafahim/ahmed-nocfo-homework: bank transactions and the documents to them, sales and purchases alike.


def bookkeeping(folder: Path) -> PublicProblem:
    """The folder `match-nocfo`. Money out is taken as money in: whom a document belongs to is the question."""
    expected = _json(folder / "expected.json")
    documents = _json(folder / "attachments.json")
    own = expected["own_company"]
    parties = {row["id"]: _other_party(row["data"], own) for row in documents}
    meant = {tx: document for tx, document in expected["transaction_to_attachment"].items() if document}
    payments = [
        IncomingPayment(
            str(row["id"]),
            date.fromisoformat(row["date"]),
            _money(abs(row["amount"])),
            row["contact"] or "",
            "",
            row["reference"] or "",
        )
        for row in _json(folder / "transactions.json")
    ]
    loaded = LoadedMatching(
        [Debtor(name, name) for name in sorted({*parties.values()})],
        [_document(row, parties[row["id"]]) for row in documents],
        [],
        payments,
        [],
        {},
        {},
    )
    paid = {payment.payment_id: payment.amount.amount for payment in payments}
    amounts = {(tx, str(document)): paid[tx] for tx, document in meant.items()}
    nothing = frozenset(payment.payment_id for payment in payments if payment.payment_id not in meant)
    return PublicProblem("match-nocfo", loaded, amounts, nothing)


def _other_party(row: Mapping[str, Any], own: str) -> str:
    named = [row.get(key) for key in ("recipient", "supplier", "issuer")]
    return next((name for name in named if name and name != own), "")


def _document(row: Mapping[str, Any], party: str) -> OpenInvoice:
    """By its id; the reference that its payer is asked to name stands where an order number stands."""
    told = row["data"]
    issued = date.fromisoformat(told.get("invoicing_date") or told["receiving_date"])
    amount = _money(told["total_amount"])
    due = date.fromisoformat(told["due_date"]) if told.get("due_date") else issued
    return OpenInvoice(str(row["id"]), party, issued, due, amount, amount, told.get("reference") or "")


def _money(amount: Decimal | int) -> Money:
    return Money(Decimal(amount), _CURRENCY)


# Scores


def _score(problem: PublicProblem, counted: str, proposals: Sequence[MatchProposal]) -> PublicScore:
    placed = _placed(proposals)
    right = placed.keys() & problem.amounts.keys()
    exact = sum(placed[pair] == problem.amounts[pair] for pair in right)
    paid = {each.payment_id: each.amount.amount for each in problem.loaded.payments}
    nothing = {payment_id for payment_id, _ in placed} & problem.nothing
    precision, recall = _share(len(right), len(placed)), _share(len(right), len(problem.amounts))
    return PublicScore(
        problem.name,
        counted,
        len(paid),
        precision,
        recall,
        _share(2 * len(right), len(placed) + len(problem.amounts)),
        _share(exact, len(right)),
        _share(len(nothing), len(problem.nothing)),
        _share(sum(abs(paid[each]) for each in nothing), sum(abs(paid[each]) for each in problem.nothing)),
    )


def _placed(proposals: Iterable[MatchProposal]) -> dict[Pair, Decimal]:
    """Amount by payment and document."""
    found: dict[Pair, Decimal] = {}
    for proposal in proposals:
        for part in proposal.best.parts if proposal.best else ():
            if part.kind in _DOCUMENTS:
                pair = (proposal.payment_id, part.document)
                found[pair] = found.get(pair, Decimal(0)) + part.amount.amount
    return found


def _share(part: Decimal | int, whole: Decimal | int) -> float | None:
    return round(float(Decimal(part) / Decimal(whole)), 4) if whole else None
