"""Reads the files of a ledger from a folder into text."""

from pathlib import Path

from core.errors import InvalidInput
from ledger.model.import_records import LedgerFiles

#: Entities hold lists of bank accounts, which a CSV cannot.
_NOT_A_TABLE = ("entities", "csv")
_KINDS = ("entities", "customers", "contacts", "invoices", "credits", "payments", "allocations")
#: All files together, in bytes.
MOST_BYTES = 512 * 1024 * 1024


def read_ledger_folder(folder: Path, *, most_bytes: int = MOST_BYTES) -> LedgerFiles:
    """File name to text of each ledger file (`customers.csv`, `invoices.json`, ...) in `folder`, and no other.

    Raises:
        InvalidInput: no such folder, no ledger file in it, a file that cannot be read or is not UTF-8, or more than
            `most_bytes` in all.
    """
    if not folder.is_dir():
        raise InvalidInput(f"{folder} is not a folder")
    names = [f"{kind}.{ending}" for kind in _KINDS for ending in ("csv", "json") if (kind, ending) != _NOT_A_TABLE]
    files: dict[str, str] = {}
    left = most_bytes
    for path in (folder / name for name in names if (folder / name).exists()):
        content = _read(path, left, most_bytes)
        left -= len(content)
        files[path.name] = _decoded(path, content)
    if not files:
        raise InvalidInput(f"{folder} holds no ledger file; any of these is one: {', '.join(names)}")
    return files


def _read(path: Path, left: int, most_bytes: int) -> bytes:
    try:
        if not path.is_file():
            raise InvalidInput(f"{path} is not a file")
        with path.open("rb") as file:
            content = file.read(left + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}") from error
    if len(content) > left:
        raise InvalidInput(f"the ledger files hold more than {most_bytes:,} bytes: import them in parts")
    return content


def _decoded(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidInput(
            f"{path} is not UTF-8: byte {content[error.start]:#04x} at offset {error.start:,}, line "
            f"{line:,}. Save it as UTF-8 and import again."
        ) from error
