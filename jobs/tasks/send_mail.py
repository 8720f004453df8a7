"""Send an approved draft: claim, re-check, send, confirm, file a copy. An approved mail never waits in silence.

A mail whose time has not come ends its job: the claim asked for another one, scheduled for that time, in the same
transaction that says so on its row.
"""

from uuid import UUID

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision
from procrastinate.jobs import Job

from core.errors import DulyError
from core.ids import OrgId, SendId
from jobs.orphans import forget_takeovers
from jobs.queue import RETRY, SEND_MAIL, SEND_QUEUE
from jobs.sending import Sending, TryLater
from jobs.sent_copies import file_copy

_log = structlog.get_logger()


class _ComeBack(BaseRetryStrategy):
    """`TryLater` names its own pause and has no limit of tries (its end is a person, by time); any other error is
    retried as everywhere."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, TryLater):
            return RetryDecision(retry_in={"milliseconds": int(exception.seconds * 1000)})
        return RETRY.get_retry_decision(exception=exception, job=job)


def register(app: App, sending: Sending) -> None:
    """Makes the task known to the app."""

    @app.task(name=SEND_MAIL, queue=SEND_QUEUE, retry=_ComeBack(), pass_context=True)
    async def send_mail(context: JobContext, org_id: str, send_id: str) -> None:
        org, send = OrgId(UUID(org_id)), SendId(UUID(send_id))
        try:
            await sending.send(org, send)
        except DulyError as error:
            # Our own errors (no way out, a password that cannot be opened) do not pass by themselves.
            _log.exception("send_failed", send_id=send_id)
            await sending.give_up(org, send, error)
            raise
        except TryLater:
            await forget_takeovers(sending.uows, org, send)
            raise
        except Exception as error:  # the boundary of a job: its last try ends before a person, not in silence
            if RETRY.get_retry_decision(exception=error, job=context.job) is None:
                _log.exception("send_failed", send_id=send_id)
                await sending.give_up(org, send, RuntimeError("an error that nobody planned for; the log names it"))
            raise
        await forget_takeovers(sending.uows, org, send)
        # Only now: while it was filed, a worker that died would have left a mail in doubt that had gone out.
        await file_copy(sending, org, send)
