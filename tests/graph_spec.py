"""Checks calls to Graph and their answers against Microsoft's own description of Graph.

`../shared/specs/microsoft-graph.json` is Microsoft's OpenAPI of 2023, trimmed to mail and subscriptions. Where it
says less than Graph does, the exceptions stand here by name, each with the page that documents it.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator

SPECIFICATION = Path(__file__).parents[2] / "shared" / "specs" / "microsoft-graph.json"
WHY_NOT = "../shared/specs/microsoft-graph.json is not there"
#: State tokens within nextLink and deltaLink (api/message-delta); Graph writes them, and no client does.
_STATE_TOKENS = frozenset({"$deltatoken", "$skiptoken"})
#: Left out when the file was trimmed, or documented and not described: (method, path) and where it is documented.
_NOT_DESCRIBED = {
    ("DELETE", "/users/{user-id}/messages/{message-id}"): "api/message-delete",
}
#: Bodies in MIME (concepts/outlook-send-mime-message); the description knows JSON alone.
_TAKES_MIME = frozenset(
    {
        "/users/{user-id}/messages",
        "/users/{user-id}/messages/{message-id}/createReply",
    }
)
#: Kinds of attachment have fields of their own (resources/fileattachment), which the file leaves out.
_FIELDS_OF_KINDS = {
    "microsoft.graph.attachment": {"contentBytes": {"type": "string"}, "contentId": {"type": "string"}}
}
#: Read with a message and never written by us.
_ANNOTATION = re.compile(r"^@?[A-Za-z]*@odata\.|^@odata\.|^@removed$")


def faults_in(method: str, target: str, body: bytes, content_type: str, status: int, answer: bytes) -> list[str]:
    """What of one exchange is not as Graph describes it. `target` is the address below /v1.0."""
    split = urlsplit(target)
    path = re.sub(r"^/me(?=/|$)", "/users/me", unquote(split.path))
    # Graph itself writes mailFolders('id') in links.
    path = re.sub(r"\('([^']*)'\)", r"/\1", path)
    template = _template(method, path)
    if template is None:
        known = any(_matches(named, path) for verb, named in _NOT_DESCRIBED if verb == method)
        return [] if known else [f"{method} {path}: no such operation"]
    operation = _specification()["paths"][template][method.lower()]
    faults = _query_faults(operation, split.query, f"{method} {path}")
    faults += _request_faults(operation, template, body, content_type)
    return faults + _answer_faults(operation, status, answer, f"{method} {path} -> {status}")


@cache
def _specification() -> dict[str, Any]:
    return json.loads(SPECIFICATION.read_bytes())


def _template(method: str, path: str) -> str | None:
    # A fixed step wins over a variable one: messages/delta is not the message with the id "delta".
    found = [
        template
        for template, item in _specification()["paths"].items()
        if method.lower() in item and _matches(template, path)
    ]
    return min(found, key=lambda template: template.count("{"), default=None)


def _matches(template: str, path: str) -> bool:
    pattern = re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, path) is not None


def _query_faults(operation: dict[str, Any], query: str, where: str) -> list[str]:
    known = {_resolved(parameter)["name"]: _resolved(parameter) for parameter in operation.get("parameters", [])}
    faults = []
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name in _STATE_TOKENS:
            continue
        if name not in known or known[name]["in"] != "query":
            faults.append(f"{where}: no such option: {name}")
            continue
        schema = known[name]["schema"]
        given: Any = value.split(",") if schema["type"] == "array" else value
        if schema["type"] == "integer":
            given = int(value) if value.isdigit() else value
        faults += [f"{where}: {name}: {error.message[:200]}" for error in _errors(schema, given)]
    return faults


def _request_faults(operation: dict[str, Any], template: str, body: bytes, content_type: str) -> list[str]:
    described = operation.get("requestBody")
    if described is None or not body:
        missing = described is not None and _resolved(described).get("required") and not body
        return [f"{template}: a body is missing"] if missing else []
    if content_type == "text/plain" and template in _TAKES_MIME:
        return []
    schemas = _resolved(described)["content"]
    if content_type not in schemas:
        return [f"{template}: a body in {content_type}"]
    given = json.loads(body)
    return [
        f"{template}: request: {_place(error)}: {error.message[:200]}"
        for error in _errors(schemas[content_type]["schema"], given)
    ]


def _answer_faults(operation: dict[str, Any], status: int, answer: bytes, where: str) -> list[str]:
    responses = operation["responses"]
    described = _resolved(responses["2XX"] if 200 <= status <= 299 else responses["default"])
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    if schema is None or not answer:
        return []
    return [f"{where}: {_place(error)}: {error.message[:200]}" for error in _errors(schema, json.loads(answer))]


def _errors(schema: Mapping[str, Any], given: object) -> list[Any]:
    return list(Draft202012Validator(_plain(json.dumps(schema))).iter_errors(given))


def _place(error: Any) -> str:
    return "/".join(str(step) for step in error.absolute_path) or "body"


@cache
def _plain(schema: str) -> dict[str, Any]:
    """An OpenAPI 3.0 schema as JSON Schema, all references followed to some depth."""
    return _converted(json.loads(schema), 7)


def _converted(schema: dict[str, Any], depth: int) -> dict[str, Any]:
    """Sums up `allOf`, says null where `nullable` does, and refuses fields that the description does not know.

    The description's own `additionalProperties: object` would forbid each field that another part of its `allOf`
    names; read together, the parts name all fields, and annotations are what may be added.
    """
    if depth == 0:
        return {}
    name = schema.get("$ref", "").removeprefix("#/components/schemas/")
    schema = _merged(_resolved(schema))
    plain = {key: value for key, value in schema.items() if key in ("type", "enum", "pattern", "required")}
    if "properties" in schema:
        fields = {**schema["properties"], **_FIELDS_OF_KINDS.get(name, {})}
        plain["properties"] = {key: _converted(value, depth - 1) for key, value in fields.items()}
        plain["patternProperties"] = {_ANNOTATION.pattern: {}}
        plain["additionalProperties"] = False
    if "items" in schema:
        plain["items"] = _converted(schema["items"], depth - 1)
    for kind in ("anyOf", "oneOf"):
        if kind in schema:
            plain[kind] = [_converted(part, depth - 1) for part in schema[kind]]
    if schema.get("nullable"):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain


def _merged(schema: dict[str, Any]) -> dict[str, Any]:
    if "allOf" not in schema:
        return schema
    whole: dict[str, Any] = {"type": "object", "properties": {}}
    for part in schema["allOf"]:
        part = _merged(_resolved(part))
        whole["properties"] |= part.get("properties", {})
        whole["required"] = [*whole.get("required", []), *part.get("required", [])]
    return whole


def _resolved(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        place: Any = _specification()
        for step in part["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        part = place
    return part
