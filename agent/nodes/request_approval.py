"""One command: `request_approval`."""

from agent.runtime import Services
from agent.state import ReplyState, Update, Workspace, case_of, org_of
from core.money import Money
from ledger.commands.decide_approval import states_total
from ledger.commands.request_approval import request_approval as request
from ledger.model.approval import ProposedMail
from ledger.model.snapshot import AccountSnapshot
from ledger.rules.expiry import expires_at
from ledger.rules.fingerprint import facts_behind


async def request_approval(services: Services, state: ReplyState) -> Update:
    """Stores the draft bound to the facts it rests on, and asks a person."""
    workspace = state["workspace"]
    await request(
        services.uows,
        services.blobs,
        org_of(state),
        case_of(state),
        _proposed(workspace),
        now=services.clock.now(),
    )
    return {}


def _proposed(workspace: Workspace) -> ProposedMail:
    case, snapshot, draft = workspace.case, workspace.snapshot, workspace.draft
    decision, verification = workspace.decision, workspace.verification
    assert case is not None
    assert snapshot is not None
    assert draft is not None
    assert decision is not None
    assert verification is not None
    numbers = _invoices_behind(workspace, snapshot)
    attached = [document.kind for document in workspace.documents]
    facts = facts_behind(
        snapshot,
        invoice_numbers=numbers,
        recipients=(*draft.to, *draft.cc),
        whole_account=states_total(verification) or "statement" in attached,
        # A newer mail that lay there already counts as written since; once a person was told so, it is known.
        answers=case.message.message_id if case.generation == 1 and case.message.automatic is None else None,
    )
    return ProposedMail(
        draft=draft,
        decision=decision,
        verification=verification,
        facts=facts.values,
        fingerprint=facts.fingerprint,
        expires_at=expires_at(snapshot, decision.topics, only_today=verification.only_today, attached=attached),
        expected_cash=_expected_cash(snapshot, numbers),
        attachments=workspace.documents,
        why_again=case.why_again if case.generation > 1 else "",
    )


def _invoices_behind(workspace: Workspace, snapshot: AccountSnapshot) -> tuple[str, ...]:
    """The invoices that the text names or sums up."""
    assert workspace.decision is not None
    assert workspace.draft is not None
    named = {number for topic in workspace.decision.topics for number in topic.invoice_numbers}
    text = f"{workspace.draft.subject}\n{workspace.draft.text}"
    named |= {invoice.number for invoice in snapshot.invoices if invoice.number in text}
    return tuple(sorted(named))


def _expected_cash(snapshot: AccountSnapshot, numbers: tuple[str, ...]) -> Money:
    """Open balance behind the draft in the account's currency; the whole account's where it names no invoice."""
    currency = snapshot.account.currency
    result = Money.zero(currency)
    for invoice in snapshot.open_invoices:
        if invoice.open_balance.currency == currency and (not numbers or invoice.number in numbers):
            result = result + invoice.open_balance
    return result
