"""What may be spent on the attachments of one mail. A mail as a whole has 10 s and 512 MiB (issue 3, "Bad input")."""

#: Characters of one attachment. A remittance advice of 400 lines has about 20,000.
MOST_CHARACTERS = 40_000
#: Bytes of one file, and of all files of a mail, that are handed to a parser; scans alone are larger.
MOST_FILE_BYTES = 12 * 1024 * 1024
MOST_BYTES = 24 * 1024 * 1024
#: Files of one mail that are handed to a parser.
MOST_FILES = 30
MOST_PAGES = 50
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_SHEETS = 20
MOST_CELL_CHARACTERS = 500
#: Unpacked bytes of one member of a workbook or document, and of all of them: a bomb names its size itself, and
#: what lies about it is stopped by the memory limit.
MOST_MEMBER_BYTES = 60 * 1024 * 1024
MOST_UNPACKED_BYTES = 120 * 1024 * 1024
MOST_MEMBERS = 2_000

#: Seconds for all files of a mail; the rest of the ten is for the mail itself.
MOST_SECONDS = 6.0
#: One document stops taking further pages after so long, and is cut short; one whose page does not end is given up
#: a little later, so that the files behind it have their turn.
MOST_DOCUMENT_SECONDS = 3.0
GIVEN_UP_SECONDS = 3.5
#: Address space of the child. The mail's own bytes and its decoded parts take the rest of the 512 MiB.
CHILD_MEMORY_BYTES = 320 * 1024 * 1024
#: What the child may write: all texts of a mail, escaped.
CHILD_ANSWER_BYTES = 8 * 1024 * 1024
