"""Keeps on the case what was looked up and proposed, by the graph or by a model."""

from core.ids import CaseId, OrgId, new_id
from ledger.model.tool_call import CalledTool
from ledger.store.tables.cases import ToolCallRow
from ledger.store.unit_of_work import UnitOfWorkFactory


async def record_tool_calls(
    uows: UnitOfWorkFactory, org_id: OrgId, case_id: CaseId, calls: tuple[CalledTool, ...]
) -> None:
    """Appends the calls in one transaction."""
    if not calls:
        return
    async with uows(org_id) as uow:
        for call in calls:
            uow.session.add(
                ToolCallRow(
                    id=new_id(),
                    case_id=case_id,
                    tool=call.tool,
                    caller=call.caller,
                    arguments=call.arguments,
                    outcome=call.outcome[:2000],
                    called_at=call.called_at,
                    milliseconds=call.milliseconds,
                )
            )
