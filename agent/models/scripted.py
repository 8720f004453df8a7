"""`ScriptedModel`: a chat model that replays prepared answers; for tests, and for rehearsing a run without a key."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from agent.models.port import ChatMessage, ModelAnswer, ModelAnswerInvalid, Output, ToolSpec


class ScriptEnded(RuntimeError):
    """The model was asked once more than answers were prepared; a mistake in the script."""


@dataclass(frozen=True, slots=True)
class ScriptedCall:
    """What the model was given in one call."""

    messages: tuple[ChatMessage, ...]
    output: type[BaseModel]
    tools: tuple[ToolSpec, ...]


class ScriptedModel:
    """Answers in the order prepared: a `ModelAnswer`, a bare output, or an error to raise.

    `calls` holds the messages of each call, `requests` everything that was asked.
    """

    def __init__(
        self, answers: Iterable[ModelAnswer[Any] | BaseModel | Exception] = (), *, name: str = "scripted"
    ) -> None:
        self._answers = list(answers)
        self._name = name
        self.calls: list[tuple[ChatMessage, ...]] = []
        self.requests: list[ScriptedCall] = []

    @property
    def name(self) -> str:
        return self._name

    async def complete(
        self, messages: Sequence[ChatMessage], output: type[Output], *, tools: Sequence[ToolSpec] = ()
    ) -> ModelAnswer[Output]:
        """The next prepared answer.

        Raises:
            ScriptEnded: no answer is left.
            ModelAnswerInvalid: the prepared output is not of the type asked for, as a real model's might be.
        """
        self.calls.append(tuple(messages))
        self.requests.append(ScriptedCall(tuple(messages), output, tuple(tools)))
        if not self._answers:
            raise ScriptEnded(f"call {len(self.calls)}: the script has no answer left")
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, BaseModel):
            answer = ModelAnswer(answer)
        if answer.output is not None and not isinstance(answer.output, output):
            raise ModelAnswerInvalid(f"the scripted output is no {output.__name__}")
        return answer
