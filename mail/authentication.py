"""Whether a mail really is from the domain in its From: what servers that we trust found out (SPF, DKIM, DMARC).

A mail says of itself what its writer likes. Only `Authentication-Results` count that a trusted host wrote, in the
part of the headers that no stranger can write (`mail/trace.py`). A host may be trusted if it takes out lines under
its own name from what comes in (RFC 8601, section 5), as Gmail, Microsoft 365, rspamd and the milters of Postfix do.

What a result is worth for the From domain. After a failure, weak or not, a person decides and nothing else happens.

| Method | Proof | Failure | Weak failure, unless there is a proof beside it | Nothing said |
| --- | --- | --- | --- | --- |
| DMARC (RFC 7489, 11.2) | pass | fail; a check of another From | temperror, permerror | none |
| DKIM (RFC 6376, 3.9; 8601, 2.7.1) | pass | fail (1) | temperror, permerror, policy (1), neutral (2) | none |
| SPF (RFC 7208, 2.6; 8601, 2.7.2) | pass | fail (1) | softfail, temperror, permerror, policy | neutral, none |

DKIM and SPF count where the domain that signed, or that of the envelope, is the From's own organisation (RFC 7489,
3.1). (1) Unless there is a proof beside it: one good signature or path is enough (RFC 6376, 6.1; 7489, 6.6.2). A
signature of nobody counts as the From domain's. (2) Only a signature of the From domain: it could not be processed,
or the body was changed, which Gmail says in this way. SPF's neutral "MUST be treated exactly like" none (7208, 8.2),
its softfail is "a weak statement that the host is probably not authorized" (2.6.5), and an error is a check that did
not pass. A weak failure says that nobody could confirm the sender, not that he is another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domains import plain_domain, same_organisation
from mail.authentication_results import CheckResult, CheckResults, read_results
from mail.message import ParsedMessage
from mail.mime_headers import addresses
from mail.trace import written_by_us

#: Stands in the settings for Exchange Online, whose header names no host.
MICROSOFT_365 = "microsoft-365"
#: The domains that the servers of a service lie in; of other hosts, the name itself and what lies below it.
_SERVERS_OF = {
    "mx.google.com": ("google.com",),
    MICROSOFT_365: ("outlook.com", "office365.com", "office365.us", "partner.outlook.cn"),
}
_MOST_HEADERS = 20
#: RFC 8601's results beside `pass`, `none` and `neutral`; the registry keeps `hardfail` as an old word for `fail`.
_FAILURES = ("fail", "hardfail")
_ERRORS = ("temperror", "permerror")
_WEAK = (*_ERRORS, "policy")


class Verdict(StrEnum):
    """`none`: nobody whom we trust has said anything; the mail is then taken as mail always was."""

    PASS = "pass"  # noqa: S105 - the word of RFC 8601
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class SenderTrust:
    """Whether the mail is from its From domain, who found out (a host, or `dkim` for our own check), in words."""

    verdict: Verdict
    by: str = ""
    words: str = ""
    #: Whether somebody looked at the signature already, so that we need not.
    dkim_checked: bool = False
    #: A failure that only says "could not tell" or "probably not": a good signature, checked here, outweighs it.
    is_weak: bool = False


#: Before anybody has looked.
NOT_CHECKED = SenderTrust(Verdict.NONE)


def trust_by_headers(message: ParsedMessage, trusted: Sequence[str]) -> SenderTrust:
    """What the trusted hosts say of the sender's domain. `trusted` are authserv-ids, or `microsoft-365`.

    Several results are weighed so that a doubt outweighs: a failure counts from each header of the trusted host, a
    pass from its topmost alone, since only that one was surely not brought along.
    """
    several = _several_senders(message)
    if several:
        return SenderTrust(Verdict.FAIL, "headers", several)
    domain = plain_domain(message.sender.email) if message.sender else ""
    found = _trusted_results(message, trusted)
    if not domain or not found:
        return NOT_CHECKED
    by = found[0].checked_by or "Microsoft 365"
    checked = any(results.of("dkim") for results in found)
    for results in found:
        objection = _objection(results, domain)
        if objection:
            return SenderTrust(
                Verdict.FAIL, by, f"{by} found that the mail is not from {domain}: {objection}", checked
            )
    for results in found:
        doubt = _doubt(results, domain)
        if doubt:
            words = f"{by} could not confirm that the mail is from {domain}: {doubt}"
            return SenderTrust(Verdict.FAIL, by, words, checked, is_weak=True)
    proof = _proof(found[0], domain)
    if proof:
        return SenderTrust(Verdict.PASS, by, f"{by} found that it is from {domain} ({proof})", checked)
    return SenderTrust(Verdict.NONE, by, f"{by} could not tell whether it is from {domain}", checked)


def _several_senders(message: ParsedMessage) -> str:
    """Why the From says two things at once; what was checked may then be another one than what is shown."""
    lines = [value for name, value in message.trace if name == "from"]
    if len(set(lines)) > 1:
        return "the mail has several From lines that differ"
    domains = [plain_domain(address.email) for line in lines[:1] for address in addresses(line)[0]]
    if any(not same_organisation(domains[0], other) for other in domains[1:]):
        return "its From names senders of different domains"
    return ""


def _trusted_results(message: ParsedMessage, trusted: Sequence[str]) -> list[CheckResults]:
    """The headers of one trusted host, topmost first: those of the first part of the way in which one has spoken."""
    for names, servers in _houses(trusted):
        for segment in written_by_us(message.trace, servers):
            values = [value for name, value in segment if name == "authentication-results"]
            read = [read_results(value) for value in values[:_MOST_HEADERS]]
            spoken = [one for one in read if (one.checked_by or MICROSOFT_365) in names]
            if spoken:
                return [one for one in spoken if one.checked_by == spoken[0].checked_by]
    return []


def _houses(trusted: Sequence[str]) -> list[tuple[frozenset[str], tuple[str, ...]]]:
    """Names and the servers behind them, a service each, and all hosts of one's own together.

    Apart, because each removes lines under its own name only: what says `mx.google.com` counts where Google received
    the mail, and is a stranger's word on a server of ours.
    """
    names = [name.strip().lower().rstrip(".") for name in trusted if name.strip()]
    own = tuple(name for name in names if name not in _SERVERS_OF)
    services = [(frozenset({name}), _SERVERS_OF[name]) for name in names if name in _SERVERS_OF]
    return [*services, (frozenset(own), own)]


def _objection(results: CheckResults, domain: str) -> str:
    """Why the mail is not from `domain`, or nothing."""
    for result in results.of("dmarc"):
        about = plain_domain(result.properties.get("header.from", ""))
        if about and not same_organisation(about, domain):
            return f"what it checked is the sender {about}"
        if result.result in _FAILURES:
            return "its DMARC check failed"
    if any(result.result in _FAILURES for result in results.of("compauth")):
        return "its composite check failed"
    if _proof(results, domain):
        return ""
    if any(
        result.result in _FAILURES and _signs_for(result, domain, or_nobody=True) for result in results.of("dkim")
    ):
        return "its signature (DKIM) is wrong"
    if any(result.result in _FAILURES and _came_as(result, domain) for result in results.of("spf")):
        return "the server that it came from may not send for that domain (SPF)"
    return ""


def _doubt(results: CheckResults, domain: str) -> str:
    """Why nobody can say that the mail is from `domain`, or nothing: a check that was made and did not pass."""
    if _proof(results, domain):
        return ""
    for result in results.of("dmarc"):
        if result.result in _ERRORS:
            return f"its DMARC check came to no end ({result.result})"
    for result in results.of("dkim"):
        is_neutral = result.result == "neutral"
        if (is_neutral or result.result in _WEAK) and _signs_for(result, domain, or_nobody=not is_neutral):
            return f"its signature (DKIM) could not be confirmed ({result.result})"
    for result in results.of("spf"):
        if (result.result == "softfail" or result.result in _WEAK) and _came_as(result, domain):
            return f"the server that it came from is not known to send for that domain (SPF {result.result})"
    return ""


def _proof(results: CheckResults, domain: str) -> str:
    """What shows that the mail is from `domain`, or nothing. A pass of another domain shows nothing (RFC 7489)."""
    if any(result.result in ("pass", "bestguesspass") for result in results.of("dmarc")):
        return "DMARC"
    if any(result.result == "pass" and _signs_for(result, domain) for result in results.of("dkim")):
        return "DKIM"
    if any(result.result == "pass" and same_organisation(_envelope(result), domain) for result in results.of("spf")):
        return "SPF"
    return ""


def _signs_for(result: CheckResult, domain: str, *, or_nobody: bool = False) -> bool:
    signer = plain_domain(result.properties.get("header.d", "") or result.properties.get("header.i", ""))
    return (or_nobody and signer in ("", "none")) or same_organisation(signer, domain)


def _came_as(result: CheckResult, domain: str) -> bool:
    """Whether the path was checked for `domain`; a mail with an empty envelope is checked by its server's name."""
    checked = _envelope(result) or plain_domain(result.properties.get("smtp.helo", ""))
    return same_organisation(checked, domain)


def _envelope(result: CheckResult) -> str:
    return plain_domain(result.properties.get("smtp.mailfrom", "") or result.properties.get("smtp.mail", ""))
