"""Each reason to doubt a sender is said in words; whom the customer has is doubted by none."""

import pytest

from ledger.rules.sender_trust import KnownParties, SenderClaims, claims_of, sender_doubts, trouble_with

KNOWN = KnownParties(
    customer_domains=frozenset({"brightwater.example"}),
    customer_addresses=frozenset({"tom@brightwater.example", "brightwater@gmail.com"}),
    our_domains=frozenset({"seller.example"}),
    our_addresses=frozenset({"ar@seller.example"}),
)


def claims(
    *, sender: str = "tom@brightwater.example", name: str = "Tom", reply_to: tuple[str, ...] = (),
    verdict: str = "none", words: str = "",
) -> SenderClaims:  # fmt: skip
    return SenderClaims(sender, name, reply_to, verdict, words)


def doubts(what: SenderClaims, known: KnownParties = KNOWN, *, imitates: str = "", how: str = "") -> tuple[str, ...]:
    return sender_doubts(what, known, imitates=imitates, how=how)


@pytest.mark.parametrize("verdict", ["pass", "none"])
def test_a_mail_that_nothing_speaks_against_is_not_doubted(verdict: str) -> None:
    assert doubts(claims(verdict=verdict, words="it is signed")) == ()


def test_a_failed_check_is_said_in_its_own_words() -> None:
    assert doubts(claims(verdict="fail", words="the signature is wrong")) == ("the signature is wrong",)
    assert doubts(claims(verdict="fail")) == ("the check of where it comes from failed",)


def test_an_imitation_says_whom_and_how() -> None:
    found = doubts(claims(sender="tom@brightwater.com"), imitates="brightwater.example", how="it ends in .com")
    assert found == ("brightwater.com looks like brightwater.example, which is a customer's, but it ends in .com",)
    assert "which is ours" in doubts(claims(), imitates="seller.example", how="x")[0]


REPLY_TO = {
    "somebody else's": (("tom@evil.example",), True),
    "of a public provider": (("tom.brightwater@gmail.com",), True),
    "one of several": (("tom@brightwater.example", "tom@evil.example"), True),
    "a domain that ends alike": (("tom@notbrightwater.example",), True),
    "the same": (("ap@brightwater.example",), False),
    "a sub-domain": (("ap@mail.brightwater.example",), False),
    "a known contact": (("brightwater@gmail.com",), False),
    "our own": (("ar@seller.example",), False),
    "none": ((), False),
}


@pytest.mark.parametrize(("reply_to", "doubted"), REPLY_TO.values(), ids=REPLY_TO)
def test_an_answer_to_another_organisation_is_doubted(reply_to: tuple[str, ...], doubted: bool) -> None:
    assert bool(doubts(claims(reply_to=reply_to))) is doubted


def test_the_domain_of_any_customer_is_no_friend_of_a_stranger() -> None:
    stranger = KnownParties(customer_domains=frozenset({"brightwater.example"}))
    assert doubts(claims(sender="x@other.example", reply_to=("tom@brightwater.example",)), stranger) != ()


@pytest.mark.parametrize(
    ("name", "doubted"),
    [
        ("boss@brightwater.example", True), ("Tom <tom@brightwater.example>", True),
        ("tom＠brightwater．example", True), ("ap@mail.evil.example", False), ("Tom @ Brightwater", False),
        ("", False),
    ],
    ids=["address", "name and address", "wide letters", "its own", "no address", "none"],
)  # fmt: skip
def test_a_name_that_is_another_address_is_doubted(name: str, doubted: bool) -> None:
    assert bool(doubts(claims(sender="x@evil.example", name=name))) is doubted


def test_a_person_who_vouched_for_the_mail_ends_the_doubts() -> None:
    known = KnownParties(vouched=True)
    assert doubts(claims(verdict="fail", reply_to=("a@evil.example",)), known, imitates="x.example", how="y") == ()


def test_trouble_and_doubts_are_one_sentence() -> None:
    assert trouble_with("", ()) == ""
    assert trouble_with("the address is new", ()) == "the address is new"
    assert trouble_with("the address is new", ("a", "b")) == (
        "it may not be from whom it says: a; b; the address is new"
    )


def test_a_mail_of_before_the_checks_claims_nothing() -> None:
    assert claims_of("Tom@X.example", {}) == SenderClaims("tom@x.example", "", (), "none", "")
