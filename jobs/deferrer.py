"""Job request to procrastinate job, on the session's own connection."""

from collections.abc import Sequence
from typing import Any, assert_never

from procrastinate import App
from procrastinate.jobs import Job
from sqlalchemy.ext.asyncio import AsyncSession

from jobs.queue import (
    CASH_QUEUE,
    FINISH_RUN,
    INBOUND_QUEUE,
    MATCH_PAYMENTS,
    MATCH_WAITING,
    PROCESS_INBOUND,
    REDRAFT,
    SEND_MAIL,
    SEND_PRIORITY,
    SEND_QUEUE,
)
from ledger.model.job_request import (
    FinishRun,
    JobRequest,
    MatchPayments,
    MatchWaiting,
    ProcessInbound,
    Redraft,
    SendMail,
)


class ProcrastinateDeferrer:
    """`JobDeferrer` on procrastinate: the job's row commits and rolls back with the session."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def defer(self, session: AsyncSession, requests: Sequence[JobRequest]) -> None:
        """Writes the jobs inside the session's transaction, in one statement; they may run once that commits."""
        if not requests:
            return
        connection = await session.connection()
        raw = (await connection.get_raw_connection()).driver_connection
        await self._app.job_manager.batch_defer_jobs_async([self._job(one) for one in requests], connection=raw)

    def _job(self, request: JobRequest) -> Job:
        name, queue, arguments = _describe(request)
        return self._app.configure_task(
            name,
            queue=queue,
            lock=request.lock,
            priority=SEND_PRIORITY if isinstance(request, SendMail) else 0,
            schedule_at=request.not_before if isinstance(request, SendMail) else None,
            task_kwargs={"org_id": str(request.org_id), **arguments},
        ).job


def _describe(request: JobRequest) -> tuple[str, str, dict[str, Any]]:
    match request:
        case ProcessInbound():
            return PROCESS_INBOUND, INBOUND_QUEUE, {"message_id": str(request.message_id)}
        case Redraft():
            return REDRAFT, INBOUND_QUEUE, {"case_id": str(request.case_id)}
        case FinishRun():
            return FINISH_RUN, INBOUND_QUEUE, {"case_id": str(request.case_id)}
        case SendMail():
            return SEND_MAIL, SEND_QUEUE, {"send_id": str(request.send_id)}
        case MatchPayments():
            ids = [str(payment_id) for payment_id in request.payment_ids]
            return MATCH_PAYMENTS, CASH_QUEUE, {"payment_ids": ids}
        case MatchWaiting():
            return MATCH_WAITING, CASH_QUEUE, {}
        case _:
            assert_never(request)
