"""Puts the console on an application: its pages, its static files, and errors as pages."""

from fastapi import FastAPI, Request, Response
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException

from api.console import (
    accounts,
    allocating,
    cases,
    connecting,
    correcting,
    decisions,
    mailboxes,
    payment_decisions,
    payments,
    queue,
    review_items,
    sign_in,
    static_files,
    taking_back,
)
from api.console.brake import SignInBrake
from api.console.guard import problem_page

#: Below these, errors stay what the API makes of them.
_NOT_PAGES = ("/v1/", "/health", "/docs", "/openapi.json", "/static/")


def install(app: FastAPI) -> None:
    """Adds the console. Call it after the API's error handlers are installed: it goes before them for its pages."""
    app.state.sign_in_brake = SignInBrake()
    for router in (
        static_files.router,
        sign_in.router,
        queue.router,
        cases.router,
        decisions.router,
        taking_back.router,
        correcting.router,
        payments.router,
        payment_decisions.router,
        allocating.router,
        review_items.router,
        accounts.router,
        mailboxes.router,
        connecting.router,
    ):
        app.include_router(router)
    earlier = app.exception_handlers.get(HTTPException, http_exception_handler)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        """Addresses that no route knows: a page for a person, the API's answer for everything else."""
        if request.url.path.startswith(_NOT_PAGES) or "text/html" not in request.headers.get("accept", ""):
            answer: Response = await earlier(request, error)  # type: ignore[misc]
            return answer
        title = "There is no such page" if error.status_code == 404 else "That did not work"
        return await problem_page(request, error.status_code, title, str(error.detail))
