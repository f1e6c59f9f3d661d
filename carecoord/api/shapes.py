"""Shapes of JSON: what is shown (Shape), what is sent (Body), what is asked (Query). Flat, typed, and exact."""

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from operator import attrgetter, itemgetter
from typing import Any, ClassVar

from rest_framework import serializers

from carecoord.turning import hidden_in_line

Reader = Callable[[Any], Any]
FIRST_YEAR, LAST_YEAR = 1850, 2150
ABSURD = f"Enter a year from {FIRST_YEAR} to {LAST_YEAR}."
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(DAY.pattern + r"[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})")
Readers = tuple[tuple[str, Reader | None, str], ...]


class Shape(serializers.Serializer[Any]):
    """What is shown. Every name is always there; a field is nullable only with `allow_null=True`.

    Values go out as they are (the renderer knows ids and moments), from a model or from a row of `.values()`: no
    field code runs per row. A `SerializerMethodField` is asked as usual. To a token that may not write, no action is
    allowed.
    """

    def to_representation(self, instance: Any) -> dict[str, Any]:
        readers = _row_readers(type(self)) if isinstance(instance, dict) else _model_readers(type(self))
        told = {name: read(instance) if read else getattr(self, ask)(instance) for name, read, ask in readers}
        if "allowed_actions" in told and not self.context["view"].may_write:
            told["allowed_actions"] = []
        return told


def columns_of(shape: type[Shape]) -> list[str]:
    """For `.values(...)`: what the shape reads, without what its own methods find."""
    return [str(field.source).replace(".", "__") for field in shape().fields.values() if field.source != "*"]


class Stored(Shape):
    """What every stored object shows."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField(min_value=1)


class Body(serializers.Serializer[Any]):
    """What is sent. A name that it does not have is refused."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({str(name)[:100]: ["There is no such field."] for name in unknown[:20]})
        return super().to_internal_value(data)


class Nothing(Body):
    """An empty body: `{}`, or none at all."""


class Query(serializers.Serializer[Any]):
    """Filters in the address; `page_size` and `cursor` belong to every list and are not named here.

    None has a default, and none needs to be there: of those that are not asked no field is made.
    """

    paging: ClassVar[frozenset[str]] = frozenset({"page_size", "cursor"})

    def get_fields(self) -> dict[str, Any]:
        asked = getattr(self, "initial_data", self._declared_fields)
        return {name: deepcopy(field) for name, field in self._declared_fields.items() if name in asked}

    @classmethod
    def names(cls) -> frozenset[str]:
        return frozenset(cls._declared_fields)


class StrictCharField(serializers.CharField):
    """Text only: a number or a truth value is not turned into text."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class LineField(StrictCharField):
    """Text of one line, such as a name: without marks that turn the words beside it, and without controls."""

    default_error_messages = {
        "hidden_mark": "Send this without the hidden mark in it, which would turn or break the text around it."
    }

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if hidden_in_line(text):
            self.fail("hidden_mark")
        return text


class StrictBooleanField(serializers.BooleanField):
    """`true` or `false`, nothing that looks like them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


class StrictIntegerField(serializers.IntegerField):
    """A whole number, not text that looks like one."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, str | bool):
            self.fail("invalid")
        return super().to_internal_value(data)


class DayField(serializers.DateField):
    """A day as RFC 3339 writes it, and no other way of ISO 8601; in a year that somebody can mean."""

    default_error_messages = {"absurd": ABSURD}
    years: ClassVar[range] = range(FIRST_YEAR, LAST_YEAR + 1)

    def to_internal_value(self, value: Any) -> Any:
        if not (isinstance(value, str) and DAY.fullmatch(value)):
            self.fail("invalid", format="2027-01-08")
        read = super().to_internal_value(value)
        if read.year not in self.years:
            self.fail("absurd")
        return read


class DayAskedField(DayField):
    """A day of a filter, which may also be the first or the last that there is."""

    years = range(1, 10_000)


class MomentField(serializers.DateTimeField):
    """A moment as RFC 3339 writes it: with its offset, so that nobody has to guess; in a year that can be meant."""

    default_error_messages = {"absurd": ABSURD}

    def to_internal_value(self, value: Any) -> Any:
        if not (isinstance(value, str) and MOMENT.fullmatch(value)):
            self.fail("invalid", format="RFC 3339, with the offset: 2027-01-08T10:30:00Z")
        if not FIRST_YEAR <= int(value[:4]) <= LAST_YEAR:
            self.fail("absurd")
        return super().to_internal_value(value.upper())


class IdField(serializers.UUIDField):
    """The id of something else, as text in its usual form."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or len(data) != 36:
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class ChoiceField(serializers.ChoiceField):
    """One of the words, as text."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice", input=data)
        return super().to_internal_value(data)


@cache
def _row_readers(shape: type[Shape]) -> Readers:
    return _readers(shape, lambda source: itemgetter(source.replace(".", "__")))


@cache
def _model_readers(shape: type[Shape]) -> Readers:
    return _readers(shape, attrgetter)


def _readers(shape: type[Shape], of: Callable[[str], Reader]) -> Readers:
    return tuple((name, *_reader(field, of)) for name, field in shape().fields.items())


def _reader(field: Any, of: Callable[[str], Reader]) -> tuple[Reader | None, str]:
    """How a field is read, or the name of the shape's method that is asked."""
    if isinstance(field, serializers.SerializerMethodField):
        return None, str(field.method_name)
    if isinstance(field, Shape):
        return (field.to_representation if field.source == "*" else _inner(field, of(str(field.source)))), ""
    return of(str(field.source)), ""


def _inner(shape: Shape, read: Reader) -> Reader:
    def inner(instance: Any) -> Any:
        value = read(instance)
        return None if value is None else shape.to_representation(value)

    return inner
