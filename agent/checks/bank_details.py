"""Bank details in a mail are the entity's own or none."""

import re
from collections.abc import Iterator

from agent.checks.checked import Checked
from agent.checks.normal_text import fold
from agent.checks.page import Page
from ledger.model.draft import Finding, Support
from ledger.model.snapshot import AccountSnapshot

CHECK = "bank_details"
#: One text in 97 passes the checksum by chance ("el 29 de abril de 2026"); IBANs hold at least so many digits.
MIN_IBAN_DIGITS = 8
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}[ -]?\d{2}(?:[ -]?[A-Za-z0-9]){11,34}")
_DIGITS = re.compile(r"(?<![\w.,])\d(?:[ -]?\d){6,33}(?![\w])")
_SORT_CODE = re.compile(r"(?<![\w-])\d{2}([- ])\d{2}\1\d{2}(?![\w-])")
_BIC = re.compile(r"(?<!\w)[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?!\w)")
_BIC_WORD = re.compile(r"(?<!\w)(?:bic|swift)(?!\w)", re.IGNORECASE)
_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "BE": 16, "BG": 22, "BR": 29, "CH": 21, "CY": 28, "CZ": 24, "DE": 22,
    "DK": 18, "EE": 20, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GI": 23, "GR": 27, "HR": 21, "HU": 28, "IE": 22,
    "IL": 23, "IS": 26, "IT": 27, "KW": 30, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip


def check_bank_details(page: Page, snapshot: AccountSnapshot) -> Checked:
    """IBANs, account numbers, sort codes and BICs that are not of one of the entity's bank accounts."""
    own = {_compact(part) for account in snapshot.entity.bank_accounts for part in (account.number, account.routing)}
    findings: list[Finding] = []
    supports: list[Support] = []
    text = page.normal.text
    for start, end in _ibans(text):
        if _compact(text[start:end]) in own:
            supports.append(Support(page.written(start, end), "ledger", "bank account of the entity"))
        else:
            findings.append(page.finding(CHECK, "bank details that are not ours", start, end))
    for start, end in (*_spans(_DIGITS, page.rest), *_spans(_SORT_CODE, page.rest)):
        if _compact(text[start:end]) not in own:
            findings.append(page.finding(CHECK, "looks like an account number that is not ours", start, end))
    for start, end in _bics(page):
        if _compact(text[start:end]) not in own:
            findings.append(page.finding(CHECK, "a bank code that is not ours", start, end))
    return Checked(tuple(findings), tuple(supports))


def is_iban(compact: str) -> bool:
    """Whether the characters pass the checksum of ISO 13616 (MOD 97-10)."""
    if not 15 <= len(compact) <= 34 or not compact.isalnum() or not compact.isascii():
        return False
    digits = "".join(str(int(char, 36)) for char in compact[4:] + compact[:4])
    return int(digits) % 97 == 1


def _spans(pattern: re.Pattern[str], text: str) -> list[tuple[int, int]]:
    return [match.span() for match in pattern.finditer(text)]


def _compact(written: str) -> str:
    return fold(written).replace("-", "").upper()


def _ibans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of what is an IBAN, or has the country and length of one even if its checksum is wrong."""
    for match in _IBAN.finditer(text):
        places = [match.start() + index for index, char in enumerate(match.group()) if char.isalnum()]
        compact = "".join(text[place] for place in places).upper()
        length = _LENGTHS.get(compact[:2])
        lengths = [length] if length is not None else [size for size in range(15, 35) if is_iban(compact[:size])]
        for size in lengths:
            digits = sum(char.isdigit() for char in compact[:size])
            if size <= len(compact) and digits >= (MIN_IBAN_DIGITS if is_iban(compact[:size]) else 10):
                yield places[0], places[size - 1] + 1
                break


def _bics(page: Page) -> Iterator[tuple[int, int]]:
    """Words shaped like a BIC that hold a digit, or stand in a sentence that speaks of one."""
    for match in _BIC.finditer(page.normal.text):
        if page.normal.text[match.start() : match.end()] not in page.rest:
            continue
        sentence = page.sentence_at(match.start())
        said = _BIC_WORD.search(page.normal.text[sentence.start : sentence.end])
        if said or any(char.isdigit() for char in match.group()):
            yield match.span()
