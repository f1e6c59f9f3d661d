"""One queryset that has been compiled, and how rows of the database become what it would have given."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, get_related_populators
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
        self.made = self._model_rows() if self._gives_rows_of_a_model() else self._as_the_queryset_does

    def asked(self, sql: str, params: tuple[Any, ...]) -> list[Any]:
        """What these find, sent by themselves."""
        with connections[self.queryset.db].cursor() as cursor:
            cursor.execute(sql, params)
            return self.made(cursor.fetchall())

    def as_json(self) -> str:
        """A subquery that gives its rows in one value. Names of columns may be there twice, so they get others."""
        names = ", ".join(f"c{number}" for number in range(len(self.columns)))
        return f"(SELECT json_agg(r) FROM ({self.sql}) AS r ({names}))"

    def readers(self) -> tuple[tuple[int, Reader], ...]:
        """For each column that JSON has no kind of its own for, what makes of it what the database would have given."""
        readers = ((number, _reader(column.output_field)) for number, column in enumerate(self.columns))
        return tuple((number, reader) for number, reader in readers if reader is not None)

    def found(self, rows: list[dict[str, Any]] | None, readers: tuple[tuple[int, Reader], ...]) -> list[Any]:
        """What these rows are, as `as_json` gave them."""
        if not rows:
            return []
        read = [list(row.values()) for row in rows]
        for values in read:
            for number, reader in readers:
                if values[number] is not None:
                    values[number] = reader(values[number])
        return self.made(read)

    def _gives_rows_of_a_model(self) -> bool:
        queryset: Any = self.queryset
        is_more = queryset._prefetch_related_lookups or queryset._known_related_objects
        return queryset._iterable_class is ModelIterable and not is_more

    def _model_rows(self) -> Callable[[Iterable[Any]], list[Any]]:
        """As Django's ModelIterable, which works out for each list which columns are whose: here that is done once."""
        using, info = self.queryset.db, self.compiler.klass_info
        start, stop = info["select_fields"][0], info["select_fields"][-1] + 1
        # Django looks for each name in these: in a set it is there at once.
        names = frozenset(column[0].target.attname for column in self.compiler.select[start:stop])
        related = get_related_populators(info, self.compiler.select, using)  # type: ignore[call-arg]
        annotations = tuple((self.compiler.annotation_col_map or {}).items())
        model = info["model"]

        def made(rows: Iterable[Any]) -> list[Any]:
            found = []
            for row in self._converted(rows):
                one = model.from_db(using, names, row[start:stop])
                for populator in related:
                    populator.populate(row, one)
                for name, number in annotations:
                    setattr(one, name, row[number])
                found.append(one)
            return found

        return made

    def _as_the_queryset_does(self, rows: Iterable[Any]) -> list[Any]:
        compiler = self._of_this_thread()
        vars(compiler).update(execute_sql=lambda *_, **__: [rows], get_converters=lambda _: self.converters)
        found: Any = self.queryset.all()
        found.query.get_compiler = lambda *_, **__: compiler
        return list(found)

    def _converted(self, rows: Iterable[Any]) -> Iterable[Any]:
        return self._of_this_thread().apply_converters(rows, self.converters) if self.converters else rows

    def _of_this_thread(self) -> Any:
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[self.queryset.db]
        return compiler


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
