"""`duly eval matching`: works a folder's payments strictly in order and scores them.

A payment sees the documents issued and the remittances received until its own day, and the balances that the
payments before it left.
"""

import csv
import io
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.money import plain
from evals.matching_files import LoadedMatching, load_matching
from evals.matching_scores import Answer, MatchingTally
from ledger.model.match import IncomingPayment, MatchProposal, MatchStatus
from ledger.rules.matching.book import Book
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex

__all__ = ["LoadedMatching", "MatchingRun", "load_matching", "run_matching"]

_HEADER = ("payment_id", "kind", "document", "amount", "confidence", "status")
_PROGRESS_EVERY = 50
_QUARTERS = 4


@dataclass(slots=True)
class MatchingRun:
    """All answers of one run, in the order in which the payments were worked."""

    loaded: LoadedMatching
    proposals: list[MatchProposal] = field(default_factory=list)
    #: Seconds spent and invoices open, for each payment.
    seconds: list[float] = field(default_factory=list)
    open_invoices: list[int] = field(default_factory=list)

    @property
    def cases(self) -> int:
        """Payments worked."""
        return len(self.proposals)

    @property
    def left_out(self) -> list[dict[str, object]]:
        """Rows that could not be read: line, id, reason."""
        return self.loaded.left_out

    def scores(self) -> dict[str, Any]:
        """The scores over all payments, with a coverage-precision curve; empty without a truth."""
        if not self.loaded.truth:
            return {}
        tally = self._tally()
        return {**tally.scores(), **self._other_currency(), "coverage_precision": tally.curve()}

    def by(self) -> dict[str, dict[str, object]]:
        """The scores by case; `lang` and `intent` have no meaning here and stay empty."""
        names = sorted({*self.loaded.case_of.values()}) if self.loaded.truth else []
        return {"lang": {}, "intent": {}, "case": {name: self._tally(name).scores() for name in names}}

    def timing(self) -> dict[str, object]:
        """Proposals a second, overall and by quarter of the run with the invoices open then."""
        spent = sum(self.seconds)
        return {
            "payments_per_second": _rate(self.cases, spent),
            "seconds": round(spent, 6),
            "by_open_invoices": self._by_quarter(),
        }

    def answers(self) -> Iterator[str]:
        """Lines of the answers file, header first: the rows of each payment's best candidate."""
        yield _csv_line(_HEADER)
        for proposal in self.proposals:
            best = proposal.best
            for part in best.parts if best else ():
                amount = plain(part.amount.amount, part.amount.currency)
                confidence = f"{best.confidence:.6f}" if best else ""
                yield _csv_line((proposal.payment_id, part.kind, part.document, amount, confidence, proposal.status))

    def _by_quarter(self) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = []
        for quarter in range(_QUARTERS):
            part = slice(self.cases * quarter // _QUARTERS, self.cases * (quarter + 1) // _QUARTERS)
            counted, spent = self.open_invoices[part], sum(self.seconds[part])
            if counted:
                average = round(sum(counted) / len(counted))
                rows.append({"open_invoices": average, "payments_per_second": _rate(len(counted), spent)})
        return rows

    def _other_currency(self) -> dict[str, object]:
        """Payments in another currency than the invoice that they are for: a person decides, none is ever applied."""
        billed = {invoice.number: invoice.amount.currency for invoice in self.loaded.invoices}
        found = {
            payment_id
            for payment_id, parts in self.loaded.truth.items()
            if any(billed.get(part.document, part.amount.currency) != part.amount.currency for part in parts)
        }
        applied = [each.payment_id for each in self.proposals if each.status is MatchStatus.APPLIED]
        return {"other_currency": len(found), "other_currency_applied": len(found.intersection(applied))}

    @staticmethod
    def tallies_by_case(runs: Iterable["MatchingRun"]) -> dict[str, MatchingTally]:
        """By case, over several runs together: a rare case needs more than one stream."""
        found: dict[str, MatchingTally] = {}
        for run in runs:
            for case in sorted({*run.loaded.case_of.values()}):
                run._tally(case, found.setdefault(case, MatchingTally()))
        return found

    def _tally(self, case: str | None = None, tally: MatchingTally | None = None) -> MatchingTally:
        """Over all payments with a truth, or those of one case; added to `tally` where one is given."""
        tally = MatchingTally() if tally is None else tally
        paid = {payment.payment_id: payment.amount.amount for payment in self.loaded.payments}
        for proposal in self.proposals:
            if case is not None and self.loaded.case_of.get(proposal.payment_id) != case:
                continue
            truth = self.loaded.truth.get(proposal.payment_id)
            best = proposal.best
            parts, confidence = (best.parts, best.confidence) if best else ((), 0.0)
            answer = Answer(proposal.payment_id, paid[proposal.payment_id], parts, proposal.status, confidence)
            if truth is not None:
                tally.add(answer, truth)
        return tally


def run_matching(loaded: LoadedMatching, *, progress: Callable[[int, int], None] | None = None) -> MatchingRun:
    """Works every payment once, in the order of `received_on`, then of the file."""
    run = MatchingRun(loaded)
    arrivals = _Arrivals(loaded)
    payments = in_order(loaded.payments)
    for position, payment in enumerate(payments):
        arrivals.until(payment.received_on)
        began = time.perf_counter()
        proposal = propose(payment, arrivals.book, arrivals.remittances)
        run.seconds.append(time.perf_counter() - began)
        run.open_invoices.append(arrivals.book.open_count)
        settle(payment, proposal, arrivals.book, arrivals.remittances)
        run.proposals.append(proposal)
        if progress is not None and (position + 1) % _PROGRESS_EVERY == 0:
            progress(position + 1, len(payments))
    if progress is not None:
        progress(len(payments), len(payments))
    return run


def in_order(payments: Iterable[IncomingPayment]) -> list[IncomingPayment]:
    """By day received, then by the order of the file (sorting is stable)."""
    return sorted(payments, key=lambda payment: payment.received_on)


class _Arrivals:
    """Lets documents and remittances into the book on their day, never before."""

    def __init__(self, loaded: LoadedMatching) -> None:
        self.book = Book()
        for debtor in loaded.debtors:
            self.book.add_debtor(debtor)
        self.remittances = RemittanceIndex(self.book.payers)
        self._invoices = sorted(loaded.invoices, key=lambda invoice: invoice.issued, reverse=True)
        self._credits = sorted(loaded.credits, key=lambda credit: credit.issued, reverse=True)
        self._advices = sorted(loaded.remittances, key=lambda advice: advice.received_on, reverse=True)

    def until(self, day: date) -> None:
        """Everything known on `day`."""
        while self._invoices and self._invoices[-1].issued <= day:
            self.book.add_invoice(self._invoices.pop())
        while self._credits and self._credits[-1].issued <= day:
            self.book.add_credit(self._credits.pop())
        while self._advices and self._advices[-1].received_on <= day:
            self.remittances.add(self._advices.pop())


def _rate(count: int, seconds: float) -> float:
    return round(count / seconds, 1) if seconds > 0 else 0.0


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
