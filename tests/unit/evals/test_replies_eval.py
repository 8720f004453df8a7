"""Loading, reading and scoring replies as docs/formats/replies.md says."""
# ruff: noqa: E501 - phrase lists are not wrapped

import json
from pathlib import Path
from typing import Any

import pytest

from agent.reading.local.reader import LocalReader
from agent.signals import ReplySignals, ReplyToRead
from core.errors import InvalidInput
from evals.replies import load_replies, run_replies
from evals.reply_files import reply_to_read
from evals.signals_score import ReadCase, agrees, intent_scores, promise_date_accuracy, scores_of, signal_f1


def a_line(case_id: str = "r1", **changes: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "id": case_id,
        "lang": "en-GB",
        "received_at": "2026-03-11T09:30:00+00:00",
        "account": {
            "customer": "Buyer Ltd",
            "country": "GB",
            "currency": "GBP",
            "contacts": ["tom@buyer.example"],
            "invoices": [
                {
                    "number": "INV-1041",
                    "issued": "2026-01-15",
                    "due": "2026-02-14",
                    "amount": "1250.00",
                    "open": "1250.00",
                    "currency": "GBP",
                }
            ],
        },
        "thread": [
            {
                "direction": "out",
                "date": "2026-03-10",
                "from": "ar@seller.example",
                "subject": "INV-1041",
                "text": "Please pay.",
            }
        ],
        "email": {
            "from": "Tom <tom@buyer.example>",
            "to": "ar@seller.example",
            "subject": "Re: INV-1041",
            "text": "We will pay on Friday.\n\n> Please pay.",
        },
        "expected": {
            "signals": [{"intent": "promise_to_pay", "invoices": ["INV-1041"], "date": "2026-03-13"}],
            "intents": ["promise_to_pay"],
            "needs_human": False,
        },
    }
    return line | changes


