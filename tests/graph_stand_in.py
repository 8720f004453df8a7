"""`GraphStandIn`: a small stand-in for Microsoft Graph's mail, over HTTP on the loopback interface.

Written by us, because no emulator of Graph's mail exists: it shows that our calls and our reading of answers fit
together, and, call by call, that both fit Microsoft's description (`graph_spec`), where `../shared` has it.
"""

import contextlib
import re
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import graph_spec
from graph_calls import GraphState, Refused, Reply, Seen, mailbox_call, subscriptions, upload
from graph_mailbox import GraphMailbox

HOST = "127.0.0.1"


@dataclass
class Fault:
    """What goes wrong, `times` times, with calls whose "METHOD path" matches.

    `answer`: this instead of an answer. `hang_up`: no answer, before or after the call was carried out. `half`: half
    of the answer's body. `wait`: so many seconds before the answer. `unannounced`: the answer without its length.
    """

    calls: str
    kind: Literal["answer", "hang_up_before", "hang_up_after", "half", "wait", "unannounced"] = "answer"
    status: int = 503
    code: str = "ErrorServerBusy"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    times: int = 1
    seconds: float = 0.0


class GraphStandIn(GraphState):
    """The server, its mailboxes, and what goes wrong with it. Any address is a mailbox once it was named."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []
        self.seen: list[Seen] = []
        #: Calls and answers that are not as Microsoft describes them.
        self.violations: list[str] = []
        self.lock = threading.RLock()
        self._http = ThreadingHTTPServer((HOST, 0), type("Handler", (_Handler,), {"graph": self}))
        self._http.daemon_threads = True
        self.root = f"http://{HOST}:{self._http.server_address[1]}"
        self.base_url = f"{self.root}/v1.0"

    def start(self) -> None:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def mailbox(self, address: str) -> GraphMailbox:
        return self.mailboxes.setdefault(address, GraphMailbox(address))

    def token(self, address: str) -> str:
        """A token that opens this mailbox."""
        token = uuid4().hex
        self.tokens[token] = address
        return token

    def fail(self, calls: str, **how: Any) -> None:
        """See `Fault`."""
        self.faults.append(Fault(calls, **how))

    def calls(self, pattern: str) -> list[Seen]:
        """The calls so far whose "METHOD path" matches."""
        return [seen for seen in self.seen if re.search(pattern, f"{seen.method} {seen.path}")]

    def fault_for(self, call: str) -> Fault | None:
        for fault in self.faults:
            if fault.times > 0 and re.search(fault.calls, call):
                fault.times -= 1
                return fault
        return None


class GraphTokens:
    """`AccessTokens` of one mailbox, and a pause that only notes how long it would have lasted."""

    def __init__(self, graph: GraphStandIn, address: str) -> None:
        self._graph = graph
        self._address = address
        self._current = graph.token(address)
        self.pauses: list[float] = []
        self.replaced = 0

    async def current(self) -> str:
        return self._current

    async def replace(self, refused: str) -> str:
        self.replaced += 1
        self._current = self._graph.token(self._address)
        return self._current

    def revoke(self) -> None:
        """From now on the current token is refused."""
        self._graph.tokens.pop(self._current)

    async def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


class _Handler(BaseHTTPRequestHandler):
    graph: GraphStandIn
    protocol_version = "HTTP/1.1"
    # Heads and bodies go out in two writes; without this each waits for the other's acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Says nothing."""

    def handle_any(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        split = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(split.query, keep_blank_values=True).items()}
        seen = Seen(
            self.command, unquote(split.path), query, {key.lower(): value for key, value in self.headers.items()}
        )
        with self.graph.lock:
            self.graph.seen.append(seen)
            fault = self.graph.fault_for(f"{seen.method} {seen.path}")
        if fault is not None and fault.kind == "hang_up_before":
            self.close_connection = True
            return
        if fault is not None and fault.kind == "answer":
            reply = Refused(fault.status, fault.code).reply
            reply.headers = fault.headers
            reply.body = reply.body if fault.body is None else fault.body
        else:
            with self.graph.lock:
                reply = self._reply(seen, content)
        self._check(seen, content, reply, told=fault is not None)
        if fault is not None and fault.kind == "wait":
            time.sleep(fault.seconds)
        if fault is not None and fault.kind == "hang_up_after":
            self.close_connection = True
            return
        self._answer(reply, fault.kind if fault is not None else "")

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = handle_any

    def _answer(self, reply: Reply, kind: str) -> None:
        self.send_response_only(reply.status)
        now = max((box.now for box in self.graph.mailboxes.values()), default=datetime.now(UTC))
        self.send_header("Date", format_datetime(now, usegmt=True))
        if reply.status != 204 and kind != "unannounced":
            self.send_header("Content-Length", str(len(reply.body)))
            self.send_header("Content-Type", reply.content_type)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = self.close_connection or kind in ("half", "unannounced")
        with contextlib.suppress(ConnectionError):
            self.wfile.write(reply.body[: len(reply.body) // 2] if kind == "half" else reply.body)

    def _check(self, seen: Seen, content: bytes, reply: Reply, *, told: bool) -> None:
        if seen.path.startswith("/upload/"):
            if "authorization" in seen.headers:
                self.graph.violations.append("our token was sent to an upload session's address")
            return
        if not graph_spec.SPECIFICATION.exists():
            return
        self.graph.violations += graph_spec.faults_in(
            seen.method,
            self.path.removeprefix("/v1.0"),
            content,
            seen.headers.get("content-type", ""),
            reply.status,
            b"" if told else reply.body,
        )

    def _reply(self, seen: Seen, content: bytes) -> Reply:
        try:
            if seen.path.startswith("/upload/"):
                return upload(self.graph, seen, content)
            return self._signed(seen, content)
        except Refused as refused:
            return refused.reply

    def _signed(self, seen: Seen, content: bytes) -> Reply:
        owner = self.graph.tokens.get(seen.headers.get("authorization", "").removeprefix("Bearer "))
        if owner is None:
            raise Refused(401, "InvalidAuthenticationToken")
        path = seen.path.removeprefix("/v1.0")
        if path.startswith("/subscriptions"):
            return subscriptions(self.graph, seen, path, content)
        found = re.fullmatch(r"/(?:me|users/([^/]+))(/.*)", path)
        box = self.graph.mailboxes.get((found[1] or owner) if found else "")
        if found is None or box is None:
            raise Refused(404, "ErrorInvalidUser")
        if seen.headers.get("prefer", "").find('IdType="ImmutableId"') < 0:
            raise Refused(400, "NotAskedForImmutableIds")
        return mailbox_call(self.graph, box, seen, found[2], content)
