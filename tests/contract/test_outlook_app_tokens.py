"""`AppTokens` through the real msal, whose calls are answered here instead of by Microsoft."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from core.errors import NotConfigured
from integrations.outlook.app_tokens import AppCertificate, AppRegistration, AppTokens
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable

TENANT = "5f0c8bb2-1a7e-4a0b-9f7d-0e3b5a6c7d8e"
SECRET = "correct-horse-battery"


def reply(status: int, body: object) -> httpx.Response:
    text = body if isinstance(body, str) else json.dumps(body)
    return httpx.Response(status, stream=httpx.ByteStream(text.encode()))


class Entra:
    """Answers as Microsoft's sign-in does: where the tenant is, then tokens one after the other."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.answer: Callable[[], httpx.Response] = self.token
        self.issued = 0
        self._lock = threading.Lock()

    def token(self) -> httpx.Response:
        with self._lock:
            self.issued += 1
            return reply(200, {"token_type": "Bearer", "expires_in": 3599, "access_token": f"token-{self.issued}"})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            self.forms.append({key: values[0] for key, values in parse_qs(request.content.decode()).items()})
            return self.answer()
        base = f"https://login.microsoftonline.com/{TENANT}"
        return reply(
            200,
            {
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "issuer": f"{base}/v2.0",
                "metadata": [],
            },
        )


class Clock:
    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def tokens(entra: Entra, clock: Clock | None = None, proof: AppCertificate | str = SECRET) -> AppTokens:
    app = AppRegistration(TENANT, "3b0e1f4c-client", proof)
    return AppTokens(app, transport=httpx.MockTransport(entra), clock=clock or Clock())


async def test_a_token_is_asked_for_once_and_kept_until_near_its_end() -> None:
    entra, clock = Entra(), Clock()
    kept = tokens(entra, clock)
    assert [await kept.current() for _ in range(3)] == ["token-1"] * 3
    clock.seconds += 3599 - 121
    assert await kept.current() == "token-1"
    clock.seconds += 2
    assert await kept.current() == "token-2"
    assert entra.forms[0]["grant_type"] == "client_credentials"
    assert entra.forms[0]["scope"] == "https://graph.microsoft.com/.default"


async def test_twenty_callers_at_once_ask_for_one_token() -> None:
    entra = Entra()
    kept = tokens(entra)
    assert set(await asyncio.gather(*(kept.current() for _ in range(20)))) == {"token-1"}
    assert entra.issued == 1


async def test_a_refused_token_is_replaced_once_for_all_who_were_refused() -> None:
    entra = Entra()
    kept = tokens(entra)
    refused = await kept.current()
    assert set(await asyncio.gather(*(kept.replace(refused) for _ in range(5)))) == {"token-2"}
    assert await kept.current() == "token-2"


async def test_a_certificate_signs_and_its_key_is_never_sent() -> None:
    entra, certificate = Entra(), a_certificate()
    await tokens(entra, proof=certificate).current()
    assertion = entra.forms[0]["client_assertion"]
    assert jwt.get_unverified_header(assertion)["alg"] == "PS256"
    assert jwt.decode(assertion, options={"verify_signature": False})["sub"] == "3b0e1f4c-client"
    assert "client_secret" not in entra.forms[0]


async def test_a_key_that_cannot_be_read_needs_a_person_and_is_not_quoted() -> None:
    with pytest.raises(AuthExpired) as caught:
        await tokens(Entra(), proof=AppCertificate("-----BEGIN PRIVATE KEY-----\nMIIsecret", "none")).current()
    assert "MIIsecret" not in str(caught.value)


def a_certificate() -> AppCertificate:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "duly")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return AppCertificate(private.decode(), certificate.public_bytes(Encoding.PEM).decode())


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"error": "invalid_client", "error_description": "AADSTS7000222: secret expired"}, AuthExpired),
        (400, {"error": "unauthorized_client", "error_description": "AADSTS700016: no such app"}, AuthExpired),
        (400, {"error": "temporarily_unavailable"}, TemporarilyUnavailable),
        (429, {"error": "temporarily_unavailable"}, TemporarilyUnavailable),
        (503, "<html>busy</html>", TemporarilyUnavailable),
        (200, '{"access_token": "half a to', TemporarilyUnavailable),
        (200, "x" * 1_000_001, TemporarilyUnavailable),
        (302, "", TemporarilyUnavailable),
        (200, {}, TemporarilyUnavailable),
        (200, [], TemporarilyUnavailable),
    ],
    ids=["expired-secret", "no-app", "passing", "429", "503", "half", "large", "elsewhere", "empty", "list"],
)
async def test_only_what_a_person_must_mend_ends_the_grant(
    status: int, body: object, expected: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    entra = Entra()
    entra.answer = lambda: reply(status, body)
    with pytest.raises(expected) as caught:
        await tokens(entra).current()
    assert SECRET not in str(caught.value)
    assert TENANT in str(caught.value)
    assert "half a to" not in caplog.text


async def test_a_server_that_cannot_be_reached_is_for_later_and_the_next_try_is_a_fresh_one() -> None:
    entra = Entra()

    def broken() -> httpx.Response:
        raise httpx.ConnectError("no route")

    entra.answer = broken
    kept = tokens(entra)
    with pytest.raises(TemporarilyUnavailable):
        await kept.current()
    entra.answer = entra.token
    assert await kept.current() == "token-1"


async def test_a_server_that_is_slow_does_not_hold_up_the_loop() -> None:
    entra = Entra()
    entra.answer = lambda: (time.sleep(0.3), entra.token())[1]
    kept = tokens(entra)
    waiting = asyncio.create_task(kept.current())
    began = time.monotonic()
    await asyncio.sleep(0.01)
    assert time.monotonic() - began < 0.25
    assert await waiting == "token-1"


def test_secrets_are_in_no_repr() -> None:
    certificate = AppCertificate("PRIVATE", "PUBLIC")
    assert SECRET not in repr(AppRegistration(TENANT, "client", SECRET))
    assert "PRIVATE" not in repr(AppRegistration(TENANT, "client", certificate)) + repr(certificate)


@pytest.mark.parametrize(
    "wrong",
    [{"tenant": ""}, {"tenant": "a/b"}, {"client_id": ""}, {"proof": ""}, {"authority": "http://login.example"}],
    ids=["no-tenant", "path", "no-client", "no-proof", "no-tls"],
)
def test_an_incomplete_registration_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(NotConfigured):
        AppRegistration(**{"tenant": TENANT, "client_id": "client", "proof": SECRET, **wrong})
