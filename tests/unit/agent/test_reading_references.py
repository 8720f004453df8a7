"""Which invoices a text means: numbers, parts, orders, amounts, months and words."""

from datetime import date

import pytest
from reading_samples import a_reply, an_invoice

from agent.reading.amounts import find_amounts
from agent.reading.references import conversation_scope, find_references
from agent.signals import ThreadMessage

INVOICES = (
    an_invoice("INV-2026-0423", amount="1250.00", issued=date(2026, 1, 15), po="PO-7781"),
    an_invoice("INV-2026-0424", amount="480.50", issued=date(2026, 2, 12)),
    an_invoice("INV-2026-0517", amount="99.00", issued=date(2026, 2, 20), po="4500098112"),
)


@pytest.mark.parametrize(("text", "numbers"), [
    ("INV-2026-0423 is paid", ("INV-2026-0423",)),
    ("inv 2026 0423: inv-2026-0423", ("INV-2026-0423",)),
    ("INV-2O26-O423", ("INV-2026-0423",)),
    ("the 0423 one", ("INV-2026-0423",)),
    ("invoice 423 and 517", ("INV-2026-0423", "INV-2026-0517")),
    ("PO-7781 is closed", ("INV-2026-0423",)),
    ("our order 4500098112", ("INV-2026-0517",)),
    ("the 480.50 one", ("INV-2026-0424",)),
    ("the January invoice", ("INV-2026-0423",)),
    ("die Rechnung vom Januar", ("INV-2026-0423",)),
    ("la facture de janvier", ("INV-2026-0423",)),
    ("the February invoices", ("INV-2026-0424", "INV-2026-0517")),
    ("all of them", ("INV-2026-0423", "INV-2026-0424", "INV-2026-0517")),
    ("alle offenen Rechnungen", ("INV-2026-0423", "INV-2026-0424", "INV-2026-0517")),
    ("toutes les factures", ("INV-2026-0423", "INV-2026-0424", "INV-2026-0517")),
    ("0423 is fine, the other two are not", ("INV-2026-0423", "INV-2026-0424", "INV-2026-0517")),
    ("the big one", ("INV-2026-0423",)),
    ("the smallest one", ("INV-2026-0517",)),
    ("the oldest invoice", ("INV-2026-0423",)),
    ("call me on 0171 423", ()),
    ("20 boxes", ()),
])  # fmt: skip
def test_a_reference_resolves_to_the_ledgers_numbers(text: str, numbers: tuple[str, ...]) -> None:
    amounts = find_amounts(text, "EUR")
    assert find_references(text, INVOICES, amounts=amounts).numbers == numbers


def test_both_means_the_two_that_the_conversation_is_about() -> None:
    scope = ("INV-2026-0423", "INV-2026-0517")
    assert find_references("both are approved", INVOICES, scope=scope).numbers == scope


def test_both_of_three_means_none() -> None:
    assert find_references("both are approved", INVOICES).numbers == ()


@pytest.mark.parametrize("text", ["invoice 99871 is paid", "INV-2026-9999 was never ours", "Rechnung Nr. 55512"])
def test_a_number_that_the_ledger_does_not_know_is_reported_and_not_guessed(text: str) -> None:
    found = find_references(text, INVOICES)
    assert found.numbers == ()
    assert len(found.unknown) == 1


def test_an_ambiguous_part_of_a_number_is_not_guessed() -> None:
    invoices = (an_invoice("A-1423"), an_invoice("B-2423"))
    assert find_references("the 423 one", invoices).numbers == ()


def test_a_conversation_about_one_invoice_is_about_that_one() -> None:
    assert conversation_scope(a_reply("ok", invoices=INVOICES, about="INV-2026-0424")) == ("INV-2026-0424",)


def test_a_conversation_about_the_account_is_about_none_in_particular() -> None:
    assert conversation_scope(a_reply("ok", invoices=INVOICES, about="statement")) == ()


def test_many_tokens_are_read_in_bounded_time() -> None:
    text = " ".join(f"INV-{n}" for n in range(20_000))
    assert len(find_references(text, INVOICES).unknown) <= 20


def test_a_thread_message_is_read_where_the_subject_names_none() -> None:
    reply = a_reply("ok", invoices=INVOICES, about="your account")
    sent = ThreadMessage(True, reply.received_at, "ar@seller.example", "Reminder", "0423 and 0517 are open")
    assert conversation_scope(
        a_reply("ok", invoices=INVOICES, about="your account").__class__(
            **{name: getattr(reply, name) for name in reply.__slots__ if name != "thread"}, thread=(sent,)
        )
    ) == ("INV-2026-0423", "INV-2026-0517")
