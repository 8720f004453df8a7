"""What an import of a ledger does to the database."""

import time
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from conftest import NOW, Org
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from cli.ledger_files import read_ledger_folder
from core.errors import InvalidInput
from core.ids import OrgId, new_id
from ledger.commands.import_ledger import import_ledger
from ledger.model.import_report import ImportReport
from ledger.store.engine import session_factory
from ledger.store.importing import ImportRunning, claim_import
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.history import ImportRunRow, ReviewItemRow, TimelineEventRow
from ledger.store.tables.money import AllocationRow, CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.tables.people import EntityRow, OrganisationRow
from ledger.store.unit_of_work import UnitOfWorkFactory

CUSTOMERS = "customer_id,name,aliases,email_domains,bank_accounts,parent_id"
CONTACTS = "customer_id,email,name,role,language,time_zone"
INVOICES = "invoice_number,customer_id,issued,due,currency,amount,open_amount,po_number,terms"
CREDITS = "credit_number,customer_id,issued,currency,amount,open_amount,invoice_number"
PAYMENTS = "payment_id,received_on,currency,amount,payer_name,payer_account,reference,method"
ALLOCATIONS = "payment_id,invoice_number,amount"
IMPORTED = (EntityRow, AccountRow, ContactRow, InvoiceRow, CreditNoteRow, PaymentRow, AllocationRow)


def csv_text(header: str, *rows: str) -> str:
    return "\n".join((header, *rows)) + "\n"


def a_ledger(**files: str) -> dict[str, str]:
    """Two customers, three invoices, a credit note, three payments and what the ERP applied of them."""
    usual = {
        "customers": csv_text(
            CUSTOMERS,
            "A1,Halden Brewing Ltd,Halden;HBL,halden.example,GB11HALD0001,",
            "A2,Quorn Mills GmbH,,quorn.example,,",
        ),
        "contacts": csv_text(CONTACTS, "A1,Anna@halden.example,Anna,billing,en,Europe/London"),
        "invoices": csv_text(
            INVOICES,
            "F-1,A1,2026-03-01,2026-03-31,GBP,100.00,100.00,PO1,net30",
            "F-2,A1,2026-03-02,2026-04-01,GBP,200.00,150.00,,net30",
            "F-3,A2,2026-03-03,2026-04-02,EUR,300.00,300.00,,2/10 net30",
        ),
        "credits": csv_text(CREDITS, "C-1,A1,2026-03-20,GBP,80.50,80.50,F-1"),
        "payments": csv_text(
            PAYMENTS,
            "P1,2026-04-01,GBP,100.00,SOMEBODY,,F-1,bacs",
            "P2,2026-04-02,GBP,400.00,,gb11 hald 0001,,bacs",
            "P3,2026-04-03,EUR,-20.00,QUORN MILLS,,refund,sepa",
        ),
        "allocations": csv_text(ALLOCATIONS, "P1,F-1,60.00"),
    }
    return {f"{name}.csv": content for name, content in {**usual, **files}.items() if content}


async def run(uows: UnitOfWorkFactory, org: Org | OrgId, files: dict[str, str], **more: object) -> ImportReport:
    org_id = org.org_id if isinstance(org, Org) else org
    return await import_ledger(uows, org_id, files, actor="ann", now=NOW, **more)  # type: ignore[arg-type]


async def everything(uows: UnitOfWorkFactory, org: Org | OrgId) -> dict[str, list[tuple[object, ...]]]:
    """All imported rows as they stand."""
    async with uows(org.org_id if isinstance(org, Org) else org) as uow:
        found = {}
        for row in IMPORTED:
            rows = await uow.session.execute(select(*row.__table__.c).select_from(row).order_by(row.id))
            found[row.__tablename__] = [tuple(one) for one in rows]
        return found


async def invoice(uows: UnitOfWorkFactory, org: Org, number: str) -> InvoiceRow:
    async with uows(org.org_id) as uow:
        return (await uow.session.scalars(select(InvoiceRow).where(InvoiceRow.number == number))).one()


