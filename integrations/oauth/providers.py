"""Google and Microsoft as OAuth servers: addresses, scopes, what their ways differ in."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from core.errors import NotConfigured
from integrations.ports.mail_server import is_loopback

_TENANT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,253}")


class Provider(StrEnum):
    """Whom a mailbox is connected through."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"


#: `gmail.modify` reads, labels and sends; it does not delete for good. `openid email` says who signed in.
GOOGLE_SCOPES = ("https://www.googleapis.com/auth/gmail.modify", "openid", "email")
MICROSOFT_SCOPES = (
    "https://graph.microsoft.com/Mail.ReadWrite",
    "https://graph.microsoft.com/Mail.Send",
    "offline_access",
    "openid",
    "profile",
    "email",
)
#: For a mailbox that is shared with the account that signs in.
MICROSOFT_SHARED_SCOPES = (
    "https://graph.microsoft.com/Mail.ReadWrite.Shared",
    "https://graph.microsoft.com/Mail.Send.Shared",
    *MICROSOFT_SCOPES,
)


@dataclass(frozen=True, slots=True)
class OAuthClient:
    """Duly as it is registered with a provider, and where that answers.

    `client_secret` is empty for a public client. Tokens travel over TLS, or stay on this machine.

    Raises:
        NotConfigured: no id, or an address in the clear.
    """

    provider: Provider
    client_id: str
    client_secret: str = field(repr=False)
    authorize_url: str
    token_url: str
    #: The host that the provider accepts with any port, for a redirect to this machine.
    loopback_host: str = "127.0.0.1"
    #: Microsoft wants the scopes named at each refresh; Google takes them as a wish for fewer.
    scopes_at_refresh: bool = False
    #: Days after which a refresh token that was not used is dead, where the provider states it.
    idle_days: int | None = None

    def __post_init__(self) -> None:
        if not self.client_id:
            name = self.provider.value.upper()
            raise NotConfigured(
                f"Duly is not registered with {self.provider.value}: set DULY_{name}_CLIENT_ID and "
                f"DULY_{name}_CLIENT_SECRET to the client that you made there"
            )
        for url in (self.authorize_url, self.token_url):
            parts = urlsplit(url)
            if not parts.hostname or not (
                parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))
            ):
                raise NotConfigured(f"{self.provider.value}: {url} must begin with https:// (or be on this machine)")


def google_client(client_id: str, client_secret: str, *, base_url: str = "") -> OAuthClient:
    """Google's servers, or an emulator's at `base_url`."""
    base = base_url.rstrip("/")
    return OAuthClient(
        Provider.GOOGLE,
        client_id,
        client_secret,
        authorize_url=f"{base or 'https://accounts.google.com'}/o/oauth2/v2/auth",
        token_url=f"{base}/oauth2/token" if base else "https://oauth2.googleapis.com/token",
    )


def microsoft_client(
    client_id: str, client_secret: str, *, tenant: str = "organizations", base_url: str = ""
) -> OAuthClient:
    """Microsoft's servers for a tenant (its id, its domain, `organizations`), or an emulator's at `base_url`.

    Raises:
        NotConfigured: the tenant is no name of one.
    """
    if not _TENANT.fullmatch(tenant):
        raise NotConfigured("DULY_MICROSOFT_TENANT must be a tenant's id or domain, or organizations")
    base = f"{base_url.rstrip('/')}" if base_url else f"https://login.microsoftonline.com/{tenant}"
    return OAuthClient(
        Provider.MICROSOFT,
        client_id,
        client_secret,
        authorize_url=f"{base}/oauth2/v2.0/authorize",
        token_url=f"{base}/oauth2/v2.0/token",
        # The portal registers http://localhost and ignores its port; 127.0.0.1 takes an edit of the manifest.
        loopback_host="localhost",
        scopes_at_refresh=True,
        # learn.microsoft.com/entra/identity-platform/refresh-tokens: 90 days, and each use gives a new one.
        idle_days=90,
    )
