"""Somebody who signs pushes as Google does, with a key of their own."""

import base64
import json
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

from integrations.gmail.push import CertificateCache

AUDIENCE = "https://duly.example/v1/push/gmail"
PUSHER = "pusher@duly-test.iam.gserviceaccount.com"


class GoogleSigner:
    """Tokens of Pub/Sub, and the certificates to check them by."""

    def __init__(self) -> None:
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        self._public = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
        self._signer = crypt.RSASigner.from_string(pem.decode(), key_id="k1")

    def token(self, **claims: object) -> str:
        now = int(time.time())
        said = {
            "iss": "https://accounts.google.com", "aud": AUDIENCE, "email": PUSHER, "email_verified": True,
            "iat": now, "exp": now + 3600,
        }  # fmt: skip
        return jwt.encode(self._signer, {**said, **claims}).decode()

    def certificates(self) -> CertificateCache:
        return CertificateCache(lambda _url: json.dumps({"k1": self._public}).encode(), time.monotonic)


def a_gmail_push(address: str, history_id: int = 7) -> bytes:
    """What Pub/Sub posts when something happened in this mailbox."""
    said = base64.b64encode(json.dumps({"emailAddress": address, "historyId": history_id}).encode()).decode()
    return json.dumps({"message": {"data": said, "messageId": "1"}, "subscription": "s"}).encode()
