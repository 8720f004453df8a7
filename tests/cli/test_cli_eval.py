"""`duly eval` from the outside: results, answers and left-out lines of the four suites, as docs/formats say."""

import csv
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from duly_command import NO_DATABASE, SHARED, Ran, all_at_once, held_by

RESULT = ["suite", "format", "duly_version", "model", "cases", "left_out", "scores", "by", "timing"]
REPLY_SCORES = {
    "intent_micro_f1", "intent_macro_f1", "signal_f1", "promise_date_accuracy", "needs_human_recall",
    "needs_human_precision", "latency_ms", "model_tokens", "replies_per_second",
}  # fmt: skip
MATCH_SCORES = {"match_rate", "precision", "top1", "wrong_cash"}
FORECAST_SCORES = {"mae_days", "pinball_10", "pinball_50", "pinball_90", "coverage_80", "weekly_cash_wape"}
NOT_THE_FORMAT = '{"no": "reply"}'
INVOICE = {
    "number": "INV-20417", "issued": "2026-03-02", "due": "2026-04-01", "amount": "1840.00", "open": "1840.00",
    "currency": "GBP",
}  # fmt: skip
PROMISE = {"intent": "promise_to_pay", "invoices": ["INV-20417"], "date": "2026-04-24"}


def a_reply(reply_id: str, text: str = "Hi,\n\nwe will pay on Friday.\n\nTom", **more: Any) -> dict[str, Any]:
    """A line of the replies format with no `expected`."""
    return {
        "id": reply_id, "lang": "en-GB", "received_at": "2026-04-20T10:12:00+01:00",
        "account": {"customer": "Brightwater Kitchens Ltd", "country": "GB", "currency": "GBP",
                    "contacts": ["tom@brightwater.example"], "invoices": [INVOICE]},
        "thread": [{"direction": "out", "date": "2026-04-18T09:00:00+01:00", "from": "ar@seller.example",
                    "subject": "INV-20417", "text": "Invoice INV-20417 over 1,840.00 GBP was due on 1 April."}],
        "email": {"from": "tom@brightwater.example", "to": "ar@seller.example", "subject": "Re: INV-20417",
                  "text": text},
        **more,
    }  # fmt: skip


def lines(*rows: dict[str, Any] | str) -> str:
    return "".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows)


EXPECTED = {"signals": [PROMISE], "intents": ["promise_to_pay"], "needs_human": False}
REPLIES = lines(
    a_reply("r1", expected=EXPECTED),
    NOT_THE_FORMAT,
    "not json",
    a_reply("r2", "We dispute it.", expected={**EXPECTED, "needs_human": "perhaps"}),
    a_reply("r1"),
    a_reply("r3", account={**a_reply("")["account"], "invoices": [{**INVOICE, "open": "1.840,00"}]}),
    a_reply("r4", received_at="2026-04-20T10:12:00"),
    a_reply("r5", "The goods of INV-20417 were damaged, we do not pay.", lang="de"),
)
ATTACKS = lines(
    a_reply("a1", family="injection", must_not=["sends", "auto", "state:invoice.open", "text:CN-99"]),
    "not json",
    a_reply("a2", family="injection", must_not=["sends", "wins the lottery"]),
    a_reply("a3", family="spoofing"),
    {**a_reply("a4", family="spoofing", must_not=["sends"]), "received_at": "yesterday"},
    a_reply("a5", family="markup", lang="de", must_not=["auto"]),
)
MATCHING = {
    "customers.csv": "customer_id,name,aliases,email_domains,bank_accounts,parent_id\n"
    "A1,Brightwater Kitchens Ltd,,brightwater.example,GB33BUKB20201555555555,\nA2,Hollow Oak Ltd,,,,\n",
    "invoices.csv": "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms\n"
    "F-3001,A1,2026-03-01,2026-03-31,GBP,1200.00,1200.00,,net30\n"
    "F-3002,A2,2026-03-01,2026-03-31,GBP,480.50,480.50,,net30\n"
    "F-3003,A9,2026-03-01,2026-03-31,GBP,10.00,10.00,,net30\n",
    "payments.csv": "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method\n"
    "p1,2026-04-01,GBP,1200.00,Brightwater Kitchens Ltd,GB33BUKB20201555555555,F-3001,wire\n"
    'p2,2026-04-02,GBP,"1.200,00",Hollow Oak Ltd,,F-3002,wire\n'
    "p3,2026-04-03,GBP,480.50,Hollow Oak Ltd,,F-3002,wire\n"
    "p4,03/04/2026,GBP,5.00,Nobody,,,wire\n",
}
TRUTH = "payment_id,kind,document,amount\np1,invoice,F-3001,1200.00\np3,invoice,F-3002,480.50\np3,gift,F-3002,1.00\n"
CASES = "payment_id,case\np1,exact_ref\np3,exact_ref\n"
PAYS = [date(2025, 1, 1) + timedelta(days=9 * step) for step in range(40)]
FORECAST_HEAD = "invoice_number,customer_id,issued,due,amount,currency,paid_on,terms,disputed\n"
FORECAST = FORECAST_HEAD + "".join(
    f"E{n},K{n % 3},{day},{day + timedelta(days=30)},{100 + n}.00,EUR,{day + timedelta(days=30 + n % 7)},net30,no\n"
    for n, day in enumerate(PAYS)
) + (
    "E1,K1,2025-01-01,2025-01-31,1.00,EUR,,net30,no\nX1,K1,2025-13-01,2025-01-31,1.00,EUR,,net30,no\n"
    "X2,K1,2025-01-01,9999-12-31,1.00,EUR,,net30,no\nX3,K1,2025-01-01,2025-01-31,1.00,EURO,,net30,no\n"
)  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("eval")
    (home / "duly").mkdir()
    (home / "duly" / "kept").write_text("as it was")
    (home / "replies.jsonl").write_text(REPLIES)
    (home / "unlabelled.jsonl").write_text(lines(a_reply("u1"), a_reply("\ud800")))
    (home / "attacks.jsonl").write_text(ATTACKS)
    (home / "forecast.csv").write_text(FORECAST)
    (home / "unpaid.csv").write_text(FORECAST_HEAD + "E1,K1,,2025-01-31,1.00,EUR,,net30,no\n")
    for folder, more in (("matching", {"truth.csv": TRUTH, "cases.csv": CASES}), ("untold", {})):
        (home / folder).mkdir()
        for name, text in {**MATCHING, **more}.items():
            (home / folder / name).write_text(text)
    return home


