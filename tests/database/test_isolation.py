"""What the database itself refuses."""

from datetime import date
from decimal import Decimal

import psycopg
import pytest
from conftest import NOW, Org
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from core.ids import new_id
from ledger.store.local_server import DatabaseUrls
from ledger.store.schema import metadata
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.history import TimelineEventRow
from ledger.store.tables.money import AllocationRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory


async def _invoice(uow: UnitOfWork, org: Org, *, number: str, amount: str = "100.00") -> InvoiceRow:
    account = AccountRow(id=new_id(), org_id=org.org_id, external_id=number, name="Buyer", currency="GBP")
    uow.session.add(account)
    await uow.session.flush()
    invoice = InvoiceRow(
        id=new_id(), org_id=org.org_id, account_id=account.id, entity_id=org.entity_id, number=number,
        issued=date(2026, 3, 1), due=date(2026, 3, 31), currency="GBP", amount=Decimal(amount),
        opening_balance=Decimal(amount), open_balance=Decimal(0),
    )  # fmt: skip
    uow.session.add(invoice)
    await uow.session.flush()
    return invoice


async def _payment(uow: UnitOfWork, org: Org, *, amount: str, currency: str = "GBP") -> PaymentRow:
    payment = PaymentRow(
        id=new_id(), org_id=org.org_id, external_id=str(new_id()), received_on=date(2026, 4, 1), currency=currency,
        amount=Decimal(amount), unapplied=Decimal(0),
    )  # fmt: skip
    uow.session.add(payment)
    await uow.session.flush()
    return payment


def _allocation(org: Org, invoice: InvoiceRow, payment: PaymentRow, amount: str, **more: object) -> AllocationRow:
    return AllocationRow(
        id=new_id(), org_id=org.org_id, invoice_id=invoice.id, payment_id=payment.id, currency=payment.currency,
        amount=Decimal(amount), cause_key=str(new_id()), created_at=NOW, **more,
    )  # fmt: skip


def test_every_table_of_ours_forces_row_level_security(urls: DatabaseUrls) -> None:
    with psycopg.connect(urls.app) as connection:
        rows = connection.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class "
            "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    assert {name for name, forced in rows if forced} >= set(metadata.tables)
    assert all("org_id" in table.c or table.name == "organisations" for table in metadata.tables.values())


def test_the_application_role_is_no_superuser_no_owner_and_bypasses_nothing(urls: DatabaseUrls) -> None:
    with psycopg.connect(urls.app) as connection:
        role = connection.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        owned = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE tableowner = current_user AND schemaname = 'public'"
        ).fetchone()
    assert role == (False, False, False)
    assert owned == (0,)


async def test_a_bare_select_reads_nothing_of_another_organisation(
    uows: UnitOfWorkFactory, org: Org, other_org: Org, urls: DatabaseUrls
) -> None:
    async with uows(org.org_id) as uow:
        await _invoice(uow, org, number="INV-1")
    async with uows(other_org.org_id) as uow:
        assert (await uow.session.execute(text("SELECT number FROM invoices"))).all() == []
        assert (await uow.session.execute(text("SELECT org_id FROM accounts"))).all() == []
    with psycopg.connect(urls.app) as connection:
        for table in metadata.tables:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


async def test_writing_a_row_for_another_organisation_is_refused(
    uows: UnitOfWorkFactory, org: Org, other_org: Org
) -> None:
    with pytest.raises(DBAPIError):
        async with uows(org.org_id) as uow:
            uow.session.add(
                AccountRow(id=new_id(), org_id=other_org.org_id, external_id="X", name="X", currency="GBP")
            )


async def test_an_allocation_lowers_both_sides(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        invoice = await _invoice(uow, org, number="INV-1", amount="100.00")
        payment = await _payment(uow, org, amount="80.00")
        uow.session.add(_allocation(org, invoice, payment, "60.00"))
        await uow.session.flush()
        await uow.session.refresh(invoice)
        await uow.session.refresh(payment)
        assert (invoice.open_balance, payment.unapplied) == (Decimal("40.00"), Decimal("20.00"))


async def test_a_reversal_reopens_and_cannot_undo_twice(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        invoice = await _invoice(uow, org, number="INV-1", amount="100.00")
        payment = await _payment(uow, org, amount="100.00")
        first = _allocation(org, invoice, payment, "100.00")
        uow.session.add(first)
        await uow.session.flush()
        uow.session.add(_allocation(org, invoice, payment, "-100.00", reverses_id=first.id))
        await uow.session.flush()
        await uow.session.refresh(invoice)
        assert invoice.open_balance == Decimal("100.00")
    with pytest.raises(IntegrityError):
        async with uows(org.org_id) as uow:
            uow.session.add(_allocation(org, invoice, payment, "-100.00", reverses_id=first.id))


async def test_an_invoice_never_goes_below_zero(uows: UnitOfWorkFactory, org: Org) -> None:
    with pytest.raises(IntegrityError, match="open_balance_in_range"):
        async with uows(org.org_id) as uow:
            invoice = await _invoice(uow, org, number="INV-1", amount="100.00")
            payment = await _payment(uow, org, amount="500.00")
            uow.session.add(_allocation(org, invoice, payment, "100.01"))


async def test_no_more_is_allocated_than_the_payment_holds(uows: UnitOfWorkFactory, org: Org) -> None:
    with pytest.raises(IntegrityError, match="unapplied_in_amount"):
        async with uows(org.org_id) as uow:
            invoice = await _invoice(uow, org, number="INV-1", amount="100.00")
            payment = await _payment(uow, org, amount="50.00")
            uow.session.add(_allocation(org, invoice, payment, "50.01"))


async def test_money_of_another_currency_is_refused(uows: UnitOfWorkFactory, org: Org) -> None:
    with pytest.raises(IntegrityError):
        async with uows(org.org_id) as uow:
            invoice = await _invoice(uow, org, number="INV-1")
            payment = await _payment(uow, org, amount="50.00", currency="EUR")
            uow.session.add(_allocation(org, invoice, payment, "50.00"))


async def test_money_of_another_organisation_is_refused(uows: UnitOfWorkFactory, org: Org, other_org: Org) -> None:
    async with uows(other_org.org_id) as uow:
        payment = await _payment(uow, other_org, amount="50.00")
    with pytest.raises(IntegrityError):
        async with uows(org.org_id) as uow:
            invoice = await _invoice(uow, org, number="INV-1")
            uow.session.add(_allocation(org, invoice, payment, "50.00"))


async def test_the_application_may_not_write_balances(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        await _invoice(uow, org, number="INV-1")
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with uows(org.org_id) as uow:
            await uow.session.execute(text("UPDATE invoices SET open_balance = 0"))


@pytest.mark.parametrize("table", ["timeline_events", "allocations", "approval_decisions", "adjustments"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id"])
async def test_history_is_neither_changed_nor_deleted(
    uows: UnitOfWorkFactory, org: Org, table: str, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with uows(org.org_id) as uow:
            await uow.session.execute(text(statement.format(table)))


async def test_the_organisation_filter_stands_without_the_database(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        statement = select(TimelineEventRow.id)
        compiled: list[str] = []
        from sqlalchemy import event

        connection = await uow.session.connection()

        def keep(_c: object, _cur: object, sql: str, *_rest: object) -> None:
            compiled.append(sql)

        event.listen(connection.sync_connection, "before_cursor_execute", keep)
        await uow.session.execute(statement)
        event.remove(connection.sync_connection, "before_cursor_execute", keep)
    assert "org_id = " in compiled[-1]
