"""New rows, in a statement whose SQL is kept. The ORM composes an INSERT anew for each row that it saves."""

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models, router, transaction

from carecoord.prepared.stand_ins import Place
from carecoord.prepared.statement import Statement

FEW = 5
"""Rows of a kept statement with a place for each value: each number of rows makes one of its own. More are given as a
list for each column, and make one for any number."""
MOST_AT_ONCE = 2000
IGNORED = "ON CONFLICT DO NOTHING"
_numbers = count(1)


def add(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Write new rows of one table, as `bulk_create` does."""
    for begin in range(0, len(rows), MOST_AT_ONCE):
        some = rows[begin : begin + MOST_AT_ONCE]
        if len(some) > FEW and not _has_plain_columns(type(some[0])):
            type(some[0])._default_manager.bulk_create(some, ignore_conflicts=ignore_conflicts)
        else:
            _write([some], IGNORED if ignore_conflicts else "")


def add_together(*batches: Sequence[models.Model]) -> None:
    """New rows of several tables in one statement; what is there already is left as it is.

    None of them sees the others: a policy that asks for one of them refuses. Raises TypeError for rows that cannot be
    given as lists, and for more than `MOST_AT_ONCE`.
    """
    found = [rows for rows in batches if rows]
    if any((len(rows) > FEW and not _has_plain_columns(type(rows[0]))) or len(rows) > MOST_AT_ONCE for rows in found):
        raise TypeError("these rows are written table by table")
    if found:
        _write(found, IGNORED)


def add_or_replace(row: models.Model, *, unique: tuple[str, ...]) -> None:
    """Write a new row over the one that has these columns alike, which keeps its id."""
    others = [field.column for field in _fields(type(row)) if not field.primary_key and field.column not in unique]
    replaced = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in others)
    _write([[row]], f"ON CONFLICT ({_listed(unique)}) DO UPDATE SET {replaced}")


def add_alike(row: models.Model, **ids: Sequence[UUID]) -> None:
    """Write a new row for each place of these lists. They have what differs, the row's own id too; all else is as in
    `row`, and is sent once. Raises TypeError for a table with a column of lists."""
    if not _has_plain_columns(type(row)):
        raise TypeError("these rows are written one by one")
    connection = connections[router.db_for_write(type(row))]
    shared = [field for field in _fields(type(row)) if field.attname not in ids]
    given = [
        *(field.get_db_prep_save(field.pre_save(row, True), connection) for field in shared),
        *(f"{{{','.join(map(str, some))}}}" for some in ids.values()),
    ]
    with transaction.mark_for_rollback_on_error(connection.alias):
        sql, params = _alike(type(row), tuple(ids)).asking(connection, given)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)


def _write(batches: Sequence[Sequence[models.Model]], on_conflict: str) -> None:
    connection = connections[router.db_for_write(type(batches[0][0]))]
    shapes = tuple((type(rows[0]), len(rows) if len(rows) <= FEW else 0) for rows in batches)
    given = [value for rows in batches for value in _values(rows, connection)]
    with transaction.mark_for_rollback_on_error(connection.alias):
        sql, params = _statement(shapes, on_conflict).asking(connection, given)
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
    for row in (row for rows in batches for row in rows):
        row._state.adding, row._state.db = False, connection.alias


def _values(rows: Sequence[models.Model], connection: Any) -> Sequence[Any]:
    """One by one, or, of many rows, a list for each column."""
    fields = _fields(type(rows[0]))
    if len(rows) > FEW:
        return [_column(field, rows, connection) for field in fields]
    return [field.get_db_prep_save(field.pre_save(row, True), connection) for row in rows for field in fields]


def _column(field: Any, rows: Sequence[models.Model], connection: Any) -> list[Any]:
    """Of many rows most columns hold one and the same value: it is made ready for the database once."""
    values = [field.pre_save(row, True) for row in rows]
    others = {id(value): value for value in values}
    ready = {key: field.get_db_prep_save(value, connection) for key, value in others.items()}
    return [ready[id(value)] for value in values]


@cache
def _fields(model: type[models.Model]) -> Sequence[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


@cache
def _statement(shapes: tuple[tuple[type[models.Model], int], ...], on_conflict: str) -> Statement:
    """Of each table the model, and how many rows; 0 are many."""
    *before, last = (f"{_insert(model, rows)} {on_conflict}" for model, rows in shapes)
    first = f"WITH {', '.join(f'part_{number} AS ({one})' for number, one in enumerate(before))} " if before else ""
    places = sum(len(_fields(model)) * (rows or 1) for model, rows in shapes)
    name = "_".join(f"{'' if rows else 'many_'}{model._meta.db_table}" for model, rows in shapes)
    return Statement(
        f"kept_{next(_numbers)}_into_{name}"[:60], f"{first}{last}", tuple(Place(number) for number in range(places))
    )


@cache
def _alike(model: type[models.Model], ids: tuple[str, ...]) -> Statement:
    fields = {field.attname: field for field in _fields(model)}
    shared = [field for name, field in fields.items() if name not in ids]
    columns = [field.column for field in (*shared, *(fields[name] for name in ids))]
    written = ", ".join([*(f"%s::{_plain_type(field)}" for field in shared), *ids])
    lists = ", ".join("%s::uuid[]" for _ in ids)
    sql = f'INSERT INTO "{model._meta.db_table}" ({_listed(columns)}) SELECT {written} FROM unnest({lists}) '
    name = f"kept_{next(_numbers)}_into_alike_{model._meta.db_table}"[:60]
    return Statement(name, f"{sql}AS given ({', '.join(ids)})", tuple(map(Place, range(len(columns)))))


def _insert(model: type[models.Model], rows: int) -> str:
    fields, table = _fields(model), model._meta.db_table
    columns = _listed(field.column for field in fields)
    if rows:
        row = f"({', '.join(placeholder(field) for field in fields)})"
        return f'INSERT INTO "{table}" ({columns}) VALUES {", ".join([row] * rows)}'
    lists = ", ".join(f"%s::{'text' if _is_json(field) else _plain_type(field)}[]" for field in fields)
    given = ", ".join(f"c{number}" for number in range(len(fields)))
    written = ", ".join(f"c{number}{'::jsonb' * _is_json(field)}" for number, field in enumerate(fields))
    return f'INSERT INTO "{table}" ({columns}) SELECT {written} FROM unnest({lists}) AS given ({given})'


@cache
def _has_plain_columns(model: type[models.Model]) -> bool:
    """Whether a list of the column's values is understood as it is: not of arrays."""
    return not any(hasattr(field, "get_placeholder") for field in _fields(model))


def _is_json(field: Any) -> bool:
    """A list of these is a list of words for the database, until each stands in its column."""
    return isinstance(field, models.JSONField)


def _plain_type(field: Any) -> str:
    """Without a length: cast to a type that has one, a text too long would be cut, and nobody told."""
    found = (field.rel_db_type if field.is_relation else field.db_type)(connections["default"])
    return str(found).partition("(")[0]


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def placeholder(field: Any) -> str:
    if isinstance(field, ArrayField):
        return f"%s::{field.db_type(connections['default'])}"
    if hasattr(field, "get_placeholder") and not isinstance(field, models.BinaryField):
        raise TypeError(f"{field!r} is written in a way of its own: save the row")
    return "%s"
