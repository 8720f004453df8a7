"""What the ledger knows of those who wrote: customers by address, by domain and by the invoices that are named."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text

from core.ids import AccountId
from ledger.model.inbound import InboundMessage, SenderCandidates
from ledger.model.mail_domains import PUBLIC_MAIL_DOMAINS
from ledger.store.driver_rows import driver_rows
from ledger.store.unit_of_work import UnitOfWork

#: Customers of one mail that are told apart; an address or a domain of more of them tells nothing.
_MOST_ACCOUNTS = 20
_MOST_OF_DOMAIN = 5
_MOST_TOKENS = 200
_INVOICE_CHARACTERS = 20_000

_BY_ADDRESS = text(
    """
    SELECT email, account_id FROM (
        SELECT email, account_id, row_number() OVER (PARTITION BY email ORDER BY account_id) AS place
        FROM contacts WHERE org_id = :org AND email = ANY(CAST(:emails AS text[])) AND status <> 'suppressed'
    ) found WHERE place <= :most ORDER BY email, account_id
    """
)
#: Reads the organisation's accounts and contacts whole: no index serves it (`ledger.store.match_book` says why), so
#: it is asked once for many mails.
_BY_DOMAIN = text(
    """
    SELECT domain, account_id FROM (
        SELECT domain, account_id, row_number() OVER (PARTITION BY domain ORDER BY account_id) AS place FROM (
            SELECT owned.domain, a.id AS account_id
            FROM accounts a CROSS JOIN unnest(a.email_domains) AS owned(domain)
            WHERE a.org_id = :org AND a.email_domains && CAST(:domains AS text[])
              AND owned.domain = ANY(CAST(:domains AS text[]))
            UNION
            SELECT split_part(c.email, '@', 2), c.account_id FROM contacts c
            WHERE c.org_id = :org AND c.status IN ('active', 'unreachable')
              AND split_part(c.email, '@', 2) = ANY(CAST(:domains AS text[]))
        ) every
    ) found WHERE place <= :most ORDER BY domain, account_id
    """
)
_BY_INVOICE = text(
    """
    SELECT DISTINCT account_id FROM invoices
    WHERE org_id = :org AND account_id = ANY(CAST(:accounts AS uuid[])) AND number = ANY(CAST(:tokens AS text[]))
    """
)


@dataclass(frozen=True, slots=True)
class KnownSenders:
    """The customers that the senders of some messages may be."""

    by_address: Mapping[str, Sequence[AccountId]]
    by_domain: Mapping[str, Sequence[AccountId]]

    async def candidates(
        self, uow: UnitOfWork, message: InboundMessage, thread_account: AccountId | None
    ) -> SenderCandidates:
        """For one of those messages; for a bounce, what is known about the addresses that failed."""
        every = {account for one in _addresses(message) for account in self.by_address.get(one, ())}
        accounts = sorted(every)[:_MOST_ACCOUNTS]
        return SenderCandidates(
            thread_account=thread_account,
            as_contact=tuple(accounts),
            by_domain=tuple(self.by_domain.get(_domain(message), ())),
            by_invoice=await _by_invoice(uow, message, accounts) if len(accounts) > 1 else (),
        )


async def known_senders(uow: UnitOfWork, messages: Sequence[InboundMessage]) -> KnownSenders:
    """Looks up the senders of all these messages at once."""
    addresses = sorted({one for message in messages for one in _addresses(message) if one})
    domains = sorted({_domain(message) for message in messages} - PUBLIC_MAIL_DOMAINS - {""})
    by_address: dict[str, list[AccountId]] = defaultdict(list)
    by_domain: dict[str, list[AccountId]] = defaultdict(list)
    if addresses:
        for row in await driver_rows(uow, _BY_ADDRESS, emails=addresses, most=_MOST_ACCOUNTS):
            by_address[row["email"]].append(AccountId(row["account_id"]))
    if domains:
        for row in await driver_rows(uow, _BY_DOMAIN, domains=domains, most=_MOST_OF_DOMAIN):
            by_domain[row["domain"]].append(AccountId(row["account_id"]))
    return KnownSenders(by_address, by_domain)


def _addresses(message: InboundMessage) -> list[str]:
    failed = message.details.get("failed", []) if message.automatic == "bounce" else []
    return [message.sender, *(str(one) for one in failed)]


def _domain(message: InboundMessage) -> str:
    return message.sender.rpartition("@")[2]


async def _by_invoice(
    uow: UnitOfWork, message: InboundMessage, accounts: Sequence[AccountId]
) -> tuple[AccountId, ...]:
    words = f"{message.subject} {message.reply_text[:_INVOICE_CHARACTERS]}".split()
    tokens = {word.strip(".,;:()[]<>\"'!?#") for word in words if any(char.isdigit() for char in word)}
    if not tokens:
        return ()
    rows = await driver_rows(uow, _BY_INVOICE, accounts=list(accounts), tokens=sorted(tokens)[:_MOST_TOKENS])
    return tuple(AccountId(row["account_id"]) for row in rows)
