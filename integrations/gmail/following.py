"""Where each message of a page of history leaves the reader. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from integrations.gmail.cursor import HistoryPosition
from integrations.gmail.mapping import Arrival


@dataclass(frozen=True, slots=True)
class PlacedArrival:
    """An arrival, and the position once it is delivered."""

    arrival: Arrival
    after: HistoryPosition


def placed(start: HistoryPosition, arrivals: Sequence[Arrival], *, more_pages: bool) -> Iterator[PlacedArrival]:
    """The arrivals behind `start`, in their order.

    A position names a record only when all of it was delivered; the last record of a page may go on on the next.
    """
    complete = start.history_id
    records = [(record, list(group)) for record, group in groupby(arrivals, key=lambda arrival: arrival.record)]
    for index, (record, group) in enumerate(records):
        goes_on = more_pages and index == len(records) - 1
        delivered = [place for place, one in enumerate(group) if index == 0 and one.message_id == start.within]
        first = delivered[0] + 1 if delivered else 0
        for place, arrival in enumerate(group[first:], start=first):
            if place == len(group) - 1 and not goes_on:
                yield PlacedArrival(arrival, HistoryPosition(record, start.newest_ms))
            else:
                yield PlacedArrival(arrival, HistoryPosition(complete, start.newest_ms, arrival.message_id))
        if not goes_on:
            complete = record
