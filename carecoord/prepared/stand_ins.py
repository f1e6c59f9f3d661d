"""Values that stand in for others while SQL is composed, so that they can be found in it again."""

import random
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from psycopg2.extensions import AsIs


class DerivedError(TypeError):
    """The function made something new of what it was given."""


class AsTyped(str):
    """Words that somebody typed. They choose nothing, and make no shape of their own."""

    __slots__ = ()


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


def taken_apart(given: Any, values: list[Any]) -> Iterator[Any]:
    """Yields the shape of what is given; appends what stand-ins stand for."""
    match given:
        case UUID() | datetime() | date() | AsTyped():
            values.append(given)
            yield type(given).__name__
        case Enum():
            yield given
        case tuple() | list():
            yield len(given)
            for one in given:
                yield from taken_apart(one, values)
        case Mapping():
            for name, one in given.items():
                yield name
                yield from taken_apart(one, values)
        case _ if is_dataclass(given):
            for field in fields(given):
                if _is_name(field.name):
                    values.append(getattr(given, field.name))
                else:
                    yield from taken_apart(getattr(given, field.name), values)
        case _:
            yield given


def _is_name(field: str) -> bool:
    """What somebody is called chooses nothing, and makes no shape of its own. Their role may: it does."""
    return field.endswith("name")


def stood_in(given: Any) -> Any:
    match given:
        case Enum():
            return given
        case UUID() | datetime() | date() | AsTyped():
            return stand_in(given)
        case tuple() | list():
            return type(given)(stood_in(one) for one in given)
        case Mapping():
            return {name: stood_in(one) for name, one in given.items()}
        case _ if is_dataclass(given) and not isinstance(given, type):
            parts = {field.name: getattr(given, field.name) for field in fields(given)}
            stood = {name: secrets.token_hex(8) if _is_name(name) else stood_in(part) for name, part in parts.items()}
            return replace(given, **stood)
        case _:
            return given


def a_moment() -> datetime:
    """A present moment that is nobody's."""
    moment: datetime = stand_in(datetime.now(UTC))
    return moment


def stand_in(given: Any) -> Any:
    """Of the same kind, and found nowhere else."""
    seconds = random.uniform(0, 10**9)  # noqa: S311  nothing secret
    match given:
        case UUID():
            return UUID(int=secrets.randbits(128))
        case AsTyped():
            return AsTyped(secrets.token_hex(8))
        case datetime():
            return datetime(2100, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
        case _:
            return date(1000, 1, 1) + timedelta(days=random.randrange(200_000))  # noqa: S311


def as_array(words: Iterable[str]) -> AsTyped:
    """As PostgreSQL writes an array: for `%s::text[]`."""
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words)
    return AsTyped("{" + ",".join(f'"{word}"' for word in quoted) + "}")


def place_of(one: Any, other: Any, values: list[Any], other_values: list[Any]) -> Place:
    if isinstance(one, list | tuple):
        return Place(inner=tuple(place_of(a, b, values, other_values) for a, b in zip(one, other, strict=True)))
    for number, value in enumerate(values):
        if type(value) is type(one) and value == one and other_values[number] == other:
            return Place(number)
    if one != other:
        raise DerivedError(f"{one!r} is none of what was given: work it out before, and give it")
    return Place(same=one)