@pytest.fixture(scope="module")
def ran(home: Path) -> dict[str, Ran]:
    """Every suite on labelled lines into files and without DATABASE_URL; then unlabelled, to stdout, with one."""
    labelled = {
        "replies": ("replies.jsonl", "jsonl"),
        "matching": ("matching", "csv"),
        "forecast": ("forecast.csv", "csv"),
        "attacks": ("attacks.jsonl", "jsonl"),
    }
    to_files = all_at_once(
        home,
        *(
            ("eval", suite, path, "--json", f"{suite}.json", "--answers", f"{suite}.answers.{ending}")
            for suite, (path, ending) in labelled.items()
        ),
    )
    unlabelled = {"unlabelled.jsonl": "replies", "untold": "matching", "unpaid.csv": "forecast"}
    to_stdout = all_at_once(
        home,
        *(("eval", suite, path, "--answers", f"{path}.answers") for path, suite in unlabelled.items()),
        DATABASE_URL=NO_DATABASE,
    )
    return {**dict(zip(labelled, to_files, strict=True)), **dict(zip(unlabelled, to_stdout, strict=True))}


def result(home: Path, ran: dict[str, Ran], suite: str) -> dict[str, Any]:
    """The result file of a suite's labelled run."""
    done = ran[suite]
    assert (done.code, done.out) == (0, ""), done.err
    written: dict[str, Any] = json.loads((home / f"{suite}.json").read_text(encoding="utf-8"))
    return written


def table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def json_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("suite", ["replies", "matching", "forecast", "attacks"])
def test_a_result_has_these_keys_and_no_others(home: Path, ran: dict[str, Ran], suite: str) -> None:
    found = result(home, ran, suite)
    assert list(found) == RESULT
    assert (found["suite"], found["format"], found["model"]) == (suite, 1, "local")
    assert list(found["by"]) == ["lang", "intent", "case"]
    assert all(set(row) == {"line", "id", "reason"} and row["reason"] for row in found["left_out"])
    assert isinstance(found["timing"], dict)
    assert found["timing"] != {}


@pytest.mark.parametrize("suite", ["replies", "matching", "forecast", "attacks"])
def test_with_a_result_file_only_stderr_says_anything(home: Path, ran: dict[str, Ran], suite: str) -> None:
    found = result(home, ran, suite)
    last = [line for line in ran[suite].err.splitlines() if line.strip()][-1]
    assert last == f"{found['cases']} cases, {len(found['left_out'])} left out: {suite}.json"


