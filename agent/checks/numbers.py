"""Every other number of some length is one that the ledger holds."""

from agent.checks.checked import Checked
from agent.checks.facts import RULE, Fact, Facts, support
from agent.checks.number_figures import NumberFigure
from agent.checks.page import Page, choose
from ledger.model.draft import Finding, Support

CHECK = "numbers"


def check_numbers(page: Page, facts: Facts) -> Checked:
    """Numbers of three digits or more, or with decimals, that are no amount, day or document number we know."""
    findings: list[Finding] = []
    supports: list[Support] = []
    for figure in page.numbers:
        shown = page.written(figure.start, figure.end)
        if figure.plain_digits and len(shown) < 3:
            continue
        fact = _fact_for(figure, page, facts)
        if fact is not None:
            supports.append(support(shown, fact))
        else:
            findings.append(page.finding(CHECK, "nothing supports this number", figure.start, figure.end))
    return Checked(tuple(findings), tuple(supports))


def _fact_for(figure: NumberFigure, page: Page, facts: Facts) -> Fact | None:
    """An amount without its currency, or the year of a day that may stand."""
    sentence = page.sentence_at(figure.start)
    for (value, _), known in facts.amounts.items():
        if value in figure.values and (fact := choose(known, sentence)):
            return fact
    if figure.plain_digits and any(day.year in figure.values for day in facts.days):
        return Fact(RULE, "year of a supported day")
    return None
