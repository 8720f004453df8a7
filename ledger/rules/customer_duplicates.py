"""Customers of a ledger that are likely one and the same. Nothing is merged: the pairs go before a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ledger.model.import_report import DuplicateCustomers
from ledger.model.mail_domains import PUBLIC_MAIL_DOMAINS
from ledger.rules.matching.party_names import account_key, name_key

#: How like two names of one e-mail domain must be, 0 to 100 (rapidfuzz, word order aside).
_LIKE = 88.0
#: In a domain that many customers share, each is compared with its next ones in the order of names.
_NEIGHBOURS = 8
_MOST_PAIRS = 1_000


@dataclass(frozen=True, slots=True)
class CustomerMarks:
    """What two customers are compared by."""

    customer_id: str
    name: str
    bank_accounts: tuple[str, ...]
    email_domains: tuple[str, ...]
    parent_id: str


def likely_duplicates(
    customers: Sequence[CustomerMarks], *, among: frozenset[str]
) -> tuple[tuple[DuplicateCustomers, ...], int]:
    """Pairs of which one at least is in `among`, in the order found, at most 1,000, and how many there are in all.

    The work grows with the number of customers, not with its square: only those that share a name, a bank
    account or a domain are looked at, and of a large group each only with the first or with its neighbours.
    """
    found: dict[tuple[str, str], DuplicateCustomers] = {}
    names = {customer.customer_id: name_key(customer.name) for customer in customers}
    for name, group in _groups((names[one.customer_id], one) for one in customers):
        _pair_with_first(found, group, among, f'both are called "{name}" but for legal form and spelling')
    for _, group in _groups((account_key(account), one) for one in customers for account in one.bank_accounts):
        apart = [one for one in group[1:] if not _related(group[0], one)]
        _pair_with_first(found, [group[0], *apart], among, "they pay from the same bank account")
    for domain, group in _groups((domain, one) for one in customers for domain in one.email_domains):
        if domain not in PUBLIC_MAIL_DOMAINS:
            _pair_alike(found, group, names, among, domain)
    return tuple(found.values())[:_MOST_PAIRS], len(found)


def _groups(keyed: Iterable[tuple[str, CustomerMarks]]) -> list[tuple[str, list[CustomerMarks]]]:
    """Customers that share a key, each group in the order given; keys of one customer are left out."""
    groups: dict[str, dict[str, CustomerMarks]] = {}
    for key, customer in keyed:
        if key:
            groups.setdefault(key, {})[customer.customer_id] = customer
    return [(key, list(group.values())) for key, group in groups.items() if len(group) > 1]


def _pair_with_first(
    found: dict[tuple[str, str], DuplicateCustomers],
    group: Sequence[CustomerMarks],
    among: frozenset[str],
    reason: str,
) -> None:
    for other in group[1:]:
        _add(found, group[0], other, among, reason)


def _pair_alike(
    found: dict[tuple[str, str], DuplicateCustomers],
    group: Sequence[CustomerMarks],
    names: dict[str, str],
    among: frozenset[str],
    domain: str,
) -> None:
    ordered = sorted(group, key=lambda one: (names[one.customer_id], one.customer_id))
    for position, one in enumerate(ordered):
        for other in ordered[position + 1 : position + 1 + _NEIGHBOURS]:
            if _related(one, other):
                continue
            likeness = fuzz.token_sort_ratio(names[one.customer_id], names[other.customer_id], score_cutoff=_LIKE)
            if likeness:
                _add(found, one, other, among, f"similar names at the same e-mail domain {domain}")


def _related(one: CustomerMarks, other: CustomerMarks) -> bool:
    """Whether the ledger itself says that they are two: parent and child, or children of one parent."""
    if one.customer_id == other.parent_id or other.customer_id == one.parent_id:
        return True
    return bool(one.parent_id) and one.parent_id == other.parent_id


def _add(
    found: dict[tuple[str, str], DuplicateCustomers],
    one: CustomerMarks,
    other: CustomerMarks,
    among: frozenset[str],
    reason: str,
) -> None:
    if one.customer_id not in among and other.customer_id not in among:
        return
    first, second = sorted((one, other), key=lambda customer: customer.customer_id)
    key = (first.customer_id, second.customer_id)
    found.setdefault(key, DuplicateCustomers(first.customer_id, first.name, second.customer_id, second.name, reason))
