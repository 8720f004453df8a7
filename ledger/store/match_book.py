"""Reads the few rows of a ledger that a payment may be about: by indexes only, and bounded for each payment.

Nothing is decided here. First who the payers may be (`payers_around`), then, once rules said who they are, the
documents (`documents_around`). Every search is by equality: under row-level security PostgreSQL does not let other
operators use an index, because they are not leakproof.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from core.ids import PaymentId
from core.money import Money
from ledger.model.cash import (
    CashToMatch,
    DocumentKeys,
    EarlierPayment,
    HabitKind,
    LedgerAdvice,
    LedgerCredit,
    LedgerDebtor,
    PayerHabit,
    PayersFound,
)
from ledger.model.found_documents import FoundDocuments, FoundInvoice
from ledger.model.match import Debtor, IncomingPayment, MatchPart, OpenCredit, PartKind, RemittanceAdvice
from ledger.store import match_book_sql as sql
from ledger.store.driver_rows import Row, driver_rows, driver_tuples
from ledger.store.mapping import money, optional_money
from ledger.store.proposal_codec import parts_in
from ledger.store.unit_of_work import UnitOfWork

#: Advices older than this belong to money that came long ago (`ledger.rules.matching.remittances`).
_ADVICE_DAYS = 60
_BOUNDS = {
    #: Customers of one piece of a name; a piece that more have tells nothing.
    "piece": 60,
    #: Customers that share the most pieces with a payer.
    "alike": 25,
    #: Customers of exactly one name whose families are read.
    "namesakes": 8,
    #: Children of one parent.
    "family": 50,
    #: Documents of one key.
    "key": 40,
    #: Open documents of one customer, due first.
    "open": 500,
    #: Invoices of one amount, whoever's.
    "amount": 20,
    #: Earlier payments of one payer, newest first.
    "earlier": 20,
    #: Payments on one invoice.
    "paid": 10,
    #: Advices of one customer or one amount.
    "advice": 40,
}
#: Most numbers' ends that are looked up among documents of the payers that have too many to be read whole.
_MOST_ENDS = 200


def amount_key(amount: Money) -> str:
    """The amount without sign, currency and zeros at the end, as the database's `trim_scale` writes it."""
    return written_amount_key(amount.amount)


def written_amount_key(amount: Decimal) -> str:
    """`amount_key` of an amount that is written without a currency."""
    number = f"{abs(amount):f}"
    return number.rstrip("0").rstrip(".") if "." in number else number


async def payments_to_match(uow: UnitOfWork, payment_ids: Iterable[UUID]) -> tuple[CashToMatch, ...]:
    """These payments in the order in which they are worked: by day received, then as they were recorded."""
    rows = await driver_rows(uow, sql.WAITING, ids=list(payment_ids))
    return tuple(
        CashToMatch(PaymentId(row["id"]), _payment(row), row["entity_id"], row["bank_id"] or "") for row in rows
    )


async def payers_around(
    uow: UnitOfWork,
    cash: Sequence[CashToMatch],
    habit_keys: Iterable[str],
    names_within: Callable[[IncomingPayment], Iterable[str]],
    *,
    excluded: Iterable[UUID] = (),
) -> PayersFound:
    """Who may have paid, with families and habits; what the same payers paid before, and advices that may belong.

    `names_within` gives the names that may stand among the words of a payer that is not known by its own.
    `excluded` payments are not told of as earlier ones, nor are those that are asked about.
    """
    exact = await _accounts_of(uow, cash)
    keys = list(habit_keys)
    habits = await driver_rows(uow, sql.HABITS, keys=keys)
    skipped = {*excluded, *(one.payment_id for one in cash)}
    earlier = await _earlier(uow, cash, keys, skipped)
    known = {one.position for one in exact}
    unknown = [one.payment for position, one in enumerate(cash) if position not in known]
    near = await _near(uow, unknown, names_within)
    alone = _of_many(exact)
    ids = ({one.account_id for one in exact} - alone) | {row["account_id"] for row in habits}.union(*near.values())
    ids |= await _ids_by_external(uow, {customer for one in earlier for customer in one.customer_ids})
    families = await driver_tuples(uow, sql.FAMILIES, ids=list(ids), family=_BOUNDS["family"])
    debtors = [_debtor(row) for row in families]
    debtors += await debtors_of(uow, map(str, alone - ids))
    advices = await _advices(uow, cash, [one.account_id for one in debtors])
    senders = {str(row["account_id"]) for row in advices if row["account_id"]} - {one.account_id for one in debtors}
    debtors += await debtors_of(uow, senders)
    return PayersFound(
        debtors=tuple(debtors),
        habits=tuple(_habit(row) for row in habits),
        earlier=earlier,
        advices=tuple(
            LedgerAdvice(
                row["id"],
                RemittanceAdvice(row["received_on"], row["from_email"], row["text"]),
                tuple(row["said"] or ()),
            )
            for row in advices
        ),
        near={name: tuple(map(str, accounts)) for name, accounts in near.items()},
    )


