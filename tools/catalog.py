"""The one catalogue: what the graph and a model may call, and the record of every call."""

import json
import time
from typing import Any

from pydantic import ValidationError

from core.errors import InvalidInput
from ledger.model.tool_call import CalledTool
from tools import find_precedents, lookup_invoice, lookup_payments, lookup_timeline, match_payment, propose_email
from tools.scope import ToolScope
from tools.tool import Tool, ToolResult

TOOLS: tuple[Tool, ...] = (
    lookup_invoice.TOOL,
    lookup_payments.TOOL,
    lookup_timeline.TOOL,
    find_precedents.TOOL,
    match_payment.TOOL,
    propose_email.TOOL,
)
_BY_NAME = {tool.name: tool for tool in TOOLS}
_MOST_ARGUMENT_CHARACTERS = 20_000


class Catalogue:
    """Tools bound to one customer. `calls` grows with every call, refused ones included."""

    def __init__(self, scope: ToolScope) -> None:
        self._scope = scope
        self.calls: list[CalledTool] = []

    async def call(self, name: str, arguments: dict[str, Any] | str, *, caller: str) -> ToolResult:
        """Runs one tool with checked arguments (a JSON text, as models give it, or the decoded object).

        Raises:
            InvalidInput: no such tool, or arguments that are not of its form.
        """
        started = time.perf_counter()
        called_at = self._scope.clock.now()
        decoded: dict[str, Any] = {}
        outcome = "refused"
        try:
            decoded = _decode(arguments)
            tool = _BY_NAME.get(name)
            if tool is None:
                raise InvalidInput(f"there is no tool {name!r}")
            try:
                checked = tool.arguments.model_validate(decoded)
            except ValidationError as error:
                raise InvalidInput(f"{name}: {error.error_count()} wrong argument(s)") from error
            result = await tool.run(self._scope, checked)
            outcome = result.words
            return result
        except (InvalidInput, ValueError, RecursionError) as error:
            outcome = f"refused: {error}"
            raise InvalidInput(str(error)) from error
        finally:
            milliseconds = int((time.perf_counter() - started) * 1000)
            self.calls.append(CalledTool(name[:60], caller, decoded, outcome, called_at, milliseconds))

    def take_calls(self) -> tuple[CalledTool, ...]:
        """The calls since the last time, for the case's record."""
        calls, self.calls = tuple(self.calls), []
        return calls


def _decode(arguments: dict[str, Any] | str) -> dict[str, Any]:
    if isinstance(arguments, dict):
        return arguments
    if len(arguments) > _MOST_ARGUMENT_CHARACTERS:
        raise InvalidInput("the arguments are too long")
    decoded = json.loads(arguments or "{}")
    if not isinstance(decoded, dict):
        raise InvalidInput("the arguments are no object")
    return decoded
