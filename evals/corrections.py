"""Corrected cases as a dataset of `docs/formats/replies.md`, which `duly eval replies` reads again."""

import json
from typing import Any

from evals.replies import signal_fields
from ledger.model.message import Direction, Message
from ledger.queries.corrections import CorrectedCase
from mail.split_reply import split_text

_MOST_ATTACHMENTS = 50


def dataset_line(case: CorrectedCase, raw: bytes | None) -> str:
    """One line, without a line feed. `raw` are the mail's bytes where they are kept.

    Automatic mail is told by its headers, so it goes out as it came where its bytes are text.
    """
    message = case.message
    signals = [signal_fields(signal) for signal in case.signals]
    line = {
        "id": str(case.case_id),
        "lang": case.language,
        "received_at": message.received_at.isoformat(),
        "account": case.account,
        "thread": [_earlier(each) for each in case.thread],
        "email": _raw_mail(raw) if message.automatic is not None and _raw_mail(raw) else _mail(case),
        "expected": {
            "signals": signals,
            "intents": sorted({str(signal["intent"]) for signal in signals}),
            "needs_human": case.needs_human,
        },
    }
    return json.dumps(line, ensure_ascii=False)


def _raw_mail(raw: bytes | None) -> str:
    try:
        return "" if raw is None else raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _mail(case: CorrectedCase) -> dict[str, Any]:
    message = case.message
    # Of a mail that was HTML only its text is left, in which what it quotes may not be told any more.
    whole = split_text(message.text).reply == message.reply_text
    name = str(case.details.get("sender_name", "")).replace("<", "").strip()
    return {
        "from": f"{name} <{message.sender}>" if name else message.sender,
        "to": list(message.to),
        "cc": list(message.cc),
        "subject": message.subject,
        "text": message.text if whole else message.reply_text,
        "attachments": [
            {
                "filename": str(part.get("filename", "")),
                "content_type": str(part.get("content_type", "")),
                "text": str(part.get("text", "")),
            }
            for part in case.details.get("attachments", [])[:_MOST_ATTACHMENTS]
        ],
    }


def _earlier(message: Message) -> dict[str, str]:
    return {
        "direction": "out" if message.direction is Direction.OUTBOUND else "in",
        "date": message.received_at.isoformat(),
        "from": message.sender,
        "subject": message.subject,
        "text": message.reply_text or message.text,
    }
