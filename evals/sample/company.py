"""What the data files of the demo company hold, read and checked."""

import tomllib
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

_HERE = Path(__file__).parent
#: Language and time zone of a country's customers, where customers.toml names none.
_COUNTRIES = {
    "AT": ("de", "Europe/Vienna"),
    "BE": ("nl", "Europe/Brussels"),
    "DE": ("de", "Europe/Berlin"),
    "ES": ("es", "Europe/Madrid"),
    "FI": ("fi", "Europe/Helsinki"),
    "FR": ("fr", "Europe/Paris"),
    "GB": ("en-GB", "Europe/London"),
    "IE": ("en-IE", "Europe/Dublin"),
    "IT": ("it", "Europe/Rome"),
    "NL": ("nl", "Europe/Amsterdam"),
    "PL": ("pl", "Europe/Warsaw"),
    "PT": ("pt", "Europe/Lisbon"),
    "SE": ("sv", "Europe/Stockholm"),
    "US": ("en-US", "America/New_York"),
}


class _Row(BaseModel):
    """A row of a data file; a key that nobody reads is a mistake in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SampleBankAccount(_Row):
    """Where an entity is paid. `bank` is a country and a national account number, `DE:9994...`."""

    holder: str
    bank: str
    routing: str
    bank_name: str
    currency: str


class SampleEntity(_Row):
    """A selling entity and who signs its mails."""

    code: str
    name: str
    address: str
    country: str
    tax_id: str
    base_currency: str
    email: str
    phone: str
    time_zone: str
    signed_by: str
    bank_accounts: tuple[SampleBankAccount, ...]


class NumberSeries(_Row):
    """`form` is a format string with `n`; numbers go up from `first`."""

    form: str
    first: int


class Product(_Row):
    """Something sold by the piece."""

    name: str
    price: Decimal


class StrayPayment(_Row):
    """Money of nobody that anyone knows. `received` is an offset in days."""

    received: int
    currency: str
    amount: Decimal
    payer: str
    bank: str
    reference: str
    method: str


class StoryInvoice(_Row):
    """An invoice that mails tell about. `due` is an offset in days."""

    key: str
    due: int
    amount: Decimal
    po: str = ""


class StoryPayment(_Row):
    """Money on story invoices; without an `amount` it is all that they lack, without `invoices` on account."""

    invoices: tuple[str, ...]
    received: int
    reference: str
    amount: Decimal | None = None
    payer: str = ""
    applied: bool = False


class StoryCredit(_Row):
    """A credit note on a story invoice. `issued` is an offset in days."""

    invoice: str
    amount: Decimal
    issued: int
    applied: bool


class SampleContact(_Row):
    """A person or mailbox at a customer."""

    email: str
    name: str
    role: str


class SampleCustomer(_Row):
    """A customer and how it buys and pays."""

    id: str
    name: str
    country: str
    domain: str
    terms: str
    invoices: int
    lateness: int
    contacts: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    parent: str = ""
    entity: str = "HV"
    currency: str = ""
    language: str = ""
    time_zone: str = ""
    run: bool = False
    size: int = 2
    story: tuple[StoryInvoice, ...] = ()
    payments: tuple[StoryPayment, ...] = ()
    credits: tuple[StoryCredit, ...] = ()

    @property
    def billed_in(self) -> str:
        """ISO 4217, the customer's own or its entity's."""
        return self.currency or {"HV": "EUR", "HS": "GBP"}[self.entity]

    @property
    def speaks(self) -> str:
        """BCP 47."""
        return self.language or _COUNTRIES[self.country][0]

    @property
    def zone(self) -> str:
        """IANA name."""
        return self.time_zone or _COUNTRIES[self.country][1]

    @property
    def people(self) -> tuple[SampleContact, ...]:
        """Its contacts; the first one gets our reminders."""
        parts = [contact.split("|") for contact in self.contacts]
        return tuple(
            SampleContact(email=f"{mailbox}@{self.domain}", name=name, role=role) for mailbox, name, role in parts
        )

    @property
    def net_days(self) -> int:
        """Days from issue to the due day."""
        return int(self.terms.rpartition("net")[2])


class ReplyAttachment(_Row):
    """A file that came with a reply; `text` is a template like the reply's own."""

    filename: str
    content_type: str
    text: str


class SampleReply(_Row):
    """A mail from outside. `text` and `html` are templates; see replies.toml."""

    customer: str
    intents: tuple[str, ...]
    days_ago: int
    time: str
    about: tuple[str, ...] = ("a",)
    text: str = ""
    html: str = ""
    client: str = "outlook"
    quote: str = "below"
    sender: str = ""
    sender_name: str = ""
    signature: str = ""
    subject: str = ""
    automatic: str = ""
    waited: int = 3
    reminders: int = 1
    attachments: tuple[ReplyAttachment, ...] = ()


class OutboundTexts(_Row):
    """The reminder in one language: templates of its subject and its paragraphs."""

    subject: str
    paragraphs: tuple[str, ...]


class SampleCompany(_Row):
    """Everything in the data files."""

    name: str
    seed: int
    first_payment_day: int
    series: dict[str, NumberSeries]
    entities: tuple[SampleEntity, ...]
    products: tuple[Product, ...]
    stray_payments: tuple[StrayPayment, ...]
    customers: tuple[SampleCustomer, ...]
    replies: tuple[SampleReply, ...] = Field(default=())
    outbound: dict[str, OutboundTexts] = Field(default_factory=dict)

    def entity(self, code: str) -> SampleEntity:
        return next(entity for entity in self.entities if entity.code == code)

    def customer(self, customer_id: str) -> SampleCustomer:
        return next(customer for customer in self.customers if customer.id == customer_id)


@lru_cache(maxsize=1)
def sample_company() -> SampleCompany:
    """The company of the four data files beside this module."""
    content: dict[str, object] = {}
    for name in ("company.toml", "customers.toml", "outbound.toml", "replies.toml"):
        content |= tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
    return SampleCompany.model_validate(content)


def iban(country: str, account: str) -> str:
    """The IBAN of a national account number: `country`, its two check digits by ISO 7064, then `account`."""
    digits = "".join(str(int(character, 36)) for character in f"{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"
