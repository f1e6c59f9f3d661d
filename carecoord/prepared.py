"""Querysets whose SQL is worked out once. Composing the SQL of a wide query costs more than running it.

    @prepared
    def _open_entries(principal: Principal, team_id: UUID) -> QuerySet[CaseloadEntry]:
        return CaseloadEntry.objects.visible_to(principal).filter(team_id=team_id, ended_at=None)

    rows = _open_entries(principal, team.id)

The first call builds the queryset twice with stand-ins for what was given, and for the present moment; wherever a
stand-in is found among the parameters, later calls put their own value. What the function derives from a value (the day
after, a part of a name) cannot be found again and raises: derive it before, and give it. Numbers, words and None that
are given are no stand-ins: each makes a queryset of its own, so give ids, moments and days, not what people type.

The database prepares the statement too, once a connection, and so plans it a few times instead of each time. The role's
policies are part of its plan, and PostgreSQL plans anew where the role is another.
"""

import copy
import itertools
import random
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.conf import settings
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connections, transaction
from django.db.models import Model, QuerySet
from psycopg2.extensions import AsIs

from carecoord import clock

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
MOST_SHAPES = 200
"""Of one function. Whatever comes after them is asked as it is: the database forgets no statement it has prepared."""
_numbers = itertools.count(1)


class DerivedError(TypeError):
    """The function made something new of what it was given."""


@dataclass(frozen=True)
class Place:
    """Where a parameter comes from: the value of that number, or a list of places, or it is the same each time."""

    number: int | None = None
    inner: "tuple[Place, ...] | None" = None
    same: Any = None

    def __call__(self, values: list[Any]) -> Any:
        if self.inner is not None:
            return [place(values) for place in self.inner]
        return self.same if self.number is None else values[self.number]

    def given(self, param: Any) -> list[Any]:
        """What of this parameter is given to the prepared statement."""
        if self.inner is not None:
            return [one for place, part in zip(self.inner, param, strict=True) for one in place.given(part)]
        return [] if self.number is None else [param]

    def numbered(self, numbers: Iterator[int]) -> Any:
        """As it stands in the prepared statement: $1, or the value itself where that is the same each time."""
        if self.inner is not None:
            return [place.numbered(numbers) for place in self.inner]
        return self.same if self.number is None else AsIs(f"${next(numbers)}")


@dataclass(frozen=True)
class _Kept:
    """One shape's SQL, and for each parameter where its value comes from."""

    name: str
    queryset: "QuerySet[Any]"
    compiler: Any
    sql: str
    places: tuple[Place, ...]

    def run(self, values: list[Any]) -> list[Any]:
        connection = connections[self.queryset.db]
        params: list[Any] = [place(values) for place in self.places]
        sql = self.sql
        if self._is_prepared(connection):
            params = [one for param, place in zip(params, self.places, strict=True) for one in place.given(param)]
            sql = f"EXECUTE {self.name}" + (f" ({', '.join(['%s'] * len(params))})" if params else "")
        bound = copy.copy(self.compiler)
        bound.connection = connection
        bound.as_sql = lambda *_, **__: (sql, tuple(params))
        found: Any = self.queryset.all()
        found.query.get_compiler = lambda *_, **__: bound
        return list(found)

    def _is_prepared(self, connection: Any) -> bool:
        """False where the database cannot tell the type of a value, or a pooler changes it from one transaction to the
        next: then the statement is sent as it is."""
        if settings.DATABASE_IS_POOLED:
            return False
        connection.ensure_connection()
        known = connection.__dict__.get("prepared_here")
        if known is None or known[0] is not connection.connection:
            known = connection.prepared_here = (connection.connection, {})
        names: dict[str, bool] = known[1]
        if self.name not in names:
            names[self.name] = self._prepare(connection)
        return names[self.name]

    def _prepare(self, connection: Any) -> bool:
        numbers = itertools.count(1)
        try:
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                written = cursor.mogrify(self.sql, [place.numbered(numbers) for place in self.places]).decode()
                cursor.execute(f"PREPARE {self.name} AS {written}")
        except DatabaseError:
            return False
        return True


