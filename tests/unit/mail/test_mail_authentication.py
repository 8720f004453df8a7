"""Whose word counts on where a mail comes from: headers of trusted hosts in the part that no stranger can write."""

import time

import pytest

from mail.authentication import SenderTrust, Verdict, trust_by_headers
from mail.authentication_results import CheckResult, read_results
from mail.parse_mime import parse_mime

TRUSTED = ("mx.google.com", "microsoft-365", "mx.seller.example", "seller.example")
FROM = "From: Tom Reed <tom@brightwater.example>\r\nSubject: Re: INV-20417\r\n\r\nHello.\r\n"
GOOGLE = (
    "Received: by 2002:a05:6a20:3d92:b0:123 with SMTP id s18; Mon, 20 Apr 2026 01:12:00 -0700 (PDT)\r\n"
    "ARC-Authentication-Results: i=1; mx.google.com; dmarc=pass header.from=brightwater.example\r\n"
    "Return-Path: <tom@brightwater.example>\r\n"
    "Received: from mail.brightwater.example (mail.brightwater.example. [203.0.113.9])\r\n"
    "        by mx.google.com with ESMTPS id 41si1234; Mon, 20 Apr 2026 01:12:00 -0700 (PDT)\r\n"
)
POSTFIX = (
    "Received: from mx.seller.example (mx.seller.example [10.0.0.2])\r\n"
    "\tby imap.seller.example (Dovecot) with LMTP id 1; Mon, 20 Apr 2026 09:12:01 +0100\r\n"
    "Received: from mail.brightwater.example (mail.brightwater.example [203.0.113.9])\r\n"
    "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
    "\tby mx.seller.example (Postfix) with ESMTPS id 2; Mon, 20 Apr 2026 09:12:00 +0100\r\n"
)
MICROSOFT = (
    "Received: from AM0PR01.eurprd01.prod.outlook.com (2603:10a6:20b::10)\r\n"
    " by AM9PR01.eurprd01.prod.outlook.com with HTTPS; Mon, 20 Apr 2026 08:12:02 +0000\r\n"
    "Received: from DB5EUR01FT1.eop-EUR01.prod.protection.outlook.com (2603:10a6:20b::11)\r\n"
    " by AM0PR01.outlook.office365.com (2603:10a6:20b::12) with Microsoft SMTP Server; 08:12:01 +0000\r\n"
    "{results}"
    "Received-SPF: Pass (protection.outlook.com: domain of brightwater.example designates 203.0.113.9)\r\n"
    "Received: from mail.brightwater.example (203.0.113.9)\r\n"
    " by DB5EUR01FT1.mail.protection.outlook.com (10.152.0.1) with Microsoft SMTP Server; 08:12:00 +0000\r\n"
)
OTHERS = "Received: from pc (localhost [127.0.0.1]) by mail.brightwater.example with ESMTP; 09:11 +0100\r\n"


def trust(headers: str, trusted: tuple[str, ...] = TRUSTED) -> SenderTrust:
    return trust_by_headers(parse_mime((headers + FROM).encode()), trusted)


def by_google(results: str) -> Verdict:
    return trust(f"{GOOGLE}Authentication-Results: mx.google.com;\r\n       {results}\r\n{OTHERS}").verdict


OF_GOOGLE = {
    "dmarc": (
        "dkim=pass header.i=@brightwater.example header.s=s header.b=AbC=; dmarc=pass (p=REJECT (sp=NONE)) "
        "header.from=brightwater.example",
        Verdict.PASS,
    ),
    "dmarc fails": (
        "spf=pass smtp.mailfrom=x@evil.example; dmarc=fail (p=NONE) header.from=brightwater.example",
        Verdict.FAIL,
    ),
    "dmarc of another sender": ("dmarc=pass header.from=evil.example", Verdict.FAIL),
    "dkim of the domain": ("dkim=pass header.i=@brightwater.example", Verdict.PASS),
    "dkim of a sub-domain": ("dkim=pass header.d=mail.brightwater.example", Verdict.PASS),
    "dkim of somebody else": ("dkim=pass header.d=evil.example", Verdict.NONE),
    "dkim of a suffix": ("dkim=pass header.d=example", Verdict.NONE),
    "dkim of a name that only ends alike": ("dkim=pass header.d=notbrightwater.example", Verdict.NONE),
    "dkim fails": ("dkim=fail (body hash did not verify) header.d=brightwater.example", Verdict.FAIL),
    "dkim of nobody fails": ("dkim=fail (bad signature)", Verdict.FAIL),
    "dkim of a list fails": ("dkim=fail header.d=list.example", Verdict.NONE),
    "one signature of two": (
        "dkim=fail header.d=brightwater.example header.s=a; dkim=pass header.d=brightwater.example header.s=b",
        Verdict.PASS,
    ),
    "spf of the domain": ("spf=pass (sender) smtp.mailfrom=tom@brightwater.example", Verdict.PASS),
    "spf of another envelope": ("spf=pass smtp.mailfrom=bounce@evil.example", Verdict.NONE),
    "spf fails": ("spf=fail smtp.mailfrom=tom@brightwater.example", Verdict.FAIL),
    "spf fails in the old word": ("spf=hardfail smtp.mailfrom=tom@brightwater.example", Verdict.FAIL),
    "spf of an empty envelope fails": (
        "spf=fail smtp.mailfrom=; spf=fail smtp.helo=brightwater.example",
        Verdict.FAIL,
    ),
    "none": ("none", Verdict.NONE),
    "only a comment": ("spf=neutral (dmarc=pass header.from=brightwater.example; dkim=pass)", Verdict.NONE),
    "only a quoted string": ('spf=none reason="; dmarc=pass header.from=brightwater.example"', Verdict.NONE),
    "said twice": ("dmarc=pass header.from=evil.example header.from=brightwater.example", Verdict.FAIL),
    "cased and versioned": ("DMARC/1=PASS header.from=BrightWater.Example", Verdict.PASS),
}


