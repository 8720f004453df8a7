"""What stands in each clause of a reply: phrases, days, amounts, invoices."""

from dataclasses import dataclass, field, replace
from datetime import date

from agent.reading.amounts import FoundAmount, find_amounts
from agent.reading.dates import FoundDate, find_dates
from agent.reading.found_reference import FoundReference
from agent.reading.local.cues import Hits, find_cues, within
from agent.reading.local.sentences import Sentence, sentences_of, turning_points
from agent.reading.references import ReferenceFinder, References
from agent.signals import ReplyToRead

#: Phrases that make a statement of their own; a sentence is cut only between two of them.
_ACTING = ("will_pay", "sent", "processing", "extension", "plan", "hardship", "cannot_pay_yet", "not_dispute")
_TERMS = "dispute_terms"
#: Nobody tells more invoices by their day.
_MOST_DAYS = 50


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause at `text[start:end]` of the reply, with all that was found in it. Offsets count from the reply."""

    start: int
    end: int
    text: str
    folded: str
    sentence: int
    paragraph: int
    question: bool
    cues: Hits = field(default_factory=dict)
    dates: tuple[FoundDate, ...] = ()
    amounts: tuple[FoundAmount, ...] = ()
    references: tuple[FoundReference, ...] = ()
    #: Where the clause begins within its sentence; the places in `cues` count from there.
    offset: int = 0
    #: The whole reply is this clause and a greeting.
    alone: bool = False

    def has(self, *names: str) -> bool:
        """Whether any of these phrase lists occurs."""
        return any(name in self.cues for name in names)

    def ahead(self, today: date) -> tuple[FoundDate, ...]:
        """Dates that a promise can mean: on or after `today`, and no day that most likely is over."""
        return tuple(
            each for each in self.dates if each.rule not in ("past", "last_weekday") and _is_ahead(each, today)
        )

    def behind(self, today: date) -> tuple[FoundDate, ...]:
        """Dates that something done can mean: on or before `today`."""
        return tuple(
            each
            for each in self.dates
            if each.back <= today and each.rule not in ("period", "in_month", "span", "next_weekday")
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """Invoices named in the clause, sorted."""
        return tuple(sorted({number for each in self.references for number in each.numbers}))


def _is_ahead(found: FoundDate, today: date) -> bool:
    if found.rule == "day":
        return found.nearest >= today
    return found.ahead >= today


@dataclass(frozen=True, slots=True)
class ReadText:
    """A reply taken apart."""

    clauses: tuple[Clause, ...]
    sentences: tuple[Sentence, ...]
    references: References
    words: int
    #: The invoices that the conversation is about.
    scope: tuple[str, ...] = ()


def clauses_of(reply: ReplyToRead, languages: tuple[str, ...], scope: tuple[str, ...]) -> ReadText:
    """`reply.text` in clauses, each with its phrases, days, amounts and invoices."""
    sentences = sentences_of(reply.text)
    dates = find_dates(reply.text, reply.received_at, reply.country, languages)
    spans = tuple((each.start, each.end) for each in dates)
    finder = ReferenceFinder(reply.invoices, scope)
    bare = finder.find(reply.text, spans)
    numbers = tuple((each.start, each.end) for each in bare.found if each.written)
    amounts = find_amounts(reply.text, reply.currency, (*_firm(dates), *numbers))
    references = finder.find(reply.text, spans, amounts)
    dates = _without_days_of_issue(dates, references)
    clauses: list[Clause] = []
    for index, sentence in enumerate(sentences):
        hits = find_cues(sentence.folded, languages)
        for start, end in _cuts(sentence, hits):
            clauses.append(_clause(reply.text, sentence, index, start, end, hits, dates, amounts, references))
    words = sum(len(sentence.folded.split()) for sentence in sentences)
    return ReadText(tuple(clauses), sentences, references, words, scope)


def _without_days_of_issue(dates: tuple[FoundDate, ...], references: References) -> tuple[FoundDate, ...]:
    """Dates but for those that tell which invoice is meant: "the visit of the 16th" promises nothing for the 16th."""
    issued = [each for each in references.found if each.how == "day"]
    return tuple(
        each
        for each in dates
        if not any(one.start < each.end and each.start < one.end for one in issued[:_MOST_DAYS])
    )


def _firm(dates: tuple[FoundDate, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((each.start, each.end) for each in dates)


def _cuts(sentence: Sentence, hits: Hits) -> list[tuple[int, int]]:
    """Spans of the sentence's clauses, counted within it."""
    pieces: list[tuple[int, int]] = []
    start = 0
    length = len(sentence.folded)
    for at, firm in turning_points(sentence.folded):
        if at <= start or any(begin < at < end for spans in hits.values() for begin, end in spans):
            continue
        left, right = within(hits, start, at), within(hits, at, length)
        if _acts(left) and (_acts(right) if not firm else len(right) > 0):
            pieces.append((start, at))
            start = at
    pieces.append((start, length))
    return pieces


def _acts(hits: Hits) -> bool:
    return any(name in hits for name in _ACTING) or any(name.startswith("dispute_") for name in hits)


def _clause(
    text: str,
    sentence: Sentence,
    index: int,
    start: int,
    end: int,
    hits: Hits,
    dates: tuple[FoundDate, ...],
    amounts: tuple[FoundAmount, ...],
    references: References,
) -> Clause:
    begin, stop = sentence.start + start, sentence.start + end
    while stop > begin and text[stop - 1] in " ,;:-\n\t":
        stop -= 1
    dates = tuple(each for each in dates if begin <= each.start < stop)
    return Clause(
        start=begin,
        end=stop,
        text=text[begin:stop],
        folded=sentence.folded[start:end],
        sentence=index,
        paragraph=sentence.paragraph,
        question=sentence.question,
        cues=_without_periods_of_payment(within(hits, start, end), dates, sentence.start),
        dates=dates,
        offset=start,
        amounts=tuple(each for each in amounts if begin <= each.start < stop),
        references=tuple(each for each in references.found if begin <= each.start < stop),
    )


def _without_periods_of_payment(hits: Hits, dates: tuple[FoundDate, ...], offset: int) -> Hits:
    """Without the words for payment terms that only tell until when: "within a maximum of 12 days"."""
    spans = [(each.start - offset, each.end - offset) for each in dates if each.rule == "span"]
    if not spans or _TERMS not in hits:
        return hits
    kept = tuple(each for each in hits[_TERMS] if not any(a < each[1] and each[0] < b for a, b in spans))
    return {**hits, _TERMS: kept} if kept else {name: each for name, each in hits.items() if name != _TERMS}


def with_list_items(read: ReadText) -> ReadText:
    """`read` with each line below "please send me:" asking for the document that it names."""
    clauses: list[Clause] = []
    listing = False
    for clause in read.clauses:
        item = listing and any(name.startswith("doc_") for name in clause.cues)
        clauses.append(replace(clause, cues={**clause.cues, "doc_request": ((0, 0),)}) if item else clause)
        listing = item or (clause.has("doc_request") and clause.folded.rstrip().endswith(":"))
    return replace(read, clauses=tuple(clauses))
