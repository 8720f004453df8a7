"""The few rows that are read of a ledger give the proposals that the whole book would."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Org
from factories.cash import a_credit, a_line, money_in
from factories.ledger import a_customer

from evals.matching_files import LoadedMatching, load_matching
from evals.matching_sellers import SellerLoader, seller_settings
from evals.streams.files import write_stream
from evals.streams.stream import make_stream
from ledger.commands.propose_payments import book_for, propose_payments
from ledger.model.match import MatchProposal, MatchStatus
from ledger.rules.matching.book import Book
from ledger.rules.matching.payer import MOST_READ_WHOLE
from ledger.rules.matching.propose import propose, settle
from ledger.rules.matching.remittances import RemittanceIndex
from ledger.store.match_book import payments_to_match
from ledger.store.unit_of_work import UnitOfWorkFactory

_INVOICES, _PAYMENTS = 1500, 150


def whole_book(loaded: LoadedMatching) -> Book:
    """Everything at once, as the ledger has it."""
    book = Book()
    for debtor in loaded.debtors:
        book.add_debtor(debtor)
    for invoice in loaded.invoices:
        book.add_invoice(invoice)
    for credit in loaded.credits:
        book.add_credit(credit)
    return book


def in_memory(loaded: LoadedMatching) -> list[MatchProposal]:
    book = whole_book(loaded)
    remittances = RemittanceIndex(book.payers)
    done = []
    for payment in sorted(loaded.payments, key=lambda one: one.received_on):
        done.append(propose(payment, book, remittances))
        settle(payment, done[-1], book, remittances)
    return done


def posting(proposal: MatchProposal) -> tuple[object, ...]:
    best = proposal.best
    return (proposal.payment_id, proposal.status, frozenset(best.parts if best else ()))


async def test_a_ledger_gives_the_proposals_of_the_whole_book(
    uows: UnitOfWorkFactory, org: Org, tmp_path: Path
) -> None:
    ids = await SellerLoader(uows, org.org_id).add_seller(_INVOICES, _PAYMENTS)
    write_stream(make_stream(seller_settings(1, _INVOICES, _PAYMENTS)), tmp_path)
    async with uows(org.org_id) as uow:
        found = [one.proposal for one in await propose_payments(uow, ids)]
    expected = in_memory(load_matching(tmp_path))
    differing = [(a, b) for a, b in zip(found, expected, strict=True) if posting(a) != posting(b)]
    assert differing == []


@dataclass(frozen=True, slots=True)
class Namesakes:
    """More customers of one name than are read whole; one of them has invoices of two amounts and a credit note."""

    uows: UnitOfWorkFactory
    org: Org

    async def best(self, *, amount: str, reference: str) -> tuple[MatchStatus, set[tuple[str, str]]]:
        """What is proposed for a payment by that name."""
        payment = await money_in(self.uows, self.org, a_line(amount=amount, payer=NAME, reference=reference))
        async with self.uows(self.org.org_id) as uow:
            (found,) = await propose_payments(uow, [payment])
        assert found.proposal.best is not None
        return found.proposal.status, {(part.kind.value, part.document) for part in found.proposal.best.parts}


NAME = "TWIN MILLS LTD"


@pytest.fixture
async def namesakes(uows: UnitOfWorkFactory, org: Org) -> Namesakes:
    for at in range(2 * MOST_READ_WHOLE):
        invoices = {f"INV-7{at:02}01": "500.00", f"INV-7{at:02}02": "80.00"}
        await a_customer(uows, org, name="Twin Mills Ltd", invoices=invoices)
    named = await a_customer(uows, org, name="Twin Mills Ltd", invoices={"INV-6417": "300.00", "INV-6418": "123.45"})
    await a_credit(uows, org, named.account_id, number="CN-55", amount="20.00")
    return Namesakes(uows, org)


async def test_of_many_namesakes_the_one_that_is_named_by_last_digits_is_found(namesakes: Namesakes) -> None:
    assert await namesakes.best(amount="423.45", reference="6417 and 418") == (
        MatchStatus.APPLIED,
        {("invoice", "INV-6417"), ("invoice", "INV-6418")},
    )


async def test_of_many_namesakes_the_one_that_is_named_has_its_credit_notes_taken(namesakes: Namesakes) -> None:
    status, parts = await namesakes.best(amount="280.00", reference="INV-6417 less credit")
    assert (status, parts) == (MatchStatus.APPLIED, {("invoice", "INV-6417"), ("credit", "CN-55")})


async def test_of_many_namesakes_an_amount_that_several_have_is_never_posted(namesakes: Namesakes) -> None:
    status, _ = await namesakes.best(amount="500.00", reference="")
    assert status is MatchStatus.SUGGESTED


async def test_a_customer_is_found_without_a_legal_form_that_some_drop(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_customer(uows, org, name="Ipiranga Industria Eireli", invoices={"INV-6417": "300.00"})
    twin = await a_customer(uows, org, name="Ipiranga Industria Ltda", invoices={"INV-6418": "300.00"})
    payment = await money_in(uows, org, a_line(amount="300.00", payer="IPIRANGA INDUSTRIA", reference=""))
    async with uows(org.org_id) as uow:
        book = await book_for(uow, await payments_to_match(uow, [payment]))
    assert book.payers.identify("IPIRANGA INDUSTRIA", "").tied
    assert twin.account_id in {book.account_id(one) for one in book.payers.identify("IPIRANGA INDUSTRIA", "").tied}
