"""`OpenAIModel`: the chat model port on OpenAI, Azure OpenAI and endpoints that speak the same protocol.

Chat completions with a JSON schema as response format, which compatible endpoints support widely. May a call run
twice? Yes: it changes nothing at the other end and costs tokens only.
"""

import copy
from collections.abc import Sequence
from typing import Any

import openai
from openai import AsyncAzureOpenAI, AsyncOpenAI
from openai.types.chat import ChatCompletion, ChatCompletionMessage
from pydantic import BaseModel, ValidationError

from agent.models.port import (
    ChatMessage,
    ModelAnswer,
    ModelAnswerInvalid,
    ModelUnavailable,
    Output,
    ToolCall,
    ToolSpec,
)
from agent.signals import ModelUsage

#: An answer of more tokens than this is none of ours.
MAX_OUTPUT_TOKENS = 8_000
#: Tool calls beyond this in one answer are dropped.
MAX_TOOL_CALLS = 16
_DEFAULT_AZURE_VERSION = "2024-10-21"


class OpenAIModel:
    """One model at one endpoint. Making one asks nothing of the network."""

    def __init__(
        self,
        name: str,
        *,
        api_key: str | None = None,
        base_url: str | None = None,
        azure_endpoint: str | None = None,
        azure_api_key: str | None = None,
        azure_api_version: str | None = None,
        timeout_seconds: float = 30.0,
        max_retries: int = 2,
    ) -> None:
        """`timeout_seconds` holds for each try. With `azure_endpoint` the name is the deployment's."""
        self._name = name
        if azure_endpoint:
            self._client: AsyncOpenAI = AsyncAzureOpenAI(
                azure_endpoint=azure_endpoint,
                api_key=azure_api_key or api_key or "none",
                api_version=azure_api_version or _DEFAULT_AZURE_VERSION,
                timeout=timeout_seconds,
                max_retries=max_retries,
            )
        else:
            # Local endpoints often need no key, but the client insists on one.
            self._client = AsyncOpenAI(
                api_key=api_key or "none", base_url=base_url, timeout=timeout_seconds, max_retries=max_retries
            )

    @property
    def name(self) -> str:
        return self._name

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._client.close()

    async def complete(
        self, messages: Sequence[ChatMessage], output: type[Output], *, tools: Sequence[ToolSpec] = ()
    ) -> ModelAnswer[Output]:
        """One answer of the type `output`, or tool calls.

        Raises:
            ModelUnavailable: no answer in time, refused, over a limit, or the key is not accepted.
            ModelAnswerInvalid: the answer does not fit `output`.
        """
        request: dict[str, Any] = {
            "model": self._name,
            "messages": [_message(each) for each in messages],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": output.__name__, "schema": strict_schema(output), "strict": True},
            },
            "max_completion_tokens": MAX_OUTPUT_TOKENS,
        }
        if tools:
            request["tools"] = [_tool(each) for each in tools]
        completion = await self._ask(request)
        return _answer(completion, output, self._name, offered={each.name for each in tools})

    async def _ask(self, request: dict[str, Any]) -> ChatCompletion:
        try:
            completion = await self._client.chat.completions.create(**request)
        except openai.APITimeoutError as error:
            raise ModelUnavailable(f"{self._name}: no answer in time") from error
        except openai.APIConnectionError as error:
            raise ModelUnavailable(f"{self._name}: the endpoint cannot be reached") from error
        except openai.RateLimitError as error:
            raise ModelUnavailable(f"{self._name}: over the endpoint's limit") from error
        except openai.APIStatusError as error:
            # The body may quote the prompt and with it the customer: it stays out of the message.
            raise ModelUnavailable(f"{self._name}: the endpoint answered {error.status_code}") from error
        except (openai.OpenAIError, ValueError) as error:
            raise ModelAnswerInvalid(f"{self._name}: the answer is no chat completion") from error
        if not isinstance(completion, ChatCompletion):
            raise ModelAnswerInvalid(f"{self._name}: the answer is no chat completion")
        return completion


def strict_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of `model` as strict structured output wants it: all fields required, none besides."""
    schema = copy.deepcopy(model.model_json_schema())
    _make_strict(schema)
    return schema


def _make_strict(node: Any) -> None:
    if isinstance(node, dict):
        if node.get("type") == "object" and "properties" in node:
            node["additionalProperties"] = False
            node["required"] = list(node["properties"])
        node.pop("default", None)
        for value in node.values():
            _make_strict(value)
    elif isinstance(node, list):
        for value in node:
            _make_strict(value)


def _message(message: ChatMessage) -> dict[str, Any]:
    made: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.tool_call_id is not None:
        made["tool_call_id"] = message.tool_call_id
    if message.tool_calls:
        made["tool_calls"] = [
            {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
            for call in message.tool_calls
        ]
        made["content"] = message.content or None
    return made


def _tool(spec: ToolSpec) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {"name": spec.name, "description": spec.description, "parameters": spec.parameters},
    }


def _answer(completion: ChatCompletion, output: type[Output], name: str, *, offered: set[str]) -> ModelAnswer[Output]:
    usage = usage_of(completion, name)
    if not completion.choices or completion.choices[0].message is None:
        raise ModelAnswerInvalid(f"{name}: the answer is empty")
    choice = completion.choices[0]
    if choice.message.refusal:
        raise ModelUnavailable(f"{name}: the model refused")
    if choice.finish_reason == "content_filter":
        raise ModelUnavailable(f"{name}: the endpoint's filter held the answer back")
    if choice.finish_reason == "length":
        raise ModelAnswerInvalid(f"{name}: the answer was cut at {MAX_OUTPUT_TOKENS} tokens")
    calls = _tool_calls(choice.message) if offered else ()
    if calls:
        return ModelAnswer(None, calls, usage)
    try:
        return ModelAnswer(output.model_validate_json(choice.message.content or ""), (), usage)
    except ValidationError as error:
        # Only the places are told: the values come from the model and may quote the customer.
        places = ", ".join(".".join(str(part) for part in each["loc"]) or "the whole" for each in error.errors()[:3])
        raise ModelAnswerInvalid(f"{name}: the answer does not fit {output.__name__}: {places}") from error


def _tool_calls(message: ChatCompletionMessage) -> tuple[ToolCall, ...]:
    calls = (call for call in (message.tool_calls or [])[:MAX_TOOL_CALLS] if call.type == "function")
    return tuple(ToolCall(call.id, call.function.name, call.function.arguments) for call in calls)


def usage_of(completion: ChatCompletion, name: str) -> ModelUsage:
    """Tokens that the endpoint counted; zeros where it counts none."""
    usage = completion.usage
    if usage is None:
        return ModelUsage(model=name)
    details = usage.prompt_tokens_details
    return ModelUsage(
        model=name,
        input_tokens=usage.prompt_tokens or 0,
        cached_tokens=(details.cached_tokens or 0) if details else 0,
        output_tokens=usage.completion_tokens or 0,
    )
