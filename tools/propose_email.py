"""Returns a draft proposal. Recipients are not the caller's to choose, and nothing here can send."""

from pydantic import ConfigDict, Field

from tools.scope import ToolScope
from tools.tool import Tool, ToolArguments, ToolKind, ToolResult


class ProposeEmail(ToolArguments):
    """The mail's text, without subject, recipients or attachments: those are the ledger's."""

    model_config = ConfigDict(extra="forbid", str_max_length=8_000)

    text: str = Field(min_length=1, max_length=8_000)


async def propose_email(_: ToolScope, arguments: ProposeEmail) -> ToolResult:
    """The proposal, to be verified and put before a person."""
    return ToolResult({"text": arguments.text}, f"a text of {len(arguments.text)} characters")


TOOL = Tool(
    "propose_email",
    "Proposes the text of the answer. It is checked against the ledger and shown to a person before it is sent.",
    ToolKind.PROPOSE,
    ProposeEmail,
    propose_email,
)
