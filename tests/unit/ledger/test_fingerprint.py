"""What an approval is bound to, and what moved in words."""

from dataclasses import replace

from unit.ledger.test_decide_action import a_snapshot, an_invoice

from core.ids import MessageId, PromiseId, new_id
from core.money import Money
from ledger.model.account import ContactStatus
from ledger.model.promise import PromiseState, PromiseToPay
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.fingerprint import facts_behind, what_moved


def moved(before: AccountSnapshot, after: AccountSnapshot) -> tuple[str, ...]:
    bound = [facts_behind(s, invoice_numbers=("INV-1",), recipients=("tom@buyer.example",)) for s in (before, after)]
    words = what_moved(bound[0].values, bound[1].values)
    assert (bound[0].fingerprint == bound[1].fingerprint) == (not words)
    return words


def test_nothing_moved_when_only_time_passed() -> None:
    snapshot = a_snapshot()
    assert moved(snapshot, replace(snapshot, taken_at=snapshot.taken_at.replace(hour=15))) == ()


def test_a_payment_on_a_named_invoice_moves_the_facts() -> None:
    invoice = an_invoice("INV-1", "100.00")
    snapshot = a_snapshot(invoice)
    paid = replace(snapshot, invoices=(replace(invoice, open_balance=Money.of("40.00", "GBP")),))
    assert moved(snapshot, paid) == ("invoice INV-1: 100.00 GBP was open, 40.00 GBP is open now",)


def test_another_invoice_moves_nothing() -> None:
    snapshot = a_snapshot()
    assert moved(snapshot, replace(snapshot, invoices=(*snapshot.invoices, an_invoice("INV-2", "5.00")))) == ()


def test_a_new_mail_a_promise_a_hold_and_a_lost_contact_each_move_them() -> None:
    snapshot = a_snapshot()
    promise = PromiseToPay(PromiseId(new_id()), ("INV-1",), None, None, False, PromiseState.OPEN, "")
    contact = replace(snapshot.contacts[0], status=ContactStatus.SUPPRESSED)
    assert moved(snapshot, replace(snapshot, last_inbound=MessageId(new_id()))) == ("the customer wrote again",)
    assert moved(snapshot, replace(snapshot, promises=(promise,))) == ("a promise was added or changed",)
    held = replace(snapshot, account=replace(snapshot.account, hold_reason="court"))
    assert moved(snapshot, held) == ("the account is on hold: court",)
    assert moved(snapshot, replace(snapshot, contacts=(contact,))) == (
        "tom@buyer.example may no longer be written to",
    )
