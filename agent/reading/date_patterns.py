"""The words of `date_words.py` and `date_phrases.py`, compiled once a language."""
# ruff: noqa: E501 - patterns are not wrapped

import re
from dataclasses import dataclass
from functools import lru_cache

from agent.reading.date_number_words import CARDINALS, COUNTED_DAYS, ORDINALS, alternatives, compiled
from agent.reading.date_phrases import NEXT_MONTH, PHRASES
from agent.reading.date_phrases_beside import PHRASES_BESIDE
from agent.reading.date_words import (
    AGO,
    AT_MOST,
    COUNTED_THINGS,
    DAY_DIGITS,
    DAY_OF_MONTH,
    MONTHS,
    SHORT_WEEKDAYS,
    SPANS,
    WEEKDAYS,
    WORDED_DAY_OF_MONTH,
    top_level,
)
from agent.reading.folding import phrase_source

_ORDINAL_MARK = r"(?:st|nd|rd|th|\.|\.o|o|er|ro|e|ste|s?ten|de|-?(?:go|ego|tego|stego|szego)|:e|:a)?"
#: "11 Sept | 3307" and "9 Oct 2,017.50" end with the month.
_YEAR = r"(?:(?:,? (?:de |del |do )?|[-/])((?:19|20)\d{2}|'\d{2})(?!\w|[.,]\d))?"
_DIGITS = r"(?:\d{1,2})"
#: "El dos" and "il tre" mean too much else.
_COUNTED_FROM = 5
#: Between the day in words and its month: "the eighth of July", "il dieci di dicembre".
_OF = r"(?: of| d[aeio]| del| den| i)?"

