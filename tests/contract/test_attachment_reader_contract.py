"""Attachments are read in a child process: within time and memory, whatever is in them."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest
from factories.attached_files import (
    ADVICE_ROWS,
    a_docx,
    a_locked_pdf,
    a_paragraph,
    a_pdf,
    a_pdf_of_streams,
    a_zip,
    an_xlsx,
    attached,
    deflated,
)

from integrations.attachments.child import FileToParse, parse_in_child
from integrations.attachments.limits import MOST_CHARACTERS, MOST_FILE_BYTES
from integrations.attachments.reader import FileReader
from integrations.ports.attachment_text import AttachmentReader, ReadAttachment
from mail.message import Attachment

READER: AttachmentReader = FileReader()
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE w:document [<!ENTITY l0 "lol">{LAUGHS}]>'


def an_xlsx_with(strings: str) -> bytes:
    """A workbook whose only cell is its first shared string; `strings` is that part's XML."""
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    package = "http://schemas.openxmlformats.org/package/2006"
    return a_zip(
        {
            "[Content_Types].xml": (
                f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
                'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
                f'<Override PartName="/xl/worksheets/s.xml" ContentType="{office}.worksheet+xml"/>'
                f'<Override PartName="/xl/sharedStrings.xml" ContentType="{office}.sharedStrings+xml"/></Types>'
            ).encode(),
            "_rels/.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="a" Type="{rel}/officeDocument" '
                'Target="xl/workbook.xml"/></Relationships>'
            ).encode(),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{rel}"><sheets><sheet name="Sheet1" sheetId="1" r:id="b"/>'
                "</sheets></workbook>"
            ).encode(),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{package}/relationships"><Relationship Id="b" Type="{rel}/worksheet" '
                f'Target="worksheets/s.xml"/><Relationship Id="c" Type="{rel}/sharedStrings" '
                'Target="sharedStrings.xml"/></Relationships>'
            ).encode(),
            "xl/worksheets/s.xml": (
                f'<worksheet xmlns="{main}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData>'
                "</worksheet>"
            ).encode(),
            "xl/sharedStrings.xml": strings.encode(),
        }
    )


def test_each_file_has_its_answer_in_order() -> None:
    files = [
        attached("note.txt", text="We paid on Monday.", kind="text/plain"),
        attached("advice.pdf", a_pdf("Remittance for RE-4711")),
        attached("logo.png", b"\x89PNG\r\n" + bytes(100)),
        attached("advice.xlsx", an_xlsx(ADVICE_ROWS)),
        attached("letter.docx", a_docx(a_paragraph("Two boxes were missing."))),
        attached("list.csv", text="RE-1;500,00"),
        attached("locked.pdf", a_locked_pdf(a_pdf("x"), "secret")),
        attached("scan.pdf", a_pdf("#rect(width: 5cm)")),
        attached("broken.pdf", b"%PDF-1.7\nnothing"),
    ]
    read = READER.read(files)
    assert [one.text.split("\n")[0] for one in read] == [
        "We paid on Monday.",
        "Remittance for RE-4711",
        "",
        "Remittance advice",
        "Two boxes were missing.",
        "RE-1 | 500,00",
        "",
        "",
        "",
    ]
    assert [one.for_person for one in read] == [
        *[""] * 6,
        "it is locked with a password",
        "it holds no text; it may be a scan",
        "it is damaged",
    ]


def test_long_text_is_cut_and_for_a_person() -> None:
    (read,) = READER.read([attached("note.txt", text="x" * (MOST_CHARACTERS + 1), kind="text/plain")])
    assert (len(read.text), read.is_cut, read.for_person) == (
        MOST_CHARACTERS,
        True,
        "it is longer than what is read of it",
    )


def test_no_attachment_starts_no_child_and_answers_nothing() -> None:
    started: list[int] = []

    def parse(files: tuple[FileToParse, ...]) -> tuple[ReadAttachment, ...]:
        started.append(len(files))
        return ()

    assert FileReader(parse).read([]) == ()
    assert FileReader(parse).read([attached("a.txt", text="a", kind="text/plain")]) == (ReadAttachment("a"),)
    assert started == []