class Prepared(Generic[P, M]):
    def __init__(self, build: "Callable[P, QuerySet[M, Any]]") -> None:
        self.build = build
        self.kept: dict[Any, _Kept | None] = {}
        self.lock = threading.Lock()

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[Any]:
        values: list[Any] = [clock.now(), clock.today()]
        shape = tuple(_taken_apart((args, kwargs), values))
        if shape not in self.kept and len(self.kept) < MOST_SHAPES:
            with self.lock:
                self.kept[shape] = self._work_out(args, kwargs)
        kept = self.kept.get(shape)
        return list(self.build(*args, **kwargs)) if kept is None else kept.run(values)

    def get(self, *args: P.args, **kwargs: P.kwargs) -> M:
        """The only row. Raises the model's DoesNotExist where there is none."""
        found = self(*args, **kwargs)
        if not found:
            model = self.build(*args, **kwargs).model
            raise model.DoesNotExist(f"{model._meta.object_name} matching query does not exist.")  # type: ignore[attr-defined]
        row: M = found[0]
        return row

    def _work_out(self, args: Any, kwargs: Any) -> _Kept | None:
        """None where there is nothing to ask: those who act for no team see nobody."""
        try:
            (queryset, compiler, sql, params, values), (_, _, _, others, other_values) = (
                self._compiled(args, kwargs) for _ in range(2)
            )
        except EmptyResultSet:
            return None
        places = tuple(_place(one, other, values, other_values) for one, other in zip(params, others, strict=True))
        name = f"kept_{next(_numbers)}_{self.build.__name__.strip('_')}"[:60].lower()
        return _Kept(name, queryset, compiler, sql, places)

    def _compiled(self, args: Any, kwargs: Any) -> tuple[Any, Any, str, tuple[Any, ...], list[Any]]:
        moment = _stand_in(datetime.now(UTC))
        stood_args, stood_kwargs = _stood_in((args, kwargs))
        with clock.at(moment):
            values: list[Any] = [moment, clock.today()]
            list(_taken_apart((stood_args, stood_kwargs), values))
            queryset = self.build(*stood_args, **stood_kwargs)
            compiler = queryset.query.get_compiler(using=queryset.db)
            sql, params = compiler.as_sql()
        return queryset, compiler, sql, tuple(params), values


def prepared(build: "Callable[P, QuerySet[M, Any]]") -> Prepared[P, M]:
    return Prepared(build)


def _taken_apart(given: Any, values: list[Any]) -> Iterator[Any]:
    """Yields the shape of what is given; appends what stand-ins stand for."""
    match given:
        case UUID() | datetime() | date():
            values.append(given)
            yield type(given).__name__
        case Enum():
            yield given
        case tuple() | list():
            yield len(given)
            for one in given:
                yield from _taken_apart(one, values)
        case Mapping():
            for name, one in given.items():
                yield name
                yield from _taken_apart(one, values)
        case _ if is_dataclass(given):
            for field in fields(given):
                if _is_name(field.name):
                    values.append(getattr(given, field.name))
                else:
                    yield from _taken_apart(getattr(given, field.name), values)
        case _:
            yield given


def _is_name(field: str) -> bool:
    """What somebody is called chooses nothing, and makes no shape of its own. Their role may: it does."""
    return field.endswith("name")


def _stood_in(given: Any) -> Any:
    match given:
        case Enum():
            return given
        case UUID() | datetime() | date():
            return _stand_in(given)
        case tuple() | list():
            return type(given)(_stood_in(one) for one in given)
        case Mapping():
            return {name: _stood_in(one) for name, one in given.items()}
        case _ if is_dataclass(given) and not isinstance(given, type):
            parts = {field.name: getattr(given, field.name) for field in fields(given)}
            stood = {name: secrets.token_hex(8) if _is_name(name) else _stood_in(part) for name, part in parts.items()}
            return replace(given, **stood)
        case _:
            return given


def _stand_in(given: Any) -> Any:
    """Of the same kind, and found nowhere else."""
    seconds = random.uniform(0, 10**9)  # noqa: S311  nothing secret
    match given:
        case UUID():
            return UUID(int=secrets.randbits(128))
        case datetime():
            return datetime(2100, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        case _:
            return date(1000, 1, 1) + timedelta(days=random.randrange(200_000))  # noqa: S311


def _place(one: Any, other: Any, values: list[Any], other_values: list[Any]) -> Place:
    if isinstance(one, list | tuple):
        return Place(inner=tuple(_place(a, b, values, other_values) for a, b in zip(one, other, strict=True)))
    for number, value in enumerate(values):
        if type(value) is type(one) and value == one and other_values[number] == other:
            return Place(number)
    if one != other:
        raise DerivedError(f"{one!r} is none of what was given: work it out before, and give it")
    return Place(same=one)
