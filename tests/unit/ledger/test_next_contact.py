"""Whom to write to when a contact cannot be reached."""

from core.ids import ContactId, new_id
from ledger.model.account import Contact, ContactStatus
from ledger.rules.next_contact import next_contact, unreachable


def a_contact(name: str, role: str = "", status: ContactStatus = ContactStatus.ACTIVE) -> Contact:
    return Contact(ContactId(new_id()), f"{name}@buyer.example", role=role, status=status)


TOM = "tom@buyer.example"


def chosen(*contacts: Contact) -> str | None:
    found = next_contact([a_contact("tom", "approver"), *contacts], {TOM})
    return None if found is None else found.email.partition("@")[0]


def test_the_same_role_comes_first() -> None:
    assert chosen(a_contact("ada", "billing"), a_contact("zoe", "Approver")) == "zoe"


def test_then_those_who_pay_invoices_then_those_without_a_role() -> None:
    assert chosen(a_contact("ada"), a_contact("zoe", "accounts payable")) == "zoe"
    assert chosen(a_contact("ada"), a_contact("zoe", "buyer")) == "ada"


def test_a_contact_of_another_role_is_not_chosen_for_a_person() -> None:
    assert chosen(a_contact("zoe", "buyer")) is None


def test_contacts_that_may_not_be_written_to_are_passed_over() -> None:
    others = (ContactStatus.PROPOSED, ContactStatus.SUPPRESSED, ContactStatus.UNREACHABLE)
    assert chosen(*(a_contact(f"n{n}", "billing", status) for n, status in enumerate(others))) is None


def test_the_failed_address_is_not_its_own_next_contact_however_it_is_written() -> None:
    assert next_contact([a_contact("tom", "billing")], {TOM}) is None


def test_unreachable_names_the_addresses_that_wait_for_a_person() -> None:
    contacts = [a_contact("tom", status=ContactStatus.UNREACHABLE), a_contact("zoe")]
    assert unreachable(contacts) == {TOM}
