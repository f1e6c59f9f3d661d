"""Rows as they stood at an earlier moment: what `app.keep_past` has kept of them, in one statement for all."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
Key = tuple[str, UUID]
Rows = Mapping[Key, Mapping[str, Any]]

# Of each row the first version that was replaced after the moment: one step into the index, however often the row was
# changed before or since. The role's policies say which rows are shown.
_THEN = """
    SELECT wanted.table_name, wanted.row_id, was.row::text
    FROM unnest(%s::text[], %s::uuid[]) AS wanted (table_name, row_id)
    CROSS JOIN LATERAL (
      SELECT p.row FROM audit_pastrow p
      WHERE p.resident_id = %s AND p.table_name = wanted.table_name AND p.row_id = wanted.row_id AND p.replaced_at > %s
      ORDER BY p.replaced_at, p.id LIMIT 1
    ) AS was
"""


def versions_at(resident_id: UUID, rows: Iterable[models.Model], moment: datetime) -> Rows:
    """What stood there at `moment`, of those of these rows that were changed since."""
    wanted = [(row._meta.db_table, row.pk) for row in rows]
    if not wanted:
        return {}
    tables, ids = zip(*wanted, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_THEN, [list(tables), list(ids), resident_id, moment])
        return {(table, row_id): json.loads(row) for table, row_id, row in cursor.fetchall()}


def version_of(now: M, number: int) -> M | None:
    """The row as its version `number` had it; None where that was not kept, or the role may not read it."""
    if now.version == number:  # type: ignore[attr-defined]
        return now
    from carecoord.audit.models import PastRow

    kept = PastRow.objects.filter(
        resident_id=now.resident_id,  # type: ignore[attr-defined]
        table_name=now._meta.db_table,
        row_id=now.pk,
        row__version=number,
    )
    was = kept.order_by("replaced_at", "id").first()
    return as_it_stood(now, was.row) if was else None


def as_it_stood(now: M, was: Mapping[str, Any]) -> M:
    """The row with the values of then. A column that there was not yet has its default; what is joined to the row is
    left out where it was another then."""
    then = type(now)()
    for field in now._meta.concrete_fields:
        setattr(then, field.attname, _value(field, was))
        is_same = getattr(now, field.attname) == getattr(then, field.attname)
        if isinstance(field, models.ForeignKey) and field.is_cached(now) and is_same:
            field.set_cached_value(then, field.get_cached_value(now))
    then._state.adding, then._state.db = False, now._state.db
    return then


def _value(field: Any, was: Mapping[str, Any]) -> Any:
    if field.column not in was:
        return field.get_default()
    value = was[field.column]
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    return target.to_python(value) if value is not None else None