async def payments_alike(
    uow: UnitOfWork, cash: CashToMatch, habit_keys: Iterable[str], *, days: int
) -> tuple[EarlierPayment, ...]:
    """Payments of the same payer and amount received within `days` before or after it, newest first.

    Also those that were imported before and are dated later, however many others the payer made between them.
    """
    payment, (accounts, names) = cash.payment, _payer_keys(habit_keys)
    rows = await driver_rows(
        uow,
        sql.TWINS,
        own=cash.payment_id,
        keys=accounts,
        names=names,
        amount=payment.amount.amount,
        currency=payment.amount.currency,
        since=payment.received_on - timedelta(days=days),
        until=payment.received_on + timedelta(days=days),
        earlier=_BOUNDS["earlier"],
    )
    return await _details(uow, [row["id"] for row in rows])


async def documents_around(
    uow: UnitOfWork,
    cash: Sequence[CashToMatch],
    keys: DocumentKeys,
    *,
    payers: Mapping[str, str],
    counted: Mapping[str, str],
    known_earlier: Iterable[UUID],
) -> FoundDocuments:
    """Documents that the keys name, that the payers have open, or that have a payment's amount; with what was paid on
    the named ones before.

    `payers` are accounts by customer, `counted` those of whom it is counted only how many invoices are open.
    """
    digits = sorted(keys.digits)
    own = sorted(keys.own)
    accounts = "\n".join(payers.values())
    asked: dict[str, object] = {
        "whole": "\n".join(sorted(keys.whole)),
        "digits": "\n".join(digits),
        "padded": "\n".join(sorted(keys.padded)),
        "accounts": accounts,
        "key": _BOUNDS["key"],
        "open": _BOUNDS["open"],
    }
    amounts = sorted({f"{p.payment.amount.currency} {amount_key(p.payment.amount)}" for p in cash})
    rows = await driver_tuples(
        uow,
        sql.INVOICES,
        **asked,
        owners="\n".join([account for account, _ in own]),
        owned="\n".join([key for _, key in own]),
        customers=list(payers),
        amounts="\n".join(amounts),
        amount=_BOUNDS["amount"],
    )
    invoices = list(map(FoundInvoice._make, rows))
    ends = list({key[-3:] for key in (*digits, *(key for _, key in own)) if len(key) >= 3})
    invoices += await _beyond_the_open(uow, invoices, ends, payers)
    credits = [_credit(row) for row in await driver_tuples(uow, sql.CREDITS, **asked)]
    named = bool(keys.whole or digits or keys.padded or own)
    paid_on = {one.invoice_id for one in invoices if one.open_balance != one.amount} if named else set()
    skipped = {*known_earlier, *(one.payment_id for one in cash)}
    found = await driver_rows(uow, sql.PAID_ON, ids=list(paid_on), paid=_BOUNDS["paid"]) if paid_on else []
    earlier = await _details(uow, [row["payment_id"] for row in found if row["payment_id"] not in skipped])
    leaves = any(one.payment.amount.amount < 0 for one in cash)
    on_account = await driver_rows(uow, sql.ON_ACCOUNT, accounts=accounts) if leaves and accounts else []
    return FoundDocuments(
        invoices,
        credits,
        earlier,
        {(row["external_id"], row["currency"]): Decimal(row["held"]) for row in on_account},
        await _open_numbers(uow, counted),
    )


