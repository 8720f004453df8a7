"""Users and their credentials: API tokens, console sessions, one-time links. Secrets are kept as hashes only.

A credential begins with its organisation's id, so that the lookup happens inside that organisation: nothing ever
searches across all of them.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from core.errors import InvalidInput, NotFound
from core.ids import OrgId, UserId, new_id
from core.passwords import digest, hash_password, new_secret, password_fits
from ledger.model.user import Role, User
from ledger.store.tables.people import CredentialRow, UserRow
from ledger.store.unit_of_work import UnitOfWork, UnitOfWorkFactory

API_TOKEN, SESSION, LINK = "api_token", "session", "link"
_LONGEST_CREDENTIAL = 200
_SHORTEST_PASSWORD = 12


async def create_user(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
    now: datetime,
) -> UserId:
    """Makes a user, or updates the one with this address; without a password they sign in by link or token.

    Raises:
        InvalidInput: the password is shorter than twelve characters.
    """
    if password is not None and len(password) < _SHORTEST_PASSWORD:
        raise InvalidInput(f"a password has at least {_SHORTEST_PASSWORD} characters")
    async with uows(org_id) as uow:
        row = (await uow.session.scalars(select(UserRow).where(UserRow.email == email.lower()))).first()
        if row is None:
            row = UserRow(id=new_id(), email=email.lower(), created_at=now)
            uow.session.add(row)
        row.name, row.role, row.active = name, role.value, True
        if password is not None:
            row.password_hash = await asyncio.to_thread(hash_password, password)
        await uow.session.flush()
        return UserId(row.id)


async def issue_credential(
    uows: UnitOfWorkFactory,
    org_id: OrgId,
    user_id: UserId,
    kind: str,
    *,
    lifetime: timedelta | None,
    name: str = "",
    now: datetime,
) -> str:
    """A new secret, shown once; `lifetime` None means until it is revoked."""
    secret = f"duly_{org_id.hex}_{new_secret()}"
    async with uows(org_id) as uow:
        uow.session.add(
            CredentialRow(
                id=new_id(),
                user_id=user_id,
                kind=kind,
                name=name,
                secret_sha256=digest(secret),
                created_at=now,
                expires_at=None if lifetime is None else now + lifetime,
            )
        )
    return secret


def organisation_of(secret: str) -> OrgId | None:
    """The organisation that a credential names, or None where it is none of ours."""
    parts = secret.split("_", 2)
    if len(secret) > _LONGEST_CREDENTIAL or len(parts) != 3 or parts[0] != "duly" or len(parts[1]) != 32:
        return None
    try:
        return OrgId(UUID(hex=parts[1]))
    except ValueError:
        return None


async def user_of(uows: UnitOfWorkFactory, secret: str, kind: str, *, now: datetime) -> User | None:
    """Whose credential it is; None for anything unknown, expired, revoked, or of a user who left."""
    org_id = organisation_of(secret)
    if org_id is None:
        return None
    async with uows(org_id) as uow:
        return await _user_of(uow, secret, kind, now)


async def _user_of(uow: UnitOfWork, secret: str, kind: str, now: datetime) -> User | None:
    row = (
        await uow.session.execute(
            select(CredentialRow, UserRow)
            .join(UserRow, UserRow.id == CredentialRow.user_id)
            .where(CredentialRow.secret_sha256 == digest(secret), CredentialRow.kind == kind)
        )
    ).one_or_none()
    if row is None:
        return None
    credential, user = row
    if credential.revoked_at is not None or not user.active:
        return None
    if credential.expires_at is not None and credential.expires_at <= now:
        return None
    return _to_user(uow.org_id, user)


def _to_user(org_id: OrgId, row: UserRow) -> User:
    return User(UserId(row.id), org_id, row.email, row.name, Role(row.role))


async def redeem_link(
    uows: UnitOfWorkFactory, secret: str, *, session_lifetime: timedelta, now: datetime
) -> str | None:
    """A session for a one-time link; None where it is unknown, over, or was used before."""
    org_id = organisation_of(secret)
    if org_id is None:
        return None
    async with uows(org_id) as uow:
        user = await _user_of(uow, secret, LINK, now)
        if user is None:
            return None
        # The first of two clicks at once wins: the row is changed where it was unused, and only there.
        used = await uow.session.execute(
            update(CredentialRow)
            .where(CredentialRow.secret_sha256 == digest(secret), CredentialRow.used_at.is_(None))
            .values(used_at=now, revoked_at=now)
            .returning(CredentialRow.id)
        )
        if used.first() is None:
            return None
    return await issue_credential(uows, org_id, user.user_id, SESSION, lifetime=session_lifetime, now=now)


async def sign_in(
    uows: UnitOfWorkFactory, org_id: OrgId, *, email: str, password: str, session_lifetime: timedelta, now: datetime
) -> str | None:
    """A session for an address and its password; None where they do not fit, without saying which."""
    async with uows(org_id) as uow:
        row = (await uow.session.scalars(select(UserRow).where(UserRow.email == email.strip().lower()))).first()
    kept = None if row is None or not row.active else row.password_hash
    fits = await asyncio.to_thread(password_fits, password, kept)
    if not fits or row is None:
        return None
    return await issue_credential(uows, org_id, UserId(row.id), SESSION, lifetime=session_lifetime, now=now)


async def revoke(uows: UnitOfWorkFactory, secret: str, *, now: datetime) -> None:
    """Ends a session or token at once; an unknown one is no error."""
    org_id = organisation_of(secret)
    if org_id is None:
        return
    async with uows(org_id) as uow:
        await uow.session.execute(
            update(CredentialRow).where(CredentialRow.secret_sha256 == digest(secret)).values(revoked_at=now)
        )


async def find_user(uow: UnitOfWork, email: str) -> UserId:
    """The user with this address.

    Raises:
        NotFound: nobody has it.
    """
    found = await uow.session.scalar(select(UserRow.id).where(UserRow.email == email.lower()))
    if found is None:
        raise NotFound("user", email)
    return UserId(found)
