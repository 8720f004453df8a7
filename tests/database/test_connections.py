"""Connections in the database: what it refuses, what is resealed, and that organisations stay apart."""

from datetime import timedelta

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import NOW, Org
from cryptography.fernet import Fernet
from factories.grants import SECRETS, a_grant, the_grant
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError

from core.errors import NotConfigured
from core.ids import new_id
from core.secrets import SecretBox
from ledger.commands.reseal_secrets import reseal_secrets
from ledger.store.base import Base
from ledger.store.connections import GrantId, connections, note_cursor, note_gap, note_watch, read_grant
from ledger.store.engine import sqlalchemy_url
from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.connections import AlarmNoticeRow, MailboxAlarmRow, MailboxSyncRow
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory
from ledger.store.watches import StandingWatch, keep_watch, watches

TABLES = ("oauth_grants", "mailbox_syncs", "mailbox_alarms", "alarm_notices")


async def fill(uows: UnitOfWorkFactory, org: Org) -> GrantId:
    """One row in each table."""
    grant_id = await a_grant(uows, org, connected=True)
    async with uows(org.org_id) as uow:
        await note_cursor(uow, org.mailbox_id, at=NOW)
        alarm_id = new_id()
        uow.session.add(MailboxAlarmRow(id=alarm_id, mailbox_id=org.mailbox_id, kind="late", raised_at=NOW))
        await uow.session.flush()
        uow.session.add(AlarmNoticeRow(id=new_id(), alarm_id=alarm_id, about="raised", next_try_at=NOW, made_at=NOW))
    return grant_id


def test_the_migration_makes_the_tables_that_the_code_knows(urls: DatabaseUrls) -> None:
    engine = create_engine(sqlalchemy_url(urls.owner))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in TABLES,
                "include_object": lambda _, name, kind, *__: kind != "table" or name in TABLES,
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


# Organisations


def test_each_table_forces_row_level_security(urls: DatabaseUrls) -> None:
    with psycopg.connect(urls.app) as connection:
        rows = connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity AND relname = ANY(%s)",
            [list(TABLES)],
        ).fetchall()
    assert {name for (name,) in rows} == set(TABLES)


@pytest.mark.parametrize("table", TABLES)
async def test_a_bare_statement_reaches_no_other_organisations_rows(
    uows: UnitOfWorkFactory, org: Org, other_org: Org, urls: DatabaseUrls, table: str
) -> None:
    await fill(uows, org)
    async with uows(other_org.org_id) as uow:
        assert (await uow.session.execute(text(f"SELECT * FROM {table}"))).all() == []
        column = {
            "oauth_grants": "last_error = 'x'", "mailbox_syncs": "gap_messages = 1", "alarm_notices": "tries = 1",
        }.get(table, "cleared_at = now()")  # fmt: skip
        assert (await uow.session.execute(text(f"UPDATE {table} SET {column}"))).rowcount == 0  # type: ignore[attr-defined]
    with psycopg.connect(urls.app) as connection:
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_a_grant_for_another_organisation_is_refused(uows: UnitOfWorkFactory, org: Org, other_org: Org) -> None:
    with pytest.raises(DBAPIError, match="row-level security"):
        async with uows(org.org_id) as uow:
            await uow.session.execute(
                text(
                    "INSERT INTO oauth_grants (id, org_id, provider, address, sealed_refresh_token, granted_at) "
                    "VALUES (gen_random_uuid(), :other, 'google', 'a@b.example', 'x', now())"
                ),
                {"other": other_org.org_id},
            )


