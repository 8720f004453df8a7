"""What the forms for connecting a mailbox ask for."""

from dataclasses import dataclass

from core.errors import InvalidInput
from core.ids import OrgId
from jobs.connect_grant import NewMailbox, checked_label, checked_limit, checked_since, wanted_since
from jobs.connect_imap import ImapLogin, ServerPlace
from jobs.duly import Duly

LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True)
class WantedMailbox:
    """What every form says of the mailbox."""

    address: str
    account: str
    mailbox: NewMailbox


async def wanted_mailbox(duly: Duly, org_id: OrgId, fields: dict[str, str]) -> WantedMailbox:
    """What the form asks for.

    Raises:
        InvalidInput: no address, no day, no limit, or no label.
    """
    address = _address(fields.get("address", ""), "the mailbox's address")
    account = _address(fields["account"], "the account") if fields.get("account", "").strip() else address
    since = checked_since(fields.get("since", ""))
    since = await wanted_since(duly.uows, org_id, address, since, now=duly.clock.now())
    name = " ".join(fields.get("name", "").split())[:200]
    limits = (
        checked_limit(fields.get("per_minute", ""), "a minute"),
        checked_limit(fields.get("per_day", ""), "a day"),
    )
    labels = checked_label(fields.get("label", "")), checked_label(fields.get("mark", ""))
    entity = fields.get("entity", "").strip()[:60]
    return WantedMailbox(address, account, NewMailbox(entity, name, since, *limits, *labels))


def _address(typed: str, what: str) -> str:
    address = typed.strip().lower()
    local, _, domain = address.rpartition("@")
    if not local or not domain or len(address) > LONGEST_ADDRESS or not address.isprintable() or " " in address:
        raise InvalidInput(f"{what} must be like ar@example.com")
    return address


def imap_login(fields: dict[str, str], address: str) -> ImapLogin:
    """Both servers and the login for them; what cannot be right is found when it is connected."""
    return ImapLogin(
        ServerPlace(fields.get("imap_host", ""), _port(fields, "imap_port"), fields.get("imap_security", "")),
        ServerPlace(fields.get("smtp_host", ""), _port(fields, "smtp_port"), fields.get("smtp_security", "")),
        fields.get("user", "").strip()[:LONGEST_ADDRESS] or address,
        fields.get("password", "")[:1_000],
    )


def _port(fields: dict[str, str], name: str) -> int:
    typed = fields.get(name, "").strip()
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 5 else 0
