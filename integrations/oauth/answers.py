"""What a token server answers, read with care: tokens, a refusal, or trouble. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from core.errors import ExternalError
from integrations.ports.errors import RateLimited, TemporarilyUnavailable

#: Visible ASCII alone: a token goes into a header, and a line end in it would begin another.
_Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]+$", max_length=16_384)]
_MOST_SECONDS = 86_400
#: Where the server names no lifetime: short, so that a wrong guess costs a refresh and not a refusal.
_UNSTATED_SECONDS = 900
#: The grant is gone, or a person is asked for something (a second factor, a consent).
_GRANT_GONE = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required"})
#: Our registration is at fault, not the grant: a secret that expired, a client that was switched off.
_CLIENT_WRONG = frozenset({"invalid_client", "unauthorized_client"})
#: Microsoft calls a client that asks too often `invalid_grant`, too (AADSTS50196); its grant still stands.
_LOOP_DETECTED = 50196
_LONGEST_PAUSE = 3_600.0
_DEFAULT_PAUSE = 60.0


class GrantRefused(ExternalError):
    """The server takes this refresh token or code no more; a newer one may still work."""


class ClientRefused(TemporarilyUnavailable):
    """The server refuses our registration. The grants stand, and work again when the setting is mended."""


@dataclass(frozen=True, slots=True)
class TokenAnswer:
    """Tokens as a server gave them. `refresh_token` is empty where the one that we have stays valid."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    refresh_token: str = field(default="", repr=False)
    refresh_expires_in_seconds: int | None = None
    scopes: tuple[str, ...] = ()
    id_token: str = field(default="", repr=False)


class _Tokens(BaseModel):
    # Servers add fields as they like, so those that we do not know are passed over.
    model_config = ConfigDict(extra="ignore")

    access_token: _Token
    token_type: Annotated[str, StringConstraints(pattern=r"(?i)^bearer$")] = "Bearer"  # noqa: S105 - no secret
    expires_in: int = Field(default=_UNSTATED_SECONDS, gt=0)
    refresh_token: _Token | None = None
    refresh_token_expires_in: int | None = Field(default=None, gt=0)
    scope: Annotated[str, StringConstraints(max_length=8_192)] = ""
    id_token: Annotated[str, StringConstraints(max_length=16_384)] = ""


class _Refusal(BaseModel):
    model_config = ConfigDict(extra="ignore")

    error: Annotated[str, StringConstraints(max_length=200)]
    error_description: str = ""
    error_codes: tuple[int, ...] = ()


def read_answer(
    status: int, headers: Mapping[str, str], body: bytes, *, server: str, secrets: tuple[str, ...], now: datetime
) -> TokenAnswer:
    """The tokens in an answer. `secrets` are never repeated in an error, whatever the server puts there.

    Raises:
        GrantRefused: what we offered is not taken any more.
        ClientRefused, RateLimited, TemporarilyUnavailable: it may well be taken another time.
    """
    if status == 200:
        return _tokens(body, server)
    refusal = _refusal(body)
    words = _words(refusal, status, server, secrets)
    pause = _pause(headers, now)
    if status == 429:
        raise RateLimited(words, _DEFAULT_PAUSE if pause is None else pause)
    # A server in trouble says all sorts of things; only a clear answer to our request is believed.
    if status in (400, 401, 403) and refusal is not None:
        if refusal.error in _GRANT_GONE and _LOOP_DETECTED not in refusal.error_codes:
            raise GrantRefused(words)
        if refusal.error in _CLIENT_WRONG:
            raise ClientRefused(f"{words}; look at the client's id and secret in the settings")
    if pause is not None:
        raise RateLimited(words, pause)
    raise TemporarilyUnavailable(words)


def visible(text: str, *, secrets: tuple[str, ...] = (), most: int = 200) -> str:
    """A server's words, short, printable, and without what is ours to keep."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, "[redacted]")
    return re.sub(r"\s+", " ", "".join(one if one.isprintable() else " " for one in text))[:most].strip()


def _tokens(body: bytes, server: str) -> TokenAnswer:
    try:
        read = _Tokens.model_validate_json(body)
    except ValidationError as error:
        # Never the error's own text: it quotes what it read, and that may be a token.
        wrong = ", ".join(sorted({str(one["loc"][0]) for one in error.errors() if one["loc"]})) or "no JSON"
        raise TemporarilyUnavailable(f"{server}: the answer holds no tokens that can be used ({wrong})") from None
    return TokenAnswer(
        access_token=read.access_token,
        expires_in_seconds=min(read.expires_in, _MOST_SECONDS),
        refresh_token=read.refresh_token or "",
        refresh_expires_in_seconds=read.refresh_token_expires_in,
        scopes=tuple(read.scope.split()),
        id_token=read.id_token,
    )


def _refusal(body: bytes) -> _Refusal | None:
    try:
        return _Refusal.model_validate_json(body)
    except ValidationError:
        return None


def _words(refusal: _Refusal | None, status: int, server: str, secrets: tuple[str, ...]) -> str:
    if refusal is None:
        return f"{server}: answered {status}"
    said = visible(f"{refusal.error}: {refusal.error_description}".rstrip(": "), secrets=secrets)
    return f"{server}: answered {status} {said}"


def _pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds by Retry-After, a number or a date; None where there is none that can be read."""
    stated = headers.get("retry-after", "").strip()
    if stated.isascii() and stated.isdigit():
        return min(float(stated[:9]), _LONGEST_PAUSE)
    try:
        at = parsedate_to_datetime(stated)
    except (ValueError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, min((at - now).total_seconds(), _LONGEST_PAUSE))