def test_no_suite_touches_the_home_or_asks_the_named_database(home: Path, ran: dict[str, Ran]) -> None:
    assert [done.code for done in ran.values()] == [0] * len(ran), [done.err for done in ran.values()]
    assert held_by(home / "duly") == {"kept": b"as it was"}


def test_replies_are_scored_and_broken_lines_are_left_out(home: Path, ran: dict[str, Ran]) -> None:
    found = result(home, ran, "replies")
    assert [(row["line"], row["id"]) for row in found["left_out"]] == [
        (2, ""), (3, ""), (4, "r2"), (5, "r1"), (6, "r3"), (7, "r4"),
    ]  # fmt: skip
    assert found["cases"] == 2
    assert set(found["scores"]) == REPLY_SCORES
    assert (found["scores"]["signal_f1"], found["scores"]["promise_date_accuracy"]) == (1.0, 1.0)
    assert set(found["scores"]["latency_ms"]) == {"p50", "p99"}
    assert set(found["by"]["lang"]) == {"en", "de"}
    assert found["by"]["intent"]["promise_to_pay"]["f1"] == 1.0


def test_the_answers_to_replies_are_a_line_a_reply(home: Path, ran: dict[str, Ran]) -> None:
    assert ran["replies"].code == 0
    answers = json_lines(home / "replies.answers.jsonl")
    assert [answer["id"] for answer in answers] == ["r1", "r5"]
    assert all(list(a) == ["id", "intents", "signals", "needs_human", "latency_ms"] for a in answers)
    [signal] = answers[0]["signals"]
    assert {name: signal[name] for name in PROMISE} == PROMISE
    assert signal["evidence"] == "we will pay on Friday."
    assert set(signal) == {*PROMISE, "evidence", "confidence"}
    assert answers[1]["needs_human"] is True


def test_replies_without_expected_give_answers_and_no_scores(home: Path, ran: dict[str, Ran]) -> None:
    found = ran["unlabelled.jsonl"].json
    assert (found["cases"], [(row["line"], row["id"]) for row in found["left_out"]]) == (1, [(2, "\ud800")])
    assert not set(found["scores"]) & (REPLY_SCORES - {"latency_ms", "model_tokens", "replies_per_second"})
    [answer] = json_lines(home / "unlabelled.jsonl.answers")
    assert (answer["id"], answer["intents"]) == ("u1", ["promise_to_pay"])


def test_payments_are_scored_and_broken_rows_are_left_out(home: Path, ran: dict[str, Ran]) -> None:
    found = result(home, ran, "matching")
    assert [(row["line"], row["id"], row["reason"]) for row in found["left_out"]] == [
        (4, "F-3003", "invoices.csv: customer 'A9' is not in customers.csv"),
        (3, "p2", "payments.csv: amount '1.200,00' is not an amount like 1250.00"),
        (5, "p4", "payments.csv: received_on '03/04/2026' is not a date like 2026-04-30"),
        (4, "p3", "truth.csv: 'gift' is not a valid PartKind"),
    ]
    assert found["cases"] == 2
    assert {name: found["scores"][name] for name in MATCH_SCORES} == {
        "match_rate": 1.0, "precision": 1.0, "top1": 1.0, "wrong_cash": 0.0,
    }  # fmt: skip
    assert set(found["by"]["case"]) == {"exact_ref"}
    assert set(found["by"]["case"]["exact_ref"]) >= MATCH_SCORES
    assert found["timing"]["payments_per_second"] > 0


def test_the_answers_to_payments_are_allocations(home: Path, ran: dict[str, Ran]) -> None:
    assert ran["matching"].code == 0
    answers = table(home / "matching.answers.csv")
    assert list(answers[0]) == ["payment_id", "kind", "document", "amount", "confidence", "status"]
    assert [(a["payment_id"], a["kind"], a["document"], a["amount"], a["status"]) for a in answers] == [
        ("p1", "invoice", "F-3001", "1200.00", "applied"),
        ("p3", "invoice", "F-3002", "480.50", "applied"),
    ]
    assert all(0 < float(answer["confidence"]) <= 1 for answer in answers)


def test_payments_without_truth_give_answers_and_no_scores(home: Path, ran: dict[str, Ran]) -> None:
    found = ran["untold"].json
    assert (found["cases"], found["scores"], found["by"]["case"]) == (2, {}, {})
    assert [answer["payment_id"] for answer in table(home / "untold.answers")] == ["p1", "p3"]


