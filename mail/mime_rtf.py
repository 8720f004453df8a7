"""Rich Text as Outlook sends it: decompressed (MS-OXRTFCP), and turned back into the HTML or the text behind it.

The libraries for this were tried and left: `striprtf` searches the font table with nested lazy quantifiers and knows
nothing of HTML inside RTF, `RTFDE` brings oletools and lark, `compressed-rtf` has no limit on what comes out.
"""

import html
import re
from dataclasses import dataclass, field, replace

from mail.mime_charset import decode_text

#: Rich Text beyond this is cut: two bytes can become seventeen, and the text of a mail is small.
MAX_RTF_BYTES = 1024 * 1024
#: Groups within groups; Word writes about ten.
_MOST_GROUPS = 500

_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans Serif"
    rb"SymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u"
    rb"\tab\tx"
)
_WINDOW = 4096

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
#: Groups that hold no words of the text.
_SILENT = frozenset(
    b"fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf "
    b"fldinst themedata datastore listtable listoverridetable rsidtbl generator xmlnstbl".split()
)
_WORDS = {
    b"par": "\n",
    b"line": "\n",
    b"sect": "\n\n",
    b"page": "\n\n",
    b"row": "\n",
    b"cell": " | ",
    b"nestcell": " | ",
    b"nestrow": "\n",
    b"tab": "\t",
    b"emdash": "—",
    b"endash": "–",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"emspace": " ",
    b"enspace": " ",
}
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\r": "\n", b"\n": "\n"}


@dataclass(frozen=True, slots=True)
class RichText:
    """What the Rich Text was made from: `html` where it came from HTML, else `text`."""

    text: str = ""
    html: str = ""
    #: Words formatted as hidden; they are not in `text`.
    hidden: str = ""


def decompress_rtf(content: bytes) -> bytes:
    """The Rich Text in a compressed-RTF property, at most `MAX_RTF_BYTES`; empty where it is none.

    The checksum is not compared: a body with a wrong one is still what the customer wrote.
    """
    kind = content[8:12]
    if kind == b"MELA":
        return content[16 : 16 + MAX_RTF_BYTES]
    if kind != b"LZFu":
        return b""
    return _expand(content[16:])


def _expand(packed: bytes) -> bytes:
    window = bytearray(_DICTIONARY.ljust(_WINDOW, b" "))
    write = len(_DICTIONARY)
    out = bytearray()
    at = 0
    while at < len(packed) and len(out) < MAX_RTF_BYTES:
        control = packed[at]
        at += 1
        for bit in range(8):
            if at >= len(packed):
                break
            if control >> bit & 1:
                token = int.from_bytes(packed[at : at + 2].ljust(2, b"\x00"), "big")
                at += 2
                read, length = token >> 4, (token & 15) + 2
                if read == write:
                    return bytes(out)
            else:
                read, length = -1, 1
            for step in range(length):
                byte = packed[at] if read < 0 else window[(read + step) % _WINDOW]
                out.append(byte)
                window[write] = byte
                write = (write + 1) % _WINDOW
            at += read < 0
    return bytes(out)


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds until the brace that closes a group."""

    silent: bool = False
    #: Inside `htmltag`: what stands here is HTML source, where the text is made back into HTML.
    tag: bool = False
    #: Between `htmlrtf` and `htmlrtf0`: Rich Text for readers that know no HTML.
    only_rtf: bool = False
    hidden: bool = False
    #: Characters to leave out behind a `\\u`, for readers that know no Unicode.
    skip: int = 1


@dataclass(slots=True)
class _Reading:
    from_html: bool
    codepage: str = "cp1252"
    group: _Group = field(default_factory=_Group)
    stack: list[_Group] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    #: Bytes written as `\\'hh`, kept until a whole letter of the code page can be made of them.
    pending: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    high: int = 0
    unseen: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        group = self.group
        if group.silent or group.only_rtf:
            return
        if group.hidden:
            self.unseen.append(text)
        elif self.from_html and not group.tag:
            self.out.append(html.escape(text, quote=False))
        else:
            self.out.append(text)

    def flush(self) -> None:
        if self.pending:
            self.write(decode_text(bytes(self.pending), self.codepage).text)
            self.pending.clear()


def read_rtf(content: bytes) -> RichText:
    """The HTML or the text behind Rich Text; empty where `content` is none. Linear in its length."""
    content = content[:MAX_RTF_BYTES]
    if not content.lstrip().startswith(b"{\\rtf"):
        return RichText()
    reading = _Reading(from_html=b"\\fromhtml1" in content[:4000])
    for token in _TOKEN.finditer(content):
        _take(reading, token)
    reading.flush()
    written = "".join(reading.out)
    if reading.from_html:
        return RichText(html=written)
    return RichText(text=written.strip(), hidden="".join(reading.unseen).strip())


def _take(reading: _Reading, token: re.Match[bytes]) -> None:
    word, number, byte, symbol, brace, plain = token.groups()
    if byte is not None:
        if reading.to_skip:
            reading.to_skip -= 1
        else:
            reading.pending += bytes.fromhex(byte.decode())
        return
    if plain is not None:
        left_out = min(reading.to_skip, len(plain))
        reading.to_skip -= left_out
        # Raw bytes of the code page stand in damaged files; they join those written as escapes.
        reading.pending += plain[left_out:]
        return
    reading.flush()
    if brace is not None:
        reading.to_skip = 0
        _open_or_close(reading, brace)
    elif symbol is not None:
        _symbol(reading, symbol)
    elif word is not None:
        _word(reading, word, None if number is None else int(number))


def _open_or_close(reading: _Reading, brace: bytes) -> None:
    if brace == b"{":
        if len(reading.stack) < _MOST_GROUPS:
            reading.stack.append(reading.group)
    elif reading.stack:
        reading.group = reading.stack.pop()


def _symbol(reading: _Reading, symbol: bytes) -> None:
    if symbol == b"*":
        # A group that a reader may leave out; `htmltag` alone is none for us, and its word follows at once.
        reading.group = replace(reading.group, silent=True)
    elif symbol in _SYMBOLS:
        reading.write(_SYMBOLS[symbol])


def _word(reading: _Reading, word: bytes, number: int | None) -> None:
    group = reading.group
    match word:
        case b"htmltag" | b"mhtmltag":
            reading.group = replace(group, silent=not reading.from_html or word == b"mhtmltag", tag=True)
        case b"htmlrtf":
            reading.group = replace(group, only_rtf=reading.from_html and number != 0)
        case b"v":
            reading.group = replace(group, hidden=number != 0 and not reading.from_html)
        case b"plain":
            reading.group = replace(group, hidden=False)
        case b"uc":
            reading.group = replace(group, skip=min(max(number or 0, 0), 10))
        case b"ansicpg":
            reading.codepage = f"cp{number}" if number != 65001 else "utf-8"
        case b"u":
            _unicode(reading, number or 0)
        case _ if word in _SILENT:
            reading.group = replace(group, silent=True)
        case _ if word in _WORDS:
            reading.write(_WORDS[word])


def _unicode(reading: _Reading, number: int) -> None:
    """`\\uN`: a UTF-16 unit, written as a signed number of 16 bits; letters beyond that come as two."""
    unit = number & 0xFFFF
    reading.to_skip = reading.group.skip
    if 0xD800 <= unit < 0xDC00:
        reading.high = unit
        return
    if 0xDC00 <= unit < 0xE000:
        high, reading.high = reading.high, 0
        if high:
            reading.write(chr(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00)))
        return
    reading.write(chr(unit))
