"""Similar replies that were answered before, and the answers that a person let go out."""

from pydantic import Field

from ledger.queries.precedents import nearest_precedents
from tools.scope import ToolScope
from tools.tool import Tool, ToolArguments, ToolKind, ToolResult

#: Cosine distance beyond which two replies have nothing in common.
_TOO_FAR = 0.6


class FindPrecedents(ToolArguments):
    """The words to compare with."""

    text: str = Field(max_length=2_000)
    limit: int = Field(default=3, ge=1, le=5)


async def find_precedents(scope: ToolScope, arguments: FindPrecedents) -> ToolResult:
    """At most `limit` earlier answers of this organisation, the most alike first. Style only: never facts."""
    embedding = scope.embedder.embed(arguments.text)
    async with scope.uows(scope.org_id) as uow:
        found = await nearest_precedents(uow, embedding, embedder=scope.embedder.name, limit=arguments.limit)
    near = [precedent for precedent in found if precedent.distance <= _TOO_FAR]
    return ToolResult(
        {
            "precedents": [
                {"reply": p.reply_text[:500], "answer": p.answer_text[:1000], "language": p.language} for p in near
            ]
        },
        f"{len(near)} precedent(s)",
    )


TOOL = Tool(
    "find_precedents",
    "Finds answers that were approved for similar replies. Use them for tone and wording only, never for facts.",
    ToolKind.READ,
    FindPrecedents,
    find_precedents,
)
