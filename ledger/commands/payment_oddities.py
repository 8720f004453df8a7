"""What keeps a sure posting from being made without a person: flags of the payment, and another entity's account."""

from collections.abc import Sequence

from ledger.commands.post_cash import documents_of
from ledger.model.cash import CashFlag, CashToMatch
from ledger.model.match import MatchPart, PartKind
from ledger.rules.cash_flags import REPEAT_DAYS, flags_of
from ledger.rules.cash_keys import payer_keys
from ledger.rules.loaded_book import LoadedBook
from ledger.store.cash_entities import entities_behind
from ledger.store.match_book import payments_alike
from ledger.store.unit_of_work import UnitOfWork


async def flags_for(uow: UnitOfWork, cash: CashToMatch, book: LoadedBook) -> tuple[CashFlag, ...]:
    """Flags against what the payer paid before, and against alike payments of the days around."""
    earlier = book.earlier_of_payers()
    known = {one.payment_id for one in earlier}
    alike = await payments_alike(uow, cash, payer_keys(cash.payment), days=REPEAT_DAYS)
    fresh = [one for one in alike if one.payment_id not in known]
    return flags_of(cash.payment, (*earlier, *fresh), known_accounts=book.known_accounts())


async def crosses_entities(uow: UnitOfWork, cash: CashToMatch, book: LoadedBook, parts: Sequence[MatchPart]) -> bool:
    """Whether the money moved on another entity's account than the one whose documents the parts are about.

    A payment that is taken back counts by the account that it came to, or else by the invoices that it paid; a credit
    note (which belongs to no entity) by the invoice that it is about.
    """
    rows = (book.invoice_row(part.document) for part in parts)
    entities = {row.entity_id for row in rows if row is not None}
    back = documents_of(book, [part for part in parts if part.kind in (PartKind.CREDIT, PartKind.REVERSAL)])
    entities |= await entities_behind(uow, credits=back.credits.values(), payments=back.payments.values())
    return len(entities | ({cash.entity_id} - {None})) > 1
