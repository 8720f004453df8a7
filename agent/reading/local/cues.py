"""Which phrases of the lexicons stand in a piece of text."""

from functools import lru_cache
from re import Pattern

from agent.reading.folding import phrase_pattern
from agent.reading.local.harmless import is_harmless
from agent.reading.local.lexicon import de, en, es, fr, it, nl, pl, pt, sv

LEXICONS: dict[str, dict[str, str]] = {
    "en": en.CUES, "de": de.CUES, "fr": fr.CUES, "es": es.CUES, "it": it.CUES, "nl": nl.CUES, "pt": pt.CUES,
    "pl": pl.CUES, "sv": sv.CUES,
}  # fmt: skip
#: More hits of one phrase list in one sentence tell nothing new.
_MAX_HITS = 12

Hits = dict[str, tuple[tuple[int, int], ...]]


@lru_cache(maxsize=16)
def _compiled(language: str) -> tuple[tuple[str, Pattern[str]], ...]:
    return tuple((name, phrase_pattern(phrases)) for name, phrases in LEXICONS[language].items())


def compile_lexicons() -> None:
    """Compiles all phrase lists, so that the first reply is read as fast as the others."""
    for language in LEXICONS:
        _compiled(language)
    for name in ("inject", "threat"):
        _in_all_languages(name)


@lru_cache(maxsize=32)
def _one(language: str, name: str) -> Pattern[str] | None:
    phrases = LEXICONS[language].get(name)
    return phrase_pattern(phrases) if phrases else None


_LONGEST_CLAUSE = 4_000


def find_cues(folded: str, languages: tuple[str, ...]) -> Hits:
    """Spans of every cue in `folded`, in any of `languages`; cues that do not occur are absent."""
    # Nobody writes a clause of thousands of characters; every pattern would be tried at every one of them.
    folded = folded[:_LONGEST_CLAUSE]
    found: dict[str, list[tuple[int, int]]] = {}
    for language in languages:
        for name, pattern in _compiled(language):
            for count, match in enumerate(pattern.finditer(folded)):
                if count >= _MAX_HITS:
                    break
                if not is_harmless(name, folded, match.span()):
                    found.setdefault(name, []).append(match.span())
    return {name: tuple(sorted(spans)) for name, spans in found.items()}


def matched_chars(folded: str, language: str) -> int:
    """How many characters of `folded` the lexicon of `language` knows; tells the language of a short text."""
    known = bytearray(len(folded))
    for _, pattern in _compiled(language):
        for count, match in enumerate(pattern.finditer(folded)):
            if count >= _MAX_HITS:
                break
            known[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    return sum(known)


@lru_cache(maxsize=4)
def _in_all_languages(name: str) -> tuple[Pattern[str], ...]:
    patterns = (_one(language, name) for language in LEXICONS)
    return tuple(pattern for pattern in patterns if pattern is not None)


def occurs(name: str, folded: str) -> tuple[int, int] | None:
    """The first place where cue `name` occurs in any of the nine languages, or None."""
    for pattern in _in_all_languages(name):
        match = pattern.search(folded)
        if match:
            return match.span()
    return None


def within(hits: Hits, start: int, end: int) -> Hits:
    """The hits that lie wholly between `start` and `end`, which count as the hits do."""
    result = {}
    for name, spans in hits.items():
        inside = tuple(span for span in spans if start <= span[0] and span[1] <= end)
        if inside:
            result[name] = inside
    return result
