"""Files as customers attach them, made in the test: PDF by typst, XLSX by openpyxl, DOCX and bombs by hand."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date

import typst
from openpyxl import Workbook
from pypdf import PdfReader, PdfWriter

from mail.message import Attachment

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".csv": "text/csv",
    ".png": "image/png",
}


def attached(name: str, content: bytes = b"", *, text: str = "", kind: str = "", inline: bool = False) -> Attachment:
    """An attachment as the mail room hands it on."""
    kind = kind or next((one for ending, one in TYPES.items() if name.endswith(ending)), "application/octet-stream")
    return Attachment(name, kind, len(content) or len(text), content or text.encode(), text, inline)


def a_pdf(markup: str) -> bytes:
    """A PDF from typst markup."""
    made = typst.compile(markup.encode(), format="pdf")
    assert isinstance(made, bytes)
    return made


def a_pdf_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """A PDF with a title, the lines of `head`, and a table."""
    cells = ", ".join(f"[{cell}]" for row in rows for cell in row)
    lines = " \\\n".join(head)
    return a_pdf(f"= {title}\n{lines}\n\n#table(columns: {len(rows[0])}, {cells})\n")


def a_locked_pdf(content: bytes, user_password: str) -> bytes:
    """The PDF encrypted with AES; an empty user password lets everybody read it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password, owner_password="owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_pdf_of_streams(*streams: bytes, pages: int = 1) -> bytes:
    """A PDF by hand: every page shows the same deflated content stream, which may be anything."""
    kids = " ".join(f"{10 + n} 0 R" for n in range(pages))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: f"<</Type/Pages/Count {pages}/Kids[{kids}]>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    }
    packed = b"".join(streams)
    objects[4] = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    objects |= {10 + n: page for n in range(pages)}
    out = bytearray(b"%PDF-1.4\n")
    for number, held in objects.items():
        out += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    return bytes(out + b"trailer<</Size 999/Root 1 0 R>>\nstartxref\n0\n%%EOF")


def deflated(pieces: int, piece: bytes) -> bytes:
    """Many repetitions, packed without ever being held unpacked."""
    packer = zlib.compressobj(9)
    out = [packer.compress(piece) for _ in range(pieces)]
    return b"".join([*out, packer.flush()])


def an_xlsx(
    rows: Sequence[Sequence[object]],
    *,
    title: str = "Sheet1",
    formats: dict[str, str] | None = None,
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[str] = (),
) -> bytes:
    """A workbook of one sheet; `formats` by column letter, rows counted from 1."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for column, shown in (formats or {}).items():
        for cell in sheet[column]:
            cell.number_format = shown
    for row in hidden_rows:
        sheet.row_dimensions[row].hidden = True
    for column in hidden_columns:
        sheet.column_dimensions[column].hidden = True
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def a_docx(body: str, *, head: str = "") -> bytes:
    """A document with this XML as its body; `head` stands before the root element."""
    document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>'
    return a_zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": document.encode()})


def a_paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def a_zip(members: dict[str, bytes]) -> bytes:
    """An archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


ADVICE_ROWS: list[list[object]] = [
    ["Remittance advice"],
    ["Payment date", date(2026, 3, 1)],
    ["Payment reference", "WT-88123"],
    ["Invoice", "Date", "Amount"],
    ["RE-2026-0411", date(2026, 1, 5), 1250],
    ["RE-2026-0412", date(2026, 1, 6), 480.5],
    ["Total", None, 1730.5],
]
