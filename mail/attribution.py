"""`On ... wrote:` and its sisters in the languages we meet, over one to four lines."""

import re

from mail.date_shapes import has_clock, has_day, has_email, has_year

_MAX_ATTRIBUTION_CHARS = 400
_MAX_ATTRIBUTION_LINES = 4
#: Without a day, an address and a time, a longer line that ends in `wrote:` is a sentence.
_MAX_BARE_CHARS = 120
#: The verb, its colon and the signs behind it.
_MAX_VERB_CHARS = 60

_SUFFIX_VERBS = (
    r"wrote|writes|schrieb|schrieben|geschrieben|schreibt|a écrit|écrit|escribió|escribio|ha scritto|scrisse|"
    r"scrive|"
    r"schreef|geschreven|schrijft|escreveu|"
    r"napisał\(a\)|napisał/a|napisała|napisał|pisze|skrev|skreiv|skriver|kirjoitti|írta|написала?|написал\(а\)|"
    r"пишет|"
    r"yazdı|napsala?|napsal\(a\)|a scris|さんは書きました|のメール|写道|寫道"
)
_INFIX_VERBS = (
    r"schrieb|schrieben|schreef|skrev|kirjoitti|escreveu|escribió|ha scritto|napisał\(a\)|napisała?|a écrit|wrote|"
    r"napisana przez|de escrita por"
)
_ENDS_WITH_VERB = re.compile(rf"(?:{_SUFFIX_VERBS})\s{{0,3}}[:：]?[\s*_-]{{0,12}}$", re.IGNORECASE)
_ENDS_WITH_VERB_AND_COLON = re.compile(rf"(?:{_SUFFIX_VERBS})\s{{0,3}}[:：][\s*_-]{{0,12}}$", re.IGNORECASE)
_VERB_WITHIN = re.compile(rf"\s(?:{_INFIX_VERBS})[\s(,][^\n]{{1,250}}[:：][\s*_]{{0,4}}$", re.IGNORECASE)
_ADDRESS_THEN_VERB = re.compile(
    rf"[^\n]{{0,120}}[<(\[][\w.+%'-]{{1,64}}@[\w.-]{{1,80}}[>)\]]\s{{0,3}}(?:{_SUFFIX_VERBS})\s{{0,3}}[:：]\s{{0,3}}$",
    re.IGNORECASE,
)
#: `Tim wrote me on 3 March:` is told by the customer, not by his mail program.
_TOLD = re.compile(
    r"\b(?:you|he|she|they|we|i|who|also|already|even|sie|er|ihr|wir|ich|du|vous|nous|m['’]|me|mi|ci|nos|te|il|"
    r"elle|lui|"
    r"ella|él|usted|u|je|hij|zij|ele|ela|você|pan|pani|państwo|ni|hon|han|du)\s?"
    r"(?:avez |avete |hai |a |ha |has |have |had |haben )?"
    r"(?:wrote|schrieb\w{0,2}|écrit|escribi\w{1,5}|scritto|schreef|escrev\w{1,4}|napisa\w{1,5}|pisze|skrev)\b|"
    r"\b(?:wrote|schrieb\w{0,2}|écrit|escribió|scritto|schreef|escreveu|napisał\w{0,2}|skrev)\s"
    r"(?:mir|uns|me|us|to|that|mij|ons|nam|mi|mig|oss|in|im|auf|dans|nel|en el|no|w|i)\b",
    re.IGNORECASE,
)
_DATE_NEAR_START = re.compile(r"\W{0,8}(?:[^\W\d][\w'’-]{0,20}[\s.,:()]{1,4}){0,5}\W{0,2}\d")
_OPENS_QUOTE = ("„", "“", '"', "«", "»", "'", "‚", "‘")


def attribution(lines: list[str], at: int) -> tuple[int, bool] | None:
    """Lines of an attribution that begins at `at`, and whether it is one without a `>` below it; None for none."""
    joined = ""
    for count in range(1, _MAX_ATTRIBUTION_LINES + 1):
        if at + count > len(lines) or not lines[at + count - 1].strip():
            return None
        # A wrapped `<name@example.com` may leave its bracket at the start of the next line.
        if _is_marked(lines[at + count - 1]) and joined.count("<") <= joined.count(">"):
            return None
        joined = f"{joined} {lines[at + count - 1].strip()}".strip()
        if len(joined) > _MAX_ATTRIBUTION_CHARS:
            return None
        sure = _sure(joined)
        if sure is not None:
            return count, sure and not _is_told(lines, at, count, joined)
        if count == 1 and not (_DATE_NEAR_START.match(joined) or "<" in joined or has_email(joined)):
            return None
    return None


def _sure(joined: str) -> bool | None:
    """Whether `joined` is an attribution: True for sure, False where a quotation must follow, None for no."""
    tail = joined[-_MAX_VERB_CHARS:]
    ends_open = joined.rstrip(" *_-").endswith((":", "："))
    has_verb = ends_open and bool(_ENDS_WITH_VERB_AND_COLON.search(tail) or _VERB_WITHIN.search(joined))
    if not has_verb and not ends_open and not _ENDS_WITH_VERB.search(tail):
        return None
    address, clock = has_email(joined), has_clock(joined)
    if not _DATE_NEAR_START.match(joined):
        if has_verb and ((has_day(joined) and (address or clock)) or _ADDRESS_THEN_VERB.match(joined)):
            return True
        # `Greta wrote:` and `Quoting jo@example.com:` prove nothing by themselves.
        is_bare = has_verb or (address and joined.endswith((":", "：")))
        return False if is_bare and len(joined) < _MAX_BARE_CHARS else None
    if not has_verb and address and clock and _ENDS_WITH_VERB.search(tail):
        return True
    if has_verb:
        return address or clock or has_year(joined)
    if joined.endswith((":", "：")) and address and (clock or has_year(joined)):
        # `On Mon, 2 Mar 2026, Jo <jo@example.com>:` in a language whose verb we do not know.
        return True
    return None


def _is_told(lines: list[str], at: int, count: int, joined: str) -> bool:
    """Whether the customer tells who wrote, and perhaps goes on to cite him in quotation marks."""
    if has_email(joined):
        return False
    if _TOLD.search(joined):
        return True
    below = next((line.strip() for line in lines[at + count : at + count + 3] if line.strip()), "")
    return below.startswith(_OPENS_QUOTE) and not has_clock(joined)


def _is_marked(line: str) -> bool:
    return line.lstrip(" \t").startswith(">")
