"""Who paid: by account, by name however mangled, by alias, through a parent. Ties name nobody."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import IntEnum

from ledger.model.match import Debtor
from ledger.rules.matching.alike_names import AlikeNames, AllNames, FewNames, is_cut, similar_names
from ledger.rules.matching.party_names import (
    ALL_FORMS,
    MAX_NAME,
    WrittenName,
    account_key,
    name_key,
    name_key_words,
    read_name,
    without_bank_words,
    without_forms,
)

_FUZZY_FLOOR = 87.0
_FUZZY_MARGIN = 6.0
_IN_TEXT_FROM = 6
_MAX_TEXT_WORDS = 80
_MAX_TEXT = 2000
_LONGEST_NAME_WORDS = 6
_REMEMBERED = 4096
#: Whom an agent pays for, and under what another name somebody trades.
_ON_BEHALF = re.compile(
    r"\b(?:FBO|F/B/O|O/B/O|OBO|O/B|ON BEHALF OF|IN BEHALF OF|I\.\s?A\.|IM AUFTRAG(?: VON)?|POUR LE COMPTE DE|P/C"
    r"|NAMENS|PER CONTO DI|POR CUENTA DE|W IMIENIU|FOR ACCOUNT OF|ABWA\+|ULTD?/?|ULTIMATE DEBTOR:?|T/A|DBA|D/B/A"
    r"|TRADING AS|C/O|VIA)(?=[\s:+/]|(?<=[+:/]))",
)
_MAX_FAMILY = 50
_MAX_TIED = 20
#: Of more customers that are called alike, documents are looked up by their numbers and amounts only.
MOST_READ_WHOLE = 8


class PayerMark(IntEnum):
    """What a payer was recognised by; higher is surer."""

    NOBODY = 0
    #: Initials, or a word that only one customer's name has.
    PARTIAL_NAME = 1
    #: One of several whom the name or the account fits alike; what is named tells which.
    TIED = 2
    SIMILAR_NAME = 3
    TRUNCATED_NAME = 4
    LEARNED = 5
    #: The name stands in the text of the payment, as of the one on whose behalf it is made.
    IN_TEXT = 6
    NAME = 7
    ALIAS = 8
    ACCOUNT = 9


@dataclass(frozen=True, slots=True)
class PayerIdentity:
    """The one customer that the payer is, or nobody. `tied` are several that it could be alike."""

    customer_id: str
    mark: PayerMark
    #: The customer, its parent, its children and its parent's other children.
    family: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the payer is one customer."""
        return bool(self.customer_id)

    @property
    def is_one_of_many(self) -> bool:
        """Whether so many customers are called alike that a damaged number among all of theirs says nothing."""
        return len(self.tied) > MOST_READ_WHOLE

    @property
    def certain(self) -> bool:
        """Whether no further customer's name, however alike, could be meant as well."""
        return self.mark >= PayerMark.LEARNED


NOBODY = PayerIdentity("", PayerMark.NOBODY)


