"""Run the graph on a kept message; write a draft anew; end a run. A failure that stays goes to a person."""

from uuid import UUID

import structlog
from procrastinate import App, JobContext

from core.clock import Clock
from core.ids import CaseId, MessageId, OrgId
from jobs.queue import FINISH_RUN, INBOUND_QUEUE, PROCESS_INBOUND, REDRAFT, RETRY
from jobs.runs import CaseRunner
from ledger.commands.close_run import hand_to_person
from ledger.queries.case_for_run import case_of_message
from ledger.store.unit_of_work import UnitOfWorkFactory

_log = structlog.get_logger()


def register(app: App, runner: CaseRunner, uows: UnitOfWorkFactory, clock: Clock) -> None:
    """Makes the tasks known to the app."""

    async def run(context: JobContext, org: OrgId, case_id: CaseId) -> None:
        try:
            await runner.run(org, case_id)
        except Exception as error:
            if not _is_last(context):
                raise
            _log.exception("run_failed", case_id=str(case_id))
            await hand_to_person(
                uows,
                org,
                case_id,
                decision=None,
                words=f"This mail could not be worked on ({type(error).__name__}); it is kept as received.",
                now=clock.now(),
            )

    @app.task(name=PROCESS_INBOUND, queue=INBOUND_QUEUE, retry=RETRY, pass_context=True)
    async def process_inbound(context: JobContext, org_id: str, message_id: str) -> None:
        org = OrgId(UUID(org_id))
        async with uows(org) as uow:
            case_id = await case_of_message(uow, MessageId(UUID(message_id)))
        await run(context, org, case_id)

    @app.task(name=REDRAFT, queue=INBOUND_QUEUE, retry=RETRY, pass_context=True)
    async def redraft(context: JobContext, org_id: str, case_id: str) -> None:
        await run(context, OrgId(UUID(org_id)), CaseId(UUID(case_id)))

    @app.task(name=FINISH_RUN, queue=INBOUND_QUEUE, retry=RETRY)
    async def finish_run(org_id: str, case_id: str) -> None:
        await runner.finish(OrgId(UUID(org_id)), CaseId(UUID(case_id)))


def _is_last(context: JobContext) -> bool:
    attempts = context.job.attempts if context.job is not None else 0
    return RETRY.max_attempts is not None and attempts + 1 >= RETRY.max_attempts
