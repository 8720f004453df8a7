"""Finds accounts for a person: by what they typed, and those that an unknown sender may belong to."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select

from core.errors import InvalidInput, NotFound
from core.ids import AccountId, MailboxId
from ledger.store.tables.accounts import AccountRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account as a form offers it; `external_id` is the ledger's customer number."""

    account_id: AccountId
    external_id: str
    name: str


async def likely_accounts(uow: UnitOfWork, sender: str, *, limit: int = 50) -> tuple[AccountChoice, ...]:
    """Accounts that the address may belong to: its domain's first, then by likeness of the name to the domain."""
    domain = sender.rpartition("@")[2].lower()
    word = domain.rpartition(".")[0].replace(".", " ").replace("-", " ")
    rows = await uow.session.scalars(
        select(AccountRow)
        .order_by(
            AccountRow.email_domains.contains([domain]).desc(),
            func.similarity(AccountRow.name, word).desc(),
            AccountRow.name,
            AccountRow.id,
        )
        .limit(limit)
    )
    return tuple(_choice(row) for row in rows)


async def accounts_like(uow: UnitOfWork, typed: str, *, limit: int) -> tuple[AccountChoice, ...]:
    """Accounts whose customer number begins with what was typed, or whose name or alias holds it; numbers first."""
    wanted = typed.strip()
    if not wanted:
        return ()
    by_number = AccountRow.external_id.istartswith(wanted, autoescape=True)
    by_name = AccountRow.name.icontains(wanted, autoescape=True)
    by_alias = func.array_to_string(AccountRow.aliases, "\n").icontains(wanted, autoescape=True)
    rows = await uow.session.scalars(
        select(AccountRow)
        .where(or_(by_number, by_name, by_alias))
        .order_by((AccountRow.external_id == wanted).desc(), by_number.desc(), AccountRow.name, AccountRow.id)
        .limit(limit)
    )
    return tuple(_choice(row) for row in rows)


async def account_choice(uow: UnitOfWork, account_id: AccountId) -> AccountChoice:
    """One account as a form names it.

    Raises:
        NotFound: no such account in this organisation.
    """
    row = await uow.session.get(AccountRow, account_id)
    if row is None:
        raise NotFound("customer", account_id)
    return _choice(row)


def _choice(row: AccountRow) -> AccountChoice:
    return AccountChoice(AccountId(row.id), row.external_id, row.name)


async def account_named(uow: UnitOfWork, typed: str) -> AccountId:
    """The account with this customer number or this very name.

    Raises:
        NotFound: there is none.
        InvalidInput: several have the name.
    """
    wanted = typed.strip()
    by_number = await uow.session.scalar(select(AccountRow.id).where(AccountRow.external_id == wanted))
    if by_number is not None:
        return AccountId(by_number)
    by_name = list(
        await uow.session.scalars(select(AccountRow.id).where(func.lower(AccountRow.name) == wanted.lower()).limit(2))
    )
    if not by_name:
        raise NotFound("customer", repr(wanted[:80]))
    if len(by_name) > 1:
        raise InvalidInput(f"several customers are called {wanted[:80]!r}: give the customer number")
    return AccountId(by_name[0])


async def mailbox_for_account(uow: UnitOfWork, account_id: AccountId) -> MailboxId:
    """The mailbox that mail of this account comes to: its entity's, or the organisation's first.

    Raises:
        NotFound: no such account, or no mailbox is connected.
    """
    account = await uow.session.get(AccountRow, account_id)
    if account is None:
        raise NotFound("customer", account_id)
    found = await uow.session.scalar(
        select(MailboxRow.id)
        .where(or_(MailboxRow.active.is_(True), MailboxRow.entity_id == account.entity_id))
        .order_by((MailboxRow.entity_id == account.entity_id).desc().nulls_last(), MailboxRow.address)
        .limit(1)
    )
    if found is None:
        raise NotFound("mailbox for customer", account_id)
    return MailboxId(found)
