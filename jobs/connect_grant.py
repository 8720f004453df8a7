"""Finishes a sign-in with Google or Microsoft: the code becomes a grant, and the grant a connected mailbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ids import MailboxId, OrgId
from core.secrets import SecretBox
from integrations.oauth.answers import GrantRefused, TokenAnswer
from integrations.oauth.authorize import SignIn, checked_grant
from integrations.oauth.providers import Provider
from integrations.oauth.token_server import TokenServer
from integrations.ports.errors import Rejected
from jobs.token_refresh import refresh_expiry
from ledger.commands.set_up_organisation import connect_mailbox
from ledger.store.connections import GivenGrant, keep_grant
from ledger.store.unit_of_work import UnitOfWorkFactory

#: The adapters' kind in `source` and `sender` of a mailbox.
KINDS = {Provider.GOOGLE: "gmail", Provider.MICROSOFT: "outlook"}


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """Whose the mailbox is, and the name that customers see."""

    entity_code: str
    name: str = ""


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
    try:
        answer = await server.exchange_code(code, verifier=sign_in.verifier, redirect_uri=sign_in.redirect_uri)
    except GrantRefused as error:
        raise Rejected(f"{sign_in.address}: {error}; begin the sign-in again") from error
    subject = checked_grant(server.client, sign_in, answer)
    async with uows(org_id) as uow:
        grant_id = await keep_grant(uow, _given(secrets, server, sign_in, answer, subject, now), at=now)
    settings = {"kind": KINDS[sign_in.provider], "grant_id": str(grant_id)}
    return await connect_mailbox(
        uows,
        org_id,
        entity_code=mailbox.entity_code,
        address=sign_in.address,
        name=mailbox.name,
        source=settings,
        sender=dict(settings),
    )


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
