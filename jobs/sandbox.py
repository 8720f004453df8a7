"""The sandbox around every way out: `Mailboxes` is the one place that a sender comes from, and gets this maker."""

from typing import Any

from core.ids import OrgId
from integrations.ports.mailbox import MailSender
from integrations.sandbox.adapter import SandboxedSender
from jobs.mailboxes import SenderMaker


def in_sandbox(make_sender: SenderMaker, to: str) -> SenderMaker:
    """The same maker, each of whose senders writes to `to` alone; the maker itself where `to` is empty."""
    if not to:
        return make_sender

    def make(settings: dict[str, Any], address: str, org_id: OrgId) -> MailSender:
        return SandboxedSender(make_sender(settings, address, org_id), to)

    return make
