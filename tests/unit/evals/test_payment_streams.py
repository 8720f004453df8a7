"""`python -m evals.streams`: what it makes is whole, in order, and what the rules of the format call true."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from core.errors import InvalidInput
from evals.matching_files import LoadedMatching, load_matching
from evals.streams.__main__ import main
from evals.streams.accounts import iban
from evals.streams.files import write_stream
from evals.streams.names import as_a_bank_shows_it, damaged_name, folded
from evals.streams.numbers import DAMAGES, compact, creditor_reference, digits_of, ocr_number
from evals.streams.settings import StreamSettings
from evals.streams.stream import CASES, make_stream
from ledger.model.match import MONEY_PARTS, IncomingPayment, MatchPart, OpenInvoice, PartKind

SETTINGS = StreamSettings(seed=3, invoices=1100, payments=800)
#: What lowers an invoice's open balance.
LOWERING = (PartKind.INVOICE, PartKind.DISCOUNT, PartKind.FEE)


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> LoadedMatching:
    folder = tmp_path_factory.mktemp("stream")
    write_stream(make_stream(SETTINGS), folder)
    return load_matching(folder)


def test_every_row_is_as_the_format_says(stream: LoadedMatching) -> None:
    assert stream.left_out == []
    assert (len(stream.invoices), len(stream.payments)) == (1100, 800)
    assert set(stream.truth) == set(stream.case_of) == {payment.payment_id for payment in stream.payments}


def test_every_case_occurs(stream: LoadedMatching) -> None:
    assert set(CASES) - set(stream.case_of.values()) == set()


def test_the_truth_of_every_payment_adds_up(stream: LoadedMatching) -> None:
    for payment in stream.payments:
        parts = [part for part in stream.truth[payment.payment_id] if part.kind in MONEY_PARTS]
        assert sum(part.amount.amount for part in parts) == payment.amount.amount, payment


def test_signs_are_as_the_format_says(stream: LoadedMatching) -> None:
    for payment in stream.payments:
        for part in stream.truth[payment.payment_id]:
            is_refund = payment.amount.amount < 0
            negative = part.kind in (PartKind.CREDIT, PartKind.REVERSAL) or is_refund
            assert (part.amount.amount < 0) == negative, (payment, part)


def test_nothing_is_named_before_it_is_issued(stream: LoadedMatching) -> None:
    issued = {invoice.number: invoice.issued for invoice in stream.invoices}
    issued |= {credit.number: credit.issued for credit in stream.credits}
    received = {payment.payment_id: payment.received_on for payment in stream.payments}
    for payment in stream.payments:
        for part in stream.truth[payment.payment_id]:
            known = issued.get(part.document) or received.get(part.document)
            assert known is None or known <= payment.received_on, (payment, part)
    for advice in stream.remittances:
        for number, day in issued.items():
            assert number not in advice.text or day <= advice.received_on, (advice, number)


def test_payments_come_in_the_order_of_their_days(stream: LoadedMatching) -> None:
    days = [payment.received_on for payment in stream.payments]
    assert days == sorted(days)


def test_no_document_is_ever_paid_beyond_what_is_open(stream: LoadedMatching) -> None:
    left = {}
    for payment, left in walked(stream):
        assert min(left.values()) >= 0, payment
    assert any(amount == 0 for amount in left.values())


def test_among_alike_invoices_the_truth_is_the_one_due_first(stream: LoadedMatching) -> None:
    invoices = {invoice.number: invoice for invoice in stream.invoices}
    seen = 0
    for payment, left in walked(stream):
        if stream.case_of[payment.payment_id] == "equal_amounts":
            meant = invoices[stream.truth[payment.payment_id][0].document]
            alike = [each for each in invoices.values() if alike_on(meant, each, left, payment.received_on)]
            assert len(alike) > 1
            assert min(alike, key=lambda each: (each.due, each.number)) == meant
            seen += 1
    assert seen


def walked(stream: LoadedMatching) -> Iterator[tuple[IncomingPayment, dict[str, Decimal]]]:
    """Each payment with what is open before it; after the last one nothing more is given."""
    left = {invoice.number: invoice.open_balance.amount for invoice in stream.invoices}
    left |= {credit.number: credit.open_balance.amount for credit in stream.credits}
    for payment in stream.payments:
        yield payment, left
        for part in stream.truth[payment.payment_id]:
            if part.kind is PartKind.REVERSAL:
                for undone in stream.truth[part.document]:
                    change_by(left, undone, -1)
            # Money in another currency changes nothing before a person has decided.
            if stream.case_of[payment.payment_id] != "other_currency":
                change_by(left, part, 1)


def change_by(left: dict[str, Decimal], part: MatchPart, way: int) -> None:
    if part.kind in LOWERING:
        left[part.document] -= part.amount.amount * way
    elif part.kind is PartKind.CREDIT:
        left[part.document] += part.amount.amount * way


def alike_on(meant: OpenInvoice, other: OpenInvoice, left: dict[str, Decimal], day: date) -> bool:
    return (
        other.customer_id == meant.customer_id
        and other.issued <= day
        and other.amount.currency == meant.amount.currency
        and left[other.number] == left[meant.number]
    )


def test_a_discount_is_one_only_within_its_window(stream: LoadedMatching) -> None:
    invoices = {invoice.number: invoice for invoice in stream.invoices}
    counted: Counter[PartKind] = Counter()
    for payment in stream.payments:
        if stream.case_of[payment.payment_id] not in ("discount", "discount_late"):
            continue
        for part in stream.truth[payment.payment_id]:
            if part.kind in (PartKind.DISCOUNT, PartKind.SHORT_PAY):
                invoice = invoices[part.document]
                window = int(invoice.terms.split(" ")[0].split("/")[1])
                in_time = (payment.received_on - invoice.issued).days <= window
                assert in_time == (part.kind is PartKind.DISCOUNT)
                counted[part.kind] += 1
    assert set(counted) == {PartKind.DISCOUNT, PartKind.SHORT_PAY}


def test_the_references_of_exact_cases_hold_the_number(stream: LoadedMatching) -> None:
    for payment in stream.payments:
        case, document = stream.case_of[payment.payment_id], stream.truth[payment.payment_id][0].document
        if case in ("exact_ref", "ach_addenda", "bai2_detail", "lockbox", "no_payer"):
            assert document in payment.reference, payment
        if case == "sepa_structured":
            assert digits_of(document) in digits_of(payment.reference), payment


def test_what_tells_nothing_names_nothing(stream: LoadedMatching) -> None:
    numbers = {invoice.number for invoice in stream.invoices}
    for payment in stream.payments:
        if stream.case_of[payment.payment_id] in ("no_ref", "equal_amounts", "unidentified", "whole_account"):
            assert not any(number in payment.reference for number in numbers), payment


def test_a_payment_that_goes_back_takes_back_one_earlier_payment_once(stream: LoadedMatching) -> None:
    amounts = {payment.payment_id: payment.amount for payment in stream.payments}
    taken: defaultdict[str, Decimal] = defaultdict(Decimal)
    for payment in stream.payments:
        for part in stream.truth[payment.payment_id]:
            if part.kind is PartKind.REVERSAL:
                taken[part.document] -= part.amount.amount
                assert amounts[part.document].currency == payment.amount.currency
    assert taken
    assert all(amounts[payment_id].amount == amount for payment_id, amount in taken.items())


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    for name, seed in (("once", 3), ("again", 3), ("other", 4)):
        write_stream(make_stream(StreamSettings(seed=seed, invoices=250, payments=150)), tmp_path / name)
    for path in sorted((tmp_path / "once").iterdir()):
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()
        assert path.read_bytes() != (tmp_path / "other" / path.name).read_bytes()


def test_a_case_can_be_left_out_or_made_the_only_one() -> None:
    small = {"invoices": 400, "payments": 60}
    without = make_stream(StreamSettings(seed=2, weights={"exact_ref": 0}, **small))
    assert "exact_ref" not in {payment.case for payment in without.payments}
    only = make_stream(StreamSettings(seed=2, weights={**dict.fromkeys(CASES, 0), "discount": 1}, **small))
    assert {payment.case for payment in only.payments} == {"discount"}


def test_the_knobs_have_limits() -> None:
    with pytest.raises(InvalidInput, match="no such case: gift"):
        make_stream(StreamSettings(invoices=20, payments=5, weights={"gift": 1}))
    with pytest.raises(InvalidInput, match="name_noise"):
        StreamSettings(name_noise=1.5)
    with pytest.raises(InvalidInput, match="1 to"):
        StreamSettings(invoices=0)


def test_more_noise_damages_more_names() -> None:
    def changed(noise: float) -> int:
        world = make_stream(StreamSettings(seed=8, invoices=400, payments=100, name_noise=noise))
        own = {customer.shown for customer in world.customers}
        return sum(payment.payer_name not in own for payment in world.payments)

    assert changed(0.0) < changed(0.9)


def test_two_streams_can_share_a_book() -> None:
    first = make_stream(StreamSettings(seed=5, invoices=300, payments=0))
    second = make_stream(StreamSettings(seed=6, invoices=300, payments=0, first_number=1_000_000))
    assert not {compact(each.number) for each in first.invoices} & {compact(each.number) for each in second.invoices}
    assert not {each.customer_id for each in first.customers} & {each.customer_id for each in second.customers}


def test_the_command_writes_a_folder_and_counts_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--seed", "7", "--out", str(tmp_path / "s"), "--invoices", "200", "--payments", "40", "--case", "fee=0"])
    assert len(load_matching(tmp_path / "s").payments) == 40
    told = capsys.readouterr().err.splitlines()
    assert f"{40:6} payments in {tmp_path / 's'}" in told
    assert f"{0:6} fee" in told


@pytest.mark.parametrize("arguments", [["--case", "fee"], ["--name-noise", "2"], ["--case", "gift=1"]])
def test_the_command_refuses_what_it_does_not_know(tmp_path: Path, arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--out", str(tmp_path / "s"), "--invoices", "100", "--payments", "5", *arguments])


def test_check_digits_are_right() -> None:
    assert creditor_reference("5390-0754-7034") == "RF18539007547034"
    assert iban("GB", "WEST12345698765432") == "GB82WEST12345698765432"
    # 12345, then 7 for a number of seven digits, then what makes Luhn's sum end in 0.
    assert ocr_number("123-45") == "1234574"


@pytest.mark.parametrize(
    ("case", "number", "written"),
    [
        ("ref_no_prefix", "INV-004213", "004213"),
        ("ref_no_prefix", "2600421", ""),
        ("ref_last_digits", "42", ""),
        ("ref_letter_o", "INV-1234", ""),
        ("ref_other_marks", "1234567", ""),
    ],
)
def test_a_damage_that_changes_nothing_gives_nothing(case: str, number: str, written: str) -> None:
    assert DAMAGES[case](Random(1), number) == written


@pytest.mark.parametrize("case", sorted(DAMAGES))
def test_a_damaged_number_is_not_the_number(case: str) -> None:
    written = {DAMAGES[case](Random(seed), "FV/2026/04/0123") for seed in range(20)}
    assert "FV/2026/04/0123" not in written
    assert written != {""}


def test_names_are_damaged_and_still_names() -> None:
    rng = Random(4)
    name = "Müllerschön Gebäudetechnik GmbH & Co. KG"
    shown = {damaged_name(rng, name) for _ in range(50)} | {as_a_bank_shows_it(rng, name) for _ in range(50)}
    assert len(shown) > 20
    assert all(len(each) >= 8 for each in shown)
    assert folded("Łączność ß") == "lacznosc ss"
