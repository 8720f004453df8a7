"""A DKIM signature (RFC 6376) checked here, by dkimpy, where no host that we trust has looked at it.

The library gets headers and a body that we took apart: its own regular expressions take quadratic time over long runs
of blanks, which any stranger may send. The key is looked up by a function that the caller gives.
"""

import logging
import re
from collections.abc import Callable
from enum import Enum, auto

import dkim

from core.domains import plain_domain, same_organisation
from mail.authentication import NOT_CHECKED, SenderTrust, Verdict

#: The TXT record at a name, None for none; raises what it likes where nobody can tell.
KeyLookup = Callable[[str], str | None]

_MAX_HEADER_BYTES = 256 * 1024
_MAX_BODY_BYTES = 40 * 1024 * 1024
_MOST_HEADERS = 1_000
_MOST_SIGNATURES = 3
_MAX_SIGNATURE_BYTES = 6_000
_MOST_BLANKS = 200
#: A key of RSA with 8,192 bits; a longer one costs seconds, and so does a long exponent in a short one.
_MAX_KEY_CHARS = 1_500
_MIN_KEY_BITS = 1_024

_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LINE = re.compile(rb"([!-9;-~]{1,100}[ \t]{0,10}):")
_TESTING = re.compile(r"(?:^|;)\s{0,10}t\s{0,10}=[a-z\s:]{0,40}y", re.I)
_BLANKS = re.compile(rb"\s{%d}" % _MOST_BLANKS)
#: What the library raises for what a stranger wrote; the rest are slips of its own that no input of ours is worth.
_REFUSALS = (dkim.DKIMException, ValueError, LookupError, TypeError, AssertionError, ArithmeticError, AttributeError)


class _Silent(logging.Logger):
    """The library logs what strangers wrote; the verdict says what we need."""

    def isEnabledFor(self, level: int) -> bool:
        return False


class _Outcome(Enum):
    GOOD = auto()
    WRONG = auto()
    #: No key, an expired or a partial signature, an algorithm that we do not know: as good as none (RFC 6376, 6.1).
    WORTHLESS = auto()


class _Unanswered(Exception):
    """Nobody can tell the key now."""


def trust_by_signature(raw: bytes, from_domain: str, lookup: KeyLookup, unavailable: type[Exception]) -> SenderTrust:
    """Whether a signature of the From domain, or of one above or below it, fits the mail.

    `unavailable` is what `lookup` raises where nobody can tell: then nothing is known. Never raises for what a
    stranger sent. Blocks as long as the lookups do, three at most.
    """
    domain = plain_domain(from_domain)
    headers, body = _taken_apart(raw)
    if not domain or not headers or len(body) > _MAX_BODY_BYTES:
        return NOT_CHECKED
    signatures = [(at, tags) for at, tags in _signatures(headers) if same_organisation(tags.get(b"d", ""), domain)]
    outcomes: list[_Outcome] = []
    for at, tags in signatures[:_MOST_SIGNATURES]:
        try:
            outcomes.append(_verified(headers, body, at, tags, lookup, unavailable))
        except _Unanswered:
            outcomes.append(_Outcome.WORTHLESS)
    if _Outcome.GOOD in outcomes:
        return SenderTrust(Verdict.PASS, "dkim", f"it is signed by {domain} (DKIM)", dkim_checked=True)
    if _Outcome.WRONG in outcomes:
        words = f"its signature (DKIM) of {domain} does not fit it: it is forged, or was changed on the way"
        return SenderTrust(Verdict.FAIL, "dkim", words, dkim_checked=True)
    return NOT_CHECKED


