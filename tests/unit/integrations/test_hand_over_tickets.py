"""Tickets: of two that want one, one gets it; what is not known to be this machine's proves nothing."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from integrations.ports.errors import TemporarilyUnavailable
from integrations.smtp.tickets import HandOverTickets, Ticket


async def issued(tickets: HandOverTickets, attempt: str) -> Ticket:
    ticket = await tickets.issue(attempt)
    assert ticket is not None
    return ticket


async def test_a_ticket_is_used_or_withdrawn_and_never_both(tmp_path: Path) -> None:
    used, withdrawn = HandOverTickets(tmp_path), HandOverTickets(tmp_path)
    (await issued(used, "a")).use()
    assert await withdrawn.withdraw("a") is False
    ticket = await issued(used, "b")
    assert await withdrawn.withdraw("b") is True
    with pytest.raises(TemporarilyUnavailable):
        ticket.use()


async def test_of_many_that_reach_for_one_at_once_one_gets_it(tmp_path: Path) -> None:
    tickets = HandOverTickets(tmp_path)
    for number in range(50):
        ticket = await issued(tickets, str(number))

        def take(_: int, ticket: Ticket = ticket) -> bool:
            try:
                ticket.use()
            except TemporarilyUnavailable:
                return False
            return True

        def withdraw(_: int, attempt: str = str(number)) -> bool:
            return tickets._withdraw(attempt)

        with ThreadPoolExecutor(8) as pool:
            got = [*pool.map(take, range(4)), *pool.map(withdraw, range(4))]
        assert sum(got) == 1


async def test_an_attempt_without_a_ticket_proves_nothing(tmp_path: Path) -> None:
    await issued(HandOverTickets(tmp_path), "a")
    assert await HandOverTickets(tmp_path).withdraw("b") is False
    assert await HandOverTickets(tmp_path / "elsewhere").withdraw("a") is False


async def test_a_ticket_from_before_the_machine_started_anew_proves_nothing(tmp_path: Path) -> None:
    """A power cut may have taken the renaming back."""
    boot_id = tmp_path / "boot_id"
    boot_id.write_text("one\n")
    tickets = HandOverTickets(tmp_path / "tickets", boot_id=boot_id)
    await issued(tickets, "a")
    boot_id.write_text("two\n")
    assert await tickets.withdraw("a") is False


async def test_a_machine_that_does_not_tell_when_it_started_gets_none(tmp_path: Path) -> None:
    tickets = HandOverTickets(tmp_path, boot_id=tmp_path / "missing")
    assert await tickets.issue("a") is None
    assert await tickets.withdraw("a") is False


async def test_a_folder_that_cannot_be_written_to_hinders_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with capture_logs() as logs:
        assert await HandOverTickets(tmp_path / "file" / "tickets").issue("a") is None
    assert [log["event"] for log in logs] == ["hand_over_without_ticket"]


async def test_what_dead_workers_left_long_ago_is_removed(tmp_path: Path) -> None:
    (await issued(HandOverTickets(tmp_path), "old")).use()
    [old] = tmp_path.iterdir()
    os.utime(old, (time.time() - 90_000,) * 2)
    (tmp_path / "somebody else's").write_text("")
    os.utime(tmp_path / "somebody else's", (0, 0))
    fresh = HandOverTickets(tmp_path)
    await issued(fresh, "new")
    left = {path.name for path in tmp_path.iterdir()}
    assert old.name not in left
    assert "somebody else's" in left
    assert await fresh.withdraw("new") is True
