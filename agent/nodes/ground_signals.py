"""Quotes, invoice numbers, amounts and dates checked against the ledger; claims of payment looked up."""

from dataclasses import replace

from agent.runtime import Services
from agent.state import ReplyState, Update, Workspace
from ledger.model.signal import Intent
from ledger.rules.ground_signals import ground_signals as ground


async def ground_signals(_: Services, state: ReplyState) -> Update:
    """Fills `workspace.grounded` and, through the catalogue, `workspace.found`."""
    workspace = state["workspace"]
    case, reading = workspace.case, workspace.reading
    assert case is not None
    assert reading is not None
    attachments = tuple(str(a.get("text", "")) for a in case.details.get("attachments", []))
    workspace.grounded = ground(
        reading.signals,
        snapshot=workspace.snapshot,
        texts=(case.message.reply_text, case.message.text, case.message.subject, *attachments),
        received_on=case.message.received_on,
        sender_trouble=str(case.details.get("trouble", "")),
    )
    if case.details.get("doubts"):
        # Not even a machine's word counts in a mail that may be forged: nobody is away, nothing came back.
        trouble = str(case.details["trouble"])
        workspace.grounded = tuple(replace(read, ungrounded=trouble) for read in workspace.grounded)
    await _look_up_claims(workspace)
    return {"workspace": workspace}


async def _look_up_claims(workspace: Workspace) -> None:
    if workspace.catalogue is None:
        return
    for position, read in enumerate(workspace.grounded):
        signal = read.signal
        if signal.intent is not Intent.PAYMENT_SENT or read.ungrounded:
            continue
        arguments = {
            "invoices": list(signal.invoices)[:50],
            "paid_on": None if signal.day is None else signal.day.isoformat(),
            "amount": None if signal.amount is None else f"{signal.amount.amount:f}",
            "currency": None if signal.amount is None else signal.amount.currency,
            "reference": None if signal.reference is None else signal.reference[:200],
        }
        result = await workspace.catalogue.call("match_payment", arguments, caller="graph")
        workspace.found[position] = tuple(result.data["found"])
