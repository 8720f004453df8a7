"""Match payments: those that came in, and those that wait when something new may explain them."""

from collections.abc import Sequence
from uuid import UUID

import structlog
from procrastinate import App, JobContext

from core.clock import Clock
from core.errors import NotFound
from core.ids import OrgId, PaymentId
from jobs.queue import CASH_QUEUE, MATCH_PAYMENTS, MATCH_WAITING, RETRY
from ledger.commands.apply_payments import InTurn, apply_in_turn, turns_of
from ledger.commands.match_waiting import match_waiting
from ledger.commands.payment_proposals import hand_payment_to_person
from ledger.commands.propose_payments import BATCH
from ledger.store.unit_of_work import UnitOfWorkFactory

_log = structlog.get_logger()


def register(app: App, uows: UnitOfWorkFactory, clock: Clock) -> None:
    """Makes the tasks known to the app. Both may run twice: a payment is posted once."""

    @app.task(name=MATCH_PAYMENTS, queue=CASH_QUEUE, retry=RETRY, pass_context=True)
    async def match_payments(context: JobContext, org_id: str, payment_ids: list[str]) -> None:
        org = OrgId(UUID(org_id))
        ids = [PaymentId(UUID(one)) for one in payment_ids]
        failed: list[Exception] = []
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            turns = await _in_turn(uows, org, batch, ids[start + BATCH :])
            failed += [NotFound("payment", one) for one in batch if one not in {turn.payment_id for turn in turns}]
            for turn in turns:
                try:
                    await apply_in_turn(uows, org, turn, now=clock.now())
                except Exception as error:  # one payment's trouble never stops the others
                    _log.exception("payment_failed", payment_id=str(turn.payment_id))
                    failed.append(error)
                    if _is_last(context):
                        words = f"it could not be matched ({type(error).__name__})"
                        await hand_payment_to_person(uows, org, turn.payment_id, words=words, now=clock.now())
        if failed and not _is_last(context):
            raise failed[-1]

    @app.task(name=MATCH_WAITING, queue=CASH_QUEUE, retry=RETRY)
    async def look_for_matches(org_id: str) -> None:
        await match_waiting(uows, OrgId(UUID(org_id)), now=clock.now())


async def _in_turn(
    uows: UnitOfWorkFactory, org: OrgId, batch: Sequence[PaymentId], later: Sequence[PaymentId]
) -> Sequence[InTurn]:
    """The batch assigned together; each alone where that fails, so that the one at fault is found by itself."""
    try:
        return await turns_of(uows, org, batch, later=later)
    except Exception:  # nothing is posted yet, and whose fault it is shows when each is worked alone
        _log.exception("assignment_failed", payments=len(batch))
        return [InTurn(payment_id) for payment_id in batch]


def _is_last(context: JobContext) -> bool:
    attempts = context.job.attempts if context.job is not None else 0
    return RETRY.max_attempts is not None and attempts + 1 >= RETRY.max_attempts
