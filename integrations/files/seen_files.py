"""`SeenFiles`: which files of a folder were delivered, exactly in memory and as a short cursor across restarts.

The cursor says "everything up to this file was delivered" and proves it with 32 checksums over the files that it
means. Whoever takes it up compares them with what lies in the folder: a checksum that agrees covers its files
without reading them; one that does not (a file with an old date came in, one was deleted) has its files delivered
again. So nothing rests on clocks, and a gap is impossible; only the same may come twice.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from integrations.files.listing import FoundFile

_CHECKSUMS = 32
_HEX_DIGITS = 16


@dataclass(frozen=True, slots=True)
class _Position:
    """A cursor, read. `deliveries` counts up with each, so that an older cursor is known for one."""

    deliveries: int
    newest: tuple[int, str]
    checksums: tuple[int, ...]


_START = _Position(0, (-1, ""), (0,) * _CHECKSUMS)


class SeenFiles:
    """The files that were delivered and still lie in the folder."""

    def __init__(self) -> None:
        self._seen: dict[str, FoundFile] = {}
        self._position = _START
        #: The cursor that was last taken up or passed. It may name files that are gone by now.
        self._cursor: str | None = None

    def __contains__(self, found: FoundFile) -> bool:
        known = self._seen.get(found.name)
        return known is not None and known.version == found.version

    def is_at(self, cursor: str | None) -> bool:
        """Whether `cursor` is where we stand, so that `go_to` would change nothing."""
        return cursor == self._cursor

    def go_to(self, cursor: str | None, files: dict[str, FoundFile]) -> None:
        """Takes up a cursor that another process, or an earlier life of this one, has kept.

        A cursor behind ours asks for what came after it once more, so what we remember is forgotten.
        """
        position, self._cursor = _read(cursor), cursor
        if position.deliveries < self._position.deliveries:
            self._seen, self._position = {}, _START
        covered = [found for found in files.values() if _age(found) <= position.newest]
        checksums = _checksums(covered)
        for found in covered:
            bucket, _ = _digest(found)
            if checksums[bucket] == position.checksums[bucket]:
                self._seen[found.name] = found
        newest = max(position.newest, self._position.newest)
        self._position = _Position(position.deliveries, newest, _checksums(self._seen.values()))

    def keep_only(self, files: dict[str, FoundFile]) -> None:
        """Forgets files that are gone."""
        gone = [name for name in self._seen if name not in files]
        for name in gone:
            self._position = _toggled(self._position, self._seen.pop(name))

    def cursor_after(self, found: FoundFile) -> str:
        """The cursor once `found` is delivered; it is not counted as delivered yet."""
        return _written(self._after(found))

    def add(self, found: FoundFile) -> None:
        """`found` was delivered and taken."""
        self._position = self._after(found)
        self._cursor = _written(self._position)
        self._seen[found.name] = found

    def _after(self, found: FoundFile) -> _Position:
        position = self._position
        earlier = self._seen.get(found.name)
        if earlier is not None:
            position = _toggled(position, earlier)
        position = _toggled(position, found)
        return _Position(position.deliveries + 1, max(position.newest, _age(found)), position.checksums)


def _age(found: FoundFile) -> tuple[int, str]:
    return found.mtime_ns, found.name


def _digest(found: FoundFile) -> tuple[int, int]:
    """Which checksum the file belongs to, and what it adds to it."""
    facts = f"{found.mtime_ns}\0{found.size}\0{found.name}".encode()
    digest = hashlib.blake2b(facts, digest_size=9).digest()
    return digest[8] % _CHECKSUMS, int.from_bytes(digest[:8], "big")


def _toggled(position: _Position, found: FoundFile) -> _Position:
    """With `found` taken into its checksum, or out of it where it was in."""
    bucket, value = _digest(found)
    checksums = list(position.checksums)
    checksums[bucket] ^= value
    return _Position(position.deliveries, position.newest, tuple(checksums))


def _checksums(files: Iterable[FoundFile]) -> tuple[int, ...]:
    checksums = [0] * _CHECKSUMS
    for found in files:
        bucket, value = _digest(found)
        checksums[bucket] ^= value
    return tuple(checksums)


def _written(position: _Position) -> str:
    checksums = "".join(f"{value:0{_HEX_DIGITS}x}" for value in position.checksums)
    return json.dumps({"deliveries": position.deliveries, "newest": list(position.newest), "checksums": checksums})


def _read(cursor: str | None) -> _Position:
    """The position; the start for a cursor that is no cursor of ours, because twice is better than never."""
    if not cursor:
        return _START
    try:
        fields = json.loads(cursor)
        mtime_ns, name = fields["newest"]
        digits = fields["checksums"]
        starts = range(0, _CHECKSUMS * _HEX_DIGITS, _HEX_DIGITS)
        checksums = tuple(int(digits[start : start + _HEX_DIGITS], 16) for start in starts)
        return _Position(int(fields["deliveries"]), (int(mtime_ns), str(name)), checksums)
    except (ValueError, KeyError, TypeError):
        return _START
