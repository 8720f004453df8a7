"""A proxy in front of an emulator that fails as the vendors do and emulators do not: 429, cut lines, slow bodies."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import urlsplit

from mailservers import HOST

#: `answer`: the answer given here, and nothing is passed on. `drop`: the line is cut, and nothing is passed on.
#: `hold`: passed on and answered, after a while. The others pass the request on first: `lose` cuts the line instead
#: of answering, `halve` after half the body, `trickle` sends the body byte by byte, `silent` says nothing for a
#: while, `replace` gives another answer.
Kind = Literal["answer", "drop", "lose", "halve", "trickle", "silent", "replace", "hold"]


@dataclass
class Fault:
    """What happens to the next requests whose method and path fit, after `skip` of them, `times` times."""

    kind: Kind
    path: str = ""
    method: str = ""
    times: int = 1
    skip: int = 0
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Between two bytes of `trickle`, and how long `silent` and `hold` last.
    seconds: float = 0.05

    def fits(self, method: str, path: str) -> bool:
        """Whether it is this one's turn; counts."""
        if not self.times or self.path not in path or self.method not in ("", method):
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return True


@dataclass(frozen=True)
class SeenRequest:
    """A request as it came to the proxy."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


def google_error(status: int, reason: str, words: str = "told to fail", **headers: str) -> Fault:
    """An error in the shape of Google's. Header names have `_` for `-`."""
    entry = {"domain": "global", "reason": reason, "message": words}
    body = json.dumps({"error": {"code": status, "message": words, "errors": [entry], "status": "FAILED"}}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Fault("answer", status=status, headers={"Content-Type": "application/json", **named}, body=body)


class FaultProxy:
    """Passes requests on to `target` (`http://host:port`), except where a fault fits."""

    def __init__(self, target: str) -> None:
        self.requests: list[SeenRequest] = []
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        parts = urlsplit(target)
        self._target = (parts.hostname or HOST, parts.port or 80)
        self._server = _Server(self)
        self.endpoint = f"http://{HOST}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Ends, and cuts what is open."""
        self._server.shutdown()
        self._server.server_close()
        self._server.cut_all()

    def reset(self) -> None:
        """Behaves well again, and forgets what came."""
        with self._lock:
            self._faults.clear()
            self.requests.clear()

    def add(self, fault: Fault, *, path: str = "", method: str = "", times: int = 1, skip: int = 0) -> None:
        """A fault for requests whose path has `path` in it."""
        fault.path, fault.method = path or fault.path, method or fault.method
        fault.times, fault.skip = max(times, fault.times), skip or fault.skip
        with self._lock:
            self._faults.append(fault)

    def seen(self, path: str, method: str = "") -> list[SeenRequest]:
        """The requests that came so far whose path has `path` in it."""
        with self._lock:
            return [one for one in self.requests if path in one.path and method in ("", one.method)]

    def fault_for(self, request: SeenRequest) -> Fault | None:
        """Keeps the request, and says what happens to it."""
        with self._lock:
            self.requests.append(request)
            return next((fault for fault in self._faults if fault.fits(request.method, request.path)), None)

    def passed_on(self, request: SeenRequest) -> tuple[int, Mapping[str, str], bytes]:
        """The target's answer."""
        connection = http.client.HTTPConnection(*self._target, timeout=30)
        try:
            dropped = {"host", "connection", "accept-encoding"}
            headers = {name: value for name, value in request.headers.items() if name.lower() not in dropped}
            connection.request(request.method, request.path, request.body or None, headers)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_HEADERS}
            return answer.status, kept, answer.read()
        finally:
            connection.close()


_HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, proxy: FaultProxy) -> None:
        self.proxy = proxy
        self._open: set[socket.socket] = set()
        super().__init__((HOST, 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def cut_all(self) -> None:
        """Ends all connections as a machine that goes away."""
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is part of the test."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = SeenRequest(self.command, self.path, dict(self.headers.items()), body)
        fault = self.server.proxy.fault_for(request)
        if fault is not None and fault.kind == "drop":
            self._cut()
        elif fault is not None and fault.kind == "answer":
            self._answer(fault.status, fault.headers, fault.body)
        else:
            self._pass_on(request, fault)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

    def log_message(self, format: str, *args: object) -> None:
        """The tests' output is not for the proxy's requests."""

    def _pass_on(self, request: SeenRequest, fault: Fault | None) -> None:
        if fault is not None and fault.kind == "hold":
            time.sleep(fault.seconds)
        status, headers, body = self.server.proxy.passed_on(request)
        if fault is None or fault.kind == "hold":
            self._answer(status, headers, body)
        elif fault.kind == "replace":
            self._answer(fault.status, fault.headers, fault.body)
        elif fault.kind == "lose":
            self._cut()
        elif fault.kind == "silent":
            time.sleep(fault.seconds)
            self._cut()
        else:
            self._begin(status, headers, len(body))
            self._rest(body, fault)

    def _rest(self, body: bytes, fault: Fault) -> None:
        if fault.kind == "halve":
            self.wfile.write(body[: len(body) // 2])
            self._cut()
            return
        for position in range(len(body)):
            self.wfile.write(body[position : position + 1])
            self.wfile.flush()
            time.sleep(fault.seconds)

    def _answer(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self._begin(status, headers, len(body))
        if status != 204:
            self.wfile.write(body)

    def _begin(self, status: int, headers: Mapping[str, str], length: int) -> None:
        named = {name.lower() for name in headers}
        self.send_response_only(status)
        if "date" not in named:
            self.send_header("Date", self.date_time_string())
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _cut(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
