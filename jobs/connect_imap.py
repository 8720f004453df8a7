"""Connects a mailbox by IMAP and SMTP: its settings, with the password sealed, once both servers have let us in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from core.errors import InvalidInput
from core.ids import MailboxId, OrgId
from core.secrets import SecretBox
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import MailServer
from jobs.connect_grant import NewMailbox, checked_since, with_limits, with_since
from ledger.commands.set_up_organisation import connect_mailbox
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: Both servers together.
TRY_SECONDS = 30.0
_SECURITIES = ("tls", "starttls", "plain")

#: Signs in to the IMAP server and to the SMTP server and out again, for our own address.
Try = Callable[[MailServer, MailServer, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ServerPlace:
    """Where a server is, as typed."""

    host: str
    port: int
    security: str


@dataclass(frozen=True, slots=True)
class ImapLogin:
    """Both servers, and the one login for both."""

    incoming: ServerPlace
    outgoing: ServerPlace
    user: str
    password: str = field(repr=False)


async def connect_imap(
    uows: UnitOfWorkFactory,
    secrets: SecretBox,
    try_servers: Try | None,
    org_id: OrgId,
    address: str,
    login: ImapLogin,
    mailbox: NewMailbox,
) -> MailboxId:
    """Connects it, or connects it again, after both servers have taken the sign-in (with `try_servers`).

    Raises:
        InvalidInput: something typed cannot be right.
        NotConfigured: a connection without TLS to another machine.
        TemporarilyUnavailable, AuthExpired, Rejected, RateLimited: a server did not let us in; nothing was kept.
        NotFound: no entity with this code.
    """
    incoming, outgoing = _server(login, login.incoming), _server(login, login.outgoing)
    since = checked_since(mailbox.since)
    if try_servers is not None:
        await _try(try_servers, incoming, outgoing, address)
    async with uows(org_id) as uow:
        before = await uow.session.scalar(select(MailboxRow).where(MailboxRow.address == address.lower()))
    source, sender = imap_settings(secrets, login)
    if before is not None and _is_same(before.source, source):
        source, sender = {**before.source, **source}, {**before.sender, **sender}
    source = with_since(source, since)
    sender = with_limits(sender, mailbox, {} if before is None else before.sender)
    return await connect_mailbox(
        uows,
        org_id,
        entity_code=mailbox.entity_code,
        address=address,
        name=mailbox.name,
        source=source,
        sender=sender,
    )


async def _try(try_servers: Try, incoming: MailServer, outgoing: MailServer, address: str) -> None:
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await try_servers(incoming, outgoing, address)
    except TimeoutError as error:
        raise TemporarilyUnavailable(
            f"{address}: the servers did not let us in within {TRY_SECONDS:g} s; look at their names and ports"
        ) from error


def _is_same(before: dict[str, Any], source: dict[str, Any]) -> bool:
    """Whether it is the same mailbox on the same server, with another password perhaps."""
    return all(before.get(name) == source[name] for name in ("kind", "host", "user"))


def imap_settings(secrets: SecretBox, login: ImapLogin) -> tuple[dict[str, Any], dict[str, Any]]:
    """`source` and `sender` of the mailbox. The SMTP server's proof of sending is a copy that IMAP finds."""
    sealed = {"user": login.user, "sealed_password": secrets.seal(login.password)}
    proof = {**_place(login.incoming), **sealed}
    return {"kind": "imap", **proof}, {"kind": "smtp", **_place(login.outgoing), "proof": proof, **sealed}


def _place(server: ServerPlace) -> dict[str, Any]:
    return {"host": server.host, "port": server.port, "security": server.security}


def _server(login: ImapLogin, place: ServerPlace) -> MailServer:
    host = place.host.strip()
    if not host or len(host) > 253 or not host.isascii() or not host.isprintable() or any(c in host for c in " /@?#"):
        raise InvalidInput("the name of a mail server is missing, or is none: write it like imap.example.com")
    if not 1 <= place.port <= 65_535:
        raise InvalidInput(f"{host}: a port is a number from 1 to 65535")
    if place.security not in _SECURITIES:
        raise InvalidInput(f"{host}: choose tls, starttls, or plain")
    if not login.user or not login.password:
        raise InvalidInput("the user name or the password is missing")
    security: Any = place.security
    return MailServer(host, place.port, login.user, login.password, security)