# What the database refuses


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM oauth_grants",
        "UPDATE oauth_grants SET address = 'other@b.example'",
        "UPDATE oauth_grants SET provider = 'microsoft'",
        "UPDATE oauth_grants SET org_id = gen_random_uuid()",
        "DELETE FROM mailbox_alarms",
        "UPDATE mailbox_alarms SET raised_at = now()",
    ],
)
async def test_the_application_may_not(uows: UnitOfWorkFactory, org: Org, statement: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with uows(org.org_id) as uow:
            await uow.session.execute(text(statement))


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("state = 'tired'", "state_known"),
        ("sealed_refresh_token = ''", "active_has_token"),
        ("access_expires_at = NULL", "access_token_expires"),
    ],
    ids=["an unknown state", "active without a token", "a token that never ends"],
)
async def test_a_grant_makes_sense(uows: UnitOfWorkFactory, org: Org, change: str, constraint: str) -> None:
    await a_grant(uows, org)
    with pytest.raises(IntegrityError, match=constraint):
        async with uows(org.org_id) as uow:
            await uow.session.execute(text(f"UPDATE oauth_grants SET {change}"))


async def test_one_alarm_of_a_kind_stands(uows: UnitOfWorkFactory, org: Org) -> None:
    await fill(uows, org)
    with pytest.raises(IntegrityError, match="uq_mailbox_alarms_standing"):
        async with uows(org.org_id) as uow:
            uow.session.add(MailboxAlarmRow(id=new_id(), mailbox_id=org.mailbox_id, kind="late", raised_at=NOW))


# Keeping


async def test_a_mailbox_connected_again_keeps_its_grants_id(uows: UnitOfWorkFactory, org: Org) -> None:
    first = await a_grant(uows, org)
    async with uows(org.org_id) as uow:
        row = await read_grant(uow, first)
        row.state, row.failures, row.last_error = "revoked", 7, "gone"
    assert await a_grant(uows, org, refresh_token="new") == first
    row = await the_grant(uows, org, first)
    assert (row.state, row.failures, row.last_error, row.version) == ("active", 0, "", 2)
    assert SECRETS.open(row.sealed_refresh_token) == "new"


async def test_where_a_sync_stands_is_noted_piece_by_piece(uows: UnitOfWorkFactory, org: Org) -> None:
    ends = NOW + timedelta(days=7)
    async with uows(org.org_id) as uow:
        await note_watch(uow, org.mailbox_id, reference="sub-1", expires_at=ends, at=NOW)
        await note_cursor(uow, org.mailbox_id, at=NOW)
        await note_gap(uow, org.mailbox_id, 41, at=NOW)
        await note_gap(uow, org.mailbox_id, 40, at=NOW)
    async with uows(org.org_id) as uow:
        (one,) = await connections(uow)
    assert one.sync is not None
    assert (one.sync.watch_expires_at, one.sync.cursor_moved_at, one.sync.gap_messages) == (ends, NOW, 40)
    assert isinstance(one.sync, MailboxSyncRow)


async def test_a_mailbox_whose_grant_is_missing_is_told_from_one_without(uows: UnitOfWorkFactory, org: Org) -> None:
    async with uows(org.org_id) as uow:
        mailbox = await uow.session.get_one(MailboxRow, org.mailbox_id)
        missing = new_id()
        mailbox.source = {"kind": "gmail", "grant_id": str(missing)}
    async with uows(org.org_id) as uow:
        (one,) = await connections(uow)
    assert (one.grant_id, one.grant) == (missing, None)


# Resealing

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


async def sealed_with_the_old_key(uows: UnitOfWorkFactory, org: Org) -> GrantId:
    """A grant, and a mailbox with a password in both of its settings, one of them deeper."""
    old = SecretBox([OLD])
    password = old.seal("password")
    async with uows(org.org_id) as uow:
        mailbox = await uow.session.get_one(MailboxRow, org.mailbox_id)
        mailbox.source = {"kind": "imap", "port": 993, "sealed_password": password}
        mailbox.sender = {"kind": "smtp", "proof": {"sealed_password": password}, "sealed_password": password}
    return await a_grant(uows, org, secrets=old)


