"""Who paid: by account, by name however mangled, by alias, through a parent. Ties name nobody."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from rapidfuzz import fuzz

from ledger.model.match import Debtor

_NOT_ALNUM = re.compile(r"[\W_]+")
#: Legal forms and fillers say nothing about who it is.
_LEGAL_FORMS = frozenset(
    "LTD LIMITED INC INCORPORATED LLC LLP LP PLC CORP CORPORATION CO COMPANY GMBH MBH AG KG KGAA OHG UG EK SE EG "
    "SARL SA SAS SASU SL SLU SRL SPA BV NV OY OYJ AB AS ASA APS A S DBA PTY PTE SDN BHD KK SP ZOO Z OO THE AND UND "
    "ET Y".split()
)
#: Further ones, that some countries write and others drop.
_MORE_FORMS = frozenset(
    "EIRELI LTDA ME EPP PVT PRIVATE HAFTUNGSBESCHRANKT HAFTUNGSBESCHR HAFTUNGSB HAFTUNGSBESC SARLU EURL SCA SNC SAPA "
    "SPOLKA ZOO KOMANDYTOWA JAWNA AKTIEBOLAG HB KB VOF CV EENMANSZAAK GBR PARTG EV HOLDING GROUP GRUPPE".split()
)
_ALL_FORMS = _LEGAL_FORMS | _MORE_FORMS
_SHORT_FOR = {
    "MFG": "MANUFACTURING", "INTL": "INTERNATIONAL", "SVCS": "SERVICES", "SVC": "SERVICE", "GRP": "GROUP",
    "MGMT": "MANAGEMENT", "HLDGS": "HOLDINGS", "BROS": "BROTHERS", "ASSOC": "ASSOCIATES", "NATL": "NATIONAL",
    "DIST": "DISTRIBUTORS", "TECH": "TECHNOLOGIES", "ENGG": "ENGINEERING", "ENG": "ENGINEERING", "SYS": "SYSTEMS",
    "IND": "INDUSTRIES", "INDS": "INDUSTRIES", "PROP": "PROPERTIES", "LOG": "LOGISTICS", "SOLNS": "SOLUTIONS",
    "CONSTR": "CONSTRUCTION", "EQUIP": "EQUIPMENT", "SUP": "SUPPLY", "MED": "MEDICAL", "CTR": "CENTER",
    "GEBR": "GEBRUDER",
}  # fmt: skip
_SPELLINGS = str.maketrans({"ß": "SS", "Æ": "AE", "Ø": "O", "Ł": "L", "Đ": "D"})
#: What an ASCII name is made words with: points and apostrophes go, all else that is no letter or digit parts words.
_WORDS_APART = str.maketrans(
    {chr(code): "" if chr(code) in ".'" else " " for code in range(128) if not chr(code).isalnum()}
)
#: Umlauts as they are written where there are none.
_TWO_LETTERS = str.maketrans({"Ä": "AE", "Ö": "OE", "Ü": "UE", "Ø": "OE", "Å": "AA"})
_MAX_NAME = 140
#: Longer posting lists belong to words that half of all companies carry.
_MAX_POSTINGS = 3000
_RAREST_TRIGRAMS = 10
_COMPARED = 25
_FUZZY_FLOOR = 87.0
_FUZZY_MARGIN = 6.0
_TRUNCATED_FROM = 8
_ABBREVIATED_FROM = 7
_ABBREVIATED = 91.0
_PIECE_FROM = 3
_INITIALS_FROM = 3
_RARE_WORD_FROM = 5
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
#: What banks put around a payer's name.
_BANK_WORDS = frozenset(
    "ACH CREDIT WIRE FROM ORIG ORIGINATOR NAME ID DEP STORE TRANSFER PAYMENT PMT EFT CCD CTX PPD SEPA CT INCOMING "
    "BACS FASTER REF TRN DEPOSIT CHECK CHEQUE LOCKBOX BRANCH CHAPS NEFT RTGS GIRO FIRMA FA MESSRS MR MRS "
    "HERR FRAU MONSIEUR STE SOCIETE THE".split()
)
_MAX_FAMILY = 50
_MAX_TIED = 20


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


NOBODY = PayerIdentity("", PayerMark.NOBODY)


def name_key(name: str) -> str:
    """Upper case words without accents, punctuation and legal forms: `Pinnock & Sons, Inc.` is `PINNOCK SONS`."""
    return _key_of(name_key_words(name[:_MAX_NAME]))


def _key_of(words: Sequence[str]) -> str:
    return " ".join([word for word in words if word not in _LEGAL_FORMS]) or " ".join(words)


def name_key_words(text: str) -> list[str]:
    """All words of `text` as `name_key` writes them, legal forms included."""
    if text.isascii():
        return text.upper().translate(_WORDS_APART).split()
    spelt = unicodedata.normalize("NFKD", text.upper().translate(_SPELLINGS))
    plain = "".join([char for char in spelt if char.isascii() or not unicodedata.combining(char)])
    plain = plain.replace(".", "").replace("'", "").replace("’", "")
    return _NOT_ALNUM.sub(" ", plain).split()


def account_key(account: str) -> str:
    """An account number without blanks and punctuation, upper case."""
    return (account if account.isalnum() else _NOT_ALNUM.sub("", account)).upper()


class _Called(NamedTuple):
    """A name: its words, its keys (umlauts spelt out, rarer legal forms dropped), and letters of its initials."""

    words: Sequence[str]
    keys: Sequence[str]
    letters: Sequence[int]


class PayerIndex:
    """All debtors, found by account, name, alias and learned habit. Similar names come from rare trigrams."""

    def __init__(self) -> None:
        self._debtors: dict[str, Debtor] = {}
        self._accounts: dict[str, set[str]] = {}
        self._learned: dict[str, Counter[str]] = {}
        self._names: dict[str, dict[str, PayerMark]] = {}
        #: Names as they are written, read once however many customers have them.
        self._called: dict[str, _Called] = {}
        self._trigrams: defaultdict[str, list[str]] = defaultdict(list)
        #: Names that are not in the trigrams yet: they are put there when somebody is looked for by likeness.
        self._unshelved: list[str] = []
        self._children: dict[str, list[str]] = {}
        self._domains: dict[str, set[str]] = {}
        #: By initials and by long word, and the names that are not there yet: hardly anybody is looked for by those.
        self._initials: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        #: Those without initials by how many letters these will have.
        self._without_initials: dict[int, list[tuple[str, Sequence[str]]]] = {}
        self._without_words: list[tuple[str, str]] = []
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

    def _add_called(self, name: str, customer_id: str, mark: PayerMark) -> None:
        called = self._called.get(name)
        if called is None:
            called = self._called[name] = _called(name)
        for key in called.keys:
            self._add_name(key, customer_id, mark)
        for letters in called.letters:
            self._without_initials.setdefault(letters, []).append((customer_id, called.words))

    def _add_name(self, key: str, customer_id: str, mark: PayerMark) -> None:
        if not key:
            return
        holders = self._names.get(key)
        if holders is None:
            holders = self._names[key] = {}
            self._unshelved.append(key)
        before = holders.get(customer_id)
        if before is None:
            self._without_words.append((customer_id, key))
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
        written = name_key_words(name[:_MAX_NAME])
        debtors = [self._debtors[customer_id] for customer_id in holders if customer_id in self._debtors]
        same = [one for one in debtors if name_key_words(one.name[:_MAX_NAME]) == written]
        return {same[0].customer_id: holders[same[0].customer_id]} if len(same) == 1 else holders

    def _behind_bank_words(self, name: str, account: str, text: str) -> PayerIdentity | None:
        """The name without what the bank put around it, or the one on whose behalf the payer acts."""
        pieces = _ON_BEHALF.split(name.upper())[:3]
        for piece in (*reversed(pieces), *name.split("/")[:1]):
            cleaned = _without_bank_words(name_key(piece))
            by_name = self._names.get(cleaned) or self._names.get(_without_forms(cleaned))
            if by_name:
                return self._one_of(by_name)
        return None

    def _named_in_text(self, name: str, account: str, text: str) -> PayerIdentity | None:
        """A customer's whole name in the text; where it names several, nobody is named."""
        words = [word for word in name_key_words(text[:_MAX_TEXT]) if word not in _ALL_FORMS]
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
        cleaned = _without_bank_words(name_key(_ON_BEHALF.split(name.upper())[-1])) or key
        found = self._similar(cleaned)
        if found.known or found.tied:
            return found
        holders = self._with_initials(cleaned.replace(" ", "")) or self._with_words(cleaned.split())
        return self._one_of(dict.fromkeys(holders, PayerMark.PARTIAL_NAME)) if 0 < len(holders) <= _MAX_TIED else None

    def _with_initials(self, initials: str) -> set[str]:
        for customer_id, words in self._without_initials.pop(len(initials), ()):
            for found in _initials_of(words):
                self._initials.setdefault(found, set()).add(customer_id)
        return self._initials.get(initials, set())

    def _with_words(self, words: Sequence[str]) -> set[str]:
        """Customers in whose names all these words stand, long ones all of them."""
        if not words or min(map(len, words)) < _RARE_WORD_FROM:
            return set()
        for customer_id, key in self._without_words:
            for word in key.split():
                if len(word) >= _RARE_WORD_FROM:
                    self._words.setdefault(word, set()).add(customer_id)
        self._without_words.clear()
        return set.intersection(*(self._words.get(word, set()) for word in words))

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
        self._shelve_names()
        shelves = [self._trigrams[trigram] for trigram in _trigrams(key) if trigram in self._trigrams]
        rare = sorted((shelf for shelf in shelves if len(shelf) <= _MAX_POSTINGS), key=len)[:_RAREST_TRIGRAMS]
        shared: Counter[str] = Counter()
        for shelf in rare:
            shared.update(shelf)
        return [name for name, _ in shared.most_common(_COMPARED) if self._names[name]]

    def _shelve_names(self) -> None:
        for name in self._unshelved:
            for trigram in _trigrams(name):
                self._trigrams[trigram].append(name)
        self._unshelved.clear()


