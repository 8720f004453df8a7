"""Folders as mailboxes: no gap whatever happens to the files, and nothing outside the folder is ever read."""

import asyncio
import os
import tempfile
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.files.folder import FolderSender, FolderSource, file_name
from integrations.ports.errors import TemporarilyUnavailable
from integrations.ports.mailbox import IncomingMessage, OutgoingMessage

OLD = 10**18


def a_file(folder: Path, name: str, raw: bytes | None = None, *, age: int = 0) -> Path:
    """A mail file of long ago; the higher `age`, the older."""
    path = folder / name
    path.write_bytes(raw if raw is not None else name.encode())
    os.utime(path, ns=(OLD, OLD - age * 10**9))
    return path


def all_files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def a_source(folder: Path, settle_seconds: float = 0.05) -> FolderSource:
    return FolderSource(folder, 1000, settle_seconds=settle_seconds)


async def fetched(source: FolderSource, cursor: str | None, limit: int = 1000) -> list[IncomingMessage]:
    return [message async for message in source.fetch(cursor, limit=limit)]


async def names(source: FolderSource, cursor: str | None, limit: int = 1000) -> list[str]:
    return [message.provider_id for message in await fetched(source, cursor, limit)]


async def test_a_file_with_an_older_date_that_comes_later_is_not_lost(tmp_path: Path) -> None:
    source = a_source(tmp_path)
    a_file(tmp_path, "new.eml", age=1)
    cursor = (await fetched(source, None))[-1].cursor
    a_file(tmp_path, "old.eml", age=999)
    assert await names(source, cursor) == ["old.eml"]


async def test_a_file_with_an_older_date_that_comes_while_we_are_down_is_not_lost(tmp_path: Path) -> None:
    a_file(tmp_path, "new.eml", age=1)
    cursor = (await fetched(a_source(tmp_path), None))[-1].cursor
    a_file(tmp_path, "old.eml", age=999)
    assert "old.eml" in await names(a_source(tmp_path), cursor)


async def test_after_a_restart_one_unexpected_file_repeats_only_a_small_part(tmp_path: Path) -> None:
    for number in range(640):
        a_file(tmp_path, f"{number}.eml", age=number)
    cursor = (await fetched(a_source(tmp_path), None))[-1].cursor
    a_file(tmp_path, "old.eml", age=9999)
    (tmp_path / "77.eml").unlink()
    again = await names(a_source(tmp_path), cursor)
    assert "old.eml" in again
    assert len(again) < 100


async def test_a_cursor_stays_small(tmp_path: Path) -> None:
    for number in range(500):
        a_file(tmp_path, f"{number}.eml")
    assert len((await fetched(a_source(tmp_path), None))[-1].cursor) < 1000


async def test_a_mail_that_is_being_copied_slowly_is_read_when_it_is_complete(tmp_path: Path) -> None:
    source = a_source(tmp_path, settle_seconds=0.4)
    begun = threading.Event()

    def copy() -> None:
        with (tmp_path / "slow.eml").open("wb") as file:
            for _ in range(6):
                file.write(b"part\n")
                file.flush()
                begun.set()
                time.sleep(0.15)

    writer = threading.Thread(target=copy)
    writer.start()
    begun.wait()
    got: list[bytes] = []
    deadline = time.monotonic() + 10
    while not got and time.monotonic() < deadline:
        got = [message.raw for message in await fetched(source, None)]
    writer.join()
    assert got == [b"part\n" * 6]


async def test_a_new_file_is_seen_by_one_look_within_the_settle_time(tmp_path: Path) -> None:
    source = a_source(tmp_path, settle_seconds=0.3)
    assert await names(source, None) == []
    (tmp_path / "fresh.eml").write_bytes(b"fresh")
    started = time.monotonic()
    assert await names(source, None) == ["fresh.eml"]
    assert time.monotonic() - started < 1.5


