"""`duly import`: a ledger or a bank statement, from files."""

from typing import ClassVar

import typer

from cli.lazy import LazyGroup


class _Imports(LazyGroup):
    elsewhere: ClassVar = {"ledger": "cli.import_ledger_files:ledger", "bank": "cli.import_bank:bank"}


app = typer.Typer(
    cls=_Imports, add_completion=False, help="Import a ledger or a bank statement from files.", no_args_is_help=True
)


@app.callback()
def _group() -> None:
    """Import a ledger or a bank statement from files."""
