"""`Connection`: imaplib over a `Line`; opening, signing in, and the blocking halves of each command."""

import base64
import contextlib
import imaplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass

from integrations import sasl
from integrations.imap import mapping, refusals
from integrations.imap.line import Line
from integrations.ports.errors import AuthExpired
from integrations.ports.mail_server import MailServer

#: What a server may say while we sign in.
_GREETING_BYTES = 200_000
#: A goodbye is a courtesy and must not hold anything up.
_GOODBYE_SECONDS = 2.0
#: What a hostile answer makes imaplib raise, beside its own errors: it trusts the grammar.
NONSENSE = (ValueError, TypeError, KeyError, IndexError, AttributeError)

Announce = Callable[["Connection"], None]


class Connection(imaplib.IMAP4):
    """One conversation. `announce` gets it as soon as there is a line that may have to be broken off.

    `idle_tag` is there while the server idles, `idle_news` says that it spoke of mail while it began to.
    """

    line: Line
    idle_tag: bytes | None = None
    idle_news: bool = False

    def __init__(self, server: MailServer, announce: Announce) -> None:
        self._server = server
        self._announce = announce
        self._context = ssl.create_default_context(cafile=server.ca_file) if server.security != "plain" else None
        super().__init__(server.host, server.port)

    def open(self, host: str = "", port: int = 143, timeout: float | None = None) -> None:
        """See imaplib: called by its constructor."""
        silence = self._server.timeout_seconds
        self.host, self.port = host, port
        self.line = Line(host, port, silence_seconds=silence)
        self.line.allow(_GREETING_BYTES, 3 * silence)
        self._announce(self)
        if self._context is not None and self._server.security == "tls":
            try:
                self.line.secure(self._context, host)
            except BaseException:
                self.line.close()
                raise

    def read(self, size: int) -> bytes:
        return self.line.read(size)

    def readline(self) -> bytes:
        return self.line.readline()

    def send(self, data: bytes) -> None:  # type: ignore[override]
        self.line.send(data)

    def shutdown(self) -> None:
        self.line.close()

    def encrypt(self) -> None:
        """STARTTLS; what the server announced before it is forgotten."""
        if "STARTTLS" not in self.capabilities:
            raise self.abort("TLS not supported by server")
        if self._context is None or self._simple_command("STARTTLS")[0] != "OK":
            raise self.error("the server refused to begin TLS")
        self.line.secure(self._context, self.host)
        self.untagged_responses.clear()
        self._get_capabilities()

    def sign_in_with(self, mechanism: str, first: bytes, last: bytes) -> str:
        """AUTHENTICATE; returns what the server's JSON said of a refusal, empty where it took us.

        Raises:
            imaplib.IMAP4.error: refused, with the JSON's words where there were any.
        """
        exchange = _Exchange(first, last, at_once="SASL-IR" in self.capabilities)
        # imaplib takes a bound method here as well, and gives it each challenge.
        self.literal = exchange.answer  # type: ignore[assignment]
        status, words = self._simple_command("AUTHENTICATE", mechanism, *exchange.with_command)
        if status != "OK":
            said = words[-1].decode("utf-8", "replace") if words else status
            raise self.error(" ".join(filter(None, (said, exchange.refused_because))))
        self.state = "AUTH"
        return exchange.refused_because


class _Exchange:
    """The client's side of one SASL exchange: our words, then the answer to each error."""

    def __init__(self, first: bytes, last: bytes, *, at_once: bool) -> None:
        self.with_command = (base64.b64encode(first).decode(),) if at_once else ()
        self._left = [] if at_once else [first]
        self._last = last
        self.refused_because = ""

    def answer(self, challenge: bytes) -> bytes:
        if self._left:
            return base64.b64encode(self._left.pop())
        self.refused_because = sasl.error_in(sasl.decoded(challenge or b"")) or self.refused_because
        return base64.b64encode(self._last)


@dataclass(frozen=True, slots=True)
class FolderState:
    """A folder as it was opened: how its UIDs are to be read, how many messages it holds, its highest UID or more."""

    uid_validity: int
    messages: int
    highest_uid: int


