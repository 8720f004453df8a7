"""`PolicyDecision`: what to do next, and why, in words. The model words it; it does not choose it."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from core.money import Money
from ledger.model.signal import DisputeReason, DocumentKind


class Action(StrEnum):
    """The five things that can follow a reply."""

    #: Write back; a person approves the draft.
    ANSWER = "answer"
    #: Nothing to say now; look again on `next_step_on`.
    WAIT = "wait"
    #: Ask for the part that nobody contests.
    CHASE_UNDISPUTED = "chase_undisputed"
    #: A person must settle it; a draft may accompany it.
    ESCALATE = "escalate"
    #: Write to this customer no more.
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Reason:
    """`code` is stable (tests and reports count it), `words` are for a collector."""

    code: str
    words: str


class TopicKind(StrEnum):
    """What a mail of ours says, one paragraph each; every kind has a template in each language."""

    PROMISE_NOTED = "promise_noted"
    PROMISE_CONDITION_NOTED = "promise_condition_noted"
    PAYMENT_FOUND = "payment_found"
    PAYMENT_NOT_FOUND = "payment_not_found"
    DISPUTE_RECEIVED = "dispute_received"
    UNDISPUTED_REST = "undisputed_rest"
    EXTENSION_PASSED_ON = "extension_passed_on"
    PLAN_PASSED_ON = "plan_passed_on"
    DOCUMENTS_ATTACHED = "documents_attached"
    DOCUMENTS_FOLLOW = "documents_follow"
    QUESTION_PASSED_ON = "question_passed_on"
    HARDSHIP_RECEIVED = "hardship_received"
    BANK_DETAILS_UNCHANGED = "bank_details_unchanged"
    CONTACT_NOTED = "contact_noted"
    OPEN_ITEMS = "open_items"


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to say. Which fields are filled depends on `kind`; every figure is the ledger's, save
    `stated_*`: the customer's own words, to be worded as such."""

    kind: TopicKind
    invoice_numbers: tuple[str, ...] = ()
    #: Sum of what the paragraph is about, from the ledger.
    amount: Money | None = None
    #: The part not contested, from the ledger.
    undisputed: Money | None = None
    stated_day: date | None = None
    stated_amount: Money | None = None
    stated_reference: str = ""
    #: A ledger day: the payment that was found, the new due day.
    ledger_day: date | None = None
    documents: tuple[DocumentKind, ...] = ()
    dispute_reason: DisputeReason | None = None


@dataclass(frozen=True, slots=True)
class PolicyDecision:
    """What `decide_action` returns.

    `topics` is empty where no mail is to be drafted; `needs_person` marks a case that a person must judge
    beyond approving the wording; `next_step_on` is the day to look again, in the account's calendar.
    """

    action: Action
    reasons: tuple[Reason, ...]
    topics: tuple[Topic, ...] = ()
    needs_person: bool = False
    next_step_on: date | None = None
    #: Who should look: `collector`, `manager`, `sales`, `legal`.
    owner: str = "collector"
    attachments: tuple[DocumentKind, ...] = field(default=())
