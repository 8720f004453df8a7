"""Candidates to scores: what the matcher proposes for some payments of the ledger. Changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from uuid import UUID

from core.ids import PaymentId
from ledger.commands.collector_pause import collector_paused
from ledger.model.cash import CashToMatch, DocumentKeys, NumberKeys
from ledger.model.found_documents import FoundDocuments
from ledger.model.match import MatchProposal
from ledger.rules.advice_hints import hinted
from ledger.rules.cash_keys import names_within, number_keys, payer_keys
from ledger.rules.document_holders import HoldersByKey
from ledger.rules.loaded_book import LoadedBook
from ledger.rules.matching.propose import propose, settle
from ledger.store.match_book import debtors_of, documents_around, payers_around, payments_to_match
from ledger.store.unit_of_work import UnitOfWork

#: Payments that share their look-ups; the book of so many stays small.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Proposed:
    """A payment and its proposal."""

    cash: CashToMatch
    proposal: MatchProposal


async def propose_payments(uow: UnitOfWork, payment_ids: Sequence[PaymentId]) -> tuple[Proposed, ...]:
    """Proposals in the order of work (day received, then as recorded), each as if those before it were posted."""
    done: list[Proposed] = []
    cash = await payments_to_match(uow, payment_ids)
    for start in range(0, len(cash), BATCH):
        with collector_paused():
            done += await _propose_batch(uow, cash[start : start + BATCH])
    return tuple(done)


async def _propose_batch(uow: UnitOfWork, cash: Sequence[CashToMatch]) -> list[Proposed]:
    book = await book_for(uow, cash)
    done: list[Proposed] = []
    for one in cash:
        proposal = propose(one.payment, book, book.remittances)
        settle(one.payment, proposal, book, book.remittances)
        done.append(Proposed(one, proposal))
    return done


async def book_for(uow: UnitOfWork, cash: Sequence[CashToMatch], *, excluded: Iterable[UUID] = ()) -> LoadedBook:
    """The part of the ledger that these payments may be about. Bounded for each payment, by indexes only."""
    keys = {key for one in cash for key in payer_keys(one.payment)}
    payers = await payers_around(uow, cash, sorted(keys), names_within, excluded=excluded)
    book = LoadedBook()
    book.take_payers(replace(payers, advices=hinted(payers.advices, cash)))
    known = (*excluded, *(one.payment_id for one in payers.earlier))
    asked = [_asked(book, one) for one in cash]
    documents = await _read_documents(uow, book, asked, _document_keys(asked), known)
    unsure = [one for one in asked if not book.is_certain_of_payer(one.cash.payment)]
    holders = _holders(documents, unsure, book)
    again = [_named_of(one, documents) for one in asked if one.many]
    if holders:
        book.take_holders(await debtors_of(uow, set().union(*holders.values())), holders)
        again += [_newly_found(book, one) for one in unsure]
    again = [one for one in again if one.accounts or one.many]
    if again:
        await _read_documents(uow, book, again, DocumentKeys(own=_own_keys(again)), known)
    return book


@dataclass(frozen=True, slots=True)
class _Asked:
    """What one payment asks of the ledger: its payer's accounts, and what its texts may name documents by."""

    cash: CashToMatch
    accounts: Mapping[str, str]
    #: Accounts of those who are too many for all of their documents to be read.
    many: Mapping[str, str]
    keys: Sequence[NumberKeys]
    #: How much these have open matters, because one of them has the amount.
    counted: bool = False


def _asked(book: LoadedBook, cash: CashToMatch) -> _Asked:
    keys = [number_keys(text) for text in book.texts_of(cash.payment) if text]
    return _Asked(cash, book.accounts_of(cash.payment), book.many_of(cash.payment), keys)


async def _read_documents(
    uow: UnitOfWork, book: LoadedBook, asked: Sequence[_Asked], keys: DocumentKeys, known: Iterable[UUID]
) -> FoundDocuments:
    payers = {customer: account for one in asked for customer, account in one.accounts.items()}
    counted = {customer: account for one in asked if one.counted for customer, account in one.many.items()}
    cash = [one.cash for one in asked]
    found = await documents_around(uow, cash, keys, payers=payers, counted=counted, known_earlier=known)
    book.take_documents(found)
    return found


def _named_of(one: _Asked, found: FoundDocuments) -> _Asked:
    """The same payment with those of the many only of whom it names a document or has the amount."""
    held = {invoice.customer_id for invoice in found.invoices} | {one.document.customer_id for one in found.credits}
    amount = (one.cash.payment.amount.currency, abs(one.cash.payment.amount.amount))
    with_amount = {i.customer_id for i in found.invoices if (i.currency, i.open_balance) == amount}
    named = {who: one.many[who] for who in held & one.many.keys()}
    return replace(one, accounts=named, counted=not with_amount.isdisjoint(named))


def _newly_found(book: LoadedBook, one: _Asked) -> _Asked:
    """The same payment with those only who turned out to be its payer by the documents that it names."""
    accounts, many = book.accounts_of(one.cash.payment), book.many_of(one.cash.payment)
    return replace(
        one,
        accounts={who: account for who, account in accounts.items() if who not in one.accounts},
        many={who: account for who, account in many.items() if who not in one.many},
    )


def _document_keys(asked: Sequence[_Asked]) -> DocumentKeys:
    keys = [keys for one in asked for keys in one.keys]
    return DocumentKeys(
        frozenset().union(*(one.whole for one in keys)),
        frozenset().union(*(one.digits for one in keys)),
        frozenset().union(*(one.padded for one in keys)),
        _own_keys(asked),
    )


def _own_keys(asked: Iterable[_Asked]) -> frozenset[tuple[str, str]]:
    return frozenset(
        (account, short)
        for one in asked
        for keys in one.keys
        for account, short in (
            *product(one.accounts.values(), keys.short),
            *product(one.many.values(), keys.short | keys.digits),
        )
    )


def _holders(found: FoundDocuments, unsure: Iterable[_Asked], book: LoadedBook) -> dict[str, set[str]]:
    """For each payer that is not certain, accounts of those nobody looked at who hold a document that it names; for
    one that is not known at all, of those as well who have its amount open."""
    holders = HoldersByKey()
    for invoice in found.invoices:
        if not book.knows(invoice.customer_id):
            holders.add_invoice(invoice)
    for credit in found.credits:
        if not book.knows(credit.document.customer_id):
            holders.add_credit(credit)
    of: dict[str, set[str]] = {}
    for one in unsure:
        accounts = holders.named_by(one.keys)
        if not book.knows_payer_of(one.cash.payment):
            accounts |= holders.with_open(one.cash.payment.amount)
        if accounts:
            of.setdefault(one.cash.payment.payer_name, set()).update(accounts)
    return of
