"""The page that a sign-in ends at, with a real browser's kind of requests and with those of strangers."""

import asyncio

import httpx
import pytest

from core.errors import InvalidInput
from integrations.oauth.loopback import LoopbackRedirect

STATE = "gAAAAABstate=="


async def get(url: str, **more: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as http:
        return await http.get(url, params=more)


async def test_the_code_of_our_sign_in_comes_through_and_no_other() -> None:
    async with LoopbackRedirect() as loopback:
        waiting = asyncio.create_task(loopback.code(STATE, seconds=20))
        await asyncio.sleep(0)
        assert (await get(f"{loopback.redirect_uri}/favicon.ico")).status_code == 404
        assert (await get(loopback.redirect_uri, code="evil", state="another")).status_code == 404
        answer = await get(loopback.redirect_uri, state=STATE, code="4/good")
        late = await get(loopback.redirect_uri, state=STATE, code="evil")
        assert await waiting == "4/good"
    assert (answer.status_code, late.status_code) == (200, 200)
    assert "4/good" not in answer.text
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_nothing_is_taken_before_anybody_waits() -> None:
    async with LoopbackRedirect() as loopback:
        assert (await get(loopback.redirect_uri, state="", code="evil")).status_code == 404


async def test_a_sign_in_that_was_declined_ends_the_waiting() -> None:
    async with LoopbackRedirect() as loopback:
        waiting = asyncio.create_task(loopback.code(STATE, seconds=20))
        await asyncio.sleep(0)
        await get(loopback.redirect_uri, state=STATE, error="access_denied")
        with pytest.raises(InvalidInput, match="access_denied"):
            await waiting


async def test_a_sign_in_that_nobody_finishes_ends_in_time() -> None:
    async with LoopbackRedirect() as loopback:
        with pytest.raises(InvalidInput, match="nobody finished the sign-in"):
            await loopback.code(STATE, seconds=0.2)


@pytest.mark.parametrize(
    "sent",
    [b"", b"GET", b"\x16\x03\x01\x02\x00\x01", b"GET /" + b"a" * 200_000, b"POST /?state=x HTTP/1.1\r\n\r\n"],
    ids=["nothing", "half a line", "TLS", "endless", "another method"],
)
async def test_a_stranger_on_this_machine_does_not_end_the_waiting(sent: bytes) -> None:
    async with LoopbackRedirect() as loopback:
        waiting = asyncio.create_task(loopback.code(STATE, seconds=20))
        await asyncio.sleep(0)
        port = int(loopback.redirect_uri.rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        answer = await get(loopback.redirect_uri, state=STATE, code="4/good")
        writer.close()
        assert (answer.status_code, await waiting) == (200, "4/good")
