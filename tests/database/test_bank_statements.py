"""Bank statements on the real database: a line is kept once, and two lines that say the same are two."""

from collections.abc import Sequence
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import Org
from factories.cash import a_line, booked, recorded, statement_recorded
from sqlalchemy import create_engine, func, select, update

from core.money import Money
from ledger.model.cash import RecordedLines, StatementLine
from ledger.model.statement import AccountStatement, numbered_key
from ledger.store.base import Base
from ledger.store.engine import sqlalchemy_url
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.cash import BankLineRow
from ledger.store.tables.money import PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory

DAY = date(2026, 4, 17)


def alike(place: int = 1, *, words: str = "monthly fee", on: date = DAY) -> StatementLine:
    """A line of 500.00 without a number of the bank's, the `place`-th of its file that says so."""
    return a_line(key=numbered_key(words, place), amount="500.00", reference=words, on=on, content_key=words)


def a_statement(opening: str | None, closing: str | None, *lines: StatementLine) -> AccountStatement:
    return AccountStatement(lines, opening and Money.of(opening, "GBP"), closing and Money.of(closing, "GBP"))


FIRST = a_statement("100.00", "600.00", alike())
SECOND = a_statement("600.00", "1100.00", alike())
THIRD = a_statement("1100.00", "1600.00", alike())
FIRST_TWO = a_statement("100.00", "1100.00", alike(1), alike(2))


async def imported(
    uows: UnitOfWorkFactory, org: Org, *files: Sequence[AccountStatement], same_name: bool = False
) -> list[RecordedLines]:
    return [
        await statement_recorded(uows, org, *statements, file="a.xml" if same_name else f"{place}.xml")
        for place, statements in enumerate(files)
    ]


async def payments(uows: UnitOfWorkFactory, org: Org) -> int:
    async with uows(org.org_id) as uow:
        return await uow.session.scalar(select(func.count()).select_from(PaymentRow)) or 0


@pytest.mark.parametrize(
    ("files", "added"),
    [
        pytest.param([[FIRST], [SECOND]], [1, 1], id="one-behind-the-other"),
        pytest.param([[SECOND], [FIRST]], [1, 1], id="the-later-one-first"),
        pytest.param([[FIRST], [SECOND], [THIRD]], [1, 1, 1], id="three-in-a-row"),
        pytest.param([[FIRST], [THIRD], [SECOND]], [1, 0, 1], id="the-one-between-last"),
        pytest.param([[FIRST], [SECOND, THIRD]], [1, 2], id="two-in-one-file"),
        pytest.param([[FIRST, SECOND], [SECOND], [FIRST]], [2, 0, 0], id="each-again"),
        pytest.param([[FIRST], [SECOND], [FIRST], [SECOND]], [1, 1, 0, 0], id="both-again"),
        pytest.param([[FIRST], [SECOND], [FIRST_TWO]], [1, 1, 0], id="the-whole-day-behind-its-parts"),
        pytest.param([[FIRST_TWO], [SECOND], [FIRST]], [2, 0, 0], id="the-parts-behind-the-whole-day"),
        pytest.param([[FIRST], [FIRST_TWO], [SECOND], [THIRD]], [1, 1, 0, 1], id="noon-evening-parts-and-the-next"),
        pytest.param([[AccountStatement((alike(1), alike(2)))], [FIRST], [SECOND]], [2, 0, 0], id="known-without"),
    ],
)
async def test_lines_that_say_the_same_are_as_many_as_the_balances_show(
    uows: UnitOfWorkFactory, org: Org, files: list[list[AccountStatement]], added: list[int]
) -> None:
    done = await imported(uows, org, *files)
    assert [one.added for one in done] == added
    assert await payments(uows, org) == sum(added)


@pytest.mark.parametrize(
    ("first", "second", "same_name", "warned"),
    [
        pytest.param(FIRST, SECOND, False, 0, id="balances-tell-them-apart"),
        pytest.param(FIRST, FIRST, False, 0, id="the-same-statement"),
        pytest.param(FIRST, FIRST_TWO, False, 0, id="one-goes-on-from-the-same-balance"),
        pytest.param(FIRST, THIRD, False, 1, id="a-gap-between-the-balances"),
        pytest.param(FIRST, AccountStatement((alike(),)), False, 1, id="no-balances"),
        pytest.param(FIRST, AccountStatement((alike(),)), True, 0, id="the-same-file"),
    ],
)
async def test_a_line_that_only_looks_like_a_kept_one_is_told_of(
    uows: UnitOfWorkFactory, org: Org, first: AccountStatement, second: AccountStatement, same_name: bool, warned: int
) -> None:
    _, done = await imported(uows, org, [first], [second], same_name=same_name)
    assert [words.partition(" ")[0] for words in done.warnings] == ["1"] * warned
    assert all("0.xml" in words and "import one statement that shows both" in words for words in done.warnings)


def test_the_migrations_make_the_tables_that_the_code_knows(urls: DatabaseUrls) -> None:
    tables = ("bank_lines", "bank_statements")
    engine = create_engine(sqlalchemy_url(urls.owner))
    with engine.connect() as connection:
        asked = {
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or name in tables,
            "include_object": lambda _, name, kind, *__: kind != "table" or name in tables,
        }
        context = MigrationContext.configure(connection, opts=asked)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


async def test_statements_that_were_kept_before_their_balances_were_add_nothing(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await imported(uows, org, [AccountStatement((alike(),))])
    async with uows(org.org_id) as uow:
        await uow.session.execute(update(BankLineRow).values(content_key=""))
    known, another = await imported(uows, org, [FIRST], [SECOND])
    assert ((known.added, known.known), (another.added, another.known)) == ((0, 1), (1, 0))


async def test_a_pending_file_that_comes_again_after_the_booking_adds_nothing(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    line = a_line(pending=True)
    await recorded(uows, org, line)
    posted = booked(line, external_key="booked-1")
    done = [await recorded(uows, org, one) for one in (posted, line, posted)]
    assert [(one.booked, one.pending, one.known) for one in done] == [(1, 0, 0), (0, 0, 1), (0, 0, 1)]
    async with uows(org.org_id) as uow:
        assert list(await uow.session.scalars(select(BankLineRow.status))) == ["posted"]


async def test_a_pending_line_is_left_to_the_line_that_books_it_under_its_own_key(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    line = a_line(pending=True)
    await recorded(uows, org, line)
    done = await recorded(uows, org, booked(line, external_key="another"), booked(line))
    assert (done.added, done.booked, await payments(uows, org)) == (1, 1, 2)


async def test_a_booked_line_is_money_though_another_was_pending_under_its_key(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    line = a_line(pending=True)
    await recorded(uows, org, line)
    await recorded(uows, org, booked(line, external_key="booked-1"))
    assert (await recorded(uows, org, booked(line))).added == 1
