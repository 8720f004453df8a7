"""Names that are nearly alike: the few that a ledger found tell nobody else than all of them would."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.model.match import Debtor
from ledger.rules.matching.payer import PayerIndex, PayerMark

_WORDS = ("Corvin", "Boulangerie", "Brightwater", "Kitchens", "Mills", "Tessler", "Werkzeuge", "Nord", "Services")
_FORMS = ("", " Ltd", " GmbH", " Inc")
NAMES = st.lists(
    st.builds(
        lambda words, form: " ".join(words) + form,
        st.lists(st.sampled_from(_WORDS), min_size=1, max_size=3, unique=True),
        st.sampled_from(_FORMS),
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


def _index(names: list[str]) -> PayerIndex:
    index = PayerIndex()
    for position, name in enumerate(names):
        index.add(Debtor(f"C{position}", name))
    return index


@st.composite
def _written(draw: st.DrawFn, names: list[str]) -> str:
    """One of the names as a bank writes it: cut, with a letter missing, as initials, or one word of it."""
    name = draw(st.sampled_from(names)).upper()
    at = draw(st.integers(0, len(name) - 1))
    initials = "".join(word[0] for word in name.split())
    return draw(st.sampled_from([name[:at], name[:at] + name[at + 1 :], initials, name.split()[0], "SOMEBODY ELSE"]))


@settings(max_examples=300, derandomize=True)
@given(st.data())
def test_few_names_one_by_one_never_tell_another_customer_than_the_index_of_all(data: st.DataObject) -> None:
    names = data.draw(NAMES)
    payer = data.draw(_written(names))
    few = _index(names)
    few.look_among(payer, [f"C{position}" for position in range(len(names))])
    one_by_one, by_index = few.identify(payer, ""), _index(names).identify(payer, "")
    # The index compares those only that share the rarest letters, so that it may see one where there is a tie.
    if one_by_one.known and by_index.known:
        assert one_by_one.customer_id == by_index.customer_id
    assert one_by_one.known or one_by_one.tied or not by_index.known


def test_a_payer_is_looked_for_among_the_nearest_only() -> None:
    index = _index(["Corvin Boulangerie", "Brightwater Kitchens"])
    index.look_among("CORVIN BOULANGERI", ["C1"])
    assert not index.identify("CORVIN BOULANGERI", "").known
    index.look_among("CORVIN BOULANGERI", ["C0"])
    assert index.identify("CORVIN BOULANGERI", "").customer_id == "C0"


def test_who_is_certain_stays_when_names_are_added() -> None:
    index = _index(["Corvin Boulangerie"])
    assert index.identify("Corvin Boulangerie", "").certain
    with index.certain_stay():
        index.add(Debtor("C9", "Corvin Boulangerie SARL"))
    assert index.identify("Corvin Boulangerie", "").customer_id == "C0"


def test_more_namesakes_than_are_read_whole_are_many() -> None:
    assert [_index(["Twin Mills"] * count).identify("Twin Mills", "").is_one_of_many for count in (8, 9)] == [
        False,
        True,
    ]
    assert _index(["Twin Mills"]).identify("Twin Mills", "").mark is PayerMark.NAME
