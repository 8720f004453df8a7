"""Builders of wrapped mail for tests: TNEF parts, S/MIME certificates and BER, all made by hand."""

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")


@dataclass(frozen=True, slots=True)
class TnefFile:
    """An attachment for `a_tnef`; `message` is another TNEF stream."""

    name: str
    content: bytes = b""
    message: bytes = b""


@dataclass(frozen=True, slots=True)
class TnefBody:
    """The message properties for `a_tnef`; `rtf` as it travels, compressed or with its `MELA` head."""

    text: str = ""
    html: bytes = b""
    rtf: bytes = b""
    subject: str = ""
    extra: list[bytes] = field(default_factory=list)


def a_tnef(body: TnefBody, *files: TnefFile) -> bytes:
    """A `winmail.dat` with these properties and attachments."""
    properties = [*body.extra]
    if body.subject:
        properties.append(_unicode(0x0037, body.subject))
    if body.text:
        properties.append(_unicode(0x1000, body.text))
    if body.html:
        properties.append(_binary(0x1013, body.html))
    if body.rtf:
        properties.append(_binary(0x1009, body.rtf))
    out = struct.pack("<IH", 0x223E9F78, 1)
    out += _attribute(1, 0x00089006, struct.pack("<I", 0x10000))
    out += _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
    out += _attribute(1, 0x00069003, struct.pack("<I", len(properties)) + b"".join(properties))
    for file in files:
        out += _attribute(2, 0x00069002, bytes(14)) + _attached(file)
    return out


def named_property(name: str, value: str) -> bytes:
    """A string property under a name of its own, as add-ins write them."""
    encoded = (name + "\0").encode("utf-16-le")
    head = struct.pack("<HH", 0x001F, 0x8001) + bytes(16) + struct.pack("<II", 1, len(encoded)) + _pad(encoded)
    return head + _unicode(0, value)[4:]


def uncompressed_rtf(rtf: bytes) -> bytes:
    """Rich Text with the head of an uncompressed property."""
    return struct.pack("<II", len(rtf) + 12, len(rtf)) + b"MELA" + bytes(4) + rtf


def a_certificate() -> tuple[x509.Certificate, rsa.RSAPrivateKey]:
    """A self-signed certificate and its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jo@harbour.example")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    return builder.sign(key, hashes.SHA256()), key


def streamed_signed_data(content: bytes, *, piece: int = 20) -> bytes:
    """SignedData in BER with indefinite lengths and the content in pieces, as `openssl cms -stream` writes it."""
    end = b"\x00\x00"
    pieces = b"".join(_tlv(0x04, content[at : at + piece]) for at in range(0, len(content), piece))
    data = bytes.fromhex("06092a864886f70d010701")
    info = b"\x30\x80" + data + b"\xa0\x80\x24\x80" + pieces + end + end + end
    signed = b"\x30\x80\x02\x01\x01\x31\x00" + info + b"\x31\x00" + end
    return b"\x30\x80" + bytes.fromhex("06092a864886f70d010702") + b"\xa0\x80" + signed + end + end


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x84" + size.to_bytes(4, "big")
    return bytes([tag]) + length + content


def _attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BII", level, name, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def _attached(file: TnefFile) -> bytes:
    title = _attribute(2, 0x00018010, b"SHORT~1.BIN\0")
    properties = [_unicode(0x3707, file.name)]
    if file.message:
        held = IMESSAGE + file.message
        properties.append(struct.pack("<HHII", 0x000D, 0x3701, 1, len(held)) + _pad(held))
    data = b"" if file.message else _attribute(2, 0x0006800F, file.content)
    return title + data + _attribute(2, 0x00069005, struct.pack("<I", len(properties)) + b"".join(properties))


def _unicode(name: int, value: str) -> bytes:
    encoded = (value + "\0").encode("utf-16-le")
    return struct.pack("<HHII", 0x001F, name, 1, len(encoded)) + _pad(encoded)


def _binary(name: int, value: bytes) -> bytes:
    return struct.pack("<HHII", 0x0102, name, 1, len(value)) + _pad(value)


def _pad(value: bytes) -> bytes:
    return value + bytes(-len(value) % 4)