@pytest.mark.parametrize(("results", "verdict"), OF_GOOGLE.values(), ids=OF_GOOGLE)
def test_a_trusted_hosts_results_are_weighed_against_the_from_domain(results: str, verdict: Verdict) -> None:
    assert by_google(results) is verdict


BODY_CHANGED = "dkim=neutral (body hash did not verify) header.i=@brightwater.example header.s=s1"
#: Checks that were made and did not pass, each with what it would be worth beside a proof.
SOFT = {
    "spf softfail": "spf=softfail smtp.mailfrom=tom@brightwater.example",
    "spf temperror": "spf=temperror smtp.mailfrom=tom@brightwater.example",
    "spf permerror": "spf=permerror smtp.mailfrom=brightwater.example",
    "spf policy": "spf=policy smtp.mailfrom=brightwater.example",
    "spf softfail of an empty envelope": "spf=softfail smtp.helo=mail.brightwater.example",
    "dkim neutral": BODY_CHANGED,
    "dkim temperror": "dkim=temperror header.d=brightwater.example",
    "dkim permerror": "dkim=permerror header.i=@brightwater.example",
    "dkim permerror of nobody": "dkim=permerror (syntax error)",
    "dkim policy": "dkim=policy header.d=brightwater.example",
    "dmarc temperror": "dmarc=temperror header.from=brightwater.example",
    "dmarc permerror": "dmarc=permerror",
}


@pytest.mark.parametrize("results", SOFT.values(), ids=SOFT)
def test_a_check_that_did_not_pass_is_a_weak_failure(results: str) -> None:
    found = trust(f"{GOOGLE}Authentication-Results: mx.google.com; {results}\r\n{OTHERS}")
    assert (found.verdict, found.is_weak) == (Verdict.FAIL, True)
    assert found.words.startswith("mx.google.com could not confirm that the mail is from brightwater.example: ")


@pytest.mark.parametrize("results", SOFT.values(), ids=SOFT)
def test_a_weak_failure_does_not_outweigh_a_proof_beside_it(results: str) -> None:
    assert by_google(f"{results}; dkim=pass header.d=brightwater.example") is Verdict.PASS


@pytest.mark.parametrize(
    "results",
    [
        "spf=neutral smtp.mailfrom=tom@brightwater.example",
        "spf=none smtp.mailfrom=tom@brightwater.example; dkim=none; dmarc=none header.from=brightwater.example",
        "spf=softfail smtp.mailfrom=bounce@list.example",
        "dkim=neutral (no signature)",
        "dkim=temperror header.d=list.example",
    ],
    ids=["spf neutral", "none of all", "spf of another envelope", "no signature", "dkim of a list"],
)
def test_what_says_nothing_of_the_from_domain_is_no_failure(results: str) -> None:
    assert by_google(results) is Verdict.NONE


def test_a_failure_is_not_weakened_by_a_weak_one() -> None:
    found = trust(f"{GOOGLE}Authentication-Results: mx.google.com; {BODY_CHANGED}; dmarc=fail\r\n")
    assert (found.verdict, found.is_weak) == (Verdict.FAIL, False)


def test_words_say_who_found_what() -> None:
    good = trust(f"{GOOGLE}Authentication-Results: mx.google.com; dmarc=pass header.from=brightwater.example\r\n")
    bad = trust(f"{GOOGLE}Authentication-Results: mx.google.com; dmarc=fail header.from=brightwater.example\r\n")
    assert good.words == "mx.google.com found that it is from brightwater.example (DMARC)"
    assert bad.words == "mx.google.com found that the mail is not from brightwater.example: its DMARC check failed"


