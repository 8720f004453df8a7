"""Approved mails in the outbox of an organisation, each to a customer of its own, and what became of each."""

import asyncio
import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.utils import format_datetime, getaddresses
from typing import Any
from uuid import UUID

from emulators import GmailEmulator
from mailservers import PASSWORD, EnvelopeServer, MailDevel
from sqlalchemy import func, insert, inspect, select, text

from core.ids import ApprovalId, CaseId, MailboxId, OrgId, SendId, UserId, new_id
from jobs.duly import Duly
from ledger.commands.decide_approval import Decider, approve
from ledger.commands.set_sending_policy import set_sending_policy
from ledger.commands.set_up_organisation import connect_mailbox, ensure_organisation
from ledger.commands.sign_in import create_user
from ledger.model.approval import Decided
from ledger.model.job_request import SendMail
from ledger.model.sending import HIGHEST_CAP, SendingHours, SendingPolicy
from ledger.model.user import Role
from ledger.rules.fingerprint import Facts
from ledger.store.base import Base
from ledger.store.connections import GivenGrant, keep_grant
from ledger.store.tables.accounts import AccountRow, ContactRow
from ledger.store.tables.cases import CaseRow, SignalRow
from ledger.store.tables.drafts import ApprovalRow, DraftRow, SendRow
from ledger.store.tables.history import PromiseRow, ReviewItemRow
from ledger.store.tables.mail import ConversationRow, MessageRow
from ledger.store.tables.money import InvoiceRow
from ledger.store.tables.people import EntityRow

#: A mailbox of the tests sends as much as it is given.
_NO_LIMITS = {"per_minute": 100_000, "per_day": 1_000_000}
#: States of a send that no worker changes any more.
_ENDED = ("sent", "failed", "cancelled", "withdrawn", "outcome_unknown")

#: Review items that say of a mail that nothing more is done about it without a person.
_TO_PERSON = ("send_failed", "send_outcome_unknown")

#: How often each address has got a mail, as the other side tells it.
Arrived = Callable[[], Counter[str]]


@dataclass(frozen=True)
class Connection:
    """A mailbox to send from, as its row names it."""

    address: str
    sender: dict[str, Any]


@dataclass(frozen=True)
class Outbox:
    """An organisation with approved mails that no worker has touched; `customers` are their recipients."""

    org_id: OrgId
    customers: tuple[str, ...]
    arrived: Arrived


@dataclass(frozen=True)
class Fates:
    """What became of the mails. `before_person`: those that ever came before one. `lost`: neither with the customer
    nor before a person; `untrue`: the ledger says that it was sent, and it was not."""

    sends: int
    arrived: int
    before_person: int
    reasons: Mapping[str, int]
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    untrue: tuple[str, ...]


def smtp_connection(duly: Duly, address: str, mail: MailDevel, smtp: EnvelopeServer) -> Connection:
    """A mailbox that sends by SMTP and finds its own copies by IMAP."""
    login = {"user": address, "sealed_password": duly.secrets.seal(PASSWORD), "security": "plain"}
    imap = {"host": "127.0.0.1", "port": mail.imap_port, **login}
    sender = {"kind": "smtp", "host": "127.0.0.1", "port": smtp.port, "proof": imap, **login, **_NO_LIMITS}
    sender["sent_folder"] = "Sent"
    return Connection(address, sender)


async def gmail_connection(duly: Duly, org_id: OrgId, emulator: GmailEmulator) -> Connection:
    """A mailbox that nobody has used, with a grant that lasts for the whole test."""
    address, now = emulator.mailbox(), duly.clock.now()
    token = await emulator.tokens(address).current()
    given = GivenGrant(
        provider="google",
        address=address,
        subject=address,
        scopes=("mail",),
        client_id="duly",
        sealed_refresh_token=duly.secrets.seal("refresh"),
        sealed_access_token=duly.secrets.seal(token),
        access_expires_at=now + timedelta(hours=24),
        refresh_expires_at=None,
        granted_by="Kim",
    )
    async with duly.uows(org_id) as uow:
        grant_id = await keep_grant(uow, given, at=now)
    return Connection(address, {"kind": "gmail", "grant_id": str(grant_id), **_NO_LIMITS})


def arrived_by_smtp(smtp: EnvelopeServer) -> Arrived:
    """By the envelopes that the server took; our own copies among them, which are no customer's."""
    return lambda: Counter(address for one in list(smtp.deliveries) for address in one.recipients)


def arrived_by_gmail(emulator: GmailEmulator, connections: Sequence[Connection]) -> Arrived:
    """By the headers of what lies in the mailboxes' SENT: Gmail sends to whom they name."""

    def counted() -> Counter[str]:
        found: Counter[str] = Counter()
        for connection in connections:
            for message_id in _sent_ids(emulator, connection.address):
                raw = emulator.call(connection.address, "GET", f"messages/{message_id}", params={"format": "raw"})
                found.update(_recipients(base64.urlsafe_b64decode(raw["raw"] + "==")))
        return found

    return counted


