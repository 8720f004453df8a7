"""What Outlook packed into a `winmail.dat`: its files are attachments of the message, its body the spare text."""

import re

from mail.message import HiddenText
from mail.mime_choice import Piece
from mail.mime_files import File, keep_file
from mail.mime_found import Found
from mail.mime_headers import clean_value
from mail.mime_rtf import read_rtf
from mail.mime_tnef import Tnef, TnefAttachment, read_tnef


def take_tnef(content: bytes, found: Found) -> bool:
    """Adds what is inside to `found`; False where there is nothing, and the part itself should be kept."""
    packed = read_tnef(content)
    found.budget.note(packed.problem)
    body = _body(packed, found)
    if not body and not packed.attachments:
        return False
    found.spare += body
    _take_files(packed, found)
    return True


def _body(packed: Tnef, found: Found) -> list[Piece]:
    rich = read_rtf(packed.rtf)
    if rich.hidden:
        found.hidden.append(HiddenText("hidden in Rich Text", rich.hidden))
    source = packed.html or rich.html
    formatted = found.html_piece(source) if source else Piece(found.visible(rich.text), is_html=True)
    plain = Piece(found.unarmoured(found.visible(packed.text)))
    return found.choose([plain] if plain.text.strip() else [], [formatted] if formatted.text.strip() else [])


def _take_files(packed: Tnef, found: Found) -> None:
    for one in packed.attachments:
        if found.budget.parts <= 0:
            found.budget.note("too many parts; the rest was left out")
            return
        found.budget.parts -= 1
        name = clean_value(re.split(r"[/\\]", one.filename)[-1])[:200]
        kind = one.content_type or ("message/rfc822" if one.is_message else "application/octet-stream")
        file = File(kind, name, one.content, len(one.content), is_inline=one.is_inline)
        if one.is_message:
            _take_message(one, file, found)
        else:
            keep_file(file, found)


def _take_message(attached: TnefAttachment, file: File, found: Found) -> None:
    if not found.budget.go_in(len(attached.content)):
        return
    packed = read_tnef(attached.content)
    text = "\n\n".join(piece.text for piece in _body(packed, found))
    head = [f"From: {clean_value(packed.sender)[:500]}", f"Subject: {clean_value(packed.subject)[:500]}"]
    keep_file(file, found, "\n".join([*head, "", text]))
    _take_files(packed, found)
    found.budget.come_out()
