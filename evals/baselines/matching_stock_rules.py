"""The stock reconciliation rules of an ERP: a number in the reference, or an exact amount at a known partner."""

from core.money import Money, total
from evals.matching import MatchingRun, in_order
from evals.matching_files import LoadedMatching
from ledger.model.match import (
    IncomingPayment,
    MatchCandidate,
    MatchPart,
    MatchProposal,
    MatchStatus,
    OpenInvoice,
    PartKind,
)


class StockRules:
    """Open items as an ERP's rule engine sees them: whole invoice numbers, exact names and accounts."""

    def __init__(self, loaded: LoadedMatching) -> None:
        self._open = {invoice.number.upper(): invoice.open_balance for invoice in loaded.invoices}
        self._invoices = {invoice.number.upper(): invoice for invoice in loaded.invoices}
        self._of_partner: dict[str, list[str]] = {}
        for invoice in loaded.invoices:
            self._of_partner.setdefault(invoice.customer_id, []).append(invoice.number.upper())
        self._partners: dict[str, set[str]] = {}
        for debtor in loaded.debtors:
            for mark in (debtor.name.casefold(), *debtor.bank_accounts):
                self._partners.setdefault(mark, set()).add(debtor.customer_id)

    def propose(self, payment: IncomingPayment) -> MatchProposal:
        """Rule 1: all invoices named in full, when they add up or one is paid in part. Rule 2: a unique amount."""
        parts = self._by_number(payment) or self._by_partner(payment)
        for part in parts:
            key = part.document.upper()
            self._open[key] = self._open[key] - part.amount
        if not parts:
            unknown = MatchPart(PartKind.UNIDENTIFIED, "", payment.amount)
            nothing = MatchCandidate((unknown,), (), 0.0, ("No rule fits.",))
            return MatchProposal(payment.payment_id, MatchStatus.SUGGESTED, (nothing,), "no rule fits")
        customers = tuple(sorted({self._invoices[part.document.upper()].customer_id for part in parts}))
        found = MatchCandidate(tuple(parts), customers, 1.0, ("A stock rule fits.",))
        return MatchProposal(payment.payment_id, MatchStatus.APPLIED, (found,))

    def _usable(self, payment: IncomingPayment, number: str) -> OpenInvoice | None:
        invoice, left = self._invoices.get(number), self._open.get(number)
        if invoice is None or not left or left.currency != payment.amount.currency:
            return None
        return invoice if invoice.issued <= payment.received_on else None

    def _by_number(self, payment: IncomingPayment) -> list[MatchPart]:
        words = payment.reference.upper().replace(",", " ").replace(";", " ").replace("+", " ").split()
        named = [invoice for word in dict.fromkeys(words) if (invoice := self._usable(payment, word))]
        if not named:
            return []
        left = [self._open[invoice.number.upper()] for invoice in named]
        whole = total(left, payment.amount.currency)
        if whole == payment.amount:
            return [MatchPart(PartKind.INVOICE, i.number, amount) for i, amount in zip(named, left, strict=True)]
        if len(named) == 1 and Money.zero(whole.currency) < payment.amount < whole:
            return [MatchPart(PartKind.INVOICE, named[0].number, payment.amount)]
        return []

    def _by_partner(self, payment: IncomingPayment) -> list[MatchPart]:
        partners = self._partners.get(payment.payer_account) or self._partners.get(
            payment.payer_name.casefold(), set()
        )
        if len(partners) != 1:
            return []
        numbers = self._of_partner.get(next(iter(partners)), [])
        same = [n for n in numbers if self._usable(payment, n) and self._open[n] == payment.amount]
        if len(same) != 1:
            return []
        return [MatchPart(PartKind.INVOICE, self._invoices[same[0]].number, payment.amount)]


def run_stock_rules(loaded: LoadedMatching) -> MatchingRun:
    """The same payments in the same order, by stock rules; scored like any other run."""
    rules = StockRules(loaded)
    run = MatchingRun(loaded)
    run.proposals.extend(rules.propose(payment) for payment in in_order(loaded.payments))
    return run
