"""One queryset that has been compiled, and how rows of the database become what it would have given."""

import copy
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

Reader = Callable[[Any], Any]
AS_IT_IS = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.GenericIPAddressField,
)
# A moment is a day, too, to `isinstance`.
READERS: tuple[tuple[type[Any], Reader], ...] = (
    (models.UUIDField, UUID),
    (models.DateTimeField, datetime.fromisoformat),
    (models.DateField, date.fromisoformat),
    (models.TimeField, time.fromisoformat),
    (models.JSONField, json.dumps),  # which the field itself takes apart
)


class Compiled:
    """`sql` and `params` are those of the values that it was compiled with."""

    def __init__(self, queryset: "QuerySet[Any]") -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, self.params = self.compiler.as_sql()
        columns = [column[0] for column in self.compiler.select[: self.compiler.col_count]]
        self.converters = self.compiler.get_converters(columns)
        self.columns = columns

    def asked(self, sql: str, params: tuple[Any, ...]) -> list[Any]:
        """What these find, sent by themselves."""
        return self._rows(as_sql=lambda *_, **__: (sql, params))

    def as_json(self) -> str:
        """A subquery that gives its rows in one value. Names of columns may be there twice, so they get others."""
        names = ", ".join(f"c{number}" for number in range(len(self.columns)))
        return f"(SELECT json_agg(r) FROM ({self.sql}) AS r ({names}))"

    def readers(self) -> tuple[Reader | None, ...]:
        """For each column, what makes of JSON what the database would have given."""
        return tuple(_reader(column.output_field) for column in self.columns)

    def found(self, rows: list[dict[str, Any]] | None, readers: tuple[Reader | None, ...]) -> list[Any]:
        """What these rows are, as `as_json` gave them."""
        if not rows:
            return []
        read = [
            tuple(
                value if reader is None or value is None else reader(value)
                for value, reader in zip(row.values(), readers, strict=True)
            )
            for row in rows
        ]
        return self._rows(execute_sql=lambda *_, **__: [read])

    def _rows(self, **instead: Any) -> list[Any]:
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.queryset.db]
        vars(compiler).update(instead, get_converters=lambda _: self.converters)
        found: Any = self.queryset.all()
        found.query.get_compiler = lambda *_, **__: compiler
        return list(found)


class CompiledUpdate:
    """What `queryset.update(**becomes)` would send."""

    def __init__(self, queryset: "QuerySet[Any, Any]", becomes: Mapping[str, Any]) -> None:
        self.using = queryset.db
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values(becomes)
        query.clear_ordering(force=True)
        self.sql, self.params = query.get_compiler(using=self.using).as_sql()


def _reader(field: Any) -> Reader | None:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    for kind, reader in READERS:
        if isinstance(field, kind):
            return reader
    whole = field.base_field if isinstance(field, ArrayField) else field
    if isinstance(whole, AS_IT_IS):
        return None
    raise TypeError(f"{field!r} cannot be read from JSON: ask for it by itself")
