"""Live and ready; no sign-in."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text

from api.auth import duly_of

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live")
async def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "live"}


@router.get("/ready")
async def ready(request: Request) -> JSONResponse:
    """The process can work: the database answers and has our tables."""
    try:
        async with duly_of(request).uows.sessions() as session:
            await session.execute(text("SELECT count(*) FROM alembic_version"))
    except Exception:  # any failure of the database means the same here
        return JSONResponse({"status": "not ready", "why": "the database does not answer"}, status_code=503)
    return JSONResponse({"status": "ready"})
