"""The webhook that alarms go to, over real HTTP: what is certain, what is not, and that its address stays secret."""

import socket
import time
from collections.abc import Iterator

import pytest
from factories.webhook import WebhookStandIn
from pydantic import ValidationError

from core.errors import ExternalError
from core.settings import AlarmSettings
from integrations.ports.errors import OutcomeUnknown, RateLimited, Rejected, TemporarilyUnavailable
from integrations.webhook.channel import WebhookChannel


@pytest.fixture
def hook() -> Iterator[WebhookStandIn]:
    with WebhookStandIn() as stand_in:
        yield stand_in


async def test_a_text_arrives_and_addresses_nobody(hook: WebhookStandIn) -> None:
    await WebhookChannel(hook.url).tell("Duly: ar@x.example & <!channel>")
    assert hook.texts == ["Duly: ar@x.example &amp; &lt;!channel&gt;"]


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, Rejected), (404, Rejected), (410, Rejected), (408, TemporarilyUnavailable), (500, TemporarilyUnavailable),
     (503, TemporarilyUnavailable)],
)  # fmt: skip
async def test_a_refusal_is_certain(hook: WebhookStandIn, status: int, kind: type[ExternalError]) -> None:
    hook.answers = [status]
    with pytest.raises(kind, match=f"127.0.0.1: answered {status}") as refused:
        await WebhookChannel(hook.url).tell("x")
    assert "secret" not in f"{refused.value!r} {refused.value.__cause__!r}"


@pytest.mark.parametrize(("stated", "seconds"), [("7", 7.0), ("x", 60.0), ("99999999", 3600.0), ("0", 1.0)])
async def test_a_pause_is_taken_within_bounds(hook: WebhookStandIn, stated: str, seconds: float) -> None:
    hook.answers, hook.headers = [429], {"Retry-After": stated}
    with pytest.raises(RateLimited) as refused:
        await WebhookChannel(hook.url).tell("x")
    assert refused.value.retry_after_seconds == seconds


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirection_is_followed_nowhere(hook: WebhookStandIn, status: int) -> None:
    hook.answers, hook.headers = [status], {"Location": f"{hook.url}/elsewhere"}
    with pytest.raises(Rejected, match=f"answered {status}"):
        await WebhookChannel(hook.url).tell("x")
    assert [path.rpartition("/")[2] for path in hook.paths] == ["secret-of-the-address"]


async def test_silence_after_the_text_was_handed_over_is_no_certainty(hook: WebhookStandIn) -> None:
    hook.answers = [2.0]
    began = time.monotonic()
    with pytest.raises(OutcomeUnknown, match=r"no answer within 0\.3 s, after it was handed over"):
        await WebhookChannel(hook.url, call_seconds=0.3).tell("x")
    assert time.monotonic() - began < 1.5


async def test_a_connection_that_is_cut_is_no_certainty_either(hook: WebhookStandIn) -> None:
    hook.answers = [0.0]
    with pytest.raises(OutcomeUnknown, match=r"RemoteProtocolError|ReadError"):
        await WebhookChannel(hook.url).tell("x")


async def test_where_nobody_listens_nothing_was_handed_over() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TemporarilyUnavailable, match="cannot be reached") as refused:
        await WebhookChannel(f"http://127.0.0.1:{port}/secret").tell("x")
    assert "secret" not in f"{refused.value!r} {refused.value.__cause__!r}"


@pytest.mark.parametrize("url", ["http://hooks.example/x", "https://a@b.example/x", "hooks.example", "file:///etc/x"])
def test_an_address_in_the_clear_is_no_webhook_and_is_not_shown(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DULY_ALARM_WEBHOOK_URL", url)
    with pytest.raises(ValidationError, match="https address of an incoming webhook"):
        AlarmSettings()


def test_the_address_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULY_ALARM_WEBHOOK_URL", "https://hooks.example/services/secret?key=1")
    settings = AlarmSettings()
    assert "secret" not in repr(settings)
    assert settings.webhook_url.get_secret_value() == "https://hooks.example/services/secret?key=1"