PASSES = "dmarc=pass header.from=brightwater.example"
#: Ways to bring a result along; none of them is believed.
FORGED = {
    "no trace at all": f"Authentication-Results: mx.google.com; {PASSES}\r\n",
    "below the border": f"{POSTFIX}{OTHERS}Authentication-Results: mx.seller.example; {PASSES}\r\n",
    "below a forged hop of ours": (
        f"{POSTFIX}Received: by mx.seller.example with LMTP; x\r\n"
        f"Authentication-Results: mx.seller.example; {PASSES}\r\n"
    ),
    "of a host that is not trusted": f"{POSTFIX}Authentication-Results: mx.evil.example; {PASSES}\r\n",
    "of a host that is trusted elsewhere": (
        "Received: from evil.example (evil.example [203.0.113.66]) by mx.unknown.example with ESMTP; x\r\n"
        f"Authentication-Results: mx.google.com; {PASSES}\r\n"
    ),
    "by a sender who calls himself us": (
        "Received: from mx.seller.example (evil.example [203.0.113.66]) by mx.seller.example (Postfix); x\r\n"
        "Received: by mx.seller.example with LMTP; x\r\n"
        f"Authentication-Results: mx.seller.example; {PASSES}\r\n"
    ),
    "by a nameless sender who calls himself us": (
        "Received: from mx.seller.example (unknown [203.0.113.66]) by mx.seller.example (Postfix); x\r\n"
        "Received: by mx.seller.example with LMTP; x\r\n"
        f"Authentication-Results: mx.seller.example; {PASSES}\r\n"
    ),
    "at a border that calls itself localhost": (
        "Received: from evil.example (evil.example [203.0.113.66]) by localhost (Postfix) with ESMTP id 1; x\r\n"
        f"Authentication-Results: mx.google.com; {PASSES}\r\n"
    ),
    "at a border that names a private address": (
        "Received: from evil.example (evil.example [203.0.113.66]) by 10.0.0.5 (Postfix) with ESMTP id 1; x\r\n"
        f"Authentication-Results: mx.seller.example; {PASSES}\r\n"
    ),
    "at such a border, by a sender who calls himself us": (
        "Received: from mx.google.com ([203.0.113.66]) by 10.0.0.5 (Postfix) with ESMTP id 1; x\r\n"
        "Received: from x.example (x.example [203.0.113.67]) by mx.google.com with ESMTP; x\r\n"
        f"Authentication-Results: mx.google.com; {PASSES}\r\n"
    ),
    "at such a border, by a sender without a name behind a router": (
        "Received: from [172.17.0.1] by localhost (Postfix) with ESMTP id 1; x\r\n"
        "Received: from x.example (x.example [203.0.113.67]) by mx.google.com with ESMTP; x\r\n"
        f"Authentication-Results: mx.google.com; {PASSES}\r\n"
    ),
    "under a name below ours": f"{POSTFIX}Authentication-Results: a.mx.seller.example; {PASSES}\r\n",
    "under a name above ours": f"{GOOGLE}Authentication-Results: google.com; {PASSES}\r\n",
    "of a service that did not receive it": f"{POSTFIX}Authentication-Results: mx.google.com; {PASSES}\r\n",
    "without a name": f"{POSTFIX}Authentication-Results: {PASSES}\r\n",
    "as the second header": (
        f"{GOOGLE}Authentication-Results: mx.google.com; spf=none\r\n"
        f"Authentication-Results: mx.google.com; {PASSES}\r\n"
    ),
    "in ARC": f"{GOOGLE}ARC-Authentication-Results: i=2; mx.google.com; {PASSES}\r\n",
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_what_a_stranger_could_have_written_proves_nothing(headers: str) -> None:
    assert trust(headers).verdict is Verdict.NONE


def test_a_failure_counts_from_each_header_of_the_trusted_host() -> None:
    headers = (
        f"{POSTFIX}Authentication-Results: mx.seller.example; spf=pass smtp.mailfrom=tom@brightwater.example\r\n"
        "Authentication-Results: mx.other.example; none\r\n"
        "Authentication-Results: mx.seller.example; dmarc=fail header.from=brightwater.example\r\n"
    )
    assert trust(headers).verdict is Verdict.FAIL


@pytest.mark.parametrize("above", [True, False], ids=["above the hops", "between the hops"])
def test_our_own_servers_line_counts_wherever_in_our_house_it_stands(above: bool) -> None:
    line = f"Authentication-Results: mx.seller.example 1;\r\n\tdkim=none;\r\n\t{PASSES}\r\n"
    first, second = POSTFIX.split("Received: from mail", 1)
    headers = line + POSTFIX if above else f"{first}{line}Received: from mail{second}"
    assert trust(headers).verdict is Verdict.PASS


@pytest.mark.parametrize(
    "last_hop",
    [
        "Received: from mx.seller.example (mx.seller.example [10.0.0.2]) by localhost (Dovecot) with LMTP; x\r\n",
        "Received: from mx.seller.example (mx.seller.example [10.0.0.2]) by 10.0.0.9 with LMTP id 1; x\r\n",
        "Received: by localhost with LMTP id 1; x\r\n",
    ],
    ids=["localhost", "private address", "from nobody"],
)
def test_a_last_hop_inside_our_house_may_have_no_name_of_its_own(last_hop: str) -> None:
    border = "Received: from mail" + POSTFIX.split("Received: from mail", 1)[1]
    headers = f"{last_hop}{border}Authentication-Results: mx.seller.example; {PASSES}\r\n"
    assert trust(headers).verdict is Verdict.PASS


OF_MICROSOFT = {
    "pass": (
        "spf=pass (sender IP is 203.0.113.9) smtp.mailfrom=brightwater.example; dkim=pass (signature was verified) "
        "header.d=brightwater.example;dmarc=pass action=none header.from=brightwater.example;compauth=pass",
        Verdict.PASS,
    ),
    "best guess": ("spf=none; dmarc=bestguesspass action=none header.from=brightwater.example", Verdict.PASS),
    "composite": (
        "spf=none (sender IP is 203.0.113.9) smtp.mailfrom=brightwater.example; seller.example; dkim=none (message "
        "not signed) header.d=none;dmarc=none action=none header.from=brightwater.example;compauth=fail reason=001",
        Verdict.FAIL,
    ),
    "inside": ("dkim=none (message not signed) header.d=none;dmarc=none action=none", Verdict.NONE),
}  # fmt: skip


@pytest.mark.parametrize(("results", "verdict"), OF_MICROSOFT.values(), ids=OF_MICROSOFT)
def test_microsoft_names_no_host_and_is_known_by_its_servers(results: str, verdict: Verdict) -> None:
    headers = MICROSOFT.format(results=f"Authentication-Results: {results}\r\n") + OTHERS
    assert trust(headers).verdict is verdict
    assert trust(headers, ("mx.google.com",)).verdict is Verdict.NONE


def test_a_mail_of_two_froms_is_doubted_whoever_vouches_for_it() -> None:
    headers = f"From: x@evil.example\r\n{GOOGLE}Authentication-Results: mx.google.com; {PASSES}\r\n"
    assert (trust(headers).verdict, trust(headers, ()).verdict) == (Verdict.FAIL, Verdict.FAIL)
    two = parse_mime(b"From: tom@brightwater.example, x@evil.example\r\n\r\nHello.\r\n")
    assert trust_by_headers(two, ()).verdict is Verdict.FAIL
    same = parse_mime(b"From: tom@brightwater.example, ann@brightwater.example\r\n\r\nHello.\r\n")
    assert trust_by_headers(same, ()).verdict is Verdict.NONE


def test_a_result_is_taken_apart_with_its_properties() -> None:
    value = (
        'mx.x.example; dkim=pass reason="good; (really)" header.d="a.example" (a (nested) comment) header.b="q=="; '
        "spf=fail smtp.mailfrom=t@a.example;; =; dmarc; nonsense = ; arc=none"
    )
    read = read_results(value)
    assert read.checked_by == "mx.x.example"
    assert read.results == (
        CheckResult("dkim", "pass", {"reason": "good; (really)", "header.d": "a.example", "header.b": "q=="}),
        CheckResult("spf", "fail", {"smtp.mailfrom": "t@a.example"}),
        CheckResult("arc", "none", {}),
    )


HOSTILE = {
    "open comments": "(" * 60_000,
    "quotes": '"\\"' * 20_000,
    "open quote": 'a="' + "\\x" * 30_000,
    "semicolons": ";" * 60_000,
    "results": "dkim=fail header.d=a.example; " * 2_000,
    "equals": "=" * 60_000,
    "blanks": " \t" * 30_000 + "x",
    "NUL": "mx.google.com\x00; dmarc=pass",
}


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_hostile_headers_cost_little(value: str) -> None:
    started = time.process_time()
    read = read_results(value)
    headers = f"Received: from {value} by mx.google.com; x\r\nAuthentication-Results: {value}\r\n" * 20
    assert trust(GOOGLE + headers).verdict in (Verdict.NONE, Verdict.FAIL)
    assert len(read.results) <= 50
    assert time.process_time() - started < 5
