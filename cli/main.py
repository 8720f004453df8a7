"""The `duly` command."""

import sys
from typing import Annotated

import psycopg
import typer
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from cli import connect, demo, doctor, evaluate, export, import_command, link, read, serve, user
from core.errors import DulyError
from core.logging import configure_logging
from core.settings import HomeSettings, SendSettings, WebSettings, WorkerSettings

app = typer.Typer(
    name="duly",
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


app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("worker")(serve.worker)
app.command("migrate")(serve.migrate_command)
app.command("link")(link.link)
app.command("doctor")(doctor.doctor)
app.command("read")(read.read)
app.add_typer(import_command.app, name="import")
evaluate.app.command("export")(export.export)
app.add_typer(evaluate.app, name="eval")
app.add_typer(connect.app, name="connect")
app.add_typer(user.app, name="user")


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
    except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege, OperationalError) as error:
        _stop(f"the database cannot be used: {error}; look with duly doctor")


def _stop(words: str) -> None:
    print(f"duly: {' '.join(words.split())[:_MOST_CHARACTERS]}", file=sys.stderr)
    sys.exit(2)


def _wrong_setting(error: ValidationError) -> str:
    """The environment variable and what is wrong with it; never its value, which may be a secret."""
    first = error.errors()[0]
    name = "".join(str(part) for part in first["loc"])
    groups = (HomeSettings, SendSettings, WebSettings, WorkerSettings)
    prefix = {group.__name__: group.model_config.get("env_prefix", "") for group in groups}.get(error.title, "")
    return f"{prefix}{name}".upper() + f": {first['msg']}"


if __name__ == "__main__":
    main()