def _called(name: str) -> _Called:
    words = name_key_words(name[:_MAX_NAME])
    key = _key_of(words)
    keys = [key] if name.isascii() else [key, name_key(name.upper().translate(_TWO_LETTERS))]
    shorter = _without_forms(key)
    if shorter not in keys:
        keys.append(shorter)
    kept = key.count(" ") + 1
    return _Called(words, keys, (kept,) if kept == len(words) else (kept, len(words)))


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
    """0 to 100. Words may stand in another order, be cut, or miss; and a bank may have cut the end."""
    if _is_cut(key, name):
        return 96.0
    joined = fuzz.ratio(key.replace(" ", ""), name.replace(" ", ""))
    best = max(joined, fuzz.token_sort_ratio(key, name))
    if best < _ABBREVIATED and _is_abbreviated(key.split(), name.split()):
        return _ABBREVIATED
    return best


def _is_abbreviated(pieces: list[str], words: list[str]) -> bool:
    """`CORVI BOULA` for `CORVIN BOULANGERIE`: every piece begins a word, in the order of the words."""
    if len(pieces) < 2 or sum(map(len, pieces)) < _ABBREVIATED_FROM:
        return False
    at = 0
    for piece in pieces:
        while at < len(words) and not words[at].startswith(piece):
            at += 1
        if at == len(words) or (len(piece) < _PIECE_FROM and piece != words[at]):
            return False
        at += 1
    return True


def _without_bank_words(key: str) -> str:
    """A name's key without words and numbers that banks add."""
    kept = (word for word in key.split() if word not in _BANK_WORDS and not word.isdigit())
    return " ".join(_SHORT_FOR.get(word, word) for word in kept)


def _without_forms(key: str) -> str:
    """A key without the legal forms that some write and others drop."""
    words = key.split()
    return key if _MORE_FORMS.isdisjoint(words) else " ".join([word for word in words if word not in _MORE_FORMS])


def _initials_of(words: Sequence[str]) -> list[str]:
    """`CES` and `CESL` for `Cascade Energy Solutions Ltd`; none of fewer than three letters."""
    short = "".join([word[0] for word in words if word not in _LEGAL_FORMS])
    found = dict.fromkeys((short, "".join([word[0] for word in words])))
    return [initials for initials in found if len(initials) >= _INITIALS_FROM]
