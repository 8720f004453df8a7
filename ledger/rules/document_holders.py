"""Who holds documents that were found for payments, by what found them."""

from collections.abc import Iterable
from decimal import Decimal

from core.money import Money
from ledger.model.cash import LedgerCredit, NumberKeys
from ledger.model.found_documents import FoundInvoice
from ledger.rules.matching.document_numbers import all_digits, core_digits, folded, last_group


class HoldersByKey:
    """Accounts by the numbers of their documents and by what is open on them; ids are written out."""

    def __init__(self) -> None:
        self._by_number: dict[str, set[str]] = {}
        self._by_digits: dict[str, set[str]] = {}
        self._by_all_digits: dict[str, set[str]] = {}
        self._by_amount: dict[tuple[str, Decimal], set[str]] = {}

    def add_invoice(self, invoice: FoundInvoice) -> None:
        """Files its account under its open balance, and under its number and purchase order if it was asked for."""
        if invoice.is_asked_for:
            self._add(invoice.number, invoice.account_id)
            self._add(invoice.po_number, invoice.account_id)
        self._by_amount.setdefault((invoice.currency, invoice.open_balance), set()).add(invoice.account_id)

    def add_credit(self, credit: LedgerCredit) -> None:
        """Files its account under its number."""
        self._add(credit.document.number, str(credit.account_id))

    def with_open(self, amount: Money) -> set[str]:
        """Accounts with exactly this amount open on an invoice, whichever way it goes."""
        return self._by_amount.get((amount.currency, abs(amount.amount)), set())

    def named_by(self, keys: Iterable[NumberKeys]) -> set[str]:
        """Accounts with a document of one of these numbers."""
        found: set[str] = set()
        for one in keys:
            for key in self._by_number.keys() & one.whole:
                found |= self._by_number[key]
            for key in self._by_digits.keys() & one.digits:
                found |= self._by_digits[key]
            for key in self._by_all_digits.keys() & one.padded:
                found |= self._by_all_digits[key]
        return found

    def _add(self, number: str, account_id: str) -> None:
        self._by_number.setdefault(folded(number), set()).add(account_id)
        self._by_all_digits.setdefault(all_digits(number), set()).add(account_id)
        for digits in {core_digits(number), last_group(number)}:
            self._by_digits.setdefault(digits, set()).add(account_id)
