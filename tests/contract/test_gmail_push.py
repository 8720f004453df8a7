"""Gmail's pushes, and grants without a person: when a watch is renewed, who may wake us, a service account."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from emulators import GmailEmulator
from faultproxy import Fault, FaultProxy, google_error
from google.auth import crypt, jwt
from google.auth.exceptions import TransportError
from mailservers import HOST, free_port

from core.errors import InvalidInput, NotConfigured
from integrations.gmail.push import CertificateCache, ForgedPush, Push, parse_push, verify_push
from integrations.gmail.service_account import ServiceAccountTokens
from integrations.gmail.watch import GmailWatch, Watch
from integrations.ports.errors import AuthExpired, Rejected, TemporarilyUnavailable

NOW = datetime(2026, 4, 20, 9, 0, tzinfo=UTC)
TOPIC = "projects/duly-test/topics/gmail"
AUDIENCE = "https://duly.example/v1/hooks/gmail"
PUSHER = "pusher@duly-test.iam.gserviceaccount.com"


# The watch.


@pytest.fixture(scope="module")
def gmail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GmailEmulator]:
    emulator = GmailEmulator()
    emulator.start(tmp_path_factory.mktemp("gmail"))
    yield emulator
    emulator.stop()


@pytest.fixture
def proxy(gmail: GmailEmulator) -> Iterator[FaultProxy]:
    proxy = FaultProxy(gmail.endpoint)
    proxy.start()
    yield proxy
    proxy.stop()


def a_watch(gmail: GmailEmulator, proxy: FaultProxy) -> GmailWatch:
    address = gmail.mailbox()
    return GmailWatch(gmail.tokens(address), address, api_endpoint=proxy.endpoint, pause_seconds=0.01)


async def test_a_watch_starts_and_stops(gmail: GmailEmulator, proxy: FaultProxy) -> None:
    watch = a_watch(gmail, proxy)
    now = datetime.now(UTC)
    started = await watch.start(TOPIC, now=now)
    assert timedelta(hours=23) < started.expires_at - now < timedelta(hours=25), "the emulator's last a day"
    assert not started.renewal_due(now + timedelta(hours=11))
    assert started.renewal_due(now + timedelta(hours=13))
    await watch.stop()
    assert json.loads(proxy.seen("/watch")[0].body) == {"topicName": TOPIC}
    assert len(proxy.seen("/stop")) == 1


@pytest.mark.parametrize(
    ("hours", "due"),
    [(0, False), (23.9, False), (24, True), (100, True), (10_000, True), (-0.5, False), (-2, True)],
    ids=["at once", "before a day", "a day", "later", "long after", "clock a little back", "clock set back"],
)
def test_a_watch_of_seven_days_is_renewed_after_one(hours: float, due: bool) -> None:
    watch = Watch(1, NOW, NOW + timedelta(days=7))
    assert watch.renewal_due(NOW + timedelta(hours=hours)) is due


@pytest.mark.parametrize("lasts", [timedelta(0), timedelta(days=-1)], ids=["ended", "long ended"])
def test_a_watch_that_has_ended_is_renewed_at_once(lasts: timedelta) -> None:
    assert Watch(1, NOW, NOW + lasts).renewal_due(NOW)


@pytest.mark.parametrize("topic", ["", "gmail", "projects/x/topics/", "projects/duly-test/topics/a b", TOPIC + "\n"])
async def test_only_the_name_of_a_topic_is_asked_for(gmail: GmailEmulator, proxy: FaultProxy, topic: str) -> None:
    with pytest.raises(InvalidInput):
        await a_watch(gmail, proxy).start(topic, now=NOW)
    assert proxy.requests == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (google_error(403, "forbidden"), AuthExpired),
        (google_error(400, "invalidArgument"), Rejected),
        (google_error(404, "notFound"), Rejected),
        (Fault("answer", status=503), TemporarilyUnavailable),
        (Fault("replace", body=b'{"historyId": "5"}'), TemporarilyUnavailable),
    ],
    ids=["403", "400", "404", "503", "no end"],
)
async def test_a_watch_that_is_refused_says_what_to_do(
    gmail: GmailEmulator, proxy: FaultProxy, fault: Fault, error: type[Exception]
) -> None:
    proxy.add(fault, path="/watch", times=9)
    with pytest.raises(error) as refused:
        await a_watch(gmail, proxy).start(TOPIC, now=NOW)
    if error is not TemporarilyUnavailable:
        assert "gmail-api-push@system.gserviceaccount.com" in str(refused.value)


# What a push says.


def a_push(data: object) -> bytes:
    letters = base64.b64encode(json.dumps(data).encode()).decode()
    return json.dumps({"message": {"data": letters, "messageId": "1"}, "subscription": "s"}).encode()


@pytest.mark.parametrize("history_id", [9876543210, "176312345678901234567"], ids=["number", "text"])
def test_a_push_says_which_mailbox_and_how_far(history_id: object) -> None:
    pushed = parse_push(a_push({"emailAddress": "AR@Supplier.example", "historyId": history_id}))
    assert pushed == Push("ar@supplier.example", int(str(history_id)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"\xff",
        b'{"message": 5}',
        b'{"message": {"data": 5}}',
        b'{"message": {"data": "%%%"}}',
        b'{"message": {"data": "e30"}}',
        b"[" * 60_000,
        b"x" * 70_000,
        a_push([]),
        a_push({"emailAddress": 5, "historyId": 1}),
        a_push({"emailAddress": "a@b.example", "historyId": True}),
        a_push({"emailAddress": "a@b.example", "historyId": -1}),
        a_push({"emailAddress": "a@b.example", "historyId": "x"}),
        a_push({"emailAddress": "a@b.example", "historyId": 1.5}),
        a_push({"emailAddress": "a@b.example\r\n", "historyId": 1}),
        a_push({"emailAddress": "a@b.example" * 40, "historyId": 1}),
    ],
    ids=[
        "empty", "list", "object", "no text", "no message", "no data", "no base64", "nothing said", "deep", "large",
        "a list", "no address", "true", "negative", "words", "fraction", "line end", "long address",
    ],
)  # fmt: skip
def test_what_is_no_push_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_push(body)


# Who may push.


class Signer:
    """Somebody who signs as Google does, with a key of his own."""

    def __init__(self, certificate_for: Callable[[rsa.RSAPrivateKey], str]) -> None:
        key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
        )
        self.pem = pem.decode()
        self.certificate = certificate_for(key)
        self._signer = crypt.RSASigner.from_string(self.pem, key_id="k1")

    def token(self, **claims: object) -> str:
        now = int(time.time())
        said = {
            "iss": "https://accounts.google.com",
            "aud": AUDIENCE,
            "email": PUSHER,
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
        }
        return jwt.encode(self._signer, {**said, **claims}).decode()


@pytest.fixture(scope="module")
def google(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    return Signer(public_pem)


@pytest.fixture(scope="module")
def forger() -> Signer:
    return Signer(public_pem)


def public_pem(key: rsa.RSAPrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def certificates(signer: Signer) -> CertificateCache:
    return CertificateCache(lambda _url: json.dumps({"k1": signer.certificate}).encode(), time.monotonic)


def verify(header: str, signer: Signer, *, audience: str = AUDIENCE, account: str = PUSHER) -> None:
    verify_push(header, audience=audience, service_account=account, certificates=certificates(signer))


def test_a_push_that_google_signed_for_us_is_believed(google: Signer) -> None:
    verify(f"Bearer {google.token()}", google)
    verify(f"bearer {google.token(iss='accounts.google.com')}", google)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example/"},
        {"aud": [AUDIENCE, "https://elsewhere.example/"]},
        {"iss": "https://evil.example"},
        {"email": "pusher@other.iam.gserviceaccount.com"},
        {"email": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"exp": int(time.time()) - 120, "iat": int(time.time()) - 3600},
        {"iat": int(time.time()) + 600},
    ],
    ids=["audience", "audiences", "issuer", "account", "no account", "unverified", "text", "expired", "not yet"],
)
def test_a_push_that_was_not_meant_for_us_is_refused(google: Signer, claims: dict[str, object]) -> None:
    with pytest.raises(ForgedPush):
        verify(f"Bearer {google.token(**claims)}", google)


def test_a_push_that_another_key_signed_is_refused(google: Signer, forger: Signer) -> None:
    with pytest.raises(ForgedPush):
        verify(f"Bearer {forger.token()}", google)


@pytest.mark.parametrize("change", [slice(0, -4), slice(4, None)], ids=["cut at the end", "cut at the start"])
def test_a_push_whose_token_was_changed_is_refused(google: Signer, change: slice) -> None:
    with pytest.raises(ForgedPush):
        verify(f"Bearer {google.token()[change]}", google)


def unsigned(google: Signer) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').decode().rstrip("=")
    return f"{head}.{google.token().split('.')[1]}."


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer a.b.c", "Bearer " + "x" * 9_000])
def test_a_push_without_a_token_is_refused(google: Signer, header: str) -> None:
    with pytest.raises(ForgedPush):
        verify(header, google)


def test_a_push_that_nobody_signed_is_refused(google: Signer) -> None:
    with pytest.raises(ForgedPush):
        verify(f"Bearer {unsigned(google)}", google)


@pytest.mark.parametrize(("audience", "account"), [("", PUSHER), (AUDIENCE, "")], ids=["no audience", "no account"])
def test_pushes_are_refused_where_there_is_nothing_to_check_them_by(
    google: Signer, audience: str, account: str
) -> None:
    with pytest.raises(ForgedPush):
        verify(f"Bearer {google.token()}", google, audience=audience, account=account)


def test_a_refused_push_is_not_quoted(google: Signer) -> None:
    token = google.token(aud="x")
    with pytest.raises(ForgedPush) as refused:
        verify(f"Bearer {token}", google)
    assert token[:20] not in str(refused.value)


def test_certificates_that_cannot_be_fetched_are_for_later(google: Signer) -> None:
    def fail(_url: str) -> bytes:
        raise TransportError("down")

    cache = CertificateCache(fail, time.monotonic)
    with pytest.raises(TemporarilyUnavailable):
        verify_push(f"Bearer {google.token()}", audience=AUDIENCE, service_account=PUSHER, certificates=cache)


def test_forged_pushes_do_not_make_us_fetch_certificates_for_each(google: Signer, forger: Signer) -> None:
    asked: list[str] = []
    now = [0.0]

    def fetch(url: str) -> bytes:
        asked.append(url)
        return json.dumps({"k1": google.certificate}).encode()

    cache = CertificateCache(fetch, lambda: now[0], seconds=60)
    for at in (0.0, 30.0, 59.0, 61.0):
        now[0] = at
        with pytest.raises(ForgedPush):
            verify_push(f"Bearer {forger.token()}", audience=AUDIENCE, service_account=PUSHER, certificates=cache)
    assert len(asked) == 2


# A service account that acts for a mailbox.


def a_key(signer: Signer, **changes: str) -> str:
    key = {
        "type": "service_account",
        "client_email": "duly@duly-test.iam.gserviceaccount.com",
        "client_id": "1",
        "private_key_id": "k1",
        "private_key": signer.pem,
        "token_uri": "https://evil.example/token",
    }
    return json.dumps({**key, **changes})


@pytest.fixture
def token_server() -> Iterator[FaultProxy]:
    server = FaultProxy(f"http://{HOST}:{free_port()}")
    server.start()
    yield server
    server.stop()


def given(token: str) -> Fault:
    body = json.dumps({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}).encode()
    return Fault("answer", headers={"Content-Type": "application/json"}, body=body)


def tokens_at(server: FaultProxy, key: str) -> ServiceAccountTokens:
    return ServiceAccountTokens(key, "ar@supplier.example", token_endpoint=f"{server.endpoint}/token")


async def test_a_service_account_asks_for_a_token_for_its_mailbox(google: Signer, token_server: FaultProxy) -> None:
    token_server.add(given("t1"), path="/token")
    assert await tokens_at(token_server, a_key(google)).current() == "t1"
    (request,) = token_server.requests
    assertion = parse_qs(request.body.decode())["assertion"][0]
    claims = jwt.decode(assertion, certs={"k1": google.certificate}, audience="https://oauth2.googleapis.com/token")
    assert (claims["sub"], claims["iss"]) == ("ar@supplier.example", "duly@duly-test.iam.gserviceaccount.com")
    assert claims["scope"] == "https://www.googleapis.com/auth/gmail.modify"


async def test_a_token_is_kept_and_replaced_where_it_is_refused(google: Signer, token_server: FaultProxy) -> None:
    token_server.add(given("t1"), path="/token")
    token_server.add(given("t2"), path="/token")
    tokens = tokens_at(token_server, a_key(google))
    assert [await tokens.current(), await tokens.current()] == ["t1", "t1"]
    assert await tokens.replace("t1") == "t2"
    assert await tokens.replace("t1") == "t2", "it was replaced already"
    assert len(token_server.requests) == 2


@pytest.mark.parametrize("error", ["invalid_grant", "unauthorized_client"])
async def test_a_delegation_that_is_missing_needs_a_person(
    google: Signer, token_server: FaultProxy, error: str
) -> None:
    body = json.dumps({"error": error, "error_description": "secret words"}).encode()
    token_server.add(Fault("answer", status=401, body=body), path="/token", times=9)
    with pytest.raises(AuthExpired, match=error) as refused:
        await tokens_at(token_server, a_key(google)).current()
    assert "admin console" in str(refused.value)


@pytest.mark.parametrize(
    "fault", [Fault("drop"), Fault("answer", status=503, body=b'{"error": "internal_failure"}')], ids=["cut", "503"]
)
async def test_a_token_endpoint_that_is_down_is_for_later(
    google: Signer, token_server: FaultProxy, fault: Fault
) -> None:
    token_server.add(fault, path="/token", times=9)
    with pytest.raises(TemporarilyUnavailable):
        await tokens_at(token_server, a_key(google)).current()


@pytest.mark.parametrize("key", ["", "[]", "{}", "5", '{"type": "service_account", "private_key": "MIIsecret"}'])
def test_what_is_no_key_is_refused_and_not_quoted(key: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        ServiceAccountTokens(key, "ar@supplier.example")
    assert "MIIsecret" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_the_key_does_not_choose_where_it_is_sent(google: Signer, tmp_path: Path) -> None:
    tokens = ServiceAccountTokens(a_key(google), "ar@supplier.example")
    assert tokens._credentials._token_uri == "https://oauth2.googleapis.com/token"
