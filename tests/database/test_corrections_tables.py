"""Corrections in the ledger: the signals of a case from then on, what is withdrawn, what is taught, and to whom."""

import math
import time
from datetime import timedelta
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from conftest import NOW, Org
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from core.ids import new_id
from ledger.queries.corrections import has_lessons, nearest_lessons
from ledger.store.engine import sqlalchemy_url
from ledger.store.local_server import DatabaseUrls
from ledger.store.schema import metadata
from ledger.store.tables.cases import CaseRow
from ledger.store.tables.corrections import CorrectionRow, TaughtSentenceRow
from ledger.store.tables.drafts import EMBEDDING_DIMENSIONS
from ledger.store.tables.mail import MessageRow
from ledger.store.unit_of_work import UnitOfWorkFactory


def test_the_migrations_make_the_tables_that_the_code_knows(urls: DatabaseUrls) -> None:
    engine = create_engine(sqlalchemy_url(urls.owner))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        assert compare_metadata(context, metadata) == []
    engine.dispose()


# What the database itself refuses


async def a_correction(
    uows: UnitOfWorkFactory, org: Org, sentences: dict[str, list[float]], name: str = "test"
) -> UUID:
    """A correction of a fresh case that taught these sentences."""
    ids = {key: new_id() for key in ("message", "case", "correction")}
    async with uows(org.org_id) as uow:
        uow.session.add(
            MessageRow(
                id=ids["message"], mailbox_id=org.mailbox_id, direction="inbound", stored_at=NOW, at=NOW,
                header_message_id=f"{ids['message']}@x.example",
            )
        )  # fmt: skip
        await uow.session.flush()
        uow.session.add(
            CaseRow(
                id=ids["case"], message_id=ids["message"], mailbox_id=org.mailbox_id, state="closed", opened_at=NOW
            )
        )
        await uow.session.flush()
        uow.session.add(
            CorrectionRow(
                id=ids["correction"], case_id=ids["case"], message_id=ids["message"], generation=1,
                user_id=org.user_id, by_name="Ann", language="en", was_read=[], correct=[], needs_human=False,
                account={}, corrected_at=NOW,
            )
        )  # fmt: skip
        await uow.session.flush()
        uow.session.add_all(
            TaughtSentenceRow(
                id=new_id(), correction_id=ids["correction"], sentence=sentence, language="en",
                intents=["question"], embedder=name, embedding=vector, taught_at=NOW + timedelta(seconds=place),
            )
            for place, (sentence, vector) in enumerate(sentences.items())
        )  # fmt: skip
    return ids["correction"]


def towards(place: int, lean: float = 0.0) -> list[float]:
    """A unit vector along one axis, leaning towards the last one."""
    vector = [0.0] * EMBEDDING_DIMENSIONS
    vector[place], vector[-1] = math.sqrt(1 - lean**2), lean
    return vector


@pytest.mark.parametrize("table", ["corrections", "taught_sentences"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET language = 'xx'", "UPDATE {} SET id = id"])
async def test_a_correction_is_neither_changed_nor_deleted(
    uows: UnitOfWorkFactory, org: Org, table: str, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with uows(org.org_id) as uow:
            await uow.session.execute(text(statement.format(table)))


async def test_a_correction_may_be_taken_back(uows: UnitOfWorkFactory, org: Org) -> None:
    await a_correction(uows, org, {"It sits under the harvest clause.": towards(0)})
    async with uows(org.org_id) as uow:
        await uow.session.execute(text("UPDATE taught_sentences SET retracted_at = now()"))
        assert not await has_lessons(uow, "test")


async def test_a_bare_select_shows_no_other_organisations_corrections(
    uows: UnitOfWorkFactory, org: Org, other_org: Org
) -> None:
    await a_correction(uows, org, {"It sits under the harvest clause.": towards(0)})
    async with uows(other_org.org_id) as uow:
        for table in ("corrections", "taught_sentences"):
            assert (await uow.session.execute(text(f"SELECT id FROM {table}"))).all() == []
        assert await nearest_lessons(uow, towards(0), embedder="test", radius=2.0, limit=5) == ()


async def test_one_correction_a_run(uows: UnitOfWorkFactory, org: Org) -> None:
    first = await a_correction(uows, org, {})
    with pytest.raises(IntegrityError, match="uq_corrections_case_id_generation"):
        async with uows(org.org_id) as uow:
            row = await uow.session.get_one(CorrectionRow, first)
            columns = {c.key: getattr(row, c.key) for c in inspect(CorrectionRow).column_attrs}
            uow.session.add(CorrectionRow(**{**columns, "id": new_id()}))


# Nearness


async def test_only_what_is_near_in_the_same_space_and_not_taken_back_votes(
    uows: UnitOfWorkFactory, org: Org
) -> None:
    await a_correction(uows, org, {"near": towards(0, 0.1), "far": towards(1), "nearest": towards(0)})
    await a_correction(uows, org, {"another space": towards(0)}, name="other")
    taken_back = await a_correction(uows, org, {"taken back": towards(0)})
    async with uows(org.org_id) as uow:
        await uow.session.execute(
            text("UPDATE taught_sentences SET retracted_at = now() WHERE correction_id = :id"), {"id": taken_back}
        )
        found = await nearest_lessons(uow, towards(0), embedder="test", radius=0.02, limit=5)
    assert [one.lesson.sentence for one in found] == ["nearest", "near"]
    assert found[0].distance == pytest.approx(0.0, abs=1e-6)


async def test_ten_thousand_corrections_are_searched_in_bounded_time(uows: UnitOfWorkFactory, org: Org) -> None:
    correction = await a_correction(uows, org, {"the oldest": towards(0)})
    async with uows(org.org_id) as uow:
        await uow.session.execute(
            text(
                "INSERT INTO taught_sentences (id, org_id, correction_id, sentence, language, embedder, embedding, "
                "taught_at) SELECT gen_random_uuid(), :org, :correction, 'sentence ' || n, 'en', 'test', "
                "(SELECT array_agg(sin(n * 7.1 + d * (n % 97 + 1))) FROM generate_series(1, 384) d)::vector, "
                "CAST(:now AS timestamptz) + n * interval '1 minute' FROM generate_series(1, 10100) n"
            ),
            {"org": org.org_id, "correction": correction, "now": NOW},
        )
    async with uows(org.org_id) as uow:
        await nearest_lessons(uow, towards(0), embedder="test", radius=0.03, limit=8)
        started = time.perf_counter()
        for _ in range(10):
            assert await nearest_lessons(uow, towards(0), embedder="test", radius=0.03, limit=8) == ()
        seconds = (time.perf_counter() - started) / 10
    print(f"{seconds * 1000:.1f} ms a search")
    assert seconds < 0.5
