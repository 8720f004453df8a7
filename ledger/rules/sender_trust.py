"""Why a mail may not be from whom it says, in words for a collector. Any doubt means: a person, and nothing else."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.domains import plain_domain, same_organisation

_MOST_NAMED = 5
_EMAIL = re.compile(r"[a-z0-9._%+'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}", re.I)


@dataclass(frozen=True, slots=True)
class KnownParties:
    """Whom the ledger knows. Domains are plain (`core.domains`) and never a public provider's."""

    #: Of the customer that the mail belongs to; of all customers where it belongs to none.
    customer_domains: frozenset[str] = frozenset()
    #: Lower-case addresses of that customer's contacts; empty where there is no customer.
    customer_addresses: frozenset[str] = frozenset()
    our_domains: frozenset[str] = frozenset()
    our_addresses: frozenset[str] = frozenset()
    #: Whether a person said of this very mail that it is really from its sender.
    vouched: bool = False


@dataclass(frozen=True, slots=True)
class SenderClaims:
    """What a mail says of its sender, and what was found out. Addresses in lower case."""

    sender: str
    name: str
    reply_to: tuple[str, ...]
    #: Of the check of SPF, DKIM and DMARC: `pass`, `fail` or `none`, and in words.
    verdict: str
    words: str


def claims_of(sender: str, details: Mapping[str, Any]) -> SenderClaims:
    """As the intake kept them."""
    checks = details.get("sender_checks") or {}
    return SenderClaims(
        sender=sender.lower(),
        name=str(details.get("sender_name", "")),
        reply_to=tuple(str(one).lower() for one in details.get("reply_to", [])),
        verdict=str(checks.get("verdict", "none")),
        words=str(checks.get("words", "")),
    )


def sender_doubts(claims: SenderClaims, known: KnownParties, *, imitates: str, how: str) -> tuple[str, ...]:
    """Every reason to doubt the sender; empty where there is none, or where a person vouched for the mail.

    `imitates` is the known domain that the sender's looks like, `how` in which way; both empty where it does not.
    """
    if known.vouched:
        return ()
    found = [claims.words or "the check of where it comes from failed"] if claims.verdict == "fail" else []
    domain = plain_domain(claims.sender)
    if imitates:
        whose = "ours" if imitates in known.our_domains else "a customer's"
        found.append(f"{domain} looks like {imitates}, which is {whose}, but {how}")
    elsewhere = _elsewhere(claims, known, domain)
    if elsewhere:
        found.append(f"an answer would go to {', '.join(elsewhere)}, not to the sender's own domain {domain}")
    named = _named(claims.name, domain)
    if named:
        found.append(f"its sender calls himself {named}, but writes from {claims.sender}")
    return tuple(found)


def trouble_with(trouble: str, doubts: tuple[str, ...]) -> str:
    """The trouble with an unknown sender and the doubts about a mail in one sentence; empty where neither is."""
    if not doubts:
        return trouble
    words = f"it may not be from whom it says: {'; '.join(doubts)}"
    return f"{words}; {trouble}" if trouble else words


def _elsewhere(claims: SenderClaims, known: KnownParties, domain: str) -> list[str]:
    """Addresses in Reply-To that belong neither to the sender's domain nor to anybody whom the customer has."""
    if not domain:
        return []
    friends = known.customer_addresses | known.our_addresses
    # Where the mail belongs to no customer, the domains are those of all of them: nobody's friends.
    domains = known.customer_domains if known.customer_addresses else frozenset()
    return [
        address
        for address in claims.reply_to[:_MOST_NAMED]
        if not same_organisation(address, domain) and address not in friends and plain_domain(address) not in domains
    ]


def _named(name: str, domain: str) -> str:
    """The address of another domain that the display name holds, or nothing."""
    text = unicodedata.normalize("NFKC", name)[:500]
    return next((one.lower() for one in _EMAIL.findall(text) if domain and not same_organisation(one, domain)), "")