def _sent_ids(emulator: GmailEmulator, address: str) -> Iterable[str]:
    page: dict[str, Any] = {"nextPageToken": ""}
    while "nextPageToken" in page:
        params = {"labelIds": "SENT", "maxResults": 500, "pageToken": page["nextPageToken"]}
        page = emulator.call(address, "GET", "messages", params={k: v for k, v in params.items() if v})
        yield from (str(one["id"]) for one in page.get("messages", ()))


def _recipients(raw: bytes) -> list[str]:
    message = message_from_bytes(raw, policy=policy.default)
    values = [str(value) for name in ("To", "Cc", "Bcc") for value in message.get_all(name, [])]
    return [address for _, address in getaddresses(values)]


async def an_organisation(duly: Duly, slug: str) -> tuple[OrgId, UserId]:
    """One whose mail goes out at once, at any hour."""
    now = duly.clock.now()
    org_id = await ensure_organisation(
        duly.uows, slug=slug, name="Seller", language="en", country="GB", time_zone="Europe/London", now=now
    )
    async with duly.uows(org_id) as uow:
        uow.session.add(EntityRow(id=new_id(), code="main", name="Seller Ltd", base_currency="GBP", country="GB"))
    at_once = SendingPolicy(SendingHours(0, 24 * 60, every_day=True), contact_cap=HIGHEST_CAP, undo=timedelta(0))
    await set_sending_policy(duly.uows, org_id, at_once)
    user_id = await create_user(duly.uows, org_id, email="kim@seller.example", name="Kim", role=Role.ADMIN, now=now)
    return org_id, user_id


async def fill_outbox(
    duly: Duly, org_id: OrgId, user_id: UserId, connections: Sequence[Connection], *, sends: int
) -> tuple[str, ...]:
    """One reply comes in, is read and answered, and a person approves the answer; then the same `sends` times over,
    each for a customer, a conversation and an invoice of its own. Returns the customers.

    Only the jobs of sending are left in the queue.
    """
    mailboxes = [
        await connect_mailbox(
            duly.uows, org_id, entity_code="main", address=one.address, name="Seller AR", source={}, sender=one.sender
        )
        for one in connections
    ]
    await _add_customer(duly, org_id)
    await _approve_answer(duly, org_id, user_id, mailboxes[0], _reply(duly, to=connections[0].address))
    await _copy(duly, org_id, tuple(zip(mailboxes, connections, strict=True)), copies=sends - 1)
    async with duly.uows.sessions() as session, session.begin():
        await session.execute(text("DELETE FROM procrastinate_jobs WHERE queue_name <> 'send'"))
    return (_FIRST.email, *(_buyer(number).email for number in range(1, sends)))


@dataclass(frozen=True)
class _Buyer:
    domain: str
    invoice: str

    @property
    def email(self) -> str:
        return f"tom@{self.domain}"


def _buyer(number: int) -> _Buyer:
    return _Buyer(f"c{number:04}.buyer.example", f"INV-{70_000 + number}")


_FIRST = _buyer(0)
#: What one approved mail stands on, in the order in which rows refer to one another.
_TABLES: tuple[type[Base], ...] = (
    AccountRow, ContactRow, InvoiceRow, ConversationRow, MessageRow, CaseRow, SignalRow, PromiseRow, DraftRow,
    ApprovalRow, SendRow,
)  # fmt: skip


async def _copy(duly: Duly, org_id: OrgId, mailboxes: Sequence[tuple[MailboxId, Connection]], *, copies: int) -> None:
    """Each copy under ids and names of its own; mailboxes take turns."""
    async with duly.uows(org_id) as uow:
        first = {table: [_values(row) for row in await uow.session.scalars(select(table))] for table in _TABLES}
        old_ids = [row["id"] for rows in first.values() for row in rows]
        for number in range(1, copies + 1):
            mailbox_id, connection = mailboxes[number % len(mailboxes)]
            buyer = _buyer(number)
            ids: dict[UUID, UUID] = {old: new_id() for old in old_ids}
            words = {str(old): str(new) for old, new in ids.items()}
            words |= {_FIRST.domain: buyer.domain, _FIRST.invoice: buyer.invoice}
            words[mailboxes[0][1].address] = connection.address
            ids[mailboxes[0][0]] = mailbox_id
            for table, rows in first.items():
                await uow.session.execute(insert(table), [_renamed(table, row, ids, words) for row in rows])
            [send] = first[SendRow]
            await uow.request(SendMail(org_id, SendId(ids[send["id"]]), f"send:{ids[send['id']]}"))


def _values(row: Base) -> dict[str, Any]:
    kept = [one.key for one in inspect(type(row)).column_attrs if one.columns[0].computed is None]
    return {name: getattr(row, name) for name in kept}


def _renamed(
    table: type[Base], row: Mapping[str, Any], ids: Mapping[UUID, UUID], words: Mapping[str, str]
) -> dict[str, Any]:
    new = {name: _value_renamed(value, ids, words) for name, value in row.items()}
    if table is InvoiceRow:
        # The database's triggers keep it.
        new["open_balance"] = Decimal(0)
    if table is DraftRow:
        new["fingerprint"] = Facts(new["facts"]).fingerprint
    return new


