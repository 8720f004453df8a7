"""Match payments: those that came in, and those that wait when something new may explain them."""

from uuid import UUID

import structlog
from procrastinate import App, JobContext

from core.clock import Clock
from core.ids import OrgId, PaymentId
from jobs.queue import CASH_QUEUE, MATCH_PAYMENTS, MATCH_WAITING, RETRY
from ledger.commands.apply_payments import apply_payments
from ledger.commands.match_waiting import match_waiting
from ledger.commands.payment_proposals import hand_payment_to_person
from ledger.store.unit_of_work import UnitOfWorkFactory

_log = structlog.get_logger()


def register(app: App, uows: UnitOfWorkFactory, clock: Clock) -> None:
    """Makes the tasks known to the app. Both may run twice: a payment is posted once."""

    @app.task(name=MATCH_PAYMENTS, queue=CASH_QUEUE, retry=RETRY, pass_context=True)
    async def match_payments(context: JobContext, org_id: str, payment_ids: list[str]) -> None:
        org, failed = OrgId(UUID(org_id)), None
        for one in payment_ids:
            payment = PaymentId(UUID(one))
            try:
                await apply_payments(uows, org, [payment], now=clock.now())
            except Exception as error:  # one payment's trouble never stops the others
                _log.exception("payment_failed", payment_id=one)
                failed = error
                if _is_last(context):
                    await hand_payment_to_person(
                        uows, org, payment, words=f"it could not be matched ({type(error).__name__})", now=clock.now()
                    )
        if failed is not None and not _is_last(context):
            raise failed

    @app.task(name=MATCH_WAITING, queue=CASH_QUEUE, retry=RETRY)
    async def look_for_matches(org_id: str) -> None:
        await match_waiting(uows, OrgId(UUID(org_id)), now=clock.now())


def _is_last(context: JobContext) -> bool:
    attempts = context.job.attempts if context.job is not None else 0
    return RETRY.max_attempts is not None and attempts + 1 >= RETRY.max_attempts