async def _open_numbers(uow: UnitOfWork, counted: Mapping[str, str]) -> dict[tuple[str, str], int]:
    if not counted:
        return {}
    accounts = {account: customer_id for customer_id, account in counted.items()}
    rows = await driver_tuples(uow, sql.OPEN_NUMBERS, accounts="\n".join(accounts), open=_BOUNDS["open"])
    return {(accounts[account], currency): number for account, currency, number in rows}


async def _beyond_the_open(
    uow: UnitOfWork, invoices: Sequence[FoundInvoice], ends: Sequence[str], payers: Mapping[str, str]
) -> list[FoundInvoice]:
    counts = Counter([one.customer_id for one in invoices])
    large = [account for customer_id, account in payers.items() if counts[customer_id] >= _BOUNDS["open"]]
    if not large or not ends:
        return []
    rows = await driver_tuples(
        uow, sql.BY_ENDS, accounts="\n".join(large), ends=list(ends[:_MOST_ENDS]), open=_BOUNDS["open"]
    )
    return list(map(FoundInvoice._make, rows))


class _Exact(NamedTuple):
    """A customer of exactly a payment's account, or exactly its name; the payment by its position."""

    position: int
    account_id: UUID
    by_account: bool


def _of_many(exact: Iterable[_Exact]) -> set[UUID]:
    """Those who only share a name with so many others that none of them is taken for the payer without more: their
    families do not matter."""
    named: dict[int, set[UUID]] = defaultdict(set)
    kept: set[UUID] = set()
    for one in exact:
        if one.by_account:
            kept.add(one.account_id)
        else:
            named[one.position].add(one.account_id)
    many = [accounts for accounts in named.values() if len(accounts) > _BOUNDS["namesakes"]]
    few = [accounts for accounts in named.values() if len(accounts) <= _BOUNDS["namesakes"]]
    return set().union(*many).difference(kept, *few)


async def _accounts_of(uow: UnitOfWork, cash: Sequence[CashToMatch]) -> set[_Exact]:
    rows = await driver_rows(
        uow,
        sql.EXACT,
        positions=list(range(len(cash))),
        names=[one.payment.payer_name for one in cash],
        accounts=[one.payment.payer_account for one in cash],
    )
    return {_Exact(row["position"], row["account_id"], row["by_account"]) for row in rows}


async def _near(
    uow: UnitOfWork, payments: Sequence[IncomingPayment], names_within: Callable[[IncomingPayment], Iterable[str]]
) -> dict[str, set[UUID]]:
    """Accounts whose names are the nearest or stand among the words of a payment, by the payers' names."""
    near: dict[str, set[UUID]] = {payment.payer_name: set() for payment in payments}
    if not near:
        return near
    within: dict[str, list[str]] = {}
    for payment in payments:
        for name in names_within(payment):
            within.setdefault(name, []).append(payment.payer_name)
    found = await driver_rows(uow, sql.NAMED, names="\n".join(sorted(within)), alike=_BOUNDS["alike"])
    for row in found:
        for payer in within[row["name"]]:
            near[payer].add(row["account_id"])
    names = list(near)
    rows = await driver_rows(
        uow,
        sql.ALIKE,
        positions=list(range(len(names))),
        names=names,
        piece=_BOUNDS["piece"],
        alike=_BOUNDS["alike"],
    )
    for row in rows:
        near[names[row["position"]]].add(row["account_id"])
    return near


async def _earlier(
    uow: UnitOfWork, cash: Sequence[CashToMatch], keys: Sequence[str], skipped: set[UUID]
) -> tuple[EarlierPayment, ...]:
    if not keys:
        return ()
    accounts, names = _payer_keys(keys)
    rows = await driver_rows(
        uow,
        sql.EARLIER,
        keys=accounts,
        names=names,
        until=max(one.payment.received_on for one in cash),
        earlier=_BOUNDS["earlier"],
    )
    return await _details(uow, [row["id"] for row in rows if row["id"] not in skipped])