def _value_renamed(value: Any, ids: Mapping[UUID, UUID], words: Mapping[str, str]) -> Any:
    if isinstance(value, UUID):
        return ids.get(value, value)
    if not isinstance(value, str | list | dict):
        return value
    said = json.dumps(value)
    for old, new in words.items():
        said = said.replace(old, new)
    return json.loads(said)


async def _add_customer(duly: Duly, org_id: OrgId) -> None:
    today = duly.clock.now().date()
    async with duly.uows(org_id) as uow:
        entity_id = (await uow.session.scalars(select(EntityRow.id))).one()
        account = AccountRow(id=new_id(), external_id=_FIRST.email, name="Buyer", currency="GBP", language="en")
        uow.session.add(account)
        await uow.session.flush()
        uow.session.add(ContactRow(id=new_id(), account_id=account.id, email=_FIRST.email, name="Tom Reed"))
        uow.session.add(
            InvoiceRow(
                id=new_id(), account_id=account.id, entity_id=entity_id, number=_FIRST.invoice,
                issued=today - timedelta(days=50), due=today - timedelta(days=20), currency="GBP",
                amount=Decimal("1840.00"), opening_balance=Decimal("1840.00"), open_balance=Decimal(0),
            )
        )  # fmt: skip


def _reply(duly: Duly, *, to: str) -> bytes:
    now = duly.clock.now()
    day: date = now.date() + timedelta(days=7)
    return (
        f"From: Tom Reed <{_FIRST.email}>\r\nTo: {to}\r\nSubject: Re: Invoice {_FIRST.invoice}\r\n"
        f"Date: {format_datetime(now)}\r\nMessage-ID: <reply@{_FIRST.domain}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
        f"Hi,\r\n\r\nwe will pay invoice {_FIRST.invoice} on {day.day} {day:%B %Y}.\r\n\r\nTom\r\n"
    ).encode()


async def _approve_answer(duly: Duly, org_id: OrgId, user_id: UserId, mailbox_id: MailboxId, raw: bytes) -> None:
    await duly.fetching.take_raw(org_id, mailbox_id, raw)
    async with duly.uows(org_id) as uow:
        case_id = (await uow.session.scalars(select(CaseRow.id))).one()
    await duly.runner.run(org_id, CaseId(case_id))
    async with duly.uows(org_id) as uow:
        approval = (await uow.session.scalars(select(ApprovalRow).where(ApprovalRow.case_id == case_id))).one()
    by = Decider(user_id, "Kim", approval.version, duly.clock.now())
    outcome = await approve(duly.uows, duly.services.verify, org_id, ApprovalId(approval.id), by)
    assert isinstance(outcome, Decided), outcome


async def left_to_send(duly: Duly, org_id: OrgId) -> int:
    """Mails that a worker still has to do something about."""
    async with duly.uows(org_id) as uow:
        left = select(func.count()).select_from(SendRow).where(SendRow.state.not_in(_ENDED))
        return int(await uow.session.scalar(left) or 0)


def _is_open(item: ReviewItemRow) -> bool:
    return item.state == "open"


async def seconds_to_send(duly: Duly, org_id: OrgId) -> list[float]:
    """How long each mail took that was sent, from its claim on."""
    async with duly.uows(org_id) as uow:
        rows = await uow.session.execute(
            select(SendRow.claimed_at, SendRow.sent_at).where(
                SendRow.state == "sent", SendRow.claimed_at.is_not(None), SendRow.sent_at.is_not(None)
            )
        )
        return [(sent_at - claimed_at).total_seconds() for claimed_at, sent_at in rows]


async def fates(duly: Duly, outbox: Outbox) -> Fates:
    """Compares what the other side got with what the ledger says of it."""
    async with duly.uows(outbox.org_id) as uow:
        rows = (
            await uow.session.execute(
                select(SendRow.id, SendRow.state, DraftRow.recipients).join(DraftRow, DraftRow.id == SendRow.draft_id)
            )
        ).all()
        items = list(await uow.session.scalars(select(ReviewItemRow).where(ReviewItemRow.kind.in_(_TO_PERSON))))
        ever, still = ({str(one.facts["send_id"]) for one in of} for of in (items, [i for i in items if _is_open(i)]))
    arrived = await asyncio.to_thread(outbox.arrived)
    to_person = {row.recipients[0] for row in rows if str(row.id) in still}
    sent = {row.recipients[0] for row in rows if row.state == "sent"}
    return Fates(
        sends=len(rows),
        arrived=sum(1 for customer in outbox.customers if arrived[customer]),
        before_person=len(ever),
        reasons=Counter(item.words[:90] for item in items),
        lost=tuple(one for one in outbox.customers if not arrived[one] and one not in to_person),
        doubled=tuple(one for one in outbox.customers if arrived[one] > 1),
        untrue=tuple(one for one in sorted(sent) if not arrived[one]),
    )
