"""The OpenAI adapter against a small server of our own on the loopback."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict

from agent.models.openai import OpenAIModel, strict_schema
from agent.models.port import ChatMessage, ModelAnswerInvalid, ModelUnavailable, ToolCall, ToolSpec


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: str
    count: int = 0


MESSAGES = (ChatMessage("system", "You read."), ChatMessage("user", "Read."))
Reply = tuple[int, Any]


def completion(content: str | None, **message: Any) -> dict[str, Any]:
    finish = message.pop("finish_reason", "stop")
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "reader-1",
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
        ],
        "usage": {
            "prompt_tokens": 120,
            "completion_tokens": 8,
            "total_tokens": 128,
            "prompt_tokens_details": {"cached_tokens": 100},
        },
    }


class Endpoint:
    """Answers each request with the next prepared reply and keeps what was asked."""

    def __init__(self, replies: list[Reply], *, delay_seconds: float = 0.0) -> None:
        self.replies = replies
        self.delay_seconds = delay_seconds
        self.asked: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = next(int(x.split(":")[1]) for x in head.split("\r\n") if x.lower().startswith("content-length"))
            self.paths.append(head.split(" ")[1])
            self.asked.append(json.loads(await reader.readexactly(length)))
            await asyncio.sleep(self.delay_seconds)
            status, body = self.replies.pop(0) if self.replies else (500, {})
            raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
            writer.write(
                f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nretry-after-ms: 1\r\n"
                f"Content-Length: {len(raw)}\r\nConnection: close\r\n\r\n".encode()
                + raw
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def an_endpoint(*replies: Reply, delay_seconds: float = 0.0) -> AsyncIterator[Endpoint]:
    endpoint = Endpoint(list(replies), delay_seconds=delay_seconds)
    server = await asyncio.start_server(endpoint.serve, "127.0.0.1", 0)
    endpoint.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield endpoint


@asynccontextmanager
async def a_model(endpoint: Endpoint, **options: Any) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel("reader-1", api_key="k", base_url=f"{endpoint.url}/v1", **{"max_retries": 0, **options})
    try:
        yield model
    finally:
        await model.aclose()


async def test_a_good_answer_is_typed_and_counted() -> None:
    async with an_endpoint((200, completion('{"word": "yes", "count": 2}'))) as endpoint, a_model(endpoint) as model:
        answer = await model.complete(MESSAGES, Verdict)
    assert answer.output == Verdict(word="yes", count=2)
    assert (answer.usage.input_tokens, answer.usage.cached_tokens, answer.usage.output_tokens) == (120, 100, 8)
    assert answer.usage.model == "reader-1"


async def test_the_request_holds_the_messages_and_a_strict_schema() -> None:
    async with an_endpoint((200, completion('{"word": "yes", "count": 2}'))) as endpoint, a_model(endpoint) as model:
        await model.complete(MESSAGES, Verdict)
    [asked] = endpoint.asked
    assert endpoint.paths == ["/v1/chat/completions"]
    assert asked["messages"] == [
        {"role": "system", "content": "You read."},
        {"role": "user", "content": "Read."},
    ]
    schema = asked["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["required"] == ["word", "count"]
    assert "tools" not in asked


def test_a_strict_schema_allows_nothing_besides_its_fields() -> None:
    assert strict_schema(Verdict)["additionalProperties"] is False


async def test_a_tool_call_comes_back_unchecked() -> None:
    call = {"id": "t1", "type": "function", "function": {"name": "lookup", "arguments": '{"n": '}}
    reply = completion(None, tool_calls=[call], finish_reason="tool_calls")
    spec = ToolSpec("lookup", "Looks up", {"type": "object", "properties": {}})
    async with an_endpoint((200, reply)) as endpoint, a_model(endpoint) as model:
        answer = await model.complete(MESSAGES, Verdict, tools=(spec,))
    assert answer.tool_calls == (ToolCall("t1", "lookup", '{"n": '),)
    assert endpoint.asked[0]["tools"][0]["function"]["name"] == "lookup"


async def test_earlier_tool_calls_and_their_results_are_sent_along() -> None:
    history = (
        *MESSAGES,
        ChatMessage("assistant", "", tool_calls=(ToolCall("t1", "lookup", "{}"),)),
        ChatMessage("tool", "found", tool_call_id="t1"),
    )
    async with an_endpoint((200, completion('{"word": "yes", "count": 1}'))) as endpoint, a_model(endpoint) as model:
        await model.complete(history, Verdict)
    assert endpoint.asked[0]["messages"][2]["tool_calls"][0]["id"] == "t1"
    assert endpoint.asked[0]["messages"][3] == {"role": "tool", "content": "found", "tool_call_id": "t1"}


async def test_a_refusal_makes_the_model_unavailable() -> None:
    async with an_endpoint((200, completion(None, refusal="no"))) as endpoint, a_model(endpoint) as model:
        with pytest.raises(ModelUnavailable, match="refused"):
            await model.complete(MESSAGES, Verdict)


@pytest.mark.parametrize(("status", "words"), [(429, "limit"), (500, "500"), (401, "401"), (400, "400")])
async def test_an_error_of_the_endpoint_makes_the_model_unavailable(status: int, words: str) -> None:
    body = {"error": {"message": "customer Tom said something"}}
    async with an_endpoint((status, body)) as endpoint, a_model(endpoint) as model:
        with pytest.raises(ModelUnavailable, match=words) as caught:
            await model.complete(MESSAGES, Verdict)
    assert "Tom" not in str(caught.value)


async def test_a_passing_fault_is_tried_again() -> None:
    replies = ((500, {}), (429, {}), (200, completion('{"word": "yes", "count": 1}')))
    async with an_endpoint(*replies) as endpoint, a_model(endpoint, max_retries=2) as model:
        answer = await model.complete(MESSAGES, Verdict)
    assert answer.output == Verdict(word="yes", count=1)
    assert len(endpoint.asked) == 3


async def test_a_slow_endpoint_makes_the_model_unavailable() -> None:
    slow = an_endpoint((200, completion("{}")), delay_seconds=2.0)
    async with slow as endpoint, a_model(endpoint, timeout_seconds=0.2) as model:
        with pytest.raises(ModelUnavailable, match="in time"):
            await model.complete(MESSAGES, Verdict)


async def test_an_endpoint_that_is_not_there_makes_the_model_unavailable() -> None:
    async with an_endpoint() as endpoint:
        pass
    async with a_model(endpoint) as model:
        with pytest.raises(ModelUnavailable, match="reached"):
            await model.complete(MESSAGES, Verdict)


@pytest.mark.parametrize("content", ['{"word": 5}', '{"word": "yes", "count": 1, "more": 2}', "yes", "", "null"])
async def test_an_answer_of_another_schema_is_invalid(content: str) -> None:
    async with an_endpoint((200, completion(content))) as endpoint, a_model(endpoint) as model:
        with pytest.raises(ModelAnswerInvalid):
            await model.complete(MESSAGES, Verdict)


@pytest.mark.parametrize("body", ["not json", '"text"', {"choices": []}, {}])
async def test_what_is_no_completion_is_invalid(body: Any) -> None:
    async with an_endpoint((200, body)) as endpoint, a_model(endpoint) as model:
        with pytest.raises(ModelAnswerInvalid):
            await model.complete(MESSAGES, Verdict)


async def test_a_cut_answer_is_invalid() -> None:
    reply = completion('{"word": "y', finish_reason="length")
    async with an_endpoint((200, reply)) as endpoint, a_model(endpoint) as model:
        with pytest.raises(ModelAnswerInvalid, match="cut"):
            await model.complete(MESSAGES, Verdict)


async def test_azure_asks_the_deployment() -> None:
    async with an_endpoint((200, completion('{"word": "yes", "count": 1}'))) as endpoint:
        model = OpenAIModel(
            "my-deployment",
            azure_endpoint=endpoint.url,
            azure_api_key="k",
            azure_api_version="2024-10-21",
            max_retries=0,
        )
        await model.complete(MESSAGES, Verdict)
        await model.aclose()
    assert endpoint.paths == ["/openai/deployments/my-deployment/chat/completions?api-version=2024-10-21"]
