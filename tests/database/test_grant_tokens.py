"""Access tokens on a real database: refreshed once, kept before they are used, and not lost on a bad day."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import NOW, Org
from factories.grants import KEY, SECRETS, a_grant, grants_of, separate_connections, the_grant
from factories.token_server import Answer, TokenServerStandIn
from sqlalchemy import text
from structlog.testing import capture_logs

from core.clock import FixedClock
from core.errors import NotConfigured, NotFound
from core.secrets import SecretBox
from integrations.ports.errors import AuthExpired, TemporarilyUnavailable
from jobs.token_refresh import Limits
from ledger.store.connections import GivenGrant, GrantId, keep_grant
from ledger.store.local_server import DatabaseUrls
from ledger.store.unit_of_work import UnitOfWorkFactory

WORKERS = 20
REFRESHING_WORKER = Path(__file__).with_name("refreshing_worker.py")


@pytest.fixture
def provider() -> Iterator[TokenServerStandIn]:
    with TokenServerStandIn() as running:
        yield running


def trouble(status: int, **more: object) -> Answer:
    return Answer(status, {"error": "server_error"} if status >= 500 else b"", **more)  # type: ignore[arg-type]


# Once for all workers


async def test_twenty_workers_with_connections_of_their_own_refresh_once(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    provider.delay = 0.5
    async with separate_connections(urls) as apart:
        workers = [grants_of(apart, clock, provider) for _ in range(WORKERS)]
        tokens = await asyncio.gather(*(worker.token(org.org_id, grant_id) for worker in workers))
    assert (set(tokens), provider.presented) == ({"access-1"}, ["refresh-0"])


async def test_the_tasks_of_one_worker_share_one_refresh_and_one_connection(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    tokens = grants_of(uows, clock, provider).tokens(org.org_id, await a_grant(uows, org))
    provider.delay = 0.3
    assert set(await asyncio.gather(*(tokens.current() for _ in range(200)))) == {"access-1"}
    assert provider.presented == ["refresh-0"]


async def test_a_token_that_lasts_is_given_out_without_asking(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, minutes_left=30)
    assert await grants_of(uows, clock, provider).token(org.org_id, grant_id) == "access-0"
    assert provider.presented == []


async def test_who_asked_and_left_does_not_end_the_refresh(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    provider.delay = 0.5
    grants = grants_of(uows, clock, provider)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(grants.token(org.org_id, grant_id), 0.2)
    await grants.close()
    row = await the_grant(uows, org, grant_id)
    assert SECRETS.open(row.sealed_refresh_token) == provider.refresh_token == "refresh-1"


# Kept before it is used


async def test_a_rotated_refresh_token_is_committed_when_the_access_token_comes_out(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    async with separate_connections(urls) as apart:
        for number in range(1, 6):
            token = await grants_of(apart, clock, provider).token(org.org_id, grant_id)
            row = await the_grant(uows, org, grant_id)
            assert (token, SECRETS.open(row.sealed_refresh_token)) == (f"access-{number}", provider.refresh_token)
            clock.move_to(clock.now() + timedelta(hours=1))
    assert provider.presented == [f"refresh-{number}" for number in range(5)]


async def test_a_refresh_token_that_is_not_replaced_stays(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id, provider.rotates = await a_grant(uows, org), False
    await grants_of(uows, clock, provider).token(org.org_id, grant_id)
    row = await the_grant(uows, org, grant_id)
    assert SECRETS.open(row.sealed_refresh_token) == "refresh-0"


async def test_tokens_are_kept_although_the_lock_was_lost_while_the_provider_answered(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    """A worker that stood still (SIGSTOP, a machine asleep) loses its lock; another takes the grant for gone."""
    grant_id = await a_grant(uows, org)
    provider.delay = 2.0
    async with separate_connections(urls) as apart:
        slow = grants_of(apart, clock, provider, limits=Limits(wait=5, hold=0.5))
        asleep = asyncio.create_task(slow.token(org.org_id, grant_id))
        await asyncio.sleep(1.2)
        provider.delay = 0.0
        with pytest.raises(AuthExpired):
            await grants_of(apart, clock, provider).token(org.org_id, grant_id)
        assert await asleep == "access-1"
        assert await grants_of(apart, clock, provider).token(org.org_id, grant_id) == "access-1"
    row = await the_grant(uows, org, grant_id)
    assert (row.state, SECRETS.open(row.sealed_refresh_token)) == ("active", "refresh-1")


# Workers that die


def die_while_refreshing(urls: DatabaseUrls, org: Org, grant_id: GrantId, provider: TokenServerStandIn) -> None:
    """Starts a worker, and kills it (SIGKILL) once it holds the lock and waits for the provider."""
    provider.asked.clear()
    command = [sys.executable, str(REFRESHING_WORKER), urls.app, provider.url, KEY]
    worker = subprocess.Popen([*command, str(org.org_id), str(grant_id), NOW.isoformat()], stdout=subprocess.PIPE)
    try:
        assert provider.asked.wait(30)
        assert worker.poll() is None
        os.kill(worker.pid, signal.SIGKILL)
        assert worker.wait(10) == -signal.SIGKILL
    finally:
        worker.kill()
        worker.communicate()


async def test_a_worker_killed_while_it_refreshes_blocks_nobody(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    provider.instead = [lambda form: trouble(500, seconds=120.0)]
    await asyncio.to_thread(die_while_refreshing, urls, org, grant_id, provider)
    started = time.monotonic()
    assert await grants_of(uows, clock, provider).token(org.org_id, grant_id) == "access-1"
    assert time.monotonic() - started < 5


async def test_a_worker_that_stands_still_blocks_the_others_for_a_set_time_only(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    provider.instead = [lambda form: trouble(500, seconds=3.0)]
    async with separate_connections(urls) as apart:
        stuck = asyncio.create_task(
            grants_of(apart, clock, provider, limits=Limits(wait=5, hold=1)).token(org.org_id, grant_id)
        )
        await asyncio.sleep(0.5)
        started = time.monotonic()
        assert await grants_of(apart, clock, provider).token(org.org_id, grant_id) == "access-1"
        assert time.monotonic() - started < 2.5
        with pytest.raises(Exception, match=r"idle|closed|terminat|lost"):
            await stuck


async def test_who_waits_for_a_refresh_gives_up_in_time(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    provider.delay = 2.0
    async with separate_connections(urls) as apart:
        first = asyncio.create_task(grants_of(apart, clock, provider).token(org.org_id, grant_id))
        await asyncio.sleep(0.5)
        impatient = grants_of(apart, clock, provider, limits=Limits(wait=0.5, hold=5))
        with pytest.raises(TemporarilyUnavailable, match="another worker refreshes it"):
            await impatient.token(org.org_id, grant_id)
        assert await first == "access-1"


# Refusals


async def test_a_refused_grant_goes_to_a_person_and_is_not_asked_about_again(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, refresh_token="taken back")
    grants = grants_of(uows, clock, provider)
    for _ in range(3):
        with pytest.raises(AuthExpired, match=f"google {org.address}: .*duly connect gmail {org.address}"):
            await grants.token(org.org_id, grant_id)
    row = await the_grant(uows, org, grant_id)
    assert (row.state, row.sealed_access_token, provider.presented) == ("revoked", "", ["taken back"])


async def test_a_token_that_another_kept_meanwhile_is_tried_before_the_grant_is_given_up(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, refresh_token="superseded")
    provider.delay = 0.6
    async with separate_connections(urls) as apart:
        refresh = asyncio.create_task(grants_of(apart, clock, provider).token(org.org_id, grant_id))
        await asyncio.sleep(0.3)
        # It waits for the lock, and gets it when the provider has refused the old one.
        assert await a_grant(apart, org, refresh_token="refresh-0") == grant_id
        assert await refresh == "access-1"
    row = await the_grant(uows, org, grant_id)
    assert (row.state, provider.presented) == ("active", ["superseded", "refresh-0"])


@pytest.mark.parametrize("status", [429, 500, 502, 503, 418, 302])
async def test_trouble_at_the_provider_revokes_nothing_and_is_left_alone_for_a_while(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn, status: int
) -> None:
    grant_id = await a_grant(uows, org)
    provider.instead = [lambda form: trouble(status)] * 5
    grants = grants_of(uows, clock, provider)
    for _ in range(5):
        with pytest.raises(TemporarilyUnavailable, match=f"{org.address}: 127.0.0.1: answered {status}"):
            await grants.token(org.org_id, grant_id)
    row = await the_grant(uows, org, grant_id)
    assert (row.state, row.failing_since, row.failures, len(provider.presented)) == ("active", NOW, 1, 1)
    provider.instead = []
    clock.move_to(NOW + timedelta(minutes=6))
    assert await grants.token(org.org_id, grant_id) == "access-1"
    row = await the_grant(uows, org, grant_id)
    assert (row.failing_since, row.last_error, row.failures) == (None, "", 0)


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"", seconds=3.0),
        Answer(200, {"access_token": "x" * 200}, pieces=50, seconds_a_piece=0.1),
        Answer(200, {"access_token": "x"}, headers={"Content-Length": "500"}),
        Answer(200, b"x" * 200_000),
        Answer(200, b"<html>a proxy's sign-in page</html>"),
        Answer(200, {"access_token": "two\nlines"}),
        Answer(200, {"error": "invalid_grant"}),
        Answer(500, {"error": "invalid_grant"}),
        Answer(400, {"error": "invalid_grant", "error_codes": [50196]}),
        Answer(401, {"error": "invalid_client", "error_description": "The client secret has expired."}),
    ],
    ids=[
        "silent", "drop by drop", "half read", "endless", "a page", "a header in a token", "200 with an error",
        "500 with invalid_grant", "a loop is detected", "our secret expired",
    ],
)  # fmt: skip
async def test_an_answer_that_says_nothing_about_the_grant_revokes_nothing(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn, answer: Answer
) -> None:
    grant_id = await a_grant(uows, org)
    provider.instead = [lambda form: answer]
    started = time.monotonic()
    with pytest.raises(TemporarilyUnavailable, match=org.address):
        await grants_of(uows, clock, provider, call_seconds=1.0).token(org.org_id, grant_id)
    assert time.monotonic() - started < 2.5
    assert (await the_grant(uows, org, grant_id)).state == "active"


async def test_retry_after_is_kept_to_within_reason(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    provider.instead = [lambda form: Answer(429, b"", headers={"Retry-After": "120"})]
    with pytest.raises(TemporarilyUnavailable):
        await grants_of(uows, clock, provider).token(org.org_id, grant_id)
    assert (await the_grant(uows, org, grant_id)).next_try_at == NOW + timedelta(seconds=120)


async def test_a_token_that_lasts_a_while_does_when_it_cannot_be_replaced_ahead_of_time(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, minutes_left=3)
    provider.instead = [lambda form: trouble(503)]
    grants = grants_of(uows, clock, provider)
    assert [await grants.token(org.org_id, grant_id) for _ in range(3)] == ["access-0"] * 3
    assert len(provider.presented) == 1


# A token that is refused with 401


async def test_a_refused_token_is_replaced_once_for_all(
    urls: DatabaseUrls, org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, minutes_left=30)
    async with separate_connections(urls) as apart:
        workers = [grants_of(apart, clock, provider).tokens(org.org_id, grant_id) for _ in range(WORKERS)]
        assert {await worker.current() for worker in workers} == {"access-0"}
        replaced = await asyncio.gather(*(worker.replace("access-0") for worker in workers))
        assert {await worker.current() for worker in workers} == {"access-1"}
    assert (set(replaced), len(provider.presented)) == ({"access-1"}, 1)


async def test_a_fresh_token_that_is_refused_is_not_replaced_in_a_loop(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    tokens = grants_of(uows, clock, provider).tokens(org.org_id, await a_grant(uows, org, minutes_left=30))
    token = await tokens.replace("access-0")
    for _ in range(5):
        with pytest.raises(TemporarilyUnavailable, match="is refused; the account may lack"):
            await tokens.replace(token)
    assert len(provider.presented) == 1


# Clocks that jump


@pytest.mark.parametrize("days", [-400, -2, 2, 400])
async def test_a_clock_that_jumps_costs_a_refresh_at_most(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn, days: int
) -> None:
    grants, grant_id = grants_of(uows, clock, provider), await a_grant(uows, org)
    assert await grants.token(org.org_id, grant_id) == "access-1"
    clock.move_to(NOW + timedelta(days=days))
    assert [await grants.token(org.org_id, grant_id) for _ in range(3)] == ["access-2"] * 3
    clock.move_to(NOW)
    assert await grants.token(org.org_id, grant_id) in ("access-2", "access-3")


async def test_a_token_made_in_the_future_is_not_believed(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org)
    await grants_of(uows, clock, provider).token(org.org_id, grant_id)
    clock.move_to(NOW - timedelta(hours=12))
    assert await grants_of(uows, clock, provider).token(org.org_id, grant_id) == "access-2"


async def test_a_pause_that_a_jumping_clock_put_far_ahead_is_not_waited_for(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grants, grant_id = grants_of(uows, clock, provider), await a_grant(uows, org)
    clock.move_to(NOW + timedelta(days=30))
    provider.instead = [lambda form: trouble(500)]
    with pytest.raises(TemporarilyUnavailable):
        await grants.token(org.org_id, grant_id)
    clock.move_to(NOW)
    assert await grants.token(org.org_id, grant_id) == "access-1"


# Secrets


async def test_no_token_reaches_a_log_an_error_or_a_repr(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grants, grant_id = grants_of(uows, clock, provider), await a_grant(uows, org, refresh_token="top-secret")
    errors: list[str] = []
    with capture_logs() as logs:
        for status, error in ((500, "x top-secret client-secret"), (400, "top-secret client-secret")):
            provider.instead = [
                lambda form, status=status, error=error: Answer(  # type: ignore[misc]
                    status, {"error": "invalid_grant", "error_description": error}
                )
            ]
            clock.move_to(clock.now() + timedelta(minutes=6))
            with pytest.raises((AuthExpired, TemporarilyUnavailable)) as caught:
                await grants.token(org.org_id, grant_id)
            errors.append(f"{caught.value!r} {caught.value.__cause__!r}")
    row = await the_grant(uows, org, grant_id)
    everything = f"{logs} {errors} {row.last_error} {grants!r} {vars(grants)} {provider.client()!r} {SECRETS!r}"
    assert row.state == "revoked"
    assert "[redacted]" in everything
    assert "top-secret" not in everything
    assert "client-secret" not in everything


async def test_sealed_tokens_cannot_be_read_without_the_key(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, minutes_left=30)
    async with uows(org.org_id) as uow:
        kept = (await uow.session.execute(text("SELECT oauth_grants::text FROM oauth_grants"))).scalars().all()
    assert not [row for row in kept if "refresh-0" in row or "access-0" in row]
    from cryptography.fernet import Fernet

    stranger = grants_of(uows, clock, provider, secrets=SecretBox([Fernet.generate_key().decode()]))
    with pytest.raises(NotConfigured, match="put the old key back"):
        await stranger.token(org.org_id, grant_id)
    assert (await the_grant(uows, org, grant_id)).state == "active"


# Organisations


async def test_a_grants_id_opens_nothing_in_another_organisation(
    org: Org, other_org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grants, grant_id = grants_of(uows, clock, provider), await a_grant(uows, org)
    await grants.token(org.org_id, grant_id)
    with pytest.raises(NotFound):
        await grants.token(other_org.org_id, grant_id)
    with pytest.raises(NotFound):
        await grants.tokens(other_org.org_id, grant_id).replace("access-1")


async def test_a_provider_that_duly_is_not_registered_with_is_named(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, provider="microsoft")
    with pytest.raises(NotConfigured, match="DULY_MICROSOFT_CLIENT_ID"):
        await grants_of(uows, clock, provider).token(org.org_id, grant_id)


async def test_a_mailbox_that_is_connected_again_works_within_a_minute(
    org: Org, uows: UnitOfWorkFactory, clock: FixedClock, provider: TokenServerStandIn
) -> None:
    grant_id = await a_grant(uows, org, refresh_token="taken back")
    with pytest.raises(AuthExpired):
        await grants_of(uows, clock, provider).token(org.org_id, grant_id)
    again = GivenGrant(
        "google", org.address.upper(), org.address, (), "client-1", SECRETS.seal("refresh-0"),
        SECRETS.seal("access-9"), NOW + timedelta(hours=1), datetime(2027, 1, 1, tzinfo=UTC), "Ann",
    )  # fmt: skip
    async with uows(org.org_id) as uow:
        assert await keep_grant(uow, again, at=NOW) == grant_id
    assert await grants_of(uows, clock, provider).token(org.org_id, grant_id) == "access-9"
