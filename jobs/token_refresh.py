"""`Refresher`: one refresh of one grant, alone among all workers, kept before it is used."""

import asyncio
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from core.clock import Clock
from core.errors import ExternalError, NotConfigured
from core.ids import OrgId
from core.secrets import SecretBox
from integrations.oauth.answers import ClientRefused, GrantRefused, TokenAnswer
from integrations.oauth.token_server import CALL_SECONDS, TokenServer
from integrations.ports.errors import RateLimited
from ledger.store.connections import GrantId, GrantLocked, lock_grant, read_grant
from ledger.store.tables.connections import OAuthGrantRow
from ledger.store.unit_of_work import UnitOfWorkFactory

#: A token with less than this left is replaced ahead of time; a failure to do so does no harm yet.
REFRESH_AHEAD = timedelta(minutes=5)
#: What `AccessTokens.current` promises.
_LAST_MINUTE = timedelta(minutes=1)
#: No token that we keep is good for longer, or was made so far in the future; then a clock has jumped.
LONGEST_LIFE = timedelta(hours=25)
_CLOCK_SKEW = timedelta(minutes=5)
#: A token younger than this that is refused with 401 is refused for a reason that a new one would not mend.
_FRESH = timedelta(seconds=30)
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
#: With our first token, with one that somebody kept meanwhile, and with what came after that.
_MOST_TRIES = 3
#: Tries to keep tokens that the provider gave when the connection to the database broke just then.
_MOST_KEEPS = 4

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: how long to wait for another worker's refresh, and how long one may hold the lock.

    The call to the provider has its own limit (`TokenServer.call_seconds`), which must be shorter than both.
    """

    wait: float = CALL_SECONDS + 5
    hold: float = CALL_SECONDS + 10


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, and when it was read by the clock of the event loop."""

    access: str = field(repr=False)
    expires_at: datetime
    read_at: float = 0.0


@dataclass(frozen=True, slots=True)
class Gone:
    """A person must connect the mailbox again."""

    words: str


@dataclass(frozen=True, slots=True)
class Away:
    """No token can be had just now."""

    words: str


@dataclass(frozen=True, slots=True)
class _Refused:
    """The provider takes this refresh token no more; perhaps there is a newer one by now."""

    refresh_token: str = field(repr=False)
    words: str


@dataclass(frozen=True, slots=True)
class _Given:
    """What the provider gave for `refresh_token`, not kept yet."""

    refresh_token: str = field(repr=False)
    answer: TokenAnswer
    asked_at: datetime


_Outcome = Token | Gone | Away | _Refused


