"""The early-payment discount that an invoice's terms allow."""

import re
from datetime import date, timedelta
from decimal import Decimal

from core.money import Money
from ledger.model.match import OpenInvoice

#: `2/10 net30`, `2% 10 net 30`, `1.5/14n45`: percent, days of the window.
_TERMS = re.compile(r"(\d{1,2}(?:[.,]\d{1,2})?)\s?%?\s?[/ ]\s?(\d{1,3})\s?,?\s?n", re.IGNORECASE)


def discount_terms(terms: str) -> tuple[Decimal, int] | None:
    """Percent and days of the early-payment discount in `terms`, or None where they grant none."""
    found = _TERMS.search(terms[:60])
    if found is None:
        return None
    return Decimal(found[1].replace(",", ".")), int(found[2])


def discount_of(invoice: OpenInvoice) -> Money | None:
    """The discount its terms would grant on the invoice's amount, rounded half up; None without such terms."""
    terms = discount_terms(invoice.terms)
    if terms is None:
        return None
    return Money(invoice.amount.amount * terms[0] / 100, invoice.amount.currency).rounded_half_up()


def discount_until(invoice: OpenInvoice) -> date | None:
    """Last day on which money received earns the discount; None without such terms."""
    terms = discount_terms(invoice.terms)
    return None if terms is None else invoice.issued + timedelta(days=terms[1])
