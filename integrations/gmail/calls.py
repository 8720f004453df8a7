"""`Calls`: how a request reaches Gmail and comes back: in a thread, with limits, few repetitions, one new token."""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from googleapiclient.discovery import build

from core.errors import ExternalError
from integrations.gmail import refusals
from integrations.gmail.transport import (
    AnswerTooLarge,
    Limits,
    LostAnswer,
    NotHandedOver,
    Refused,
    SdkHttp,
    Transport,
    checked_endpoint,
)
from integrations.ports.access_tokens import AccessTokens
from integrations.ports.errors import AuthExpired, OutcomeUnknown, RateLimited, Rejected, TemporarilyUnavailable

#: Longest pause that a call waits for itself; a longer one is for the job that asked.
LONGEST_PAUSE_SECONDS = 20.0
_TRIES = 3

Json = dict[str, Any]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Api:
    """The parts of Gmail's API that are used, as the SDK makes them."""

    users: Any
    messages: Any
    history: Any
    labels: Any


class NotFoundThere(Exception):
    """Gmail does not know what was asked for (404)."""


class Calls:
    """Calls for one mailbox, signed with its tokens. Any number may be under way at once."""

    def __init__(
        self,
        tokens: AccessTokens,
        mailbox: str,
        *,
        api_endpoint: str | None,
        timeout_seconds: float,
        pause_seconds: float,
    ) -> None:
        #: Google's clock at its last answer, in milliseconds since 1970; None before the first.
        self.server_ms: int | None = None
        self._tokens = tokens
        self._mailbox = mailbox
        self._endpoint = checked_endpoint(api_endpoint)
        self._transport = Transport(timeout_seconds)
        self._pause_seconds = pause_seconds

    async def read(
        self,
        what: str,
        make: Callable[[Api], Any],
        understand: Callable[[Json], Result],
        limits: Limits | None = None,
    ) -> Result:
        """A call that changes nothing, or the same when it is made again.

        Raises:
            NotFoundThere: 404.
            AnswerTooLarge: more than the given `limits` allow.
            TemporarilyUnavailable, RateLimited, AuthExpired, Rejected.
        """
        token = await self._tokens.current()
        replaced = False
        for attempt in range(1, _TRIES + 1):
            try:
                return await self._in_thread(make, token, limits or Limits(), understand)
            except Refused as refused:
                status = refused.answer.status
                if status == 401 and not replaced:
                    token, replaced = await self._tokens.replace(token), True
                    continue
                error: ExternalError = refusals.refusal(refused.answer, mailbox=self._mailbox, what=what)
                if status == 404:
                    raise NotFoundThere(str(error)) from error
                stated = refusals.stated_pause(refused.answer)
            except (NotHandedOver, LostAnswer, ValueError) as lost:
                if isinstance(lost, AnswerTooLarge) and limits is not None:
                    raise
                error, stated = TemporarilyUnavailable(self.words(what, lost)), None
            if attempt == _TRIES or not await self._paused(error, stated, attempt):
                raise error
        raise TemporarilyUnavailable(f"Gmail {self._mailbox}: {what}: no answer that can be used")

    async def current_token(self) -> str:
        """A token for `hand_over`."""
        return await self._tokens.current()

    async def hand_over(
        self,
        what: str,
        make: Callable[[Api], Any],
        understand: Callable[[Json], Result],
        *,
        token: str,
        limits: Limits,
    ) -> Result:
        """A call that must not be made twice, made once.

        Raises:
            NotFoundThere, Rejected: refused for good; nothing was done.
            TemporarilyUnavailable, RateLimited: nothing was done.
            OutcomeUnknown: no answer that says whether it was done.
        """
        try:
            return await self._in_thread(make, token, limits, understand)
        except Refused as refused:
            if refused.answer.status == 404:
                raise NotFoundThere(self.words(what, refused)) from refused
            raise self._hand_over_refusal(refused, what) from refused
        except NotHandedOver as error:
            raise TemporarilyUnavailable(self.words(what, error)) from error
        except (LostAnswer, ValueError) as error:
            raise OutcomeUnknown(self.words(what, error)) from error

    def words(self, what: str, error: Exception) -> str:
        """What happened, to which mailbox."""
        # The words of a parser quote what it read, which may be a customer's mail.
        known = isinstance(error, NotHandedOver | LostAnswer | Refused)
        return f"Gmail {self._mailbox}: {what}: {str(error)[:200] if known else 'an answer that makes no sense'}"

    def close(self) -> None:
        """Ends the connections."""
        self._transport.close()

    async def _in_thread(
        self, make: Callable[[Api], Any], token: str, limits: Limits, understand: Callable[[Json], Result]
    ) -> Result:
        return await asyncio.to_thread(self._execute, make, token, limits, understand)

    def _execute(
        self, make: Callable[[Api], Any], token: str, limits: Limits, understand: Callable[[Json], Result]
    ) -> Result:
        """One call, in a thread.

        Raises:
            Refused, NotHandedOver, LostAnswer, AnswerTooLarge.
            ValueError: the answer is not what this call is answered with.
        """
        request = make(api_at(self._endpoint))
        http = SdkHttp(self._transport, token, limits, self._note_time)
        try:
            answer = request.execute(http=http, num_retries=0)
        except RecursionError as error:
            raise ValueError("an answer that nobody can read") from error
        if answer in ("", b"", None):
            answer = {}
        if not isinstance(answer, dict):
            raise ValueError("an answer that is not an object")
        return understand(answer)

    def _note_time(self, server_ms: int | None) -> None:
        self.server_ms = server_ms or self.server_ms

    async def _paused(self, error: ExternalError, stated: float | None, attempt: int) -> bool:
        """Waits before another try; False where none would help, or only one much later."""
        if not isinstance(error, TemporarilyUnavailable | RateLimited):
            return False
        usual = self._pause_seconds * 2 ** (attempt - 1)
        if isinstance(error, RateLimited) and refusals.is_for_the_day(error):
            return False
        pause = usual if stated is None else stated
        if pause > LONGEST_PAUSE_SECONDS:
            return False
        # Many mailboxes that were refused together do not come back together.
        await asyncio.sleep(pause + random.uniform(0, usual / 2))  # noqa: S311
        return True

    def _hand_over_refusal(self, refused: Refused, what: str) -> ExternalError:
        status = refused.answer.status
        error = refusals.refusal(refused.answer, mailbox=self._mailbox, what=what)
        if status == 408 or not 400 <= status <= 499:
            # Behind a 5xx the mail may have gone out all the same.
            return OutcomeUnknown(str(error))
        if isinstance(error, AuthExpired) and status != 400:
            # Nothing was sent, and the next try says before the hand-over that a person must connect again.
            return TemporarilyUnavailable(str(error))
        return error if isinstance(error, RateLimited) else Rejected(str(error))


class _NoHttp:
    """In place of a connection where the SDK wants one before there is a call."""

    def request(self, *_arguments: Any, **_options: Any) -> Any:
        raise NotImplementedError


@lru_cache(maxsize=8)
def api_at(endpoint: str | None) -> Api:
    """Gmail's API from the description that the SDK brings; nothing is asked of Google for it."""
    options = {"api_endpoint": endpoint} if endpoint else None
    service = build(
        "gmail", "v1", http=_NoHttp(), static_discovery=True, cache_discovery=False, client_options=options
    )
    users = service.users()
    return Api(users, users.messages(), users.history(), users.labels())
