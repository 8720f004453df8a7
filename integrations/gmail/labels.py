"""`Labels`: the labels of one mailbox by name: the one whose mail is read, and the one that read mail is given."""

from collections.abc import Sequence

import structlog

from core.errors import ExternalError
from integrations.gmail.client import GmailClient
from integrations.ports.errors import Rejected

#: Messages that one call may mark.
MOST_MARKED = 1_000

_log = structlog.get_logger()


class Labels:
    """`read` and `mark` are names as people see them, in any case; empty for none."""

    def __init__(self, client: GmailClient, *, read: str = "", mark: str = "") -> None:
        self._client = client
        self._read = read
        self._mark = mark
        self._read_id = ""
        self._mark_id = ""
        self._to_mark: list[str] = []

    async def to_read(self) -> str:
        """The id of the label whose mail is read; empty where all mail is.

        Raises:
            Rejected: there is no such label.
            TemporarilyUnavailable, RateLimited, AuthExpired.
        """
        if self._read and not self._read_id:
            self._read_id = await self._id_of(self._read)
            if not self._read_id:
                raise Rejected(
                    f"Gmail {self._client.mailbox}: there is no label {self._read!r}; make it in Gmail, or connect "
                    "the mailbox again with another one (duly connect gmail --label)"
                )
        return self._read_id

    async def was_read(self, message_id: str) -> None:
        """The message has been taken: it is marked, with others, before long."""
        if self._mark:
            self._to_mark.append(message_id)
            if len(self._to_mark) >= MOST_MARKED:
                await self.mark()

    async def mark(self) -> None:
        """Marks what has been taken. A mark is a courtesy to people: where it fails, reading goes on without."""
        marked, self._to_mark = self._to_mark, []
        if not marked:
            return
        try:
            await self._give(marked)
        except ExternalError as error:
            _log.warning("gmail_not_marked", mailbox=self._client.mailbox, messages=len(marked), error=str(error))

    async def _give(self, message_ids: Sequence[str]) -> None:
        if not self._mark_id:
            self._mark_id = await self._id_of(self._mark) or await self._client.make_label(self._mark)
        try:
            await self._client.add_label(message_ids, self._mark_id)
        except Rejected:
            # A person may have thrown the label away: it is looked for, or made, anew next time.
            self._mark_id = ""
            raise

    async def _id_of(self, name: str) -> str:
        found = {known.lower(): label_id for known, label_id in (await self._client.labels()).items()}
        return found.get(name.lower(), "")
