"""Who paid: by account, by name however mangled, by alias, through a parent. Ties name nobody."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz

from ledger.model.match import Debtor

_NOT_ALNUM = re.compile(r"[\W_]+")
#: Legal forms and fillers say nothing about who it is.
_LEGAL_FORMS = frozenset(
    "LTD LIMITED INC INCORPORATED LLC LLP LP PLC CORP CORPORATION CO COMPANY GMBH MBH AG KG KGAA OHG UG EK SE EG "
    "SARL SA SAS SASU SL SLU SRL SPA BV NV OY OYJ AB AS ASA APS A S DBA PTY PTE SDN BHD KK SP ZOO Z OO THE AND UND "
    "ET Y".split()
)
_SPELLINGS = str.maketrans({"ß": "SS", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D"})
_MAX_NAME = 140
#: Longer posting lists belong to words that half of all companies carry.
_MAX_POSTINGS = 3000
_RAREST_TRIGRAMS = 10
_COMPARED = 25
_FUZZY_FLOOR = 87.0
_FUZZY_MARGIN = 6.0
_TRUNCATED_FROM = 8
_MAX_FAMILY = 50


class PayerMark(IntEnum):
    """What a payer was recognised by; higher is surer."""

    NOBODY = 0
    SIMILAR_NAME = 1
    TRUNCATED_NAME = 2
    LEARNED = 3
    NAME = 4
    ALIAS = 5
    ACCOUNT = 6


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


NOBODY = PayerIdentity("", PayerMark.NOBODY)


def name_key(name: str) -> str:
    """Upper case words without accents, punctuation and legal forms: `Pinnock & Sons, Inc.` is `PINNOCK SONS`."""
    spelt = unicodedata.normalize("NFKD", name[:_MAX_NAME].upper().translate(_SPELLINGS))
    plain = "".join(char for char in spelt if not unicodedata.combining(char))
    plain = plain.replace(".", "").replace("'", "").replace("’", "")
    words = _NOT_ALNUM.sub(" ", plain).split()
    return " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)


def account_key(account: str) -> str:
    """An account number without blanks and punctuation, upper case."""
    return _NOT_ALNUM.sub("", account).upper()


class PayerIndex:
    """All debtors, found by account, name, alias and learned habit. Similar names come from rare trigrams."""

    def __init__(self) -> None:
        self._debtors: dict[str, Debtor] = {}
        self._accounts: dict[str, set[str]] = {}
        self._learned: dict[str, Counter[str]] = {}
        self._names: dict[str, dict[str, PayerMark]] = {}
        self._trigrams: dict[str, list[str]] = {}
        self._children: dict[str, list[str]] = {}
        self._domains: dict[str, set[str]] = {}

    def add(self, debtor: Debtor) -> None:
        """Makes a debtor known by all its marks."""
        self._debtors[debtor.customer_id] = debtor
        for account in debtor.bank_accounts:
            self._accounts.setdefault(account_key(account), set()).add(debtor.customer_id)
        for domain in debtor.email_domains:
            self._domains.setdefault(domain.lower(), set()).add(debtor.customer_id)
        if debtor.parent_id:
            self._children.setdefault(debtor.parent_id, []).append(debtor.customer_id)
        for name, mark in ((debtor.name, PayerMark.NAME), *((alias, PayerMark.ALIAS) for alias in debtor.aliases)):
            self._add_name(name_key(name), debtor.customer_id, mark)

    def _add_name(self, key: str, customer_id: str, mark: PayerMark) -> None:
        if not key:
            return
        if key not in self._names:
            for trigram in _trigrams(key):
                self._trigrams.setdefault(trigram, []).append(key)
        holders = self._names.setdefault(key, {})
        holders[customer_id] = max(mark, holders.get(customer_id, PayerMark.NOBODY))

    def debtor(self, customer_id: str) -> Debtor | None:
        """The debtor, or None."""
        return self._debtors.get(customer_id)

    def learn(self, name: str, account: str, customer_id: str) -> None:
        """Remembers that this account and name paid for this customer."""
        for key in _habit_keys(name, account):
            self._learned.setdefault(key, Counter())[customer_id] += 1

    def forget(self, name: str, account: str, customer_id: str) -> None:
        """Takes one memory back, when what taught it is undone."""
        for key in _habit_keys(name, account):
            habits = self._learned.get(key)
            if habits and customer_id in habits:
                habits[customer_id] -= 1
                if habits[customer_id] <= 0:
                    del habits[customer_id]

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

    def identify(self, name: str, account: str) -> PayerIdentity:
        """Who this is. The surest mark decides; where it fits several customers alike, nobody is named."""
        key = name_key(name)
        by_account = self._accounts.get(account_key(account), set()) if account.strip() else set()
        by_name = self._names.get(key, {}) if key else {}
        if len(by_account) > 1 and by_name:
            by_account = by_account & set(by_name) or by_account
        if by_account:
            return self._one_of(dict.fromkeys(by_account, PayerMark.ACCOUNT))
        if by_name:
            return self._one_of(by_name)
        learned = self._habit(name, account)
        return learned if learned is not None else self._similar(key)

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

    def _similar(self, key: str) -> PayerIdentity:
        scored = sorted(((_similarity(key, other), other) for other in self._alike(key)), reverse=True)
        if not scored or scored[0][0] < _FUZZY_FLOOR:
            return NOBODY
        best = self._one_of(self._names[scored[0][1]])
        for score, other in scored[1:]:
            if score > scored[0][0] - _FUZZY_MARGIN and set(self._names[other]) != {best.customer_id}:
                tied = sorted({*self._names[scored[0][1]], *self._names[other]})
                return PayerIdentity("", PayerMark.NOBODY, tied=tuple(tied))
        if not best.known:
            return best
        cut = _is_cut(key, scored[0][1])
        return PayerIdentity(
            best.customer_id, PayerMark.TRUNCATED_NAME if cut else PayerMark.SIMILAR_NAME, best.family
        )

    def _alike(self, key: str) -> list[str]:
        """Names that share the most of the key's rarest trigrams."""
        if len(key) < 4:
            return []
        shelves = [self._trigrams[trigram] for trigram in _trigrams(key) if trigram in self._trigrams]
        rare = sorted((shelf for shelf in shelves if len(shelf) <= _MAX_POSTINGS), key=len)[:_RAREST_TRIGRAMS]
        shared: Counter[str] = Counter()
        for shelf in rare:
            shared.update(shelf)
        return [name for name, _ in shared.most_common(_COMPARED)]


def _habit_keys(name: str, account: str) -> tuple[str, ...]:
    keys = ("account:" + account_key(account), "name:" + name_key(name))
    return tuple(key for key in keys if not key.endswith(":"))


def _trigrams(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _is_cut(key: str, name: str) -> bool:
    shorter, longer = sorted((key.replace(" ", ""), name.replace(" ", "")), key=len)
    return len(shorter) >= _TRUNCATED_FROM and longer.startswith(shorter)


def _similarity(key: str, name: str) -> float:
    """0 to 100. Words may stand in another order, and a bank may have cut the end."""
    if _is_cut(key, name):
        return 96.0
    joined = fuzz.ratio(key.replace(" ", ""), name.replace(" ", ""))
    return max(joined, fuzz.token_sort_ratio(key, name))
