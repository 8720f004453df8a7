"""Names that are written nearly alike: among all customers by trigrams, or among a few one by one."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Protocol

from rapidfuzz import fuzz

from ledger.rules.matching.party_names import WrittenName, initials_of

#: Longer posting lists belong to words that half of all companies carry.
_MAX_POSTINGS = 3000
_RAREST_TRIGRAMS = 10
_COMPARED = 25
_TRUNCATED_FROM = 8
_ABBREVIATED_FROM = 7
_ABBREVIATED = 91.0
_CUT = 96.0
#: Less alike is not alike.
LEAST_ALIKE = 80.0
_PIECE_FROM = 3
_RARE_WORD_FROM = 5
_SHORTEST_KEY = 4


class AlikeNames(Protocol):
    """Where names are looked for that are not written as the customer's own."""

    def near(self, key: str) -> Sequence[str]:
        """Keys of names that may be alike, to be compared; none for fewer than four letters."""
        ...

    def with_initials(self, initials: str) -> set[str]:
        """Customers with these initials, three or more."""
        ...

    def with_words(self, words: Sequence[str]) -> set[str]:
        """Customers in whose names all these words stand, long ones all of them."""
        ...


class AllNames:
    """The names of all customers, filed by what they are looked for by when somebody first is."""

    def __init__(self) -> None:
        self._trigrams: defaultdict[str, list[str]] = defaultdict(list)
        self._initials: dict[str, set[str]] = {}
        self._words: dict[str, set[str]] = {}
        self._unshelved: list[str] = []
        #: Those without initials by how many letters these will have.
        self._without_initials: dict[int, list[tuple[str, Sequence[str]]]] = {}
        self._without_words: list[tuple[str, str]] = []

    def add_key(self, key: str) -> None:
        """A name's key that nobody had before."""
        self._unshelved.append(key)

    def add_holder(self, customer_id: str, key: str) -> None:
        """A customer that has the name."""
        self._without_words.append((customer_id, key))

    def add_written(self, customer_id: str, name: WrittenName) -> None:
        """A customer's name as it is written."""
        for letters in name.letters:
            self._without_initials.setdefault(letters, []).append((customer_id, name.words))

    def near(self, key: str) -> Sequence[str]:
        """Keys that share the most of this one's rarest trigrams."""
        if len(key) < _SHORTEST_KEY:
            return ()
        self._shelve()
        shelves = [self._trigrams[trigram] for trigram in _trigrams(key) if trigram in self._trigrams]
        rare = sorted((shelf for shelf in shelves if len(shelf) <= _MAX_POSTINGS), key=len)[:_RAREST_TRIGRAMS]
        shared: Counter[str] = Counter()
        for shelf in rare:
            shared.update(shelf)
        return [name for name, _ in shared.most_common(_COMPARED)]

    def with_initials(self, initials: str) -> set[str]:
        """Customers with these initials, three or more."""
        for customer_id, words in self._without_initials.pop(len(initials), ()):
            for found in initials_of(words):
                self._initials.setdefault(found, set()).add(customer_id)
        return self._initials.get(initials, set())

    def with_words(self, words: Sequence[str]) -> set[str]:
        """Customers in whose names all these words stand, long ones all of them."""
        if not _are_rare(words):
            return set()
        for customer_id, key in self._without_words:
            for word in key.split():
                if len(word) >= _RARE_WORD_FROM:
                    self._words.setdefault(word, set()).add(customer_id)
        self._without_words.clear()
        return set.intersection(*(self._words.get(word, set()) for word in words))

    def _shelve(self) -> None:
        for name in self._unshelved:
            for trigram in _trigrams(name):
                self._trigrams[trigram].append(name)
        self._unshelved.clear()


class FewNames:
    """The names of a few customers, as a ledger found them to be alike: compared one by one, filed nowhere."""

    def __init__(self, names: Iterable[tuple[str, WrittenName]]) -> None:
        self._names = list(names)

    def near(self, key: str) -> Sequence[str]:
        """All their keys."""
        if len(key) < _SHORTEST_KEY:
            return ()
        return list(dict.fromkeys(key for _, name in self._names for key in name.keys if key))

    def with_initials(self, initials: str) -> set[str]:
        """Those with these initials, three or more."""
        return {
            customer_id
            for customer_id, name in self._names
            if len(initials) in name.letters and initials in initials_of(name.words)
        }

    def with_words(self, words: Sequence[str]) -> set[str]:
        """Those in whose names all these words stand, long ones all of them."""
        if not _are_rare(words):
            return set()
        held: dict[str, set[str]] = {}
        for customer_id, name in self._names:
            for key in name.keys:
                held.setdefault(customer_id, set()).update(key.split())
        return {customer_id for customer_id, own in held.items() if own.issuperset(words)}


def _are_rare(words: Sequence[str]) -> bool:
    return bool(words) and min(map(len, words)) >= _RARE_WORD_FROM


def _trigrams(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def is_cut(key: str, name: str) -> bool:
    """Whether one of the two keys is the beginning of the other, eight letters or more."""
    return _begins(key.replace(" ", ""), name.replace(" ", ""))


def similar_names(key: str, names: Iterable[str]) -> list[tuple[float, str]]:
    """Those of the names that are at least `LEAST_ALIKE` of 100 alike, the likest first.

    Words may stand in another order, be cut, or miss; and a bank may have cut the end.
    """
    joined, pieces = key.replace(" ", ""), key.split()
    abbreviates = len(pieces) > 1 and len(joined) >= _ABBREVIATED_FROM
    found = []
    for name in names:
        other = name.replace(" ", "")
        if _begins(joined, other):
            found.append((_CUT, name))
            continue
        best = max(
            fuzz.ratio(joined, other, score_cutoff=LEAST_ALIKE),
            fuzz.token_sort_ratio(key, name, score_cutoff=LEAST_ALIKE),
        )
        if best < _ABBREVIATED and abbreviates and _is_abbreviated(pieces, name.split()):
            best = _ABBREVIATED
        if best:
            found.append((best, name))
    return sorted(found, reverse=True)


def _begins(one: str, other: str) -> bool:
    if len(one) > len(other):
        one, other = other, one
    return len(one) >= _TRUNCATED_FROM and other.startswith(one)


def _is_abbreviated(pieces: list[str], words: list[str]) -> bool:
    """`CORVI BOULA` for `CORVIN BOULANGERIE`: every piece begins a word, in the order of the words."""
    at = 0
    for piece in pieces:
        while at < len(words) and not words[at].startswith(piece):
            at += 1
        if at == len(words) or (len(piece) < _PIECE_FROM and piece != words[at]):
            return False
        at += 1
    return True
