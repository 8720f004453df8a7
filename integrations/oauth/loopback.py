"""`LoopbackRedirect`: waits on this machine for the browser to come back from a sign-in."""

import asyncio
import contextlib
import hmac
from types import TracebackType
from typing import Self

from core.errors import InvalidInput
from integrations.oauth.authorize import read_redirect, state_of

_MOST_LINE = 16_384
_READ_SECONDS = 5.0
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Duly</title>"
    "<body style='font-family:sans-serif;margin:4em auto;max-width:32em'><p>{words}</p>"
)
_HEAD = (
    "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n"
    "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nContent-Security-Policy: default-src 'none'; "
    "style-src 'unsafe-inline'\r\nConnection: close\r\n\r\n"
)


class LoopbackRedirect:
    """Listens on a free port of the loopback interface for one redirect with one `state`.

    Anything on this machine can reach the port, so whatever does not carry the state is turned away, and the waiting
    goes on.
    """

    def __init__(self, host_name: str = "127.0.0.1") -> None:
        self._host_name = host_name
        self._state = ""
        self._came: asyncio.Future[str]
        self._server: asyncio.Server
        self.redirect_uri = ""

    async def __aenter__(self) -> Self:
        self._came = asyncio.get_running_loop().create_future()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_MOST_LINE)
        self.redirect_uri = f"http://{self._host_name}:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._server.wait_closed(), _READ_SECONDS)

    async def code(self, state: str, *, seconds: float) -> str:
        """The code that the browser brings for this `state`.

        Raises:
            InvalidInput: nobody came back in time, or the sign-in was declined.
        """
        self._state = state
        try:
            return await asyncio.wait_for(self._came, seconds)
        except TimeoutError as error:
            raise InvalidInput(
                f"nobody finished the sign-in within {seconds / 60:.0f} minutes; begin it again"
            ) from error

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_READ_SECONDS):
                target = await _target(reader)
                status, words = self._take(target)
                page = _PAGE.format(words=words).encode()
                writer.write(_HEAD.format(status=status, length=len(page)).encode() + page)
                await writer.drain()
        except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
            # A browser's early connection, or something that speaks no HTTP.
            pass
        finally:
            writer.close()

    def _take(self, target: str) -> tuple[str, str]:
        if not self._state or not hmac.compare_digest(state_of(target).encode(), self._state.encode()):
            return "404 Not Found", "Nothing is waited for here."
        if not self._came.done():
            try:
                self._came.set_result(read_redirect(target))
            except InvalidInput as error:
                self._came.set_exception(error)
                return "200 OK", "The mailbox was not connected. The terminal says why."
        return "200 OK", "Thank you. You may close this page; the terminal says what became of it."


async def _target(reader: asyncio.StreamReader) -> str:
    """The address in a request's first line; the header is read to its end, so that the browser reads our answer."""
    method, _, rest = (await reader.readline()).decode("latin-1").partition(" ")
    target = rest.partition(" ")[0]
    for _ in range(200):
        if (await reader.readline()) in (b"\r\n", b"\n", b""):
            break
    return target if method == "GET" else ""
