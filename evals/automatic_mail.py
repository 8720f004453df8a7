"""How well machines are told from people, and failed addresses found, beside a library and a header rule.

A mail counts as found when it is called automatic in any way: whether it is an absence or an acknowledgement is the
second figure. What a program states of its own (a remittance advice) counts as a person's word, as it does in
`docs/formats/replies.md`.
"""

import json
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import Message
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from agent.reading.absences import first_day_back
from mail.auto_reply import delayed_addresses
from mail.parse_mime import parse_mime
from mail.split_reply import split_reply

OWN_CASES = Path(__file__).parent / "datasets" / "automatic.jsonl"
_FLUFL_SET = "bounce-flufl"
_HEADER_ADDRESS = re.compile(r"(?:^|;)[ \t]*<?([^\s<>;,]{1,200}@[^\s<>;,]{1,200}?)>?(?=[,\s]|$)")


@dataclass(frozen=True, slots=True)
class AutomaticCase:
    """One raw mail and what it is. `automatic` is None for a person's; addresses in lower case; `failed` will not be
    tried again, `delayed` will; `until` is the first day back of an absence."""

    case_id: str
    raw: bytes
    automatic: str | None
    failed: frozenset[str] = frozenset()
    delayed: frozenset[str] = frozenset()
    until: date | None = None
    #: ISO 3166-1 alpha-2 of the sender, which settles 03/04; may be empty.
    country: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a tool says of a mail. `delayed` is the part of `addresses` that is still being tried, None where the tool
    does not tell; `until` likewise."""

    automatic: str | None
    addresses: frozenset[str]
    delayed: frozenset[str] | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """A way from raw bytes to a verdict. `reads_absences`: it tells the first day back at all."""

    name: str
    version: str
    judge: Callable[[AutomaticCase], Verdict]
    reads_absences: bool = False


@dataclass(frozen=True, slots=True)
class AutomaticRow:
    """One tool on one set. Shares are 0 to 1, None where the set or the tool has nothing of the kind.

    `recall`: of machines' mails, those called automatic. `kind`: of these, those called by the right kind.
    `addresses`: of bounces that name somebody, those whose failed and delayed addresses are exactly right.
    `delays`: of the same, those where failed and delayed are told apart. `people_lost`: of people's mails, those
    called automatic (the dangerous error). `returns`: of absences, those whose day back (or its lack) is right.
    """

    fixture_set: str
    tool: str
    version: str
    machines: int
    people: int
    recall: float | None
    kind: float | None
    addresses: float | None
    delays: float | None
    people_lost: float | None
    returns: float | None
    milliseconds_a_mail: float


def automatic_rows(shared: Path | None = None) -> list[AutomaticRow]:
    """Every detector on every set: our own in its two halves, and `bounce-flufl` where `shared` holds it."""
    sets = {"own, development": own_cases("dev"), "own, held": own_cases("held")}
    if shared is not None and (shared / _FLUFL_SET / "expected.jsonl").is_file():
        sets[_FLUFL_SET] = flufl_cases(shared / _FLUFL_SET)
    return [_row(name, cases, tool) for name, cases in sets.items() for tool in detectors()]


def as_markdown(rows: Sequence[AutomaticRow]) -> str:
    """The rows as a table."""
    lines = [
        "| set | tool | machines | called automatic | right kind | addresses right | delays apart "
        "| people | called automatic | day back right | ms a mail |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        shares = (_share(s) for s in (row.recall, row.kind, row.addresses, row.delays))
        lines.append(
            f"| {row.fixture_set} | {row.tool} {row.version} | {row.machines} | {' | '.join(shares)} | {row.people} "
            f"| {_share(row.people_lost)} | {_share(row.returns)} | {row.milliseconds_a_mail:.2f} |"
        )
    return "\n".join(lines) + "\n"


def own_cases(half: str, path: Path = OWN_CASES) -> list[AutomaticCase]:
    """The hand-written mails of one half, `dev` or `held`."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return [
        AutomaticCase(
            case_id=row["id"],
            raw=row["raw"].encode(),
            automatic=row["automatic"],
            failed=frozenset(row["failed"]),
            delayed=frozenset(row["delayed"]),
            until=date.fromisoformat(row["until"]) if "until" in row else None,
            country=row["lang"].partition("-")[2],
        )
        for row in rows
        if row["split"] == half
    ]


