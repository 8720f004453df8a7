"""Whether an incoming mail is from whom it says: what trusted hosts found, else its signature, checked here."""

from collections.abc import Sequence

from integrations.ports.dns_txt import DnsTxt, DnsUnavailable
from mail.authentication import NOT_CHECKED, SenderTrust, Verdict, trust_by_headers
from mail.dkim_signature import trust_by_signature
from mail.message import ParsedMessage


class SenderChecks:
    """`trusted_hosts` are authserv-ids whose word counts; without `dns` no signature is checked here."""

    def __init__(self, trusted_hosts: Sequence[str] = (), dns: DnsTxt | None = None) -> None:
        self._trusted_hosts = tuple(trusted_hosts)
        self._dns = dns

    def check(self, message: ParsedMessage, raw: bytes) -> SenderTrust:
        """The verdict on the From domain. Blocks while keys are looked up, so call it in a thread; never raises for
        what a stranger sent."""
        said = trust_by_headers(message, self._trusted_hosts)
        # A good signature outweighs a weak failure: whoever could not check it may have met a fault of the day.
        is_settled = said.dkim_checked if said.verdict is Verdict.NONE else not said.is_weak
        if is_settled or self._dns is None or message.sender is None:
            return said
        own = trust_by_signature(raw, message.sender.domain, self._dns.txt, DnsUnavailable)
        return said if own == NOT_CHECKED else own
