"""Every date follows from the ledger, or is the customer's own and worded so."""

from agent.checks.calendar_words import PAST_DUE, periods
from agent.checks.checked import Checked
from agent.checks.day_figures import DayFigure
from agent.checks.facts import Fact, Facts, support
from agent.checks.page import Page, Sentence, choose
from ledger.model.draft import Finding, Support

CHECK = "dates"


def check_dates(page: Page, facts: Facts) -> Checked:
    """Days, and spans of days, that nothing supports. Ambiguous forms stand when either reading is supported."""
    findings: list[Finding] = []
    supports: list[Support] = []
    only_today = False
    for figure in page.days:
        only_today = only_today or figure.relative
        fact = _fact_for(figure, page.sentence_at(figure.start), facts)
        if fact is not None:
            supports.append(support(page.written(figure.start, figure.end), fact))
        else:
            findings.append(page.finding(CHECK, "nothing supports this day here", figure.start, figure.end))
    spans = _check_periods(page, facts)
    return Checked((*findings, *spans.findings), (*supports, *spans.supports), only_today or spans.only_today)


def _fact_for(figure: DayFigure, sentence: Sentence, facts: Facts) -> Fact | None:
    for day, known in facts.days.items():
        if any(reading.fits(day, facts.today) for reading in figure.readings):
            fact = choose(known, sentence)
            if fact is not None:
                return fact
    return None


def _check_periods(page: Page, facts: Facts) -> Checked:
    findings: list[Finding] = []
    supports: list[Support] = []
    only_today = False
    for match in periods().finditer(page.rest):
        sentence = page.sentence_at(match.start())
        late = match[2] is not None and PAST_DUE.search(page.normal.text[sentence.start : sentence.end]) is not None
        known = facts.days_past_due if late else facts.term_days if match[2] is not None else {}
        fact = choose(known.get(int(match[1]), ()), sentence)
        only_today = only_today or late
        if fact is not None:
            supports.append(support(match.group(), fact))
        else:
            message = "no invoice is so many days past due" if late else "the ledger holds no such period"
            findings.append(page.finding(CHECK, message, *match.span()))
    return Checked(tuple(findings), tuple(supports), only_today)
