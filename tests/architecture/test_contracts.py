"""The import contracts of `pyproject.toml` hold."""

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = {"core", "ledger", "mail", "integrations", "prompts", "tools", "agent", "jobs", "api", "evals", "cli"}


def test_every_room_keeps_the_import_contracts() -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_room_is_under_contract_and_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = {folder.parent.name for folder in ROOT.glob("*/__init__.py")} - {"tests"}
    assert packages == ROOMS
    assert set(settings["tool"]["importlinter"]["root_packages"]) == ROOMS
    assert set(settings["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == ROOMS
    assert set(settings["tool"]["mypy"]["files"]) >= ROOMS
