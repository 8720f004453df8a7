"""Real mail servers for the tests, on the loopback interface: `mail-devel` (IMAP, SMTP) and aiosmtpd.

mail-devel delivers by the To, Cc and Bcc headers and rewrites what it takes by SMTP. `EnvelopeServer` is an SMTP
server that delivers as real ones do, by the envelope and byte for byte, into mail-devel's mailboxes, and that
misbehaves where it is told to.
"""

import asyncio
import contextlib
import imaplib
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
PASSWORD = "correct horse"
_START_SECONDS = 30.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class MailDevel:
    """mail-devel in a process of its own. Every address is a mailbox, with the same password."""

    def __init__(self, *, certificate: Path | None = None, key: Path | None = None) -> None:
        self.imap_port, self.smtp_port, self.smtps_port = free_port(), free_port(), free_port()
        self._tls = ["--cert", str(certificate), "--key", str(key)] if certificate else []
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns once both ports answer."""
        self._process = subprocess.Popen(self._command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for port in self._ports():
            self._wait_for(port)

    def stop(self) -> None:
        """Ends the process; what its mailboxes held is gone."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(10)
            self._process = None

    @contextlib.contextmanager
    def imap(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """A signed-in connection of the tests' own, with the folder open."""
        connection = imaplib.IMAP4(HOST, self.imap_port, timeout=20)
        try:
            connection.login(user, PASSWORD)
            connection.select(f'"{folder}"')
            yield connection
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                connection.logout()

    def append(self, user: str, raw: bytes, folder: str = "INBOX", arrived_at: datetime | None = None) -> None:
        """Puts a message into a mailbox as it is, byte for byte; makes the folder where there is none."""
        with self.imap(user) as connection:
            if folder != "INBOX":
                connection.create(f'"{folder}"')  # The answer is NO where there is one.
            date = imaplib.Time2Internaldate(arrived_at or datetime.now(UTC))
            # imaplib's own append rewrites line ends.
            connection.literal = raw  # type: ignore[attr-defined]
            status, words = connection._simple_command("APPEND", f'"{folder}"', "()", date)  # type: ignore[attr-defined]
            assert status == "OK", words

    def read(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """All messages of a folder, oldest first."""
        with self.imap(user, folder) as connection:
            _, answer = connection.uid("SEARCH", "ALL")
            uids = answer[0].split()
            if not uids:
                return []
            _, parts = connection.uid("FETCH", b",".join(uids).decode(), "(BODY.PEEK[])")
            return [part[1] for part in parts if isinstance(part, tuple)]

    def flags(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The flags of each message of a folder, as the server words them."""
        with self.imap(user, folder) as connection:
            _, answer = connection.uid("FETCH", "1:*", "(FLAGS)")
            return [line for line in answer if isinstance(line, bytes)]

    def delete(self, user: str, uid: int, folder: str = "INBOX") -> None:
        """Removes one message for good."""
        with self.imap(user, folder) as connection:
            connection.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            connection.expunge()

    def renew_folder(self, user: str, folder: str) -> None:
        """Deletes a folder and makes it anew, so that its UIDVALIDITY changes."""
        with self.imap(user) as connection:
            connection.delete(f'"{folder}"')
            connection.create(f'"{folder}"')

    def inject(self, raw: bytes, sender: str, recipients: list[str]) -> None:
        """Sends a message by SMTP; it lands with the addresses of its To and Cc headers."""
        with smtplib.SMTP(HOST, self.smtp_port, timeout=20) as client:
            client.sendmail(sender, recipients, raw)

    def _command(self) -> list[str]:
        return [
            _script("mail_devel"), "--host", HOST, "--multi-user", "--no-http",
            "--user", "admin@mail-devel.example", "--password", PASSWORD,
            "--imap-port", str(self.imap_port), "--smtp-port", str(self.smtp_port),
            "--smtps-port", str(self.smtps_port), *self._tls,
        ]  # fmt: skip

    def _ports(self) -> tuple[int, ...]:
        return self.imap_port, self.smtp_port

    def _wait_for(self, port: int) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            assert self._process.poll() is None, "mail_devel ended"
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"mail_devel does not answer on port {port}")


class StartTlsImap(MailDevel):
    """pymap, mail-devel's own IMAP server, with the STARTTLS that mail-devel switches off, and one mailbox."""

    USER = "ar@starttls.example"

    def _command(self) -> list[str]:
        return [
            _script("pymap"), "--no-service", "admin", "--no-service", "managesieve", "--host", HOST,
            "--port", str(self.imap_port), *self._tls, "dict", "--demo-user", self.USER, "--demo-password", PASSWORD,
        ]  # fmt: skip

    def _ports(self) -> tuple[int, ...]:
        return (self.imap_port,)


def _script(name: str) -> str:
    return str(Path(sys.executable).parent / name)


@dataclass
class Misbehaviour:
    """What `EnvelopeServer` does wrong. Answers are whole SMTP lines."""

    refused: dict[str, str] = field(default_factory=dict)
    answer_to_data: str = ""
    #: `before_go_ahead`, `after_message` (it is delivered all the same), `silent_after_message`.
    cut: str = ""
    #: Delivers the message before it misbehaves with `cut`.
    deliver_before_cut: bool = False
    no_sign_in: str = ""


@dataclass(frozen=True)
class Delivery:
    """One message as it came: its envelope and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


class EnvelopeServer:
    """An SMTP server in a thread that keeps what it takes and delivers it to each envelope recipient's mailbox."""

    def __init__(self, into: MailDevel | None = None) -> None:
        self.port = free_port()
        self.deliveries: list[Delivery] = []
        self.misbehave = Misbehaviour()
        self.sessions = 0
        self._into = into
        self._held = threading.Event()
        handler = _Handler(self)
        self._controller = _Controller(
            handler,
            self,
            hostname=HOST,
            port=self.port,
            auth_required=True,
            auth_require_tls=False,
            authenticator=self._authenticate,
            enable_SMTPUTF8=True,
        )

    def start(self) -> None:
        """Returns once the port answers."""
        self._controller.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._controller.stop()

    def reset(self) -> None:
        """Forgets what was delivered and behaves well again."""
        self.deliveries.clear()
        self.misbehave = Misbehaviour()

    def deliver(self, envelope: Envelope) -> None:
        """Keeps the message, and puts it into the recipients' mailboxes."""
        raw = bytes(envelope.content or b"")
        recipients = tuple(envelope.rcpt_tos)
        self.deliveries.append(Delivery(str(envelope.mail_from), recipients, raw))
        if self._into is not None:
            for recipient in recipients:
                self._into.append(recipient, raw)

    def _authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, credentials: object
    ) -> AuthResult:
        if self.misbehave.no_sign_in:
            return AuthResult(success=False, handled=False, message=self.misbehave.no_sign_in)
        right = isinstance(credentials, LoginPassword) and credentials.password == PASSWORD.encode()
        return AuthResult(success=right, handled=False)


class _Controller(Controller):
    def __init__(self, handler: object, owner: EnvelopeServer, **options: object) -> None:
        self._owner = owner
        super().__init__(handler, **options)

    def factory(self) -> SMTP:
        return _Smtp(self._owner, self.handler, **self.SMTP_kwargs)


class _Smtp(SMTP):
    """aiosmtpd's server, which may hang up instead of asking for the message."""

    def __init__(self, owner: EnvelopeServer, *arguments: object, **options: object) -> None:
        self._owner = owner
        super().__init__(*arguments, **options)

    async def smtp_DATA(self, arg: str) -> None:
        if self._owner.misbehave.cut == "before_go_ahead":
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


class _Handler:
    def __init__(self, owner: EnvelopeServer) -> None:
        self._owner = owner

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self._owner.misbehave.refused.get(address)
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        wrong = self._owner.misbehave
        if wrong.answer_to_data:
            return wrong.answer_to_data
        if not wrong.cut or wrong.deliver_before_cut:
            await asyncio.to_thread(self._owner.deliver, envelope)
        if wrong.cut == "after_message":
            server.transport.abort()
        if wrong.cut == "silent_after_message":
            await asyncio.sleep(30)
        return "250 2.0.0 OK: queued as 4Bq1"


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for `localhost` and 127.0.0.1, and its key, as files."""

    certificate: Path
    key: Path


def make_certificate(folder: Path) -> Certificate:
    """A certificate that only those trust who are given it."""
    folder.mkdir(parents=True, exist_ok=True)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address(HOST))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    made.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return made
