"""Application factory."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from api import api_docs, error_responses
from api.console import views
from api.routes import accounts, approvals, corrections, health, mailboxes, outbox, payments, pushes, review_items
from jobs.duly import Duly

#: Bodies are mails that a person typed; nothing that comes in over HTTP is larger.
_MOST_BODY_BYTES = 1_000_000

_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
}


def create_app(duly: Duly, *, version: str) -> FastAPI:
    """The API and the console on one process's parts; the caller opens and closes those."""
    app = FastAPI(
        title="Duly",
        version=version,
        description="Approvals, accounts and review items of an accounts-receivable agent.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.duly = duly
    error_responses.install(app)

    @app.middleware("http")
    async def guard(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        length = request.headers.get("content-length", "0")
        chunked = "transfer-encoding" in request.headers
        if chunked or not length.isdigit() or int(length) > _MOST_BODY_BYTES:
            return error_responses.problem_response(
                413, "too-large", "The request is too large", "send at most 1 MB, with its Content-Length"
            )
        response = await call_next(request)
        for name, value in _SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.url.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    for router in (
        health.router,
        approvals.router,
        outbox.router,
        corrections.router,
        payments.router,
        accounts.router,
        review_items.router,
        mailboxes.router,
        pushes.router,
    ):
        app.include_router(router)
    api_docs.install(app)
    views.install(app)
    return app
