"""Finishes a sign-in with Google or Microsoft: the code becomes a grant, and the grant a connected mailbox."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.errors import InvalidInput
from core.ids import MailboxId, OrgId
from core.secrets import SecretBox
from integrations.oauth.answers import GrantRefused, TokenAnswer
from integrations.oauth.authorize import SignIn, checked_grant
from integrations.oauth.providers import Provider
from integrations.oauth.token_server import TokenServer
from integrations.ports.errors import Rejected
from jobs.token_refresh import refresh_expiry
from ledger.commands.set_up_organisation import connect_mailbox
from ledger.rules.sending_limits import HIGHEST_LIMIT
from ledger.store.connections import GivenGrant, GrantId, keep_grant
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: The adapters' kind in `source` and `sender` of a mailbox.
KINDS = {Provider.GOOGLE: "gmail", Provider.MICROSOFT: "outlook"}
#: How far back a mailbox is read where nobody says otherwise.
SINCE_DAYS = 30
ALL = "all"
#: Words for "no label", where one was named before.
ANY_LABEL, NO_MARK = "any", "none"
_LONGEST_LABEL = 225


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """Whose the mailbox is, the name that customers see, and the first day whose mail is fetched (`YYYY-MM-DD`, or
    `all`). With none named, a mailbox that was connected before keeps what it has; see `wanted_since`. The same goes
    for its limits and labels."""

    entity_code: str
    name: str = ""
    since: str = ""
    #: How many mails may leave it; see `MailboxLimits`.
    per_minute: int | None = None
    per_day: int | None = None
    #: Gmail only: the label whose mail is read (`ANY_LABEL`: whatever its label), and the one that read mail is given
    #: (`NO_MARK`: none).
    label: str = ""
    mark: str = ""


def checked_since(since: str) -> str:
    """The day as it is kept; `all`, or empty where none is named.

    Raises:
        InvalidInput: no day of the calendar.
    """
    since = since.strip().lower()
    if since in ("", ALL):
        return since
    try:
        return date.fromisoformat(since).isoformat()
    except ValueError as error:
        raise InvalidInput("the first day to fetch must be like 2026-04-20, or: all") from error


def usual_since(now: datetime) -> str:
    """What is offered where nobody says otherwise."""
    return (now.date() - timedelta(days=SINCE_DAYS)).isoformat()


async def wanted_since(uows: UnitOfWorkFactory, org_id: OrgId, address: str, since: str, *, now: datetime) -> str:
    """The first day for this mailbox: as named; the usual one for a new mailbox; and for one that is connected again
    none, so that it goes on where it stopped, however long ago.

    Raises:
        InvalidInput: no day of the calendar.
    """
    if checked := checked_since(since):
        return checked
    async with uows(org_id) as uow:
        before = await uow.session.scalar(select(MailboxRow).where(MailboxRow.address == address.lower()))
    return "" if before is not None and before.source.get("kind") else usual_since(now)


def with_since(source: dict[str, Any], since: str) -> dict[str, Any]:
    """The settings with this first day, as `checked_since` gives it."""
    if not since:
        return source
    others = {key: value for key, value in source.items() if key != "since"}
    return others if since == ALL else {**others, "since": since}


def checked_limit(typed: str, what: str) -> int | None:
    """A limit as typed; None where nothing is.

    Raises:
        InvalidInput: no whole number from one on.
    """
    typed = typed.strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 7 and 1 <= int(typed) <= HIGHEST_LIMIT):
        raise InvalidInput(f"how many mails may go out {what} is a number from 1 to {HIGHEST_LIMIT:,}")
    return int(typed)


def checked_label(label: str) -> str:
    """The name of a Gmail label, as it is kept.

    Raises:
        InvalidInput: no label is called that.
    """
    label = " ".join(label.split())
    if len(label) > _LONGEST_LABEL or not label.isprintable():
        raise InvalidInput(f"a label's name has at most {_LONGEST_LABEL} letters, and none that cannot be seen")
    return label


def with_limits(sender: dict[str, Any], mailbox: NewMailbox, before: Mapping[str, Any]) -> dict[str, Any]:
    """The settings with the mailbox's limits: those named, else those it had, however it was connected."""
    named = {"per_minute": mailbox.per_minute, "per_day": mailbox.per_day}
    kept = {name: before[name] for name in named if name in before}
    return {**sender, **kept, **{name: value for name, value in named.items() if value is not None}}


