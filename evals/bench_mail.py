"""`make bench-mail`: measures the taking in of mail and writes "Taking mail in" of `docs/benchmarks.md`.

Every figure comes from this one run, on this machine. How they are measured stands in `evals/intake_speed.py` and
`evals/push_speed.py`.
"""

import argparse
import platform
from collections.abc import Sequence
from pathlib import Path

from core.clock import SystemClock
from evals.doc_section import with_section
from evals.intake_speed import STRETCH, IntakeSpeed, measure_intake
from evals.mail_house import say
from evals.push_speed import PushSpeed, measure_pushes
from evals.reading_speed import machine

SECTION = "Taking mail in"
_ROOT = Path(__file__).parents[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the section; progress goes to stderr."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000, help="messages in the mailbox")
    parser.add_argument("--pushes", type=int, default=100, help="mails that are told of by a push; 0: none")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "benchmarks.md")
    options = parser.parse_args(arguments)
    # The intake first: what this process did before would show in its memory.
    intake = measure_intake(options.messages)
    pushes = measure_pushes(options.pushes) if options.pushes else []
    section = section_of(intake, pushes, _circumstances())
    before = options.out.read_text(encoding="utf-8") if options.out.is_file() else "# Benchmarks\n"
    options.out.write_text(with_section(before, SECTION, section), encoding="utf-8")
    say(f"{section}\n\nwritten: {options.out}")


def section_of(intake: IntakeSpeed, pushes: Sequence[PushSpeed], circumstances: str) -> str:
    """The section's Markdown, without its heading."""
    pieces = [
        f"Measured by `make bench-mail` on {circumstances}.\n",
        _INTAKE_SAYS,
        intake_as_markdown(intake),
        f"\nRead again from the beginning, {intake.stored_again_on_a_second_pass} messages were stored twice.",
    ]
    if pushes:
        pieces += [f"\n### From a push to a case on the queue\n\n{_PUSHES_SAY}", pushes_as_markdown(pushes)]
    return "\n".join(pieces)


def intake_as_markdown(speed: IntakeSpeed) -> str:
    """A table of one row."""
    stretch = f"{STRETCH:,}"
    return "\n".join(
        (
            f"| messages | MiB of mail | seconds | a second | first {stretch} | last {stretch} | processor ms each "
            "| MiB before | peak MiB |",
            "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            f"| {speed.messages:,} | {speed.mib_of_mail:.0f} | {speed.seconds:.0f} | {speed.messages_per_second:.0f} "
            f"| {speed.first_stretch_per_second:.0f} | {speed.last_stretch_per_second:.0f} "
            f"| {speed.processor_ms_a_message:.1f} | {speed.mib_before:.0f} | {speed.peak_mib:.0f} |",
        )
    )


def pushes_as_markdown(speeds: Sequence[PushSpeed]) -> str:
    """One row a way."""
    rows = [
        "| way | mails | p50 s | p99 s | slowest s | approvals | with a person | needs nobody |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows += [
        f"| {one.way} | {one.mails} | {one.p50:.2f} | {one.p99:.2f} | {one.slowest:.2f} | {one.approvals} "
        f"| {one.with_person} | {one.needs_nobody} |"
        for one in speeds
    ]
    return "\n".join(rows)


def _circumstances() -> str:
    day = SystemClock().now().date()
    return f"{machine()}; Python {platform.python_version()}; {day.isoformat()}"


_INTAKE_SAYS = (
    "Through IMAP into PostgreSQL: fetched, taken apart, stored with its case, the cursor moved, the reading asked\n"
    "for. The reading itself is not part of it (`make bench`). The mails are the sample company's under new\n"
    "Message-IDs. The server is a stand-in of ours in a process of its own, the database runs beside it on the same\n"
    "cores; the processor's time and the memory are of the process that fetches, alone.\n"
)
_PUSHES_SAY = (
    "Seconds from word of a mail until its case waits on `/v1/approvals` or in review, with the API and one worker\n"
    "in processes of their own: push, job, fetch, reading without a chat model, draft, approval. The IMAP server is\n"
    "the stand-in. The push over HTTP is a notice of Microsoft Graph's form, played by the bench, for a mailbox\n"
    "whose mail comes over IMAP; for IDLE it is the server's own word. `one mail at a time`: the next comes when\n"
    "the last is on the queue. Three mails before are not counted: they load the reader. With `all mails at once`\n"
    "the slowest says how long the whole took.\n"
)


if __name__ == "__main__":
    main()
