"""`ModelWriter`: lets a chat model reword the template's mail within the same facts."""

import dataclasses

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field

from agent.models.port import ChatMessage, ChatModel, ModelAnswerInvalid, ModelUnavailable
from agent.writing.port import Writer
from agent.writing.rewording_facts import facts_to_state
from ledger.model.decision import PolicyDecision
from ledger.model.draft import DraftText, Finding
from ledger.model.signal import Signal
from ledger.model.snapshot import AccountSnapshot
from prompts.contexts import DraftReplyContext, ReviseDraftContext
from prompts.registry import RenderedPrompt, render

DRAFT_PROMPT = "draft_reply/v1"
REVISE_PROMPT = "revise_draft/v1"
MAX_TEXT_CHARS = 6_000
_MAX_FINDINGS = 20
_MAX_INSTRUCTION_CHARS = 2_000


class RewordedMail(BaseModel):
    """What the model returns: the text of the mail, from greeting to signature."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)


class ModelWriter:
    """Words with a chat model what `fallback` wrote. Recipients, subject, language and attachments stay the
    fallback's; the model sees no tool and its text goes through the same checks as any other."""

    def __init__(self, model: ChatModel, fallback: Writer) -> None:
        self._model = model
        self._fallback = fallback

    async def write(
        self,
        decision: PolicyDecision,
        snapshot: AccountSnapshot,
        signals: tuple[Signal, ...],
        *,
        findings: tuple[Finding, ...] = (),
        previous: DraftText | None = None,
        instruction: str = "",
    ) -> DraftText:
        """The mail as the model words it; as the fallback does where the model gives no usable answer."""
        plain = await self._fallback.write(decision, snapshot, signals, instruction=instruction)
        prompt = _prompt(plain, decision, snapshot, signals, findings, previous, instruction[:_MAX_INSTRUCTION_CHARS])
        messages = (ChatMessage("system", prompt.instructions), ChatMessage("user", prompt.material))
        try:
            answer = await self._model.complete(messages, RewordedMail)
        except ModelUnavailable:
            return dataclasses.replace(plain, written_by="templates (fallback: model unavailable)")
        except ModelAnswerInvalid:
            return dataclasses.replace(plain, written_by="templates (fallback: model answer invalid)")
        if answer.output is None or not answer.output.text.strip():
            return dataclasses.replace(plain, written_by="templates (fallback: model gave no text)")
        text = answer.output.text.replace("\r\n", "\n").strip() + "\n"
        return dataclasses.replace(plain, text=text, written_by=self._model.name)


def _prompt(
    plain: DraftText,
    decision: PolicyDecision,
    snapshot: AccountSnapshot,
    signals: tuple[Signal, ...],
    findings: tuple[Finding, ...],
    previous: DraftText | None,
    instruction: str,
) -> RenderedPrompt:
    language = str(Locale.parse(plain.language).get_display_name("en"))
    facts = facts_to_state(plain, decision, snapshot, signals)
    if previous is None or not findings:
        return render(
            DRAFT_PROMPT,
            DraftReplyContext(
                language=language,
                draft=plain.text,
                facts=facts,
                instruction=instruction,
            ),
        )
    objections = tuple(_objection(finding) for finding in findings[:_MAX_FINDINGS])
    return render(
        REVISE_PROMPT,
        ReviseDraftContext(
            language=language,
            rejected=previous.text[:MAX_TEXT_CHARS],
            findings=objections,
            draft=plain.text,
            facts=facts,
            instruction=instruction,
        ),
    )


def _objection(finding: Finding) -> str:
    shown = f' at "{finding.text[:80]}"' if finding.text else ""
    return f"{finding.check}: {finding.message}{shown}"
