"""The `duly` command."""

import sys
from typing import Annotated, ClassVar

import typer
from pydantic import ValidationError

from cli.lazy import LazyGroup
from core.errors import DulyError
from core.logging import configure_logging
from core.settings import (
    AlarmSettings,
    HealthSettings,
    HomeSettings,
    OAuthSettings,
    SendSettings,
    WebSettings,
    WorkerSettings,
)


class _Commands(LazyGroup):
    elsewhere: ClassVar = {
        "demo": "cli.demo:demo",
        "serve": "cli.serve:serve",
        "worker": "cli.serve:worker",
        "migrate": "cli.serve:migrate_command",
        "link": "cli.link:link",
        "doctor": "cli.doctor:doctor",
        "read": "cli.read:read",
        "import": "cli.import_command:app",
        "eval": "cli.evaluate:app",
        "connect": "cli.connect:app",
        "user": "cli.user:app",
        "sending": "cli.sending:sending",
        "reseal": "cli.reseal:reseal",
    }


app = typer.Typer(
    name="duly",
    cls=_Commands,
    help="Duly: an accounts-receivable agent. Reads replies, drafts the next mail, sends what a person approved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_MOST_CHARACTERS = 1_000


@app.callback()
def _start(verbose: Annotated[bool, typer.Option("--verbose", help="Log what happens, on stderr.")] = False) -> None:
    settings = HomeSettings()
    configure_logging(level=settings.log_level if verbose else "WARNING", json=settings.log_json)


def main() -> None:
    """Runs the command; what its user can mend is one line on stderr and exit status 2."""
    try:
        app()
    except DulyError as error:
        _stop(str(error))
    except ValidationError as error:
        if not error.title.endswith("Settings"):
            raise
        _stop(_wrong_setting(error))
    except Exception as error:
        if not _is_of_the_database(error):
            raise
        _stop(f"the database cannot be used: {error}; look with duly doctor")


def _is_of_the_database(error: Exception) -> bool:
    # Half a second of imports, which `duly read` does without.
    import psycopg  # noqa: PLC0415
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    return isinstance(error, psycopg.OperationalError | psycopg.errors.InsufficientPrivilege | OperationalError)


def _stop(words: str) -> None:
    print(f"duly: {' '.join(words.split())[:_MOST_CHARACTERS]}", file=sys.stderr)
    sys.exit(2)


def _wrong_setting(error: ValidationError) -> str:
    """The environment variable and what is wrong with it; never its value, which may be a secret."""
    first = error.errors()[0]
    name = "".join(str(part) for part in first["loc"])
    groups = (
        *(HomeSettings, SendSettings, WebSettings, WorkerSettings),
        *(OAuthSettings, HealthSettings, AlarmSettings),
    )
    prefix = {group.__name__: group.model_config.get("env_prefix", "") for group in groups}.get(error.title, "")
    # A field with an alias is named in full.
    full = name if name.upper().startswith("DULY_") else f"{prefix}{name}"
    return full.upper() + f": {first['msg']}"


if __name__ == "__main__":
    main()
