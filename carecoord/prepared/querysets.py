"""What is kept of a function that gives querysets: SQL for each shape of what it is given."""

import itertools
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import Model, QuerySet

from carecoord import clock
from carecoord.prepared.rows import Compiled, CompiledUpdate
from carecoord.prepared.stand_ins import a_moment, place_of, stood_in, taken_apart
from carecoord.prepared.statement import Statement

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
Found = TypeVar("Found")
MOST_SHAPES = 200
"""Of one function. Whatever comes after them is asked as it is: the database forgets no statement it has prepared."""
_numbers = itertools.count(1)


class _Shapes(ABC, Generic[P, Found]):
    """`name` is that of the function, for whoever reads the database's log."""

    one_plan = False

    def __init__(self, name: str) -> None:
        self.name = name.strip("_")
        self.kept: dict[Any, Callable[[list[Any]], Found] | None] = {}
        self.lock = threading.Lock()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Found:
        values: list[Any] = [clock.now(), clock.today()]
        shape = tuple(taken_apart((args, kwargs), values))
        if shape not in self.kept and len(self.kept) < MOST_SHAPES:
            with self.lock:
                self.kept[shape] = self._work_out(args, kwargs)
        ask = self.kept.get(shape)
        return self.as_it_is(*args, **kwargs) if ask is None else ask(values)

    @abstractmethod
    def as_it_is(self, *args: P.args, **kwargs: P.kwargs) -> Found:
        """What is found without anything kept."""

    @abstractmethod
    def compiled(self, *args: P.args, **kwargs: P.kwargs) -> "Sequence[Compiled | CompiledUpdate]":
        """The querysets that make up the statement."""

    @abstractmethod
    def asking(self, parts: Sequence[Any]) -> tuple[str, Callable[[Statement, list[Any]], Found]]:
        """The SQL for these, and how it is asked."""

    def _work_out(self, args: Any, kwargs: Any) -> Callable[[list[Any]], Found] | None:
        """None where there is nothing to ask: those who act for no team see nobody."""
        try:
            (parts, values), (others, other_values) = (self._stood_in(args, kwargs) for _ in range(2))
        except EmptyResultSet:
            return None
        pairs = zip(_params(parts), _params(others), strict=True)
        places = tuple(place_of(one, other, values, other_values) for one, other in pairs)
        sql, ask = self.asking(parts)
        statement = Statement(f"kept_{next(_numbers)}_{self.name}"[:60].lower(), sql, places, self.one_plan)
        return lambda given: ask(statement, given)

    def _stood_in(self, args: Any, kwargs: Any) -> tuple[Sequence[Compiled | CompiledUpdate], list[Any]]:
        moment = a_moment()
        stood_args, stood_kwargs = stood_in((args, kwargs))
        with clock.at(moment):
            values: list[Any] = [moment, clock.today()]
            list(taken_apart((stood_args, stood_kwargs), values))
            return self.compiled(*stood_args, **stood_kwargs), values


class Prepared(_Shapes[P, list[Any]], Generic[P, M]):
    def __init__(self, build: "Callable[P, QuerySet[M, Any]]") -> None:
        super().__init__(build.__name__)
        self.build = build

    def as_it_is(self, *args: P.args, **kwargs: P.kwargs) -> list[Any]:
        return list(self.build(*args, **kwargs))

    def compiled(self, *args: P.args, **kwargs: P.kwargs) -> Sequence[Compiled]:
        return [Compiled(self.build(*args, **kwargs))]

    def asking(self, parts: Sequence[Compiled]) -> tuple[str, Callable[[Statement, list[Any]], list[Any]]]:
        (part,) = parts

        def ask(statement: Statement, values: list[Any]) -> list[Any]:
            return part.asked(*statement.asking(connections[part.queryset.db], values))

        return part.sql, ask

    def get(self, *args: P.args, **kwargs: P.kwargs) -> M:
        """The only row. Raises the model's DoesNotExist where there is none."""
        found = self(*args, **kwargs)
        if not found:
            model = self.build(*args, **kwargs).model
            raise model.DoesNotExist(f"{model._meta.object_name} matching query does not exist.")  # type: ignore[attr-defined]
        row: M = found[0]
        return row


class PreparedWithOnePlan(Prepared[P, M]):
    one_plan = True


class PreparedTogether(_Shapes[P, tuple[list[Any], ...]]):
    """Each queryset is a subquery whose rows come as one JSON value: they may be of different tables."""

    def __init__(self, build: "Callable[P, tuple[QuerySet[Any, Any], ...]]") -> None:
        super().__init__(build.__name__)
        self.build = build

    def as_it_is(self, *args: P.args, **kwargs: P.kwargs) -> tuple[list[Any], ...]:
        return tuple(list(queryset) for queryset in self.build(*args, **kwargs))

    def compiled(self, *args: P.args, **kwargs: P.kwargs) -> Sequence[Compiled]:
        return [Compiled(queryset) for queryset in self.build(*args, **kwargs)]

    def asking(self, parts: Sequence[Compiled]) -> tuple[str, Callable[[Statement, list[Any]], tuple[list[Any], ...]]]:
        readers = [part.readers() for part in parts]

        def ask(statement: Statement, values: list[Any]) -> tuple[list[Any], ...]:
            connection = connections[parts[0].queryset.db]
            sql, params = statement.asking(connection, values)
            with connection.cursor() as cursor:
                cursor.execute(sql, params)
                found = cursor.fetchone() or ()
            return tuple(part.found(rows, read) for part, rows, read in zip(parts, found, readers, strict=True))

        return f"SELECT {', '.join(part.as_json() for part in parts)}", ask


class PreparedUpdate(_Shapes[P, int]):
    """Of the queryset's own table alone."""

    def __init__(self, build: "Callable[P, tuple[QuerySet[Any, Any], Mapping[str, Any]]]") -> None:
        super().__init__(build.__name__)
        self.build = build

    def as_it_is(self, *args: P.args, **kwargs: P.kwargs) -> int:
        queryset, becomes = self.build(*args, **kwargs)
        return queryset.update(**becomes)

    def compiled(self, *args: P.args, **kwargs: P.kwargs) -> Sequence[CompiledUpdate]:
        return [CompiledUpdate(*self.build(*args, **kwargs))]

    def asking(self, parts: Sequence[Any]) -> tuple[str, Callable[[Statement, list[Any]], int]]:
        (part,) = parts

        def ask(statement: Statement, values: list[Any]) -> int:
            connection = connections[part.using]
            with transaction.mark_for_rollback_on_error(part.using), connection.cursor() as cursor:
                cursor.execute(*statement.asking(connection, values))
                return int(cursor.rowcount)

        return part.sql, ask


def prepared(build: "Callable[P, QuerySet[M, Any]]") -> Prepared[P, M]:
    return Prepared(build)


def prepared_with_one_plan(build: "Callable[P, QuerySet[M, Any]]") -> Prepared[P, M]:
    return PreparedWithOnePlan(build)


def prepared_together(build: "Callable[P, tuple[QuerySet[Any, Any], ...]]") -> PreparedTogether[P]:
    return PreparedTogether(build)


def prepared_update(build: "Callable[P, tuple[QuerySet[Any, Any], Mapping[str, Any]]]") -> PreparedUpdate[P]:
    return PreparedUpdate(build)


def _params(parts: Sequence[Compiled | CompiledUpdate]) -> list[Any]:
    return [param for part in parts for param in part.params]
