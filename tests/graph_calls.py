"""What our stand-in for Microsoft Graph does with each call. Written by us; see `graph_stand_in`."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from graph_mailbox import GraphMailbox, GraphMessage, Json, written

_MOST_LIFE = timedelta(minutes=4230)


class GraphState:
    """What it knows besides what goes wrong with it."""

    def __init__(self) -> None:
        self.root = ""
        self.mailboxes: dict[str, GraphMailbox] = {}
        self.tokens: dict[str, str] = {}
        self.subscriptions: dict[str, Json] = {}
        self.uploads: dict[str, Json] = {}
        #: Rows of a page of changes at most, whatever is asked for.
        self.page_rows = 1_000


@dataclass(frozen=True)
class Seen:
    """One call as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Refused(Exception):
    """Graph says no."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.reply = Reply(status, json.dumps({"error": {"code": code, "message": f"told so: {code}"}}).encode())


def _json(status: int, body: Json) -> Reply:
    return Reply(status, json.dumps(body).encode())


def mailbox_call(graph: GraphState, box: GraphMailbox, seen: Seen, path: str, content: bytes) -> Reply:
    if found := re.fullmatch(r"/mailFolders/([^/]+)/messages/delta", path):
        return _json(200, _delta(graph, box, found[1], seen))
    if found := re.fullmatch(r"(?:/mailFolders/([^/]+))?/messages", path):
        if seen.method == "POST":
            return _json(201, _draft(box, seen, content).as_json())
        return _json(200, _list(graph, box, found[1], seen))
    found = re.fullmatch(r"/messages/([^/]+)(/.*)?", path)
    message = box.messages.get(found[1]) if found else None
    if found is None or message is None:
        raise Refused(404, "ErrorItemNotFound")
    return _message_call(graph, box, message, seen, found[2] or "", content)


def _message_call(
    graph: GraphState, box: GraphMailbox, message: GraphMessage, seen: Seen, action: str, content: bytes
) -> Reply:
    match (seen.method, action):
        case ("GET", ""):
            return _json(200, message.as_json())
        case ("GET", "/$value"):
            return Reply(200, message.raw, "text/plain")
        case ("PATCH", ""):
            box.change(message, json.loads(content))
            return _json(200, message.as_json())
        case ("DELETE", ""):
            if message.folder == "deleteditems":
                box.delete(message.id)
            else:
                box.move(message.id, "deleteditems")
            return Reply(204)
        case ("POST", "/createReply"):
            reply = _draft(box, seen, content)
            reply.answers = message.id
            return _json(201, reply.as_json())
    return _draft_call(graph, box, message, seen, action, content)


def _draft_call(
    graph: GraphState, box: GraphMailbox, message: GraphMessage, seen: Seen, action: str, content: bytes
) -> Reply:
    match (seen.method, action):
        case ("POST", "/send"):
            if not message.is_draft:
                raise Refused(400, "ErrorInvalidRequest")
            if not message.everybody:
                raise Refused(400, "ErrorInvalidRecipients")
            box.send(message)
            return Reply(202)
        case ("POST", "/attachments"):
            if len(content) > 4_000_000:
                raise Refused(413, "RequestBodyTooLarge")
            message.attachments.append(json.loads(content))
            return _json(201, {"@odata.type": "#microsoft.graph.fileAttachment", "id": uuid4().hex})
        case ("POST", "/attachments/createUploadSession"):
            name = uuid4().hex
            graph.uploads[name] = {"message": message, **json.loads(content)["AttachmentItem"], "bytes": bytearray()}
            link = f"{graph.root}/upload/{name}?authtoken=secret"
            return _json(201, {"uploadUrl": link, "nextExpectedRanges": ["0-"]})
    raise Refused(400, "NotSupported")


def _draft(box: GraphMailbox, seen: Seen, content: bytes) -> GraphMessage:
    if len(content) > 4_000_000:
        raise Refused(413, "RequestBodyTooLarge")
    if seen.headers.get("content-type") == "text/plain":
        return box.draft_from_mime(base64.b64decode(content))
    fields = json.loads(content)
    return box.draft_from_fields(fields.get("Message", fields))


def upload(graph: GraphState, seen: Seen, content: bytes) -> Reply:
    session = graph.uploads.get(seen.path.removeprefix("/upload/"))
    if session is None or seen.query.get("authtoken") != "secret":
        raise Refused(404, "ErrorItemNotFound")
    held: bytearray = session["bytes"]
    if seen.method == "PUT":
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", seen.headers.get("content-range", ""))
        if found is None or int(found[3]) != session["size"] or int(found[2]) - int(found[1]) + 1 != len(content):
            raise Refused(400, "ErrorInvalidRange")
        if int(found[1]) != len(held):
            raise Refused(416, "ErrorInvalidRange")
        held += content
    if len(held) == session["size"]:
        file = {"name": session["name"], "contentType": session["contentType"]}
        session["message"].attachments.append({**file, "contentBytes": base64.b64encode(held).decode()})
        graph.uploads.pop(seen.path.removeprefix("/upload/"))
        return Reply(201)
    return _json(200, {"nextExpectedRanges": [f"{len(held)}"]})


def _list(graph: GraphState, box: GraphMailbox, folder: str | None, seen: Seen) -> Json:
    where, order = seen.query.get("$filter", ""), seen.query.get("$orderby", "")
    rows = [one for one in box.messages.values() if folder in (None, one.folder) and _matches(one, where)]
    if order:
        if order not in where:
            raise Refused(400, "InefficientFilter")
        rows.sort(key=lambda one: one.received_at if order == "receivedDateTime" else one.modified_at)
    skip, top = int(seen.query.get("$skip", "0")), int(seen.query.get("$top", "10"))
    page: Json = {"value": [_row(one, seen.query["$select"]) for one in rows[skip : skip + top]]}
    if len(rows) > skip + top:
        rest = "&".join(f"{key}={value}" for key, value in {**seen.query, "$skip": str(skip + top)}.items())
        page["@odata.nextLink"] = f"{graph.root}{seen.path}?{rest}".replace(" ", "%20")
    return page


def _matches(message: GraphMessage, where: str) -> bool:
    if found := re.fullmatch(r"(receivedDateTime|lastModifiedDateTime) ge (\S+)", where):
        moment = message.received_at if found[1] == "receivedDateTime" else message.modified_at
        return written(moment) >= found[2]
    if found := re.fullmatch(r"internetMessageId eq '((?:[^']|'')*)'", where):
        return message.message_id == found[1].replace("''", "'")
    pattern = r"singleValueExtendedProperties/Any\(ep: ep/id eq '([^']*)' and ep/value eq '((?:[^']|'')*)'\)"
    if found := re.fullmatch(pattern, where):
        return message.properties.get(found[1]) == found[2].replace("''", "'")
    raise Refused(400, "ErrorInvalidUrlQueryFilter")


def _delta(graph: GraphState, box: GraphMailbox, folder: str, seen: Seen) -> Json:
    """Changes between two numbers, those of a page in no order: the newest first."""
    token = seen.query.get("$skiptoken") or seen.query.get("$deltatoken") or f"{box.epoch}.0.{box.last_change}.0"
    if not re.fullmatch(r"\d+\.\d+(\.\d+\.\d+)?", token):
        raise Refused(400, "ErrorInvalidSyncStateData")
    epoch, since, *rest = (int(part) for part in token.split("."))
    if epoch != box.epoch:
        raise Refused(410, "syncStateNotFound")
    until, skip = rest if rest else (box.last_change, 0)
    rows = sorted(_changed(box, folder, since, until), key=lambda row: -row[0])
    asked = int(re.search(r"maxpagesize=(\d+)", seen.headers.get("prefer", "maxpagesize=10"))[1])  # type: ignore[index]
    size = min(asked, graph.page_rows)
    page: Json = {"value": [row for _, row in rows[skip : skip + size]]}
    place = f"{graph.root}{seen.path}"
    if len(rows) > skip + size:
        page["@odata.nextLink"] = f"{place}?$skiptoken={epoch}.{since}.{until}.{skip + size}"
    else:
        page["@odata.deltaLink"] = f"{place}?$deltatoken={epoch}.{until}"
    return page


def _changed(box: GraphMailbox, folder: str, since: int, until: int) -> Iterator[tuple[int, Json]]:
    for message in box.messages.values():
        if message.folder == folder and since < message.change <= until:
            yield message.change, _row(message, "isDraft,receivedDateTime")
    for change, message_id in box.gone.get(folder, []) if since else []:
        still = message_id in box.messages and box.messages[message_id].folder == folder
        if since < change <= until and not still:
            yield change, {"id": message_id, "@removed": {"reason": "deleted"}}


def _row(message: GraphMessage, select: str) -> Json:
    whole = message.as_json()
    return {"@odata.etag": f'W/"{message.change}"', "id": message.id} | {key: whole[key] for key in select.split(",")}


def subscriptions(graph: GraphState, seen: Seen, path: str, content: bytes) -> Reply:
    steps = path.strip("/").split("/")
    body: Json = json.loads(content) if content else {}
    if "expirationDateTime" in body:
        now = max(box.now for box in graph.mailboxes.values())
        if datetime.fromisoformat(body["expirationDateTime"]) - now >= _MOST_LIFE:
            raise Refused(400, "ErrorInvalidParameter")
    if seen.method == "POST" and len(steps) == 1:
        body["id"] = str(uuid4())
        graph.subscriptions[body["id"]] = body
        return _json(201, body)
    held = graph.subscriptions.get(steps[1])
    if held is None:
        raise Refused(404, "ResourceNotFound")
    if seen.method == "DELETE":
        graph.subscriptions.pop(steps[1])
        return Reply(204)
    if seen.method == "POST":
        return Reply(204)
    held |= body
    return _json(200, held)
