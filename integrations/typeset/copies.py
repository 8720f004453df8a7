"""Content of the copy of one invoice, and of one credit note."""

from typing import Any

from integrations.typeset.letterhead import accounts_for, filled, letterhead, payment_details
from integrations.typeset.plain_text import one_line
from integrations.typeset.wording import Wording
from ledger.model.invoice import CreditNote, Invoice
from ledger.model.snapshot import AccountSnapshot


def invoice_copy(invoice: Invoice, snapshot: AccountSnapshot, words: Wording) -> dict[str, Any]:
    """What `copy.typ` shows of an invoice; payment details only while a balance is open."""
    number = one_line(invoice.number)
    is_open = invoice.open_balance.amount > 0
    accounts = accounts_for(snapshot.entity, invoice.amount.currency) if is_open else []
    title = words.say("invoice_title", number=number)
    return {
        **letterhead(snapshot, words, title, _notes(snapshot, words, "not_the_original_invoice")),
        "details": filled(
            [
                (words.say("invoice_number"), number),
                (words.say("issued"), words.day(invoice.issued)),
                (words.say("due"), words.day(invoice.due)),
                (words.say("po_number"), one_line(invoice.po_number)),
                (words.say("terms"), one_line(invoice.terms)),
            ]
        ),
        "amounts": [
            (words.say("invoice_amount"), words.money(invoice.amount)),
            (words.say("settled"), words.money(invoice.amount - invoice.open_balance)),
            (words.say("open_balance"), words.money(invoice.open_balance)),
        ],
        "remark": "" if is_open else words.say("nothing_open"),
        **payment_details(accounts, words, reference=invoice.number),
    }


def credit_note_copy(note: CreditNote, snapshot: AccountSnapshot, words: Wording) -> dict[str, Any]:
    """What `copy.typ` shows of a credit note: nothing is to be paid, so it names no bank account."""
    number = one_line(note.number)
    title = words.say("credit_note_title", number=number)
    return {
        **letterhead(snapshot, words, title, _notes(snapshot, words, "not_the_original_credit_note")),
        "details": filled(
            [
                (words.say("credit_note_number"), number),
                (words.say("credit_date"), words.day(note.issued)),
                (words.say("for_invoice"), one_line(note.invoice_number)),
            ]
        ),
        "amounts": [
            (words.say("credit_amount"), words.money(note.amount)),
            (words.say("credit_used"), words.money(note.amount - note.open_balance)),
            (words.say("credit_left"), words.money(note.open_balance)),
        ],
        "remark": "",
        **payment_details([], words),
    }


def _notes(snapshot: AccountSnapshot, words: Wording, warning: str) -> list[str]:
    return [words.say("made", date=words.day(snapshot.today)), words.say(warning)]
