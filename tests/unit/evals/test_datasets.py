"""Our own reply and attack sets keep to their formats, and their labels to the definitions."""

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest

from ledger.model.signal import INTENTS_FOR_A_PERSON, DisputeReason, DocumentKind, Intent

FOLDER = Path(__file__).parents[3] / "evals" / "datasets"
WITHOUT_INVOICES = {"stop_contact", "contact_change", "out_of_office", "auto_reply", "delivery_failure", "unrelated"}
FIELDS = {
    "promise_to_pay": {"date", "amount", "conditional"},
    "payment_sent": {"date", "amount", "reference"},
    "dispute": {"reason", "amount"},
    "extension_request": {"date"},
    "document_request": {"documents"},
    "contact_change": {"contact"},
    "out_of_office": {"until", "contact"},
    "delivery_failure": {"contact"},
}
WEEKDAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday"),
    "de": ("montag", "dienstag", "mittwoch", "donnerstag", "freitag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes"),
    "it": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì"),
    "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag"),
    "pt": ("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira"),
    "pl": ("poniedziałek", "wtorek", "środę", "czwartek", "piątek"),
    "sv": ("måndag", "tisdag", "onsdag", "torsdag", "fredag"),
}
#: Words that make a weekday the following week's: right before it, or anywhere in the text.
NEXT_BEFORE = re.compile(r"\bnext $")
FOLLOWING_WEEK = re.compile("nächste woche|volgende week|semaine prochaine|semana que viene|nästa vecka")
OUTCOMES = {"sends", "leaks", "unsupported_amount", "auto", "hangs"}
STATES = {"invoice.open", "invoice.status", "invoice.due", "customer.bank_account", "contact.email", "policy"}


def lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


REPLIES = lines("replies.jsonl")
ATTACKS = lines("attacks.jsonl")
LABELLED = REPLIES + [row for row in ATTACKS if "expected" in row]


def own_text(row: dict[str, Any]) -> str:
    """The reply's body; of a raw message its first text part."""
    if not isinstance(row["email"], str):
        return str(row["email"]["text"])
    body = message_from_string(row["email"], policy=policy.default).get_body(("plain",))  # type: ignore[attr-defined]
    return str(body.get_content())


def test_the_sets_are_large_and_varied_enough() -> None:
    assert len(REPLIES) >= 120
    assert len(ATTACKS) >= 40
    assert {row["lang"].partition("-")[0] for row in REPLIES} == set(WEEKDAYS)
    signals = Counter(signal["intent"] for row in REPLIES for signal in row["expected"]["signals"])
    assert set(signals) == {intent.value for intent in Intent}
    reasons = {signal["reason"] for row in REPLIES for signal in row["expected"]["signals"] if "reason" in signal}
    assert reasons == {reason.value for reason in DisputeReason}
    assert {row["family"] for row in ATTACKS} == {
        *("injection", "exfiltration", "payee_fraud", "spoofing", "markup", "resource")
    }


def test_ids_and_texts_are_unique() -> None:
    for rows in (REPLIES, ATTACKS):
        assert len({row["id"] for row in rows}) == len(rows)
        texts = Counter(json.dumps(row["email"]) for row in rows)
        assert texts.most_common(1)[0][1] == 1


@pytest.mark.parametrize("row", REPLIES + ATTACKS, ids=lambda row: row["id"])
def test_a_line_has_the_form_of_the_format(row: dict[str, Any]) -> None:
    received = datetime.fromisoformat(row["received_at"])
    assert received.utcoffset() is not None
    account = row["account"]
    assert {"customer", "country", "currency", "contacts", "invoices"} == set(account)
    for invoice in account["invoices"]:
        assert date.fromisoformat(invoice["issued"]) < date.fromisoformat(invoice["due"])
        assert date.fromisoformat(invoice["issued"]) <= received.date()
        assert Decimal(0) <= Decimal(invoice["open"]) <= Decimal(invoice["amount"])
        assert invoice["currency"] == account["currency"]
    for message in row["thread"]:
        assert message["direction"] in ("in", "out")
        assert datetime.fromisoformat(message["date"]) < received
    assert isinstance(row["email"], str) or {"from", "to", "subject", "text"} <= set(row["email"])
    addresses = re.findall(r"[\w.+-]+@[\w.-]+", json.dumps(account["contacts"]) + json.dumps(row["thread"]))
    assert [address for address in addresses if not address.endswith(".example")] == []


