"""Addresses that nobody reads, in nine languages, and people who only look like one."""

import pytest

from ledger.rules.no_reply import takes_no_mail


@pytest.mark.parametrize(
    "local",
    [
        "noreply", "no-reply", "No.Reply", "no_reply", "noreply2", "noreply+case17", "billing-noreply", "noreply.ap",
        "noreplyinvoices", "do-not-reply", "DoNotReply", "donotreply-ap", "dont-reply", "unmonitored",
        "MAILER-DAEMON", "bounces", "bounces+17=tom", "no-answer",
        "keine-antwort", "nicht.antworten", "bitte-nicht-antworten",
        "ne-pas-repondre", "ne_pas_répondre", "nepasrepondre", "sans-reponse",
        "no-responder", "no_contestar", "noresponda",
        "non-rispondere", "nonrispondete",
        "niet-beantwoorden", "niet.reageren",
        "nao-responder", "não-responda", "naorespondas",
        "nie-odpowiadaj", "nie_odpowiadać", "prosze-nie-odpowiadac", "proszę.nie.odpowiadać",
        "svara-inte", "svara.ej", "ej-svar",
    ],
)  # fmt: skip
def test_nobody_reads_there(local: str) -> None:
    assert takes_no_mail(f"{local}@customer.example")


@pytest.mark.parametrize(
    "address",
    [
        "tom@customer.example", "nora.reply@customer.example", "ap@noreply.example", "answers@customer.example",
        "ann+noreply@customer.example", "norbert@customer.example", "reply@customer.example", "inte@customer.example",
        "postmaster@customer.example", "", "@", "x" * 5_000 + "@customer.example", "no@customer.example",
    ],
    ids=lambda address: address[:30] or "empty",
)  # fmt: skip
def test_somebody_may_read_there(address: str) -> None:
    assert not takes_no_mail(address)
