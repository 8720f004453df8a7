"""A model answers a question with the catalogue's tools, in a bounded loop."""

import json
from dataclasses import replace

from pydantic import BaseModel, ConfigDict

from agent.models.port import ChatMessage, ChatModel, ModelAnswerInvalid, ModelUnavailable, ToolSpec
from core.errors import InvalidInput
from ledger.model.draft import DraftText
from ledger.model.message import Direction
from ledger.model.snapshot import AccountSnapshot
from prompts.answer_context import AnswerWithToolsContext
from prompts.registry import render
from tools.catalog import TOOLS, Catalogue
from tools.tool import ToolResult

#: Turns of the loop, and characters of one result that go back to the model.
MOST_TURNS = 6
_MOST_CALLS_A_TURN = 4
_RESULT_CHARACTERS = 6_000


class FinalAnswer(BaseModel):
    """What the loop ends with where the model does not call `propose_email`."""

    model_config = ConfigDict(extra="forbid")

    text: str


def tool_specs() -> tuple[ToolSpec, ...]:
    """The catalogue as a model sees it."""
    return tuple(ToolSpec(tool.name, tool.description, tool.arguments.model_json_schema()) for tool in TOOLS)


async def answer_with_tools(
    model: ChatModel, catalogue: Catalogue, draft: DraftText, snapshot: AccountSnapshot
) -> DraftText:
    """The draft with the model's answer as its text; the draft as it was where the model gave none in time.

    The model reads a stranger's words here, so it holds nothing but tools that read or propose, each bound to this
    one customer. What it proposes is verified like any other text.
    """
    inbound = [message for message in snapshot.thread if message.direction is Direction.INBOUND]
    question = inbound[-1].reply_text if inbound else ""
    prompt = render("answer_with_tools/v1", AnswerWithToolsContext(language=draft.language, draft=draft.text))
    messages = [ChatMessage("system", prompt.text), ChatMessage("user", _as_data(question))]
    try:
        return await _loop(model, catalogue, draft, messages)
    except (ModelUnavailable, ModelAnswerInvalid) as error:
        return replace(draft, written_by=f"{draft.written_by} (fallback: {error})")


def _as_data(question: str) -> str:
    return json.dumps({"customer_wrote": question[:8_000]}, ensure_ascii=False)


async def _loop(model: ChatModel, catalogue: Catalogue, draft: DraftText, messages: list[ChatMessage]) -> DraftText:
    specs = tool_specs()
    for _ in range(MOST_TURNS):
        answer = await model.complete(messages, FinalAnswer, tools=specs)
        if answer.output is not None:
            return replace(draft, text=answer.output.text, written_by=model.name)
        calls = answer.tool_calls[:_MOST_CALLS_A_TURN]
        messages.append(ChatMessage("assistant", "", tool_calls=calls))
        for call in calls:
            content, result = await _run(catalogue, call.name, call.arguments)
            if result is not None and call.name == "propose_email":
                return replace(draft, text=str(result.data["text"]), written_by=model.name)
            messages.append(ChatMessage("tool", content, tool_call_id=call.id))
    return replace(draft, written_by=f"{draft.written_by} (fallback: no answer in {MOST_TURNS} turns)")


async def _run(catalogue: Catalogue, name: str, arguments: str) -> tuple[str, ToolResult | None]:
    try:
        result = await catalogue.call(name, arguments, caller="model")
    except InvalidInput as error:
        return json.dumps({"refused": str(error)[:300]}), None
    return json.dumps(result.data, ensure_ascii=False)[:_RESULT_CHARACTERS], result
