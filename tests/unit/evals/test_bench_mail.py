"""The parts of `make bench-mail` that need no database: percentiles, the mails' names, the section."""

import pytest

from evals.bench_mail import section_of
from evals.intake_speed import IntakeSpeed
from evals.mail_house import header_id, renamed
from evals.push_speed import PushSpeed, percentile
from mail.parse_mime import parse_mime

INTAKE = IntakeSpeed(
    messages=20_000,
    mib_of_mail=40.5,
    seconds=250.0,
    messages_per_second=80.0,
    processor_ms_a_message=9.87,
    first_stretch_per_second=82.0,
    last_stretch_per_second=79.0,
    mib_before=214.0,
    peak_mib=230.0,
    stored_again_on_a_second_pass=0,
)
PUSH = PushSpeed("HTTP push", 100, approvals=80, with_person=15, needs_nobody=5, p50=0.512, p99=1.9, slowest=2.0)


@pytest.mark.parametrize(
    ("seconds", "percent", "expected"),
    [
        ([float(n) for n in range(100, 0, -1)], 50, 50.0),
        ([float(n) for n in range(100, 0, -1)], 99, 99.0),
        ([3.0], 99, 3.0),
        ([1.0, 2.0], 50, 1.0),
        ([], 50, 0.0),
    ],
    ids=["half", "nearly all", "one", "of two", "none"],
)
def test_a_percentile_is_one_of_the_values(seconds: list[float], percent: int, expected: float) -> None:
    assert percentile(seconds, percent) == expected


def test_a_renamed_mail_is_another_message_that_says_the_same() -> None:
    raw = b"From: a@b.example\r\nMessage-ID:\r\n <old@b.example>\r\nSubject: x\r\n\r\nMessage-ID: <in the text>\r\n"
    new = parse_mime(renamed(raw, 7))
    assert (new.message_id, new.subject, new.text) == (header_id(7), "x", parse_mime(raw).text)


def test_the_section_has_every_figure() -> None:
    section = section_of(INTAKE, [PUSH], "a machine; a day")
    assert section.startswith("Measured by `make bench-mail` on a machine; a day.\n")
    assert "| 20,000 | 40 | 250 | 80 | 82 | 79 | 9.9 | 214 | 230 |" in section
    assert "0 messages were stored twice" in section
    assert "| HTTP push | 100 | 0.51 | 1.90 | 2.00 | 80 | 15 | 5 |" in section
    assert "### From a push" not in section_of(INTAKE, [], "a machine; a day")
