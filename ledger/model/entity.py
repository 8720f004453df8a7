"""`Entity`: the seller's legal entity that issues invoices and owns mailboxes and bank accounts."""

from dataclasses import dataclass

from core.ids import EntityId


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where customers pay an entity. The only bank details that a mail of ours may ever contain."""

    holder: str
    #: IBAN, or the national account number.
    number: str
    #: BIC, sort code or routing number; may be empty.
    routing: str = ""
    bank_name: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Entity:
    """A legal entity of the organisation. `base_currency` is ISO 4217, `country` ISO 3166-1 alpha-2."""

    entity_id: EntityId
    name: str
    base_currency: str
    address: str = ""
    country: str = ""
    tax_id: str = ""
    phone: str = ""
    bank_accounts: tuple[BankAccount, ...] = ()
