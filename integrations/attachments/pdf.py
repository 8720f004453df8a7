"""PDF -> text, with columns kept apart. Runs in the child only: pypdf can be made to loop and to swell.

pypdf (BSD) is chosen over PDFium, which is quicker and C++ on hostile bytes, and over pdfminer.six, which is slower.
Pictures are never decoded.
"""

import io
import logging
import re
import time

from pypdf import PageObject, PasswordType, PdfReader

from integrations.attachments.limits import MOST_DOCUMENT_SECONDS, MOST_PAGES
from integrations.attachments.read_text import TextSoFar, Unreadable
from integrations.attachments.tables import table_line

#: Blanks that the layout puts between columns; between words it puts one, rarely two.
_COLUMN_GAP = re.compile(r" {3,}")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def pdf_text(content: bytes) -> TextSoFar:
    """The text of the pages, in reading order.

    Raises:
        Unreadable: it needs a password, or it is a scan.
    """
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise Unreadable("it is locked with a password")
    found = TextSoFar()
    started = time.monotonic()
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES or time.monotonic() - started > MOST_DOCUMENT_SECONDS:
            found.is_cut = True
            break
        if not _add_page(page, found):
            break
    if not found.text.strip():
        raise Unreadable("it holds no text; it may be a scan")
    return found


def _add_page(page: PageObject, found: TextSoFar) -> bool:
    """Adds the page's lines; False once there is enough."""
    for line in _layout(page).split("\n"):
        cells = [cell for cell in _COLUMN_GAP.split(line.strip()) if cell]
        row = table_line(cells) if len(cells) > 2 else " | ".join(cells).replace(": | ", ": ")
        if not found.add(row):
            return False
    return True


def _layout(page: PageObject) -> str:
    """The text with blanks where the page has them; in the order of the file where the layout cannot be made out."""
    try:
        return page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, ZeroDivisionError, OverflowError):
        return page.extract_text()
