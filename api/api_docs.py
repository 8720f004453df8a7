"""The API's documentation as a page of our own: no script, nothing loaded from elsewhere."""

from html import escape
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

_METHODS = ("get", "post", "put", "patch", "delete")


def install(app: FastAPI) -> None:
    """Serves `/docs` beside `/openapi.json`."""

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(_page(app.openapi()))


def _page(schema: dict[str, Any]) -> str:
    operations = [
        _operation(method, path, operation)
        for path, item in schema["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    ]
    shapes = [_shape(name, shape) for name, shape in sorted(schema["components"]["schemas"].items())]
    info = schema["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Duly API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
        f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info.get('description', ''))}</p>"
        "<p>Send <code>Authorization: Bearer TOKEN</code>. A decision also takes <code>If-Match</code> (the version "
        "you read) and <code>Idempotency-Key</code>. Errors are <code>application/problem+json</code>. The same as a "
        '<a href="/openapi.json">machine reads it</a>.</p>'
        f"{''.join(operations)}<h2>Bodies</h2>{''.join(shapes)}</body></html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    parameters = "".join(
        f"<li><code>{escape(p['name'])}</code> ({escape(p['in'])}{', required' if p.get('required') else ''}) "
        f"{escape(p.get('description', ''))}</li>"
        for p in operation.get("parameters", ())
    )
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answers = "".join(
        f"<li><code>{escape(status)}</code> {escape(answer.get('description', ''))}</li>"
        for status, answer in operation.get("responses", {}).items()
    )
    return (
        f"<h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation.get('description', ''))}</p>"
        f"<ul>{parameters}</ul>{f'<p>Body: {_type(body)}</p>' if body else ''}<p>Answers:</p><ul>{answers}</ul>"
    )


def _shape(name: str, shape: dict[str, Any]) -> str:
    needed = shape.get("required", ())
    fields = "".join(
        f"<li><code>{escape(field)}</code>: {_type(kind)}{', required' if field in needed else ''}</li>"
        for field, kind in shape.get("properties", {}).items()
    )
    return (
        f'<h3 id="{escape(name)}">{escape(name)}</h3><p>{escape(shape.get("description", ""))}</p><ul>{fields}</ul>'
    )


def _type(kind: dict[str, Any]) -> str:
    if "$ref" in kind:
        name = escape(str(kind["$ref"]).rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in kind:
        return " or ".join(_type(one) for one in kind["anyOf"])
    if kind.get("type") == "array":
        return f"list of {_type(kind.get('items', {}))}"
    return escape(str(kind.get("format") or kind.get("type") or "anything"))
