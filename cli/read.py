"""`duly read`: what is understood in a mail, with the words it rests on. Needs no server and no database."""

import asyncio
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from agent.reading.port import Reader
from agent.reading.unread import with_unread
from agent.signals import AttachmentText, ReplyToRead
from core.clock import SystemClock
from core.errors import InvalidInput
from core.settings import Settings
from evals.replies import signal_fields
from jobs.attached import Attached, read_attached
from jobs.readers import MOST_MESSAGE_BYTES, make_attachment_reader, reader_for
from ledger.model.signal import Signal
from mail.html_text import html_to_text
from mail.message import HiddenText, ParsedMessage, ParsedReply
from mail.parse_mime import parse_mime
from mail.split_reply import split_reply, split_text

_KINDS = (".eml", ".txt", ".html", ".htm")
#: A Date header outside these years is wrong.
_FIRST_YEAR, _LAST_YEAR = 1971, 2200


def read(
    paths: Annotated[list[Path], typer.Argument(help="Files (.eml, .txt, .html) or folders of them.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a file, a line each.")] = False,
    model: Annotated[str, typer.Option(help="local, openai:NAME or cascade:NAME.")] = "local",
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-2; decides what 03/04 means.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217; the currency of amounts that name none.")] = "EUR",
) -> None:
    """Reads mails and says what the customer said, with the verbatim span that each signal rests on."""
    reader = reader_for(Settings().model, model)
    for path in _files(paths):
        result = asyncio.run(_read(reader, path, country, currency))
        words = json.dumps(result, ensure_ascii=False) if as_json else _words(result)
        # A lone surrogate has no bytes in UTF-8; written as \\udXXX it is still the same JSON.
        typer.echo(words.encode("utf-8", "backslashreplace").decode())


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (one for one in sorted(path.rglob("*")) if one.suffix.lower() in _KINDS and one.is_file())
        elif path.is_file():
            yield path
        else:
            raise InvalidInput(f"{path} is neither a file nor a folder")


@dataclass(frozen=True, slots=True)
class _Mail:
    """A file taken apart; `message` is None for plain text and HTML."""

    reply: ParsedReply
    hidden: tuple[HiddenText, ...] = ()
    message: ParsedMessage | None = None
    attached: Attached = Attached()


async def _read(reader: Reader, path: Path, country: str, currency: str) -> dict[str, Any]:
    started = time.perf_counter()
    raw = await asyncio.to_thread(_content, path)
    mail = await asyncio.to_thread(_taken_apart, path, raw)
    reply = mail.reply
    read = with_unread(await reader.read(_reply_to_read(mail, country, currency)), mail.attached.for_person)
    return {
        "file": str(path),
        "reply": reply.reply,
        "questions": list(reply.questions),
        "quoted": reply.quoted,
        "signature": reply.signature,
        "automatic": reply.automatic,
        "failed": list(reply.failed),
        "hidden": [{"how": one.how, "text": one.text} for one in mail.hidden],
        "signals": [_signal(signal) for signal in read.signals],
        "needs_human": read.needs_human or read.abstained,
        "reasons": list(read.reasons),
        "language": read.language,
        "ms": round((time.perf_counter() - started) * 1000, 1),
    }


def _signal(signal: Signal) -> dict[str, Any]:
    return {
        **signal_fields(signal),
        "evidence": signal.evidence.quote,
        "confidence": round(signal.confidence, 3),
        "start": signal.evidence.start,
        "end": signal.evidence.end,
    }


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_MESSAGE_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_MESSAGE_BYTES:
        raise InvalidInput(f"{path} has more than {MOST_MESSAGE_BYTES:,} bytes, which is the most that is read")
    return content


def _taken_apart(path: Path, raw: bytes) -> _Mail:
    if path.suffix.lower() == ".eml":
        message = parse_mime(raw)
        reply = split_reply(message)
        hidden = tuple(dict.fromkeys((*message.hidden, *reply.hidden)))
        return _Mail(reply, hidden, message, read_attached(message, reply, make_attachment_reader()))
    text = raw.decode("utf-8", "replace")
    if path.suffix.lower() in (".html", ".htm"):
        readable = html_to_text(text)
        return _Mail(split_text(readable.text), tuple(readable.hidden))
    reply = split_text(text)
    return _Mail(reply, reply.hidden)


def _reply_to_read(mail: _Mail, country: str, currency: str) -> ReplyToRead:
    message, reply = mail.message, mail.reply
    return ReplyToRead(
        text=reply.reply,
        subject=message.subject if message else "",
        received_at=_received(message),
        customer="",
        country=country.upper(),
        currency=currency.upper(),
        sender=message.sender.email if message and message.sender else "",
        attachments=_attachments(message, mail.attached) if message else (),
        automatic=reply.automatic,
        failed_addresses=reply.failed,
        hidden_text=tuple(one.text for one in mail.hidden),
        answered=reply.answered,
        signature=reply.signature,
    )


def _attachments(message: ParsedMessage, attached: Attached) -> tuple[AttachmentText, ...]:
    return tuple(
        AttachmentText(part.filename, part.content_type, read.text)
        for part, read in zip(message.attachments, attached.read, strict=False)
    )


def _received(message: ParsedMessage | None) -> datetime:
    """The sender's own time; today where the mail names none, or one that no calendar can count on from."""
    named = message.sent_at if message else None
    return named if named is not None and _FIRST_YEAR <= named.year <= _LAST_YEAR else SystemClock().now()


def _words(result: dict[str, Any]) -> str:
    lines = [f"{result['file']}  ({result['ms']} ms, {result['language']})"]
    if result["automatic"]:
        lines.append(f"  automatic: {result['automatic']}")
    for signal in result["signals"]:
        known = {
            k: v for k, v in signal.items() if k not in ("intent", "evidence", "confidence", "start", "end") and v
        }
        details = ", ".join(f"{key} {value}" for key, value in known.items())
        lines.append(f"  {signal['intent']}  {details}  “{signal['evidence']}”")
    if result["needs_human"]:
        lines.append(f"  for a person: {'; '.join(result['reasons']) or 'unsure'}")
    return "\n".join(lines)