class PayerIndex:
    """All debtors, found by account, name, alias and learned habit. Similar names come from rare trigrams."""

    def __init__(self) -> None:
        self._debtors: dict[str, Debtor] = {}
        self._accounts: dict[str, set[str]] = {}
        self._learned: dict[str, Counter[str]] = {}
        self._names: dict[str, dict[str, PayerMark]] = {}
        #: Names as they are written, read once however many customers have them; and those of each customer.
        self._read: dict[str, WrittenName] = {}
        self._written: dict[str, list[WrittenName]] = {}
        self._all_names = AllNames()
        #: For a payer's name, those who are looked at alone where nobody is called so.
        self._among: dict[str, dict[str, None]] = {}
        self._children: dict[str, list[str]] = {}
        self._domains: dict[str, set[str]] = {}
        self._remembered: dict[tuple[str, str, str], PayerIdentity] = {}

    def add(self, debtor: Debtor) -> None:
        """Makes a debtor known by all its marks."""
        self._debtors[debtor.customer_id] = debtor
        self._remembered.clear()
        for account in debtor.bank_accounts:
            self._accounts.setdefault(account_key(account), set()).add(debtor.customer_id)
        for domain in debtor.email_domains:
            self._domains.setdefault(domain.lower(), set()).add(debtor.customer_id)
        if debtor.parent_id:
            self._children.setdefault(debtor.parent_id, []).append(debtor.customer_id)
        self._add_called(debtor.name, debtor.customer_id, PayerMark.NAME)
        for alias in debtor.aliases:
            self._add_called(alias, debtor.customer_id, PayerMark.ALIAS)

    @contextmanager
    def certain_stay(self) -> Iterator[None]:
        """Whoever was recognised for certain stays so, whatever names are added meanwhile."""
        known = {asked: identity for asked, identity in self._remembered.items() if identity.certain}
        yield
        self._remembered.update(known)

    def look_among(self, name: str, customer_ids: Iterable[str]) -> None:
        """Where nobody is called so, those who are called alike are looked for among these customers and no others:
        they were found to be the nearest."""
        self._among.setdefault(name, {}).update(dict.fromkeys(customer_ids))
        self._remembered.clear()

    def _add_called(self, name: str, customer_id: str, mark: PayerMark) -> None:
        written = self._read.get(name)
        if written is None:
            written = self._read[name] = read_name(name)
        for key in written.keys:
            self._add_name(key, customer_id, mark)
        self._all_names.add_written(customer_id, written)
        self._written.setdefault(customer_id, []).append(written)

    def _add_name(self, key: str, customer_id: str, mark: PayerMark) -> None:
        if not key:
            return
        holders = self._names.get(key)
        if holders is None:
            holders = self._names[key] = {}
            self._all_names.add_key(key)
        before = holders.get(customer_id)
        if before is None:
            self._all_names.add_holder(customer_id, key)
        holders[customer_id] = mark if before is None else max(mark, before)

    def debtor(self, customer_id: str) -> Debtor | None:
        """The debtor, or None."""
        return self._debtors.get(customer_id)

    def learn(self, name: str, account: str, customer_id: str) -> None:
        """Remembers that this account and name paid for this customer."""
        self._remembered.clear()
        for key in _habit_keys(name, account):
            self._learned.setdefault(key, Counter())[customer_id] += 1

    def forget(self, name: str, account: str, customer_id: str) -> None:
        """Takes one memory back, when what taught it is undone."""
        self._remembered.clear()
        for key in _habit_keys(name, account):
            habits = self._learned.get(key)
            if habits and customer_id in habits:
                habits[customer_id] -= 1
                if habits[customer_id] <= 0:
                    del habits[customer_id]

    def confirm(self, name: str, account: str, customer_id: str) -> None:
        """Makes an account or a name the customer's own, because a person said so."""
        self._remembered.clear()
        if account.strip():
            self._accounts.setdefault(account_key(account), set()).add(customer_id)
        self._add_name(name_key(name), customer_id, PayerMark.ALIAS)

    def deny(self, name: str, account: str, customer_id: str) -> None:
        """Takes a confirmation back; what the customer's own record says stays."""
        self._remembered.clear()
        debtor = self._debtors.get(customer_id)
        own = {account_key(one) for one in debtor.bank_accounts} if debtor else set()
        if account_key(account) not in own:
            self._accounts.get(account_key(account), set()).discard(customer_id)
        names = {name_key(one) for one in (debtor.name, *debtor.aliases)} if debtor else set()
        if name_key(name) not in names:
            self._names.get(name_key(name), {}).pop(customer_id, None)

    def pays_for(self, name: str, account: str, customer_ids: Iterable[str]) -> bool:
        """Whether this account or name paid for each of these customers before, or is taught to."""
        keys = _habit_keys(name, account)
        return all(any(self._learned.get(key, Counter())[one] > 0 for key in keys) for one in customer_ids)

    def at_domain(self, email: str) -> frozenset[str]:
        """Customers with the domain of this address, or of the domain it is under."""
        domain = email.rpartition("@")[2].strip().lower().rstrip(">")
        while domain:
            if domain in self._domains:
                return frozenset(self._domains[domain])
            domain = domain.partition(".")[2]
        return frozenset()

    def family(self, customer_id: str) -> tuple[str, ...]:
        """The customer first, then its children, its parent and the parent's other children; at most fifty."""
        members = [customer_id, *self._children.get(customer_id, ())]
        debtor = self._debtors.get(customer_id)
        if debtor is not None and debtor.parent_id in self._debtors:
            members += [debtor.parent_id, *self._children.get(debtor.parent_id, ())]
        return tuple(dict.fromkeys(members))[:_MAX_FAMILY]

    def identify(self, name: str, account: str, text: str = "") -> PayerIdentity:
        """Who this is. The surest mark decides; where it fits several customers alike, nobody is named.

        `text` is read for the customer on whose behalf somebody else pays.
        """
        asked = (name, account, text)
        known = self._remembered.get(asked)
        if known is None:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            known = self._remembered[asked] = self._identify(name, account, text)
        return known

    def _identify(self, name: str, account: str, text: str) -> PayerIdentity:
        key = name_key(name)
        by_account = self._accounts.get(account_key(account), set()) if account.strip() else set()
        by_name = self._names.get(key, {}) if key else {}
        if len(by_account) > 1 and by_name:
            by_account = by_account & set(by_name) or by_account
        if by_account:
            return self._one_of(dict.fromkeys(by_account, PayerMark.ACCOUNT))
        if by_name:
            return self._one_of(self._with_legal_form(name, by_name))
        for find in (self._behind_bank_words, self._named_in_text, self._habit_of, self._nearly):
            found = find(name, account, text)
            if found is not None:
                return found
        return NOBODY

    def _with_legal_form(self, name: str, holders: dict[str, PayerMark]) -> dict[str, PayerMark]:
        """Of several whose names differ in their legal forms only, the one whose form is written."""
        if len(holders) < 2:
            return holders
        written = name_key_words(name[:MAX_NAME])
        debtors = [self._debtors[customer_id] for customer_id in holders if customer_id in self._debtors]
        same = [one for one in debtors if name_key_words(one.name[:MAX_NAME]) == written]
        return {same[0].customer_id: holders[same[0].customer_id]} if len(same) == 1 else holders

    def _behind_bank_words(self, name: str, account: str, text: str) -> PayerIdentity | None:
        """The name without what the bank put around it, or the one on whose behalf the payer acts."""
        pieces = _ON_BEHALF.split(name.upper())[:3]
        for piece in (*reversed(pieces), *name.split("/")[:1]):
            cleaned = without_bank_words(name_key(piece))
            by_name = self._names.get(cleaned) or self._names.get(without_forms(cleaned))
            if by_name:
                return self._one_of(by_name)
        return None

    def _named_in_text(self, name: str, account: str, text: str) -> PayerIdentity | None:
        """A customer's whole name in the text; where it names several, nobody is named."""
        words = [word for word in name_key_words(text[:_MAX_TEXT]) if word not in ALL_FORMS]
        words = words[:_MAX_TEXT_WORDS]
        holders: set[str] = set()
        taken = 0
        for first in range(len(words)):
            for last in range(min(first + _LONGEST_NAME_WORDS, len(words)), max(first, taken), -1):
                key = " ".join(words[first:last])
                if len(key) >= _IN_TEXT_FROM and key in self._names:
                    holders.update(self._names[key])
                    taken = last
                    break
        return self._one_of(dict.fromkeys(holders, PayerMark.IN_TEXT)) if holders else None

    def _habit_of(self, name: str, account: str, text: str) -> PayerIdentity | None:
        return self._habit(name, account)

    def _nearly(self, name: str, account: str, text: str) -> PayerIdentity | None:
        key = name_key(name)
        cleaned = without_bank_words(name_key(_ON_BEHALF.split(name.upper())[-1])) or key
        names = self._names_for(name)
        found = self._similar(cleaned, names)
        if found.known or found.tied:
            return found
        holders = names.with_initials(cleaned.replace(" ", "")) or names.with_words(cleaned.split())
        return self._one_of(dict.fromkeys(holders, PayerMark.PARTIAL_NAME)) if 0 < len(holders) <= _MAX_TIED else None

    def _habit(self, name: str, account: str) -> PayerIdentity | None:
        """Whom this account or name paid for before; who paid for several is an agent, and says nothing."""
        for habit_key in _habit_keys(name, account):
            habits = self._learned.get(habit_key)
            if habits:
                return self._one_of(dict.fromkeys(habits, PayerMark.LEARNED))
        return None

    def _one_of(self, marks: dict[str, PayerMark]) -> PayerIdentity:
        best = max(marks.values())
        holders = sorted(customer_id for customer_id, mark in marks.items() if mark is best)
        if len(holders) > 1:
            return PayerIdentity("", PayerMark.NOBODY, tied=tuple(holders))
        return PayerIdentity(holders[0], best, self.family(holders[0]))

    def _names_for(self, name: str) -> AlikeNames:
        among = self._among.get(name)
        if among is None:
            return self._all_names
        return FewNames((one, written) for one in among for written in self._written.get(one, ()))

    def _similar(self, key: str, names: AlikeNames) -> PayerIdentity:
        scored = similar_names(key, (other for other in names.near(key) if self._names.get(other)))
        if not scored or scored[0][0] < _FUZZY_FLOOR:
            return NOBODY
        best = self._one_of(self._names[scored[0][1]])
        for score, other in scored[1:]:
            if score > scored[0][0] - _FUZZY_MARGIN and set(self._names[other]) != {best.customer_id}:
                tied = sorted({*self._names[scored[0][1]], *self._names[other]})
                return PayerIdentity("", PayerMark.NOBODY, tied=tuple(tied))
        if not best.known:
            return best
        cut = is_cut(key, scored[0][1])
        return PayerIdentity(
            best.customer_id, PayerMark.TRUNCATED_NAME if cut else PayerMark.SIMILAR_NAME, best.family
        )


def _habit_keys(name: str, account: str) -> tuple[str, ...]:
    keys = ("account:" + account_key(account), "name:" + name_key(name))
    return tuple(key for key in keys if not key.endswith(":"))
