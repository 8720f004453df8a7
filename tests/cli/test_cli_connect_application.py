"""`duly connect --application` and `duly connect limits`: what is missing is named, and limits are kept."""

from pathlib import Path

import pytest
from conftest import Org
from cryptography.fernet import Fernet
from duly_command import duly
from sqlalchemy import select

from ledger.store.local_server import DatabaseUrls
from ledger.store.tables.people import MailboxRow
from ledger.store.unit_of_work import UnitOfWorkFactory

KEY = Fernet.generate_key().decode()


@pytest.fixture
def settings(urls: DatabaseUrls) -> dict[str, str]:
    return {"DATABASE_URL": urls.app, "DULY_MIGRATE_DATABASE_URL": urls.owner, "DULY_SECRET_KEY": KEY}


def slug(org: Org) -> str:
    return org.address.partition("@")[2].removesuffix(".example")


@pytest.mark.parametrize(
    ("provider", "more", "complaint"),
    [
        ("outlook", {"DULY_MICROSOFT_CLIENT_ID": "app"}, "DULY_MICROSOFT_TENANT"),
        ("outlook", {"DULY_MICROSOFT_CLIENT_ID": "app", "DULY_MICROSOFT_TENANT": "x.example"}, "secret"),
        ("gmail", {}, "DULY_GMAIL_SERVICE_ACCOUNT_FILE"),
    ],
    ids=["no tenant", "no secret", "no service account"],
)
async def test_what_is_missing_is_named_and_nothing_is_kept(
    tmp_path: Path, settings: dict[str, str], org: Org, uows: UnitOfWorkFactory, provider: str,
    more: dict[str, str], complaint: str,
) -> None:  # fmt: skip
    ran = duly(
        tmp_path,
        "connect",
        provider,
        "ar@x.example",
        "--application",
        "--organisation",
        slug(org),
        **settings,
        **more,
    )
    assert complaint in ran.complaint
    async with uows(org.org_id) as uow:
        assert await uow.session.scalar(select(MailboxRow.id).where(MailboxRow.address == "ar@x.example")) is None


async def test_limits_are_set_and_shown(
    tmp_path: Path, settings: dict[str, str], org: Org, uows: UnitOfWorkFactory
) -> None:
    ran = duly(
        tmp_path, "connect", "limits", org.address, "--per-day", "300", "--organisation", slug(org), **settings
    )
    assert ran.out == "a minute\t30\na day\t300\n"
    async with uows(org.org_id) as uow:
        assert (await uow.session.get_one(MailboxRow, org.mailbox_id)).sender == {"per_day": 300}
    missing = duly(tmp_path, "connect", "limits", "no@x.example", "--organisation", slug(org), **settings)
    assert "no mailbox no@x.example" in missing.complaint