def with_labels(source: dict[str, Any], mailbox: NewMailbox) -> dict[str, Any]:
    """The settings of a Gmail mailbox with the labels named; `ANY_LABEL` and `NO_MARK` take a label away."""
    if source.get("kind") != "gmail":
        return source
    changed = dict(source)
    for name, value, nothing in (("label", mailbox.label, ANY_LABEL), ("mark", mailbox.mark, NO_MARK)):
        if value == nothing:
            changed.pop(name, None)
        elif value:
            changed[name] = value
    return changed


async def finish_sign_in(
    uows: UnitOfWorkFactory,
    secrets: SecretBox,
    server: TokenServer,
    org_id: OrgId,
    sign_in: SignIn,
    code: str,
    mailbox: NewMailbox,
    *,
    now: datetime,
) -> MailboxId:
    """Connects the mailbox, or connects it again; its cursor stays where it is then.

    The caller has made sure that whoever finishes is who began (`sign_in.organisation`, `sign_in.started_by`).

    Raises:
        Rejected: the code is not taken; the sign-in must be begun again.
        InvalidInput: it is not the grant that was asked for; nothing was kept.
        TemporarilyUnavailable, RateLimited: the provider could not be asked.
        NotFound: no entity with this code.
    """
    since = checked_since(mailbox.since)
    try:
        answer = await server.exchange_code(code, verifier=sign_in.verifier, redirect_uri=sign_in.redirect_uri)
    except GrantRefused as error:
        raise Rejected(f"{sign_in.address}: {error}; begin the sign-in again") from error
    subject = checked_grant(server.client, sign_in, answer)
    async with uows(org_id) as uow:
        grant_id = await keep_grant(uow, _given(secrets, server, sign_in, answer, subject, now), at=now)
        before = await uow.session.scalar(select(MailboxRow).where(MailboxRow.address == sign_in.address))
        source, sender = ({}, {}) if before is None else (before.source, before.sender)
    settings = {"kind": KINDS[sign_in.provider], "grant_id": str(grant_id)}
    return await connect_mailbox(
        uows,
        org_id,
        entity_code=mailbox.entity_code,
        address=sign_in.address,
        name=mailbox.name,
        source=with_since(with_labels(_kept(source, settings, grant_id), mailbox), since),
        sender=with_limits(_kept(sender, settings, grant_id), mailbox, sender),
    )


def _kept(before: dict[str, Any], settings: dict[str, str], grant_id: GrantId) -> dict[str, Any]:
    """The settings; with what else was set before, where it was the same connection."""
    is_same = before.get("grant_id") == str(grant_id) and before.get("kind") == settings["kind"]
    return {**before, **settings} if is_same else dict(settings)


def _given(
    secrets: SecretBox, server: TokenServer, sign_in: SignIn, answer: TokenAnswer, subject: str, now: datetime
) -> GivenGrant:
    return GivenGrant(
        provider=sign_in.provider.value,
        address=sign_in.address,
        subject=subject,
        scopes=sign_in.scopes,
        client_id=server.client.client_id,
        sealed_refresh_token=secrets.seal(answer.refresh_token),
        sealed_access_token=secrets.seal(answer.access_token),
        access_expires_at=now + timedelta(seconds=answer.expires_in_seconds),
        refresh_expires_at=refresh_expiry(server, answer, now),
        granted_by=sign_in.started_by,
    )
