"""A forecast knows only what was known on its day, and its days are never in the past."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import Money
from ledger.rules.forecast.history import BilledInvoice, history_of
from ledger.rules.forecast.lateness import fit_lateness
from ledger.rules.forecast.payment_day import PaymentDayForecast, forecast_payment_days

AS_OF = date(2025, 6, 1)


def a_billed(
    number: str, customer: str, due: date, paid_on: date | None, *, known_from: date | None = None
) -> BilledInvoice:
    known = known_from or due - timedelta(days=30)
    return BilledInvoice(number, customer, known, due, Money.of("100.00", "EUR"), paid_on)


def a_payer(customer: str, days_late: int, count: int = 30) -> list[BilledInvoice]:
    """Invoices due every fifth day, each paid so many days late."""
    made = []
    for position in range(count):
        due = AS_OF - timedelta(days=40 + 5 * position)
        made.append(a_billed(f"{customer}-{position}", customer, due, due + timedelta(days=days_late)))
    return made


def forecast(invoices: list[BilledInvoice], open_number: str) -> PaymentDayForecast:
    history = history_of(invoices)
    row = next(i for i, invoice in enumerate(invoices) if invoice.number == open_number)
    return forecast_payment_days(fit_lateness(history, AS_OF), history, [row], AS_OF)[0]


def test_a_customer_that_pays_ten_days_late_is_expected_ten_days_late() -> None:
    due = AS_OF + timedelta(days=6)
    found = forecast([*a_payer("K1", 10), *a_payer("K2", 0), a_billed("open", "K1", due, None)], "open")
    assert found.p50 == due + timedelta(days=10)


def test_an_unknown_customer_takes_what_all_customers_do() -> None:
    due = AS_OF + timedelta(days=6)
    found = forecast([*a_payer("K1", 4), *a_payer("K2", 4), a_billed("open", "new", due, None)], "open")
    assert found.p50 == due + timedelta(days=4)


def test_an_overdue_invoice_is_forecast_from_today_on() -> None:
    due = AS_OF - timedelta(days=200)
    found = forecast([*a_payer("K1", 2), a_billed("open", "K1", due, None)], "open")
    assert AS_OF <= found.p10 <= found.p50 <= found.p90


def test_without_any_history_there_is_still_a_forecast() -> None:
    found = forecast([a_billed("open", "K1", AS_OF + timedelta(days=5), None)], "open")
    assert AS_OF <= found.p10 <= found.p50 <= found.p90


def test_open_invoices_make_a_customer_slower_than_its_paid_ones_alone() -> None:
    due = AS_OF + timedelta(days=5)
    paid = a_payer("K1", 3, count=6)
    waiting = [a_billed(f"w{i}", "K1", AS_OF - timedelta(days=60 + i), None) for i in range(12)]
    quick = forecast([*paid, a_billed("open", "K1", due, None)], "open")
    slow = forecast([*paid, *waiting, a_billed("open", "K1", due, None)], "open")
    assert slow.p90 > quick.p90


def test_a_payment_of_the_as_of_day_and_later_ones_are_not_known() -> None:
    due = AS_OF + timedelta(days=5)
    known = [*a_payer("K1", 3), a_billed("open", "K1", due, None)]
    later = [a_billed(f"l{i}", "K1", AS_OF - timedelta(days=9), AS_OF + timedelta(days=i)) for i in range(9)]
    still_open = [a_billed(f"l{i}", "K1", AS_OF - timedelta(days=9), None) for i in range(9)]
    assert forecast([*known, *later], "open") == forecast([*known, *still_open], "open")


def test_an_invoice_that_is_not_known_yet_changes_nothing() -> None:
    due = AS_OF + timedelta(days=5)
    known = [*a_payer("K1", 3), a_billed("open", "K1", due, None)]
    unborn = a_billed("unborn", "K1", due, None, known_from=AS_OF + timedelta(days=1))
    assert forecast([*known, unborn], "open") == forecast(known, "open")


def test_days_on_which_banks_do_not_book_are_hardly_ever_forecast() -> None:
    made = []
    for position in range(400):
        due = AS_OF - timedelta(days=30 + position)
        paid = due + timedelta(days=5)
        paid += timedelta(days=max(0, 7 - paid.weekday()) if paid.weekday() > 4 else 0)
        made.append(a_billed(f"i{position}", f"K{position % 20}", due, paid))
    opened = [a_billed(f"o{i}", f"K{i}", AS_OF + timedelta(days=i), None) for i in range(14)]
    history = history_of([*made, *opened])
    found = forecast_payment_days(fit_lateness(history, AS_OF), history, range(400, 414), AS_OF)
    assert [f.p50.weekday() for f in found if f.p50.weekday() > 4] == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(-2000, 400), st.integers(-200, 900), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
def test_any_history_gives_ordered_days_not_in_the_past_and_chances_up_to_one(
    rows: list[tuple[int, int, int, bool]],
) -> None:
    made = []
    for position, (customer, due_in, late, is_paid) in enumerate(rows):
        due = AS_OF + timedelta(days=due_in)
        paid = due + timedelta(days=late) if is_paid else None
        made.append(a_billed(f"i{position}", f"K{customer}", due, paid, known_from=due - timedelta(days=500)))
    history = history_of(made)
    open_rows = [i for i, is_open in enumerate(history.open_on(AS_OF)) if is_open]
    for found in forecast_payment_days(fit_lateness(history, AS_OF), history, open_rows, AS_OF):
        assert AS_OF <= found.p10 <= found.p50 <= found.p90
        assert all(chance >= 0 for chance in found.weeks)
        assert sum(found.weeks) <= 1.000001
