"""What the headers say of a message's way: which of them our own servers wrote, and which a stranger may have.

Each server puts its lines on top. So all above our border's `Received` line, and all between it and the next one, was
written by us or taken by our border from the stranger; below, everything is the stranger's word.
"""

import re
from collections.abc import Sequence

from core.domains import plain_domain
from mail.comments import without_comments

#: Ordered header lines: lower-case name and value, topmost first.
Trace = Sequence[tuple[str, str]]

_MOST_RECEIVED = 60
_MAX_CHARS = 4_000
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63}){1,8}", re.I)
_ADDRESS = re.compile(r"\[?(?:ipv6:)?([0-9a-f:.]{3,45})\]?", re.I)
_PRIVATE = re.compile(
    r"(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd][0-9a-f]{2}:|fe80:|2002:0?a)", re.I
)


def written_by_us(trace: Trace, hosts: Sequence[str]) -> list[Trace]:
    """The headers that stand within our own servers' part, cut at the `Received` lines, topmost first.

    `hosts` are our receiving servers or the domains that they lie in. Nothing is ours where no server of ours says
    that it received the mail: a file says what it likes.
    """
    segments: list[list[tuple[str, str]]] = [[]]
    seen_ours = False
    for name, value in trace:
        if name != "received":
            segments[-1].append((name, value))
            continue
        by, sender = _hop(value)
        if len(segments) > _MOST_RECEIVED or not _is_ours(by, sender, hosts, top=len(segments) == 1):
            break
        seen_ours = True
        segments.append([])
        if not _comes_from_us(sender, hosts):
            # Our border: what it wrote stands below its own line, and above the next one.
            segments[-1].extend(_until_received(trace, len(segments) - 1))
            break
    # What stands on top of a line of another server was put there after that server had it: by ours, or by nobody.
    return [tuple(segment) for segment in segments] if seen_ours else []


def _until_received(trace: Trace, count: int) -> list[tuple[str, str]]:
    """The lines behind the `count`-th `Received` line, up to the next."""
    found: list[tuple[str, str]] = []
    seen = 0
    for name, value in trace:
        if name == "received":
            seen += 1
            if seen > count:
                break
        elif seen == count:
            found.append((name, value))
    return found


def _hop(value: str) -> tuple[str, str]:
    """The server that wrote the line, and all that it says of where the mail came from (comments included)."""
    text = value[:_MAX_CHARS]
    bare = without_comments(text)
    found = re.search(r"(?:^|\s)by\s+(\S{1,255})", bare, re.I)
    by = found[1].strip("[];,") if found else ""
    before = re.split(r"\sby\s", f" {text}", maxsplit=1, flags=re.I)[0]
    return by.lower(), before.strip().lower()


def _is_ours(by: str, sender: str, hosts: Sequence[str], *, top: bool) -> bool:
    """Whether the line was written by a server of ours.

    A last hop inside our house often names itself by a private address or, on top of everything, `localhost`. Every
    house has such names: one is taken for ours where it got the mail from ours by name, or says of nobody that it
    did. A border that calls itself so is not known to be the one whose word counts.
    """
    if any(_is_below(by, host) for host in hosts):
        return True
    is_inner = bool(_PRIVATE.match(by)) or (top and by == "localhost")
    return is_inner and (not sender.startswith("from ") or _is_from_inside(sender, hosts))


def _comes_from_us(sender: str, hosts: Sequence[str]) -> bool:
    """Whether a hop lies inside our house. The name that a stranger gives himself is not enough: all must be ours."""
    if not sender.startswith("from "):
        # A local delivery (`by mx.example with LMTP`) names nobody.
        return True
    if "unknown" in sender:
        return False
    names = _names(sender)
    if not names:
        return "localhost" in sender or (bool(_addresses(sender)) and _are_private(_addresses(sender)))
    return all(any(_is_below(name, host) for host in hosts) for name in names)


def _is_from_inside(sender: str, hosts: Sequence[str]) -> bool:
    """Whether the hop before was ours by its name and by its address: the name alone is what a stranger says."""
    return bool(_names(sender)) and _comes_from_us(sender, hosts) and _are_private(_addresses(sender))


def _names(sender: str) -> list[str]:
    return [name for name in _HOST.findall(sender) if name.rpartition(".")[2].isalpha()]


def _addresses(sender: str) -> list[str]:
    return [found for found in _ADDRESS.findall(sender) if found.count(".") == 3 or found.count(":") > 1]


def _are_private(addresses: Sequence[str]) -> bool:
    return all(_PRIVATE.match(one) for one in addresses)


def _is_below(name: str, host: str) -> bool:
    domain, ours = plain_domain(name), plain_domain(host)
    return bool(domain) and (domain == ours or domain.endswith(f".{ours}"))
