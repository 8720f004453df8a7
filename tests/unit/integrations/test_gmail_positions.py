"""Gmail's cursors, and where each message of a page of history leaves the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.gmail import cursor, following, mapping
from integrations.gmail.cursor import HistoryPosition, ScanPosition
from integrations.gmail.mapping import Arrival

MAILBOX = "ar@supplier.example"
numbers = st.integers(0, 10**25)
dates = st.integers(0, 10**15)
message_ids = st.text("abc019_-", min_size=0, max_size=20)
positions = st.one_of(
    st.builds(HistoryPosition, numbers, dates, message_ids),
    st.builds(ScanPosition, numbers, numbers, dates, message_ids),
)


@given(positions)
def test_a_position_comes_back_from_its_cursor(position: HistoryPosition | ScanPosition) -> None:
    text = cursor.written(position, MAILBOX)
    assert cursor.read(text, MAILBOX) == position
    assert cursor.read(text, " AR@Supplier.Example ") == position
    assert cursor.read(text, "other@supplier.example") is None


@pytest.mark.parametrize(
    "text",
    [None, "", "4:x", "7:1", "g1:h", "g2:h:0123456789ab:1:1:", "g1:h:0123456789ab:1:1:", "g1:h:x:-1:1:", "g1:s:::::"],
)
def test_what_is_no_cursor_of_ours_is_none(text: str | None) -> None:
    assert cursor.read(text, MAILBOX) is None


@pytest.mark.parametrize("tail", ["\n", " ", ":", "é", "x" * 200, "a/b"])
def test_a_cursor_with_something_behind_it_is_none(tail: str) -> None:
    assert cursor.read(cursor.written(HistoryPosition(5, 6), MAILBOX) + tail, MAILBOX) is None


def arrivals(*records: tuple[int, str]) -> list[Arrival]:
    return [Arrival(record, message_id, None) for record, ids in records for message_id in ids]


def after(start: HistoryPosition, found: list[Arrival], *, more_pages: bool = False) -> list[tuple[str, int, str]]:
    return [
        (one.arrival.message_id, one.after.history_id, one.after.within)
        for one in following.placed(start, found, more_pages=more_pages)
    ]


def test_a_record_is_named_once_all_of_it_was_delivered() -> None:
    found = arrivals((10, "a"), (20, "bcd"), (30, "e"))
    assert after(HistoryPosition(5, 0), found) == [
        ("a", 10, ""), ("b", 10, "b"), ("c", 10, "c"), ("d", 20, ""), ("e", 30, ""),
    ]  # fmt: skip


def test_a_record_that_was_delivered_in_part_goes_on_behind_that_part() -> None:
    found = arrivals((20, "bcd"), (30, "e"))
    assert after(HistoryPosition(10, 0, "c"), found) == [("d", 20, ""), ("e", 30, "")]
    assert after(HistoryPosition(10, 0, "d"), found) == [("e", 30, "")]
    assert after(HistoryPosition(10, 0, "gone"), found)[0] == ("b", 10, "b"), "twice is allowed, a gap is not"


def test_the_last_record_of_a_page_may_go_on_on_the_next() -> None:
    found = arrivals((10, "a"), (20, "bc"))
    assert after(HistoryPosition(5, 0), found, more_pages=True) == [("a", 10, ""), ("b", 10, "b"), ("c", 10, "c")]


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=6),
    st.integers(0, 20),
    st.booleans(),
)
def test_going_on_from_any_place_gives_what_follows_it(sizes: list[int], place: int, more_pages: bool) -> None:
    found = [
        Arrival(10 * (record + 1), f"m{record}-{number}", None)
        for record, size in enumerate(sizes)
        for number in range(size)
    ]
    all_placed = list(following.placed(HistoryPosition(1, 0), found, more_pages=more_pages))
    chosen = all_placed[place % len(all_placed)]
    # The server gives what lies behind the record that is named.
    rest = [one for one in found if one.record > chosen.after.history_id]
    ids = [one.arrival.message_id for one in following.placed(chosen.after, rest, more_pages=False)]
    assert ids == [one.message_id for one in found[found.index(chosen.arrival) + 1 :]]


def test_a_page_with_another_behind_it_ends_before_its_last_record() -> None:
    records = [{"id": str(record), "messagesAdded": [{"message": {"id": f"m{record}"}}]} for record in (10, 20, 30)]
    assert mapping.history({"history": records}).last_complete == 30
    assert mapping.history({"history": records, "nextPageToken": "x"}).last_complete == 20
    assert mapping.history({"history": records[:1], "nextPageToken": "x"}).last_complete == 0


@pytest.mark.parametrize(
    ("first_ms", "end_ms", "words"),
    [
        (0, None, ""),
        (0, 5_000, "before:6"),
        (1_776_000_000_123, None, "after:1775999999"),
        (1_776_000_000_123, 1_776_000_001_001, "after:1775999999 before:1776000003"),
    ],
    ids=["all", "up to", "from", "between"],
)
def test_a_search_by_date_reaches_a_second_further_on_both_sides(
    first_ms: int, end_ms: int | None, words: str
) -> None:
    assert mapping.between(first_ms, end_ms) == words


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        ("<a@x> <b@y>", ["a@x", "b@y"]),
        ("<a@x>\r\n\t<b@y>", ["a@x", "b@y"]),
        ("bare@x", ["bare@x"]),
        ("", []),
        ("<>", []),
    ],
)
def test_the_ids_of_a_header(header: str, ids: list[str]) -> None:
    assert mapping.ids_in(header) == ids