async def test_when_all_is_resealed_the_old_key_may_go(uows: UnitOfWorkFactory, org: Org) -> None:
    grant_id = await sealed_with_the_old_key(uows, org)
    report = await reseal_secrets(uows, SecretBox([NEW, OLD]), batch=1)
    new = SecretBox([NEW])
    row = await the_grant(uows, org, grant_id)
    async with uows(org.org_id) as uow:
        mailbox = await uow.session.get_one(MailboxRow, org.mailbox_id)
    assert (new.open(row.sealed_refresh_token), new.open(row.sealed_access_token)) == ("refresh-0", "access-0")
    passwords = [
        mailbox.source["sealed_password"], mailbox.sender["sealed_password"],
        mailbox.sender["proof"]["sealed_password"],
    ]  # fmt: skip
    assert [new.open(one) for one in passwords] == ["password"] * 3
    assert mailbox.source["port"] == 993
    assert report.resealed >= 3


async def test_the_secrets_of_watches_are_resealed_too(uows: UnitOfWorkFactory, org: Org) -> None:
    watch = StandingWatch("subscription-1", SecretBox([OLD]).seal("client state"), "here", NOW, NOW)
    async with uows(org.org_id) as uow:
        await keep_watch(uow, org.mailbox_id, watch, at=NOW)
    await reseal_secrets(uows, SecretBox([NEW, OLD]))
    async with uows(org.org_id) as uow:
        kept = (await watches(uow))[org.mailbox_id]
    assert SecretBox([NEW]).open(kept.sealed_secret) == "client state"
    report = await reseal_secrets(uows, SecretBox([Fernet.generate_key().decode()]))
    assert f"watch of mailbox {org.mailbox_id}" in report.unreadable


async def test_resealing_again_changes_nothing(uows: UnitOfWorkFactory, org: Org) -> None:
    grant_id = await sealed_with_the_old_key(uows, org)
    await reseal_secrets(uows, SecretBox([NEW, OLD]))
    before = await the_grant(uows, org, grant_id)
    assert (await reseal_secrets(uows, SecretBox([NEW]))).resealed == 0
    after = await the_grant(uows, org, grant_id)
    assert after.sealed_refresh_token == before.sealed_refresh_token


async def test_what_lies_under_a_key_that_is_not_here_is_named_and_left_alone(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    grant_id = await sealed_with_the_old_key(uows, org)
    before = await the_grant(uows, org, grant_id)
    report = await reseal_secrets(uows, SecretBox([NEW]))
    assert {f"grant {grant_id}", f"mailbox {org.mailbox_id}"} <= set(report.unreadable)
    assert not report.old_keys_may_go
    assert (await the_grant(uows, org, grant_id)).sealed_refresh_token == before.sealed_refresh_token


async def test_without_resealing_the_old_key_may_not_go(uows: UnitOfWorkFactory, org: Org) -> None:
    row = await the_grant(uows, org, await sealed_with_the_old_key(uows, org))
    with pytest.raises(NotConfigured):
        SecretBox([NEW]).open(row.sealed_refresh_token)


async def test_mailboxes_that_share_a_source_share_it_afterwards(uows: UnitOfWorkFactory, org: Org) -> None:
    shared = {"kind": "imap", "sealed_password": SecretBox([OLD]).seal("password")}
    async with uows(org.org_id) as uow:
        (await uow.session.get_one(MailboxRow, org.mailbox_id)).source = dict(shared)
        uow.session.add(
            MailboxRow(id=new_id(), entity_id=org.entity_id, address="two@x.example", source=dict(shared), sender={})
        )
    await reseal_secrets(uows, SecretBox([NEW, OLD]), batch=1)
    async with uows(org.org_id) as uow:
        first, second = await connections(uow)
    assert first.mailbox.source == second.mailbox.source != shared


def test_a_secret_under_the_first_key_is_left_as_it_is() -> None:
    box = SecretBox([NEW, OLD])
    sealed, old = box.seal("x"), SecretBox([OLD]).seal("x")
    assert box.rotate(sealed) == sealed
    assert SecretBox([NEW]).open(box.rotate(old)) == "x"
    for stranger in ("", "no token", "\N{SNOWMAN}"):
        with pytest.raises(NotConfigured):
            box.rotate(stranger)
