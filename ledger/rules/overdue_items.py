"""What of an account is open, late and uncontested: the sums and lists that mails of ours state."""

from core.money import Money, total
from ledger.model.decision import Topic, TopicKind
from ledger.model.invoice import Invoice
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.business_days import is_overdue


def known(numbers: tuple[str, ...], snapshot: AccountSnapshot) -> tuple[str, ...]:
    """Those of the numbers that are this account's."""
    return tuple(number for number in numbers if snapshot.invoice(number) is not None)


def open_sum(numbers: tuple[str, ...], snapshot: AccountSnapshot) -> Money | None:
    """Sum of the open balances; None where nothing is open or the currencies differ."""
    invoices = [invoice for number in numbers if (invoice := snapshot.invoice(number)) is not None]
    balances = [invoice.open_balance for invoice in invoices if invoice.open_balance]
    if not balances or len({balance.currency for balance in balances}) != 1:
        return None
    return total(balances, balances[0].currency)


def open_items(snapshot: AccountSnapshot) -> Topic | None:
    """What a reminder to another contact is about: all that is overdue in the account's currency and neither
    promised, contested nor said to be paid. None where nothing is."""
    settled = {number for promise in snapshot.open_promises for number in promise.invoice_numbers}
    settled |= {number for dispute in snapshot.open_disputes for number in dispute.invoice_numbers}
    settled |= {number for claim in snapshot.claims for number in claim.invoice_numbers}
    overdue = [
        invoice
        for invoice in snapshot.open_invoices
        if is_overdue(invoice.due, snapshot.today, snapshot.account.country)
        and invoice.number not in settled
        and invoice.open_balance.currency == snapshot.account.currency
    ]
    numbers = tuple(invoice.number for invoice in overdue)
    return Topic(TopicKind.OPEN_ITEMS, numbers, amount=open_sum(numbers, snapshot)) if overdue else None


def uncontested(invoice: Invoice, contested: dict[str, Money | None], *, skip: set[str]) -> Money | None:
    """The part of the open balance that nobody contests; None where all of it is, or `skip` names the invoice."""
    if invoice.number in skip:
        return None
    if invoice.number not in contested:
        return invoice.open_balance
    disputed = contested[invoice.number]
    if disputed is None or disputed.currency != invoice.open_balance.currency:
        return None
    left = invoice.open_balance - disputed
    return left if left.amount > 0 else None