async def test_a_file_that_is_renamed_into_place_needs_no_settling(tmp_path: Path) -> None:
    a_file(tmp_path, ".arriving").rename(tmp_path / "there.eml")
    started = time.monotonic()
    assert await names(a_source(tmp_path, settle_seconds=5), None) == ["there.eml"]
    assert time.monotonic() - started < 2


async def test_a_file_whose_date_lies_in_the_future_is_read(tmp_path: Path) -> None:
    path = a_file(tmp_path, "future.eml")
    os.utime(path, (4e9, 4e9))
    assert await names(a_source(tmp_path), None) == ["future.eml"]


async def test_a_file_that_is_written_anew_comes_again(tmp_path: Path) -> None:
    source = a_source(tmp_path)
    a_file(tmp_path, "one.eml", b"first", age=5)
    cursor = (await fetched(source, None))[-1].cursor
    a_file(tmp_path, "one.eml", b"second", age=4)
    assert [message.raw for message in await fetched(source, cursor)] == [b"second"]


async def test_deleted_files_leave_no_gap_and_no_repetition(tmp_path: Path) -> None:
    source = a_source(tmp_path)
    for number in range(5):
        a_file(tmp_path, f"{number}.eml", age=5 - number)
    cursor = (await fetched(source, None))[-1].cursor
    (tmp_path / "2.eml").unlink()
    (tmp_path / "4.eml").unlink()
    assert await names(source, cursor) == []
    a_file(tmp_path, "5.eml")
    assert await names(source, cursor) == ["5.eml"]


async def test_two_workers_that_take_turns_repeat_nothing_and_miss_nothing(tmp_path: Path) -> None:
    workers = [a_source(tmp_path), a_source(tmp_path)]
    cursor: str | None = None
    got: list[str] = []
    for turn in range(6):
        a_file(tmp_path, f"{turn}.eml", age=100 - turn)
        for message in await fetched(workers[turn % 2], cursor):
            got.append(message.provider_id)
            cursor = message.cursor
    assert got == ["0.eml", "1.eml", "2.eml", "3.eml", "4.eml", "5.eml"]


async def test_only_mail_files_in_the_folder_are_read(tmp_path: Path) -> None:
    folder, outside = tmp_path / "mail", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    a_file(outside, "secret.eml")
    a_file(folder, "MAIL.EML")
    a_file(folder, ".hidden.eml")
    a_file(folder, "notes.txt")
    (folder / "folder.eml").mkdir()
    (folder / "link.eml").symlink_to(outside / "secret.eml")
    (folder / "new").symlink_to(outside, target_is_directory=True)
    os.mkfifo(folder / "pipe.eml")
    (folder / "tmp").mkdir()
    a_file(folder / "tmp", "unfinished")
    assert await names(a_source(folder), None) == ["MAIL.EML"]


async def test_a_file_that_becomes_a_link_after_it_was_listed_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    secret = a_file(tmp_path, "secret", b"12345")
    a_file(folder, "a.eml", b"aaaaa", age=2)
    victim = a_file(folder, "b.eml", b"12345", age=0)
    got = []
    async for message in a_source(folder).fetch(None, limit=10):
        got.append(message.raw)
        victim.unlink()
        victim.symlink_to(secret)
    assert got == [b"aaaaa"]


async def test_a_maildir_message_that_is_moved_and_flagged_is_the_same(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    source = a_source(tmp_path)
    a_file(tmp_path / "new", "123.M1P2.host")
    cursor = (await fetched(source, None))[-1].cursor
    (tmp_path / "new" / "123.M1P2.host").rename(tmp_path / "cur" / "123.M1P2.host:2,S")
    assert await names(source, cursor) == []
    assert await names(a_source(tmp_path), cursor) == []


async def test_a_file_name_that_is_no_text_has_a_provider_id_that_is(tmp_path: Path) -> None:
    a_file(tmp_path, os.fsdecode(b"caf\xe9.eml"), b"x")
    (message,) = await fetched(a_source(tmp_path), None)
    assert message.provider_id == "caf\\xe9.eml"
    assert message.cursor.encode("utf-8")


async def test_a_folder_that_is_a_file_is_for_later(tmp_path: Path) -> None:
    with pytest.raises(TemporarilyUnavailable):
        await fetched(a_source(a_file(tmp_path, "no-folder")), None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 9), st.integers(0, 9)),
        st.tuples(st.just("delete"), st.integers(0, 9), st.just(0)),
        st.tuples(st.just("fetch"), st.integers(1, 4), st.integers(0, 3)),
        st.tuples(st.just("restart"), st.just(0), st.just(0)),
    ),
    max_size=25,
)


