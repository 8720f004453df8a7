"""The payer is one customer or nobody: never a guess between two."""

import pytest

from ledger.model.match import Debtor
from ledger.rules.matching.party_names import name_key
from ledger.rules.matching.payer import PayerIndex, PayerMark


def _index() -> PayerIndex:
    index = PayerIndex()
    for debtor in (
        Debtor("A1", "Halden Brewing Ltd", ("Halden Beer",), ("haldenbrewing.example",), ("GB11HALD0001",)),
        Debtor("A2", "Tessler Werkzeuge GmbH", (), ("tessler.example",), ("DE55TESS0002",)),
        Debtor("A3", "Pinnock & Sons Inc", ("Pinnock",), (), (), "A1"),
        Debtor("A4", "Morgenstern Logistik Nord GmbH"),
        Debtor("A5", "Morgenstern Logistik Süd GmbH"),
        Debtor("A6", "Twin Trading Ltd", (), (), ("SHARED1",)),
        Debtor("A7", "Twin Trading Limited", (), (), ("SHARED1",)),
    ):
        index.add(debtor)
    return index


@pytest.mark.parametrize(
    ("name", "account", "customer_id", "mark"),
    [
        ("somebody else", "gb11 hald 0001", "A1", PayerMark.ACCOUNT),
        ("HALDEN BREWING LIMITED", "", "A1", PayerMark.NAME),
        ("halden beer", "", "A1", PayerMark.ALIAS),
        ("PINNOCK AND SONS", "", "A3", PayerMark.NAME),
        ("TESSLER WERKZEU", "", "A2", PayerMark.TRUNCATED_NAME),
        ("TESSLER WERKZUEGE GMBH", "", "A2", PayerMark.SIMILAR_NAME),
    ],
)
def test_a_payer_is_recognised(name: str, account: str, customer_id: str, mark: PayerMark) -> None:
    found = _index().identify(name, account)
    assert (found.customer_id, found.mark) == (customer_id, mark)


@pytest.mark.parametrize(
    ("name", "account", "tied"),
    [("MORGENSTERN LOGISTIK", "", ("A4", "A5")), ("TWIN TRADING", "", ("A6", "A7")), ("", "SHARED1", ("A6", "A7"))],
)
def test_a_tie_names_nobody(name: str, account: str, tied: tuple[str, ...]) -> None:
    found = _index().identify(name, account)
    assert (found.customer_id, found.tied) == ("", tied)


@pytest.mark.parametrize("name", ["", "J FISCHER", "GMBH", "&", "a" * 5000])
def test_strangers_and_empty_names_are_nobody(name: str) -> None:
    found = _index().identify(name, "")
    assert (found.customer_id, found.tied) == ("", ())


def test_who_paid_for_several_customers_is_an_agent_and_names_nobody() -> None:
    index = _index()
    index.learn("Factor Bank", "FB1", "A1")
    assert index.identify("Factor Bank", "FB1").customer_id == "A1"
    index.learn("Factor Bank", "FB1", "A2")
    assert index.identify("Factor Bank", "FB1").customer_id == ""
    index.forget("Factor Bank", "FB1", "A2")
    assert index.identify("Factor Bank", "FB1").mark is PayerMark.LEARNED


def test_a_family_is_the_parent_and_all_its_children() -> None:
    assert _index().family("A3") == ("A3", "A1")
    assert _index().family("A1") == ("A1", "A3")


def test_legal_forms_and_accents_do_not_tell_names_apart() -> None:
    assert name_key("Société Générale S.A.") == name_key("SOCIETE GENERALE")
    assert name_key("Ltd") == "LTD"
