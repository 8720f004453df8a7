"""`Tool`: a typed function that reads or proposes; none writes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from tools.scope import ToolScope


class ToolKind(StrEnum):
    """What calling it can do: look something up, or put a proposal before a person."""

    READ = "read"
    PROPOSE = "propose"


class ToolArguments(BaseModel):
    """Base of every tool's arguments: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_max_length=2_000)


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What the caller gets: JSON-ready `data`, and `words` for the case's record."""

    data: dict[str, Any]
    words: str


@dataclass(frozen=True, slots=True)
class Tool:
    """One entry of the catalogue."""

    name: str
    description: str
    kind: ToolKind
    arguments: type[ToolArguments]
    run: Callable[[ToolScope, Any], Awaitable[ToolResult]]
