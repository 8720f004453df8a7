"""`Authentication-Results` (RFC 8601): a header's value to who checked, what, and with which outcome."""

import re
from dataclasses import dataclass, field

from mail.comments import without_comments

_MAX_CHARS = 8_000
_MOST_RESULTS = 50
_MOST_PROPERTIES = 20
_TOKEN = re.compile(r'[;=]|(?:"(?:[^"\\]|\\.){0,500}"|[^\s;="])+')
_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One outcome, in lower case: `dkim`, `pass`, and what it is about (`header.d` to a domain)."""

    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResults:
    """One header. `checked_by` is the authserv-id in lower case; empty where none is named, as Microsoft 365 does."""

    checked_by: str
    results: tuple[CheckResult, ...]

    def of(self, method: str) -> tuple[CheckResult, ...]:
        """The results of one method, in their order."""
        return tuple(result for result in self.results if result.method == method)


def read_results(value: str) -> CheckResults:
    """The header's value, taken apart; what is malformed is left out. Never raises."""
    parts = _parts(value[:_MAX_CHARS])
    checked_by = ""
    if parts and parts[0] and (len(parts[0]) < 2 or parts[0][1] != "="):
        checked_by = parts[0][0].lower()
        parts = parts[1:]
    results = (_result(part) for part in parts[:_MOST_RESULTS])
    return CheckResults(checked_by, tuple(result for result in results if result is not None))


def _result(tokens: list[str]) -> CheckResult | None:
    if len(tokens) < 3 or tokens[1] != "=" or tokens[2] == "=":
        return None
    method = tokens[0].partition("/")[0].strip().lower()
    properties: dict[str, str] = {}
    at = 3
    while at + 2 < len(tokens) and len(properties) < _MOST_PROPERTIES:
        if tokens[at + 1] == "=" and tokens[at] != "=":
            # The first value counts: what is said twice may not overrule itself.
            properties.setdefault(tokens[at].lower(), tokens[at + 2].lower())
            at += 3
        else:
            at += 1
    return CheckResult(method, tokens[2].lower(), properties)


def _parts(text: str) -> list[list[str]]:
    """Words and equals signs, cut at the semicolons; comments dropped, quoted strings whole."""
    parts: list[list[str]] = [[]]
    for word in _TOKEN.findall(without_comments(text)):
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(_QUOTED_PAIR.sub(r"\1", word.replace('\\"', "").replace('"', "")))
    return parts