def written(path: Path, *lines: dict[str, Any] | str) -> Path:
    file = path / "replies.jsonl"
    file.write_text("\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines), encoding="utf-8")
    return file


async def test_a_reply_read_rightly_scores_full(tmp_path: Path) -> None:
    run = await run_replies(load_replies(written(tmp_path, a_line())), LocalReader())
    scores = run.scores()
    assert (scores["intent_micro_f1"], scores["intent_macro_f1"], scores["signal_f1"]) == (1.0, 1.0, 1.0)
    assert (scores["promise_date_accuracy"], scores["needs_human_recall"], scores["model_tokens"]) == (1.0, None, 0)


async def test_scores_are_given_by_language_and_by_intent(tmp_path: Path) -> None:
    run = await run_replies(load_replies(written(tmp_path, a_line(), a_line("r2", lang="de"))), LocalReader())
    by = run.by()
    assert (by["lang"]["en"]["cases"], by["lang"]["de"]["cases"]) == (1, 1)
    assert by["intent"]["promise_to_pay"] == {
        "expected": 2, "read": 2, "precision": 1.0, "recall": 1.0, "f1": 1.0,
    }  # fmt: skip


async def test_an_answers_line_has_the_form_of_the_format(tmp_path: Path) -> None:
    run = await run_replies(load_replies(written(tmp_path, a_line())), LocalReader())
    [line] = [json.loads(each) for each in run.answers()]
    assert sorted(line) == ["id", "intents", "latency_ms", "needs_human", "signals"]
    [signal] = line["signals"]
    assert signal.pop("confidence") > 0.5
    assert signal == {
        "intent": "promise_to_pay",
        "invoices": ["INV-1041"],
        "date": "2026-03-13",
        "evidence": "We will pay on Friday.",
    }


def test_a_line_that_cannot_be_read_is_left_out_with_its_place(tmp_path: Path) -> None:
    loaded = load_replies(
        written(
            tmp_path,
            a_line(),
            "{",
            a_line("r3", received_at="2026-03-11T09:30:00"),
            a_line(),
            a_line("r5", account={**a_line()["account"], "currency": "XXQ"}),
            json.dumps([1]),
        )
    )
    assert [case.case_id for case in loaded.cases] == ["r1"]
    assert [(each["line"], each["id"]) for each in loaded.left_out] == [
        (2, ""),
        (3, "r3"),
        (4, "r1"),
        (5, "r5"),
        (6, ""),
    ]
    assert all(each["reason"] for each in loaded.left_out)


def test_a_float_amount_is_left_out(tmp_path: Path) -> None:
    line = a_line("bad")
    line["account"]["invoices"][0]["amount"] = 1250.0
    loaded = load_replies(written(tmp_path, a_line(), line))
    assert [each["id"] for each in loaded.left_out] == ["bad"]


def test_a_file_without_a_reply_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no reply"):
        load_replies(written(tmp_path, "{}"))
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_replies(tmp_path / "missing.jsonl")


def test_a_line_without_what_is_expected_is_read_and_not_scored(tmp_path: Path) -> None:
    line = a_line()
    del line["expected"]
    [case] = load_replies(written(tmp_path, line)).cases
    assert case.expected is None


class Spy:
    """Keeps what a reader is given."""

    def __init__(self) -> None:
        self.seen: list[ReplyToRead] = []

    async def read(self, reply: ReplyToRead) -> ReplySignals:
        self.seen.append(reply)
        return ReplySignals((), needs_human=False, abstained=True)


async def test_what_is_expected_never_reaches_the_reader(tmp_path: Path) -> None:
    line = a_line()
    line["expected"]["signals"][0]["reference"] = "SECRET-MARK"
    spy = Spy()
    run = await run_replies(load_replies(written(tmp_path, line)), spy)
    assert "SECRET-MARK" not in repr(spy.seen)
    assert "SECRET-MARK" not in repr(run.loaded.cases[0].line)


async def test_an_abstaining_reader_needs_a_human(tmp_path: Path) -> None:
    run = await run_replies(load_replies(written(tmp_path, a_line())), Spy())
    assert json.loads(next(run.answers()))["needs_human"] is True


def test_the_quoted_mail_is_not_the_customers_text(tmp_path: Path) -> None:
    [case] = load_replies(written(tmp_path, a_line())).cases
    reply = reply_to_read(case)
    assert reply.text == "We will pay on Friday."
    assert (reply.sender, reply.received_at.isoformat()) == ("Tom <tom@buyer.example>", "2026-03-11T09:30:00+00:00")


def test_a_raw_message_is_parsed(tmp_path: Path) -> None:
    raw = (
        "From: Tom <tom@buyer.example>\r\nTo: ar@seller.example\r\nSubject: Re: INV-1041\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nWe will pay on Friday.\r\n"
    )
    [case] = load_replies(written(tmp_path, a_line(email=raw))).cases
    assert reply_to_read(case).text == "We will pay on Friday."


def test_an_html_body_is_read_where_there_is_no_text(tmp_path: Path) -> None:
    email = {
        "from": "tom@buyer.example",
        "to": "x",
        "subject": "Re",
        "text": "",
        "html": "<p>We will pay on Friday.</p>",
    }
    [case] = load_replies(written(tmp_path, a_line(email=email))).cases
    assert reply_to_read(case).text == "We will pay on Friday."


def test_headers_and_attachments_of_an_object_are_used(tmp_path: Path) -> None:
    email = {
        "from": "tom@buyer.example",
        "to": "x",
        "subject": "Automatic reply: INV-1041",
        "text": "I am out of the office until Monday.",
        "headers": {"Auto-Submitted": "auto-replied"},
        "attachments": [{"filename": "a.csv", "content_type": "text/csv", "text": "1,2"}],
    }
    [case] = load_replies(written(tmp_path, a_line(email=email))).cases
    reply = reply_to_read(case)
    assert reply.automatic == "out_of_office"
    assert reply.attachments[0].text == "1,2"


# The pure scores

PROMISE = {"intent": "promise_to_pay", "invoices": ["A"], "date": "2026-03-13"}


@pytest.mark.parametrize(("read", "expected", "counts"), [
    (PROMISE, PROMISE, True),
    (PROMISE, {**PROMISE, "date": ["2026-03-12", "2026-03-13"]}, True),
    (PROMISE, {**PROMISE, "conditional": True}, True),
    ({**PROMISE, "reference": "x"}, PROMISE, True),
    ({**PROMISE, "amount": "5.00"}, PROMISE, False),
    (PROMISE, {**PROMISE, "amount": "5.00"}, False),
    ({**PROMISE, "invoices": ["A", "B"]}, PROMISE, False),
    ({**PROMISE, "date": "2026-03-14"}, PROMISE, False),
    (PROMISE, {"intent": "promise_to_pay", "invoices": ["A"]}, False),
    ({**PROMISE, "intent": "question"}, PROMISE, False),
    ({"intent": "document_request", "invoices": [], "documents": ["statement", "tax_form"]},
     {"intent": "document_request", "invoices": [], "documents": ["tax_form", "statement"]}, True),
    ({"intent": "contact_change", "invoices": []}, {"intent": "contact_change", "invoices": [], "contact": "x@y"}, True),
])  # fmt: skip
def test_when_a_read_signal_counts(read: dict[str, Any], expected: dict[str, Any], counts: bool) -> None:
    assert agrees(read, expected) is counts


def a_case(
    expected: list[dict[str, Any]], read: list[dict[str, Any]], *, human: tuple[bool, bool] = (False, False)
) -> ReadCase:
    return ReadCase(
        frozenset(x["intent"] for x in expected), tuple(expected), human[0],
        frozenset(x["intent"] for x in read), tuple(read), human[1],
    )  # fmt: skip


def test_each_expected_signal_is_met_by_a_signal_of_its_own() -> None:
    assert signal_f1([a_case([PROMISE], [PROMISE, PROMISE])]) == pytest.approx(2 / 3)
    wide = {**PROMISE, "date": ["2026-03-13", "2026-03-14"]}
    other = {**PROMISE, "date": "2026-03-14"}
    assert signal_f1([a_case([wide, PROMISE], [PROMISE, other])]) == 1.0


def test_micro_counts_all_and_macro_counts_intents() -> None:
    question = {"intent": "question", "invoices": []}
    cases = [a_case([PROMISE], [PROMISE]), a_case([PROMISE], [PROMISE]), a_case([question], [PROMISE])]
    scores = intent_scores(cases)
    assert scores["intent_micro_f1"] == pytest.approx(2 / 3)
    assert scores["intent_macro_f1"] == pytest.approx(0.4)


def test_promise_dates_are_counted_over_expected_promises_with_a_date() -> None:
    late = {**PROMISE, "date": "2026-03-20"}
    undated = {"intent": "promise_to_pay", "invoices": ["B"]}
    assert promise_date_accuracy([a_case([PROMISE, undated], [PROMISE]), a_case([late], [PROMISE])]) == 0.5


def test_human_shares() -> None:
    cases = [
        a_case([], [], human=(True, True)),
        a_case([], [], human=(True, False)),
        a_case([], [], human=(False, True)),
    ]
    scores = scores_of(cases)
    assert (scores["needs_human_recall"], scores["needs_human_precision"]) == (0.5, 0.5)
