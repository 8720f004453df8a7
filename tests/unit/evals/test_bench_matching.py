"""The parts of `make bench-matching` that need no database: scores over several runs, public problems, tables."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import InvalidInput
from core.money import Money
from evals.baselines.matching_stock_rules import run_stock_rules
from evals.bench_matching import OURS, SECTION, STOCK, main, scores_in, section_of, speed_section
from evals.matching import MatchingRun, run_matching
from evals.matching_files import LoadedMatching
from evals.matching_public import bookkeeping, cash_application, public_problems, public_scores
from evals.matching_speed import MatchingSpeeds, PostingSpeed, SpeedOfMatching
from evals.matching_tables import cases_as_markdown, curve_as_markdown, run_as_text, streams_as_markdown
from ledger.model.match import (
    Debtor,
    IncomingPayment,
    MatchCandidate,
    MatchPart,
    MatchProposal,
    MatchStatus,
    OpenInvoice,
    PartKind,
)

DAY = date(2026, 3, 1)
SHARED = Path(__file__).parents[4] / "shared" / "data"


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def a_run(
    *answers: tuple[str, MatchStatus, float], case: str = "exact_ref", truth: str = "F-1", currency: str = "EUR"
) -> MatchingRun:
    """Payments of 100.00 for `truth`; an answer is the document, its status and its confidence."""
    payments = [
        IncomingPayment(f"p{number}", DAY, Money.of("100.00", currency)) for number in range(1, len(answers) + 1)
    ]
    invoices = [OpenInvoice(f"F-{n}", "A1", DAY, DAY, eur("100.00"), eur("100.00")) for n in (1, 2)]
    kind = PartKind.INVOICE if truth else PartKind.UNIDENTIFIED
    meant = {payment.payment_id: [MatchPart(kind, truth, payment.amount)] for payment in payments}
    cases = {payment.payment_id: case for payment in payments}
    loaded = LoadedMatching([Debtor("A1", "Halden Ltd")], invoices, [], payments, [], meant, cases)
    proposals = [
        MatchProposal(
            payment.payment_id,
            status,
            (MatchCandidate((MatchPart(PartKind.INVOICE, document, payment.amount),), ("A1",), confidence, ()),),
        )
        for payment, (document, status, confidence) in zip(payments, answers, strict=True)
    ]
    return MatchingRun(loaded, proposals)


RIGHT = ("F-1", MatchStatus.APPLIED, 0.99)
WRONG = ("F-2", MatchStatus.APPLIED, 0.96)
HELD = ("F-1", MatchStatus.SUGGESTED, 0.7)


def test_cases_of_several_runs_are_counted_together() -> None:
    table = cases_as_markdown([a_run(RIGHT, RIGHT, RIGHT), a_run(WRONG)])
    assert table.splitlines()[2] == "| exact_ref | 4 | 0.750 | 0.750 | 0.750 | 0.2500 |"


def test_the_baseline_stands_beside_in_the_same_line() -> None:
    table = cases_as_markdown([a_run(RIGHT)], [a_run(HELD)])
    assert table.splitlines()[2] == "| exact_ref | 1 | 1.000 | 1.000 | 1.000 | 0.0000 | 0.000 | – |"


def test_the_curve_falls_in_coverage_as_confidence_rises() -> None:
    lines = curve_as_markdown([a_run(RIGHT, WRONG, HELD, RIGHT)]).splitlines()[2:]
    assert lines[0] == "| 0.500 | 1.000 | 0.750 |"
    assert lines[3] == "| 0.950 | 0.750 | 0.667 |"
    assert lines[5] == "| 0.990 | 0.500 | 1.000 |"
    assert lines[-1] == "| 0.999 | 0.000 | – |"


def test_seeds_are_told_by_mean_and_range() -> None:
    line = streams_as_markdown({"ours": [a_run(RIGHT, RIGHT), a_run(RIGHT, WRONG)]}).splitlines()[2]
    assert line.startswith("| ours | 4 | 0.750 (0.500 to 1.000) | 0.750 (0.500 to 1.000) |")
    assert line.endswith("| 0 of 0 |")


def test_money_that_nobody_knows_and_that_was_applied_is_counted() -> None:
    assert streams_as_markdown({"ours": [a_run(RIGHT, HELD, truth="")]}).endswith("| 1 of 2 |")


def test_money_in_another_currency_than_its_invoice_is_never_to_be_applied() -> None:
    scores = a_run(RIGHT, HELD, currency="USD").scores()
    assert (scores["other_currency"], scores["other_currency_applied"]) == (2, 1)
    same = a_run(RIGHT, HELD).scores()
    assert (same["other_currency"], same["other_currency_applied"]) == (0, 0)


def test_a_run_is_told_in_full_and_nothing_without_a_truth() -> None:
    text = run_as_text(a_run(RIGHT, HELD))
    for words in (
        "| 2 | 0.500 | 1.000 | 1.000 | 0.0000 |",
        "| exact_ref |",
        "| from confidence |",
        "unidentified: 0",
    ):
        assert words in text
    untold = a_run(RIGHT)
    untold.loaded.truth.clear()
    assert run_as_text(untold) == ""


def a_problem(folder: Path) -> Path:
    """Two invoices and a credit memo; one payment takes both, one is a stranger's."""
    (folder / "match-cash-application").mkdir()
    problem = {
        "invoices": [
            invoice("INV-00001", 1200.1, "2025-03-01"),
            invoice("INV-00002", 300, "2025-03-01"),
            {**invoice("INV-00003", -100.1, "2025-03-02"), "description": "Credit Memo - ref INV-00001"},
        ],
        "payments": [
            payment("PMT-1", "Halden Distribution", 1100.0, "CK# 88"),
            payment("PMT-2", "Somebody Else", 41.27, "EFT-1"),
        ],
        "remittance_lines": [
            {"payment_id": "PMT-1", "invoice_ref": "INV-00001", "amount": 1200.1, "memo": ""},
            {"payment_id": "PMT-1", "invoice_ref": "INV-00003", "amount": -100.1, "memo": "credit"},
        ],
        "ground_truth": {
            "applications": [
                {"payment_id": "PMT-1", "invoice_id": "INV-00001", "applied_amount": 1200.1},
                {"payment_id": "PMT-1", "invoice_id": "INV-00003", "applied_amount": -100.1},
            ],
            "unmatched_payments": ["PMT-2"],
        },
    }
    path = folder / "match-cash-application" / "own.json"
    path.write_text(json.dumps(problem))
    return path


