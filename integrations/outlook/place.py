"""`GraphPlace`: which hosts Graph's adapter talks to, and the addresses that it may follow. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx

from core.errors import NotConfigured
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mail_server import is_loopback

#: Links hold state tokens of some kilobytes; what is longer than this is not a link.
MOST_LINK_LETTERS = 20_000


@dataclass(frozen=True, slots=True)
class GraphPlace:
    """The address of Graph, and the hosts that take large attachments.

    Our token is only ever sent to `base_url`. An upload session's address carries its own permission, lies on a
    host of Exchange's and gets none of ours. National clouds have other hosts, which is why both are settings.

    Raises:
        NotConfigured: the address is not https (plain http is for this machine alone).
    """

    base_url: str = "https://graph.microsoft.com/v1.0"
    upload_hosts: tuple[str, ...] = ("outlook.office.com", "outlook.office365.com")

    def __post_init__(self) -> None:
        base = _url(self.base_url)
        if base is None or base.query or base.fragment or not _is_safe(base):
            raise NotConfigured(f"the address of Microsoft Graph must be an https address, not {self.base_url!r}")

    def url(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """The address of `path` (which begins with a slash) with OData's options encoded."""
        asked = f"?{urlencode(query, quote_via=quote, safe='$,')}" if query else ""
        return f"{self.base_url.rstrip('/')}{path}{asked}"

    def link(self, link: str) -> str:
        """A nextLink or deltaLink that Graph gave, if it stays with Graph.

        Raises:
            TemporarilyUnavailable: it leads elsewhere. It is not followed: our token would go along.
        """
        base, url = httpx.URL(self.base_url), _url(link)
        if url is None or not _same_server(url, base) or not url.path.startswith(f"{base.path.rstrip('/')}/"):
            raise TemporarilyUnavailable(f"Microsoft Graph ({base.host}) named a link to another place; not followed")
        return link

    def upload_link(self, link: str) -> str:
        """The address of an upload session, if it lies with Graph or with Exchange.

        Raises:
            TemporarilyUnavailable: it leads elsewhere. It is not used: the attachment would go there.
        """
        base, url = httpx.URL(self.base_url), _url(link)
        known = url is not None and (
            _same_server(url, base)
            or (url.scheme == "https" and url.host in self.upload_hosts and url.port in (None, 443))
        )
        if not known:
            raise TemporarilyUnavailable(
                f"Microsoft Graph ({base.host}) named an upload address on another host; nothing was uploaded"
            )
        return link


def mailbox_path(mailbox: str) -> str:
    """The path of a mailbox: `me` for whoever signed in, else its address; shared mailboxes go by theirs.

    Raises:
        NotConfigured: neither `me` nor an address.
    """
    if mailbox == "me":
        return "/me"
    if "@" not in mailbox or not mailbox.isprintable() or any(letter in mailbox for letter in " /\\?#"):
        raise NotConfigured(f"an Outlook mailbox is named by its address, or by 'me', not by {mailbox!r}")
    return f"/users/{quote(mailbox, safe='@')}"


def id_path(identifier: str) -> str:
    """An id of Graph's as one step of a path."""
    return quote(identifier, safe="")


def quoted(words: str) -> str:
    """`words` as a string in an OData filter: nothing in them ends the string.

    Raises:
        ValueError: they hold letters that no filter can carry.
    """
    if not words.isprintable():
        raise ValueError("unprintable letters cannot be looked for")
    return "'" + words.replace("'", "''") + "'"


def _url(text: str) -> httpx.URL | None:
    if len(text) > MOST_LINK_LETTERS:
        return None
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError):
        return None
    return url if url.scheme and url.host and not url.userinfo else None


def _is_safe(url: httpx.URL) -> bool:
    return url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))


def _same_server(url: httpx.URL, base: httpx.URL) -> bool:
    return (url.scheme, url.host, url.port) == (base.scheme, base.host, base.port)