class Refresher:
    """Gives a grant's token out of the store, or has it refreshed under the grant's lock."""

    def __init__(
        self,
        uows: UnitOfWorkFactory,
        secrets: SecretBox,
        clock: Clock,
        servers: Mapping[str, TokenServer],
        limits: Limits,
    ) -> None:
        self._uows = uows
        self._secrets = secrets
        self._clock = clock
        self._servers = servers
        self._limits = limits

    async def token(self, org_id: OrgId, grant_id: GrantId, refused: str) -> Token | Gone | Away:
        """A token other than `refused`: the stored one while it is good for long enough, or a new one."""
        async with self._uows(org_id) as uow:
            stored = await read_grant(uow, grant_id)
        outcome = self._without_a_call(stored, refused)
        if outcome is None:
            outcome = await self._refreshed(org_id, grant_id, refused)
        if isinstance(outcome, Away):
            # It could not be replaced ahead of time, and does for now.
            return self._kept(stored, refused, _LAST_MINUTE) or outcome
        return outcome

    async def _refreshed(self, org_id: OrgId, grant_id: GrantId, refused: str) -> Token | Gone | Away:
        gone: _Refused | None = None
        for _ in range(_MOST_TRIES):
            outcome = await self._under_lock(org_id, grant_id, refused, gone)
            if not isinstance(outcome, _Refused):
                return outcome
            # Before anyone is told to connect again: another process may have kept a newer token meanwhile, and
            # its commit may be on its way. The next round looks again, once the lock is ours.
            gone = outcome
        return Away(f"grant {grant_id}: its refresh token changes faster than it can be used")

    async def _under_lock(self, org_id: OrgId, grant_id: GrantId, refused: str, gone: _Refused | None) -> _Outcome:
        """One try, alone among all workers. What it leads to is committed before it is returned.

        The one place where a call is made inside a transaction (decision 0011): the transaction is the lock, holds
        nothing else, and ends by itself when its owner does.
        """
        given: _Given | None = None
        try:
            async with self._uows(org_id) as uow:
                row = await lock_grant(uow, grant_id, wait_seconds=self._limits.wait, hold_seconds=self._limits.hold)
                outcome = self._without_a_call(row, refused)
                if outcome is not None:
                    return outcome
                refresh_token = self._secrets.open(row.sealed_refresh_token)
                if gone is not None and hmac.compare_digest(refresh_token, gone.refresh_token):
                    return self._revoke(row, gone)
                asked = await self._ask(row, refresh_token)
                if not isinstance(asked, _Given):
                    return asked
                given = asked
                outcome = self._keep(row, given, refused)
        except GrantLocked as error:
            return Away(str(error))
        except DBAPIError:
            if given is None:
                raise
            return await self._keep_anyway(org_id, grant_id, given, refused)
        _log.info("token_refreshed", grant_id=str(grant_id))
        return outcome

    async def _ask(self, row: OAuthGrantRow, refresh_token: str) -> _Given | _Refused | Away:
        server, now = self._server(row.provider), self._clock.now()
        try:
            return _Given(refresh_token, await server.refresh(refresh_token, tuple(row.scopes)), now)
        except GrantRefused as error:
            return _Refused(refresh_token, str(error))
        except ExternalError as error:
            return self._put_off(row, error, self._clock.now())

    def _server(self, provider: str) -> TokenServer:
        server = self._servers.get(provider)
        if server is None:
            name = provider.upper()
            raise NotConfigured(
                f"Duly is not registered with {provider}: set DULY_{name}_CLIENT_ID and _CLIENT_SECRET"
            )
        return server

    def _without_a_call(self, row: OAuthGrantRow, refused: str) -> Token | Gone | Away | None:
        """What the store answers by itself; None where the provider must be asked."""
        if row.state != "active":
            return Gone(row.last_error or _reconnect(row, "its access was taken away"))
        kept = self._kept(row, refused, REFRESH_AHEAD)
        if kept is not None:
            return kept
        now = self._clock.now()
        if row.next_try_at is not None and now < row.next_try_at <= now + _LONGEST_PAUSE:
            return Away(row.last_error)
        if refused and row.refreshed_at is not None and timedelta(0) <= now - row.refreshed_at < _FRESH:
            return Away(
                f"{row.provider} {row.address}: a token that was made {(now - row.refreshed_at).seconds} s ago is "
                "refused; the account may lack the mailbox or the permission"
            )
        return None

    def _kept(self, row: OAuthGrantRow, refused: str, margin: timedelta) -> Token | None:
        """The stored token, where it is good for longer than `margin` by a clock that can be believed."""
        now, expires_at = self._clock.now(), row.access_expires_at
        if row.state != "active" or expires_at is None or not margin < expires_at - now <= LONGEST_LIFE:
            return None
        if row.refreshed_at is not None and row.refreshed_at > now + _CLOCK_SKEW:
            return None
        access = self._secrets.open(row.sealed_access_token)
        if hmac.compare_digest(access.encode(), refused.encode()):
            return None
        return self._token(access, expires_at)

    def _token(self, access: str, expires_at: datetime) -> Token:
        return Token(access, expires_at, asyncio.get_running_loop().time())

    def _keep(self, row: OAuthGrantRow, given: _Given, refused: str) -> Token | Away:
        answer, asked_at = given.answer, given.asked_at
        expires_at = asked_at + timedelta(seconds=answer.expires_in_seconds)
        row.sealed_access_token, row.access_expires_at = self._secrets.seal(answer.access_token), expires_at
        if answer.refresh_token:
            row.sealed_refresh_token = self._secrets.seal(answer.refresh_token)
        row.refresh_expires_at = (
            refresh_expiry(self._server(row.provider), answer, asked_at) or row.refresh_expires_at
        )
        row.state, row.refreshed_at, row.version = "active", asked_at, row.version + 1
        row.failing_since, row.last_error, row.failures, row.next_try_at = None, "", 0, None
        if refused and hmac.compare_digest(answer.access_token.encode(), refused.encode()):
            return Away(f"{row.provider} {row.address}: the token that was refused is given again")
        return self._token(answer.access_token, expires_at)

    async def _keep_anyway(self, org_id: OrgId, grant_id: GrantId, given: _Given, refused: str) -> _Outcome:
        """Keeps what the provider gave although the lock was lost with its connection.

        The old refresh token may be dead by now, so this must not be given up lightly. It is kept where nobody has
        kept a newer one: also where another worker, with the old one, was refused and took the grant for gone.
        """
        for tried in range(_MOST_KEEPS):
            await asyncio.sleep(0.2 * tried**2)
            try:
                async with self._uows(org_id) as uow:
                    row = await lock_grant(
                        uow, grant_id, wait_seconds=self._limits.wait, hold_seconds=self._limits.hold
                    )
                    spent = row.sealed_refresh_token and self._secrets.open(row.sealed_refresh_token)
                    if not hmac.compare_digest(spent.encode(), given.refresh_token.encode()):
                        return self._without_a_call(row, refused) or Away(_words(row, "was refreshed elsewhere"))
                    outcome = self._keep(row, given, refused)
            except (DBAPIError, GrantLocked) as error:
                _log.warning("token_not_kept", grant_id=str(grant_id), tried=tried + 1, error=type(error).__name__)
                continue
            return outcome
        _log.error("token_lost", grant_id=str(grant_id))
        return Away(f"grant {grant_id}: the database was away when new tokens had to be kept")

    def _put_off(self, row: OAuthGrantRow, error: ExternalError, now: datetime) -> Away:
        row.failures += 1
        pause = min(_FIRST_PAUSE * 2 ** min(row.failures - 1, 10), _LONGEST_PAUSE)
        if isinstance(error, RateLimited):
            pause = min(max(pause, timedelta(seconds=error.retry_after_seconds)), _LONGEST_PAUSE)
        elif isinstance(error, ClientRefused):
            pause = _LONGEST_PAUSE
        row.failing_since, row.next_try_at = row.failing_since or now, now + pause
        row.last_error = _words(row, str(error))
        _log.warning("token_refresh_failed", grant_id=str(row.id), failures=row.failures, error=row.last_error)
        return Away(row.last_error)

    def _revoke(self, row: OAuthGrantRow, gone: _Refused) -> Gone:
        now = self._clock.now()
        row.state, row.failing_since, row.next_try_at = "revoked", row.failing_since or now, None
        row.sealed_access_token, row.access_expires_at = "", None
        row.last_error, row.version = _reconnect(row, gone.words), row.version + 1
        _log.warning("grant_revoked", grant_id=str(row.id), error=row.last_error)
        return Gone(row.last_error)


def refresh_expiry(server: TokenServer, answer: TokenAnswer, at: datetime) -> datetime | None:
    """Until when a refresh token can be used, where the provider states it or is known to have a rule."""
    if answer.refresh_expires_in_seconds is not None:
        # A year at most: what says more says nothing, and a date has an end.
        return at + min(timedelta(seconds=answer.refresh_expires_in_seconds), timedelta(days=366))
    idle = server.client.idle_days
    return at + timedelta(days=idle) if idle is not None and answer.refresh_token else None


def _words(row: OAuthGrantRow, what: str) -> str:
    return f"{row.provider} {row.address}: {what}"[:500]


def _reconnect(row: OAuthGrantRow, why: str) -> str:
    command = "gmail" if row.provider == "google" else "outlook"
    return f"{row.provider} {row.address}: {why}; connect it again: duly connect {command} {row.address}"[:500]
