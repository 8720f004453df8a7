"""`Grants`: access tokens of connected mailboxes for one process; many ask, one refresh is made."""

import asyncio
from collections.abc import Mapping
from typing import assert_never

from core.clock import Clock
from core.ids import OrgId
from core.secrets import SecretBox
from integrations.oauth.token_server import TokenServer
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable
from jobs.token_refresh import LONGEST_LIFE, REFRESH_AHEAD, Away, Gone, Limits, Refresher, Token
from ledger.store.connections import GrantId
from ledger.store.unit_of_work import UnitOfWorkFactory

#: How long a token is given out without a look at the database: who reconnects a mailbox waits no longer than this.
_TRUST_SECONDS = 60.0


class Grants:
    """The access tokens of all connected mailboxes, for one process. Safe for any number of tasks."""

    def __init__(
        self,
        uows: UnitOfWorkFactory,
        secrets: SecretBox,
        clock: Clock,
        servers: Mapping[str, TokenServer],
        *,
        limits: Limits | None = None,
    ) -> None:
        limits = limits or Limits()
        self._clock = clock
        self._refresher = Refresher(uows, secrets, clock, servers, limits)
        self._longest_flight = limits.wait + limits.hold
        # With the organisation in the key: a grant's id alone opens nothing, here as in the database.
        self._known: dict[tuple[OrgId, GrantId], Token] = {}
        self._flights: dict[tuple[OrgId, GrantId, str], asyncio.Task[Token]] = {}

    def tokens(self, org_id: OrgId, grant_id: GrantId) -> "GrantTokens":
        """`AccessTokens` of one grant."""
        return GrantTokens(self, org_id, grant_id)

    async def token(self, org_id: OrgId, grant_id: GrantId, *, refused: str = "") -> str:
        """A token that is good for another minute, and is another than `refused`.

        Raises:
            AuthExpired: the grant is gone.
            TemporarilyUnavailable: the token server could not be reached, or is left alone for a while.
            NotFound: no such grant in this organisation.
            NotConfigured: its provider or the key of its tokens is not set.
        """
        key = (org_id, grant_id)
        known = self._known.get(key)
        if known is not None and known.access != refused and self._is_good(known):
            return known.access
        self._known.pop(key, None)
        token = self._known[key] = await self._join(org_id, grant_id, refused)
        return token.access

    async def close(self) -> None:
        """Waits until no refresh is under way: one that is cut off may lose the token that the provider just gave."""
        if self._flights:
            await asyncio.wait(list(self._flights.values()), timeout=self._longest_flight)

    def _is_good(self, known: Token) -> bool:
        # By the loop's own clock: it does not jump.
        age = asyncio.get_running_loop().time() - known.read_at
        return age < _TRUST_SECONDS and REFRESH_AHEAD < known.expires_at - self._clock.now() <= LONGEST_LIFE

    async def _join(self, org_id: OrgId, grant_id: GrantId, refused: str) -> Token:
        """The refresh that is under way in this process, or a new one. It outlives whoever waits for it."""
        key = (org_id, grant_id, refused)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fly(org_id, grant_id, refused), name=f"token:{grant_id}")
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    def _landed(self, key: tuple[OrgId, GrantId, str], flight: asyncio.Task[Token]) -> None:
        self._flights.pop(key, None)
        if not flight.cancelled():
            # Taken note of here: everyone who waited may have been cancelled.
            flight.exception()

    async def _fly(self, org_id: OrgId, grant_id: GrantId, refused: str) -> Token:
        outcome = await self._refresher.token(org_id, grant_id, refused)
        match outcome:
            case Token():
                return outcome
            case Gone():
                raise AuthExpired(outcome.words)
            case Away():
                raise TemporarilyUnavailable(outcome.words)
            case _:
                assert_never(outcome)


class GrantTokens:
    """`AccessTokens` of one grant."""

    def __init__(self, grants: Grants, org_id: OrgId, grant_id: GrantId) -> None:
        self._grants, self._org_id, self._grant_id = grants, org_id, grant_id

    async def current(self) -> str:
        """See `AccessTokens.current`."""
        return await self._grants.token(self._org_id, self._grant_id)

    async def replace(self, refused: str) -> str:
        """See `AccessTokens.replace`. A token that was fresh when it was refused is not replaced again."""
        return await self._grants.token(self._org_id, self._grant_id, refused=refused)
