"""HTML body -> what its reader sees, as lines; what he does not see, apart."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from mail.html_lines import LineWriter
from mail.html_style import Appearance, Rules, inherit, read_style_sheet, style_of
from mail.html_tokens import Close, Comment, Open, Raw, Text, Token, tokens
from mail.invisible import strip_invisible
from mail.message import HiddenText

MAX_HTML_CHARS = 2 * 1024 * 1024
#: About 13 us each: 3 s of the 10 that a mail has. A long newsletter has 20,000.
MAX_TOKENS = 250_000
MAX_DEPTH = 400
MAX_HIDDEN = 100

_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header "
    "html li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "ul", "ol", "dl"})
#: An opening tag of the key ends an open element of the values, as browsers do it.
_ENDS = {
    "li": {"li"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"tr", "td", "th"},
    "dd": {"dd", "dt"},
    "dt": {"dd", "dt"},
    "option": {"option"},
}
_KEEPS_P_OPEN = frozenset({"td", "th", "li", "tr", "table", "blockquote", "div", "body"})
_UNSEEN = frozenset(
    {
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "object",
        "svg",
        "math",
        "audio",
        "video",
        "select",
        "datalist",
        "map",
        "canvas",
        "title",
        "iframe",
        "textarea",
    }
)

_RULE = "________________________________"
_ORIGINAL = "-----Original Message-----"
#: Elements in which mail programs put the whole message that is answered, without quoting it otherwise.
_HISTORY = re.compile(
    r"(?:^|[\s_])(?:divrplyfwdmsg|olk_src_body_section|yahoo_quoted\w*|outlookmessageheader|zmail_extra|"
    r"replyforwardmessage|mail-editor-reference-message-container|ms-outlook-mobile-reference-message)(?:\s|$)"
)
_NO_BORDER = re.compile(r"border(?:-left)?\s{0,3}:\s{0,3}(?:none|0|medium none)")


@dataclass(frozen=True, slots=True)
class ReadableHtml:
    """The visible text, quotations marked with `>`, and the words that were hidden."""

    text: str
    hidden: tuple[HiddenText, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Element:
    tag: str
    look: Appearance
    quotes: bool = False
    href: str = ""
    link_start: tuple[int, int] = (0, 0)


def html_to_text(source: str) -> ReadableHtml:
    """What a reader of `source` sees. Linear in its length, read up to `MAX_HTML_CHARS`; never raises."""
    reader = _Reader()
    problems = ("the HTML is over 2 MiB; cut",) if len(source) > MAX_HTML_CHARS else ()
    for count, token in enumerate(tokens(source[:MAX_HTML_CHARS])):
        if count >= MAX_TOKENS:
            problems = (*problems, "the HTML has too many tags; cut")
            break
        reader.take(token)
    text, unseen = strip_invisible(reader.lines.finish())
    return ReadableHtml(text, (*reader.hidden_texts(), *unseen), problems)


class _Reader:
    def __init__(self) -> None:
        self.lines = LineWriter()
        self._rules: Rules = {}
        self._stack: list[_Element] = []
        self._too_deep = 0
        self._unseen = 0
        self._hidden: list[tuple[str, list[str]]] = []
        self._lists: list[int] = []

    def take(self, token: Token) -> None:
        match token:
            case Text(value):
                self._text(value)
            case Raw("style", value):
                read_style_sheet(value, self._rules)
            case Comment(value):
                self._comment(value)
            case Open():
                self._open(token)
            case Close(tag):
                self._close(tag)

    def hidden_texts(self) -> tuple[HiddenText, ...]:
        joined = ((how, " ".join(" ".join(parts).split())) for how, parts in self._hidden)
        return tuple(HiddenText(how, text[:4000]) for how, text in joined if any(c.isalnum() for c in text))

    @property
    def _look(self) -> Appearance:
        return self._stack[-1].look if self._stack else Appearance()

    def _text(self, value: str) -> None:
        if self._unseen:
            return
        look = self._look
        how = look.how_hidden()
        if not how:
            self.lines.write(value, keep_spaces=look.keeps_spaces)
        elif value.strip():
            self._hide(how, value)

    def _hide(self, how: str, value: str) -> None:
        if self._hidden and self._hidden[-1][0] == how and len(self._hidden[-1][1]) < 200:
            self._hidden[-1][1].append(value[:4000])
        elif len(self._hidden) < MAX_HIDDEN:
            self._hidden.append((how, [value[:4000]]))

    def _comment(self, value: str) -> None:
        # Short marks and conditional markup of mail programs are everywhere; a sentence is not.
        if "<" not in value and not value.lstrip().startswith("[") and len(value.split()) >= 4:
            self._hide("comment", value)

    def _open(self, token: Open) -> None:
        tag, attributes = token.tag, token.attributes
        if tag in _UNSEEN:
            self._unseen += tag not in {"style", "script", "title", "iframe", "textarea"}
            return
        if self._unseen and tag == "body":
            self._unseen = 0
        if tag in _VOID:
            self._void(tag)
            return
        self._end_implied(tag)
        if len(self._stack) >= MAX_DEPTH:
            self._too_deep += 1
            return
        look = inherit(self._look, tag, attributes, style_of(tag, attributes, self._rules))
        if tag == "pre" or tag == "xmp":
            look = inherit(look, tag, {}, {"white-space": "pre"})
        element = _Element(tag, look)
        self._stack.append(element)
        if not look.how_hidden():
            self._begin(element, attributes)

    def _void(self, tag: str) -> None:
        if self._unseen or self._look.how_hidden():
            return
        if tag == "br":
            self.lines.line_break()
        elif tag == "hr":
            self.lines.end_line()
            self.lines.write(_RULE)
            self.lines.end_line()

    def _begin(self, element: _Element, attributes: dict[str, str]) -> None:
        tag = element.tag
        if tag in {"td", "th"}:
            self.lines.cell()
        elif tag in _BLOCKS:
            self.lines.end_line(blank=tag in _SPACED and tag not in {"ul", "ol"})
        if tag == "tr":
            self.lines.row()
        marks = f"{attributes.get('id', '')} {attributes.get('class', '')}".lower()[:500]
        if tag in {"div", "span", "table", "section"} and _HISTORY.search(marks):
            self.lines.end_line()
            self.lines.write(_ORIGINAL)
            self.lines.end_line()
        if tag == "blockquote" and not _NO_BORDER.search(attributes.get("style", "").lower()[:500]):
            element.quotes = True
            self.lines.quote_depth += 1
        if tag in {"ul", "ol"}:
            self._lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._item()
        elif tag == "a":
            element.href = attributes.get("href", "").strip()[:2000]
            element.link_start = self.lines.mark()

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] = number + 1
        self.lines.write(f"{number}. " if number else "- ")
        self.lines.cell_begins()

    def _end_implied(self, tag: str) -> None:
        """Closes what browsers close by themselves: the open item, cell or paragraph before a new one."""
        ends = _ENDS.get(tag)
        if ends and self._stack:
            barrier = {"table", "ul", "ol", "dl"}
            for element in reversed(self._stack[-30:]):
                if element.tag in ends:
                    self._close(element.tag)
                    if tag != "tr" or element.tag == "tr":
                        break
                elif element.tag in barrier:
                    break
        if tag in _BLOCKS and tag != "body":
            for element in reversed(self._stack[-30:]):
                if element.tag == "p":
                    self._close("p")
                    break
                if element.tag in _KEEPS_P_OPEN:
                    break

    def _close(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - (tag not in {"style", "script", "title", "iframe", "textarea"}))
            return
        if tag == "br" or (tag == "p" and not any(element.tag == "p" for element in self._stack[-50:])):
            self.lines.line_break()
            return
        if self._too_deep and not any(element.tag == tag for element in self._stack[-1:]):
            self._too_deep -= 1
            return
        for back, element in enumerate(reversed(self._stack[-60:])):
            if element.tag == tag:
                for _ in range(back + 1):
                    self._end(self._stack.pop())
                return
            if element.tag in {"td", "th", "table"} and tag not in {"tr", "table", "tbody", "thead", "td", "th"}:
                return

    def _end(self, element: _Element) -> None:
        if element.look.how_hidden():
            return
        if element.href:
            self._end_link(element)
        if element.tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if element.tag in {"td", "th"}:
            self.lines.cell_ends()
        elif element.tag in _BLOCKS:
            self.lines.end_line(blank=element.tag in _SPACED)
        if element.tag == "tr":
            self.lines.row_ends()
        if element.quotes:
            self.lines.quote_depth -= 1

    def _end_link(self, element: _Element) -> None:
        """A link is its text; its target follows where the text does not already say where it leads."""
        shown = self.lines.since(element.link_start).strip()
        target = strip_invisible(element.href)[0]
        scheme, _, rest = target.partition(":")
        if not shown or scheme.lower() not in {"http", "https", "mailto"}:
            return
        if scheme.lower() == "mailto":
            where = rest.partition("?")[0]
            known = where.lower() in shown.lower()
        else:
            where = target[:200]
            host = _host(target)
            known = bool(host) and host.removeprefix("www.") in shown.lower()
        if where and not known:
            self.lines.write(f" ({where})")


def _host(target: str) -> str:
    try:
        return (urlsplit(target).hostname or "").lower()
    except ValueError:
        return ""
