"""Live and ready, whether workers run, and figures for a monitor; no sign-in, and nothing of any organisation."""

import time

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text

from api.auth import duly_of
from jobs.alarm_round import living_workers
from jobs.monitoring import Figures, figures

router = APIRouter(prefix="/health", tags=["health"])

#: Whoever asks more often gets the figures of before: each time they are counted anew costs a look at every mailbox.
_METRICS_SECONDS = 10.0
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


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


@router.get("/workers", responses={503: {"description": "No worker runs"}})
async def workers(request: Request) -> JSONResponse:
    """Whether anybody works on the queues. Without a worker nothing is fetched, read or sent, and alarms follow."""
    try:
        count = await living_workers(duly_of(request))
    except Exception:  # as for `ready`
        return JSONResponse({"status": "unknown", "why": "the database does not answer"}, status_code=503)
    if not count:
        why = "no worker runs: nothing is fetched, read or sent; start one (duly worker)"
        return JSONResponse({"status": "none", "workers": 0, "why": why}, status_code=503)
    return JSONResponse({"status": "working", "workers": count})


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> PlainTextResponse:
    """Workers, mailboxes by how they are, and standing alarms by kind, as Prometheus reads them.

    Counts of the whole installation: no address and no organisation is named.
    """
    kept: tuple[float, Figures] | None = getattr(request.app.state, "figures", None)
    if kept is None or time.monotonic() - kept[0] >= _METRICS_SECONDS:
        kept = time.monotonic(), await figures(duly_of(request))
        request.app.state.figures = kept
    return PlainTextResponse(_written(kept[1]), media_type=_TEXT)


def _written(found: Figures) -> str:
    lines = [
        "# HELP duly_workers Workers that the queue heard of lately.",
        "# TYPE duly_workers gauge",
        f"duly_workers {found.workers}",
        "# HELP duly_mailboxes Connected mailboxes, by how they are.",
        "# TYPE duly_mailboxes gauge",
        *(f'duly_mailboxes{{verdict="{verdict}"}} {count}' for verdict, count in found.mailboxes.items()),
        "# HELP duly_mailbox_alarms Alarms that stand, by kind.",
        "# TYPE duly_mailbox_alarms gauge",
        *(f'duly_mailbox_alarms{{kind="{kind}"}} {count}' for kind, count in found.alarms.items()),
    ]
    return "\n".join(lines) + "\n"
