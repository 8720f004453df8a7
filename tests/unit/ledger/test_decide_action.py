"""The policy: every intent, alone and together, with the reasons in words."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from core.ids import AccountId, ContactId, CreditNoteId, DisputeId, EntityId, InvoiceId, PaymentId, PromiseId, new_id
from core.money import Money
from ledger.model.account import Contact, ContactStatus, CustomerAccount
from ledger.model.cash import StatementLine
from ledger.model.decision import Action, TopicKind
from ledger.model.entity import Entity
from ledger.model.invoice import CreditNote, Invoice, Payment
from ledger.model.promise import Dispute, DisputeState, PromiseState, PromiseToPay
from ledger.model.signal import DisputeReason, DocumentKind, Evidence, Intent, Signal
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.brakes import Brake
from ledger.rules.decide_action import CaseFlags, decide_action

TODAY = date(2026, 4, 20)
AT_HAND = frozenset({DocumentKind.INVOICE_COPY, DocumentKind.STATEMENT})


def an_invoice(number: str, amount: str, *, due: date = date(2026, 4, 1), left: str | None = None) -> Invoice:
    return Invoice(
        InvoiceId(new_id()), number, EntityId(new_id()), date(2026, 3, 1), due, Money.of(amount, "GBP"),
        Money.of(left if left is not None else amount, "GBP"),
    )  # fmt: skip


def a_snapshot(*invoices: Invoice, **more: object) -> AccountSnapshot:
    account = CustomerAccount(AccountId(new_id()), "C1", "Buyer", "GBP", "en", "GB", "Europe/London")
    entity = Entity(EntityId(new_id()), "Seller Ltd", "GBP")
    return AccountSnapshot(
        taken_at=datetime(2026, 4, 20, 9, tzinfo=UTC), today=TODAY, account=account, entity=entity,
        our_address="ar@seller.example", contacts=(Contact(ContactId(new_id()), "tom@buyer.example"),),
        invoices=invoices or (an_invoice("INV-1", "100.00"),), **more,  # type: ignore[arg-type]
    )  # fmt: skip


def said(intent: Intent, *invoices: str, **more: object) -> Signal:
    return Signal(intent, Evidence("words"), 0.9, invoices=invoices, **more)  # type: ignore[arg-type]


def decide(snapshot: AccountSnapshot, *signals: Signal, flags: CaseFlags | None = None):  # type: ignore[no-untyped-def]
    return decide_action(snapshot, signals, flags or CaseFlags(), documents_at_hand=AT_HAND)


def test_a_promise_is_acknowledged_and_looked_at_on_the_business_day_two_days_after_its_day() -> None:
    decision = decide(a_snapshot(), said(Intent.PROMISE_TO_PAY, "INV-1", day=date(2026, 4, 24)))
    assert decision.action is Action.ANSWER
    assert [topic.kind for topic in decision.topics] == [TopicKind.PROMISE_NOTED]
    assert decision.topics[0].stated_day == date(2026, 4, 24)
    # A Friday and two days: the Monday after.
    assert decision.next_step_on == date(2026, 4, 27)
    assert not decision.needs_person


def test_a_conditional_promise_goes_before_a_person() -> None:
    decision = decide(a_snapshot(), said(Intent.PROMISE_TO_PAY, "INV-1", conditional=True))
    assert decision.action is Action.ESCALATE
    assert decision.topics[0].kind is TopicKind.PROMISE_CONDITION_NOTED


def test_a_claim_of_payment_that_the_ledger_confirms_is_answered_with_the_ledgers_figures() -> None:
    payment = Payment(
        PaymentId(new_id()), "P-9", date(2026, 4, 17), Money.of("100.00", "GBP"), Money.of("0", "GBP"),
        remittance="INV-1", invoice_numbers=("INV-1",),
    )  # fmt: skip
    decision = decide(a_snapshot(payments=(payment,)), said(Intent.PAYMENT_SENT, "INV-1", day=date(2026, 4, 16)))
    topic = decision.topics[0]
    assert (topic.kind, topic.amount, topic.ledger_day) == (
        TopicKind.PAYMENT_FOUND, Money.of("100.00", "GBP"), date(2026, 4, 17),
    )  # fmt: skip


def test_an_amount_alone_confirms_no_payment() -> None:
    payment = Payment(
        PaymentId(new_id()), "P-9", date(2026, 1, 5), Money.of("100.00", "GBP"), Money.of("0", "GBP"),
        invoice_numbers=("INV-7",),
    )  # fmt: skip
    decision = decide(a_snapshot(payments=(payment,)), said(Intent.PAYMENT_SENT, "INV-1", day=date(2026, 4, 16)))
    assert decision.topics[0].kind is TopicKind.PAYMENT_NOT_FOUND


def test_money_of_no_known_payer_is_told_to_a_person_and_not_to_the_customer() -> None:
    money = Payment(
        PaymentId(new_id()), "P-77", date(2026, 4, 17), Money.of("100.00", "GBP"), Money.of("100.00", "GBP"),
        remittance="INV-1", payer_name="BUYER TRADING",
    )  # fmt: skip
    decision = decide(a_snapshot(unassigned=(money,)), said(Intent.PAYMENT_SENT, "INV-1", day=date(2026, 4, 16)))
    assert (decision.topics[0].kind, decision.needs_person) == (TopicKind.PAYMENT_NOT_FOUND, True)
    assert "payment P-77 of 100.00 GBP" in decision.reasons[0].words


def test_money_of_a_stranger_with_the_same_amount_and_day_is_not_told() -> None:
    money = Payment(
        PaymentId(new_id()), "P-78", date(2026, 4, 17), Money.of("100.00", "GBP"), Money.of("100.00", "GBP"),
        payer_name="SOMEBODY ELSE LTD",
    )  # fmt: skip
    claim = said(Intent.PAYMENT_SENT, "INV-1", day=date(2026, 4, 16), amount=Money.of("100.00", "GBP"))
    decision = decide(a_snapshot(unassigned=(money,)), claim)
    assert [reason.code for reason in decision.reasons] == ["payment_not_found"]


@pytest.mark.parametrize(
    ("payer", "reference", "reason"),
    [
        ("BUYER TRADING", "INV-1", "payment_maybe_found"),
        ("STRIPE PAYMENTS", "payout po_1 INV-1", "payment_maybe_found"),
        ("SOMEBODY ELSE LTD", "rent", "payment_not_found"),
    ],
)
def test_a_line_that_the_bank_has_not_booked_is_told_to_a_person_and_is_no_payment(
    payer: str, reference: str, reason: str
) -> None:
    line = StatementLine(
        "k1", date(2026, 4, 17), Money.of("100.00", "GBP"), payer_name=payer, reference=reference, pending=True
    )
    claim = said(Intent.PAYMENT_SENT, "INV-1", day=date(2026, 4, 16), amount=Money.of("100.00", "GBP"))
    decision = decide(a_snapshot(on_its_way=(line,)), claim)
    assert (decision.topics[0].kind, decision.reasons[0].code) == (TopicKind.PAYMENT_NOT_FOUND, reason)
    told = "100.00 GBP that the bank shows since 2026-04-17 and has not booked yet"
    assert (told in decision.reasons[0].words) == (decision.needs_person) == (reason == "payment_maybe_found")


def test_a_found_payment_that_is_not_applied_needs_a_person() -> None:
    payment = Payment(
        PaymentId(new_id()), "P-9", date(2026, 4, 17), Money.of("100.00", "GBP"), Money.of("100.00", "GBP"),
        remittance="re INV-1",
    )  # fmt: skip
    decision = decide(a_snapshot(payments=(payment,)), said(Intent.PAYMENT_SENT, "INV-1"))
    assert decision.topics[0].kind is TopicKind.PAYMENT_FOUND
    assert decision.needs_person


def test_a_partly_contested_invoice_is_chased_for_the_rest() -> None:
    dispute = said(Intent.DISPUTE, "INV-1", reason=DisputeReason.QUANTITY, amount=Money.of("30.00", "GBP"))
    decision = decide(a_snapshot(an_invoice("INV-1", "100.00"), an_invoice("INV-2", "50.00")), dispute)
    assert decision.action is Action.CHASE_UNDISPUTED
    assert decision.needs_person
    rest = decision.topics[-1]
    assert (rest.kind, rest.undisputed, rest.invoice_numbers) == (
        TopicKind.UNDISPUTED_REST, Money.of("120.00", "GBP"), ("INV-1", "INV-2"),
    )  # fmt: skip


def test_a_wholly_contested_invoice_leaves_nothing_to_chase() -> None:
    decision = decide(a_snapshot(), said(Intent.DISPUTE, "INV-1", reason=DisputeReason.PRICE))
    assert decision.action is Action.ESCALATE
    assert [topic.kind for topic in decision.topics] == [TopicKind.DISPUTE_RECEIVED]


def test_what_was_promised_claimed_or_contested_before_is_not_chased() -> None:
    snapshot = a_snapshot(
        an_invoice("INV-1", "100.00"), an_invoice("INV-2", "50.00"), an_invoice("INV-3", "20.00"),
        an_invoice("INV-4", "7.00", due=date(2026, 5, 1)),
        promises=(PromiseToPay(PromiseId(new_id()), ("INV-2",), None, None, False, PromiseState.OPEN, ""),),
        disputes=(Dispute(DisputeId(new_id()), ("INV-3",), DisputeReason.PRICE, None, DisputeState.OPEN, ""),),
    )  # fmt: skip
    dispute = said(Intent.DISPUTE, "INV-1", reason=DisputeReason.PRICE, amount=Money.of("99.00", "GBP"))
    assert decide(snapshot, dispute).topics[-1].undisputed == Money.of("1.00", "GBP")


@pytest.mark.parametrize("intent", [Intent.LEGAL_NOTICE])
def test_a_legal_notice_is_never_answered_by_a_draft(intent: Intent) -> None:
    decision = decide(a_snapshot(), said(intent), said(Intent.PROMISE_TO_PAY, "INV-1"))
    assert (decision.action, decision.topics, decision.owner) == (Action.ESCALATE, (), "legal")


def test_stop_contact_stops() -> None:
    decision = decide(a_snapshot(), said(Intent.STOP_CONTACT), said(Intent.QUESTION))
    assert (decision.action, decision.topics, decision.needs_person) == (Action.STOP, (), True)


def test_a_stopped_customer_gets_no_draft() -> None:
    snapshot = a_snapshot()
    stopped = replace(snapshot, account=replace(snapshot.account, stopped_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert decide(stopped, said(Intent.PROMISE_TO_PAY, "INV-1")).action is Action.STOP


def test_an_account_on_hold_gets_no_draft() -> None:
    snapshot = a_snapshot()
    held = replace(snapshot, account=replace(snapshot.account, hold_reason="court"))
    decision = decide(held, said(Intent.PROMISE_TO_PAY, "INV-1"))
    assert (decision.action, decision.topics) == (Action.ESCALATE, ())


def test_an_absence_waits_until_the_day_back() -> None:
    decision = decide(a_snapshot(), said(Intent.OUT_OF_OFFICE, until=date(2026, 5, 7)))
    assert (decision.action, decision.next_step_on) == (Action.WAIT, date(2026, 5, 7))


def test_nothing_is_looked_at_again_on_a_public_holiday() -> None:
    # The first Monday in May is one in the United Kingdom.
    decision = decide(a_snapshot(), said(Intent.OUT_OF_OFFICE, until=date(2026, 5, 4)))
    assert decision.next_step_on == date(2026, 5, 5)


def test_a_mail_drafted_on_a_holiday_names_the_day_to_send_it() -> None:
    snapshot = replace(a_snapshot(), today=date(2026, 12, 25))
    decision = decide(snapshot, said(Intent.QUESTION))
    # A Friday; the Monday after it stands for Boxing Day, which falls on the Saturday.
    assert decision.reasons[-1].words == "today is Christmas Day at the customer's: better sent on 2026-12-29"


def test_an_invoice_due_on_a_weekend_is_not_chased_on_the_monday() -> None:
    snapshot = a_snapshot(
        an_invoice("INV-1", "100.00"), an_invoice("INV-2", "50.00", due=date(2026, 4, 18))
    )  # fmt: skip
    dispute = said(Intent.DISPUTE, "INV-1", reason=DisputeReason.PRICE)
    assert [topic.kind for topic in decide(snapshot, dispute).topics] == [TopicKind.DISPUTE_RECEIVED]
    tuesday = replace(snapshot, today=date(2026, 4, 21))
    assert decide(tuesday, dispute).topics[-1].invoice_numbers == ("INV-2",)


def test_an_absence_of_months_is_not_waited_for() -> None:
    decision = decide(a_snapshot(), said(Intent.OUT_OF_OFFICE, until=date(2026, 9, 1)))
    assert (decision.action, decision.needs_person) == (Action.ESCALATE, True)


def test_a_delayed_mail_waits_and_is_no_failure() -> None:
    flags = CaseFlags(automatic="bounce", delayed=True)
    decision = decide(a_snapshot(), said(Intent.DELIVERY_FAILURE, contact="tom@buyer.example"), flags=flags)
    assert (decision.action, decision.next_step_on) == (Action.WAIT, date(2026, 4, 27))


def _with_contacts(*contacts: tuple[str, str, ContactStatus]) -> AccountSnapshot:
    return replace(
        a_snapshot(an_invoice("INV-1", "100.00"), an_invoice("INV-2", "5.00", due=date(2026, 5, 20))),
        contacts=tuple(
            Contact(ContactId(new_id()), email, role=role, status=state) for email, role, state in contacts
        ),
    )


def test_after_a_bounce_the_overdue_items_are_drafted_for_the_next_contact() -> None:
    snapshot = _with_contacts(
        ("tom@buyer.example", "billing", ContactStatus.UNREACHABLE), ("ida@buyer.example", "AP", ContactStatus.ACTIVE)
    )
    decision = decide(snapshot, said(Intent.DELIVERY_FAILURE, contact="tom@buyer.example"))
    assert [(topic.kind, topic.invoice_numbers) for topic in decision.topics] == [(TopicKind.OPEN_ITEMS, ("INV-1",))]
    assert "ida@buyer.example" in decision.reasons[0].words
    assert decision.needs_person


def test_what_two_machines_say_to_one_another_is_told_once_and_drafted_never() -> None:
    question = said(Intent.QUESTION, "INV-1")
    told = decide(a_snapshot(), question, flags=CaseFlags(brake=Brake("a loop", first=True)))
    quiet = decide(a_snapshot(), question, flags=CaseFlags(brake=Brake("a loop", first=False)))
    assert (told.action, told.topics) == (Action.ESCALATE, ())
    assert (quiet.action, quiet.topics) == (Action.WAIT, ())


def test_a_processing_update_waits() -> None:
    decision = decide(a_snapshot(), said(Intent.PROCESSING_UPDATE, "INV-1"))
    assert (decision.action, decision.next_step_on) == (Action.WAIT, date(2026, 4, 27))


def test_a_bounce_goes_to_a_person_without_a_draft() -> None:
    decision = decide(a_snapshot(), said(Intent.DELIVERY_FAILURE, contact="tom@buyer.example"))
    assert (decision.action, decision.topics) == (Action.ESCALATE, ())


def test_documents_at_hand_are_attached_and_others_follow() -> None:
    asked = said(
        Intent.DOCUMENT_REQUEST, "INV-1", documents=(DocumentKind.INVOICE_COPY, DocumentKind.PROOF_OF_DELIVERY)
    )
    decision = decide(a_snapshot(), asked)
    assert decision.attachments == (DocumentKind.INVOICE_COPY,)
    assert [topic.kind for topic in decision.topics] == [TopicKind.DOCUMENTS_ATTACHED, TopicKind.DOCUMENTS_FOLLOW]


def test_an_invoice_copy_without_an_invoice_is_not_guessed() -> None:
    decision = decide(a_snapshot(), said(Intent.DOCUMENT_REQUEST, documents=(DocumentKind.INVOICE_COPY,)))
    assert decision.attachments == ()


def test_bank_details_are_never_sent_as_a_document() -> None:
    decision = decide(a_snapshot(), said(Intent.DOCUMENT_REQUEST, documents=(DocumentKind.BANK_DETAILS,)))
    assert [topic.kind for topic in decision.topics] == [TopicKind.BANK_DETAILS_UNCHANGED]
    assert decision.needs_person


def test_a_sender_in_doubt_gets_no_draft() -> None:
    flags = CaseFlags(sender_trouble="the address is new")
    decision = decide(a_snapshot(), said(Intent.PROMISE_TO_PAY, "INV-1"), flags=flags)
    assert (decision.action, decision.topics) == (Action.ESCALATE, ())
    assert "the address is new" in [reason.words for reason in decision.reasons]


def test_nothing_understood_goes_to_a_person() -> None:
    decision = decide(a_snapshot())
    assert (decision.action, decision.needs_person) == (Action.ESCALATE, True)


@pytest.mark.parametrize("intent", list(Intent))
def test_every_intent_leads_to_a_decision_with_a_reason(intent: Intent) -> None:
    decision = decide(a_snapshot(credit_notes=_notes()), said(intent, "INV-1"))
    assert decision.reasons
    assert all(reason.words for reason in decision.reasons)
    assert decision.action is not Action.WAIT or decision.next_step_on is not None


def _notes() -> tuple[CreditNote, ...]:
    amount = Money.of("5.00", "GBP")
    return (CreditNote(CreditNoteId(new_id()), "CN-1", TODAY, amount, amount, "INV-1"),)