def flufl_cases(folder: Path) -> list[AutomaticCase]:
    """The bounces of flufl.bounce with the addresses that its own tests expect."""
    rows = (json.loads(line) for line in (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines())
    return [
        AutomaticCase(
            case_id=row["file"],
            raw=(folder / row["file"]).read_bytes(),
            automatic="bounce",
            failed=frozenset(address.lower() for address in row["permanent"]),
            delayed=frozenset(address.lower() for address in row["temporary"]),
        )
        for row in rows
    ]


def detectors() -> tuple[Detector, ...]:
    """Duly, then the library where it is installed, then the rule that anybody would write first."""
    return (
        Detector("Duly", version("duly"), judge, reads_absences=True),
        *_flufl(),
        Detector("header rule", "", _by_headers),
    )


def judge(case: AutomaticCase) -> Verdict:
    """Duly's own verdict, by the path that an incoming mail takes."""
    message = parse_mime(case.raw)
    reply = split_reply(message)
    at = message.sent_at or datetime.now(UTC)
    return Verdict(
        reply.automatic,
        frozenset(reply.failed),
        frozenset(delayed_addresses(message)),
        first_day_back(reply.reply, at, case.country) if reply.automatic == "out_of_office" else None,
    )


def _flufl() -> tuple[Detector, ...]:
    try:
        number, module = version("flufl.bounce"), import_module("flufl.bounce")
    except (PackageNotFoundError, ImportError):
        return ()

    def judge_bounce(case: AutomaticCase) -> Verdict:
        delayed, failed = ({one.decode("latin-1").lower() for one in part} for part in _all(module, case.raw))
        found = frozenset(delayed | failed)
        return Verdict("bounce" if found else None, found, frozenset(delayed))

    return (Detector("flufl.bounce", number, judge_bounce),)


def _all(module: object, raw: bytes) -> tuple[set[bytes], set[bytes]]:
    """Temporary and permanent failures; none where it stumbles, as it does over headers that are not ASCII."""
    try:
        delayed, failed = module.all_failures(message_from_bytes(raw))  # type: ignore[attr-defined]
    except (AttributeError, LookupError, TypeError, ValueError):
        return set(), set()
    return set(delayed), set(failed)


def _by_headers(case: AutomaticCase) -> Verdict:
    """Auto-Submitted, Precedence, an empty Return-Path, a daemon's name, a report; addresses from their fields."""
    message = message_from_bytes(case.raw)
    sender = str(message.get("From", "")).lower()
    marked = (
        str(message.get("Auto-Submitted", "no")).lower() != "no"
        or str(message.get("Precedence", "")).lower() in {"bulk", "junk", "auto_reply"}
        or str(message.get("Return-Path", "x")).strip() == "<>"
        or "mailer-daemon" in sender
        or "postmaster" in sender
        or message.get_content_type() == "multipart/report"
        or any(name in message for name in ("X-Autoreply", "X-Autorespond", "X-Failed-Recipients"))
    )
    found = [str(message.get("X-Failed-Recipients", ""))]
    found += [str(part.get("Final-Recipient", "")) for part in _walk(message)]
    addresses = frozenset(match[1].lower() for value in found for match in _HEADER_ADDRESS.finditer(value[:2000]))
    return Verdict(("bounce" if addresses else "auto_reply") if marked else None, addresses)


def _walk(message: Message) -> list[Message]:
    return [part for part in message.walk() if not part.is_multipart()][:200]


def _row(name: str, cases: Sequence[AutomaticCase], tool: Detector) -> AutomaticRow:
    started = time.perf_counter()
    verdicts = [(case, tool.judge(case)) for case in cases]
    seconds = time.perf_counter() - started
    machines = [(case, verdict) for case, verdict in verdicts if case.automatic is not None]
    found = [(case, verdict) for case, verdict in machines if verdict.automatic is not None]
    bounces = [(case, verdict) for case, verdict in machines if case.failed | case.delayed]
    people = [verdict for case, verdict in verdicts if case.automatic is None]
    absences = [(case, verdict) for case, verdict in machines if case.automatic == "out_of_office"]
    return AutomaticRow(
        fixture_set=name,
        tool=tool.name,
        version=tool.version,
        machines=len(machines),
        people=len(people),
        recall=_rate([verdict.automatic is not None for _, verdict in machines]),
        kind=_rate([case.automatic == verdict.automatic for case, verdict in found]),
        addresses=_rate([verdict.addresses == case.failed | case.delayed for case, verdict in bounces]),
        delays=_rate([verdict.delayed == case.delayed for case, verdict in bounces if verdict.delayed is not None]),
        people_lost=_rate([verdict.automatic is not None for verdict in people]),
        returns=_rate([verdict.until == case.until for case, verdict in absences]) if tool.reads_absences else None,
        milliseconds_a_mail=1000 * seconds / max(1, len(cases)),
    )


def _rate(outcomes: Sequence[bool]) -> float | None:
    return sum(outcomes) / len(outcomes) if outcomes else None


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
