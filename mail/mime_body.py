"""The tree of parts -> the message's text, its HTML, and its attachments."""

import re
from dataclasses import dataclass, field

from mail.flowed import unflow
from mail.html_text import ReadableHtml, html_to_text
from mail.invisible import strip_invisible
from mail.message import Attachment, HiddenText
from mail.mime_decoding import decode_text, decode_transfer, estimated_size
from mail.mime_headers import clean_value
from mail.mime_tree import Entity, TreeBudget, read_entity

#: Text beyond this is cut: no person writes it, and readers after us are linear in it.
MAX_TEXT_CHARS = 1024 * 1024
_MAX_HTML_CHARS = 2 * 1024 * 1024
_MAX_HIDDEN = 200
_STUB = re.compile(
    r"(?:does|do|can|could|kann|ne peut|no puede|non)[^.\n]{0,60}(?:html|mime)|html[^.\n]{0,40}(?:e-?mail|"
    r"message|version"
    r"|viewer|format)|view (?:this|it)[^.\n]{0,30}browser|text version (?:is )?not available|"
    r"too old|\[?inhalt nur als html|version html",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w+")
_TEXT_LIKE = frozenset({"application/json", "application/xml", "application/csv", "application/vnd.ms-excel.csv"})
_BODY_TYPES = frozenset(
    {"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown", "text/x-amp-html"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What may be decoded, and the budget of the tree for messages inside the message."""

    part_bytes: int
    budget: TreeBudget


@dataclass(slots=True)
class Body:
    """What the parts held."""

    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    hidden: tuple[HiddenText, ...] = ()


@dataclass(slots=True)
class _Piece:
    """A stretch of body: its text, and the HTML that it may come from."""

    text: str = ""
    html: str = ""
    is_html: bool = False


@dataclass(slots=True)
class BodyReader:
    """Walks the tree once and collects."""

    raw: bytes
    limits: Limits
    _attachments: list[Attachment] = field(default_factory=list)
    _hidden: list[HiddenText] = field(default_factory=list)

    def read(self, root: Entity) -> Body:
        """The whole body; parts that stand one after another are joined by an empty line."""
        pieces = [piece for piece in self._pieces(root, inline=False) if piece.text.strip() or piece.html.strip()]
        text = "\n\n".join(piece.text.strip("\n") for piece in pieces if piece.text.strip())
        if len(text) > MAX_TEXT_CHARS:
            self.limits.budget.note("the text is longer than 1 MiB; cut")
        html = "\n".join(piece.html for piece in pieces if piece.html)[:_MAX_HTML_CHARS]
        hidden = tuple(dict.fromkeys(self._hidden))[:_MAX_HIDDEN]
        return Body(text[:MAX_TEXT_CHARS], html, tuple(self._attachments), hidden)

    def _pieces(self, entity: Entity, *, inline: bool) -> list[_Piece]:
        kind = entity.content_type
        if kind == "multipart/alternative":
            return self._alternative(entity, inline=inline)
        if kind == "multipart/related":
            first, *others = entity.children
            return [piece for n, part in enumerate((first, *others)) for piece in self._pieces(part, inline=n > 0)]
        if kind == "multipart/encrypted":
            self.limits.budget.note("the message is encrypted")
        if entity.children:
            return [piece for part in entity.children for piece in self._pieces(part, inline=inline)]
        if self._is_body(entity, inline=inline):
            return [self._leaf(entity)]
        self._attach(entity, inline=inline)
        return []

    def _is_body(self, entity: Entity, *, inline: bool) -> bool:
        if entity.content_type not in _BODY_TYPES or entity.disposition == "attachment" or inline:
            return False
        return not (entity.filename and (entity.disposition == "inline" or "name" in entity.first("content-type")))

    def _alternative(self, entity: Entity, *, inline: bool) -> list[_Piece]:
        """Plain text, unless it is empty, a stub, or holds what the HTML hides from its reader; else the HTML."""
        offered = [self._pieces(part, inline=inline) for part in entity.children]
        plain = next((pieces for pieces in offered if pieces and not any(one.is_html for one in pieces)), [])
        rich = next((pieces for pieces in reversed(offered) if any(one.is_html for one in pieces)), [])
        if not plain or not rich:
            return plain or rich
        plain_text = "\n\n".join(piece.text for piece in plain)
        rich_text = "\n\n".join(piece.text for piece in rich)
        html = "\n".join(piece.html for piece in rich)
        if self._prefers_html(plain_text, rich_text):
            return [_Piece(rich_text, html, is_html=True)]
        return [_Piece(plain_text, html)]

    def _prefers_html(self, plain: str, rich: str) -> bool:
        plain_words, rich_words = _words(plain), _words(rich)
        if not plain_words:
            return True
        if len(rich_words) > len(plain_words) and (
            len(plain_words) < 3 or (len(plain_words) < 60 and _STUB.search(plain[:2000]))
        ):
            return True
        if self._holds_hidden(plain_words, rich_words):
            self.limits.budget.note("the plain part holds words that the HTML hides; the visible HTML was read")
            return True
        shared = len(set(plain_words) & set(rich_words))
        if rich_words and shared * 2 < len(set(plain_words)) and len(set(plain_words)) > 5:
            self.limits.budget.note("the plain and the HTML part say different things; the plain one was read")
        return False

    def _holds_hidden(self, plain: list[str], rich: list[str]) -> bool:
        spaced, visible = f" {' '.join(plain)} ", f" {' '.join(rich)} "
        for one in self._hidden:
            words = _words(one.text)
            phrase = f" {' '.join(words)} "
            if len(words) >= 4 and phrase in spaced and phrase not in visible:
                return True
        return False

    def _leaf(self, entity: Entity) -> _Piece:
        content = self._content(entity)
        if content is None:
            return _Piece()
        decoded = decode_text(content, _charset(entity, content))
        self.limits.budget.note(decoded.problem)
        if entity.content_type in {"text/html", "text/enriched", "text/richtext", "text/x-amp-html"} or (
            not entity.first("content-type") and _looks_like_html(decoded.text)
        ):
            readable = self._readable(decoded.text)
            return _Piece(readable.text, decoded.text[:_MAX_HTML_CHARS], is_html=True)
        text = _lines(decoded.text)
        text = unflow(text, delsp=entity.delsp) if entity.flowed else text
        text, unseen = strip_invisible(text)
        self._hidden.extend(unseen)
        return _Piece(text)

    def _readable(self, html: str) -> ReadableHtml:
        readable = html_to_text(html)
        self._hidden.extend(readable.hidden[:_MAX_HIDDEN])
        for problem in readable.problems:
            self.limits.budget.note(problem)
        return readable

    def _content(self, entity: Entity) -> bytes | None:
        """The decoded bytes, or None where they would be over the limit."""
        size = estimated_size(entity.end - entity.start, entity.encoding)
        if size > self.limits.part_bytes:
            self.limits.budget.note(f"a part of about {size} bytes was not read")
            return None
        content, problem = decode_transfer(self.raw[entity.start : entity.end], entity.encoding)
        self.limits.budget.note(problem)
        return content

    def _attach(self, entity: Entity, *, inline: bool) -> None:
        content = self._content(entity)
        size = len(content) if content is not None else estimated_size(entity.end - entity.start, entity.encoding)
        kind = entity.content_type
        text = ""
        if content and kind == "message/rfc822":
            text = self._inner_message(content)
        elif content and (kind.startswith(("text/", "message/")) or kind in _TEXT_LIKE or _is_csv(entity)):
            text = self._attached_text(content, entity)
        self._attachments.append(
            Attachment(
                filename=entity.filename or _default_name(kind, len(self._attachments) + 1),
                content_type=kind,
                size_bytes=size,
                content=content or b"",
                text=text[:MAX_TEXT_CHARS],
                inline=inline or entity.disposition == "inline" or bool(entity.first("content-id")),
            )
        )

    def _attached_text(self, content: bytes, entity: Entity) -> str:
        text = decode_text(content, _charset(entity, content)).text
        if entity.content_type == "text/html":
            return self._readable(text).text
        text, unseen = strip_invisible(_lines(text))
        self._hidden.extend(unseen)
        return text

    def _inner_message(self, content: bytes) -> str:
        """A message inside: who wrote what about what, and its text; its own attachments stay closed."""
        budget = self.limits.budget
        if budget.depth <= 1 or budget.parts <= 0:
            budget.note("messages nested too deep; the inner ones were left closed")
            return ""
        budget.depth -= 1
        root = read_entity(content, 0, len(content), budget)
        inner = BodyReader(content, Limits(min(self.limits.part_bytes, 1024 * 1024), budget)).read(root)
        budget.depth += 1
        head = [
            f"{label}: {clean_value(root.first(label.lower()))[:500]}" for label in ("From", "To", "Date", "Subject")
        ]
        self._hidden.extend(inner.hidden)
        return "\n".join([*head, "", inner.text])


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:200_000].lower())


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")


def _looks_like_html(text: str) -> bool:
    start = text[:1000].lstrip().lower()
    return start.startswith(("<!doctype html", "<html", "<div", "<p>", "<p ", "<body", "<table", "<meta", "<head"))


def _charset(entity: Entity, content: bytes) -> str:
    if entity.charset or entity.content_type != "text/html":
        return entity.charset
    match = re.search(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_.:-]{2,40})", content[:4096], re.I)
    return match[1].decode("ascii") if match else ""


def _is_csv(entity: Entity) -> bool:
    return entity.filename.lower().endswith((".csv", ".txt", ".tsv"))


def _default_name(kind: str, number: int) -> str:
    known = {
        "message/rfc822": "message.eml",
        "text/calendar": "invite.ics",
        "message/delivery-status": "status.txt",
        "text/plain": "text.txt",
        "text/html": "page.html",
        "text/csv": "table.csv",
        "application/pdf": "file.pdf",
    }
    return known.get(kind, f"part-{number}.bin")
