"""`DnsTxtResolver` against a name server of the tests' own on the loopback: within its time, whatever it answers."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from integrations.dns.resolver import DnsTxtResolver
from integrations.ports.dns_txt import DnsUnavailable

KEY = '"v=DKIM1; k=rsa; " "p=MIIB"'


@contextmanager
def a_name_server(records: dict[str, str], *, silent: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Its port and the names that it was asked for."""
    asked: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(0.05)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    data, peer = server.recvfrom(4096)
                except TimeoutError:
                    continue
                query = dns.message.from_wire(data)
                name = query.question[0].name.to_text(omit_final_dot=True)
                asked.append(name)
                if silent:
                    continue
                answer = dns.message.make_response(query)
                answer.flags |= dns.flags.RA
                if name in records:
                    answer.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", records[name]))
                elif name.startswith("broken"):
                    answer.set_rcode(dns.rcode.SERVFAIL)
                elif not name.startswith("empty"):
                    answer.set_rcode(dns.rcode.NXDOMAIN)
                server.sendto(answer.to_wire(), peer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1], asked
        finally:
            over.set()
            thread.join()


def resolver(port: int, **more: object) -> DnsTxtResolver:
    return DnsTxtResolver(timeout_seconds=0.5, nameservers=("127.0.0.1",), port=port, **more)  # type: ignore[arg-type]


def test_the_strings_of_a_record_are_joined_and_asked_for_once() -> None:
    with a_name_server({"s1._domainkey.x.example": KEY}) as (port, asked):
        dns_txt = resolver(port)
        assert [dns_txt.txt("s1._domainkey.x.example") for _ in range(3)] == ["v=DKIM1; k=rsa; p=MIIB"] * 3
        assert asked == ["s1._domainkey.x.example"]


@pytest.mark.parametrize(
    "name", ["none.example", "empty.example", "", "a" * 64 + ".example", "a..example", "x" * 260, "ü.example"],
    ids=["no domain", "no record", "nothing", "long label", "empty label", "long name", "no ASCII"],
)  # fmt: skip
def test_what_is_not_published_is_none(name: str) -> None:
    with a_name_server({}) as (port, _):
        assert resolver(port).txt(name) is None


def test_a_record_that_is_too_long_is_no_key() -> None:
    with a_name_server({"long.example": " ".join(f'"{"x" * 250}"' for _ in range(5))}) as (port, _):
        assert len(resolver(port).txt("long.example") or "") == 1250


def test_a_server_that_fails_tells_nothing() -> None:
    with a_name_server({}) as (port, _), pytest.raises(DnsUnavailable, match=r"broken\.example"):
        resolver(port).txt("broken.example")


def test_a_silent_server_is_given_up_in_time_and_left_alone_for_a_while() -> None:
    now = [0.0]
    with a_name_server({}, silent=True) as (port, asked):
        dns_txt = resolver(port, clock=lambda: now[0])
        started = time.monotonic()
        with pytest.raises(DnsUnavailable):
            dns_txt.txt("x.example")
        assert time.monotonic() - started < 5
        count = len(asked)
        for _ in range(50):
            with pytest.raises(DnsUnavailable, match="not looked up"):
                dns_txt.txt("y.example")
        assert len(asked) == count
        now[0] = 31.0
        with pytest.raises(DnsUnavailable, match="no answer"):
            dns_txt.txt("y.example")
        assert len(asked) > count