def _payer_keys(keys: Iterable[str]) -> tuple[list[str], list[str]]:
    """Keys of accounts, and of names."""
    given = list(keys)
    return (
        [key.removeprefix("account:") for key in given if key.startswith("account:")],
        [key.removeprefix("name:") for key in given if key.startswith("name:")],
    )


async def _details(uow: UnitOfWork, ids: Sequence[UUID]) -> tuple[EarlierPayment, ...]:
    if not ids:
        return ()
    allocated: dict[UUID, list[MatchPart]] = defaultdict(list)
    customers: dict[UUID, set[str]] = defaultdict(set)
    for row in await driver_rows(uow, sql.ALLOCATED, ids=list(ids)):
        part = MatchPart(PartKind.INVOICE, row["number"], money(row["amount"], row["currency"]))
        allocated[row["payment_id"]].append(part)
        customers[row["payment_id"]].add(row["customer_id"])
    found = await driver_rows(uow, sql.EARLIER_DETAILS, ids=list(ids))
    return tuple(_earlier_payment(row, allocated[row["id"]], customers[row["id"]]) for row in found)


def _earlier_payment(row: Row, allocated: list[MatchPart], customers: set[str]) -> EarlierPayment:
    posted = bool(allocated) or row["status"] == "applied"
    parts = parts_in(row["parts"]) if row["parts"] else tuple(allocated)
    if row["customer_id"] and posted:
        customers = customers or {row["customer_id"]}
    return EarlierPayment(
        payment_id=row["id"],
        payment=_payment(row),
        parts=parts,
        customer_ids=tuple(sorted(customers)),
        posted=posted,
        reversed=row["taken_back"] >= abs(row["amount"]),
    )


async def _ids_by_external(uow: UnitOfWork, external: set[str]) -> set[UUID]:
    if not external:
        return set()
    return {row["id"] for row in await driver_rows(uow, sql.BY_EXTERNAL, external=list(external))}


async def _advices(uow: UnitOfWork, cash: Sequence[CashToMatch], accounts: Sequence[str]) -> list[dict[str, Any]]:
    days = [one.payment.received_on for one in cash] or [date.min]
    return await driver_rows(
        uow,
        sql.ADVICES,
        accounts="\n".join(accounts),
        amounts=sorted({amount_key(one.payment.amount) for one in cash}),
        since=min(days) - timedelta(days=_ADVICE_DAYS),
        until=max(days),
        advice=_BOUNDS["advice"],
    )


async def debtors_of(uow: UnitOfWork, account_ids: Iterable[str]) -> list[LedgerDebtor]:
    """The customers with these accounts; ids are written out."""
    ids = list(account_ids)
    return [_debtor(row) for row in await driver_tuples(uow, sql.DEBTORS, ids=ids)] if ids else []


def _payment(row: Row) -> IncomingPayment:
    return IncomingPayment(
        payment_id=row["external_id"],
        received_on=row["received_on"],
        amount=money(row["amount"], row["currency"]),
        payer_name=row["payer_name"],
        payer_account=row["payer_account"],
        reference=row["remittance"],
        method=row["method"],
    )


def _debtor(row: Sequence[Any]) -> LedgerDebtor:
    account_id, customer_id, name, aliases, domains, accounts, parent_id = row
    debtor = Debtor(customer_id, name, tuple(aliases), tuple(domains), tuple(accounts), parent_id)
    return LedgerDebtor(account_id, debtor)


def _habit(row: Row) -> PayerHabit:
    amount: Money | None = optional_money(row["amount"], row["currency"])
    return PayerHabit(HabitKind(row["kind"]), row["payer_key"], row["external_id"], row["shown"], amount, row["rate"])


def _credit(row: Sequence[Any]) -> LedgerCredit:
    credit_note_id, account_id, customer_id, number, issued, currency, amount, open_balance, invoice_number = row
    document = OpenCredit(
        number, customer_id, issued, Money(amount, currency), Money(open_balance, currency), invoice_number
    )
    return LedgerCredit(credit_note_id, account_id, document)
