"""Customers in the reasons of matching, which knows them by the accounting system's id: a person reads the name."""

import re
from collections.abc import Iterable, Mapping

from ledger.queries.payment_context import NamedCustomer

#: The two sentences that name a customer (`ledger.rules.matching.unnamed_case`). Nothing else is replaced: an id may
#: be a plain number, and amounts and days are too.
_NAMED = re.compile(r"(?P<before>\bis |\bpays for )(?P<customer>\S+)(?P<after>, known by |, whose name )")
_LONGEST_NAME = 120


def customers_named_in(texts: Iterable[str]) -> set[str]:
    """Ids of the customers that the sentences name."""
    return {found["customer"] for text in texts for found in _NAMED.finditer(text)}


def with_names(text: str, customers: Mapping[str, NamedCustomer]) -> str:
    """The sentence with names for the ids of customers; an id that nobody has stays."""

    def name(found: re.Match[str]) -> str:
        known = customers.get(found["customer"])
        shown = found["customer"] if known is None else known.name[:_LONGEST_NAME]
        return f"{found['before']}{shown}{found['after']}"

    return _NAMED.sub(name, text)
