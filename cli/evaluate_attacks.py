"""`duly eval attacks`, on a database of its own that it starts and stops."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from cli.evaluate import AnswersOut, File, JsonOut, Model, progress_of, report
from core.clock import FixedClock
from core.settings import DatabaseSettings, Settings
from evals.attack_cases import load_attacks
from evals.attacks import AttacksRun, run_attacks
from jobs.migrate import migrate
from jobs.wiring import database_urls, open_duly


def attacks(file: File, json_out: JsonOut = None, answers: AnswersOut = None, model: Model = "local") -> None:
    """Hostile mails, handled end to end and approved by nobody."""
    loaded = load_attacks(file)
    with tempfile.TemporaryDirectory(prefix="duly-eval-") as folder, progress_of("attacks") as progress:
        settings = own_settings(Path(folder))

        async def run() -> AttacksRun:
            clock = FixedClock(datetime(2026, 1, 1, tzinfo=UTC))
            async with open_duly(settings, urls, clock=clock, model=model) as duly:
                return await run_attacks(loaded, duly, clock, progress=progress)

        urls, server = database_urls(settings)
        try:
            migrate(urls.owner)
            result = asyncio.run(run())
        finally:
            if server is not None:
                server.stop()
    report("attacks", result, model, json_out, answers)


def own_settings(home: Path) -> Settings:
    """Today's settings on a database and a home of their own."""
    settings = Settings()
    settings.home = settings.home.model_copy(update={"home": home, "secret_key": None})
    settings.database = DatabaseSettings().model_copy(update={"url": None, "migrate_url": None})
    return settings
