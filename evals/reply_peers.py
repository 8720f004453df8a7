"""The well-known Python libraries that take a reply from a mail, as far as they are installed (development only).

Each is called as its own documentation shows, with every one of our nine languages where it takes languages. Where a
library reads HTML by itself it gets the HTML; the others get the text that `mail.html_text` makes of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from mail.html_text import html_to_text
from mail.split_reply import split_text

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "pt", "pl", "sv")


@dataclass(frozen=True, slots=True)
class Extractor:
    """A way from a mail's text to the reply. `questions` is None for a library that has no notion of them."""

    name: str
    version: str
    licence: str
    reply: Callable[[str], str]
    reply_from_html: Callable[[str], str]
    questions: Callable[[str], tuple[str, ...]] | None = None


def extractors() -> tuple[Extractor, ...]:
    """Duly first, then the peers that are installed here."""
    found = (_installed(*peer) for peer in _PEERS)
    return (_duly(), *(peer for peer in found if peer is not None))


def _duly() -> Extractor:
    def reply(text: str) -> str:
        return split_text(text).reply

    def questions(text: str) -> tuple[str, ...]:
        return split_text(text).questions

    return Extractor("Duly", version("duly"), "Apache-2.0", reply, _by_text(reply), questions)


def _by_text(reply: Callable[[str], str]) -> Callable[[str], str]:
    return lambda source: reply(html_to_text(source).text)


def _talon(module: Any) -> tuple[Callable[[str], str], Callable[[str], str]]:
    def from_html(source: str) -> str:
        return html_to_text(str(module.extract_from_html(source))).text

    return module.extract_from_plain, from_html


def _email_reply_parser(module: Any) -> tuple[Callable[[str], str], Callable[[str], str]]:
    reply = module.EmailReplyParser.parse_reply
    return reply, _by_text(reply)


def _mail_parser_reply(module: Any) -> tuple[Callable[[str], str], Callable[[str], str]]:
    parser = module.EmailReplyParser(languages=list(LANGUAGES))

    def reply(text: str) -> str:
        return parser.parse_reply(text) or ""

    return reply, _by_text(reply)


def _quotequail(module: Any) -> tuple[Callable[[str], str], Callable[[str], str]]:
    def reply(text: str) -> str:
        return "\n".join(part for is_own, part in module.quote(text) if is_own)

    def from_html(source: str) -> str:
        own = "".join(part for is_own, part in module.quote_html(source) if is_own)
        return html_to_text(own).text

    return reply, from_html


_Make = Callable[[Any], tuple[Callable[[str], str], Callable[[str], str]]]
#: Distribution, module, licence as its metadata states it, and how it is called.
_PEERS: tuple[tuple[str, str, str, _Make], ...] = (
    ("talon", "talon.quotations", "Apache-2.0", _talon),
    ("email-reply-parser", "email_reply_parser", "MIT", _email_reply_parser),
    ("mail-parser-reply", "mailparser_reply", "MIT", _mail_parser_reply),
    ("quotequail", "quotequail", "MIT", _quotequail),
)


def _installed(distribution: str, module: str, licence: str, make: _Make) -> Extractor | None:
    try:
        number = version(distribution)
        reply, from_html = make(import_module(module))
    except (PackageNotFoundError, ImportError):
        return None
    return Extractor(distribution, number, licence, reply, from_html)
