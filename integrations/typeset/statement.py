"""Content of an account statement: open invoices by currency and age, and what is not applied yet."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from core.money import Money, total
from integrations.typeset.letterhead import letterhead, payment_details
from integrations.typeset.plain_text import one_line
from integrations.typeset.wording import Wording
from ledger.model.invoice import CreditNote, Invoice, Payment
from ledger.model.snapshot import AccountSnapshot

#: Invoices listed on one statement, over all currencies; the totals count all.
MOST_LINES = 500
#: Last day past due of each aging bucket; what is later is over 90.
_BUCKETS = ((0, "current"), (30, "days_1_30"), (60, "days_31_60"), (90, "days_61_90"))
_OVER_90 = "days_over_90"


def statement(snapshot: AccountSnapshot, words: Wording) -> dict[str, Any]:
    """What `statement.typ` shows: the open invoices of the snapshot's entity, as of `snapshot.today`.

    Unapplied cash and open credit notes are listed and not deducted: until they are applied, nobody has decided
    which invoice they lower.
    """
    own = [invoice for invoice in snapshot.open_invoices if invoice.entity_id == snapshot.entity.entity_id]
    of_others = len(snapshot.open_invoices) - len(own)
    notes = [words.say("made", date=words.day(snapshot.today))]
    accounts = snapshot.entity.bank_accounts if own else ()
    return {
        **letterhead(snapshot, words, words.say("statement_title"), notes),
        "currencies": _currencies(own, snapshot.today, words),
        "remarks": _remarks(len(own), of_others, words),
        "unapplied": [
            *_unapplied_cash(snapshot.payments, words),
            *_open_credit_notes(_credit_notes_of(snapshot), words),
        ],
        **payment_details(accounts, words),
        "quote_numbers": words.say("quote_numbers"),
    }


def aging_bucket(due: date, today: date) -> str:
    """`current` up to and on the due day, then `days_1_30`, `days_31_60`, `days_61_90`, `days_over_90`."""
    days_past_due = (today - due).days
    return next((name for last, name in _BUCKETS if days_past_due <= last), _OVER_90)


def _currencies(invoices: Sequence[Invoice], today: date, words: Wording) -> list[dict[str, Any]]:
    """One section a currency, in the order of their codes; lines by due day, then number."""
    left, sections = MOST_LINES, []
    for currency in sorted({invoice.open_balance.currency for invoice in invoices}):
        among = [invoice for invoice in invoices if invoice.open_balance.currency == currency]
        among.sort(key=lambda invoice: (invoice.due, invoice.number))
        whole = total([invoice.open_balance for invoice in among], currency)
        sections.append(
            {
                "title": words.say("invoices_in", currency=currency),
                "aging": _aging(among, whole, today, words),
                "columns": _columns(
                    words,
                    ("invoice", "wide", "left"),
                    ("po_number", "wide", "left"),
                    ("issued", "narrow", "left"),
                    ("due", "narrow", "left"),
                    ("days_past_due", "narrow", "center"),
                    ("amount", "narrow", "right"),
                    ("open_balance", "narrow", "right"),
                ),
                "rows": [_line(invoice, today, words) for invoice in among[:left]],
                "total_label": words.say("total"),
                "total": words.money(whole),
            }
        )
        left -= min(left, len(among))
    return sections


def _aging(invoices: Sequence[Invoice], whole: Money, today: date, words: Wording) -> list[tuple[str, str]]:
    sums = {name: Money.zero(whole.currency) for name in (*(name for _, name in _BUCKETS), _OVER_90)}
    for invoice in invoices:
        sums[aging_bucket(invoice.due, today)] += invoice.open_balance
    assert total(list(sums.values()), whole.currency) == whole
    return [*((words.say(name), words.figure(money)) for name, money in sums.items()),
            (words.say("total"), words.figure(whole))]  # fmt: skip


def _line(invoice: Invoice, today: date, words: Wording) -> list[str]:
    return [
        one_line(invoice.number, longest=60),
        one_line(invoice.po_number, longest=60),
        words.short_day(invoice.issued),
        words.short_day(invoice.due),
        str(max((today - invoice.due).days, 0) or "–"),
        words.figure(invoice.amount),
        words.figure(invoice.open_balance),
    ]


def _remarks(own: int, of_others: int, words: Wording) -> list[str]:
    remarks = [] if own else [words.say("no_open_invoices")]
    if own > MOST_LINES:
        remarks.append(words.say("more_invoices", count=own - MOST_LINES))
    if of_others:
        remarks.append(words.say("other_sellers"))
    return remarks


def _credit_notes_of(snapshot: AccountSnapshot) -> list[CreditNote]:
    """Open credit notes, less those for an invoice that another entity of ours issued."""
    of_others = {i.number for i in snapshot.invoices if i.entity_id != snapshot.entity.entity_id}
    return [note for note in snapshot.credit_notes if note.open_balance and note.invoice_number not in of_others]


def _unapplied_cash(payments: Iterable[Payment], words: Wording) -> list[dict[str, Any]]:
    columns = _columns(
        words,
        ("payment", "wide", "left"),
        ("received", "narrow", "left"),
        ("received_amount", "narrow", "right"),
        ("unapplied", "narrow", "right"),
    )
    rows = [
        [
            one_line(payment.external_id, longest=60),
            words.short_day(payment.received_on),
            words.money(payment.amount),
            words.money(payment.unapplied),
        ]
        for payment in payments
        if payment.unapplied
    ]
    return _section("unapplied_title", columns, rows, words)


def _open_credit_notes(notes: Iterable[CreditNote], words: Wording) -> list[dict[str, Any]]:
    columns = _columns(
        words,
        ("credit_note", "wide", "left"),
        ("for_invoice", "wide", "left"),
        ("credit_date", "narrow", "left"),
        ("credit_amount", "narrow", "right"),
        ("credit_left", "narrow", "right"),
    )
    rows = [
        [
            one_line(note.number, longest=60),
            one_line(note.invoice_number, longest=60),
            words.short_day(note.issued),
            words.money(note.amount),
            words.money(note.open_balance),
        ]
        for note in notes
    ]
    return _section("credits_title", columns, rows, words)


def _section(title: str, columns: list[Any], rows: list[list[str]], words: Wording) -> list[dict[str, Any]]:
    if not rows:
        return []
    notes = [words.say("not_deducted")]
    if len(rows) > MOST_LINES:
        notes.insert(0, words.say("more_lines", count=len(rows) - MOST_LINES))
    return [{"title": words.say(title), "columns": columns, "rows": rows[:MOST_LINES], "notes": notes}]


def _columns(words: Wording, *columns: tuple[str, str, str]) -> list[dict[str, Any]]:
    return [{"label": words.say(label), "width": width, "align": align} for label, width, align in columns]