HOSTILE = {
    "a document that unpacks to 90 megabytes": lambda: attached(
        "a.docx", a_zip({"word/document.xml": bytes(90 << 20)})
    ),
    "a document of one endless word": lambda: attached(
        "a.docx", a_docx("<w:p><w:r><w:t>" + "x" * (40 << 20) + "</w:t></w:r></w:p>")
    ),
    "a document of rows within rows": lambda: attached("a.docx", a_docx("<w:tbl><w:tr><w:tc>" * 300_000)),
    "a document whose entities laugh": lambda: attached("a.docx", a_docx("<w:p>&l9;</w:p>", head=DOCTYPE)),
    "a workbook whose entities laugh": lambda: attached(
        "a.xlsx",
        an_xlsx_with(
            DOCTYPE.replace("w:document", "sst")
            + '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&l9;</t></si></sst>'
        ),
    ),
    "a workbook of many strings": lambda: attached(
        "a.xlsx",
        an_xlsx_with(
            '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            + "<si><t>aaaaaaaaaa</t></si>" * 100_000
            + "</sst>"
        ),
    ),
    "a page that unpacks to 300 megabytes": lambda: attached(
        "a.pdf", a_pdf_of_streams(deflated(300, b"BT /F 9 Tf (x) Tj ET " * 50_000))
    ),
    "many pages of many words": lambda: attached(
        "a.pdf", a_pdf_of_streams(deflated(1, b"BT /F 9 Tf 50 50 Td (word) Tj ET " * 15_000), pages=200)
    ),
    "words all over a page without end": lambda: attached(
        "a.pdf",
        a_pdf_of_streams(
            deflated(1, b"".join(b"BT /F 1 Tf %d %d Td (w) Tj ET " % (n * 90_000, n * 70_000) for n in range(3_000)))
        ),
    ),
    "a PDF of endless brackets": lambda: attached("a.pdf", a_pdf_of_streams(deflated(1, b"[" * 2_000_000))),
    "a PDF of nothing but its beginning": lambda: attached("a.pdf", b"%PDF-1.4\n" + b"1 0 obj<<" * 500_000),
}


@contextmanager
def memory_with_children() -> Iterator[Callable[[], float]]:
    """MiB that this process and its new children held at most inside, beyond what it held before."""
    process, done = psutil.Process(), threading.Event()
    known = {child.pid for child in process.children()}
    before, ours, most = process.memory_info().rss, process.cmdline(), [0]

    def look() -> None:
        while not done.wait(0.005):
            held = process.memory_info().rss - before
            for child in process.children():
                with suppress(psutil.Error):
                    # Until it has its own program, a child lives in our memory, and all of that shows as its own.
                    counts = child.pid not in known and child.cmdline() != ours
                    held += child.memory_full_info().uss if counts else 0
            most[0] = max(most[0], held)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield lambda: most[0] / 2**20
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_read_in_part_or_is_for_a_person_in_bounded_time(name: str) -> None:
    file: Attachment = HOSTILE[name]()
    begun = time.monotonic()
    with memory_with_children() as most:
        (read,) = READER.read([file])
    assert time.monotonic() - begun < 9
    assert most() < 400
    assert read.for_person or read.text
    assert len(read.text) <= MOST_CHARACTERS


SLOW = a_pdf_of_streams(deflated(40, b"BT /F 9 Tf (x) Tj ET " * 50_000))
PAID = FileToParse("docx", a_docx(a_paragraph("Paid.")))


def test_file_that_does_not_end_is_given_up_and_those_behind_it_are_read() -> None:
    read = parse_in_child([FileToParse("pdf", SLOW), PAID])
    assert [(one.text, one.for_person) for one in read] == [("", "it takes too long to read"), ("Paid.", "")]


def test_files_before_the_end_of_the_childs_time_keep_their_answers() -> None:
    begun = time.monotonic()
    read = parse_in_child([PAID, FileToParse("pdf", SLOW), PAID], seconds=2.0)
    assert time.monotonic() - begun < 4
    assert [one.text for one in read] == ["Paid.", "", ""]
    assert [one.for_person for one in read] == ["", *["it takes too long to read"] * 2]


def test_file_over_the_limit_is_never_parsed() -> None:
    (read,) = READER.read([attached("a.pdf", b"%PDF-1.7" + bytes(MOST_FILE_BYTES))])
    assert read.for_person.startswith("it is too large to be read")


def test_child_has_none_of_our_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DULY_SECRET_KEY", "secret")
    seen: list[dict[str, str]] = []
    monkeypatch.setattr("integrations.attachments.child.subprocess.run", lambda *_, env, **__: seen.append(env))
    parse_in_child([FileToParse("pdf", b"")])
    assert set(seen[0]) == {"PYTHONPATH", "LANG"}
