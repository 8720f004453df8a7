"""All stories for one payment, one of each posting, from its reference and from every advice that may belong."""

from collections.abc import Iterable

from ledger.model.match import MatchPart, PartKind
from ledger.rules.matching.evidence import Evidence
from ledger.rules.matching.hypothesis import TIGHT, Fit, Hypothesis, Sign
from ledger.rules.matching.named import named_stories
from ledger.rules.matching.negative import negative_stories
from ledger.rules.matching.scoring import log_odds
from ledger.rules.matching.unnamed import unnamed_singles, unnamed_stories


def hypotheses_for(found: tuple[Evidence, ...]) -> list[Hypothesis]:
    """Likeliest first. The last resort, that nobody can tell, is always among them."""
    own = found[0]
    stories: list[Hypothesis] = []
    if own.payment.amount.amount < 0:
        stories += negative_stories(own)
    elif own.payment.amount.amount > 0:
        for evidence in found:
            stories += named_stories(evidence)
        free = [story for story in stories if not story.blocked]
        # What the payer's own lines contradict is not to be posted by way of the amount alone.
        disagreeing = any(map(_is_contradicted, stories))
        if not free and not disagreeing:
            stories += unnamed_stories(own)
        elif free and not any(story.fit in TIGHT and story.advice is None for story in free):
            stories += unnamed_singles(own)
    stories.append(_unidentified(own))
    return sorted(_one_of_each(stories), key=lambda story: (-log_odds(story), story.money_key[:1]))


def _one_of_each(stories: Iterable[Hypothesis]) -> list[Hypothesis]:
    """Of stories that post the same, the one to be preferred."""
    best: dict[object, Hypothesis] = {}
    for story in stories:
        other = best.get(story.money_key)
        if other is None or _preference(story) > _preference(other):
            best[story.money_key] = story
    return list(best.values())


def _preference(story: Hypothesis) -> tuple[bool, bool, float]:
    """One that the payer's own lines contradict, then one that is free to be posted, then the likelier."""
    return _is_contradicted(story), not story.blocked, log_odds(story)


def _is_contradicted(story: Hypothesis) -> bool:
    """Whether the text, or an advice about this very money, states other amounts by line."""
    about_this = story.advice is None or Sign.ADVICE_TOTAL_DIFFERS not in story.signs
    return Sign.LINES_DISAGREE in story.signs and about_this and not story.stranger


def _unidentified(evidence: Evidence) -> Hypothesis:
    part = MatchPart(PartKind.UNIDENTIFIED, "", evidence.payment.amount)
    nobody = not evidence.identity.known and not evidence.identity.tied and not evidence.references
    return Hypothesis(
        Fit.UNIDENTIFIED,
        (part,),
        (),
        ("Neither the payer nor a document of ours is recognised for certain.",),
        blocked="nobody could tell whose money it is",
        signs=(Sign.NOBODY_AT_ALL,) if nobody else (),
    )