async def items(uows: UnitOfWorkFactory, org: Org) -> list[str]:
    async with uows(org.org_id) as uow:
        return list(await uow.session.scalars(select(ReviewItemRow.words).order_by(ReviewItemRow.id)))


def counts(report: ImportReport) -> dict[str, tuple[int, int, int, int]]:
    return {one.file: (one.added, one.changed, one.unchanged, one.refused) for one in report.files}


async def test_a_sound_ledger_is_taken_whole(uows: UnitOfWorkFactory, org: Org) -> None:
    report = await run(uows, org, a_ledger())
    assert (report.imported, report.refused, report.refused_files) == (True, (), ())
    assert counts(report) == {
        "customers.csv": (2, 0, 0, 0),
        "contacts.csv": (1, 0, 0, 0),
        "invoices.csv": (3, 0, 0, 0),
        "credits.csv": (1, 0, 0, 0),
        "payments.csv": (3, 0, 0, 0),
        "allocations.csv": (1, 0, 0, 0),
    }
    async with uows(org.org_id) as uow:
        invoices = (await uow.session.scalars(select(InvoiceRow).order_by(InvoiceRow.number))).all()
        payments = (await uow.session.scalars(select(PaymentRow).order_by(PaymentRow.external_id))).all()
        accounts = {row.id: row for row in await uow.session.scalars(select(AccountRow))}
        contact = (await uow.session.scalars(select(ContactRow))).one()
        credit = (await uow.session.scalars(select(CreditNoteRow))).one()
        allocation = (await uow.session.scalars(select(AllocationRow))).one()
    assert [(one.number, one.open_balance, one.opening_balance) for one in invoices] == [
        ("F-1", Decimal("40.00"), Decimal("100.00")),
        ("F-2", Decimal("150.00"), Decimal("150.00")),
        ("F-3", Decimal("300.00"), Decimal("300.00")),
    ]
    assert {one.entity_id for one in invoices} == {org.entity_id}
    assert [accounts[one.account_id].external_id for one in payments if one.account_id] == ["A1", "A1", "A2"]
    assert [one.unapplied for one in payments] == [Decimal("40.00"), Decimal("400.00"), Decimal("-20.00")]
    assert {row.external_id: row.currency for row in accounts.values()} == {"A1": "GBP", "A2": "EUR"}
    assert (contact.email, contact.source, contact.status) == ("anna@halden.example", "ledger", "active")
    assert credit.open_balance == Decimal("80.50")
    assert (allocation.cause_key, allocation.reason, allocation.actor) == (
        "import:P1:F-1",
        "applied in the ERP",
        "ann",
    )


