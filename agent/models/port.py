"""`ChatModel`: typed output, usage, refusal; and tool calls in a bounded loop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel

from agent.signals import ModelUsage
from core.errors import ExternalError

Output = TypeVar("Output", bound=BaseModel)


class ModelUnavailable(ExternalError):
    """The endpoint is down, too slow, over its limits or refused; the local adapter answers instead."""


class OverBudget(ModelUnavailable):
    """A budget of tokens is used up; the local adapter answers instead."""


class ModelAnswerInvalid(ExternalError):
    """The answer is not of the asked schema, also after a second try."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message. `role` is `system`, `user`, `assistant` or `tool`."""

    role: str
    content: str
    #: For `tool` messages: the call that this answers.
    tool_call_id: str | None = None
    #: For `assistant` messages that call tools.
    tool_calls: tuple["ToolCall", ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool; `arguments` is the JSON text exactly as it came, unchecked."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as a model sees it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ModelAnswer(Generic[Output]):
    """Exactly one of `output` and `tool_calls` is given."""

    output: Output | None
    tool_calls: tuple[ToolCall, ...] = ()
    usage: ModelUsage = field(default_factory=ModelUsage)


class ChatModel(Protocol):
    """One call, one answer of the type asked for.

    Raises:
        ModelUnavailable: no answer in time, refused, or over a limit of the endpoint.
        ModelAnswerInvalid: the answer does not fit `output`.
    """

    @property
    def name(self) -> str: ...

    async def complete(
        self, messages: Sequence[ChatMessage], output: type[Output], *, tools: Sequence[ToolSpec] = ()
    ) -> ModelAnswer[Output]: ...
