"""`LedgerMeter`: the budgets of one case, kept in the ledger."""

from dataclasses import dataclass

from agent.signals import ModelUsage
from core.clock import Clock
from core.ids import CaseId, OrgId
from ledger.commands.record_model_use import record_model_use, tokens_used
from ledger.model.reading import ModelUse
from ledger.store.unit_of_work import UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class LedgerMeter:
    """`Meter` on `model_use`. Budgets in tokens; the month is the calendar month in UTC."""

    uows: UnitOfWorkFactory
    clock: Clock
    org_id: OrgId
    case_id: CaseId
    case_budget: int
    month_budget: int
    purpose: str

    async def over_budget(self) -> str:
        """See `Meter.over_budget`."""
        month = self.clock.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        case, organisation = await tokens_used(self.uows, self.org_id, self.case_id, since=month)
        if case >= self.case_budget:
            return "this case's token budget is used up"
        return "this month's token budget is used up" if organisation >= self.month_budget else ""

    async def keep(self, usage: ModelUsage) -> None:
        """See `Meter.keep`."""
        use = ModelUse(
            self.purpose, usage.model, usage.input_tokens, usage.cached_tokens, usage.output_tokens, usage.cost_usd
        )
        await record_model_use(self.uows, self.org_id, self.case_id, use, now=self.clock.now())