@given(steps=STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_every_file_that_stays_is_delivered(steps: list[tuple[str, int, int]]) -> None:
    """Files come with any date and go, keeping a message fails, the process restarts: no gap."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_play(Path(folder), steps))


async def _play(folder: Path, steps: list[tuple[str, int, int]]) -> None:
    source, cursor, kept, versions = a_source(folder), None, set(), 0
    for step, first, second in steps:
        if step == "add":
            versions += 1
            a_file(folder, f"{first}.eml", f"version {versions:04}".encode(), age=second * 100 + versions)
        elif step == "delete":
            (folder / f"{first}.eml").unlink(missing_ok=True)
        elif step == "restart":
            source = a_source(folder)
        else:
            # `second` messages are kept, then keeping fails; 3 stands for no failure.
            count = 0
            async for message in source.fetch(cursor, limit=first):
                if count == second and second < 3:
                    break
                kept.add(message.raw)
                cursor, count = message.cursor, count + 1
    while messages := await fetched(source, cursor, limit=3):
        kept.update(message.raw for message in messages)
        cursor = messages[-1].cursor
    assert {(folder / name).read_bytes() for name in all_files(folder)} <= kept


def a_message(message_id: str = "a@supplier.example", raw: bytes = b"Subject: x\n\ny\n") -> OutgoingMessage:
    return OutgoingMessage(message_id, raw, "ar@supplier.example", ("ann@customer.example",))


async def test_a_mail_sent_twice_is_one_file_that_only_its_owner_may_read(tmp_path: Path) -> None:
    sender = FolderSender(tmp_path)
    name = await (await sender.prepare(a_message())).send()
    before = (tmp_path / name).stat()
    await (await sender.prepare(a_message())).send()
    assert all_files(tmp_path) == [name]
    assert (tmp_path / name).stat().st_mtime_ns == before.st_mtime_ns
    assert before.st_mode & 0o777 == 0o600


async def test_a_prepared_mail_is_invisible_and_an_abandoned_one_is_gone(tmp_path: Path) -> None:
    prepared = await FolderSender(tmp_path).prepare(a_message())
    assert await names(a_source(tmp_path), None) == []
    await prepared.abandon()
    assert all_files(tmp_path) == []


@pytest.mark.parametrize("message_id", ["../../etc/passwd", "/etc/x", "..", "", "a\x00b", "x" * 5000, "…/ü@x", "a b"])
async def test_no_message_id_leads_out_of_the_folder(tmp_path: Path, message_id: str) -> None:
    sender = FolderSender(tmp_path)
    name = await (await sender.prepare(a_message(message_id))).send()
    assert all_files(tmp_path) == [name]
    assert not name.startswith(".")
    assert await sender.was_sent(message_id) is True


def test_ids_that_look_alike_are_different_files() -> None:
    assert len({file_name("a/b@x"), file_name("a_b@x"), file_name("a b@x"), file_name("A_b@x")}) == 4


async def test_a_missing_folder_does_not_prove_that_a_mail_was_not_sent(tmp_path: Path) -> None:
    with pytest.raises(TemporarilyUnavailable):
        await FolderSender(tmp_path / "unmounted").was_sent("a@supplier.example")
    assert await FolderSender(tmp_path).was_sent("a@supplier.example") is False


async def test_a_folder_that_goes_away_before_the_hand_over_sent_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    prepared = await FolderSender(folder).prepare(a_message())
    folder.rename(tmp_path / "moved")
    with pytest.raises(TemporarilyUnavailable):
        await prepared.send()
