"""The console's words for codes of the ledger; an unknown code is shown with blanks for underscores."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError

_INTENTS = {
    "promise_to_pay": "Promises to pay",
    "payment_sent": "Says it is paid",
    "dispute": "Disputes",
    "extension_request": "Asks for more time",
    "payment_plan_request": "Asks for instalments",
    "document_request": "Asks for a document",
    "question": "Asks a question",
    "processing_update": "In process",
    "hardship": "Cannot or will not pay",
    "legal_notice": "Legal notice",
    "contact_change": "Names another contact",
    "bank_details_query": "Asks about bank details",
    "stop_contact": "Asks for no more mail",
    "out_of_office": "Away",
    "auto_reply": "Automatic reply",
    "delivery_failure": "Mail came back",
    "unrelated": "Something else",
}
#: Colour of a signal, so that a collector sees at a glance what kind of answer it is.
_TONES = {
    "promise_to_pay": "good",
    "payment_sent": "good",
    "processing_update": "good",
    "dispute": "warn",
    "extension_request": "warn",
    "payment_plan_request": "warn",
    "hardship": "bad",
    "legal_notice": "bad",
    "bank_details_query": "bad",
    "stop_contact": "bad",
}
_REASONS = {
    "price": "price",
    "quantity": "quantity",
    "quality": "quality",
    "not_received": "not received",
    "duplicate": "billed twice",
    "wrong_entity": "wrong company billed",
    "po_mismatch": "purchase order does not fit",
    "tax": "tax",
    "terms": "terms",
    "cancelled": "cancelled",
    "credit_due": "a credit note is due",
    "other": "another reason",
}
_DOCUMENTS = {
    "invoice_copy": "copy of the invoice",
    "statement": "statement of account",
    "purchase_order": "purchase order",
    "proof_of_delivery": "proof of delivery",
    "tax_form": "tax form",
    "bank_details": "bank details",
    "credit_note": "credit note",
    "contract": "contract",
    "other": "another document",
}
_ACTIONS = {
    "answer": "Answer",
    "wait": "Wait",
    "chase_undisputed": "Ask for the undisputed rest",
    "escalate": "Escalate",
    "stop": "Write no more",
}
_STATUSES = {
    "pending": "To approve",
    "snoozed": "Put off",
    "redrafting": "Being rewritten",
    "approved": "Approved",
    "rejected": "Rejected",
    "closed": "Closed",
}
_CASE_STATES = {
    "running": "The agent is working on it",
    "awaiting_approval": "Waits for approval",
    "with_person": "Before a person",
    "waiting": "Waiting",
    "closed": "Closed",
}
_ITEM_KINDS = {
    "answer": "The draft needs a person",
    "chase_undisputed": "The draft needs a person",
    "wait": "A person should look",
    "escalate": "Escalated",
    "stop": "Contact to be stopped",
    "unclear": "Unclear",
    "stop_contact": "Asks for no more mail",
    "contact_unreachable": "A contact cannot be reached",
    "mailbox_alarm": "A mailbox needs attention",
    "send_delayed": "An approved mail does not go out",
    "send_failed": "The mail was refused",
    "send_outcome_unknown": "Was the mail sent?",
    "message_too_large": "A message is too large",
    "message_not_stored": "A message could not be kept",
    "payment": "Payment to place",
    "next_step": "The day to look again has come",
    "import_conflict": "The ledger import disagrees",
}
_DECISIONS = {
    "approve": "approved",
    "edit": "edited",
    "respond": "answered in their own words",
    "reject": "rejected",
    "reassign": "handed on",
    "snooze": "put off",
    "take_back": "took the mail back before it was sent",
}
_SUPPORT_KINDS = {
    "ledger": "in the ledger",
    "rule": "follows from the ledger",
    "statement": "said by the customer",
}


def plainly(code: str) -> str:
    """A code in words, where no better ones are kept."""
    return code.replace("_", " ")


def reader_words(reader: str) -> str:
    """Who read the reply."""
    return reader.replace("local", "the reader on this machine", 1) if reader.startswith("local") else reader


def writer_words(written_by: str) -> str:
    """Who wrote the draft."""
    return "from templates" if written_by == "templates" else f"by {written_by}"


def sentence(words: str) -> str:
    """With a capital first letter, as a line of its own begins."""
    return f"{words[:1].upper()}{words[1:]}"


def intent_words(code: str) -> str:
    """What the customer does, as a collector says it."""
    return _INTENTS.get(code, plainly(code))


def tone_of(code: str) -> str:
    """`good`, `warn`, `bad` or `calm`."""
    return _TONES.get(code, "calm")


def reason_words(code: str) -> str:
    """Why an amount is contested."""
    return _REASONS.get(code, plainly(code))


def document_words(code: str) -> str:
    """A document that a customer asks for."""
    return _DOCUMENTS.get(code, plainly(code))


def action_words(code: str) -> str:
    """What is to be done next."""
    return _ACTIONS.get(code, plainly(code))


def status_words(code: str) -> str:
    """Where an approval stands."""
    return _STATUSES.get(code, plainly(code))


def case_state_words(code: str) -> str:
    """Where a case stands."""
    return _CASE_STATES.get(code, plainly(code))


def item_kind_words(code: str) -> str:
    """Why something waits for a person."""
    return _ITEM_KINDS.get(code, plainly(code))


def decision_words(code: str) -> str:
    """What a person did with a draft, after their name."""
    return _DECISIONS.get(code, plainly(code))


def support_words(code: str) -> str:
    """Why a figure may stand in a mail."""
    return _SUPPORT_KINDS.get(code, plainly(code))


@lru_cache(maxsize=512)
def language_name(tag: str) -> str:
    """English name of a BCP 47 tag: `German` for `de`, `Portuguese (Brazil)` for `pt-BR`; empty where unknown."""
    if not tag or tag == "und":
        return ""
    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError, TypeError):
        return tag
