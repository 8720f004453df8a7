"""A signature is checked here where nobody trusted looked at it; what proves nothing leaves the mail as it was."""

import time

import pytest
from dkim.canonicalization import Relaxed, Simple
from factories.signed_mail import FakeDns, dns_with, key_of, signed
from hypothesis import given
from hypothesis import strategies as st

from integrations.ports.dns_txt import DnsUnavailable
from jobs.sender_checks import SenderChecks
from mail.authentication import SenderTrust, Verdict
from mail.dkim_signature import _canonical, trust_by_signature
from mail.parse_mime import parse_mime

RAW = (
    b"From: Tom <tom@brightwater.example>\r\nTo: ar@seller.example\r\nSubject: Re: INV-20417\r\n"
    b"Date: Mon, 20 Apr 2026 09:12:00 +0100\r\n\r\nHello   there  \r\n\r\nwe pay on Friday.\r\n\r\n\r\n"
)


def verdict(raw: bytes, dns: FakeDns | None = None, domain: str = "brightwater.example") -> Verdict:
    return trust_by_signature(raw, domain, (dns or dns_with()).txt, DnsUnavailable).verdict


@pytest.mark.parametrize("canonical", ["relaxed/relaxed", "relaxed/simple", "simple/relaxed", "simple/simple"])
def test_a_good_signature_passes_and_a_changed_mail_fails(canonical: str) -> None:
    mail = signed(RAW, canonical=canonical)
    assert verdict(mail) is Verdict.PASS
    assert verdict(mail.replace(b"\r\n", b"\n")) is Verdict.PASS
    assert verdict(mail.replace(b"Friday", b"Monday")) is Verdict.FAIL
    assert verdict(mail.replace(b"INV-20417", b"INV-666")) is Verdict.FAIL
    assert verdict(b"From: Tom <boss@brightwater.example>\r\n" + mail) is Verdict.FAIL


def test_it_says_who_signed_and_whose_signature_is_wrong() -> None:
    good = trust_by_signature(signed(RAW), "brightwater.example", dns_with().txt, DnsUnavailable)
    assert good == SenderTrust(Verdict.PASS, "dkim", "it is signed by brightwater.example (DKIM)", dkim_checked=True)


def test_a_domain_above_or_below_may_sign_and_another_may_not() -> None:
    assert (
        verdict(signed(RAW, domain="mail.brightwater.example"), dns_with("mail.brightwater.example")) is Verdict.PASS
    )
    dns = dns_with("evil.example")
    assert verdict(signed(RAW, domain="evil.example"), dns) is Verdict.NONE
    assert dns.asked == []


PROVES_NOTHING = {
    "no signature": (RAW, dns_with()),
    "no key": (signed(RAW), FakeDns()),
    "no answer": (signed(RAW), FakeDns(silent=True)),
    "revoked key": (signed(RAW), dns_with(record="v=DKIM1; k=rsa; p=")),
    "broken key": (signed(RAW), dns_with(record="v=DKIM1; k=rsa; p=AAAA")),
    "no record of DKIM": (signed(RAW), dns_with(record="v=spf1 -all")),
    "a test's key": (signed(RAW).replace(b"Friday", b"Monday"), dns_with(record=f"t=y; {key_of()[1]}")),
    "key too long": (signed(RAW), dns_with(record=f"{key_of()[1]}; n={'x' * 2_000}")),
    "part of the body": (signed(RAW, partly=True), dns_with()),
    "words behind a part": (signed(RAW, partly=True) + b"Pay to another account.\r\n", dns_with()),
    "expired": (signed(RAW).replace(b"; s=s1;", b"; s=s1; x=1000000000;"), dns_with()),
    "old algorithm": (signed(RAW).replace(b"rsa-sha256", b"rsa-sha1"), dns_with()),
    "unknown algorithm": (signed(RAW).replace(b"rsa-sha256", b"ed25519-sha256"), dns_with()),
    "nonsense": (b"DKIM-Signature: d=brightwater.example; a=rsa-sha256; h=from; ==;;\r\n" + RAW, dns_with()),
    "header that is none": (b"nonsense\r\n" + signed(RAW), dns_with()),
    "no body": (b"From: tom@brightwater.example", dns_with()),
    "nothing": (b"", dns_with()),
}


