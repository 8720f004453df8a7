"""Sets of invoices told by words: "all of them", "both", "the others", "all but the last"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.reading.found_reference import FoundReference
from agent.reading.reference_ranks import TIME_AFTER, count_in
from agent.reading.reference_words import ALL_BUT, ALL_OF_THEM, BOTH_OF_THEM, COMPARED_WITH, ONE_OTHER, THE_OTHERS
from agent.signals import InvoiceFact

#: Nobody says "the others" more often; hostile text does.
_MOST = 50
#: "All but the last": what is left out begins so soon after the words.
_NEAR = 14
#: "The fat one from April" is one invoice said twice over.
_TOGETHER = re.compile(r"[ ,]{0,2}(?:(?:from|of|in|for|aus|vom|von|de|del|di|van|z|fran|av) )?")


@dataclass(frozen=True, slots=True)
class Conversation:
    """What words pick from: all open invoices, and those that the conversation lists, in its order."""

    every: tuple[str, ...]
    listed: tuple[InvoiceFact, ...]
    #: The one invoice that the conversation is about, if it is about one.
    sole: str | None = None

    @classmethod
    def of(cls, invoices: Sequence[InvoiceFact], scope: Sequence[str]) -> "Conversation":
        """`scope` are the invoices that it is about; where fewer than two, words pick from all that is open."""
        open_ones = sorted((i for i in invoices if i.open_balance.amount > 0), key=lambda i: (i.issued, i.number))
        by_number = {invoice.number: invoice for invoice in invoices}
        about = [by_number[number] for number in dict.fromkeys(scope) if number in by_number]
        return cls(
            tuple(sorted(i.number for i in open_ones)),
            tuple(about if len(about) > 1 else open_ones),
            about[0].number if len(about) == 1 else None,
        )

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers of `listed`, sorted."""
        return tuple(sorted(each.number for each in self.listed))


def without_overlaps(found: Sequence[FoundReference]) -> list[FoundReference]:
    """In reading order; of two that overlap the earlier, the longer."""
    kept: list[FoundReference] = []
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept and each.start < kept[-1].end:
            continue
        kept.append(each)
    return kept


def sets_in(folded: str, found: list[FoundReference], conversation: Conversation) -> list[FoundReference]:
    """`found` with the sets that words mean, in reading order; each invoice in its most exact words."""
    found = _together(folded, found)
    others = list(_others(folded, found, conversation))
    sets = [*_all(folded, conversation), *_both(folded, conversation), *others]
    # "The other one" is also "the second one" in some languages: what is left is surer.
    found = [each for each in found if each.written or not any(_overlap(each, one) for one in others)]
    result = without_overlaps([*found, *sets])
    return without_overlaps([*result, *_all_but(folded, result, conversation)])


def _overlap(one: FoundReference, other: FoundReference) -> bool:
    return one.start < other.end and other.start < one.end


def _together(folded: str, found: list[FoundReference]) -> list[FoundReference]:
    """Two descriptions of one invoice that stand side by side are one; beside its number they say nothing."""
    result: list[FoundReference] = []
    for each in found:
        last = result[-1] if result else None
        if last is None or last.written or not _TOGETHER.fullmatch(folded, last.end, each.start):
            result.append(each)
        elif each.written:
            result[-1] = each
        elif shared := tuple(sorted({*last.numbers} & {*each.numbers})):
            result[-1] = FoundReference(last.start, each.end, shared, last.how)
        else:
            result.append(each)
    return result


def _all(folded: str, conversation: Conversation) -> Iterator[FoundReference]:
    for match, _ in zip(ALL_OF_THEM.finditer(folded), range(_MOST), strict=False):
        count = count_in(match[0])
        fitting = [each for each in (conversation.numbers, conversation.every) if len(each) == count]
        numbers = conversation.every if count is None else fitting[0] if fitting else ()
        # "Alle drei Wochen" are no invoices.
        if numbers and not TIME_AFTER.match(folded, match.end()):
            yield FoundReference(match.start(), match.end(), numbers, "all")


def _both(folded: str, conversation: Conversation) -> Iterator[FoundReference]:
    pair = next((each for each in (conversation.numbers, conversation.every) if len(each) == 2), ())
    if pair:
        for match, _ in zip(BOTH_OF_THEM.finditer(folded), range(_MOST), strict=False):
            yield FoundReference(match.start(), match.end(), pair, "both")


def _others(folded: str, found: list[FoundReference], conversation: Conversation) -> Iterator[FoundReference]:
    """What is left of the list after those named before; where none is, after those named later."""
    told: list[FoundReference] = []
    for match, _ in zip(THE_OTHERS.finditer(folded), range(_MOST), strict=False):
        apart = [each for each in [*found, *told] if each.end <= match.start() or each.start >= match.end()]
        before = [each for each in apart if each.end <= match.start()]
        rest = _rest(match[0], before or apart, folded, conversation)
        if rest:
            told.append(FoundReference(match.start(), match.end(), rest, "others"))
            yield told[-1]


def _rest(words: str, named: list[FoundReference], folded: str, conversation: Conversation) -> tuple[str, ...]:
    one = ONE_OTHER.fullmatch(words) is not None
    if not named and not (one and conversation.sole):
        return ()
    count = 1 if one else count_in(words)
    compared = [each for each in named if not COMPARED_WITH.search(folded, max(0, each.start - 24), each.start)]
    for each in (named, compared):
        said = {number for one_ in each for number in one_.numbers} or {conversation.sole or ""}
        rest = tuple(number for number in conversation.numbers if number not in said)
        if rest and count in (None, len(rest)):
            return rest
    return ()


def _all_but(folded: str, found: list[FoundReference], conversation: Conversation) -> Iterator[FoundReference]:
    for match, _ in zip(ALL_BUT.finditer(folded), range(_MOST), strict=False):
        left_out = next((each for each in found if 0 <= each.start - match.end() <= _NEAR), None)
        rest = tuple(n for n in conversation.numbers if left_out and n not in left_out.numbers)
        if left_out and rest:
            yield FoundReference(match.start(), left_out.end, rest, "all but")
