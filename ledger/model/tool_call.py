"""`CalledTool`: the record of one tool call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class CalledTool:
    """One call. `caller` is `graph` or `model`; `outcome` says in a few words what came back."""

    tool: str
    caller: str
    arguments: dict[str, Any]
    outcome: str
    called_at: datetime
    milliseconds: int
