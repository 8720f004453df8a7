"""Commands that are imported when they are called: all are there, and none waits for another's libraries."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from duly_command import duly, environment
from typer.main import get_command

from cli import evaluate, main
from cli.lazy import LazyGroup

COMMANDS = (
    "demo",
    "serve",
    "worker",
    "migrate",
    "link",
    "doctor",
    "read",
    "import",
    "eval",
    "connect",
    "user",
    "sending",
    "reseal",
)
SUITES = ("attacks", "export", "replies", "matching", "forecast")
#: What the web server, the worker and the models need, a second or more of imports.
HEAVY = ("openai", "langgraph", "fastapi", "sqlalchemy", "psycopg", "procrastinate")


def group_of(app: typer.Typer) -> LazyGroup:
    group = get_command(app)
    assert isinstance(group, LazyGroup)
    return group


@pytest.mark.parametrize(("app", "names"), [(main.app, COMMANDS), (evaluate.app, SUITES)], ids=["duly", "duly eval"])
def test_every_command_that_lies_elsewhere_is_there_under_its_name(app: typer.Typer, names: tuple[str, ...]) -> None:
    group = group_of(app)
    context = typer.Context(group)
    assert tuple(group.list_commands(context)) == names
    for place in group.elsewhere.values():
        module, _, attribute = place.partition(":")
        assert callable(getattr(import_module(module), attribute)), place
    for name in names:
        command = group.get_command(context, name)
        assert (command.name, bool(command.get_short_help_str())) == (name, True)


def test_a_command_that_is_not_there_is_named(tmp_path: Path) -> None:
    ran = duly(tmp_path, "reed")
    assert (ran.code, ran.out) == (2, "")
    assert "No such command 'reed'" in ran.err


@pytest.mark.parametrize(("words", "names"), [((), COMMANDS), (("eval",), SUITES)], ids=["duly", "duly eval"])
def test_the_help_lists_every_command(words: tuple[str, ...], names: tuple[str, ...], tmp_path: Path) -> None:
    ran = duly(tmp_path, *words, "--help")
    first_words = [line.strip("│ ").partition(" ")[0] for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [word for word in first_words if word in names] == list(names)


def test_duly_read_starts_quickly_without_web_server_database_and_model(tmp_path: Path) -> None:
    (tmp_path / "mail.txt").write_text("We will pay on Friday.")
    child = (
        "import sys, time, cli.main\n"
        "sys.argv = ['duly', 'read', 'mail.txt', '--json']\n"
        "try:\n    cli.main.main()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"print(time.process_time(), *(name for name in {HEAVY} if name in sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", child], env=environment(tmp_path), cwd=tmp_path, capture_output=True, timeout=100
    )
    seconds, *imported = done.stderr.decode().split()
    assert (done.returncode, imported) == (0, [])
    # About 2 s of a core, nearly all of it imports.
    assert float(seconds) < 5
    assert '"promise_to_pay"' in done.stdout.decode()
