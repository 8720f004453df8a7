"""Damaged bank files are read or refused: no other error, no key twice, bounded time, the same answer again.

`make test` runs some hundred examples, always the same; `make fuzz` runs new ones for as long as it is told.
"""

# ruff: noqa: E501 - one costly thing a line.

import os
import time
from datetime import timedelta

import pytest
from factories.bank_files import ALL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.bankfiles.reader import FileReader
from integrations.ports.bank_statement import BankFile, GivenByPerson, StatementRefused

MOST_SECONDS = 10.0
EXAMPLES = int(os.environ.get("DULY_FUZZ_EXAMPLES", "20000"))
_TOKENS = (
    b"\n", b"\x00", b"<", b">", b"&#xD800;", b"&b;", b'"', b",", b";", b"/", b":61:", b":86:", b":62F:", b":20:X\n", b"-", b"9" * 30, b"1e9",
    b"NaN", b"Infinity", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xd9\xa1", b"\xc2\xb2", b"?20", b"?", b"{4:", b"-}", b"/REMI/", b"88,",
    b"16,", b"03,", b"<STMTTRN>", b"</OFX>", b"<Ntry>", b"</Ntry>", b"<TxDtls>", b"<![CDATA[", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"\t", b" ",
    b"0", b"\xef\xbb\xbf", b"\xff\xfe", b"31.02.2026;", b"(", b"EUX",
)  # fmt: skip
_SOURCES = sorted(ALL)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A statement with one to five damages."""
    content = ALL[draw(st.sampled_from(_SOURCES))]
    for _ in range(draw(st.integers(1, 5))):
        at, end = sorted((draw(st.integers(0, len(content))), draw(st.integers(0, len(content)))))
        kind = draw(st.sampled_from(("put", "cut", "drop", "copy", "byte", "other")))
        if kind == "put":
            content = (
                content[:at] + draw(st.sampled_from(_TOKENS)) * draw(st.sampled_from((1, 2, 3_000))) + content[at:]
            )
        elif kind == "cut":
            content = content[:at]
        elif kind == "drop":
            content = content[:at] + content[end:]
        elif kind == "copy":
            content = content[:end] + content[at:end] * draw(st.integers(1, 30)) + content[end:]
        elif kind == "byte":
            content = content[:at] + draw(st.binary(min_size=1, max_size=4)) + content[at + 1 :]
        else:
            content = content[:at] + ALL[draw(st.sampled_from(_SOURCES))][at:]
        content = content[:400_000]
    return content


def read(content: bytes) -> BankFile | str:
    try:
        return FileReader().read(content, "damaged", GivenByPerson(may_assume_currency=True))
    except StatementRefused as refused:
        return str(refused) if refused.reason and refused.what_to_do else ""


def check(content: bytes) -> None:
    started = time.process_time()
    found = read(content)
    assert time.process_time() - started < MOST_SECONDS
    assert read(content) == found
    if isinstance(found, str):
        assert found.encode()
        return
    lines = [line for one in found.statements for line in one.lines]
    assert len({line.external_key for line in lines}) == len(lines)
    for line in lines:
        assert line.amount.amount.is_finite()
        "".join((line.payer_name, line.payer_account, line.reference, line.bank_id)).encode()


@settings(max_examples=400, derandomize=True, deadline=timedelta(seconds=30), database=None)
@given(damaged())
def test_a_damaged_statement_is_read_or_refused(content: bytes) -> None:
    check(content)


@pytest.mark.soak
@settings(max_examples=EXAMPLES, deadline=timedelta(seconds=30), suppress_health_check=list(HealthCheck))
@given(damaged())
def test_new_damaged_statements_are_read_or_refused(content: bytes) -> None:
    check(content)


#: Shapes that cost a careless parser the square of their length, about a megabyte each.
_COSTLY = {
    "bai2-summaries": ALL["bai2"].replace(b"010,100000,,", b"010,100000,," + b",010,0,," * 100_000),
    "bai2-continuations": ALL["bai2"].replace(b"88,RMR", b"88,X\n" * 19_000 + b"88,RMR"),
    "bai2-labels": ALL["bai2"].replace(b"RMR*IV", b"ORIG:" * 200_000),
    "mt940-details": ALL["german"].replace(b"?21SVWZ+", b"?21SVWZ+" * 120_000),
    "mt940-slashes": ALL["swift"].replace(b"/REMI/", b"/REMI/" * 150_000),
    "mt940-blanks": ALL["free"].replace(b"BRIGHTWATER", b" " * 1_000_000),
    "ofx-open": b"OFXHEADER:100\n<OFX>" + b"<STMTRS>" * 120_000,
    "ofx-angles": b"<OFX>" + b"<" * 1_000_000,
    "ofx-cdata": b"<OFX>" + b"<![CDATA[" * 110_000,
    "xml-deep": b"<a>" * 300_000,
    "xml-attributes": b"<a " + b"".join(b'b%d="1" ' % at for at in range(60_000)),
    "camt-text": ALL["camt053"].replace(b"RE-2026-0411", b"&amp;" * 200_000),
    "csv-quotes": b"Date;Amount\n" + b'"' * 1_000_000,
    "csv-columns": b"Date;Amount" + b";x" * 500_000 + b"\n",
    "csv-blank-rows": ALL["german_csv"] + b";;;;;;\n" * 140_000,
    "csv-digits": ALL["german_csv"].replace(b"1.250,00", b"1" * 1_000_000),
    "lines": b":20:\n" * 200_000,
}  # fmt: skip


@pytest.mark.parametrize("name", _COSTLY)
def test_a_costly_shape_ends_in_time(name: str) -> None:
    check(_COSTLY[name])