@pytest.mark.parametrize(("raw", "dns"), PROVES_NOTHING.values(), ids=PROVES_NOTHING)
def test_what_proves_nothing_is_as_good_as_no_signature(raw: bytes, dns: FakeDns) -> None:
    assert verdict(raw, dns) is Verdict.NONE


def test_a_short_key_counts_for_nothing() -> None:
    short = signed(RAW, bits=1024).replace(b"x", b"x")
    assert verdict(short, dns_with(bits=1024)) is Verdict.PASS
    weak = key_of(1024)[1].replace("p=", "p=AA")
    assert verdict(short, dns_with(record=weak)) is Verdict.NONE


def test_one_good_signature_of_several_is_enough_and_three_are_tried() -> None:
    broken = signed(RAW.replace(b"Friday", b"Monday")).split(b"From: Tom", 1)[0]
    assert verdict(broken + signed(RAW)) is Verdict.PASS
    dns = dns_with()
    assert verdict(broken * 10 + signed(RAW), dns) is Verdict.FAIL
    assert len(dns.asked) == 3


def test_the_key_is_asked_for_only_where_nobody_trusted_has_spoken() -> None:
    google = (
        b"Received: from mail.x.example (mail.x.example. [203.0.113.9]) by mx.google.com with ESMTPS; x\r\n"
        b"Authentication-Results: mx.google.com; "
    )
    dns = dns_with()
    checks = SenderChecks(("mx.google.com",), dns)
    said = {
        results: checks.check(parse_mime(mail), mail).verdict
        for results in (b"dkim=none; spf=none", b"spf=none", b"dmarc=fail header.from=brightwater.example")
        for mail in [google + results + b"\r\n" + signed(RAW)]
    }
    assert list(said.values()) == [Verdict.NONE, Verdict.PASS, Verdict.FAIL]
    assert len(dns.asked) == 1


def test_with_lookups_switched_off_nothing_is_known() -> None:
    mail = signed(RAW)
    assert SenderChecks((), None).check(parse_mime(mail), mail).verdict is Verdict.NONE


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b" ", b"\t", b"a"]), max_size=12).map(b"".join))
def test_the_body_that_the_library_gets_is_the_one_that_it_would_make(body: bytes) -> None:
    plain = body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for kind, relaxed in ((Relaxed, True), (Simple, False)):
        made = kind.canonicalize_body(_canonical(body, relaxed=relaxed))
        assert made == kind.canonicalize_body(plain)


HOSTILE_BODIES = {
    "blanks": b" " * 2_000_000 + b"x",
    "tabs and blanks": b" \t" * 1_000_000 + b"\r\nx",
    "empty lines": b"\n" * 2_000_000,
    "lines of blanks": b"  \r\n" * 500_000,
    "bare CR": b"\r" * 2_000_000,
}
HOSTILE_SIGNATURES = {
    "blanks in b": b"b=" + b"\r\n " * 60 + b"!",
    "blanks all over": b"b=" + (b"a" + b"\n " * 50) * 30 + b"!",
    "many tags": b";b=" * 1_500,
    "many headers": b"h=" + b"from:" * 1_100,
    "a long one": b"b=" + b"a" * 50_000,
}


@pytest.mark.parametrize("body", HOSTILE_BODIES.values(), ids=HOSTILE_BODIES)
def test_hostile_bodies_take_linear_time(body: bytes) -> None:
    head = signed(RAW).split(b"\r\n\r\n", 1)[0]
    started = time.process_time()
    assert verdict(head + b"\r\n\r\n" + body) is Verdict.FAIL
    assert time.process_time() - started < 5


@pytest.mark.parametrize("tags", HOSTILE_SIGNATURES.values(), ids=HOSTILE_SIGNATURES)
def test_hostile_signatures_cost_little(tags: bytes) -> None:
    head = b"DKIM-Signature: v=1; a=rsa-sha256; d=brightwater.example; s=s1; bh=aaaa; h=from; " + tags + b"\r\n"
    started = time.process_time()
    assert verdict(head + RAW) is not Verdict.PASS
    assert time.process_time() - started < 2
