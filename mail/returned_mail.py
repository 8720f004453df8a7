"""Which message a mail system gives back: the Message-IDs that its notice names."""

import re

from mail.message import Attachment, ParsedMessage

_MAX_TEXT = 40_000
_MOST_IDS = 10
_MESSAGE_ID = re.compile(r"^[ \t>*]{0,12}message-id[ \t]{0,3}:\s{0,4}<([^<>\s]{3,250})>", re.I | re.M)


def returned_ids(message: ParsedMessage) -> tuple[str, ...]:
    """Message-IDs, without brackets, of the messages that `message` gives back, quotes the head of, or answers.

    Whoever writes a mail that only looks like a bounce does not know them, unless our mail reached him.
    """
    texts = [message.text]
    for part in message.attachments:
        texts += [part.text, part.content[:_MAX_TEXT].decode("latin-1")] if _may_hold_heads(part) else []
    quoted = [match[1] for text in texts for match in _MESSAGE_ID.finditer(text[:_MAX_TEXT])]
    return tuple(dict.fromkeys((*quoted, *message.in_reply_to, *reversed(message.references))))[:_MOST_IDS]


def _may_hold_heads(part: Attachment) -> bool:
    return part.content_type.startswith(("message/", "text/"))
