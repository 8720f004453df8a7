"""`emulate` (npm): Gmail as nobody here wrote it, for the tests, on the loopback interface.

It keeps everything in memory, and knows as many mailboxes as it is started with. What it does not do as Google does:
it has no profile, its search finds no Message-ID, sizes are those of the base64, unknown tokens are taken for the
first user's, and mail that is sent arrives nowhere.
"""

import base64
import itertools
import json
import shutil
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from mailservers import HOST, free_port

_TESTS = Path(__file__).parent
_PROGRAM = _TESTS / "node_modules" / "emulate" / "dist" / "index.js"
_START_SECONDS = 60.0
_MAILBOXES = 150


def node_or_skip() -> str:
    """Node's program; skips the test, with the reason, where it or the emulator is not installed."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed: the emulator of Gmail is an npm package")
    if not _PROGRAM.exists():
        pytest.skip("the emulator of Gmail is not installed: run `npm ci` in tests/")
    return node


@dataclass(frozen=True)
class Grant:
    """What Google's sign-in gives."""

    access_token: str
    refresh_token: str


class FixedTokens:
    """`AccessTokens` that know some tokens from the start, and count how often another one was asked for."""

    def __init__(self, *tokens: str) -> None:
        self._tokens = list(tokens)
        self.replaced: list[str] = []

    async def current(self) -> str:
        return self._tokens[0]

    async def replace(self, refused: str) -> str:
        self.replaced.append(refused)
        if len(self._tokens) > 1 and self._tokens[0] == refused:
            self._tokens.pop(0)
        return self._tokens[0]


class GmailEmulator:
    """`emulate`'s Google in a process of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self.endpoint = f"http://{HOST}:{self.port}"
        self._addresses = [f"ar-{number:03}@supplier.example" for number in range(_MAILBOXES)]
        self._unused = iter(self._addresses)
        self._numbers = itertools.count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: Path | None = None
        self._grants: dict[str, Grant] = {}
        self._lock = threading.Lock()
        self._http = httpx.Client(base_url=self.endpoint, timeout=30, trust_env=False)

    def start(self, folder: Path) -> None:
        """Returns once it answers; `folder` is for its settings."""
        seed = folder / "emulate.json"
        users = [{"email": address, "name": "Accounts Receivable"} for address in self._addresses]
        seed.write_text(json.dumps({"google": {"users": users, "messages": [], "labels": []}}))
        command = [node_or_skip(), "--require", str(_TESTS / "loopback.cjs"), str(_PROGRAM), "start"]
        command += ["--port", str(self.port), "--service", "google", "--seed", str(seed)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, "emulate ended"
            try:
                self._http.get("/.well-known/openid-configuration").raise_for_status()
                return
            except httpx.HTTPError:
                time.sleep(0.05)
        raise AssertionError(f"emulate does not answer on port {self.port}")

    def stop(self) -> None:
        """Ends the process; what its mailboxes held is gone."""
        self._http.close()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
            self._process = None

    def mailbox(self) -> str:
        """The address of a mailbox that nobody has used."""
        with self._lock:
            return next(self._unused)

    def sign_in(self, address: str) -> Grant:
        """A new grant by the whole of OAuth's dance."""
        form = {"email": address, "redirect_uri": "http://127.0.0.1/back", "scope": "mail", "client_id": "duly"}
        answer = self._http.post("/o/oauth2/v2/auth/callback", data=form)
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        asked = {"grant_type": "authorization_code", "code": code, "client_id": "duly", "client_secret": "x"}
        given = self._http.post("/oauth2/token", data=asked).raise_for_status().json()
        return Grant(given["access_token"], given["refresh_token"])

    def tokens(self, address: str) -> FixedTokens:
        """Tokens that Google accepts for this mailbox."""
        return FixedTokens(self._token(address))

    def deliver(
        self, address: str, raw: bytes, *, labels: Sequence[str] = ("INBOX", "UNREAD"), at_ms: int = 0
    ) -> str:
        """A message arrives, byte for byte; returns its id. Each arrives in a millisecond of its own."""
        if not at_ms:
            time.sleep(0.002)
        encoded = base64.urlsafe_b64encode(raw).decode()
        body = {"raw": encoded, "labelIds": list(labels), "internalDate": str(at_ms or int(time.time() * 1000))}
        return str(self.call(address, "POST", "messages", json=body)["id"])

    def delete(self, address: str, message_id: str) -> None:
        """Removes a message for good."""
        self.call(address, "DELETE", f"messages/{message_id}")

    def label(self, address: str, message_id: str, *, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """Changes a message's labels, as a person does in the web page."""
        body = {"addLabelIds": list(add), "removeLabelIds": list(remove)}
        self.call(address, "POST", f"messages/{message_id}/modify", json=body)

    def sent(self, address: str) -> list[dict[str, Any]]:
        """The mails that went out from this mailbox, newest first, as Gmail's API gives them with `format=raw`."""
        listed = self.call(address, "GET", "messages", params={"labelIds": "SENT", "maxResults": 500})
        return [
            self.call(address, "GET", f"messages/{one['id']}", params={"format": "raw"}) for one in listed["messages"]
        ]

    def sent_raw(self, address: str) -> list[bytes]:
        """The bytes of what went out, newest first."""
        return [base64.urlsafe_b64decode(one["raw"] + "==") for one in self.sent(address)]

    def call(self, address: str, method: str, path: str, **options: Any) -> dict[str, Any]:
        """A call to Gmail's API, as this mailbox."""
        signed = {"Authorization": f"Bearer {self._token(address)}"}
        answer = self._http.request(method, f"/gmail/v1/users/me/{path}", headers=signed, **options)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def _token(self, address: str) -> str:
        with self._lock:
            if address not in self._grants:
                self._grants[address] = self.sign_in(address)
            return self._grants[address].access_token
