"""`FileReader`: any bank statement file, by what it holds; its name says nothing."""

import re
from collections.abc import Callable

from integrations.bankfiles.bai2 import read_bai2
from integrations.bankfiles.camt import read_camt
from integrations.bankfiles.csv_statement import read_csv
from integrations.bankfiles.drafts import DraftStatement, finished
from integrations.bankfiles.fault import Fault
from integrations.bankfiles.limits import MOST_BYTES
from integrations.bankfiles.mt940 import read_mt940
from integrations.bankfiles.ofx import read_ofx
from integrations.bankfiles.words import account_of
from integrations.ports.bank_statement import BankFile, GivenByPerson, StatementRefused

_HEAD_BYTES = 8_192
_MARKS = re.compile(rb"^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")
_MT940 = re.compile(rb"(?:^|\n)\s{0,4}(?::20:|:25P?:|:6[012][FM]?:|:86:|\{1:F)")
#: What people upload by mistake: first bytes, and what it is.
_OTHERS = ((b"%PDF", "a PDF"), (b"PK\x03\x04", "a workbook or an archive"), (b"\xd0\xcf\x11\xe0", "an old workbook"))
_PARSERS: dict[str, Callable[[bytes], list[DraftStatement]]] = {
    "camt": read_camt,
    "mt940": read_mt940,
    "bai2": read_bai2,
    "ofx": read_ofx,
}


class FileReader:
    """See `BankFileReader`. Reads at most 64 MiB, in time that grows with the size alone."""

    def read(self, content: bytes, name: str, given: GivenByPerson) -> BankFile:
        try:
            return _read(content, given)
        except Fault as fault:
            raise StatementRefused(name, fault.line, fault.reason, fault.what_to_do) from fault


def _read(content: bytes, given: GivenByPerson) -> BankFile:
    if len(content) > MOST_BYTES:
        raise Fault(f"it has more than {MOST_BYTES:,} bytes", 0, "export shorter periods and import each")
    if not content.strip(b"\0 \r\n\t"):
        raise Fault("it is empty")
    kind = kind_of(content)
    mapping: dict[str, str] = {}
    if kind == "csv":
        drafts, found = read_csv(content, given)
        mapping.update(found)
    else:
        drafts = _PARSERS[kind](content)
    for draft in drafts:
        draft.account = draft.account or account_of(given.account)
    return BankFile(kind, finished(drafts), mapping)


def kind_of(content: bytes) -> str:
    """`camt`, `mt940`, `bai2`, `ofx` or `csv`, which is what all other text is taken for.

    Raises:
        Fault: it is no text.
    """
    marked = content[:_HEAD_BYTES]
    for start, what in _OTHERS:
        if marked.startswith(start):
            raise Fault(f"it is {what}", 0, "export it as CAMT.053, MT940, BAI2, OFX or CSV")
    # UTF-16 has a zero byte beside each letter of a mark that is looked for.
    head = _MARKS.sub(b"", marked).replace(b"\0", b"").replace(b"\r", b"\n").lstrip()
    upper = head.upper()
    if b"<OFX" in upper or upper.startswith((b"OFXHEADER", b"<?OFX")):
        return "ofx"
    if head.startswith(b"<"):
        return "camt"
    if re.match(rb"01,[^\n]{0,200}\n\s*(?:02|88),", head) or re.match(
        rb"01,[^,\n]{0,40},[^,\n]{0,40},[0-9]{6},", head
    ):
        return "bai2"
    return "mt940" if _MT940.search(head) else "csv"
