"""The console's own style, script and icon, held in memory; a URL with the content's hash may be kept for ever."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file of the package."""

    content: bytes
    media_type: str
    fingerprint: str


@cache
def _files() -> dict[str, StaticFile]:
    return {
        path.name: StaticFile(
            content := path.read_bytes(), _TYPES[path.suffix], hashlib.sha256(content).hexdigest()[:16]
        )
        for path in sorted(_FOLDER.iterdir())
        if path.suffix in _TYPES
    }


def static_url(name: str) -> str:
    """The URL of a file, which changes with its content.

    Raises:
        KeyError: the package holds no such file.
    """
    return f"/static/{name}?v={_files()[name].fingerprint}"


@router.get("/static/{name}")
async def static_file(request: Request, name: str) -> Response:
    """One file; cached for a year where the URL names this very content."""
    found = _files().get(name)
    if found is None:
        raise HTTPException(404, "there is no such file")
    exact = request.query_params.get("v") == found.fingerprint
    cache = "public, max-age=31536000, immutable" if exact else "no-cache"
    return Response(found.content, media_type=found.media_type, headers={"Cache-Control": cache})
