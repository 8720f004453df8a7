"""What lies in a mail folder, and the bytes of one file; nothing outside the folder can be reached from here."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Maildir keeps new mail in `new` and seen mail in `cur`; `tmp` holds mail that is still being written.
_MAILDIR_FOLDERS = ("new", "cur")
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: Without O_NONBLOCK, opening a named pipe that somebody put there would wait for ever.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, order=True)
class FoundFile:
    """A mail file; sorted by age, then name.

    `name` stays the same while a Maildir file moves from `new` to `cur` and changes its flags; `place` and
    `filename` say where it lies now.
    """

    mtime_ns: int
    name: str
    size: int
    place: str
    filename: str

    @property
    def version(self) -> tuple[int, int]:
        """Changes when the file is written to."""
        return self.mtime_ns, self.size


@dataclass(frozen=True, slots=True)
class Listing:
    """All mail files by name, and when the directories themselves last changed (wall clock, nanoseconds)."""

    files: dict[str, FoundFile]
    directories: tuple[int, ...]


class FileChanged(Exception):
    """The file is gone or is no longer what the listing said."""


def list_folder(folder: Path) -> Listing:
    """Every `.eml` file in `folder`, and every file in its `new` and `cur`; dot files and links are not mail.

    Raises:
        OSError: the folder cannot be read.
    """
    files: dict[str, FoundFile] = {}
    directories: list[int] = []
    for place in ("", *_MAILDIR_FOLDERS):
        try:
            with _directory(folder, place) as handle:
                directories.append(os.fstat(handle).st_mtime_ns)
                files.update((found.name, found) for found in _mail_in(handle, place))
        except (FileNotFoundError, NotADirectoryError):
            if not place:
                raise
            directories.append(0)
        except OSError:
            # A link in the place of `new` or `cur` (ELOOP) leads out of the folder: it is not ours to follow.
            if not place or not (folder / place).is_symlink():
                raise
            directories.append(0)
    return Listing(files, tuple(directories))


def directory_times(folder: Path) -> tuple[int, ...]:
    """As `Listing.directories`, without looking at the files.

    Raises:
        OSError: the folder cannot be read.
    """
    times = [folder.stat().st_mtime_ns]
    for place in _MAILDIR_FOLDERS:
        try:
            found = (folder / place).lstat()
        except FileNotFoundError:
            times.append(0)
        else:
            times.append(found.st_mtime_ns if stat.S_ISDIR(found.st_mode) else 0)
    return tuple(times)


def read_file(folder: Path, found: FoundFile, max_bytes: int) -> bytes | None:
    """The file's bytes; None where there are more than `max_bytes`.

    Raises:
        FileChanged: it is gone, was written to since it was listed, or is no plain file.
        OSError: it cannot be read.
    """
    try:
        with _directory(folder, found.place) as directory:
            handle = os.open(found.filename, _FILE, dir_fd=directory)
    except FileNotFoundError as error:
        raise FileChanged(found.name) from error
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode) or (before.st_mtime_ns, before.st_size) != found.version:
            raise FileChanged(found.name)
        if before.st_size > max_bytes:
            return None
        raw = file.read(before.st_size + 1)
        after = os.fstat(handle)
    if len(raw) != before.st_size or (after.st_mtime_ns, after.st_size) != found.version:
        raise FileChanged(found.name)
    return raw


@contextmanager
def _directory(folder: Path, place: str) -> Iterator[int]:
    """The open directory. The folder itself may be a link, which is the operator's choice; `new` and `cur` not."""
    root = os.open(folder, _DIRECTORY & ~os.O_NOFOLLOW)
    try:
        handle = os.open(place, _DIRECTORY, dir_fd=root) if place else os.dup(root)
    finally:
        os.close(root)
    try:
        yield handle
    finally:
        os.close(handle)


def _mail_in(handle: int, place: str) -> Iterator[FoundFile]:
    with os.scandir(handle) as entries:
        for entry in entries:
            if entry.name.startswith(".") or not (place or entry.name.lower().endswith(".eml")):
                continue
            try:
                found = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # It was moved while we looked: the next look finds it.
            if stat.S_ISREG(found.st_mode):
                yield FoundFile(found.st_mtime_ns, _name(entry.name, place), found.st_size, place, entry.name)


def _name(filename: str, place: str) -> str:
    """Without a Maildir's flags; bytes that are no UTF-8 are written out, because a database would refuse them."""
    readable = os.fsencode(filename).decode("utf-8", "backslashreplace")
    return f"cur/{readable.partition(':')[0]}" if place else readable