def sign_in(server: MailServer, token: str | None, announce: Announce) -> Connection:
    """A connection that is signed in, by `token` or else by the password.

    Raises:
        TemporarilyUnavailable, RateLimited, AuthExpired: the server refused us.
        OSError, imaplib.IMAP4.error, NONSENSE: no connection.
    """
    connection = Connection(server, announce)
    try:
        if server.security == "starttls":
            connection.encrypt()
        _authenticate(connection, server, token)
    except BaseException:
        connection.line.close()
        raise
    return connection


def log_out(connection: Connection) -> None:
    """Says goodbye, for a short while at most, and ends the connection."""
    connection.line.allow(_GREETING_BYTES, _GOODBYE_SECONDS)
    if connection.idle_tag is None:  # A server that idles takes no other word than DONE.
        with contextlib.suppress(OSError, imaplib.IMAP4.error, *NONSENSE):
            connection.logout()
    connection.line.close()


def examine(connection: Connection, folder: str) -> FolderState:
    """Opens a folder to read only."""
    answer = checked(connection.select(folder, readonly=True))
    messages = int(answer[0] or 0) if isinstance(answer[0], bytes) else 0
    validity = _number(connection, "UIDVALIDITY")
    following = _number(connection, "UIDNEXT")
    if validity is None:
        raise imaplib.IMAP4.error("the server names no UIDVALIDITY")
    if following is None:
        # RFC 3501 lets a server leave UIDNEXT out.
        known = mapping.found_uids(command(connection, "SEARCH", "UID", "*")) if messages else []
        return FolderState(validity, messages, max(known, default=0))
    return FolderState(validity, messages, following - 1)


def command(connection: Connection, name: str, *arguments: str) -> mapping.Answer:
    """The answer to a UID command."""
    return checked(connection.uid(name, *arguments))


def capabilities(connection: Connection) -> frozenset[str]:
    """What the server can do for who has signed in, which is often more than it said before."""
    answer = checked(connection.capability())
    words = answer[-1] if answer else b""
    return frozenset((words if isinstance(words, bytes) else b"").decode("ascii", "replace").upper().split())


def checked(result: tuple[str, mapping.Answer]) -> mapping.Answer:
    """The answer of a command that was not refused."""
    status, answer = result
    if status != "OK":
        raise imaplib.IMAP4.error(mapping.words_of(answer[-1] if answer else status))
    return answer


def _authenticate(connection: Connection, server: MailServer, token: str | None) -> None:
    try:
        if token is not None:
            _by_token(connection, server, token)
        else:
            _by_password(connection, server)
    except imaplib.IMAP4.error as error:
        # Servers have been seen to repeat what they were sent.
        shown = mapping.words_of(sasl.without_secrets(str(error), token or server.password))
        judge = refusals.command_error if isinstance(error, imaplib.IMAP4.abort) else refusals.sign_in_error
        raise judge(str(server), str(error), shown=shown) from None
    except ValueError as error:
        raise AuthExpired(f"IMAP {server}: the login has letters that this server cannot take") from error


def _by_token(connection: Connection, server: MailServer, token: str) -> None:
    announced = (name.removeprefix("AUTH=") for name in connection.capabilities if name.startswith("AUTH="))
    mechanism = sasl.choose_mechanism(announced, server=f"IMAP {server}")
    first = sasl.first_response(mechanism, username=server.username, token=token, host=server.host, port=server.port)
    connection.sign_in_with(mechanism, first, sasl.answer_to_error(mechanism))


def _by_password(connection: Connection, server: MailServer) -> None:
    if "AUTH=PLAIN" in connection.capabilities:
        plain = f"\0{server.username}\0{server.password}".encode()
        connection.authenticate("PLAIN", lambda _challenge: plain)
    else:
        # imaplib would write them into the line as they are; the password it puts in quotes by itself.
        mapping.quoted(server.password)
        connection.login(mapping.quoted(server.username), server.password)


def _number(connection: Connection, code: str) -> int | None:
    _, values = connection.response(code)
    last = values[-1] if values else None
    if not isinstance(last, bytes) or not last.isdigit() or len(last) > mapping.NUMBER_DIGITS:
        return None
    return int(last)