#: What may follow "am Ersten" and "de zestiende" like a full stop.
_GOES_OUT = "(?:raus|weg|geht|gehen|kommt|ist|wird|uberwiesen|bezahlt|betaald|overgemaakt|betaler|skickas|zaplac\\w{1,4}|przele\\w{1,4}|leaves|we pay)(?!\\w)"
#: Polish needs no pointer: "zapłacę dziesiątego." The first three are too often of something.
_GENITIVE = {"pl": r"(?!pierwsz|drugi|trzeci)(?=\w{4,14}ego(?:\x20\w{4,14}ego)?\x20{0,2}(?:[,.;!?)]|$))"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """A rule and its phrases. A text without any of the `anchors` has none of them; () where nothing is so sure."""

    rule: str
    pattern: re.Pattern[str]
    anchors: tuple[str, ...]
    with_month: bool
    with_weekday: bool


@dataclass(frozen=True, slots=True)
class Patterns:
    """All that is compiled for one language."""

    months: tuple[re.Pattern[str], ...]
    weekdays: tuple[re.Pattern[str], ...]
    short_weekdays: tuple[re.Pattern[str], ...]
    counts: dict[int, re.Pattern[str]]
    ordinals: dict[int, re.Pattern[str]]
    #: Those and, where days are counted, the ordinals of working days.
    day_ordinals: dict[int, re.Pattern[str]]
    #: Any month or weekday at all: where there is none, the rules that need one are not tried.
    any_month: re.Pattern[str]
    any_weekday: re.Pattern[str]
    #: "Monday 20": a weekday and the number of a day without any mark.
    weekday_number: re.Pattern[str]
    day_month: re.Pattern[str]
    worded_day_month: re.Pattern[str]
    #: "August first", which only English says.
    worded_month_day: re.Pattern[str] | None
    month_day: re.Pattern[str]
    bare_day: re.Pattern[str]
    worded_bare_day: re.Pattern[str]
    short_weekday: re.Pattern[str]
    phrases: tuple["Phrase", ...]
    any_unit: re.Pattern[str]
    span: re.Pattern[str]
    ago: re.Pattern[str]
    fortnight: re.Pattern[str]


@lru_cache(maxsize=16)
def patterns_of(language: str) -> Patterns:
    """What is searched for in texts of `language`."""
    months, weekdays = top_level(MONTHS[language]), top_level(WEEKDAYS[language])
    month, weekday = "(?:" + "|".join(months) + ")", "(?:" + "|".join(weekdays) + ")"
    ordinal = alternatives(ORDINALS[language])
    pointer, short = SHORT_WEEKDAYS[language]
    short_days = top_level(short)
    span, ago, unit = _spans(language)
    return Patterns(
        months=tuple(re.compile(each) for each in months),
        weekdays=tuple(re.compile(rf"(?<!\w)(?:{each})(?!\w)") for each in weekdays),
        short_weekdays=tuple(re.compile(each) for each in short_days),
        counts=compiled(CARDINALS[language]),
        ordinals=compiled(ORDINALS[language]),
        day_ordinals=compiled(
            {
                number: "|".join(
                    [word, *([COUNTED_DAYS[language][number]] if number in COUNTED_DAYS.get(language, {}) else [])]
                )
                for number, word in ORDINALS[language].items()
            }
        ),
        any_month=re.compile(month),
        any_weekday=re.compile(weekday),
        weekday_number=re.compile(
            rf"(?<!\w){weekday},? {{1,2}}(?:the |den |dem |de |le |el |il |dia |dnia )?(\d{{1,2}})(?:st|nd|rd|th|\.)?"
            rf"(?![\w%€$£/-]|[.,:]\d)(?! {{0,2}}(?:\d|{COUNTED_THINGS})(?!\w))"
        ),
        day_month=re.compile(
            rf"(?<![\w.,/])(\d{{1,2}}){_ORDINAL_MARK} {{0,2}}(?:of |de |den |di |do |[-/]|d')?({month})(?!\w)\.?{_YEAR}"
        ),
        worded_day_month=re.compile(rf"(?<!\w)({ordinal}){_OF} ({month})(?!\w)\.?{_YEAR}"),
        worded_month_day=re.compile(rf"(?<!\w)({month}) (?:the )?({ordinal})(?!\w)") if language == "en" else None,
        month_day=re.compile(
            rf"(?<!\w)({month})\.? {{0,2}}(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?![\w/.:]\d|\w){_YEAR}"
        ),
        bare_day=re.compile(_bare_day(language)),
        worded_bare_day=re.compile(_worded_bare_day(language, ordinal)),
        short_weekday=re.compile(rf"(?<!\w){_spaced(pointer)} {{1,2}}({'|'.join(short_days)})(?!\w)(?!-\w)\.?"),
        phrases=tuple(
            Phrase(
                rule,
                re.compile(_phrase(source, weekday, month, language)),
                _anchors(source),
                with_month=_uses("M", source),
                with_weekday=_uses("W", source),
            )
            for rule, source in (*PHRASES[language].items(), *PHRASES_BESIDE[language].items())
        ),
        any_unit=re.compile(rf"(?:{unit})(?!\w)"),
        span=re.compile(span),
        ago=re.compile(ago),
        fortnight=re.compile(rf"(?<!\w)(?:{SPANS[language]['fortnight']})(?!\w)"),
    )


def _anchors(source: str) -> tuple[str, ...]:
    """A word of each alternative that it cannot do without; () where one alternative has none."""
    anchors = []
    for alternative in top_level(source):
        plain, depth = "", 0
        for character in re.sub(r"\\x20|\\.|\[[^\]]*\]", "\0", alternative):
            depth += character == "("
            plain += character if depth == 0 else "\0"
            depth -= character == ")"
        # What a "?" or "{0,2}" follows may be missing.
        words = re.findall(r"[a-z']{2,}", re.sub(r".(?:[?*]|\{[^}]*\})", "\0", plain))
        if not words:
            return ()
        anchors.append(max(words, key=len))
    return tuple(sorted(each for each in set(anchors) if not any(o != each and o in each for o in anchors)))


def _uses(placeholder: str, source: str) -> bool:
    return _placeholder(placeholder).search(source) is not None


def _placeholder(letter: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w\[\\]){letter}(?![\w\]])")


def _spaced(source: str) -> str:
    return re.sub(r" (?![?{])", " {1,2}", source)


def _phrase(source: str, weekday: str, month: str, language: str) -> str:
    named = _spaced(source)
    for letter, meaning in (
        ("N", _spaced(NEXT_MONTH[language])), ("W", weekday), ("M", month), ("D", _day(language)),
    ):  # fmt: skip
        found = _placeholder(letter)
        named = found.sub(lambda _, meaning=meaning: f"(?:{meaning})", named)  # type: ignore[misc]
    return rf"(?<![\w/])(?<!\d[.,-])(?:{named})(?!\w)"


