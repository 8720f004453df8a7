"""`eval matching`: what it reads, in which order it works, and how it scores."""

from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import InvalidInput
from core.money import Money
from evals.baselines.matching_stock_rules import run_stock_rules
from evals.matching import MatchingRun, load_matching, run_matching
from evals.matching_scores import Answer, MatchingTally, wrong_money
from evals.streams.files import write_stream
from evals.streams.settings import StreamSettings
from evals.streams.stream import make_stream
from ledger.model.match import MatchPart, MatchStatus, PartKind

FILES = {
    "customers.csv": (
        "customer_id,name,aliases,email_domains,bank_accounts,parent_id\nA1,Halden Ltd,,halden.example,,\n"
    ),
    "invoices.csv": (
        "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms\n"
        "F-1,A1,2026-03-01,2026-03-31,EUR,100.00,100.00,,net30\n"
        "F-2,A1,2026-04-10,2026-05-10,EUR,140.00,140.00,,net30\n"
    ),
    "payments.csv": (
        "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method\n"
        "later,2026-04-12,EUR,100.00,HALDEN,,F-1,sepa\n"
        "first,2026-04-02,EUR,100.00,HALDEN,,F-1,sepa\n"
        "early,2026-04-01,EUR,30.00,NOBODY,,F-2,sepa\n"
    ),
    "truth.csv": (
        "payment_id,kind,document,amount\n"
        "first,invoice,F-1,100.00\nlater,duplicate,first,100.00\nearly,unidentified,,30.00\n"
    ),
    "cases.csv": "payment_id,case\nfirst,exact_ref\nlater,duplicate\nearly,unidentified\n",
}


def a_folder(tmp_path: Path, **replaced: str | None) -> Path:
    """The files above; a name with its text (or None to leave it out) replaces one of them."""
    for name, text in {**FILES, **{f"{key}.csv": value for key, value in replaced.items()}}.items():
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def a_run(folder: Path) -> MatchingRun:
    return run_matching(load_matching(folder))


def test_payments_are_worked_by_day_and_nothing_later_is_known(tmp_path: Path) -> None:
    run = a_run(a_folder(tmp_path))
    rows = [line.split(",") for line in run.answers()]
    assert rows[0] == ["payment_id", "kind", "document", "amount", "confidence", "status"]
    assert [row[:4] + row[5:] for row in rows[1:]] == [
        ["early", "unidentified", "", "30.00", "suggested"],
        ["first", "invoice", "F-1", "100.00", "applied"],
        ["later", "duplicate", "first", "100.00", "applied"],
    ]


def test_an_advice_that_names_its_payment_is_read_with_that_name(tmp_path: Path) -> None:
    text = "payment_hint,received_on,from_email,text\nearly,2026-04-01,ap@halden.example,F-2 30.00\n"
    (advice,) = load_matching(a_folder(tmp_path, remittances=text)).remittances
    assert advice.payment_hint == "early"


def test_scores_overall_and_by_case(tmp_path: Path) -> None:
    run = a_run(a_folder(tmp_path))
    scores = run.scores()
    assert {name: scores[name] for name in ("match_rate", "precision", "top1", "wrong_cash")} == {
        "match_rate": 1.0,
        "precision": 1.0,
        "top1": 1.0,
        "wrong_cash": 0.0,
    }
    by = run.by()
    assert (by["lang"], by["intent"], sorted(by["case"])) == ({}, {}, ["duplicate", "exact_ref", "unidentified"])
    assert run.cases == 3


def test_without_truth_there_are_answers_and_no_scores(tmp_path: Path) -> None:
    run = a_run(a_folder(tmp_path, truth=None, cases=None))
    assert (run.scores(), run.by()["case"], run.cases) == ({}, {}, 3)


@pytest.mark.parametrize("name", ["customers", "invoices", "payments"])
def test_a_missing_file_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput, match=f"{name}.csv"):
        load_matching(a_folder(tmp_path, **{name: None}))


def test_a_missing_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="lacks the columns payer_account"):
        load_matching(a_folder(tmp_path, payments=FILES["payments.csv"].replace("payer_account", "account")))


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a folder"):
        load_matching(tmp_path / "absent")


