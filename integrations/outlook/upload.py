"""Attachments of a draft: small ones in one call, large ones in an upload session, resumed where it breaks."""

import base64
import json
from typing import Any

from integrations.outlook.client import Answer, Call, GraphClient
from integrations.outlook.draft import Attachment
from integrations.outlook.folder import IMMUTABLE
from integrations.outlook.mapping import UploadSession, parsed
from integrations.outlook.place import id_path
from integrations.ports.errors import TemporarilyUnavailable

#: From here on Graph wants a session.
LARGE = 3_000_000
#: Below 4 MB, as Graph advises, and whole steps of 320 KiB.
CHUNK = 10 * 327_680
#: How often a broken session is asked where it stands.
_MOST_RESUMES = 8
_WHAT = "attaching a file"


async def attach(client: GraphClient, draft_id: str, attachment: Attachment) -> None:
    """Adds a file to a draft.

    Raises:
        TemporarilyUnavailable, RateLimited, AuthExpired, Rejected: the draft is incomplete and is not to be sent.
    """
    if len(attachment.content) < LARGE:
        await _attach_small(client, draft_id, attachment)
    else:
        await _attach_large(client, draft_id, attachment)


async def _attach_small(client: GraphClient, draft_id: str, attachment: Attachment) -> None:
    body: dict[str, Any] = {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "name": attachment.name,
        "contentType": attachment.content_type,
        "contentBytes": base64.b64encode(attachment.content).decode(),
        "isInline": attachment.is_inline,
    }
    if attachment.content_id:
        body["contentId"] = attachment.content_id
    await _post(client, f"{_attachments(client, draft_id)}", body, most_bytes=2 * LARGE)


async def _attach_large(client: GraphClient, draft_id: str, attachment: Attachment) -> None:
    item: dict[str, Any] = {
        "attachmentType": "file",
        "name": attachment.name,
        "contentType": attachment.content_type,
        "size": len(attachment.content),
        "isInline": attachment.is_inline,
    }
    if attachment.content_id:
        item["contentId"] = attachment.content_id
    answer = await _post(client, f"{_attachments(client, draft_id)}/createUploadSession", {"AttachmentItem": item})
    session = parsed(UploadSession, answer, what=_WHAT, mailbox=client.mailbox)
    if session.upload_url is None:
        raise TemporarilyUnavailable(f"Outlook mailbox {client.mailbox}: {_WHAT}: no address to upload to was given")
    await _upload(client, client.place.upload_link(session.upload_url), attachment.content)


async def _upload(client: GraphClient, url: str, content: bytes) -> None:
    start, resumes = 0, 0
    while True:
        try:
            answer = await client.call(_put(url, content, start))
        except TemporarilyUnavailable:
            # The chunk may have arrived or not.
            answer = None
        if answer is not None and answer.status == 201:
            return
        if answer is None or answer.status == 416:
            # The session knows which bytes it has; to ask changes nothing.
            resumes += 1
            answer = await client.call(Call(what=_WHAT, method="GET", url=url, signed=False))
        following = _next_byte(client, answer, len(content))
        # Twice the same is no progress either.
        resumes += following <= start
        if resumes > _MOST_RESUMES:
            raise TemporarilyUnavailable(
                f"Outlook mailbox {client.mailbox}: {_WHAT}: the upload breaks off every time"
            )
        start = following


def _next_byte(client: GraphClient, answer: Answer, size: int) -> int:
    """Where to go on."""
    if not answer.ok:
        raise client.error(answer, _WHAT)
    following = parsed(UploadSession, answer, what=_WHAT, mailbox=client.mailbox).next_byte
    if following is None or following >= size:
        # The last chunk may be in, its answer lost. A second session could attach the file twice.
        raise TemporarilyUnavailable(
            f"Outlook mailbox {client.mailbox}: {_WHAT}: the upload session does not say what it wants next"
        )
    return following


def _put(url: str, content: bytes, start: int) -> Call:
    chunk = content[start : start + CHUNK]
    return Call(
        what=_WHAT,
        method="PUT",
        url=url,
        content=chunk,
        headers={
            "Content-Type": "application/octet-stream",
            "Content-Range": f"bytes {start}-{start + len(chunk) - 1}/{len(content)}",
        },
        repeatable=False,
        signed=False,
    )


async def _post(client: GraphClient, path: str, body: dict[str, Any], *, most_bytes: int = 2_000_000) -> Answer:
    answer = await client.call(
        Call(
            what=_WHAT,
            method="POST",
            url=client.place.url(path),
            content=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Prefer": IMMUTABLE},
            most_bytes=most_bytes,
            repeatable=False,
        )
    )
    if not answer.ok:
        raise client.error(answer, _WHAT)
    return answer


def _attachments(client: GraphClient, draft_id: str) -> str:
    return f"{client.path}/messages/{id_path(draft_id)}/attachments"
