"""Every paragraph in every language and tone passes the checks; the same texts with a wrong figure do not."""

from datetime import date, timedelta

import pytest

from agent.checks.verify import verify
from ledger.model.decision import Topic, TopicKind
from ledger.model.signal import DisputeReason, DocumentKind, Intent
from prompts.mail_words import Tone, languages
from tests.unit.agent.writing_samples import a_decision, a_signal, a_snapshot, gbp, in_language, written

COUNTRIES = {
    "en": "GB",
    "de": "DE",
    "fr": "FR",
    "es": "ES",
    "it": "IT",
    "nl": "NL",
    "pt": "PT",
    "pl": "PL",
    "sv": "SE",
}
ONE = ("INV-1041",)
TWO = ("INV-1041", "INV-1042")
OPEN = {ONE: gbp("1840.00"), TWO: gbp("2450.50"), (): None}
REST = {ONE: gbp("1590.00"), TWO: gbp("2200.50"), (): None}
STATED_DAY = date(2026, 4, 24)
STATED_AMOUNT = gbp("250.00")


def a_topic(kind: TopicKind, numbers: tuple[str, ...], *, stated: bool) -> Topic:
    found = kind is TopicKind.PAYMENT_FOUND
    return Topic(
        kind,
        numbers,
        amount=gbp("560.00") if found else OPEN[numbers],
        undisputed=REST[numbers] if kind is TopicKind.UNDISPUTED_REST else None,
        stated_day=STATED_DAY if stated else None,
        stated_amount=STATED_AMOUNT if stated else None,
        stated_reference="TRF-99812" if stated else "",
        ledger_day=date(2026, 4, 14) if found else None,
        documents=(DocumentKind.INVOICE_COPY, DocumentKind.OTHER, DocumentKind.STATEMENT) if stated else (),
        dispute_reason=DisputeReason.QUANTITY if stated else None,
    )


def signals_of(kind: TopicKind, *, stated: bool) -> tuple:
    if kind is TopicKind.UNDISPUTED_REST:
        return (a_signal(Intent.DISPUTE, amount=STATED_AMOUNT),)
    if not stated:
        return ()
    return (a_signal(Intent.PAYMENT_SENT, day=STATED_DAY, amount=STATED_AMOUNT, reference="TRF-99812"),)


@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("language", sorted(languages()))
@pytest.mark.parametrize("kind", list(TopicKind))
def test_every_paragraph_passes_every_check(kind: TopicKind, language: str, tone: Tone) -> None:
    snapshot = in_language(a_snapshot(), language, COUNTRIES[language])
    for numbers in (ONE, TWO, ()):
        for stated in (False, True):
            decision = a_decision(a_topic(kind, numbers, stated=stated))
            signals = signals_of(kind, stated=stated)
            draft = written(decision, snapshot, signals, tone)
            result = verify(draft, decision, snapshot, signals)
            assert result.findings == (), (draft.text, result.findings)
            assert draft.language == language
            assert draft.marked_language == ""
            assert "  " not in draft.text
            assert " ." not in draft.text
            assert " ," not in draft.text
            if stated and kind in (TopicKind.PROMISE_NOTED, TopicKind.PAYMENT_NOT_FOUND):
                assert {"statement"} <= {support.kind for support in result.supports}, draft.text


@pytest.mark.parametrize("reason", list(DisputeReason))
@pytest.mark.parametrize("language", sorted(languages()))
def test_every_dispute_reason_and_document_has_words(language: str, reason: DisputeReason) -> None:
    snapshot = in_language(a_snapshot(), language, COUNTRIES[language])
    decision = a_decision(
        Topic(TopicKind.DISPUTE_RECEIVED, ONE, dispute_reason=reason),
        Topic(TopicKind.DOCUMENTS_ATTACHED, ONE, documents=tuple(DocumentKind)),
    )
    draft = written(decision, snapshot)
    assert verify(draft, decision, snapshot, ()).findings == (), draft.text