async def test_twice_is_once(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(uows, org, a_ledger())
    before = await everything(uows, org)
    report = await run(uows, org, a_ledger())
    assert await everything(uows, org) == before
    assert counts(report) == {
        "customers.csv": (0, 0, 2, 0),
        "contacts.csv": (0, 0, 1, 0),
        "invoices.csv": (0, 0, 3, 0),
        "credits.csv": (0, 0, 1, 0),
        "payments.csv": (0, 0, 3, 0),
        "allocations.csv": (0, 0, 1, 0),
    }


async def test_json_and_csv_are_the_same_ledger(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(uows, org, a_ledger())
    text_of = (
        '[{"invoice_number": "F-1", "customer_id": "A1", "issued": "2026-03-01", "due": "2026-03-31",'
        ' "currency": "GBP", "amount": 100, "open_amount": 100.0, "po_number": "PO1", "terms": "net30"}]'
    )
    assert counts(await run(uows, org, {"invoices.json": text_of})) == {"invoices.json": (0, 0, 1, 0)}


async def test_changed_rows_change(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(uows, org, a_ledger())
    report = await run(
        uows,
        org,
        {
            "customers.csv": csv_text(CUSTOMERS, "A1,Halden Ales Ltd,,halden.example,,"),
            "invoices.csv": csv_text(
                INVOICES,
                "F-1,A1,2026-03-01,2026-04-15,GBP,100.00,90.00,PO1,net45",
                "F-2,A1,2026-03-02,2026-04-01,GBP,200.00,150.00,,net30",
            ),
        },
    )
    assert counts(report) == {"customers.csv": (0, 1, 0, 0), "invoices.csv": (0, 1, 1, 0)}
    changed = await invoice(uows, org, "F-1")
    assert (str(changed.due), changed.opening_balance, changed.open_balance, changed.terms) == (
        "2026-04-15",
        Decimal("90.00"),
        Decimal("30.00"),
        "net45",
    )
    async with uows(org.org_id) as uow:
        account = (await uow.session.scalars(select(AccountRow).where(AccountRow.external_id == "A1"))).one()
    assert (account.name, account.aliases, account.currency) == ("Halden Ales Ltd", [], "GBP")


async def test_broken_rows_are_refused_with_their_line_and_the_rest_is_taken(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    report = await run(
        uows,
        org,
        a_ledger(
            customers=csv_text(CUSTOMERS, "A1,Halden,,,,", "A2,,,,,"),
            contacts=csv_text(CONTACTS, "A1,anna,Anna,,,", "A2,q@quorn.example,Q,,,", "A9,x@x.example,X,,,"),
            invoices=csv_text(
                INVOICES,
                'F-1,A1,2026-03-01,2026-03-31,GBP,"1.250,00",100.00,,',
                "F-2,A1,2026-03-02,2026-04-01,GBP,200.00,150.00,,net30",
                "F-3,A2,2026-03-03,2026-04-02,EUR,300.00,300.00,,",
                "F-4,A7,2026-03-03,2026-04-02,EUR,300.00,300.00,,",
            ),
            allocations=csv_text(ALLOCATIONS, "P1,F-1,60.00", "P9,F-2,1.00", "P1,F-9,1.00", "P1,F-2,1.00"),
        ),
    )
    assert [(row.file, row.line, row.reason.partition(":")[0]) for row in report.refused] == [
        ("customers.csv", 3, "name is empty"),
        ("contacts.csv", 2, 'email "anna" is not one e-mail address like anna@customer.example'),
        ("contacts.csv", 3, "customer A2 was refused (customers.csv line 3)"),
        ("contacts.csv", 4, "customer A9 is neither in customers.csv nor in the ledger"),
        ("invoices.csv", 2, 'amount "1.250,00" is not an amount like 1250.00'),
        ("invoices.csv", 4, "customer A2 was refused (customers.csv line 3)"),
        ("invoices.csv", 5, "customer A7 is neither in customers.csv nor in the ledger"),
        ("allocations.csv", 2, "invoice F-1 was refused (invoices.csv line 2)"),
        ("allocations.csv", 3, "payment P9 is neither in payments.csv nor in the ledger"),
        ("allocations.csv", 4, "invoice F-9 is neither in invoices.csv nor in the ledger"),
    ]
    assert counts(report)["invoices.csv"] == (1, 0, 0, 3)
    assert (await invoice(uows, org, "F-2")).open_balance == Decimal("149.00")
    assert await items(uows, org) == []
    async with uows(org.org_id) as uow:
        kept = (await uow.session.scalars(select(ImportRunRow))).one()
    assert kept.refused[4]["row"]["amount"] == "1.250,00"
    assert (kept.report["refused_rows"], kept.report["refused_rows_kept"], kept.actor) == (10, 10, "ann")


async def test_a_wrong_header_imports_nothing_from_any_file(uows: UnitOfWorkFactory, org: Org) -> None:
    before = await everything(uows, org)
    report = await run(uows, org, a_ledger(payments=csv_text("payment_id,amount", "P1,5")))
    assert report.imported is False
    assert [one.words()[:44] for one in report.refused_files] == ["payments.csv line 1: wrong columns, missing:"]
    assert report.words()[0] == "Nothing was imported: a file cannot be read. Mend it and import again."
    assert await everything(uows, org) == before
    async with uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(ImportRunRow))).one().report["imported"] is False
        assert (await uow.session.scalars(select(TimelineEventRow))).all() == []


async def test_an_open_amount_below_what_was_allocated_opens_one_review_item(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await run(uows, org, a_ledger())
    lowered = {
        "invoices.csv": csv_text(
            INVOICES,
            "F-1,A1,2026-03-01,2026-03-31,GBP,100.00,59.99,PO1,net30",
            "F-2,A1,2026-03-02,2026-04-01,GBP,200.00,140.00,,net30",
        )
    }
    reports = [await run(uows, org, lowered) for _ in range(2)]
    assert [counts(report)["invoices.csv"] for report in reports] == [(0, 1, 0, 1), (0, 0, 1, 1)]
    assert [row.conflict for row in reports[0].refused] == [True]
    assert await items(uows, org) == [
        "The ledger import disagrees with what is kept: invoices.csv line 2: open_amount 59.99 is below the 60.00 "
        "allocated here already: is it the amount before the first payment?"
    ]
    kept = await invoice(uows, org, "F-1")
    assert (kept.opening_balance, kept.open_balance) == (Decimal("100.00"), Decimal("40.00"))
    async with uows(org.org_id) as uow:
        item = (await uow.session.scalars(select(ReviewItemRow))).one()
    assert (item.kind, item.account_id, item.facts["row"]["open_amount"]) == (
        "import_conflict",
        kept.account_id,
        "59.99",
    )


async def test_what_only_the_database_refuses_is_found_among_many_rows(
    uows: UnitOfWorkFactory, org: Org, urls: DatabaseUrls
) -> None:
    """A constraint that the import does not foresee: another transaction's rule, or a later migration's."""
    rows = [f"F-{n},A1,2026-03-01,2026-03-31,GBP,100.00,100.00,,net30" for n in range(1, 101)]
    ledger = {"customers.csv": csv_text(CUSTOMERS, "A1,Halden,,,,"), "invoices.csv": csv_text(INVOICES, *rows)}
    await run(uows, org, ledger)
    taken = await _with_owner_constraint(uows, org, urls, ledger, refuses=("F-17", "F-64"))
    assert counts(taken)["invoices.csv"] == (0, 98, 0, 2)
    assert [(row.line, row.reason) for row in taken.refused] == [
        (18, "the ledger refuses it (only_in_this_test)"),
        (65, "the ledger refuses it (only_in_this_test)"),
    ]
    assert len(await items(uows, org)) == 2


async def _with_owner_constraint(
    uows: UnitOfWorkFactory, org: Org, urls: DatabaseUrls, ledger: dict[str, str], *, refuses: tuple[str, str]
) -> ImportReport:
    changed = {**ledger, "invoices.csv": ledger["invoices.csv"].replace("net30", "net60")}
    check = " AND ".join(f"number <> '{number}'" for number in refuses)
    with psycopg.connect(urls.owner, autocommit=True) as owner:
        owner.execute(
            "ALTER TABLE invoices ADD CONSTRAINT only_in_this_test "
            f"CHECK (terms <> 'net60' OR org_id <> '{org.org_id}' OR ({check}))"
        )
        try:
            return await run(uows, org, changed)
        finally:
            owner.execute("ALTER TABLE invoices DROP CONSTRAINT only_in_this_test")


async def test_what_never_changes_is_kept_and_goes_before_a_person(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(uows, org, a_ledger())
    report = await run(
        uows,
        org,
        {
            "invoices.csv": csv_text(INVOICES, "F-1,A1,2026-03-01,2026-03-31,USD,100.00,100.00,PO1,net30"),
            "payments.csv": csv_text(PAYMENTS, "P2,2026-04-02,GBP,401.00,,gb11 hald 0001,,bacs"),
            "allocations.csv": csv_text(ALLOCATIONS, "P1,F-1,70.00"),
        },
    )
    assert [(row.file, row.reason) for row in report.refused] == [
        ("invoices.csv", "currency is GBP in the ledger and never changes; USD came now"),
        ("payments.csv", "amount is 400.00 in the ledger and never changes; 401.00 came now"),
        (
            "allocations.csv",
            "60.00 was applied by an earlier import and is kept; 70.00 came now: reverse the earlier one first",
        ),
    ]
    assert len(await items(uows, org)) == 3


async def test_no_more_is_applied_than_payment_and_invoice_hold(uows: UnitOfWorkFactory, org: Org) -> None:
    report = await run(
        uows,
        org,
        a_ledger(
            allocations=csv_text(
                ALLOCATIONS,
                "P1,F-1,60.00",
                "P1,F-2,40.01",
                "P2,F-2,150.01",
                "P2,F-3,1.00",
                "P3,F-3,1.00",
                "P2,F-1,40",
            )
        ),
    )
    assert [(row.line, row.reason.partition(":")[0]) for row in report.refused] == [
        (3, "only 40.00 of payment P1 is left to apply"),
        (4, "only 150.00 of invoice F-2 is open"),
        (5, "the payment is in GBP, the invoice in EUR"),
        (6, "only 0.00 of payment P3 is left to apply"),
    ]
    assert counts(report)["allocations.csv"] == (2, 0, 0, 4)
    assert (await invoice(uows, org, "F-1")).open_balance == 0
    assert len(await items(uows, org)) == 4


async def test_a_payer_is_named_only_where_one_customer_fits(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(
        uows,
        org,
        a_ledger(
            customers=csv_text(CUSTOMERS, "A1,Oak Ltd,,,SHARED,", "A2,Elm Ltd,Ulme,,SHARED;OWN2,", "A3,Oak Inc,,,,"),
            payments=csv_text(
                PAYMENTS,
                "P1,2026-04-01,GBP,100.00,,,,",
                "P2,2026-04-01,GBP,1.00,OAK LTD,SHARED,,",
                "P3,2026-04-01,GBP,1.00,ulme,SHARED,,",
                "P4,2026-04-01,GBP,1.00,Oak,own 2,,",
                "P5,2026-04-01,GBP,1.00,,,,",
            ),
        ),
    )
    async with uows(org.org_id) as uow:
        named = await uow.session.execute(
            select(PaymentRow.external_id, AccountRow.external_id)
            .outerjoin(AccountRow, AccountRow.id == PaymentRow.account_id)
            .order_by(PaymentRow.external_id)
        )
        assert [tuple(row) for row in named] == [("P1", "A1"), ("P2", None), ("P3", "A2"), ("P4", "A2"), ("P5", None)]


async def test_a_payer_that_a_person_named_stays(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(uows, org, a_ledger())
    async with uows(org.org_id) as uow:
        other = (await uow.session.scalars(select(AccountRow).where(AccountRow.external_id == "A2"))).one()
        payment = (await uow.session.scalars(select(PaymentRow).where(PaymentRow.external_id == "P2"))).one()
        payment.account_id = other.id
    report = await run(uows, org, a_ledger())
    assert counts(report)["payments.csv"] == (0, 0, 3, 0)
    async with uows(org.org_id) as uow:
        payment = (await uow.session.scalars(select(PaymentRow).where(PaymentRow.external_id == "P2"))).one()
        assert payment.account_id == other.id


async def test_a_suppressed_contact_stays_suppressed_and_a_proposed_one_is_active(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    ledger = a_ledger(contacts=csv_text(CONTACTS, "A1,a@x.example,A,,,", "A1,b@x.example,B,,,"))
    await run(uows, org, ledger)
    async with uows(org.org_id) as uow:
        for row in await uow.session.scalars(select(ContactRow)):
            row.status = "suppressed" if row.email == "a@x.example" else "proposed"
    assert counts(await run(uows, org, ledger))["contacts.csv"] == (0, 1, 1, 0)
    async with uows(org.org_id) as uow:
        rows = await uow.session.execute(select(ContactRow.email, ContactRow.status).order_by(ContactRow.email))
        assert [tuple(row) for row in rows] == [("a@x.example", "suppressed"), ("b@x.example", "active")]


async def test_two_organisations_stay_apart(uows: UnitOfWorkFactory, org: Org, other_org: Org) -> None:
    await run(uows, org, a_ledger())
    before = await everything(uows, org)
    report = await run(
        uows,
        other_org,
        {"invoices.csv": a_ledger()["invoices.csv"], "allocations.csv": a_ledger()["allocations.csv"]},
    )
    assert counts(report) == {"invoices.csv": (0, 0, 0, 3), "allocations.csv": (0, 0, 0, 1)}
    assert counts(await run(uows, other_org, a_ledger()))["invoices.csv"] == (3, 0, 0, 0)
    assert await everything(uows, org) == before


async def test_an_error_in_the_middle_leaves_nothing(uows: UnitOfWorkFactory, org: Org) -> None:
    """The actor cannot be stored, which shows when the first allocation is written, after all else."""
    before = await everything(uows, org)
    with pytest.raises(DBAPIError):
        await import_ledger(uows, org.org_id, a_ledger(), actor="nul \x00", now=NOW)
    assert await everything(uows, org) == before


async def test_a_broken_connection_in_the_middle_leaves_nothing(
    uows: UnitOfWorkFactory, engine: AsyncEngine, org: Org
) -> None:
    """The connection goes once the invoices are in."""
    before = await everything(uows, org)

    def cut(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if "INSERT INTO payments" in statement:
            raise ConnectionError("cut")

    event.listen(engine.sync_engine, "before_cursor_execute", cut)
    try:
        with pytest.raises(ConnectionError):
            await run(UnitOfWorkFactory(session_factory(engine)), org, a_ledger())
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", cut)
    assert await everything(uows, org) == before


async def test_a_trial_run_reports_the_same_and_writes_nothing(uows: UnitOfWorkFactory, org: Org) -> None:
    before = await everything(uows, org)
    trial = await run(uows, org, a_ledger(), dry_run=True)
    assert await everything(uows, org) == before
    assert (trial.imported, trial.dry_run) == (False, True)
    assert counts(trial) == counts(await run(uows, org, a_ledger()))
    async with uows(org.org_id) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(ImportRunRow)) == 1


async def test_two_imports_at_once_do_not_mix(uows: UnitOfWorkFactory, org: Org, other_org: Org) -> None:
    async with uows(org.org_id) as uow:
        await claim_import(uow)
        with pytest.raises(ImportRunning):
            await run(uows, org, a_ledger())
        assert (await run(uows, other_org, a_ledger())).imported


async def bare_organisation(uows: UnitOfWorkFactory) -> OrgId:
    org_id = OrgId(new_id())
    async with uows(org_id) as uow:
        slug = f"bare-{org_id.hex[-12:]}"
        uow.session.add(OrganisationRow(id=org_id, slug=slug, name="S", reply_secret=b"s" * 32, created_at=NOW))
    return org_id


async def test_without_an_entity_the_import_asks_for_one(uows: UnitOfWorkFactory) -> None:
    org_id = await bare_organisation(uows)
    with pytest.raises(InvalidInput, match=r"add entities\.json"):
        await run(uows, org_id, a_ledger())
    assert all(rows == [] for rows in (await everything(uows, org_id)).values())


async def test_a_named_default_entity_is_made_in_the_currency_of_most_documents(uows: UnitOfWorkFactory) -> None:
    org_id = await bare_organisation(uows)
    for _ in range(2):
        report = await run(uows, org_id, a_ledger(), default_entity_name="Seller Ltd")
    assert counts(report)["invoices.csv"] == (0, 0, 3, 0)
    async with uows(org_id) as uow:
        entity = (await uow.session.scalars(select(EntityRow))).one()
    assert (entity.code, entity.name, entity.base_currency) == ("main", "Seller Ltd", "GBP")


async def test_invoices_belong_to_the_entity_that_they_or_their_customer_name(uows: UnitOfWorkFactory) -> None:
    org_id = await bare_organisation(uows)
    entities = (
        '[{"code": "uk", "name": "Seller Ltd", "base_currency": "GBP"},'
        ' {"code": "de", "name": "Seller GmbH", "base_currency": "EUR"}]'
    )
    files = {
        "entities.json": entities,
        "customers.csv": csv_text(f"{CUSTOMERS},entity,currency", "A1,Oak,,,,,de,", "A2,Elm,,,,,,", "A3,X,,,,,fr,"),
        "invoices.csv": csv_text(
            f"{INVOICES},entity",
            "1,A1,2026-03-01,2026-03-31,EUR,1.00,1.00,,,",
            "1,A1,2026-03-01,2026-03-31,EUR,2.00,2.00,,,uk",
            "1,A1,2026-03-01,2026-03-31,EUR,3.00,3.00,,,de",
            "2,A2,2026-03-01,2026-03-31,EUR,4.00,4.00,,,",
            "3,A2,2026-03-01,2026-03-31,EUR,4.00,4.00,,,fr",
        ),
        "payments.csv": csv_text(PAYMENTS, "P1,2026-04-01,EUR,9.00,,,,"),
        "allocations.csv": csv_text(ALLOCATIONS, "P1,1,1.00", "P1,2,1.00"),
    }
    report = await run(uows, org_id, files)
    assert [(row.file, row.line, row.reason) for row in report.refused] == [
        ("customers.csv", 4, "entity fr is neither in entities.json nor in the ledger"),
        ("invoices.csv", 4, "another row of this file names the same one: leave one of the two"),
        ("invoices.csv", 6, "entity fr is neither in entities.json nor in the ledger"),
        ("allocations.csv", 2, "2 invoices of several entities have the number 1"),
    ]
    async with uows(org_id) as uow:
        rows = await uow.session.execute(
            select(EntityRow.code, InvoiceRow.number, InvoiceRow.amount)
            .join(EntityRow, EntityRow.id == InvoiceRow.entity_id)
            .order_by(InvoiceRow.amount)
        )
        assert [tuple(row) for row in rows] == [("de", "1", 1), ("uk", "1", 2), ("uk", "2", 4)]
        currencies = await uow.session.execute(
            select(AccountRow.external_id, AccountRow.currency).order_by(AccountRow.external_id)
        )
        assert [tuple(row) for row in currencies] == [("A1", "EUR"), ("A2", "EUR")]


async def test_likely_duplicates_and_unknown_parents_are_told(uows: UnitOfWorkFactory, org: Org) -> None:
    await run(uows, org, {"customers.csv": csv_text(CUSTOMERS, "A1,Halden Brewing Ltd,,,,")})
    report = await run(uows, org, {"customers.csv": csv_text(CUSTOMERS, "A2,HALDEN BREWING LIMITED,,,,P7")})
    assert [pair.words() for pair in report.duplicates] == [
        "A1 (Halden Brewing Ltd) and A2 (HALDEN BREWING LIMITED) may be one customer: both are called "
        '"HALDEN BREWING" but for legal form and spelling'
    ]
    assert report.notes == ("parent_id names customers that nobody knows: P7",)


async def test_hundreds_of_disagreements_open_a_bounded_number_of_items(uows: UnitOfWorkFactory, org: Org) -> None:
    def ledger(currency: str) -> dict[str, str]:
        rows = [f"F-{n},A1,2026-03-01,2026-03-31,{currency},1.00,1.00,," for n in range(300)]
        return {"customers.csv": csv_text(CUSTOMERS, "A1,Oak,,,,"), "invoices.csv": csv_text(INVOICES, *rows)}

    await run(uows, org, ledger("GBP"))
    for _ in range(2):
        await run(uows, org, ledger("EUR"))
    words = await items(uows, org)
    assert (len(words), words[-1][:63]) == (201, "100 more rows of the ledger import disagree with what is kept; ")


async def test_hostile_text_is_only_text(uows: UnitOfWorkFactory, org: Org) -> None:
    name = "=cmd|' /C calc'!A0'); DROP TABLE invoices; --%s :x"
    report = await run(uows, org, {"customers.csv": csv_text(CUSTOMERS, f"A'1,{name},,,,", "A\x00,x\ud800,,,,")})
    assert counts(report) == {"customers.csv": (1, 0, 0, 1)}
    async with uows(org.org_id) as uow:
        assert (await uow.session.scalars(select(AccountRow.name))).all() == [name]
        assert (await uow.session.scalars(select(ImportRunRow.refused))).one()[0]["row"]["name"] == "x\\ud800"


@pytest.mark.parametrize(
    # Thirty seconds hold for twenty thousand on a machine that does nothing else: `make soak`.
    "count",
    [pytest.param(5_000, id="5000"), pytest.param(20_000, id="20000", marks=pytest.mark.soak)],
)
async def test_a_large_ledger_takes_less_than_thirty_seconds(uows: UnitOfWorkFactory, org: Org, count: int) -> None:
    customers = [f"K{n},Customer {n},,c{n}.example,B{n}," for n in range(count // 10)]
    invoices = [f"F-{n},K{n % len(customers)},2026-03-01,2026-03-31,GBP,100.00,100.00,,net30" for n in range(count)]
    payments = [f"P{n},2026-04-01,GBP,100.00,Customer {n},B{n},F-{n},bacs" for n in range(count // 10)]
    applied = [f"P{n},F-{n},100.00" for n in range(count // 10)]
    ledger = {
        "customers.csv": csv_text(CUSTOMERS, *customers),
        "invoices.csv": csv_text(INVOICES, *invoices),
        "payments.csv": csv_text(PAYMENTS, *payments),
        "allocations.csv": csv_text(ALLOCATIONS, *applied),
    }
    started = time.perf_counter()
    assert (await run(uows, org, ledger)).refused == ()
    first = time.perf_counter()
    again = await run(uows, org, ledger)
    second = time.perf_counter()
    print(f"{count} invoices: {first - started:.1f} s, again {second - first:.1f} s")
    assert (first - started < 30, second - first < 30) == (True, True)
    assert counts(again)["invoices.csv"] == (0, 0, count, 0)
    async with uows(org.org_id) as uow:
        assert await uow.session.scalar(text("SELECT sum(open_balance) FROM invoices")) == Decimal(90 * count)


def test_a_folder_is_read_and_what_is_not_utf8_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("x", encoding="utf-8")
    (tmp_path / "truth.csv").write_text("x", encoding="utf-8")
    assert dict(read_ledger_folder(tmp_path)) == {"customers.csv": "x"}
    (tmp_path / "invoices.csv").write_bytes(b"a\nM\xfcller\n")
    with pytest.raises(InvalidInput, match=r"invoices\.csv is not UTF-8: byte 0xfc at offset 3, line 2\."):
        read_ledger_folder(tmp_path)


def test_a_folder_over_the_limit_or_without_files_is_no_input(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="holds no ledger file"):
        read_ledger_folder(tmp_path)
    with pytest.raises(InvalidInput, match="is not a folder"):
        read_ledger_folder(tmp_path / "none")
    (tmp_path / "customers.csv").write_text("x" * 60, encoding="utf-8")
    (tmp_path / "invoices.csv").write_text("x" * 60, encoding="utf-8")
    with pytest.raises(InvalidInput, match="more than 100 bytes"):
        read_ledger_folder(tmp_path, most_bytes=100)
