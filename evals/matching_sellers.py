# ruff: noqa: S608 - every statement here is made of constants of this module
"""Puts made sellers into the ledger: plain INSERTs of many rows by the application's role, with every trigger and
index that there is.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from uuid import UUID

from sqlalchemy import text

from core.ids import OrgId, PaymentId, new_id
from core.money import plain
from evals.streams.book import new_world
from evals.streams.settings import StreamSettings
from evals.streams.stream import make_stream
from evals.streams.world import World
from ledger.store.tables.people import EntityRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: Numbers of one seller end before those of the next begin.
_NUMBERS_APART = 1_000_000
#: Rows of one INSERT.
_ROWS = 5_000
#: What comes by e-mail apart from the money is not loaded: an advice needs its message and its mailbox.
_WITHOUT_MAIL = {"remittance_email": 0.0, "remittance_deductions": 0.0, "processor_payout": 0.0}


def _rows_of(*columns: str) -> str:
    """SQL of a table `t` whose columns come as one list of texts each."""
    return f"unnest({', '.join(f'CAST(:{name} AS text[])' for name in columns)}) AS t({', '.join(columns)})"


_ACCOUNTS = f"""
    INSERT INTO accounts (id, org_id, external_id, entity_id, name, aliases, email_domains, bank_accounts,
                          parent_external_id, currency)
    SELECT CAST(t.id AS uuid), :org, external_id, :entity, name, array_remove(ARRAY[brand], ''),
           array_remove(ARRAY[domain], ''), array_remove(ARRAY[account], ''), parent, currency
    FROM {_rows_of("id", "external_id", "name", "brand", "domain", "account", "parent", "currency")}
"""
_INVOICES = f"""
    INSERT INTO invoices (id, org_id, account_id, entity_id, number, issued, due, currency, amount, opening_balance,
                          open_balance, po_number, terms)
    SELECT CAST(t.id AS uuid), :org, CAST(account AS uuid), :entity, number, CAST(issued AS date), CAST(due AS date),
           currency, CAST(amount AS numeric), CAST(amount AS numeric), 0, po, terms
    FROM {_rows_of("id", "account", "number", "issued", "due", "currency", "amount", "po", "terms")}
"""
_CREDITS = f"""
    INSERT INTO credit_notes (id, org_id, account_id, number, issued, currency, amount, opening_balance, open_balance,
                              invoice_number)
    SELECT CAST(t.id AS uuid), :org, CAST(account AS uuid), number, CAST(issued AS date), currency,
           CAST(amount AS numeric), CAST(amount AS numeric), 0, invoice
    FROM {_rows_of("id", "account", "number", "issued", "currency", "amount", "invoice")}
"""
_PAYMENTS = f"""
    INSERT INTO payments (id, org_id, external_id, received_on, currency, amount, unapplied, payer_name,
                          payer_account, remittance, method)
    SELECT CAST(t.id AS uuid), :org, external_id, CAST(received AS date), currency, CAST(amount AS numeric), 0, name,
           account, reference, method
    FROM {_rows_of("id", "external_id", "received", "currency", "amount", "name", "account", "reference", "method")}
"""
Rows = Iterable[Mapping[str, str]]


def seller_settings(seller: int, invoices: int, payments: int) -> StreamSettings:
    """The stream of one seller, the first is 1: with numbers of its own, and without advices by mail."""
    return StreamSettings(
        seed=900 + seller, invoices=invoices, payments=payments, weights=_WITHOUT_MAIL,
        first_number=_NUMBERS_APART * (seller - 1),
    )  # fmt: skip


class SellerLoader:
    """Puts made sellers into one organisation, each under an entity and with numbers of its own."""

    def __init__(self, uows: UnitOfWorkFactory, org_id: OrgId) -> None:
        self._uows = uows
        self._org_id = org_id
        self._sellers = 0
        self.invoices = 0
        self.customers = 0

    async def add_seller(self, invoices: int, payments: int) -> list[PaymentId]:
        """All its invoices are open in full, whatever its payments pay: those come one after the other."""
        self._sellers += 1
        settings = seller_settings(self._sellers, invoices, payments)
        world = make_stream(settings) if payments else new_world(settings)
        ids = {customer.customer_id: str(new_id()) for customer in world.customers}
        entity = await self._entity()
        await self._insert(_ACCOUNTS, _account_rows(world, ids), entity)
        await self._insert(_INVOICES, _invoice_rows(world, ids), entity)
        await self._insert(_CREDITS, _credit_rows(world, ids))
        waiting = [PaymentId(new_id()) for _ in world.payments]
        await self._insert(_PAYMENTS, _payment_rows(world, waiting))
        self.invoices += len(world.invoices)
        self.customers += len(world.customers)
        return waiting

    async def _entity(self) -> UUID:
        async with self._uows(self._org_id) as uow:
            entity = EntityRow(id=new_id(), code=f"E{self._sellers}", name="Bench", base_currency="EUR", email="")
            uow.session.add(entity)
        return entity.id

    async def _insert(self, statement: str, rows: Rows, entity: UUID | None = None) -> None:
        left = iter(rows)
        while some := list(islice(left, _ROWS)):
            values: dict[str, object] = {name: [row[name] for row in some] for name in some[0]}
            values["org"] = self._org_id
            if entity is not None:
                values["entity"] = entity
            async with self._uows(self._org_id) as uow:
                await uow.session.execute(text(statement), values)


def _account_rows(world: World, ids: Mapping[str, str]) -> Rows:
    for each in world.customers:
        yield {
            "id": ids[each.customer_id],
            "external_id": each.customer_id,
            "name": each.name,
            "brand": each.brand if each.brand_known else "",
            "domain": each.domain if each.domain_known else "",
            "account": each.account if each.account_known else "",
            "parent": each.parent.customer_id if each.parent else "",
            "currency": each.country.currency,
        }


def _invoice_rows(world: World, ids: Mapping[str, str]) -> Rows:
    for each in world.invoices:
        yield {
            "id": str(new_id()),
            "account": ids[each.customer.customer_id],
            "number": each.number,
            "issued": each.issued.isoformat(),
            "due": each.due.isoformat(),
            "currency": each.amount.currency,
            "amount": plain(each.amount.amount, each.amount.currency),
            "po": each.po_number,
            "terms": each.customer.terms,
        }


def _credit_rows(world: World, ids: Mapping[str, str]) -> Rows:
    for each in world.credits:
        yield {
            "id": str(new_id()),
            "account": ids[each.customer.customer_id],
            "number": each.number,
            "issued": each.issued.isoformat(),
            "currency": each.amount.currency,
            "amount": plain(each.amount.amount, each.amount.currency),
            "invoice": each.invoice_number,
        }


def _payment_rows(world: World, ids: Sequence[PaymentId]) -> Rows:
    for payment_id, each in zip(ids, world.payments, strict=True):
        yield {
            "id": str(payment_id),
            "external_id": each.payment_id,
            "received": each.received_on.isoformat(),
            "currency": each.amount.currency,
            "amount": plain(each.amount.amount, each.amount.currency),
            "name": each.payer_name,
            "account": each.payer_account,
            "reference": each.reference,
            "method": each.method,
        }
