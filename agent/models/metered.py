"""`MeteredModel`: a chat model within the budgets of one case and one month, each call kept on the case."""

from collections.abc import Sequence
from typing import Protocol

from agent.models.port import ChatMessage, ChatModel, ModelAnswer, Output, OverBudget, ToolSpec
from agent.signals import ModelUsage


class Meter(Protocol):
    """Knows what was used, and keeps what is."""

    async def over_budget(self) -> str:
        """Which budget is used up, in words; empty where none is."""
        ...

    async def keep(self, usage: ModelUsage) -> None: ...


class MeteredModel:
    """Asks the meter before each call and tells it after."""

    def __init__(self, model: ChatModel, meter: Meter) -> None:
        self._model = model
        self._meter = meter

    @property
    def name(self) -> str:
        return self._model.name

    async def complete(
        self, messages: Sequence[ChatMessage], output: type[Output], *, tools: Sequence[ToolSpec] = ()
    ) -> ModelAnswer[Output]:
        """The model's answer.

        Raises:
            OverBudget: a budget is used up; the model was not asked.
            ModelUnavailable, ModelAnswerInvalid: see `ChatModel`.
        """
        spent = await self._meter.over_budget()
        if spent:
            raise OverBudget(spent)
        answer = await self._model.complete(messages, output, tools=tools)
        if answer.usage.tokens:
            await self._meter.keep(answer.usage)
        return answer