def invoice(number: str, amount: float, issued: str) -> dict[str, object]:
    return {
        "invoice_id": number, "customer_id": "K1", "customer_name": "Halden Distribution", "invoice_date": issued,
        "due_date": "2025-04-01", "amount": amount, "description": "Consulting",
    }  # fmt: skip


def payment(payment_id: str, name: str, amount: float, reference: str) -> dict[str, object]:
    return {
        "payment_id": payment_id, "payment_date": "2025-04-02", "payer_name": name, "amount": amount,
        "method": "CHECK", "reference_info": reference,
    }  # fmt: skip


def test_a_cash_application_problem_is_read_exactly(tmp_path: Path) -> None:
    problem = cash_application(a_problem(tmp_path))
    [credit] = problem.loaded.credits
    assert (credit.number, credit.amount, credit.invoice_number) == (
        "INV-00003", Money.of("100.1", "USD"), "INV-00001",
    )  # fmt: skip
    assert problem.loaded.payments[0].reference == "CK# 88; INV-00001 1200.1; INV-00003 -100.1 credit"
    assert problem.amounts == {("PMT-1", "INV-00001"): Decimal("1200.1"), ("PMT-1", "INV-00003"): Decimal("-100.1")}
    assert problem.nothing == {"PMT-2"}


def test_pairs_right_amounts_and_strangers_money_are_scored(tmp_path: Path) -> None:
    a_problem(tmp_path)
    applied, best = public_scores(
        tmp_path, answering((("PMT-1", "INV-00001", "1100"), ("PMT-2", "INV-00002", "41.27")))
    )
    assert (applied.counted, applied.pair_f1, best.counted) == ("applied", 0.0, "best")
    assert (best.pair_precision, best.pair_recall, best.pair_f1) == (0.5, 0.5, 0.5)
    assert (best.amount_accuracy, best.nothing_placed, best.nothing_money_placed) == (0.0, 1.0, 1.0)


def answering(rows: Sequence[tuple[str, str, str]]):  # type: ignore[no-untyped-def]
    """A matcher that suggests these rows and nothing else."""

    def work(loaded: LoadedMatching) -> MatchingRun:
        run = MatchingRun(loaded)
        for payment_id, document, amount in rows:
            part = MatchPart(PartKind.INVOICE, document, Money.of(amount, "USD"))
            candidate = MatchCandidate((part,), ("K1",), 0.8, ())
            run.proposals.append(MatchProposal(payment_id, MatchStatus.SUGGESTED, (candidate,)))
        return run

    return work


def test_a_bookkeeping_problem_is_read_by_the_other_party(tmp_path: Path) -> None:
    bought = {"issuer": None, "supplier": "City Power", "total_amount": 50.0, "reference": None}
    sold = {"issuer": "Own Oy", "recipient": "Halden", "total_amount": 175.25, "reference": "RF18539007547034"}
    dates = {"invoicing_date": "2024-06-15", "due_date": "2024-07-15"}
    files = {
        "attachments.json": [{"id": 1, "data": {**bought, **dates}}, {"id": 2, "data": {**sold, **dates}}],
        "transactions.json": [
            {"id": 7, "date": "2024-07-01", "amount": -50.0, "contact": None, "reference": None},
            {"id": 8, "date": "2024-07-02", "amount": 175.25, "contact": "Halden", "reference": "539007547034"},
        ],
        "expected.json": {"transaction_to_attachment": {"7": None, "8": 2}, "own_company": "Own Oy"},
    }
    for name, content in files.items():
        (tmp_path / name).write_text(json.dumps(content))
    problem = bookkeeping(tmp_path)
    assert [each.customer_id for each in problem.loaded.invoices] == ["City Power", "Halden"]
    assert problem.loaded.invoices[1].po_number == "RF18539007547034"
    assert (problem.amounts, problem.nothing) == ({("8", "2"): Decimal("175.25")}, {"7"})


