"""Builders for cash application: statement lines, decisions, and what the ledger holds of both."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from conftest import NOW, Org
from sqlalchemy import select

from core.ids import PaymentId, new_id
from core.money import Money
from ledger.commands.record_bank_lines import record_bank_lines
from ledger.model.cash import CashDecider, PostedPart, RecordedLines, StatementLine
from ledger.model.statement import AccountStatement
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.cash import MatchProposalRow
from ledger.store.tables.money import CreditNoteRow, InvoiceRow, PaymentRow
from ledger.store.unit_of_work import UnitOfWorkFactory

ACCOUNT = "GB33BUKB20201555555555"


def a_line(
    *,
    key: str | None = None,
    amount: str = "1840.00",
    currency: str = "GBP",
    payer: str = "BRIGHTWATER KITCHENS LTD",
    account: str = "",
    reference: str = "INV-20417",
    on: date = date(2026, 4, 17),
    pending: bool = False,
    bank_id: str = "",
    content_key: str = "",
) -> StatementLine:
    """A booked line of a customer that names its invoice."""
    return StatementLine(
        external_key=key or new_id().hex,
        booked_on=on,
        amount=Money.of(amount, currency),
        payer_name=payer,
        payer_account=account,
        reference=reference,
        bank_id=bank_id,
        pending=pending,
        content_key=content_key,
    )


async def recorded(
    uows: UnitOfWorkFactory, org: Org, *lines: StatementLine, account: str = ACCOUNT, now: datetime = NOW
) -> RecordedLines:
    """The lines as one statement, which states no balances."""
    return await statement_recorded(uows, org, AccountStatement(lines), account=account, now=now)


async def statement_recorded(
    uows: UnitOfWorkFactory,
    org: Org,
    *statements: AccountStatement,
    file: str = "april.csv",
    account: str = ACCOUNT,
    now: datetime = NOW,
) -> RecordedLines:
    """The statements as one file."""
    return await record_bank_lines(
        uows, org.org_id, bank_account=account, statements=statements, source_file=file, actor="ann", now=now
    )


async def money_in(uows: UnitOfWorkFactory, org: Org, line: StatementLine) -> PaymentId:
    """One line's payment."""
    (payment_id,) = (await recorded(uows, org, line)).payment_ids
    return payment_id


async def a_credit(uows: UnitOfWorkFactory, org: Org, account_id: UUID, *, number: str, amount: str) -> UUID:
    """A credit note of a customer, not taken yet."""
    credit_id = new_id()
    async with uows(org.org_id) as uow:
        uow.session.add(
            CreditNoteRow(
                id=credit_id, account_id=account_id, number=number, issued=date(2026, 3, 20), currency="GBP",
                amount=Decimal(amount), opening_balance=Decimal(amount), open_balance=Decimal(0), invoice_number="",
            )
        )  # fmt: skip
    return credit_id


async def balances(uows: UnitOfWorkFactory, org: Org) -> dict[str, Decimal | str | None]:
    """Every balance of the organisation, and whose each payment is."""
    async with uows(org.org_id) as uow:
        found: dict[str, Decimal | str | None] = {}
        for invoice in await uow.session.scalars(select(InvoiceRow)):
            found[f"invoice {invoice.number} {invoice.currency}"] = invoice.open_balance
        for credit in await uow.session.scalars(select(CreditNoteRow)):
            found[f"credit {credit.number}"] = credit.open_balance
        names = {row.id: row.name for row in await uow.session.scalars(select(AccountRow))}
        for payment in await uow.session.scalars(select(PaymentRow)):
            found[f"payment {payment.id}"] = payment.unapplied
            found[f"payer {payment.id}"] = None if payment.account_id is None else names[payment.account_id]
        return found


async def proposal_of(uows: UnitOfWorkFactory, org: Org, payment_id: UUID) -> MatchProposalRow:
    """The payment's newest proposal."""
    async with uows(org.org_id) as uow:
        rows = await uow.session.scalars(
            select(MatchProposalRow)
            .where(MatchProposalRow.payment_id == payment_id)
            .order_by(MatchProposalRow.attempt.desc())
        )
        return rows.first()  # type: ignore[return-value]


def ann(org: Org, version: int, key: str = "") -> CashDecider:
    """The collector, on one version."""
    return CashDecider(org.user_id, "Ann", version, NOW, key)


def a_part(kind: str, document: str, amount: str, currency: str = "GBP") -> PostedPart:
    return PostedPart(kind, document, Money.of(amount, currency))


def booked(line: StatementLine, **changes: object) -> StatementLine:
    """A pending line as the bank books it."""
    return replace(line, pending=False, **changes)  # type: ignore[arg-type]
