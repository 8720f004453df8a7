"""Documents that were asked for, then writer to `Draft`."""

import asyncio
from dataclasses import replace

from agent.runtime import Services
from agent.state import ReplyState, Update, case_of, org_of
from agent.writing.answer_with_tools import answer_with_tools
from ledger.commands.record_tool_calls import record_tool_calls
from ledger.model.approval import AttachedDocument
from ledger.model.decision import PolicyDecision, Reason, Topic, TopicKind
from ledger.model.signal import DocumentKind
from ledger.model.snapshot import AccountSnapshot


async def draft_reply(services: Services, state: ReplyState) -> Update:
    """Fills `workspace.draft` and `workspace.documents`; every tool call is kept on the case."""
    workspace = state["workspace"]
    snapshot, catalogue = workspace.snapshot, workspace.catalogue
    assert workspace.decision is not None
    assert snapshot is not None
    assert catalogue is not None
    decision, documents = await asyncio.to_thread(_with_documents, services, workspace.decision, snapshot)
    writer = services.writer(org_of(state), case_of(state))
    draft = await writer.write(decision, snapshot, workspace.signals)
    model = services.model(org_of(state), case_of(state))
    # A mail that aims at the software, threatens or is unclear is answered from the templates alone.
    trusted = workspace.reading is not None and not workspace.reading.needs_human
    asked = any(topic.kind is TopicKind.QUESTION_PASSED_ON for topic in decision.topics)
    if model is not None and asked and trusted:
        draft = await answer_with_tools(model, catalogue, draft, snapshot)
    await catalogue.call("propose_email", {"text": draft.text[:8_000]}, caller="graph")
    workspace.decision, workspace.documents = decision, documents
    workspace.draft = replace(draft, attachment_names=tuple(document.name for document in documents))
    await record_tool_calls(services.uows, org_of(state), case_of(state), catalogue.take_calls())
    return {"workspace": workspace}


def _with_documents(
    services: Services, decision: PolicyDecision, snapshot: AccountSnapshot
) -> tuple[PolicyDecision, tuple[AttachedDocument, ...]]:
    """The decision with only those documents promised as attached that could really be made."""
    topics: list[Topic] = []
    made: dict[str, AttachedDocument] = {}
    missing: list[DocumentKind] = []
    for topic in decision.topics:
        if topic.kind is not TopicKind.DOCUMENTS_ATTACHED:
            topics.append(topic)
            continue
        done: list[DocumentKind] = []
        for kind in topic.documents:
            documents = services.documents.make(kind, snapshot, topic.invoice_numbers, snapshot.account.language)
            if _complete(kind, topic, documents):
                done.append(kind)
                made.update({document.name: document for document in documents})
            else:
                missing.append(kind)
        if done:
            topics.append(replace(topic, documents=tuple(done)))
        if missing:
            topics.append(Topic(TopicKind.DOCUMENTS_FOLLOW, topic.invoice_numbers, documents=tuple(missing)))
    if not missing:
        return decision, tuple(made.values())
    words = ", ".join(kind.value.replace("_", " ") for kind in missing)
    return replace(
        decision,
        topics=tuple(topics),
        needs_person=True,
        reasons=(*decision.reasons, Reason("documents_missing", f"{words} could not be made from the ledger")),
        attachments=tuple(kind for kind in decision.attachments if kind not in missing),
    ), tuple(made.values())


def _complete(kind: DocumentKind, topic: Topic, documents: tuple[AttachedDocument, ...]) -> bool:
    """Whether everything that was asked for is there: a mail never says "attached" over a gap."""
    wanted = len(topic.invoice_numbers) if kind is DocumentKind.INVOICE_COPY else 1
    return len(documents) >= max(1, wanted)
