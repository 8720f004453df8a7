"""`MailServer`: where an IMAP or SMTP server is, how we sign in, and that a password never travels in the clear."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

from core.errors import NotConfigured

Security = Literal["tls", "starttls", "plain"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """One server and one login. An empty `username` means that the server asks for none.

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

    def __post_init__(self) -> None:
        if self.security == "plain" and not self.allow_plain and not is_loopback(self.host):
            raise NotConfigured(
                f"mail server {self.host}: a connection without TLS is only made on this machine; "
                "set security to tls or starttls, or allow_plain on a network that you trust"
            )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, judged by its name or number alone: no name is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
