"""The authorization code flow with PKCE: the address to sign in at, the state, and what comes back. Pure."""

import base64
import binascii
import hashlib
import secrets as random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from core.errors import InvalidInput, NotConfigured
from core.secrets import SecretBox
from integrations.oauth.answers import TokenAnswer, visible
from integrations.oauth.providers import OAuthClient, Provider

#: How long a person may take to sign in.
SIGN_IN_MINUTES = 15
_MOST_QUERY = 16_384
#: Permissions without which a mailbox cannot be worked; a person may take them off the list at the consent.
_NEEDED = {
    Provider.GOOGLE: ("https://www.googleapis.com/auth/gmail.modify",),
    Provider.MICROSOFT: ("mail.readwrite", "mail.send"),
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that was begun: for which mailbox, who began it, and the secret that only we can finish it with.

    `account` is who should sign in: the mailbox itself, or the one that it is shared with.
    """

    provider: Provider
    organisation: str
    started_by: str
    address: str
    account: str
    scopes: tuple[str, ...]
    redirect_uri: str
    expires_at: datetime
    verifier: str = field(repr=False)


class _State(BaseModel):
    model_config = ConfigDict(extra="forbid")

    provider: Provider
    organisation: str
    started_by: str
    address: str
    account: str
    scopes: tuple[str, ...]
    redirect_uri: str
    expires_at: datetime
    verifier: str


class _Identity(BaseModel):
    # An id token carries many claims; three of them may name the account.
    model_config = ConfigDict(extra="ignore")

    aud: str
    email: Annotated[str, StringConstraints(max_length=320)] = ""
    preferred_username: Annotated[str, StringConstraints(max_length=320)] = ""
    upn: Annotated[str, StringConstraints(max_length=320)] = ""


def begin_sign_in(
    client: OAuthClient,
    *,
    organisation: str,
    started_by: str,
    address: str,
    account: str,
    scopes: tuple[str, ...],
    redirect_uri: str,
    now: datetime,
) -> SignIn:
    """A fresh sign-in, good for a quarter of an hour."""
    return SignIn(
        provider=client.provider,
        organisation=organisation,
        started_by=started_by,
        address=address.lower(),
        account=(account or address).lower(),
        scopes=scopes,
        redirect_uri=redirect_uri,
        expires_at=now + timedelta(minutes=SIGN_IN_MINUTES),
        verifier=random.token_urlsafe(48),
    )


def seal_state(secrets: SecretBox, sign_in: SignIn) -> str:
    """The `state` of the flow: the sign-in itself, encrypted and signed, so that nothing waits on our side."""
    kept = _State.model_validate({name: getattr(sign_in, name) for name in _State.model_fields})
    return secrets.seal(kept.model_dump_json())


def open_state(secrets: SecretBox, state: str, *, now: datetime) -> SignIn:
    """The sign-in that a `state` stands for. Whoever finishes it must be `started_by` of `organisation`.

    Raises:
        InvalidInput: not ours, changed, or too old.
    """
    try:
        kept = _State.model_validate_json(secrets.open(state[:_MOST_QUERY]))
    except (NotConfigured, ValidationError) as error:
        raise InvalidInput("this sign-in was not begun here; begin it again") from error
    if not now < kept.expires_at.astimezone(UTC) <= now + timedelta(minutes=SIGN_IN_MINUTES):
        raise InvalidInput(f"this sign-in was begun more than {SIGN_IN_MINUTES} minutes ago; begin it again")
    return SignIn(**{name: getattr(kept, name) for name in _State.model_fields})


def authorization_url(client: OAuthClient, sign_in: SignIn, state: str) -> str:
    """Where the person signs in and allows it."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sign_in.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": sign_in.redirect_uri,
        "scope": " ".join(sign_in.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": sign_in.account,
    }
    if client.provider is Provider.GOOGLE:
        # Google gives a refresh token at the first consent only, unless it is asked to have it given again.
        query |= {"access_type": "offline", "prompt": "consent"}
    else:
        query |= {"response_mode": "query", "prompt": "select_account"}
    return f"{client.authorize_url}?{urlencode(query)}"


def state_of(target: str) -> str:
    """The state in the address that a browser came back to; empty where it has none."""
    return (_fields(target).get("state") or [""])[0]


def read_redirect(target: str) -> str:
    """The code in the address that a browser came back to.

    Raises:
        InvalidInput: the person or the provider said no, or it is no such address.
    """
    fields = _fields(target)
    if "error" in fields:
        said = ": ".join(fields[name][0] for name in ("error", "error_description") if name in fields)
        raise InvalidInput(f"the sign-in was not completed: {visible(said)}")
    if len(fields.get("code", ())) != 1:
        raise InvalidInput("this is no address that a sign-in ends at: it has no code")
    return fields["code"][0]


def checked_grant(client: OAuthClient, sign_in: SignIn, answer: TokenAnswer) -> str:
    """The account that signed in, once it is sure that this grant is the one that was asked for.

    Raises:
        InvalidInput: another account signed in, a permission was left out, or there is no refresh token.
    """
    missing = _missing(client.provider, answer.scopes)
    if missing:
        raise InvalidInput(f"{sign_in.address}: {missing} was not allowed; sign in again and leave it ticked")
    if not answer.refresh_token:
        raise InvalidInput(
            f"{sign_in.address}: {client.provider.value} gave no refresh token; take Duly's access away in the "
            "account's security settings, and sign in again"
        )
    subject = _subject(answer.id_token, client.client_id)
    if sign_in.account not in subject:
        raise InvalidInput(
            f"{' or '.join(sorted(subject))} signed in, not {sign_in.account}; sign in as that account, or name the "
            "one that the mailbox is shared with (--account)"
        )
    return sign_in.account


def _missing(provider: Provider, scopes: tuple[str, ...]) -> str:
    """The first permission that is needed and was not given. A server that lists none has given what was asked."""
    if not scopes:
        return ""
    # Microsoft leaves the resource off, and spells the rest as it likes.
    given = {scope.lower() for scope in scopes} | {scope.lower().rpartition("/")[2] for scope in scopes}
    return next((one for one in _NEEDED[provider] if one not in given and f"{one}.shared" not in given), "")


def _subject(id_token: str, client_id: str) -> set[str]:
    """The names of the account in an id token.

    Its signature is not checked: it came from the token endpoint itself, over TLS (OpenID Connect Core, 3.1.3.7).
    """
    parts = id_token.split(".")
    try:
        claims = _Identity.model_validate_json(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (IndexError, ValidationError, binascii.Error, ValueError) as error:
        raise InvalidInput("the provider does not say who signed in; nothing was kept") from error
    if claims.aud != client_id:
        raise InvalidInput("the provider's answer is meant for another application; nothing was kept")
    return {name.lower() for name in (claims.email, claims.preferred_username, claims.upn) if name} or {"nobody"}


def _fields(target: str) -> dict[str, list[str]]:
    try:
        return parse_qs(target.strip().partition("?")[2].partition("#")[0][:_MOST_QUERY], max_num_fields=40)
    except ValueError:
        return {}
