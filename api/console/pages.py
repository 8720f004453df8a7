"""Pages: the Jinja environment, its filters, and what every page needs."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.auth import duly_of, form_token
from api.console.flash import flash_words
from api.console.static_files import static_url
from core.clock import zone_of
from core.money import Money, plain
from ledger.model.user import Role, User

_UTC = zone_of("UTC")


@dataclass(frozen=True, slots=True)
class Frame:
    """What surrounds a page: who is signed in, where, what was just done; how many payments wait, like `999+`; and
    whether mail goes to customers."""

    user: User | None
    organisation: str
    token: str
    flash: str
    now: datetime
    may_decide: bool
    path: str
    payments_waiting: str
    #: The address that gets every outgoing mail; empty where mail goes to whom it is written.
    sandbox_to: str


def frame_of(request: Request, user: User | None, organisation: str = "") -> Frame:
    """The frame of an answer to this request."""
    return Frame(
        user=user,
        organisation=organisation,
        token=form_token(request) if user is not None else "",
        flash=flash_words(request.query_params.get("done")),
        now=duly_of(request).clock.now(),
        may_decide=user is not None and user.role.allows(Role.COLLECTOR),
        path=request.url.path,
        payments_waiting=getattr(request.state, "payments_waiting", ""),
        sandbox_to=duly_of(request).settings.send.sandbox_to,
    )


def render(template: str, frame: Frame, *, status: int = 200, **values: Any) -> HTMLResponse:
    """One page. The referrer stays within the console: with none at all, browsers name no origin on forms."""
    html = _environment().get_template(template).render(frame=frame, **values)
    headers = {"Referrer-Policy": "same-origin", "Cache-Control": "no-store"}
    return HTMLResponse(html, status_code=status, headers=headers)


def _money(value: Money) -> str:
    """`12,500.00 EUR`."""
    whole, point, decimals = plain(value.amount, value.currency).partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}{point}{decimals}\N{NO-BREAK SPACE}{value.currency}"


def _day(value: date) -> str:
    """`20 Apr 2026`."""
    return f"{value.day}\N{NO-BREAK SPACE}{value:%b}\N{NO-BREAK SPACE}{value.year}"


def _moment(value: datetime) -> str:
    """`20 Apr 2026, 09:00 UTC`."""
    utc = value.astimezone(_UTC)
    return f"{_day(utc.date())}, {utc:%H:%M} UTC"


def _age(value: datetime, now: datetime) -> str:
    """`3 min ago`, `in 2 days`: how far the instant lies from now."""
    seconds = int((now - value).total_seconds())
    for size, word in ((86_400, "day"), (3_600, "h"), (60, "min")):
        count = abs(seconds) // size
        if count:
            unit = f"{word}s" if word == "day" and count > 1 else word
            return f"{count}\N{NO-BREAK SPACE}{unit} ago" if seconds > 0 else f"in {count}\N{NO-BREAK SPACE}{unit}"
    return "just now"


def _shown(value: object) -> str:
    """A detail of a signal: money, a day, or words."""
    match value:
        case Money():
            return _money(value)
        case date():
            return _day(value)
        case _:
            return str(value)


def _bytes(count: int) -> str:
    """`12 kB`; decimal units, as mail programs show them."""
    for size, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if count >= size:
            return f"{count / size:.1f}\N{NO-BREAK SPACE}{unit}"
    return f"{count}\N{NO-BREAK SPACE}bytes"


def _late(days: int) -> str:
    """`12 days past due`, `due today`, `due in 3 days`."""
    unit = "day" if abs(days) == 1 else "days"
    if days > 0:
        return f"{days:,} {unit} past due"
    return "due today" if days == 0 else f"due in {-days:,} {unit}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        money=_money, day=_day, moment=_moment, age=_age, shown=_shown, bytes=_bytes, late=_late
    )
    environment.globals["static_url"] = static_url
    return environment
