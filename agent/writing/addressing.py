"""To whom, in which language and under which subject the next mail of a conversation goes."""

import re
from dataclasses import dataclass

from ledger.model.account import Contact
from ledger.model.message import Direction, Message
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.next_contact import BILLING_ROLES, may_be_written_to, next_contact, unreachable

_MAX_TO = 5
_REPLY_MARKS = re.compile(
    r"\s*(?:re|aw|fwd?|wg|tr|rv|sv|vs|antw|odp|enc|res|rif|i|r|vb)\s*(?:\[\d{1,3}\])?\s*:\s*", re.I
)
_MAX_MARKS = 20
MAX_SUBJECT_CHARS = 180
#: What a name to be greeted by may look like; anything else is greeted without a name.
_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’ -]){1,59}")


@dataclass(frozen=True, slots=True)
class Addressees:
    """Lower-case addresses of active contacts. `person` is the one to greet; None for several or none."""

    to: tuple[str, ...]
    cc: tuple[str, ...]
    person: Contact | None


@dataclass(frozen=True, slots=True)
class MailLanguage:
    """Primary tags: what the mail is written in, and the customer's own where that has no templates."""

    written: str
    marked: str = ""
    #: ISO 3166-1 alpha-2 for the notation of figures; may be empty.
    country: str = ""


#: What a harmless subject of a receivables mail is made of, besides invoice numbers.
_PLAIN_WORDS = frozenset(
    """- – & and open overdue past due invoice invoices inv statement of account reminder payment copy your
    our the for no
    und offene überfällige rechnung rechnungen kontoauszug mahnung zahlungserinnerung zahlung kopie ihre der nr nr.
    et facture factures échue échues relevé de compte relance rappel paiement copie votre vos la n°
    y factura facturas vencida vencidas extracto cuenta recordatorio pago copia su sus
    e fattura fatture scaduta scadute estratto conto sollecito pagamento vostra
    en factuur facturen rekeningoverzicht herinnering betaling kopie uw
    fatura faturas vencida extrato conta lembrete pagamento cópia sua
    i faktura faktury fakturor zestawienie konta przypomnienie płatność kopia
    och kontoutdrag påminnelse betalning kopia din er""".split()
)


def last_inbound(snapshot: AccountSnapshot) -> Message | None:
    """The message that is answered; None for a mail that begins a conversation."""
    return next((m for m in reversed(snapshot.thread) if m.direction is Direction.INBOUND), None)


def choose_addressees(snapshot: AccountSnapshot) -> Addressees:
    """The sender of the last inbound message if an active contact, else the billing contacts; nobody else, ever, and
    no address that nobody reads.

    After a bounce: the one contact that is tried next.
    """
    ours = snapshot.our_address.casefold()
    active = {
        contact.email.casefold(): contact
        for contact in snapshot.contacts
        if may_be_written_to(contact) and contact.email.casefold() != ours
    }
    message = last_inbound(snapshot)
    if message is not None and message.automatic == "bounce":
        contacts = [c for c in snapshot.contacts if c.email.casefold() != ours]
        other = next_contact(contacts, unreachable(contacts))
        return Addressees((other.email.casefold(),) if other else (), (), other)
    sender = active.get(message.sender.casefold()) if message else None
    if message is not None and sender is not None:
        others = [a.casefold() for a in (*message.to, *message.cc)]
        cc = tuple(dict.fromkeys(a for a in others if a in active and a != sender.email.casefold()))
        return Addressees((sender.email.casefold(),), cc[:_MAX_TO], sender)
    chosen = [c for c in active.values() if c.role.casefold() in BILLING_ROLES]
    chosen = (chosen or [c for c in active.values() if not c.role])[:_MAX_TO]
    return Addressees(tuple(c.email.casefold() for c in chosen), (), chosen[0] if len(chosen) == 1 else None)


def choose_language(person: Contact | None, snapshot: AccountSnapshot, known: frozenset[str]) -> MailLanguage:
    """The contact's language, else the account's; the organisation's where there are no templates in it."""
    wanted = (person.language if person is not None else "") or snapshot.account.language
    primary, region = _split_tag(wanted)
    country = region or snapshot.account.country
    if primary in known:
        return MailLanguage(primary, country=country)
    own, own_region = _split_tag(snapshot.organisation_language)
    return MailLanguage(own if own in known else "en", marked=wanted, country=own_region or snapshot.entity.country)


def greeted_name(person: Contact | None) -> str:
    """The contact's name as it is spoken; empty where there is none or where it does not look like one."""
    if person is None:
        return ""
    last, comma, first = person.name.strip().partition(",")
    name = f"{first.strip()} {last.strip()}" if comma else last.strip()
    return name if _NAME.fullmatch(name) else ""


def thread_subject(snapshot: AccountSnapshot) -> str:
    """The conversation's subject without reply marks: our own latest one, else the customer's plain one; else empty.

    A stranger may put anything into a subject, and ours goes out under our name: theirs is kept only where it says
    nothing but what such a mail is about.
    """
    ours = [m.subject for m in snapshot.thread if m.direction is Direction.OUTBOUND and m.subject.strip()]
    known = {invoice.number.casefold() for invoice in snapshot.invoices}
    theirs = [m.subject for m in snapshot.thread if m.direction is Direction.INBOUND and _is_plain(m.subject, known)]
    for subject in (*reversed(ours), *reversed(theirs)):
        bare = " ".join(_without_marks(subject).split())
        if bare:
            return bare[:MAX_SUBJECT_CHARS].strip()
    return ""


def _is_plain(subject: str, known: set[str]) -> bool:
    words = _without_marks(subject).casefold().replace(",", " ").replace(":", " ").split()
    return 0 < len(words) <= 12 and all(word in _PLAIN_WORDS or word in known for word in words)


def _without_marks(subject: str) -> str:
    rest = subject[:1000]
    for _ in range(_MAX_MARKS):
        match = _REPLY_MARKS.match(rest)
        if match is None:
            break
        rest = rest[match.end() :]
    return rest


def _split_tag(tag: str) -> tuple[str, str]:
    """Primary language and region of a BCP 47 tag."""
    primary, *rest = tag.replace("_", "-").split("-")
    region = next((part.upper() for part in rest if len(part) == 2 and part.isalpha()), "")
    return primary.lower(), region
