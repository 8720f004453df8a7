"""The tree of parts -> the message's text, its HTML, and its attachments."""

import re
from dataclasses import dataclass

from mail import mime_kinds
from mail.flowed import unflow
from mail.message import Attachment, HiddenText
from mail.mime_charset import decode_text, decoded_once
from mail.mime_choice import Piece
from mail.mime_cms import unwrap
from mail.mime_files import File, keep_file
from mail.mime_found import MAX_HTML_CHARS, MAX_TEXT_CHARS, Found
from mail.mime_headers import clean_value
from mail.mime_outlook import take_tnef
from mail.mime_transfer import decode_transfer, decode_undeclared, estimated_size
from mail.mime_tree import Entity, TreeBudget, read_entity

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


@dataclass(slots=True)
class Body:
    """What the parts held. `unreadable` says why the message itself cannot be read; empty where it can."""

    text: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    unreadable: str = ""


def read_body(raw: bytes, root: Entity, *, part_bytes: int, budget: TreeBudget) -> Body:
    """The whole body; parts that stand one after another are joined by an empty line.

    Parts over `part_bytes` are named and not decoded; messages inside are read within what `budget` leaves.
    """
    found = Found(budget)
    text, html = _BodyReader(raw, part_bytes, found).read(root)
    return Body(text, html, tuple(found.attachments), found.hidden_once(), found.unreadable)


@dataclass(slots=True)
class _BodyReader:
    """Walks the tree once and collects."""

    raw: bytes
    part_bytes: int
    found: Found

    def read(self, root: Entity) -> tuple[str, str]:
        """Text and HTML."""
        pieces = [piece for piece in self.pieces(root, inline=False) if piece.text.strip() or piece.html.strip()]
        if not any(piece.text.strip() for piece in pieces):
            pieces += self.found.spare
        text = "\n\n".join(piece.text.strip("\n") for piece in pieces if piece.text.strip())
        if len(text) > MAX_TEXT_CHARS:
            self.found.budget.note("the text is longer than 1 MiB; cut")
        html = "\n".join(piece.html for piece in pieces if piece.html)
        return text[:MAX_TEXT_CHARS], html[:MAX_HTML_CHARS]

    def pieces(self, entity: Entity, *, inline: bool) -> list[Piece]:
        """The stretches of body under `entity`; `inline` where it belongs to an HTML page."""
        kind = entity.content_type
        if kind == "multipart/alternative":
            return self._alternative(entity, inline=inline)
        if kind == "multipart/related":
            first, *others = entity.children
            return [piece for n, part in enumerate((first, *others)) for piece in self.pieces(part, inline=n > 0)]
        if kind == "multipart/encrypted":
            self.found.unreadable = "the message is encrypted (PGP)"
        if entity.children:
            return [piece for part in entity.children for piece in self.pieces(part, inline=inline)]
        if mime_kinds.is_body(entity, inline=inline):
            return [self._leaf(entity)]
        return self._file(entity, inline=inline)

    def _alternative(self, entity: Entity, *, inline: bool) -> list[Piece]:
        offered = [self.pieces(part, inline=inline) for part in entity.children]
        plain = next((pieces for pieces in offered if pieces and not any(one.is_html for one in pieces)), [])
        rich = next((pieces for pieces in reversed(offered) if any(one.is_html for one in pieces)), [])
        return self.found.choose(plain, rich)

    def _leaf(self, entity: Entity) -> Piece:
        content = self._content(entity)
        if content is None:
            return Piece()
        decoded = decode_text(content, _charset(entity, content))
        self.found.budget.note(decoded.problem)
        words = decoded_once(decoded.text)
        if mime_kinds.is_html(entity.content_type) or (not entity.first("content-type") and _looks_like_html(words)):
            return self.found.html_piece(words)
        # Armour is taken off before lines are joined: it is a matter of whole lines.
        text = self.found.unarmoured(words.replace("\r\n", "\n"))
        return Piece(self.found.visible(unflow(text, delsp=entity.delsp) if entity.flowed else text))

    def _content(self, entity: Entity) -> bytes | None:
        """The decoded bytes, or None where they would be over the limit."""
        budget = self.found.budget
        size = estimated_size(entity.end - entity.start, entity.encoding)
        if size > self.part_bytes:
            budget.note(f"a part of about {size} bytes was not read")
            return None
        content, problem = decode_transfer(self.raw[entity.start : entity.end], entity.encoding)
        budget.note(problem)
        if entity.encoding in {"", "7bit"} and entity.content_type in {"text/plain", "text/html"}:
            content, problem = decode_undeclared(content)
            budget.note(problem)
        return content

    def _file(self, entity: Entity, *, inline: bool) -> list[Piece]:
        """A part that is no text of the message itself: a wrapper is opened, all else is an attachment."""
        content = self._content(entity)
        is_inline = inline or entity.disposition == "inline" or bool(entity.first("content-id"))
        size = len(content) if content is not None else estimated_size(entity.end - entity.start, entity.encoding)
        content = content or b""
        kind, name = entity.content_type, entity.filename
        file = File(kind, name, content, size, _charset(entity, content), is_inline)
        if mime_kinds.is_tnef(kind, name) and take_tnef(content, self.found):
            return []
        if mime_kinds.is_cms(kind, name):
            return self._cms(file, inline=inline)
        if content and mime_kinds.is_message(kind, name):
            self._inner_message(file)
        else:
            keep_file(file, self.found)
        return []

    def _cms(self, file: File, *, inline: bool) -> list[Piece]:
        """An opaque S/MIME wrapper: what was signed is read as if it stood here."""
        wrapped = unwrap(file.content)
        self.found.budget.note(wrapped.problem)
        if wrapped.is_encrypted:
            self.found.unreadable = "the message is encrypted (S/MIME)"
        elif wrapped.problem:
            self.found.unreadable = "the message is in an S/MIME wrapper that cannot be read"
        root = self._open(wrapped.content) if wrapped.content else None
        if root is None:
            keep_file(file, self.found)
            return []
        pieces = _BodyReader(wrapped.content, self.part_bytes, self.found).pieces(root, inline=inline)
        self.found.budget.come_out()
        return pieces

    def _inner_message(self, file: File) -> None:
        """A message inside: who wrote what about what, and its text; its files become files of this message."""
        root = self._open(file.content)
        if root is None:
            keep_file(file, self.found, text="")
            return
        inner = Found(self.found.budget)
        text, _ = _BodyReader(file.content, self.part_bytes, inner).read(root)
        self.found.budget.come_out()
        head = [
            f"{label}: {clean_value(root.first(label.lower()))[:500]}" for label in ("From", "To", "Date", "Subject")
        ]
        keep_file(file, self.found, text="\n".join([*head, "", text]))
        self.found.add_inner(inner)

    def _open(self, content: bytes) -> Entity | None:
        """The tree of a message inside, one level down in the budget (the caller comes out); None at its end."""
        budget = self.found.budget
        return read_entity(content, 0, len(content), budget) if budget.go_in(len(content)) else None


def _looks_like_html(text: str) -> bool:
    start = text[:1000].lstrip().lower()
    return start.startswith(("<!doctype html", "<html", "<div", "<p>", "<p ", "<body", "<table", "<meta", "<head"))


def _charset(entity: Entity, content: bytes) -> str:
    if entity.charset or entity.content_type != "text/html":
        return entity.charset
    match = _META_CHARSET.search(content[:4096])
    return match[1].decode("ascii") if match else ""
