"""Bank files by other hands, where they are there: what can be whole is read, the rest is refused with its reason."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from integrations.bankfiles.reader import FileReader
from integrations.ports.bank_statement import BankLine, GivenByPerson, StatementRefused

DATA = Path(__file__).parents[3].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not (DATA / "bank-mt940").is_dir(), reason="../shared/data/bank-* is not there")

#: Pieces of a statement, written to test one field; and a statement whose amounts were changed by hand.
NOT_WHOLE = {
    *(f"betterplace/{name}.sta" for name in ("amount_formats", "currency_in_25", "empty_86", "empty_entry_date")),
    *(f"betterplace/{name}.sta" for name in ("empty_line", "missing_crlf_at_end", "sepa_snippet_broken")),
}
DOES_NOT_ADD_UP = {"mBank/with_newline_in_tnr.sta", "betterplace/sepa_snippet.sta"}
#: OFX files without a statement, with an error in its place, or broken on purpose, and why each is refused.
NO_STATEMENT = {
    "bank_small.ofx": "no statement",
    "account_listing_aggregation.ofx": "no statement",
    "error_message.ofx": "General Server Error",
    "signon_fail.ofx": "Your request could not be processed",
    "signon_success.ofx": "no statement",
    "signon_success_no_message.ofx": "no statement",
    "fail_nice/date_missing.ofx": "no date",
    "fail_nice/decimal_error.ofx": "is not a day",
}


def lines(path: Path) -> list[BankLine]:
    found = FileReader().read(path.read_bytes(), path.name, GivenByPerson())
    return [line for one in found.statements for line in one.lines]


def expected() -> list[dict[str, Any]]:
    path = DATA / "bank-mt940" / "expected.jsonl"
    told = [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []
    # One row is of a text within that library's own tests.
    return [case for case in told if case["input"]]


@pytest.mark.parametrize("case", expected(), ids=lambda case: case["input"])
def test_mt940_statements_hold_the_amounts_and_days_that_another_library_found(case: dict[str, Any]) -> None:
    name, path = case["input"], DATA / "bank-mt940" / case["input"]
    if name in NOT_WHOLE | DOES_NOT_ADD_UP or (name.startswith("cmxl/") and name != "cmxl/mt940.sta"):
        with pytest.raises(StatementRefused) as caught:
            lines(path)
        assert ("closing balance is" in caught.value.reason) == (name in DOES_NOT_ADD_UP)
        return
    told = [one["data"] for one in case["parsed"]["transactions"]]
    wanted = [(Decimal(one["amount"]["amount"]), one["date"]) for one in told]
    found = [(one.amount.amount, str(one.value_on)) for one in lines(path)]
    # That library has a reversal of a credit as money that came in.
    reversed_marks = [one["status"] == "RC" for one in told]
    signed = [
        (-abs(amount) if is_rc else amount, day) for (amount, day), is_rc in zip(wanted, reversed_marks, strict=True)
    ]
    assert found == signed


@pytest.mark.parametrize("path", sorted((DATA / "bank-bai2").glob("*.bai2")), ids=lambda path: path.name)
def test_bai2_samples_are_read_with_their_control_totals(path: Path) -> None:
    assert FileReader().read(path.read_bytes(), path.name, GivenByPerson()).kind == "bai2"


@pytest.mark.parametrize("path", sorted((DATA / "bank-ofx" / "ofxparse").rglob("*.ofx")), ids=lambda path: path.name)
def test_ofx_samples_are_read_or_refused_with_the_reason(path: Path) -> None:
    name = str(path.relative_to(DATA / "bank-ofx" / "ofxparse"))
    if name in NO_STATEMENT:
        with pytest.raises(StatementRefused, match=NO_STATEMENT[name]):
            lines(path)
        return
    found = lines(path)
    # A transaction of an investment account that is none of its cash is left out.
    assert len(found) == path.read_text(errors="replace").upper().count("<STMTTRN>")
    assert len({one.external_key for one in found}) == len(found)
