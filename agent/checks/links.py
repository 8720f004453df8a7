"""No link, address or markup in a mail, other than our own domain."""

import re

from agent.checks.checked import Checked
from agent.checks.page import Page
from ledger.model.draft import Finding
from ledger.model.snapshot import AccountSnapshot

CHECK = "links"
_HOST = r"(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}"
_SCHEME = re.compile(
    r"(?<!\w)(?:[a-z][a-z0-9+-]{1,15}:/{1,3}|(?:mailto|tel|sms|javascript|data|file|vbscript):)\S{0,200}", re.I
)
_EMAIL = re.compile(rf"(?<![\w.+-])[\w.+-]{{1,64}}@({_HOST})(?!\w)")
_BARE_HOST = re.compile(rf"(?<![\w@.-]){_HOST}(?!\w)(?:/\S{{0,200}})?")
_ADDRESS = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])")
_DISGUISED = re.compile(
    r"\[\s?\.\s?\]|\(\s?dot\s?\)|\[\s?dot\s?\]|\{\s?dot\s?\}|\[\s?at\s?\]|\(\s?at\s?\)|\[\s?@\s?\]", re.I
)
_MARKUP = re.compile(
    r"</?[a-z!?][^>\n]{0,200}>?|&(?:#\w{1,8}|[a-z]{2,10});|\]\s?\(|!\[|\*\*|__|`|^#{1,6} |^\s{0,3}>|\]:\s",
    re.IGNORECASE | re.MULTILINE,
)
#: What follows the point of a file name that a mail may mention.
_FILE_ENDINGS = frozenset({"pdf", "csv", "xlsx", "xml"})


def check_links(page: Page, snapshot: AccountSnapshot) -> Checked:
    """Links, hosts, e-mail addresses, HTML and Markdown. Our own domain and active contacts' addresses may stand."""
    text = page.normal.text
    domain = snapshot.our_address.rpartition("@")[2].casefold()
    people = {contact.email.casefold() for contact in snapshot.active_contacts} | {snapshot.our_address.casefold()}
    findings = [page.finding(CHECK, "plain text only: no markup", *match.span()) for match in _MARKUP.finditer(text)]
    findings += [page.finding(CHECK, "a disguised link", *match.span()) for match in _DISGUISED.finditer(text)]
    findings += [page.finding(CHECK, "a network address", *match.span()) for match in _ADDRESS.finditer(text)]
    for match in _SCHEME.finditer(text):
        if not _is_ours(_host_of(match.group()), domain):
            findings.append(page.finding(CHECK, "a link away from us", *match.span()))
    for match in _EMAIL.finditer(text):
        if match.group().casefold() not in people and not _is_ours(match[1], domain):
            findings.append(page.finding(CHECK, "an address that is no active contact's", *match.span()))
    findings += _bare_hosts(page, domain, f"{snapshot.account.name} {snapshot.entity.name}".casefold())
    return Checked(tuple(findings))


def _bare_hosts(page: Page, domain: str, names: str) -> list[Finding]:
    findings: list[Finding] = []
    for match in _BARE_HOST.finditer(page.normal.text):
        host = match.group().partition("/")[0].casefold()
        ending = host.rpartition(".")[2]
        after = page.normal.text[match.end() : match.end() + 1]
        if ending in _FILE_ENDINGS or host in names or _is_ours(host, domain) or after == "@":
            continue
        findings.append(page.finding(CHECK, "a host that is not ours", *match.span()))
    return findings


def _is_ours(host: str, domain: str) -> bool:
    return bool(domain) and (host.casefold() == domain or host.casefold().endswith("." + domain))


def _host_of(link: str) -> str:
    """The host of a link to a web page; empty for other schemes and where a name or password stands before it."""
    scheme, _, rest = link.partition("://")
    if scheme.casefold() not in ("http", "https"):
        return ""
    host = re.split(r"[/?#\\:]", rest.casefold(), maxsplit=1)[0]
    return "" if "@" in rest else host.rstrip(".,;)")
