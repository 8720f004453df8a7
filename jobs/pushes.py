"""`Pushes`: what a provider's push starts, once it is sure who sent it."""

from typing import assert_never

import structlog
from procrastinate import App

from core.errors import NotConfigured
from core.secrets import SecretBox
from integrations.ports.mail_watch import Notice, SecretPushes, SignedPushes, Word
from jobs.tasks.fetch_mailbox import request_fetch
from jobs.tasks.keep_watch import request_watch
from ledger.store.unit_of_work import UnitOfWorkFactory
from ledger.store.watches import Pushed, pushed

_log = structlog.get_logger()


class Pushes:
    """Turns pushes into jobs. Nothing of a push is believed but which mailbox it wakes."""

    def __init__(
        self, uows: UnitOfWorkFactory, secrets: SecretBox, queue: App, gmail: SignedPushes, outlook: SecretPushes
    ) -> None:
        self._uows = uows
        self._secrets = secrets
        self._queue = queue
        self._gmail = gmail
        self._outlook = outlook

    async def gmail(self, authorization: str, body: bytes) -> None:
        """A push of Gmail, by its `Authorization` header and body. A mailbox that nobody has connected is logged: to
        refuse its pushes would have them repeated for days.

        Raises:
            RefusedPush: forged.
            InvalidInput: signed, and yet no push.
            TemporarilyUnavailable: it cannot be checked now.
        """
        reference = await self._gmail.reference(authorization, body)
        found = [one for one in await self._named((reference,)) if not one.sealed_secret]
        if not found:
            _log.info("push_for_no_mailbox", provider="gmail")
        for one in found:
            await request_fetch(self._queue, one.org_id, one.mailbox_id)

    def outlook_question(self, token: str | None) -> str | None:
        """What to answer Graph that asks whether the address is ours; None where it does not ask.

        Raises:
            InvalidInput: no question of Graph's.
        """
        return self._outlook.question(token)

    async def outlook(self, body: bytes) -> None:
        """A post of Graph. Notices whose secret is wrong, or whose subscription is not ours, are counted in the log.

        Raises:
            InvalidInput: no notices.
        """
        found = {one.reference: one for one in await self._named(self._outlook.references(body)) if one.sealed_secret}
        for notice in self._outlook.notices(body, self._opened(found)):
            await self._act(found[notice.reference], notice)

    async def _act(self, one: Pushed, notice: Notice) -> None:
        match notice.word:
            case Word.MAIL | Word.MISSED:
                await request_fetch(self._queue, one.org_id, one.mailbox_id)
            case Word.REAUTHORIZE:
                await request_watch(self._queue, one.org_id, one.mailbox_id, is_gone=False)
            case Word.REMOVED:
                await request_watch(self._queue, one.org_id, one.mailbox_id, is_gone=True)
                await request_fetch(self._queue, one.org_id, one.mailbox_id)
            case _:
                assert_never(notice.word)

    async def _named(self, references: tuple[str, ...]) -> tuple[Pushed, ...]:
        async with self._uows.sessions() as session, session.begin():
            return await pushed(session, references)

    def _opened(self, found: dict[str, Pushed]) -> dict[str, str]:
        secrets = {}
        for reference, one in found.items():
            try:
                secrets[reference] = self._secrets.open(one.sealed_secret)
            except NotConfigured as error:
                _log.warning("push_secret_unreadable", mailbox_id=str(one.mailbox_id), error=str(error))
        return secrets