@pytest.mark.parametrize(
    ("row", "row_id", "reason"),
    [
        ("p9,2026-04-02,EUR,1.250,00,X,,,sepa", "p9", "9 cells, the header has 8"),
        ('p9,2026-04-02,EUR,"1.250,00",X,,,sepa', "p9", "amount '1.250,00' is not an amount like 1250.00"),
        ("p9,02.04.2026,EUR,10.00,X,,,sepa", "p9", "received_on '02.04.2026' is not a date like 2026-04-30"),
        ("p9,2026-02-30,EUR,10.00,X,,,sepa", "p9", "received_on '2026-02-30' is not a date like 2026-04-30"),
        ("p9,2026-04-02,EURO,10.00,X,,,sepa", "p9", "currency 'EURO' is not an ISO 4217 code"),
        ("p9,2026-04-02,EUR,0,X,,,sepa", "p9", "amount is zero: nothing was received"),
        ("first,2026-04-02,EUR,10.00,X,,,sepa", "first", "payment_id 'first' occurs twice; the first row stands"),
        (",2026-04-02,EUR,10.00,X,,,sepa", "", "payment_id is empty"),
        ("p9,2026-04-02,EUR,NaN,X,,,sepa", "p9", "amount 'NaN' is not an amount like 1250.00"),
    ],
)
def test_an_unreadable_row_is_left_out_with_line_and_reason(
    tmp_path: Path, row: str, row_id: str, reason: str
) -> None:
    run = a_run(a_folder(tmp_path, payments=FILES["payments.csv"] + row + "\n"))
    assert run.left_out == [{"line": 5, "id": row_id, "reason": f"payments.csv: {reason}"}]
    assert run.cases == 3


def test_bytes_that_are_not_utf8_leave_out_their_row_alone(tmp_path: Path) -> None:
    folder = a_folder(tmp_path)
    with (folder / "payments.csv").open("ab") as handle:
        handle.write(b"p9,2026-04-02,EUR,10.00,M\xfcller,,,sepa\n")
    assert a_run(folder).left_out == [{"line": 5, "id": "p9", "reason": "payments.csv: the row is not UTF-8"}]


def _part(kind: PartKind, document: str, amount: str) -> MatchPart:
    return MatchPart(kind, document, Money.of(amount, "EUR"))


def test_money_is_wrong_beyond_what_the_truth_puts_on_a_document() -> None:
    said = [_part(PartKind.INVOICE, "F-1", "80.00"), _part(PartKind.INVOICE, "F-2", "20.00")]
    truth = [_part(PartKind.INVOICE, "F-1", "70.00"), _part(PartKind.INVOICE, "F-3", "30.00")]
    assert wrong_money(said, truth) == Decimal("30.00")


def test_applying_unidentified_money_costs_precision_and_cash_and_not_the_match_rate() -> None:
    tally = MatchingTally()
    right = (_part(PartKind.INVOICE, "F-1", "60.00"),)
    wrong = (_part(PartKind.INVOICE, "F-2", "40.00"),)
    tally.add(Answer("p1", Decimal(60), right, MatchStatus.APPLIED, 0.99), right)
    tally.add(
        Answer("p2", Decimal(40), wrong, MatchStatus.APPLIED, 0.99), [_part(PartKind.UNIDENTIFIED, "", "40.00")]
    )
    scores = tally.scores()
    assert (scores["match_rate"], scores["precision"], scores["wrong_cash"]) == (1.0, 0.5, 0.4)


def test_a_right_suggestion_counts_for_top1_alone() -> None:
    tally = MatchingTally()
    right = (_part(PartKind.INVOICE, "F-1", "60.00"),)
    tally.add(Answer("p1", Decimal(60), right, MatchStatus.SUGGESTED, 0.7), right)
    scores = tally.scores()
    assert (scores["match_rate"], scores["precision"], scores["top1"]) == (0.0, None, 1.0)


def test_discounts_and_fees_are_not_part_of_being_right() -> None:
    tally = MatchingTally()
    said = (_part(PartKind.INVOICE, "F-1", "60.00"), _part(PartKind.FEE, "F-1", "5.00"))
    truth = [_part(PartKind.INVOICE, "F-1", "60.00"), _part(PartKind.SHORT_PAY, "F-1", "5.00")]
    tally.add(Answer("p1", Decimal(60), said, MatchStatus.APPLIED, 0.99), truth)
    assert tally.scores()["match_rate"] == 1.0


def test_the_rules_beat_stock_rules_and_never_apply_unidentified_money(tmp_path: Path) -> None:
    write_stream(make_stream(StreamSettings(seed=8, invoices=400, payments=250)), tmp_path)
    loaded = load_matching(tmp_path)
    ours, stock = run_matching(loaded).scores(), run_stock_rules(loaded).scores()
    assert ours["unidentified_applied"] == 0
    assert float(str(ours["precision"])) >= 0.99
    assert float(str(ours["match_rate"])) > 0.93 > 0.75 > float(str(stock["match_rate"]))


def test_the_shared_example_is_matched_in_full() -> None:
    folder = Path(__file__).parents[4] / "shared" / "formats" / "examples" / "matching"
    if not folder.is_dir():
        pytest.skip("the shared examples are not on this machine")
    scores = a_run(folder).scores()
    assert (scores["match_rate"], scores["precision"], scores["wrong_cash"]) == (1.0, 1.0, 0.0)
