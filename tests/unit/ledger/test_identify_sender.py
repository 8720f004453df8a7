"""Whose mail it is, and when a person must look first."""

from core.ids import AccountId, new_id
from ledger.model.inbound import SenderCandidates
from ledger.rules.identify_sender import identify_sender

A, B = AccountId(new_id()), AccountId(new_id())


def found(
    thread: AccountId | None = None,
    contact: tuple[AccountId, ...] = (),
    domain: tuple[AccountId, ...] = (),
    invoice: tuple[AccountId, ...] = (),
    *,
    bounce: bool = False,
):  # type: ignore[no-untyped-def]
    return identify_sender(SenderCandidates(thread, contact, domain, invoice), bounce=bounce)


def test_a_known_contact_in_their_thread_is_without_doubt() -> None:
    assert (found(A, (A,)).account_id, found(A, (A,)).trouble) == (A, "")


def test_another_customers_contact_in_a_thread_belongs_to_nobody() -> None:
    result = found(A, (B,))
    assert result.account_id is None
    assert "another customer" in result.trouble


def test_another_customers_domain_in_a_thread_belongs_to_nobody() -> None:
    assert found(A, (), (B,)).account_id is None


def test_a_colleague_at_a_known_domain_needs_a_look() -> None:
    result = found(A, (), (A,))
    assert result.account_id == A
    assert "this sender is not" in result.trouble


def test_a_stranger_with_a_valid_thread_needs_a_look() -> None:
    assert found(A).trouble == "the sender is not a known contact of this customer"


def test_a_bounce_in_a_thread_is_without_doubt() -> None:
    assert found(A, bounce=True).trouble == ""


def test_a_contact_of_several_customers_is_told_by_the_invoice_or_by_nobody() -> None:
    assert found(None, (A, B), (), (B,)).account_id == B
    assert found(None, (A, B)).account_id is None


def test_a_stranger_belongs_to_nobody() -> None:
    assert found().account_id is None
