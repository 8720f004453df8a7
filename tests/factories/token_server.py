"""A token server on the loopback interface that does what it is told; ours, for what real ones do on bad days."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs

from integrations.oauth.providers import OAuthClient, Provider


@dataclass
class Answer:
    """What one request is answered with: after `seconds`, in `pieces` where it comes slowly."""

    status: int = 200
    body: bytes | dict[str, Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    pieces: int = 1
    seconds_a_piece: float = 0.0


class TokenServerStandIn:
    """Knows one grant. Where it `rotates`, each refresh gives a new refresh token and the old one is dead at once."""

    def __init__(self, *, rotates: bool = True, lifetime: int = 3600) -> None:
        self.rotates, self.lifetime = rotates, lifetime
        self.refresh_token = "refresh-0"
        #: The refresh tokens that were presented, in order.
        self.presented: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.issued: list[str] = []
        #: Seconds before an answer to a request that was served; it is served at once.
        self.delay = 0.0
        #: Answers instead of the usual one; each takes the form, and the first is used up first.
        self.instead: list[Callable[[dict[str, str]], Answer]] = []
        self.asked = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/token"

    def client(self, provider: Provider = Provider.GOOGLE, *, secret: str = "client-secret") -> OAuthClient:
        return OAuthClient(provider, "client-1", secret, authorize_url=f"{self.url}/auth", token_url=self.url)

    def answer(self, form: dict[str, str]) -> Answer:
        with self._lock:
            self.forms.append(form)
            token = form.get("refresh_token", "")
            self.presented.append(token)
            self.asked.set()
            if self.instead:
                return self.instead.pop(0)(form)
            if token != self.refresh_token:
                words = {"error": "invalid_grant", "error_description": f"Token {token} has been expired or revoked."}
                return Answer(400, words, seconds=self.delay)
            return Answer(200, self._tokens(), seconds=self.delay)

    def _tokens(self) -> dict[str, Any]:
        number = len(self.issued) + 1
        self.issued.append(f"access-{number}")
        tokens: dict[str, Any] = {
            "access_token": self.issued[-1],
            "token_type": "Bearer",
            "expires_in": self.lifetime,
        }
        if self.rotates:
            self.refresh_token = tokens["refresh_token"] = f"refresh-{number}"
        return tokens

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                read = self.rfile.read(int(self.headers["Content-Length"])).decode()
                answer = stand_in.answer({key: values[0] for key, values in parse_qs(read).items()})
                time.sleep(answer.seconds)
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                try:
                    self._send(answer, body)
                except OSError:
                    self.close_connection = True

            def _send(self, answer: Answer, body: bytes) -> None:
                self.send_response(answer.status)
                for name, value in ({"Content-Length": str(len(body))} | answer.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                size = max(1, -(-len(body) // answer.pieces))
                for start in range(0, len(body), size):
                    self.wfile.write(body[start : start + size])
                    self.wfile.flush()
                    time.sleep(answer.seconds_a_piece)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: a test's output is its own."""

        return Handler
