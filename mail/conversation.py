"""Which conversation a message belongs to: subject keys, and signed tokens that come back in replies."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from uuid import UUID

_MAX_SUBJECT_CHARS = 1000
_MAX_KEY_BYTES = 200
_MAX_IDS = 500
_MAC_BYTES = 16
_MAC_CHARS = 26
#: A shorter secret could be guessed.
_MIN_SECRET_BYTES = 16
_PURPOSE = b"duly reply token 1\x00"

_PREFIX = re.compile(
    r"(?:re|aw|antw|antwort|wg|fw|fwd|tr|rv|r|i|inoltra|rif|sv|vs|vb|vl|vl\.|ref|res|enc|odp|pd|ynt|ilt|fs|doorst|"
    r"回复|回覆|答复|转发|轉寄|返信|転送)\s{0,2}(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4}|\*\d{1,4})?\s{0,2}[:：]\s{0,5}",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"(?:\[(?:external|ext|extern|externe|externo|externa|esterno|zewnętrzn\w{1,3}|caution|warning|spam\??|"
    r"suspicious|"
    r"possible spam|bulk|secure|encrypted|unverified|internet|outside)(?: (?:e-?mail|sender|mail|message))?\]|"
    r"\*{2,5}\s?(?:external|spam|extern)\w{0,3}\s?\*{2,5}|"
    r"external\s{0,2}[:：-]|ext\s{0,2}[:：])\s{0,5}",
    re.IGNORECASE,
)
_AUTOMATIC = re.compile(
    r"(?:automatic reply|automatische antwort|réponse automatique|respuesta automática|risposta automatica|"
    r"automatisch antwoord|resposta automática|odpowiedź automatyczna|autosvar|automatiskt svar|undeliverable|"
    r"unzustellbar|accepted|declined|read|gelesen|lu|out of office)\s{0,2}[:：]\s{0,5}",
    re.IGNORECASE,
)
_SPACES = re.compile(r"\s+")
_TOKEN_IN_ID = re.compile(r"<?duly\.([a-z2-7]{28,400})\.[a-z0-9._-]{1,100}@", re.IGNORECASE)


def normalise_subject(subject: str) -> str:
    """A key that is the same for a subject and all answers to it, in lower case; empty where nothing is left."""
    return thread_topic(subject).casefold()


def thread_topic(subject: str) -> str:
    """The subject without marks of answers and forwards, as Outlook keeps it in `Thread-Topic`; may be empty."""
    rest = _SPACES.sub(" ", subject[:_MAX_SUBJECT_CHARS]).strip()
    while True:
        match = _PREFIX.match(rest) or _TAG.match(rest) or _AUTOMATIC.match(rest)
        if match is None:
            return rest
        rest = rest[match.end() :].lstrip()


def make_reply_token(secret: bytes, key: str) -> str:
    """A token that names `key` and that only holders of `secret` can make.

    Lower-case letters and digits only, so that it survives in a Message-ID, a sub-address and a URL, whatever a
    relay does to upper case. 53 characters for a UUID.

    Raises:
        ValueError: the secret is under 16 bytes, or the key is empty or over 200 bytes.
    """
    if len(secret) < _MIN_SECRET_BYTES:
        raise ValueError("the secret of reply tokens must have 16 bytes or more")
    kind, packed = _packed(key)
    if not 0 < len(packed) <= _MAX_KEY_BYTES:
        raise ValueError("the key of a reply token must have 1 to 200 bytes")
    mac = hmac.new(secret, _PURPOSE + kind.encode() + packed, hashlib.sha256).digest()[:_MAC_BYTES]
    return kind + _base32(packed) + _base32(mac)


def read_reply_token(secret: bytes, token: str) -> str | None:
    """The key that a token of ours names, or None for whatever is not one. Compared in constant time."""
    token = token.strip().lower()
    if not 1 + _MAC_CHARS < len(token) <= 400 or not token.isascii():
        return None
    try:
        packed = _from_base32(token[1:-_MAC_CHARS])
        key = str(UUID(bytes=packed)) if token[0] == "u" else packed.decode("utf-8")
        expected = make_reply_token(secret, key)
    except (ValueError, binascii.Error):
        return None
    return key if hmac.compare_digest(expected.encode(), token.encode()) else None


def token_in(message_ids: Iterable[str], secret: bytes) -> str | None:
    """The first valid token of ours in Message-IDs of the shape `duly.TOKEN.RANDOM@domain`, or None.

    The ids are tried in the order in which they come; `read_reply_token` tells what the token names.
    """
    for count, message_id in enumerate(message_ids):
        if count >= _MAX_IDS:
            return None
        match = _TOKEN_IN_ID.match(message_id.strip()[:1000])
        if match and read_reply_token(secret, match[1]) is not None:
            return match[1].lower()
    return None


def _packed(key: str) -> tuple[str, bytes]:
    """`u` and 16 bytes for a UUID in its usual spelling, `t` and UTF-8 for other keys."""
    try:
        identifier = UUID(key)
    except ValueError:
        return "t", key.encode("utf-8")
    return ("u", identifier.bytes) if str(identifier) == key else ("t", key.encode("utf-8"))


def _base32(content: bytes) -> str:
    return base64.b32encode(content).decode("ascii").rstrip("=").lower()


def _from_base32(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))
