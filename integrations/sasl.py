"""How an access token is said to a mail server: XOAUTH2 and OAUTHBEARER (RFC 7628), for IMAP and SMTP. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Iterable

from integrations.ports.errors import AuthExpired

#: By preference: Google and Microsoft document XOAUTH2, and only Google offers both.
MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
_MOST_WORDS = 300
_HIDDEN = "(hidden)"
#: A token, or what was sent in base64, whole or cut off; words and addresses of help pages are shorter.
_LONG_RUN = re.compile(r"[A-Za-z0-9+/=_.~-]{32,}")


class TakesNoTokens(AuthExpired):
    """The server signs nobody in by access token, so that another token would not help."""


def choose_mechanism(announced: Iterable[str], *, server: str) -> str:
    """The mechanism to use of those that a server announces, in any case.

    Raises:
        TakesNoTokens: it announces neither.
    """
    offered = {name.upper() for name in announced}
    for name in MECHANISMS:
        if name in offered:
            return name
    raise TakesNoTokens(f"{server} takes no access tokens (neither {' nor '.join(MECHANISMS)}): use a password")


def first_response(mechanism: str, *, username: str, token: str, host: str, port: int) -> bytes:
    """What the client says first, before base64.

    Raises:
        ValueError: the user name or the token has letters that would break out of its field.
    """
    if not token or not token.isascii() or not token.isprintable() or not username.isprintable():
        raise ValueError("a user name or token that cannot be sent")
    if mechanism == "XOAUTH2":
        return f"user={username}\x01auth=Bearer {token}\x01\x01".encode()
    # RFC 5801: these two end the name in this form.
    escaped = username.replace("=", "=3D").replace(",", "=2C")
    return f"n,a={escaped},\x01host={host}\x01port={port}\x01auth=Bearer {token}\x01\x01".encode()


def answer_to_error(mechanism: str) -> bytes:
    """What ends a refused sign-in, before base64: the server asks for it before it says no."""
    return b"" if mechanism == "XOAUTH2" else b"\x01"


def error_in(challenge: bytes) -> str:
    """What the server's JSON says of a refusal (`challenge` after base64); empty where it is none."""
    try:
        said = json.loads(challenge[:4096])
    except (ValueError, RecursionError):
        return ""
    if not isinstance(said, dict):
        return ""
    known = ((name, said.get(name)) for name in ("status", "error", "scope"))
    return ", ".join(f"{name} {value}" for name, value in known if isinstance(value, str | int))[:_MOST_WORDS]


def decoded(text: bytes) -> bytes:
    """Base64 as servers send it; empty where it is none."""
    try:
        return base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def without_secrets(words: str, secret: str) -> str:
    """A server's words on a sign-in, with the secret hidden should it repeat it, and whatever may be a part of it."""
    if secret:
        words = words.replace(secret, _HIDDEN)
    return _LONG_RUN.sub(_HIDDEN, words)
