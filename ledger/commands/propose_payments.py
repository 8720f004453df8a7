"""Candidates to scores: what the matcher proposes for some payments of the ledger. Changes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from core.ids import PaymentId
from ledger.commands.collector_pause import collector_paused
from ledger.model.cash import CashToMatch
from ledger.model.match import MatchProposal
from ledger.rules.advice_hints import hinted
from ledger.rules.cash_keys import names_within, number_keys, payer_keys
from ledger.rules.loaded_book import LoadedBook
from ledger.rules.matching.propose import propose, settle
from ledger.store.match_book import documents_around, payers_around, payments_to_match
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
    accounts: dict[str, UUID] = {}
    for one in cash:
        accounts |= book.accounts_of(one.payment)
    texts = dict.fromkeys(text for one in cash for text in book.texts_of(one.payment) if text)
    documents = await documents_around(
        uow,
        cash,
        [number_keys(text) for text in texts],
        payers=accounts,
        known_customers=book.account_ids.keys(),
        known_earlier=(*excluded, *(one.payment_id for one in payers.earlier)),
    )
    book.take_documents(documents, {one.payment.amount.amount for one in cash})
    return book
