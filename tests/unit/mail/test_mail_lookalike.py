"""A domain that looks like a known one is told apart from the known one, from what lies below it, and from others."""

import time

import pytest

from mail.lookalike import LookAlike, look_alike, readable

KNOWN = ("brightwater.example", "seller.example", "abc.example", "harbour.co.uk")
ALPHABET = "it is written with letters of another alphabet"
ALIKE = "it is written with letters that look alike"
TYPED = "one letter is another one, is missing or was added"
WORD = "a word was added to the name"
FRONT = "the name only stands in front of another domain"
IMITATIONS = {
    "brightwatеr.example": ALPHABET,
    "xn--brightwatr-ssi.example": ALPHABET,
    "brıghtwater.example": ALPHABET,
    "brightwâter.example": ALPHABET,
    "brightvvater.example": ALIKE,
    "br1ghtwater.example": ALIKE,
    "bríghtvvater.example": ALIKE,
    "brightwaterr.example": TYPED,
    "brightwter.example": TYPED,
    "brihgtwater.example": TYPED,
    "brightwadter.example": TYPED,
    "bright-water.example": "it has a hyphen more or less",
    "brightwater-payments.example": WORD,
    "brightwaterpay.example": WORD,
    "my-brightwater-invoices.com": WORD,
    "brightwater.com": "it ends in .com, not in .example",
    "harbour.com": "it ends in .com, not in .co.uk",
    "mail.brightwater.com": "it ends in .com, not in .example",
    "brightwater.example.evil.com": FRONT,
    "brightwater.evil.com": FRONT,
}


@pytest.mark.parametrize(("domain", "how"), IMITATIONS.items(), ids=[ascii(domain) for domain in IMITATIONS])
def test_an_imitation_is_found_and_named(domain: str, how: str) -> None:
    known = "harbour.co.uk" if domain.startswith("harbour") else "brightwater.example"
    assert look_alike(domain, KNOWN) == LookAlike(known, how)


@pytest.mark.parametrize(
    "domain",
    [
        "brightwater.example", "BRIGHTWATER.example.", "tom@brightwater.example", "mail.brightwater.example",
        "co.uk", "moonlight.example", "water.example", "bright.example", "brightwatermeadows.example", "abd.example",
        "abc-group.other", "", "no domain", "example", ".", "x" * 300,
    ],
)  # fmt: skip
def test_the_known_and_the_other_are_no_imitations(domain: str) -> None:
    assert look_alike(domain, KNOWN) is None


def test_a_domain_is_shown_in_the_letters_that_its_reader_sees() -> None:
    assert readable("xn--brightwatr-ssi.example") == "brightwatеr.example"
    assert readable("xn--\x00broken\u20ac.example").endswith(".example")


def test_tens_of_thousands_of_customers_are_compared_in_a_second_or_two() -> None:
    known = [f"customer{n:05}name.example" for n in range(20_000)]
    started = time.process_time()
    assert look_alike("moonlight-kitchens.example", known) is None
    assert time.process_time() - started < 5
