"""What is collected while a message is taken apart, and the cleaning that every text on the way goes through."""

from dataclasses import dataclass, field

from mail.html_text import html_to_text
from mail.invisible import strip_invisible
from mail.message import Attachment, HiddenText
from mail.mime_choice import Piece, choose
from mail.mime_pgp import without_armour
from mail.mime_tree import TreeBudget

#: Text beyond this is cut: no person writes it, and readers after us are linear in it.
MAX_TEXT_CHARS = 1024 * 1024
MAX_HTML_CHARS = 2 * 1024 * 1024
_MAX_HIDDEN = 200


@dataclass(slots=True)
class Found:
    """The parts of one message so far; the readers of the wrappers inside it add to the same one."""

    budget: TreeBudget
    attachments: list[Attachment] = field(default_factory=list)
    hidden: list[HiddenText] = field(default_factory=list)
    #: Text that is the body only where there is no other: calendar answers, what Outlook packed.
    spare: list[Piece] = field(default_factory=list)
    #: Why the message itself cannot be read; empty where it can.
    unreadable: str = ""

    def visible(self, text: str) -> str:
        """`text` on plain line ends, without characters that no reader sees; those are noted."""
        cleaned, unseen = strip_invisible(
            text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        )
        self.hidden.extend(unseen)
        return cleaned

    def readable(self, source: str) -> str:
        """The text that HTML shows; what it hides is noted."""
        read = html_to_text(source)
        self.hidden.extend(read.hidden[:_MAX_HIDDEN])
        for problem in read.problems:
            self.budget.note(problem)
        return read.text

    def unarmoured(self, text: str) -> str:
        """`text` without PGP armour; an encrypted block is noted."""
        if "-----BEGIN PGP " not in text:
            return text
        laid_open = without_armour(text)
        if laid_open.is_encrypted:
            self.unreadable = "the message is encrypted (PGP)"
        return laid_open.text

    def html_piece(self, source: str) -> Piece:
        """A stretch of body from HTML."""
        return Piece(self.unarmoured(self.readable(source)), source[:MAX_HTML_CHARS], is_html=True)

    def choose(self, plain: list[Piece], rich: list[Piece]) -> list[Piece]:
        """The version of the text that is read."""
        choice = choose(plain, rich, self.hidden)
        self.budget.note(choice.problem)
        return choice.pieces

    def hidden_once(self) -> tuple[HiddenText, ...]:
        """What was hidden, each once, at most two hundred."""
        return tuple(dict.fromkeys(self.hidden))[:_MAX_HIDDEN]

    def add_inner(self, inner: "Found") -> None:
        """Takes over what a message inside this one held: its files, and what it hid."""
        self.hidden.extend(inner.hidden)
        self.attachments.extend(inner.attachments)
        if inner.unreadable:
            self.unreadable = self.unreadable or inner.unreadable.replace("the message", "a message inside", 1)
