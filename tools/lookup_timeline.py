"""Recent events of one account."""

from pydantic import Field

from ledger.queries.account_timeline import account_timeline
from tools.scope import ToolScope
from tools.tool import Tool, ToolArguments, ToolKind, ToolResult


class LookupTimeline(ToolArguments):
    """How many events, newest first."""

    limit: int = Field(default=10, ge=1, le=50)


async def lookup_timeline(scope: ToolScope, arguments: LookupTimeline) -> ToolResult:
    """What happened on the account lately, newest first, times in UTC."""
    async with scope.uows(scope.org_id) as uow:
        events = await account_timeline(uow, scope.snapshot.account.account_id, limit=arguments.limit)
    return ToolResult(
        {"events": [{"at": e.at.isoformat(), "kind": e.kind, "words": e.words[:300]} for e in events]},
        f"{len(events)} event(s)",
    )


TOOL = Tool(
    "lookup_timeline",
    "Lists what happened on this customer's account lately: mails, promises, disputes, decisions.",
    ToolKind.READ,
    LookupTimeline,
    lookup_timeline,
)