def _taken_apart(raw: bytes) -> tuple[list[list[bytes]], bytes]:
    """Header names and values as they were signed, with CRLF; none where they are none or more than anybody sends."""
    close = _HEADER_END.search(raw, 0, _MAX_HEADER_BYTES)
    if close is None:
        return [], b""
    block = raw[: close.start()].replace(b"\r\n", b"\n")
    headers: list[list[bytes]] = []
    for line in block.split(b"\n"):
        found = _LINE.match(line)
        if line[:1] in (b" ", b"\t") and headers:
            headers[-1].append(line)
        elif found:
            headers.append([found[1], line[found.end() :]])
        elif not line.startswith((b"From ", b">From ")):
            return [], b""
        if len(headers) > _MOST_HEADERS:
            return [], b""
    return [[name, b"\r\n".join(values) + b"\r\n"] for name, *values in headers], raw[close.end() :]


def _signatures(headers: list[list[bytes]]) -> list[tuple[int, dict[bytes, str]]]:
    """Place among the signatures, and tags, of those that are worth a look."""
    values = [value for name, value in headers if name.rstrip().lower() == b"dkim-signature"]
    found = []
    for at, value in enumerate(values[:20]):
        if len(value) <= _MAX_SIGNATURE_BYTES and not _BLANKS.search(value):
            found.append((at, _tags(value)))
    return found


def _tags(value: bytes) -> dict[bytes, str]:
    pairs = (one.split(b"=", 1) for one in value.split(b";") if b"=" in one)
    return {name.strip(): b"".join(text.split()).decode("ascii", "replace").lower() for name, text in pairs}


def _verified(
    headers: list[list[bytes]],
    body: bytes,
    at: int,
    tags: dict[bytes, str],
    lookup: KeyLookup,
    unavailable: type[Exception],
) -> _Outcome:
    signed = tags.get(b"h", "").split(":")
    # A signature over a part of the body (`l=`) leaves room for a stranger's words below it.
    if tags.get(b"a") != "rsa-sha256" or b"l" in tags or "from" not in signed:
        return _Outcome.WORTHLESS
    asked: list[str | None] = []

    def key(name: bytes, timeout: float = 0) -> bytes | None:
        try:
            asked.append(_bounded(lookup(name.decode("ascii").rstrip("."))))
        except unavailable as error:
            raise _Unanswered from error
        return None if asked[-1] is None else asked[-1].encode("ascii", "replace")

    check = dkim.DKIM(logger=_Silent("dkim"), minkey=_MIN_KEY_BITS)
    relaxed = tags.get(b"c", "simple/simple").partition("/")[2] == "relaxed"
    check.headers = [list(header) for header in headers]
    check.body = _canonical(body, relaxed=relaxed)
    try:
        good = check.verify(at, dnsfunc=key)
    except dkim.ValidationError:
        # Before the key was asked for, it is a malformed or expired signature: mail that is fetched late was good
        # when it came. After that, the body is another one than was signed.
        good = False
    except _REFUSALS:
        return _Outcome.WORTHLESS
    if good:
        return _Outcome.GOOD
    return _Outcome.WRONG if asked and _counts(asked[-1], check) else _Outcome.WORTHLESS


def _counts(record: str | None, check: dkim.DKIM) -> bool:
    """Whether the record held a key that a failure may rest on: not a revoked, broken or short one, nor a test."""
    if record is None or _TESTING.search(record):
        return False
    return getattr(check, "ktag", None) == b"rsa" and (getattr(check, "keysize", 0) or 0) >= _MIN_KEY_BITS


def _bounded(record: str | None) -> str | None:
    return record if record is not None and len(record) <= _MAX_KEY_CHARS else None


def _canonical(body: bytes, *, relaxed: bool) -> bytes:
    """The body with CRLF ends and without empty lines at its end; `relaxed` by RFC 6376, 3.4.4. In linear time, so
    that nothing is left to do for the library."""
    lines = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if relaxed:
        lines = re.sub(rb"[\t ]+", b" ", lines).replace(b" \r\n", b"\r\n")
    if not lines.endswith(b"\r\n"):
        return lines
    words = len(lines.rstrip(b"\r\n"))
    # A bare CR is no line end: it counts as a letter.
    bare = lines.rfind(b"\r\r", words)
    return lines[: words if bare < 0 else bare + 1] + b"\r\n"
