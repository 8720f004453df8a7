"""`duly eval export`: what people corrected, as a dataset."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Iterator
from contextlib import closing
from itertools import chain, islice
from pathlib import Path
from typing import Annotated

import typer

from cli.evaluate import write_lines
from cli.link import choose_organisation
from cli.running import database, running
from core.settings import Settings
from evals.corrections import dataset_line
from ledger.queries.corrections import corrected_cases
from ledger.store.local_server import DatabaseUrls


def export(
    file: Annotated[Path, typer.Argument(help="Where the dataset goes; see docs/formats/replies.md.")],
    org: Annotated[str, typer.Option("--org", help="Slug of the organisation; needed where there are several.")] = "",
) -> None:
    """Writes the corrected cases as a dataset, one reply a line; those taken back are left out."""
    settings = Settings()
    with database(settings) as urls, closing(_one_by_one(settings, urls, org)) as lines:
        # Read before the file is opened: a wrong name leaves the old file as it is.
        first = list(islice(lines, 1))
        counted = _Counted(chain(first, lines))
        write_lines(file, counted)
    typer.echo(f"{counted.count} corrected case{'' if counted.count == 1 else 's'}: {file}", err=True)


class _Counted:
    """Lines, and how many of them went by."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.count += 1
            yield line


def _one_by_one(settings: Settings, urls: DatabaseUrls, slug: str) -> Generator[str, None, None]:
    """The lines as they come, so that a long history never lies in memory."""
    with asyncio.Runner() as runner:
        lines = _lines(settings, urls, slug)
        try:
            while (line := runner.run(_next(lines))) is not None:
                yield line
        finally:
            runner.run(lines.aclose())


async def _next(lines: AsyncGenerator[str, None]) -> str | None:
    return await anext(lines, None)


async def _lines(settings: Settings, urls: DatabaseUrls, slug: str) -> AsyncGenerator[str, None]:
    async with running(settings, urls) as duly:
        org_id = await choose_organisation(duly, slug)
        async with duly.uows(org_id) as uow:
            async for case in corrected_cases(uow):
                raw = None if case.raw_blob_id is None else await duly.blobs.read(uow, case.raw_blob_id)
                yield dataset_line(case, raw)
