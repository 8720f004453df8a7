"""Reader to `ReplySignals`; a message that was read before is not read again."""

from agent.reading.unread import with_unread
from agent.runtime import Services
from agent.signals import AttachmentText, InvoiceFact, ReplySignals, ReplyToRead, ThreadMessage
from agent.state import ReplyState, Update, case_of, org_of
from ledger.model.case import CaseForRun
from ledger.model.message import Direction, Message
from ledger.model.snapshot import AccountSnapshot
from mail.message import AnsweredQuestion

#: Messages of the thread that a reader gets; older ones say nothing about the reply at hand.
_THREAD = 10


async def understand_reply(services: Services, state: ReplyState) -> Update:
    """Fills `workspace.reading`."""
    workspace = state["workspace"]
    case = workspace.case
    assert case is not None
    if case.reading is not None:
        recorded = case.reading
        workspace.reading = ReplySignals(
            signals=tuple(read.signal for read in recorded.signals),
            needs_human=recorded.needs_human,
            reasons=recorded.reasons,
            unknown_references=recorded.unknown_references,
            language=recorded.language,
            reader=recorded.reader,
        )
    else:
        read = await services.reader(org_of(state), case_of(state)).read(reply_to_read(case, workspace.snapshot))
        workspace.reading = with_unread(read, [str(one) for one in case.details.get("for_person", [])])
    return {"workspace": workspace}


def reply_to_read(case: CaseForRun, snapshot: AccountSnapshot | None) -> ReplyToRead:
    """What the reader sees of the message and the account; for a stranger, the message alone."""
    message, details = case.message, case.details
    common = {
        "text": message.reply_text,
        "subject": message.subject,
        "received_at": message.received_at,
        "sender": f"{details['sender_name']} <{message.sender}>" if details.get("sender_name") else message.sender,
        "attachments": tuple(
            AttachmentText(str(a.get("filename", "")), str(a.get("content_type", "")), str(a.get("text", "")))
            for a in details.get("attachments", [])
        ),
        "automatic": message.automatic,
        "failed_addresses": tuple(details.get("failed", [])),
        "hidden_text": tuple(str(hidden.get("text", "")) for hidden in details.get("hidden", [])),
        "signature": str(details.get("signature", "")),
        "answered": tuple(AnsweredQuestion(each["start"], each["question"]) for each in details.get("answered", [])),
    }
    if snapshot is None:
        return ReplyToRead(customer="", country="", currency="EUR", **common)  # type: ignore[arg-type]
    return ReplyToRead(
        customer=snapshot.account.name,
        country=snapshot.account.country,
        currency=snapshot.account.currency,
        invoices=tuple(
            InvoiceFact(i.number, i.issued, i.due, i.amount, i.open_balance, i.po_number or None)
            for i in snapshot.invoices
        ),
        contacts=tuple(contact.email for contact in snapshot.contacts),
        thread=tuple(_thread_message(m) for m in snapshot.thread[-_THREAD:] if m.message_id != message.message_id),
        language=snapshot.account.language,
        **common,  # type: ignore[arg-type]
    )


def _thread_message(message: Message) -> ThreadMessage:
    return ThreadMessage(
        outbound=message.direction is Direction.OUTBOUND,
        sent_at=message.at,
        sender=message.sender,
        subject=message.subject,
        text=message.reply_text or message.text,
    )
