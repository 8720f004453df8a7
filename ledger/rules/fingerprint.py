"""The facts that an approval is bound to, their fingerprint, and what moved between two of them."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from core.ids import MessageId
from ledger.model.invoice import Invoice
from ledger.model.snapshot import AccountSnapshot


@dataclass(frozen=True, slots=True)
class Facts:
    """JSON-ready facts and the SHA-256 over their canonical form."""

    values: dict[str, Any]

    @property
    def fingerprint(self) -> str:
        canonical = json.dumps(self.values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(canonical.encode()).hexdigest()


def facts_behind(
    snapshot: AccountSnapshot,
    *,
    invoice_numbers: tuple[str, ...],
    recipients: tuple[str, ...],
    whole_account: bool = False,
    answers: MessageId | None = None,
) -> Facts:
    """Balances and status of the invoices named, last inbound message, promises, disputes, holds and recipients.

    Everything that would make a careful collector write another mail, and nothing that would not: unapplied money
    and open credit notes count (the mail may say that no payment was found), and so do our own bank details, which
    attached copies show. `whole_account` adds every open invoice, for a mail that states or encloses a total.
    `answers` is the message that the mail was written to, where a newer one must count as written since.
    """
    active = {contact.email for contact in snapshot.active_contacts}
    last_inbound = answers if answers is not None else snapshot.last_inbound
    values: dict[str, Any] = {
        "invoices": {number: _invoice(snapshot.invoice(number)) for number in sorted(set(invoice_numbers))},
        "last_inbound": None if last_inbound is None else str(last_inbound),
        "promises": {
            str(p.promise_id): [p.state.value, _day(p.promised_for), str(p.amount) if p.amount else None]
            for p in snapshot.promises
        },
        "disputes": {
            str(d.dispute_id): [d.state.value, d.reason.value, str(d.amount) if d.amount else None]
            for d in snapshot.disputes
        },
        "money": {
            **{f"payment {p.external_id}": str(p.unapplied) for p in snapshot.payments if p.unapplied},
            **{f"credit note {n.number}": str(n.open_balance) for n in snapshot.credit_notes if n.open_balance},
        },
        "bank_accounts": [[account.number, account.routing] for account in snapshot.entity.bank_accounts],
        "hold": snapshot.account.hold_reason,
        "stopped": snapshot.account.stopped_at is not None,
        "recipients": {address: address in active for address in sorted(set(recipients))},
    }
    if whole_account:
        values["account"] = {invoice.number: str(invoice.open_balance) for invoice in snapshot.open_invoices}
    return Facts(values)


def _invoice(invoice: Invoice | None) -> dict[str, str] | None:
    if invoice is None:
        return None
    return {"open": str(invoice.open_balance), "status": invoice.status.value, "due": invoice.due.isoformat()}


def _day(day: Any) -> str | None:
    return None if day is None else day.isoformat()


def what_moved(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """The differences in words for a collector; empty where nothing moved."""
    moved: list[str] = []
    for number in sorted({*before.get("invoices", {}), *after.get("invoices", {})}):
        was, now = before.get("invoices", {}).get(number), after.get("invoices", {}).get(number)
        if was != now:
            moved.append(_invoice_words(number, was, now))
    if before.get("last_inbound") != after.get("last_inbound"):
        moved.append("the customer wrote again")
    for key, words in (
        ("promises", "a promise was added or changed"),
        ("disputes", "a dispute was added or changed"),
        ("money", "money or a credit note came in or was applied"),
        ("account", "the open invoices changed"),
        ("bank_accounts", "our own bank details changed"),
    ):
        if before.get(key) != after.get(key):
            moved.append(words)
    if before.get("hold") != after.get("hold"):
        moved.append(f"the account is on hold: {after['hold']}" if after.get("hold") else "the hold was lifted")
    if before.get("stopped") != after.get("stopped"):
        moved.append("the customer must not be written to any more" if after.get("stopped") else "contact is allowed")
    if before.get("recipients") != after.get("recipients"):
        gone = [address for address, active in after.get("recipients", {}).items() if not active]
        moved.append(f"{', '.join(gone)} may no longer be written to" if gone else "the recipients changed")
    return tuple(moved)


def _invoice_words(number: str, was: Any, now: Any) -> str:
    if was is None or now is None:
        return f"invoice {number} {'appeared' if was is None else 'is gone'}"
    if was.get("open") != now.get("open"):
        return f"invoice {number}: {was.get('open')} was open, {now.get('open')} is open now"
    return f"invoice {number} changed: due {now.get('due')}, {now.get('status')}"
