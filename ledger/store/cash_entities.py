"""Whose books the documents of a posting stand in: the seller's legal entities behind credit notes and payments."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text

from ledger.store.driver_rows import driver_rows
from ledger.store.unit_of_work import UnitOfWork

_OF_CREDITS = text(
    """
    SELECT i.entity_id FROM credit_notes n JOIN invoices i
        ON i.org_id = :org AND i.account_id = n.account_id AND i.number = n.invoice_number
    WHERE n.org_id = :org AND n.id = ANY(:ids) AND n.invoice_number <> ''
    """
)
#: Of the invoices that a payment paid, where no bank line says to whose account it came.
_OF_PAYMENTS = text(
    """
    SELECT line.entity_id FROM bank_lines line
    WHERE line.org_id = :org AND line.payment_id = ANY(:ids) AND line.entity_id IS NOT NULL
    UNION
    SELECT i.entity_id FROM allocations a JOIN invoices i ON i.org_id = :org AND i.id = a.invoice_id
    WHERE a.org_id = :org AND a.payment_id = ANY(:ids) AND a.reverses_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM allocations undone WHERE undone.org_id = :org AND undone.reverses_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM bank_lines line WHERE line.org_id = :org
                        AND line.payment_id = a.payment_id AND line.entity_id IS NOT NULL)
    """
)


async def entities_behind(
    uow: UnitOfWork, *, credits: Collection[UUID] = (), payments: Collection[UUID] = ()
) -> set[UUID]:
    """The entities whose credit notes these are, by the invoices that they are about, and to which these payments
    came. What names none is left out."""
    found: set[UUID] = set()
    for statement, ids in ((_OF_CREDITS, credits), (_OF_PAYMENTS, payments)):
        if ids:
            found |= {row["entity_id"] for row in await driver_rows(uow, statement, ids=list(ids))}
    return found
