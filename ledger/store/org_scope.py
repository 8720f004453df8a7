"""The one place where the organisation filter is applied; row-level security repeats it in the database."""

from collections.abc import Sequence
from functools import lru_cache
from typing import cast
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session, with_loader_criteria

from core.ids import OrgId
from ledger.store.base import OrgScoped
from ledger.store.tables.people import OrganisationRow

_KEY = "duly_org_id"


async def enter_organisation(session: AsyncSession, org_id: OrgId, *, statement_timeout_ms: int = 30_000) -> None:
    """Binds the session's transaction to one organisation until it ends."""
    session.sync_session.info[_KEY] = org_id
    await session.execute(
        text("SELECT set_config('duly.org_id', :org, true), set_config('statement_timeout', :timeout, true)"),
        {"org": str(org_id), "timeout": str(statement_timeout_ms)},
    )


@lru_cache(maxsize=1024)
def _only(org_id: OrgId) -> LoaderCriteriaOption:
    """The filter of one organisation; made once, because every statement carries it."""
    return with_loader_criteria(OrgScoped, lambda row: row.org_id == org_id, include_aliases=True)


@event.listens_for(Session, "do_orm_execute")
def _filter_by_organisation(state: ORMExecuteState) -> None:
    org_id = state.session.info.get(_KEY)
    if org_id is None or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = state.statement.options(_only(org_id))


@event.listens_for(Session, "before_flush")
def _stamp_organisation(session: Session, _context: object, _instances: object) -> None:
    org_id = session.info.get(_KEY)
    for row in session.new:
        if isinstance(row, OrgScoped) and org_id is not None and row.org_id is None:
            row.org_id = org_id


async def list_organisations(session: AsyncSession) -> Sequence[tuple[OrgId, str]]:
    """Ids and slugs of all organisations, by slug: what a worker needs to know whom to work for.

    The only read that looks across organisations; the policy on `organisations` opens for it alone.
    """
    await session.execute(text("SELECT set_config('duly.directory', 'on', true)"))
    rows = await session.execute(
        OrganisationRow.__table__.select()
        .with_only_columns(OrganisationRow.__table__.c.id, OrganisationRow.__table__.c.slug)
        .order_by(OrganisationRow.__table__.c.slug)
    )
    return [(OrgId(cast(UUID, row[0])), cast(str, row[1])) for row in rows]
