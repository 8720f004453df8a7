"""Mail with a DKIM signature, and the DNS that its key is in: a key of its own, no network."""

import base64
from dataclasses import dataclass, field
from functools import lru_cache

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from integrations.ports.dns_txt import DnsUnavailable


@dataclass
class FakeDns:
    """Records by name; `asked` keeps what was looked up. With `silent`, nobody answers."""

    records: dict[str, str] = field(default_factory=dict)
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def txt(self, name: str) -> str | None:
        self.asked.append(name)
        if self.silent:
            raise DnsUnavailable(name)
        return self.records.get(name)


@lru_cache(maxsize=4)
def key_of(bits: int = 2048) -> tuple[bytes, str]:
    """A private key as PEM and its record."""
    key = rsa.generate_private_key(65537, bits)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(raw: bytes, *, domain: str = "brightwater.example", bits: int = 2048, canonical: str = "relaxed/relaxed",
           partly: bool = False, headers: tuple[bytes, ...] = (b"from", b"subject", b"to")) -> bytes:  # fmt: skip
    """The mail with a signature of `domain` on top, selector `s1`."""
    head, body = canonical.encode().split(b"/")
    signature = dkim.sign(
        raw, b"s1", domain.encode(), key_of(bits)[0], canonicalize=(head, body), length=partly,
        include_headers=list(headers),
    )  # fmt: skip
    return bytes(signature) + raw


def dns_with(domain: str = "brightwater.example", *, record: str | None = None, bits: int = 2048) -> FakeDns:
    return FakeDns({f"s1._domainkey.{domain}": key_of(bits)[1] if record is None else record})
