"""How much of a bank file is read. A year of a busy account is some ten megabytes."""

MOST_BYTES = 64 * 1024 * 1024
#: Transactions of one file; each costs about a kilobyte of memory.
MOST_LINES = 400_000
#: Characters of a name, an account or a bank's number, and of a reference. CAMT allows 140 characters a line of
#: remittance text, MT940 390 in all; an ACH addendum list is longer.
MOST_NAME = 140
MOST_REFERENCE = 2_000
#: Warnings kept of one statement; behind them one says how many more there were.
MOST_WARNINGS = 20
#: Levels of XML or OFX elements; CAMT has about fifteen.
MOST_DEPTH = 40
#: Columns of a CSV, and characters of one cell.
MOST_COLUMNS = 120
MOST_CELL = 10_000
#: Rows before the header of a CSV: account, period, balances.
MOST_PREAMBLE = 40