def _day(language: str) -> str:
    marked, plain = DAY_DIGITS[language]
    ordinals = alternatives(ORDINALS[language])
    if language in COUNTED_DAYS:
        ordinals += "|" + alternatives(COUNTED_DAYS[language])
    return "|".join([marked.replace("D", _DIGITS), *([plain.replace("D", _DIGITS)] if plain else []), ordinals])


def _bare_day(language: str) -> str:
    marked, plain = DAY_DIGITS[language]
    digits = "(?:" + "|".join(each for each in (marked, plain) if each).replace("D", _DIGITS) + ")"
    places = _spaced(DAY_OF_MONTH[language]).replace("D", digits)
    places = places.replace("K", marked.replace("D", _DIGITS))
    return (
        rf"(?<![\w.,/])(?:{places})(?![\w%€$£/]|[.,:]\d|-\d|:\d)(?! {{0,2}}(?:\d|{COUNTED_THINGS})(?!\w))(?! \d{{3}})"
    )


def _worded_bare_day(language: str, ordinal: str) -> str:
    """ "By the fifteenth": at the end of what it belongs to, since "the first" and "the second" mean so much else."""
    ends = rf"(?= {{0,2}}(?:[,.;!?)]|$|{_GOES_OUT}))"
    if language in COUNTED_DAYS:
        ordinal = alternatives({day: word for day, word in ORDINALS[language].items() if day >= _COUNTED_FROM})
        ends = ""
    pointer = _spaced(WORDED_DAY_OF_MONTH[language])
    pointer = f"(?:{pointer} {{1,2}}|{_GENITIVE[language]})" if language in _GENITIVE else f"{pointer} {{1,2}}"
    return rf"(?<!\w){pointer}(?P<day>{ordinal})(?!\w)(?! {{0,2}}(?:{COUNTED_THINGS})(?!\w)){ends}"


def _spans(language: str) -> tuple[str, str, str]:
    """The patterns of "within 10 days", of "10 days ago", and of any of the units."""
    words = SPANS[language]
    numbers = alternatives(CARDINALS[language])
    count = (
        rf"(?:\d{{1,3}}(?: ?(?:-|to|bis|a|ou|or|of|o|do|till|oder|lub|y|e) ?\d{{1,3}})?|(?:{numbers})"
        rf"(?: (?:or|of|to|bis|oder|ou|o|a|do|lub|eller|till) (?:{numbers})(?!\w))?)"
    )
    units = "|".join(f"(?P<{unit}>{words[unit]})" for unit in ("business", "days", "weeks", "months", "hours"))
    more = (
        "(?:(?P<more>more|extra|additional|further|weitere[nr]?|zusa(?:e)?tzliche[nr]?|altr[aei]|dodatkowych|kolejnych)"
        "|prochains|proximos|prossimi|komende|najblizszych|full|calendar|volle[nr]?|pelnych|hele) "
    )
    about = (
        "(?:(?:about|roughly|around|etwa|rund|ca\\.?|circa|environ|unos|unas|ongeveer|cerca de|uns|umas|okolo|jakies|z|ungefar|cirka|typ"
        f"|{AT_MOST}) )"
    )
    span = (
        rf"(?<!\w)(?:(?P<before>{phrase_source(words['before'])})(?: {{1,2}}|(?<=')){about}{{0,2}})?(?P<count>{count})(?: ?\(\w{{1,12}}\))?"
        rf"(?: {{0,2}}|-)(?:{more})?(?:{units})(?!\w)(?P<after>[ -](?:{phrase_source(words['after'])})(?!\w))?"
    )
    before, after = AGO[language]
    ago = rf"(?<!\w){before}(?:(?:about|etwa|circa|ca|environ|unos|casi|quasi|ongeveer|cerca de|okolo|ungefar|rund|uns) )?(?P<count>{count}) (?:{units})(?!\w){after}"
    return span, ago, "|".join(words[unit] for unit in ("business", "days", "weeks", "months", "hours"))
