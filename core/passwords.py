"""Password hashing (Argon2id) and random secrets."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
#: Verified against where there is no such user, so that the time does not tell.
_NOBODY = _HASHER.hash("nobody")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def password_fits(password: str, hashed: str | None) -> bool:
    """Whether the password is the one that was hashed; takes as long for an unknown user."""
    try:
        return _HASHER.verify(hashed or _NOBODY, password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def new_secret() -> str:
    """A fresh secret of 256 bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a random secret: its SHA-256. (Random secrets need no slow hash; passwords do.)"""
    return hashlib.sha256(secret.encode()).hexdigest()
