"""`duly eval`: offline suites, on a database of their own that they start and stop."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol

import typer
from rich.console import Console
from rich.progress import Progress

from cli.lazy import LazyGroup
from core.errors import InvalidInput
from core.settings import Settings
from core.version import VERSION
from evals.forecast import load_forecast, run_forecast
from evals.matching import load_matching, run_matching
from evals.matching_tables import run_as_text
from evals.replies import RepliesRun, load_replies, run_replies
from evals.reply_costs import price_of, side_by_side
from jobs.readers import reader_for


class _Suites(LazyGroup):
    elsewhere: ClassVar = {"attacks": "cli.evaluate_attacks:attacks", "export": "cli.export:export"}


app = typer.Typer(
    cls=_Suites,
    add_completion=False,
    help="Measure the agent offline. Exit status 0: it ran, whatever the scores.",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="The dataset; see docs/formats.")]
JsonOut = Annotated[Path | None, typer.Option("--json", help="Where the result goes; stdout where it is left out.")]
AnswersOut = Annotated[Path | None, typer.Option("--answers", help="Write an answers file as its format says.")]


def _model_name(value: str) -> str:
    """Also where a suite asks no model: the result names the one that was asked for."""
    kind, _, name = value.partition(":")
    if value == "local" or (kind in ("openai", "cascade") and name):
        return value
    raise typer.BadParameter("use local, openai:NAME or cascade:NAME")


def _model_names(values: list[str] | None) -> list[str]:
    return [_model_name(value) for value in values or ["local"]]


Model = Annotated[str, typer.Option("--model", callback=_model_name, help="local, openai:NAME or cascade:NAME.")]
Models = Annotated[
    list[str] | None,
    typer.Option("--model", callback=_model_names, help="As elsewhere; several are compared in one table."),
]
Prices = Annotated[
    list[str] | None,
    typer.Option("--price", help="NAME=READ,CACHED,WRITTEN: a model's US dollars for a million tokens."),
]


class Run(Protocol):
    """What every suite gives back."""

    @property
    def cases(self) -> int: ...

    @property
    def left_out(self) -> list[dict[str, Any]]: ...

    def scores(self) -> dict[str, Any]: ...

    def by(self) -> dict[str, dict[str, Any]]: ...

    def timing(self) -> dict[str, Any]: ...

    def answers(self) -> Iterable[str]: ...


@app.command("replies")
def replies(
    file: File, json_out: JsonOut = None, answers: AnswersOut = None, model: Models = None, price: Prices = None
) -> None:
    """Reading: intents, fields and dates of customers' replies."""
    names = model or ["local"]
    prices = dict(map(price_of, price or []))
    if answers is not None and len(names) > 1:
        raise InvalidInput("--answers holds what one reader read: name one --model")
    readers = [(name, reader_for(Settings().model, name)) for name in names]
    loaded = load_replies(file)
    runs: list[tuple[str, RepliesRun]] = []
    for name, reader in readers:
        with progress_of(name) as progress:
            runs.append((name, asyncio.run(run_replies(loaded, reader, progress))))
    if len(runs) == 1:
        report("replies", runs[0][1], names[0], json_out, answers)
        return
    if json_out is not None:
        together = {"suite": "replies", "format": 1, "readers": [_result("replies", run, name) for name, run in runs]}
        write_lines(json_out, [json.dumps(together, ensure_ascii=False, indent=2)])
    typer.echo(side_by_side(runs, prices), nl=False)


@app.command("matching")
def matching(folder: File, json_out: JsonOut = None, answers: AnswersOut = None, model: Model = "local") -> None:
    """Cash application: payments to invoices."""
    loaded = load_matching(folder)
    with progress_of("payments") as progress:
        run = run_matching(loaded, progress=progress)
    typer.echo(_encodable(run_as_text(run)), nl=False, err=True)
    report("matching", run, model, json_out, answers)


@app.command("forecast")
def forecast(
    file: File,
    json_out: JsonOut = None,
    answers: AnswersOut = None,
    cash: Annotated[Path | None, typer.Option("--cash", help="Write the weekly cash forecast.")] = None,
    model: Model = "local",
) -> None:
    """When open invoices are paid."""
    loaded = load_forecast(file)
    with progress_of("days") as progress:
        run = run_forecast(loaded, progress=progress)
    if cash is not None:
        write_lines(cash, run.cash())
    report("forecast", run, model, json_out, answers)


@contextmanager
def progress_of(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr while the suite runs; called with how many cases are done, and of how many."""
    with Progress(console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


def report(suite: str, run: Run, model: str, json_out: Path | None, answers: Path | None) -> None:
    """The result as JSON to `json_out` or stdout, and the answers file where one is asked for."""
    if answers is not None:
        write_lines(answers, run.answers())
    text = json.dumps(_result(suite, run, model), ensure_ascii=False, indent=2)
    if json_out is None:
        typer.echo(_encodable(text))
    else:
        write_lines(json_out, [text])
        typer.echo(f"{run.cases} cases, {len(run.left_out)} left out: {json_out}", err=True)


def _result(suite: str, run: Run, model: str) -> dict[str, Any]:
    return {
        "suite": suite,
        "format": 1,
        "duly_version": VERSION,
        "model": model,
        "cases": run.cases,
        "left_out": run.left_out,
        "scores": run.scores(),
        "by": {"lang": {}, "intent": {}, "case": {}, **run.by()},
        "timing": run.timing(),
    }


def write_lines(path: Path, lines: Iterable[str]) -> None:
    """Writes the file, a line each, UTF-8.

    Raises:
        InvalidInput: it cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(f"{_encodable(line.rstrip())}\n")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}") from error


def _encodable(text: str) -> str:
    """The text with lone surrogates as `\\udXXX`: UTF-8 has no bytes for them, and to JSON it is the same."""
    return text.encode("utf-8", "backslashreplace").decode()
