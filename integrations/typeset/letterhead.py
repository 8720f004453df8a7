"""What all documents hold: seller, customer, payment details, and the page they stand on."""

import re
from collections.abc import Iterable
from typing import Any

from integrations.typeset.plain_text import lines, one_line
from integrations.typeset.wording import Wording
from ledger.model.entity import BankAccount, Entity
from ledger.model.snapshot import AccountSnapshot

_MOST_BANK_ACCOUNTS = 6
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
#: Countries whose printers hold Letter paper; CLDR's list, less those where we know of no customer language.
_LETTER_PAPER = frozenset({"US", "CA", "MX", "CL", "CO", "CR", "GT", "PA", "PH", "PR", "SV", "VE"})

Pair = tuple[str, str]


def letterhead(snapshot: AccountSnapshot, words: Wording, title: str, notes: list[str]) -> dict[str, Any]:
    """The parts that the templates' opening and footer read."""
    account, entity, today = snapshot.account, snapshot.entity, snapshot.today
    return {
        "language": words.tag,
        "region": words.locale.territory,
        "paper": "us-letter" if account.country.upper() in _LETTER_PAPER else "a4",
        "title": title,
        "day": [today.year, today.month, today.day],
        "notes": notes,
        "page": words.say("page"),
        "footer": f"{one_line(entity.name, longest=60)} · {one_line(title, longest=50)}",
        "seller": {"name": one_line(entity.name), "lines": _seller_lines(entity, words)},
        "customer": {
            "label": words.say("customer"),
            "name": one_line(account.name),
            "number_label": words.say("customer_number"),
            "number": one_line(account.external_id, longest=40),
        },
    }


def payment_details(accounts: Iterable[BankAccount], words: Wording, reference: str = "") -> dict[str, Any]:
    """Each account as pairs of label and value, with the payment reference last where there is one."""
    last = [(words.say("reference"), one_line(reference))] if reference else []
    listed = [[*_account(account, words), *last] for account in list(accounts)[:_MOST_BANK_ACCOUNTS]]
    return {"accounts_title": words.say("payment_details"), "accounts": listed}


def accounts_for(entity: Entity, currency: str) -> list[BankAccount]:
    """The accounts that take `currency`; all of them where none says that it does."""
    taking = [account for account in entity.bank_accounts if account.currency in ("", currency)]
    return taking or list(entity.bank_accounts)


def filled(rows: Iterable[Pair]) -> list[Pair]:
    """The rows that have a value."""
    return [(label, value) for label, value in rows if value]


def _seller_lines(entity: Entity, words: Wording) -> list[str]:
    tax_id, phone = one_line(entity.tax_id, longest=40), one_line(entity.phone, longest=40)
    numbers = filled([(words.say("tax_id"), tax_id), (words.say("phone"), phone)])
    shown = [*lines(entity.address), " · ".join(f"{label}: {value}" for label, value in numbers)]
    return [line for line in shown if line]


def _account(account: BankAccount, words: Wording) -> list[Pair]:
    number, routing = one_line(account.number, longest=60), one_line(account.routing, longest=40)
    compact = number.replace(" ", "")
    is_iban = _IBAN.fullmatch(compact) is not None
    if is_iban:
        number = " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
    return filled(
        [
            (words.say("account_holder"), one_line(account.holder)),
            (words.say("iban" if is_iban else "account_number"), number),
            (words.say("bic" if _BIC.fullmatch(routing) else "bank_code"), routing),
            (words.say("bank"), one_line(account.bank_name)),
            (words.say("currency"), one_line(account.currency)),
        ]
    )
