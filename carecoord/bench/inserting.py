"""INSERT ... SELECT for a model: what is not named gets the model's own default."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from carecoord import clock


def insert(model: type[models.Model], source: str, **columns: str) -> int:
    """Add a row for each of `source` (a FROM clause); `columns` are SQL expressions. Returns how many."""
    named = _defaults(model) | columns
    names = ", ".join(f'"{name}"' for name in named)
    return run(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(named.values())} {source}')


def run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.rowcount)


def one(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def new_id() -> str:
    """UUID version 7 by the server: its own function from PostgreSQL 18 on, which is many times faster than ours."""
    return "uuidv7()" if int(one("SHOW server_version_num")) >= 180_000 else "app.new_id()"


def literal(value: object) -> str:
    """A value as SQL. For what this package makes itself: it quotes, and that is all."""
    if isinstance(value, bool | int | float):
        return str(value)
    if isinstance(value, list | tuple):
        return "ARRAY[" + ", ".join(literal(one) for one in value) + "]::text[]"
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return "'" + text.replace("'", "''") + "'"


def pick(of: Mapping[str, int], by: str) -> str:
    """One of the words, each as often as its number says; `by` is a number from 0 up to 1."""
    whole, passed, cases = sum(of.values()), 0, []
    for word, share in of.items():
        passed += share
        cases.append(f"WHEN {by} < {passed / whole} THEN {literal(word)}")
    return f"CASE {' '.join(cases)} END"


def _defaults(model: type[models.Model]) -> dict[str, str]:
    """For the columns that must have a value. Every row of one load was written at the same moment."""
    found = {}
    for field in model._meta.concrete_fields:
        if field.primary_key:
            found[str(field.column)] = new_id()
        elif isinstance(field, ArrayField):
            found[str(field.column)] = "'{}'"
        elif isinstance(field, models.JSONField):
            found[str(field.column)] = literal("[]" if field.default is list else "{}") + "::jsonb"
        elif isinstance(field, models.DateTimeField) and field.default is clock.now:
            found[str(field.column)] = literal(clock.now()) + "::timestamptz"
        elif not field.null and field.has_default() and not callable(field.default):
            found[str(field.column)] = literal(field.default)
        elif not field.null and isinstance(field, models.CharField | models.TextField):
            found[str(field.column)] = "''"
    return found
