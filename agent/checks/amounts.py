"""Every amount is an allowed figure, currency included."""

import re
from decimal import Decimal

from agent.checks.checked import Checked
from agent.checks.facts import RULE, Fact, Facts, support
from agent.checks.number_figures import NumberFigure, currency_words
from agent.checks.page import Page, Sentence, choose
from core.money import total
from ledger.model.draft import Finding, Support

CHECK = "amounts"
#: Beginnings of number words; an amount in words escapes every comparison, so none may stand.
_NUMBER_WORDS = (
    r"hundred|thousand|million|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|(?:two|three|four|five|six|seven|eight|nine|ten)"
    r"|\w{0,12}hundert\w{0,20}|\w{0,12}tausend\w{0,20}|(?:zwan|vier|fünf|sech|sieb|acht|neun)zig|dreißig|zehn"
    r"|cents?|mille|vingts?|trente|quarante|cinquante|soixante|dix|cien(?:to|tos|tas)?|mil|veinte|treinta|cuarenta"
    r"|cincuenta|sesenta|setenta|ochenta|noventa|\w{0,12}cientos|quinientos|cento|duecento|trecento|cinquecento"
    r"|\w{0,12}mila|venti|trenta|quaranta|cinquanta|\w{0,12}honderd\w{0,12}|\w{0,12}duizend\w{0,12}|(?:twin|der|veer|vijf|zes|zeven|tach|negen)tig"
    r"|cem|duzentos|trezentos|quinhentos|vinte|trinta|quarenta|cinquenta|sto|dwieście|trzysta|pięćset|tysi\w{2,4}"
    r"|dwadzieścia|pięćdziesiąt|\w{0,12}hundra\w{0,12}|\w{0,12}tusen|tjugo|trettio|fyrtio|femtio"
)
_IN_WORDS = re.compile(
    rf"(?<!\w)(?:{_NUMBER_WORDS})(?: [^\W\d_]{{1,14}}){{0,3}}? (?:{'|'.join(currency_words())})(?!\w)", re.IGNORECASE
)


def check_amounts(page: Page, facts: Facts) -> Checked:
    """Amounts that neither the ledger, nor a named rule, nor a statement worded as one supports."""
    findings: list[Finding] = []
    supports: list[Support] = []
    for figure in page.amounts:
        shown = page.written(figure.start, figure.end)
        fact = None if figure.percent else _fact_for(figure, page.sentence_at(figure.start), facts)
        if fact is not None:
            supports.append(support(shown, fact))
        elif figure.percent:
            findings.append(page.finding(CHECK, "a percentage is no figure of the ledger", figure.start, figure.end))
        else:
            findings.append(page.finding(CHECK, _objection(figure, facts), figure.start, figure.end))
    for match in _IN_WORDS.finditer(page.rest):
        findings.append(
            page.finding(CHECK, "an amount in words cannot be checked: write it in figures", *match.span())
        )
    return Checked(tuple(findings), tuple(supports))


def _fact_for(figure: NumberFigure, sentence: Sentence, facts: Facts) -> Fact | None:
    for value in sorted(figure.values):
        for currency in sorted(figure.currencies):
            known = facts.amounts.get((value, currency), ())
            if fact := choose(known, sentence):
                return fact
            if fact := _sum_of_named(value, currency, sentence, facts):
                return fact
    return None


def _sum_of_named(value: Decimal, currency: str, sentence: Sentence, facts: Facts) -> Fact | None:
    """The open balances of exactly the invoices that the sentence names, added up."""
    balances = [facts.balances[key] for key in sorted(sentence.about) if key in facts.balances]
    if len(balances) < 2 or any(balance.currency != currency for balance in balances):
        return None
    if total(balances, currency).amount != value:
        return None
    return Fact(RULE, f"sum_of_open_balances({', '.join(sorted(sentence.about))})")


def _objection(figure: NumberFigure, facts: Facts) -> str:
    known = any((value, currency) in facts.amounts for value in figure.values for currency in figure.currencies)
    if known:
        return "this amount belongs elsewhere: to another invoice, or to the customer's statement, worded as such"
    return "the ledger holds no such amount for this customer"
