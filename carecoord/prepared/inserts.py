"""New rows, in a statement whose SQL is kept. The ORM composes an INSERT anew for each row that it saves."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, router, transaction

from carecoord.prepared.stand_ins import Place
from carecoord.prepared.statement import Statement

MOST_ROWS = 5
"""Of one kept statement, as each number of rows makes one of its own. More are left to `bulk_create`."""
MOST_AT_ONCE = 2000
_numbers = count(1)


def add(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Write new rows of one table, as `bulk_create` does."""
    if len(rows) > MOST_ROWS:
        type(rows[0])._default_manager.bulk_create(rows, MOST_AT_ONCE, ignore_conflicts=ignore_conflicts)
    elif rows:
        _write(rows, "ON CONFLICT DO NOTHING" if ignore_conflicts else "")


def add_or_replace(row: models.Model, *, unique: tuple[str, ...]) -> None:
    """Write a new row over the one that has these columns alike, which keeps its id."""
    others = [field.column for field in _fields(type(row)) if not field.primary_key and field.column not in unique]
    replaced = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in others)
    _write([row], f"ON CONFLICT ({_listed(unique)}) DO UPDATE SET {replaced}")


def _write(rows: Sequence[models.Model], on_conflict: str) -> None:
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = _fields(model)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]
    with transaction.mark_for_rollback_on_error(connection.alias):
        sql, params = _statement(model, len(rows), on_conflict).asking(connection, values)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _fields(model: type[models.Model]) -> Sequence[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _statement(model: type[models.Model], rows: int, on_conflict: str) -> Statement:
    fields, table = _fields(model), model._meta.db_table
    columns = _listed(field.column for field in fields)
    row = f"({', '.join(_placeholder(field) for field in fields)})"
    sql = f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([row] * rows)} {on_conflict}'
    places = tuple(Place(number) for number in range(rows * len(fields)))
    return Statement(f"kept_{next(_numbers)}_into_{table}"[:60], sql, places)


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _placeholder(field: Any) -> str:
    if isinstance(field, ArrayField):
        return f"%s::{field.db_type(connections['default'])}"
    if hasattr(field, "get_placeholder") and not isinstance(field, models.BinaryField):
        raise TypeError(f"{field!r} is written in a way of its own: save the row")
    return "%s"
