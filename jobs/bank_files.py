"""Composition root of bank statement files; needs no database, no queue and no model."""

from integrations.bankfiles.limits import MOST_BYTES
from integrations.bankfiles.reader import FileReader
from integrations.ports.bank_statement import BankFileReader

#: Files up to this size are read.
MOST_STATEMENT_BYTES = MOST_BYTES


def make_bank_file_reader() -> BankFileReader:
    """Reads CAMT, MT940, BAI2, OFX and CSV."""
    return FileReader()
