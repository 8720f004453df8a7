"""`MailServer`: where an IMAP or SMTP server is, how we sign in, and that a password never travels in the clear."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from core.errors import NotConfigured
from integrations.ports.access_tokens import AccessTokens

Security = Literal["tls", "starttls", "plain"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server and one login. An empty `username` means that the server asks for none.

    With `tokens` we sign in by access token (XOAUTH2, OAUTHBEARER) and `password` is not used.
    `ca_file` holds the certificates to trust instead of the system's; certificates are always checked.
    `timeout_seconds` is the longest silence on the line. `allow_plain` lets `plain` leave this machine.

    Raises:
        NotConfigured: `plain` to another machine without `allow_plain`.
    """

    host: str
    port: int
    username: str = ""
    password: str = field(default="", repr=False)
    security: Security = "tls"
    ca_file: Path | None = None
    allow_plain: bool = False
    timeout_seconds: float = 20.0
    tokens: AccessTokens | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.tokens is not None and not self.username:
            raise NotConfigured(f"mail server {self.host}: a sign-in by access token needs the mailbox's user name")
        if self.security == "plain" and not self.allow_plain and not is_loopback(self.host):
            raise NotConfigured(
                f"mail server {self.host}: a connection without TLS is only made on this machine; "
                "set security to tls or starttls, or allow_plain on a network that you trust"
            )

    def __str__(self) -> str:
        place = f"{self.host}:{self.port}"
        return f"{place} ({self.username})" if self.username else place


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, judged by its name or number alone: no name is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
