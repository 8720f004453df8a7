"""One session, one transaction, one organisation; jobs are requested inside it."""

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from core.ids import OrgId
from ledger.model.job_request import JobRequest
from ledger.store.org_scope import enter_organisation


class JobDeferrer(Protocol):
    """Puts jobs into the queue on the session's own connection, so that rows and jobs commit together."""

    async def defer(self, session: AsyncSession, requests: Sequence[JobRequest]) -> None: ...


class UnitOfWork:
    """Commits on leaving, rolls back on an exception. Never shared between tasks."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], org_id: OrgId, deferrer: JobDeferrer | None = None
    ) -> None:
        self.org_id = org_id
        self._sessions = sessions
        self._deferrer = deferrer
        self.session: AsyncSession

    async def __aenter__(self) -> Self:
        self.session = self._sessions()
        await enter_organisation(self.session, self.org_id)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                await self.session.commit()
            else:
                await self.session.rollback()
        finally:
            await self.session.close()

    async def request(self, *jobs: JobRequest) -> None:
        """Asks for work that starts once this transaction has committed.

        Raises:
            RuntimeError: this unit of work was made without a queue (a query's).
        """
        if self._deferrer is None:
            raise RuntimeError("this unit of work cannot request jobs")
        await self.session.flush()
        await self._deferrer.defer(self.session, jobs)


class UnitOfWorkFactory:
    """Makes units of work for any organisation; what commands and queries are given."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession], deferrer: JobDeferrer | None = None) -> None:
        self.sessions = sessions
        self._deferrer = deferrer

    def __call__(self, org_id: OrgId) -> UnitOfWork:
        return UnitOfWork(self.sessions, org_id, self._deferrer)
