"""Encrypts what must be kept but not read: mailbox passwords and tokens."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from core.errors import NotConfigured


class SecretBox:
    """Fernet with one or more keys: the first encrypts, all of them decrypt, so that keys can be rotated."""

    def __init__(self, keys: list[str]) -> None:
        if not keys:
            raise NotConfigured("no key to encrypt secrets with: set DULY_SECRET_KEY, or let Duly make one")
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError as error:
            raise NotConfigured("DULY_SECRET_KEY is no Fernet key; .env.example says how to make one") from error
        self._first, self._fernet = fernets[0], MultiFernet(fernets)

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """The secret.

        Raises:
            NotConfigured: sealed with a key that is not here.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise NotConfigured(
                "a stored password or token cannot be decrypted with today's DULY_SECRET_KEY: "
                "put the old key back, second"
            ) from error

    def rotate(self, sealed: str) -> str:
        """The same secret under the first key; `sealed` itself where it is under that key already.

        Raises:
            NotConfigured: sealed with a key that is not here.
        """
        try:
            self._first.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))
        return sealed


def key_from_file(path: Path) -> str:
    """The key in the file, made with mode 600 where there is none; safe when two processes start at once."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = Fernet.generate_key().decode()
        file.write(key)
    return key
