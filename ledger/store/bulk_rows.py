"""Writes many rows of one table by their natural key: new ones in, changed ones changed, equal ones left alone.

A row that a constraint refuses is found by halving its batch inside savepoints and given back; the rest goes in.
"""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from psycopg import errors as pg_errors
from sqlalchemy import ARRAY, JSON, Column, Table, Text, Uuid, cast, func, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.dml import Insert, Update
from sqlalchemy.sql.selectable import TableValuedAlias

from core.ids import new_id
from ledger.model.import_records import SourceRow
from ledger.store.unit_of_work import UnitOfWork

#: Rows that share a savepoint and a round trip.
_BATCH = 2_000

Columns = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where rows of one kind are kept, and what an import may do to a row that is there already."""

    table: Table
    #: Columns that take the import's value.
    changeable: tuple[str, ...]
    #: Columns that never change; a row that wants it is a conflict.
    fixed: tuple[str, ...] = ()
    #: Columns that take the import's value only while they are empty.
    filled_once: tuple[str, ...] = ()
    #: Values of a new row for columns that the import does not give.
    defaults: Columns = field(default_factory=dict)

    @property
    def read(self) -> tuple[str, ...]:
        """Columns that must be read of a stored row to compare it."""
        return ("id", *self.changeable, *self.fixed, *self.filled_once)


@dataclass(frozen=True, slots=True)
class WantedRow:
    """A row as the import wants it. A column that `values` lacks keeps what is stored."""

    source: SourceRow
    key: Hashable
    values: Columns


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row that the ledger could not take: by a constraint, or because `column` never changes."""

    wanted: WantedRow
    constraint: str = ""
    column: str = ""
    stored: object = None


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the wanted rows. `ids` holds every row by its key that is stored now, refused change or not."""

    added: int
    changed: int
    unchanged: int
    conflicts: tuple[Conflict, ...]
    ids: Mapping[Hashable, UUID]


@dataclass(frozen=True, slots=True)
class _Step:
    """A wanted row and the parameters that write it."""

    wanted: WantedRow
    parameters: dict[str, object]


_StatementOf = Callable[[UnitOfWork, Shelf, Sequence[_Step]], Insert | Update]


async def write_rows(
    uow: UnitOfWork, shelf: Shelf, wanted: Sequence[WantedRow], stored: Mapping[Hashable, Columns]
) -> Written:
    """Brings the table to what is wanted; keys of `wanted` are unique, `stored` holds those that are kept already."""
    fresh: list[_Step] = []
    changes: list[_Step] = []
    conflicts: list[Conflict] = []
    ids: dict[Hashable, UUID] = {}
    unchanged = 0
    for row in wanted:
        old = stored.get(row.key)
        if old is None:
            parameters = {**shelf.defaults, **row.values, "id": new_id(), "org_id": uow.org_id}
            fresh.append(_Step(row, parameters))
            continue
        ids[row.key] = _id(old)
        refused = _fixed_conflict(shelf, row, old)
        new = _merged(shelf, row, old)
        if refused is not None:
            conflicts.append(refused)
        elif new is None:
            unchanged += 1
        else:
            changes.append(_Step(row, new))
    refused_new = await _write(uow, shelf, fresh, _insert_of)
    # Rows are locked in the order of their ids, as everywhere, so that two writers cannot wait for each other.
    changes.sort(key=lambda step: str(step.parameters["id"]))
    await _lock(uow, shelf, [step.parameters["id"] for step in changes])
    refused_changes = await _write(uow, shelf, changes, _update_of)
    gone = {conflict.wanted.key for conflict in refused_new}
    ids |= {step.wanted.key: _id(step.parameters) for step in fresh if step.wanted.key not in gone}
    return Written(
        added=len(fresh) - len(refused_new),
        changed=len(changes) - len(refused_changes),
        unchanged=unchanged,
        conflicts=(*conflicts, *refused_new, *refused_changes),
        ids=ids,
    )


def _id(columns: Columns) -> UUID:
    value = columns["id"]
    assert isinstance(value, UUID)
    return value


def _fixed_conflict(shelf: Shelf, row: WantedRow, old: Columns) -> Conflict | None:
    for column in shelf.fixed:
        if column in row.values and row.values[column] != old[column]:
            return Conflict(row, column=column, stored=old[column])
    return None


def _merged(shelf: Shelf, row: WantedRow, old: Columns) -> dict[str, object] | None:
    """Parameters of the update, or None where nothing differs."""
    new = {column: row.values.get(column, old[column]) for column in shelf.changeable}
    for column in shelf.filled_once:
        new[column] = old[column] if old[column] is not None else row.values.get(column)
    if all(new[column] == old[column] for column in new):
        return None
    return {**new, "id": old["id"]}


async def _lock(uow: UnitOfWork, shelf: Shelf, ids: Sequence[object]) -> None:
    table = shelf.table
    for start in range(0, len(ids), _BATCH):
        some = select(func.unnest(literal(list(ids[start : start + _BATCH]), ARRAY(Uuid))))
        await uow.session.execute(
            select(table.c.id)
            .where(table.c.id.in_(some), table.c.org_id == uow.org_id)
            .order_by(table.c.id)
            .with_for_update()
        )


async def _write(uow: UnitOfWork, shelf: Shelf, steps: Sequence[_Step], statement: _StatementOf) -> list[Conflict]:
    conflicts: list[Conflict] = []
    # Halves of a refused batch are tried again in order; a single row that is refused is a conflict.
    waiting = [list(steps[start : start + _BATCH]) for start in range(0, len(steps), _BATCH)][::-1]
    while waiting:
        batch = waiting.pop()
        refused = await _try(uow, statement(uow, shelf, batch))
        if refused is None:
            continue
        if len(batch) == 1:
            conflicts.append(Conflict(batch[0].wanted, constraint=refused))
            continue
        middle = len(batch) // 2
        waiting += [batch[middle:], batch[:middle]]
    return conflicts


async def _try(uow: UnitOfWork, statement: Insert | Update) -> str | None:
    """None when the batch was written, else the name of the constraint that refused it."""
    try:
        async with uow.session.begin_nested():
            # Asked for inside: the session sets the savepoint when a connection is first used in its block.
            connection = await uow.session.connection()
            await connection.execute(statement)
    except IntegrityError as error:
        cause = error.orig
        name = cause.diag.constraint_name if isinstance(cause, pg_errors.IntegrityError) else None
        return name or "a constraint without a name"
    return None


def _insert_of(uow: UnitOfWork, shelf: Shelf, batch: Sequence[_Step]) -> Insert:
    rows = _recordset(shelf, batch)
    return insert(shelf.table).from_select([column.name for column in rows.c], select(*rows.c))


def _update_of(uow: UnitOfWork, shelf: Shelf, batch: Sequence[_Step]) -> Update:
    rows, table = _recordset(shelf, batch), shelf.table
    return (
        update(table)
        .where(table.c.id == rows.c.id, table.c.org_id == uow.org_id)
        .values({column.name: column for column in rows.c if column.name != "id"})
    )


def _recordset(shelf: Shelf, batch: Sequence[_Step]) -> TableValuedAlias:
    """The batch as one JSON parameter that PostgreSQL takes apart: one statement, one error that names its cause."""
    columns = [Column(name, shelf.table.c[name].type) for name in batch[0].parameters]
    content = json.dumps([step.parameters for step in batch], default=str)
    return (
        func.json_to_recordset(cast(literal(content, Text), JSON))
        .table_valued(*columns)
        .render_derived(name="wanted", with_types=True)
    )
