"""`DnsTxt` by dnspython, with the system's name servers. A server that is silent is left alone for a while."""

import threading
import time
from collections.abc import Callable

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from integrations.ports.dns_txt import DnsUnavailable

#: Longer records are no keys: one of RSA with 8,192 bits takes 1,400 characters.
_MAX_CHARS = 4_096
_MAX_NAME = 253
#: After a timeout, nobody waits again for so long: a machine without a way out fetches its mail all the same.
_REST_SECONDS = 30.0
_CACHED_NAMES = 2_000


class DnsTxtResolver:
    """Safe from many threads. `timeout_seconds` bounds one lookup with all its retries."""

    def __init__(
        self,
        *,
        timeout_seconds: float,
        nameservers: tuple[str, ...] = (),
        port: int = 53,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._timeout = timeout_seconds
        self._nameservers = nameservers
        self._port = port
        self._clock = clock
        self._lock = threading.Lock()
        self._resolver: dns.resolver.Resolver | None = None
        self._rests_until = 0.0

    def txt(self, name: str) -> str | None:
        """As the port says."""
        if not name or len(name) > _MAX_NAME or not name.isascii():
            return None
        with self._lock:
            if self._clock() < self._rests_until:
                raise DnsUnavailable(f"the name servers did not answer lately; {name} was not looked up")
        try:
            answer = self._made().resolve(
                dns.name.from_text(name), dns.rdatatype.TXT, search=False, lifetime=self._timeout
            )
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, dns.name.BadEscape):
            return None
        except (dns.exception.DNSException, OSError) as error:
            if isinstance(error, (dns.exception.Timeout, dns.resolver.NoResolverConfiguration, OSError)):
                self._rest()
            raise DnsUnavailable(f"no answer about {name} ({type(error).__name__})") from error
        records = [b"".join(record.strings) for record in answer]
        text = records[0][: _MAX_CHARS + 1].decode("ascii", "replace") if records else ""
        return text if 0 < len(text) <= _MAX_CHARS else None

    def _made(self) -> dns.resolver.Resolver:
        """Made at the first lookup: reading the system's settings may fail, and that is no reason not to start."""
        with self._lock:
            if self._resolver is None:
                made = dns.resolver.Resolver(configure=not self._nameservers)
                if self._nameservers:
                    made.nameservers = list(self._nameservers)
                made.port = self._port
                made.port = self._port
                made.cache = dns.resolver.LRUCache(_CACHED_NAMES)
                self._resolver = made
            return self._resolver

    def _rest(self) -> None:
        with self._lock:
            self._rests_until = self._clock() + _REST_SECONDS