@pytest.mark.parametrize("language", sorted(languages()))
def test_the_closed_invoice_may_be_called_settled_only_when_the_ledger_shows_it_so(language: str) -> None:
    from dataclasses import replace

    decision = a_decision(Topic(TopicKind.PAYMENT_FOUND, ONE))
    still_open = in_language(a_snapshot(), language, COUNTRIES[language])
    closed = replace(still_open, invoices=tuple(replace(i, open_balance=gbp("0")) for i in still_open.invoices))
    draft = written(decision, closed)
    assert verify(draft, decision, closed, ()).findings == (), draft.text
    assert {f.check for f in verify(draft, decision, still_open, ()).findings} == {"allowed_statements"}, draft.text


@pytest.mark.parametrize("language", sorted(languages()))
def test_one_cent_another_day_another_number_are_each_found(language: str) -> None:
    from dataclasses import replace

    snapshot = in_language(a_snapshot(), language, COUNTRIES[language])
    signals = (a_signal(day=STATED_DAY, amount=STATED_AMOUNT),)
    decision = a_decision(a_topic(TopicKind.PROMISE_NOTED, ONE, stated=True))
    draft = written(decision, snapshot, signals)
    assert "INV-1041" in draft.text
    for before, after, check in (
        ("250", "251", "amounts"),
        ("840.00" if language == "en" else "840,00", "840.01" if language == "en" else "840,01", "amounts"),
        ("24", "25", "dates"),
        ("INV-1041", "INV-9999", "invoice_refs"),
    ):
        assert before in draft.text, (before, draft.text)
        wrong = replace(draft, text=draft.text.replace(before, after))
        assert check in {f.check for f in verify(wrong, decision, snapshot, signals).findings}, wrong.text


@pytest.mark.parametrize("language", sorted(languages()))
def test_a_statement_is_not_supported_once_no_signal_records_it(language: str) -> None:
    snapshot = in_language(a_snapshot(), language, COUNTRIES[language])
    decision = a_decision(a_topic(TopicKind.PAYMENT_NOT_FOUND, ONE, stated=True))
    draft = written(decision, snapshot, signals_of(TopicKind.PAYMENT_NOT_FOUND, stated=True))
    assert {"amounts", "dates", "invoice_refs"} <= {f.check for f in verify(draft, decision, snapshot, ()).findings}


def test_a_mail_with_open_items_lists_them_and_asks_when() -> None:
    snapshot = a_snapshot()
    decision = a_decision(Topic(TopicKind.OPEN_ITEMS, TWO, amount=gbp("2450.50")))
    assert written(decision, snapshot).text == (
        "Dear Jane Smith,\n\nThank you for your message.\n\nThese invoices are open, 2,450.50 GBP in total:\n"
        "- INV-1041: 1,840.00 GBP, due 31 March 2026\n- INV-1042: 610.50 GBP, due 10 April 2026\n\n"
        "Could you let us know when we can expect the payment, or whether anything stands in its way?\n\n"
        "Kind regards,\nAlex Reed\nSeller Ltd\n"
    )


def test_twenty_invoices_are_named_in_bounded_length() -> None:
    from dataclasses import replace

    from tests.unit.agent.writing_samples import an_invoice

    invoices = tuple(an_invoice(f"INV-{2000 + n}", due=date(2026, 3, 1) + timedelta(days=n)) for n in range(20))
    snapshot = replace(a_snapshot(thread=()), invoices=invoices)
    decision = a_decision(Topic(TopicKind.OPEN_ITEMS, tuple(i.number for i in invoices), amount=gbp("36800.00")))
    draft = written(decision, snapshot)
    assert draft.subject == "Invoices INV-2000, INV-2001, INV-2002 and 17 more"
    assert "INV-2007 and 12 more are open, 36,800.00 GBP in total" in draft.text
    assert verify(draft, decision, snapshot, ()).findings == ()