def test_a_problem_that_is_none_is_refused_by_name(tmp_path: Path) -> None:
    a_problem(tmp_path).write_text('{"invoices": 3}')
    with pytest.raises(InvalidInput, match=r"own\.json"):
        public_problems(tmp_path)
    assert public_scores(tmp_path / "nowhere", run_matching) == []


@pytest.mark.skipif(not (SHARED / "match-nocfo").is_dir(), reason="the public sets are not on this machine")
def test_the_public_problems_are_read_in_full() -> None:
    found = {problem.name: problem for problem in public_problems(SHARED)}
    assert len(found["match-nocfo"].loaded.payments) == 12
    assert len(found["match-cash-application, n30_seed42"].amounts) == 29
    assert len(found["match-cash-application, n30_seed42"].nothing) == 2


def test_the_section_holds_every_part() -> None:
    speed = SpeedOfMatching(1000, 100, 200, 812.3, 700.0, 1300.0, 2160.0, 1.2, 1.9, 180.0, 3.0)
    larger = SpeedOfMatching(10_000, 1000, 200, 650.0, 600.0, 1200.0, 1420.0, 1.5, 2.0, 180.0, 30.0)
    runs = {OURS: [a_run(RIGHT, HELD)], STOCK: [a_run(HELD, HELD)]}
    section = section_of(runs, [101], [], MatchingSpeeds([speed, larger], PostingSpeed(50, 61.7, 40.2)), "a machine")
    for words in (
        "on a machine", "seeds 101:", "| duly | 2 |", "| stock rules | 2 |", "### Coverage and precision",
        "### By case", "### Problems by other hands\n", "Not on this machine.",
        "| 10,000 | 1,000 | 200 | 650 | 600 | 1200 | 1420 |",
        "1.25 times", "62 payments a second of processor time, 40 by the clock",
    ):  # fmt: skip
        assert words in section, words


def test_the_bench_writes_its_section_and_leaves_the_others(tmp_path: Path) -> None:
    out = tmp_path / "benchmarks.md"
    out.write_text("# Benchmarks\n\n## Reading replies\n\nas it was\n")
    main(
        ["--seeds", "7", "--invoices", "150", "--payments", "60", "--no-speed", "--shared", str(tmp_path / "none"),
         "--out", str(out)]
    )  # fmt: skip
    written = out.read_text()
    assert "## Reading replies\n\nas it was\n\n## Cash application\n" in written
    assert "| stock rules | 60 |" in written


def test_a_new_speed_leaves_the_scores_as_they_stand() -> None:
    speeds = MatchingSpeeds(
        [SpeedOfMatching(1000, 100, 200, 812.3, 700.0, 1300.0, 2160.0, 1.2, 1.9, 180.0, 3.0)],
        PostingSpeed(50, 61.7, 40.2),
    )
    runs = {OURS: [a_run(RIGHT, HELD)], STOCK: [a_run(HELD, HELD)]}
    scores = section_of(runs, [101], [], None, "a machine")
    whole = section_of(runs, [101], [], speeds, "a machine")
    document = f"# Benchmarks\n\n## {SECTION}\n\n{whole}\n\n## Reading mail\n\nas it was\n"
    assert scores_in(document) == scores
    assert whole == f"{scores}\n\n{speed_section(speeds)}"
    assert "by `--only-speed` on another machine." in speed_section(speeds, "another machine")


def test_a_speed_alone_is_refused_where_there_are_no_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "benchmarks.md"
    out.write_text("# Benchmarks\n\n## Reading replies\n\nas it was\n")
    with pytest.raises(SystemExit):
        main(["--only-speed", "--out", str(out)])
    assert "run without --only-speed first" in capsys.readouterr().err
    assert out.read_text() == "# Benchmarks\n\n## Reading replies\n\nas it was\n"


def test_stock_rules_take_a_number_or_a_unique_amount_of_a_known_partner() -> None:
    invoices = [
        OpenInvoice("F-1", "A1", DAY, DAY, eur("100.00"), eur("100.00")),
        OpenInvoice("F-2", "A1", DAY, DAY, eur("60.00"), eur("60.00")),
        OpenInvoice("F-3", "A1", DAY, DAY, eur("60.00"), eur("60.00")),
    ]
    payments = [
        IncomingPayment("by_number", DAY, eur("60.00"), "somebody", "", "invoice F-3 thanks"),
        IncomingPayment("damaged", DAY, eur("60.00"), "somebody", "", "invoice F 2"),
        IncomingPayment("by_amount", DAY, eur("100.00"), "halden ltd"),
    ]
    run = run_stock_rules(LoadedMatching([Debtor("A1", "Halden Ltd")], invoices, [], payments, [], {}, {}))
    assert [
        (each.payment_id, each.status.value, each.best.parts[0].document) for each in run.proposals if each.best
    ] == [("by_number", "applied", "F-3"), ("damaged", "suggested", ""), ("by_amount", "applied", "F-1")]