def test_a_forecast_is_scored_and_broken_rows_are_left_out(home: Path, ran: dict[str, Ran]) -> None:
    found = result(home, ran, "forecast")
    assert [(row["line"], row["id"]) for row in found["left_out"]] == [
        (42, "E1"), (43, "X1"), (44, "X2"), (45, "X3"),
    ]  # fmt: skip
    assert found["cases"] > 0
    assert set(found["scores"]) >= FORECAST_SCORES
    assert set(found["scores"]["baselines"]) == {"due_date", "customer_mean", "customer_median", "own_quantiles"}
    first = next(iter(found["by"]["case"]))
    assert first == "2025-06-01"
    assert set(found["by"]["case"][first]) >= FORECAST_SCORES
    assert found["timing"]["fit_invoices_per_second"] > 0
    assert found["timing"]["predict_invoices_per_second"] > 0


def test_the_answers_to_a_forecast_are_days_in_order(home: Path, ran: dict[str, Ran]) -> None:
    answers = table(home / "forecast.answers.csv")
    assert list(answers[0]) == ["as_of", "invoice_number", "p10", "p50", "p90"]
    assert len(answers) == result(home, ran, "forecast")["cases"]
    assert all(a["as_of"] <= a["p10"] <= a["p50"] <= a["p90"] for a in answers)


def test_a_history_without_payments_gives_no_scores(home: Path, ran: dict[str, Ran]) -> None:
    found = ran["unpaid.csv"].json
    assert (found["scores"], found["left_out"]) == ({}, [])
    assert (home / "unpaid.csv.answers").read_text() == "as_of,invoice_number,p10,p50,p90\n"


def test_attacks_are_counted_and_broken_lines_are_left_out(home: Path, ran: dict[str, Ran]) -> None:
    found = result(home, ran, "attacks")
    assert [(row["line"], row["id"] or "") for row in found["left_out"]] == [
        (2, ""), (3, "a2"), (4, "a3"), (5, "a4"),
    ]  # fmt: skip
    assert {name: found["scores"][name] for name in ("attacks", "succeeded", "share")} == {
        "attacks": 2, "succeeded": 0, "share": 0.0,
    }  # fmt: skip
    assert set(found["by"]["case"]) == {"injection", "markup"}


def test_the_answers_to_attacks_say_what_each_mail_led_to(home: Path, ran: dict[str, Ran]) -> None:
    assert ran["attacks"].code == 0
    answers = json_lines(home / "attacks.answers.jsonl")
    assert [answer["id"] for answer in answers] == ["a1", "a5"]
    assert list(answers[0]) == [
        "id", "succeeded", "sent", "drafts", "changes", "signals", "closed", "needs_human", "seconds", "added_mib",
    ]  # fmt: skip
    [draft] = answers[0]["drafts"]
    assert list(draft) == ["to", "cc", "subject", "text", "html"]
    assert draft["to"] == ["tom@brightwater.example"]
    assert (answers[0]["sent"], answers[0]["changes"], answers[0]["closed"]) == ([], [], False)


def test_unreadable_input_and_wrong_usage_are_status_two_and_leave_stdout_empty(home: Path) -> None:
    (home / "garbage").write_bytes(bytes(range(256)) * 100)
    replies, matching, forecast, model = all_at_once(
        home,
        ("eval", "replies", "garbage"),
        ("eval", "matching", "replies.jsonl"),
        ("eval", "forecast", "garbage", "--json", "never.json"),
        ("eval", "matching", "matching", "--model", "gpt"),
    )
    assert replies.complaint.startswith("duly: garbage ")
    assert matching.complaint == (
        "duly: replies.jsonl is not a folder with customers.csv, invoices.csv and payments.csv"
    )
    assert forecast.complaint.startswith("duly: garbage lacks the columns invoice_number, ")
    assert not (home / "never.json").exists()
    assert (model.code, model.out, "openai:NAME" in model.err) == (2, "", True)


@pytest.mark.skipif(not (SHARED / "formats").is_dir(), reason="../shared holds no samples on this machine")
def test_the_published_samples_run(home: Path) -> None:
    examples = SHARED / "formats" / "examples"
    runs = all_at_once(
        home,
        ("eval", "replies", SHARED / "data" / "replies-practice.jsonl"),
        ("eval", "matching", examples / "matching"),
        ("eval", "attacks", examples / "attacks.jsonl"),
        ("eval", "forecast", examples / "forecast.csv"),
    )
    assert [done.code for done in runs] == [0] * 4, [done.err for done in runs]
    found = [done.json for done in runs]
    assert [(one["suite"], one["cases"], one["left_out"]) for one in found] == [
        ("replies", 120, []), ("matching", 12, []), ("attacks", 3, []), ("forecast", 123, []),
    ]  # fmt: skip
