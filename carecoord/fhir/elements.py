"""FHIR R4 data types as other systems really send them, read into plain values. What cannot be read is a Fault."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone

JSON = Mapping[str, Any]
RESOURCE_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
# Seconds and zone may be missing, as some systems leave them out; a time that is there must be one.
TIME = r"T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
PARTIAL_DATE = re.compile(rf"(\d{{4}})(?:-(\d{{2}})(?:-(\d{{2}})(?:{TIME})?)?)?", re.ASCII)


class Fault(Exception):
    """One entry cannot be imported; `str(fault)` says why, without naming the person it is about."""


@dataclass(frozen=True)
class PartialDate:
    """A FHIR date of whatever precision: `day` is its first day, `last` its last."""

    day: date
    last: date
    is_exact: bool


def partial_date(value: Any, name: str) -> PartialDate | None:
    """A date, dateTime, year or month. None where there is none; a Fault where it is no date."""
    if value is None:
        return None
    match = PARTIAL_DATE.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise Fault(f"{name} is not a date")
    year, month, day = match.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1))
        length = monthrange(first.year, int(month or 12))[1]
        return PartialDate(first, date(first.year, int(month or 12), int(day or length)), day is not None)
    except ValueError as problem:
        raise Fault(f"{name} is not a date") from problem


def day_of(value: Any, name: str) -> date | None:
    read = partial_date(value, name)
    return read.day if read else None


def moment(value: Any, name: str) -> datetime | None:
    """A dateTime of any precision, of this place where no zone is said; a day alone is its first minute."""
    read = partial_date(value, name)
    if read is None:
        return None
    said = datetime.fromisoformat(value) if "T" in value else datetime.combine(read.day, time())
    return said if said.tzinfo else timezone.make_aware(said)


def items(parent: JSON, name: str) -> list[JSON]:
    """The objects of a repeating element; a single object, as some systems send it, counts as one."""
    value = parent.get(name)
    if value is None:
        return []
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in listed):
        raise Fault(f"{name} is not a list of objects")
    return listed


def words(parent: JSON, name: str, most: int | None = None) -> str:
    """A string element without outer blanks; empty where there is none."""
    value = parent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Fault(f"{name} is not text")
    return value.strip() if most is None else uncut(value.strip(), most, name)


def uncut(value: str, most: int, name: str) -> str:
    """`value` as it is: what does not fit is a Fault, because a value that was cut looks as if it were whole."""
    if len(value) > most:
        raise Fault(f"{name} is longer than {most} characters")
    return value


def code(parent: JSON, name: str, known: Iterable[str], default: str | None = None) -> str:
    """A required code of a closed list."""
    value = parent.get(name, default)
    if value is None:
        raise Fault(f"{name} is missing")
    if not isinstance(value, str) or value not in set(known):
        raise Fault(f"{name} is not one of the codes that FHIR allows")
    return str(value)


def concept(parent: JSON, name: str) -> str:
    """The words of a CodeableConcept, or of the last with any in a list of them: text, else display, else code."""
    found = ""
    for one in items(parent, name):
        texts = [words(one, "text")]
        texts += [words(coding, "display") for coding in items(one, "coding")]
        texts += [words(coding, "code") for coding in items(one, "coding")]
        found = next((text for text in texts if text), found)
    return found


def period(parent: JSON, name: str = "period") -> tuple[date | None, date | None]:
    """First and last day of a Period. A Fault where it ends before it starts."""
    value = parent.get(name)
    if value is None:
        return None, None
    if not isinstance(value, dict):
        raise Fault(f"{name} is not a period")
    start, end = partial_date(value.get("start"), f"{name}.start"), partial_date(value.get("end"), f"{name}.end")
    if start and end and end.last < start.day:
        raise Fault(f"{name} ends before it starts")
    return start.day if start else None, end.last if end else None


@dataclass(frozen=True)
class HumanName:
    family: str
    given: str
    prefix: str = ""

    @property
    def full(self) -> str:
        return " ".join(part for part in (self.prefix, self.given, self.family) if part)


USE_ORDER = ("official", "usual", "temp", None, "nickname", "anonymous", "maiden", "old")


def human_name(resource: JSON) -> HumanName | None:
    """The name to go by: the official one, else the usual one, else whichever there is. None where there is none."""
    names = sorted(items(resource, "name"), key=lambda name: _use(name, USE_ORDER))
    for name in names:
        given = " ".join(_strings(name, "given"))
        family = words(name, "family", 100)
        if not (given or family):
            *first, family = words(name, "text").split() or [""]
            given = " ".join(first)
        if given or family:
            prefix = " ".join(_strings(name, "prefix"))
            return HumanName(uncut(family, 100, "name"), uncut(given, 100, "name"), uncut(prefix, 35, "prefix"))
    return None


def known_as(resource: JSON) -> str:
    """A nickname, or a usual name beside the official one."""
    for name in items(resource, "name"):
        if name.get("use") in {"nickname", "usual"}:
            return uncut(" ".join(_strings(name, "given")), 100, "name")
    return ""


def telecom(resource: JSON, system: str) -> str:
    """The best number or address of one kind: lowest rank, then home, mobile, work; old ones never."""
    points = [p for p in items(resource, "telecom") if p.get("system") == system and p.get("use") != "old"]
    order = ("home", "mobile", None, "work", "temp")
    points.sort(key=lambda p: (p["rank"] if isinstance(p.get("rank"), int) else 99, _use(p, order)))
    return next((words(point, "value") for point in points if words(point, "value")), "")


@dataclass(frozen=True)
class Address:
    lines: tuple[str, ...]
    postcode: str


def address(resource: JSON) -> Address | None:
    """The home address, else the first that is not old."""
    found = sorted(
        (a for a in items(resource, "address") if a.get("use") != "old"),
        key=lambda a: _use(a, ("home", None, "temp", "work", "billing")),
    )
    for one in found:
        lines = _strings(one, "line") + [words(one, part) for part in ("city", "district", "state")]
        lines = [line for line in lines if line] or [words(one, "text")]
        return Address(tuple(uncut(line, 100, "address") for line in lines if line), words(one, "postalCode", 30))
    return None


def identifier(resource: JSON, system: str) -> str:
    """The value under one identifier system; systems are compared without regard to case (published samples mix it)."""
    for one in items(resource, "identifier"):
        if words(one, "system").casefold().rstrip("/") == system.casefold():
            return words(one, "value")
    return ""


def _strings(parent: JSON, name: str) -> list[str]:
    value = parent.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str | None) for item in value):
        raise Fault(f"{name} is not a list of texts")
    return [item.strip() for item in value if item and item.strip()]


def _use(item: JSON, order: tuple[str | None, ...]) -> int:
    use = item.get("use")
    return order.index(use) if (use is None or isinstance(use, str)) and use in order else len(order)
