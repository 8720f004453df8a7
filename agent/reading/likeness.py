"""Whether two sentences say the same: nearness of meaning, and the words that turn a meaning round.

Measured on hand-written pairs in nine languages (`tests/unit/agent/test_reading_likeness.py`): like ones (other
words, figures, days) and near misses (the same words, another meaning). The encoder alone cannot tell the two apart:
"we will pay on Friday" lies nearer to "we might pay on Friday" (0.014) than "the cheque is in the post to you" to
"cheque is in the post" (0.035). With figures, days and months made the same, no other mark, and 70 % of the words
shared, a radius of 0.03 takes 64 of 91 like pairs and 1 of 97 near misses (chosen on these; the guards hold back 19
nearer ones), and of pairs written afterwards 15 of 16 and none of 20. What is not taken is read as before.
"""

import re
from functools import lru_cache

from agent.reading import date_words
from agent.reading.folding import fold
from agent.reading.local.cues import LEXICONS, find_cues

#: What stands for any weekday, month and figure of a language: which one it is, our own code reads.
_DAY_AND_MONTH = {
    "en": ("Monday", "March"), "de": ("Montag", "März"), "fr": ("lundi", "mars"), "es": ("lunes", "marzo"),
    "it": ("lunedì", "marzo"), "nl": ("maandag", "maart"), "pt": ("segunda-feira", "março"),
    "pl": ("poniedziałek", "marca"), "sv": ("måndag", "mars"),
}  # fmt: skip
_FIGURE = re.compile(r"(?<!\w)[A-Za-z]{0,6}[-/#.]{0,2}\d(?:[\d.,:/'-]{0,30}\d)?(?:st|nd|rd|th|er|re|e|a|o)?(?!\w)")
#: Shorter names of days and months are other words as well ("may", "mar", "set").
_SHORTEST_NAME = 4
#: Cosine distance within which a taught sentence may speak for a new one, by embedder; see above. The hashed one
#: compares spelling alone, so its neighbours are hardly more than the same words.
RADIUS = {"multilingual-e5-small-q4": 0.03, "hashed-4gram-384": 0.1}
#: For an embedder that nobody measured: the same words only.
SAME_WORDS_ONLY = 0.001
#: Of the words of both sentences, those that both must have.
SHARED_WORDS = 0.7
#: Marks that say nothing about what a sentence states, and that like sentences differ in.
_NO_MATTER = frozenset({"pay", "courtesy", "rhetorical", "unrelated", "doc_request", "question", "bank_own_remark"})


@lru_cache(maxsize=16)
def _names(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    if language not in _DAY_AND_MONTH:
        return ()
    day, month = _DAY_AND_MONTH[language]
    counts = "|".join(date_words.top_level(date_words.NUMBERS[language])[1:])
    sources = (
        ("|".join(date_words.top_level(date_words.WEEKDAYS[language])), day),
        ("|".join(date_words.top_level(date_words.MONTHS[language])), month),
        (counts, "1"),
    )
    return tuple((re.compile(rf"(?<!\w)(?:{source})(?!\w)"), shown) for source, shown in sources)


def plain_sentence(text: str, language: str) -> str:
    """The sentence as it is embedded: every figure, weekday and month of `language` replaced by one of its kind.

    "We pay 1041 on Friday" and "We pay 2207 on Thursday" are then the same sentence.
    """
    for pattern, shown in _names(language):
        pieces, at = [], 0
        for match in pattern.finditer(fold(text)):
            if shown == "1" or match.end() - match.start() >= _SHORTEST_NAME:
                pieces += [text[at : match.start()], shown]
                at = match.end()
        text = "".join([*pieces, text[at:]])
    return _FIGURE.sub("1", text)


def says_the_same(taught: str, new: str, language: str) -> bool:
    """Whether a sentence near a taught one may be taken for it: no mark differs, and of all their words
    70 % (`SHARED_WORDS`) stand in both.

    `language` is the taught sentence's, BCP 47 primary.
    """
    if shared_words(taught, new, language) < SHARED_WORDS:
        return False
    return marks_of(taught, language) == marks_of(new, language)


def marks_of(text: str, language: str) -> frozenset[str]:
    """What turns the meaning of a sentence: negation, question, condition, time, every phrase that our rules act on.

    Two sentences with different marks say different things, however near they lie: an encoder of this size puts
    "we will pay on Friday" nearer to "we might pay on Friday" than to "we will pay in May".
    """
    languages = (language,) if language in LEXICONS else tuple(LEXICONS)
    plain = fold(plain_sentence(text, language))
    marks = {name for name in find_cues(plain, languages) if name not in _NO_MATTER}
    if text.rstrip("\"') ").endswith("?"):
        marks.add("?")
    return frozenset(marks)


def shared_words(one: str, other: str, language: str) -> float:
    """The share of words that both have, of those that either has; 0 to 1."""
    left, right = (set(re.findall(r"\w+", fold(plain_sentence(text, language)))) for text in (one, other))
    return len(left & right) / len(left | right) if left | right else 0.0