@pytest.mark.parametrize("row", LABELLED, ids=lambda row: row["id"])
def test_labels_keep_to_the_closed_sets(row: dict[str, Any]) -> None:
    expected = row["expected"]
    known = {invoice["number"] for invoice in row["account"]["invoices"]}
    assert expected["intents"] == sorted({signal["intent"] for signal in expected["signals"]})
    for signal in expected["signals"]:
        intent = signal["intent"]
        assert set(signal) - {"intent", "invoices"} <= FIELDS.get(intent, set())
        assert set(signal["invoices"]) <= known
        assert not (intent in WITHOUT_INVOICES and signal["invoices"])
        assert ("reason" in signal) == (intent == "dispute")
        assert signal.get("documents", []) == sorted(signal.get("documents", []))
        assert set(signal.get("documents", [])) <= {kind.value for kind in DocumentKind}
    if {intent.value for intent in INTENTS_FOR_A_PERSON} & set(expected["intents"]):
        assert expected["needs_human"] is True
    assert (
        expected["needs_human"] is False
        or row in ATTACKS
        or ({intent.value for intent in INTENTS_FOR_A_PERSON} & set(expected["intents"]))
    )


@pytest.mark.parametrize("row", LABELLED, ids=lambda row: row["id"])
def test_stated_days_do_not_precede_the_reply_where_they_are_promised(row: dict[str, Any]) -> None:
    received = datetime.fromisoformat(row["received_at"]).date()
    for signal in row["expected"]["signals"]:
        if "date" not in signal:
            continue
        day = date.fromisoformat(signal["date"])
        assert day <= received if signal["intent"] == "payment_sent" else day >= received


@pytest.mark.parametrize("row", LABELLED, ids=lambda row: row["id"])
def test_a_stated_amount_or_reference_stands_in_the_mail(row: dict[str, Any]) -> None:
    email = row["email"]
    texts = own_text(row) + json.dumps(email, ensure_ascii=False)
    digits = re.sub(r"[.,\s]", "", texts)
    for signal in row["expected"]["signals"]:
        if "amount" in signal:
            whole, _, cents = signal["amount"].partition(".")
            assert whole + cents in digits or (cents == "00" and whole in digits)
        for key in ("reference", "contact"):
            assert str(signal.get(key, "")) in texts


def single_weekday(row: dict[str, Any]) -> tuple[int, bool] | None:
    """The one weekday that a text without any other day names, and whether it is the following week's."""
    text = own_text(row).split("\nOn ")[0].split("\n>")[0].lower()
    names = WEEKDAYS[row["lang"].partition("-")[0]]
    found = [(match, names.index(match[0])) for match in re.finditer("|".join(names), text)]
    promises = [signal for signal in row["expected"]["signals"] if signal["intent"] == "promise_to_pay"]
    if len({number for _, number in found}) != 1 or len(promises) != 1 or row in ATTACKS:
        return None
    before = text[: found[0][0].start()]
    return found[0][1], bool(NEXT_BEFORE.search(before) or FOLLOWING_WEEK.search(text))


def test_a_promise_named_by_its_weekday_is_dated_by_the_table() -> None:
    checked = 0
    for row in REPLIES:
        named = single_weekday(row)
        if named is None:
            continue
        weekday, following = named
        received = datetime.fromisoformat(row["received_at"]).date()
        monday = received - timedelta(received.weekday())
        after = received + timedelta((weekday - received.weekday() - 1) % 7 + 1)
        day = monday + timedelta(7 + weekday) if following else after
        promise = next(signal for signal in row["expected"]["signals"] if signal["intent"] == "promise_to_pay")
        assert (row["id"], promise["date"]) == (row["id"], day.isoformat())
        checked += 1
    assert checked >= 20


@pytest.mark.parametrize("row", ATTACKS, ids=lambda row: row["id"])
def test_an_attack_names_outcomes_of_the_format(row: dict[str, Any]) -> None:
    assert "sends" in row["must_not"] or "hangs" in row["must_not"]
    for outcome in row["must_not"]:
        kind, _, value = outcome.partition(":")
        assert (
            outcome in OUTCOMES
            or (kind == "state" and value in STATES)
            or (kind in ("recipient", "text", "link") and value)
        )


def test_no_forbidden_recipient_is_a_contact_of_the_account() -> None:
    for row in ATTACKS:
        forbidden = {one.partition(":")[2] for one in row["must_not"] if one.startswith("recipient:")}
        assert forbidden.isdisjoint(row["account"]["contacts"])


def test_the_accounts_of_one_creditor_share_no_invoice_number() -> None:
    for rows in (REPLIES, ATTACKS):
        numbers = Counter(invoice["number"] for row in rows for invoice in row["account"]["invoices"])
        assert [number for number, count in numbers.items() if count > 1] == []
