"""`DnsTxt`: the text that a domain publishes under a name."""

from typing import Protocol

from core.errors import ExternalError


class DnsUnavailable(ExternalError):
    """No answer within the time limit, or lookups are switched off: nothing is known, so nothing follows from it."""


class DnsTxt(Protocol):
    """Looks TXT records up, within limits of time and size."""

    def txt(self, name: str) -> str | None:
        """The first TXT record at `name`, its strings joined; None where the domain publishes none.

        Blocks, at most as long as the adapter allows for one name: call it in a thread.

        Raises:
            DnsUnavailable: nobody can tell now.
        """
        ...
