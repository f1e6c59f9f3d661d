"""How long a record is kept after care has ended (IG-37), and whose time is up. Nothing is ever deleted by itself.

`keep_until` is a pure function of a few facts. What is due is due to be reviewed by people; a hold keeps a record
whatever its time, and the database lets nobody delete it (migration 0064).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Greatest

from carecoord import clock
from neighbourhoods.models import CaseloadEntry, Encounter, Entry, OrganisationKind, Relationship, Resident, Source

HOLD: Final = "legal.hold"
"""The kind of entry that keeps a record until somebody ends it."""


class Care(StrEnum):
    """Whose care it was. `ENQUIRY` is somebody who only asked: nobody took them on."""

    HEALTH = "health"
    MENTAL_HEALTH = "mental health"
    SOCIAL_CARE = "social care"
    ENQUIRY = "an enquiry only"


YEARS: Final[Mapping[Care, int]] = {Care.HEALTH: 8, Care.MENTAL_HEALTH: 20, Care.SOCIAL_CARE: 8, Care.ENQUIRY: 2}
"""After the end of care. Of several the longest holds."""
ADULT, CHILDREN_UNTIL, CHILDREN_OF_17_UNTIL = 18, 25, 26
"""Who was younger than the first when care ended is kept until a birthday, where that is later."""
SHORTEST: Final = min(YEARS.values())
CARE_OF: Final[Mapping[str, Care]] = {
    OrganisationKind.MENTAL_HEALTH: Care.MENTAL_HEALTH,
    OrganisationKind.COUNCIL: Care.SOCIAL_CARE,
    OrganisationKind.CARE_HOME: Care.SOCIAL_CARE,
    OrganisationKind.HOME_CARE: Care.SOCIAL_CARE,
}
"""By the kind of organisation whose team had somebody on its caseload; every other is health care."""


@dataclass(frozen=True)
class Ended:
    """Care that has ended: on which day, and whose. Without a birth date nobody knows whether it was a child's."""

    on: date
    born: date | None
    cares: frozenset[Care] = frozenset()


@dataclass(frozen=True)
class Kept:
    """Until which day (from then on it is to be reviewed), and by which rule."""

    until: date
    rule: str


@dataclass(frozen=True)
class Due:
    """A record whose time is up. `is_held`: it stays all the same."""

    resident_id: UUID
    kept: Kept
    is_held: bool


def keep_until(ended: Ended) -> Kept | None:
    """None where it cannot be said: the record stays."""
    if ended.born is None:
        return None
    cares = ended.cares or {Care.ENQUIRY}
    rules = [Kept(_years_after(ended.on, YEARS[care]), f"{YEARS[care]} years after {care}") for care in sorted(cares)]
    age = _age(ended.born, ended.on)
    if age < ADULT:
        birthday = CHILDREN_OF_17_UNTIL if age == ADULT - 1 else CHILDREN_UNTIL
        rules.append(Kept(_years_after(ended.born, birthday), f"until the birthday of {birthday} years"))
    return max(rules, key=lambda rule: rule.until)


def whose_time_is_up(today: date) -> Iterator[Due]:
    """Nobody looks after them any more, and their time is up; those who died too. For the owner of the tables."""
    for row in _no_longer_looked_after(today):
        cares = frozenset(CARE_OF.get(kind, Care.HEALTH) for kind in row["organisations"] or ())
        kept = keep_until(Ended(row["last_at"].date(), row["birth_date"], cares))
        if kept and kept.until <= today:
            yield Due(row["id"], kept, row["held"])


def is_held(resident_id: UUID) -> bool:
    return _holds().filter(resident_id=resident_id).exists()


def _holds() -> QuerySet[Entry]:
    return Entry.objects.filter(kind=HOLD, ended_at=None)


def _no_longer_looked_after(today: date) -> QuerySet[Resident, Any]:
    """With the last thing that was written down of them. On nobody's caseload, which whoever has anything open is; and
    known to nobody for another reason than that they were once registered."""
    lasting = Relationship.objects.open_at(clock.now()).exclude(source_kind__in=(Source.REGISTRATION, Source.IMPORT))
    mine = Q(resident=OuterRef("pk"))
    caseload = CaseloadEntry.objects.filter(mine)
    return (
        Resident.objects.filter(updated_at__date__lte=_years_after(today, -SHORTEST))
        .exclude(Exists(caseload.filter(ended_at=None)))
        .exclude(Exists(lasting.filter(mine)))
        .annotate(
            last_at=Greatest(
                F("updated_at"),
                _latest(caseload, "ended_at"),
                _latest(Relationship.objects.filter(mine), "ended_at"),
                _latest(Encounter.objects.filter(mine), "at"),
                _latest(Entry.objects.filter(mine).exclude(kind=HOLD), "updated_at"),
            ),
            organisations=Subquery(
                caseload.order_by().values("resident").values(kinds=ArrayAgg("team__organisation__kind", distinct=True))
            ),
            held=Exists(_holds().filter(mine)),
        )
        .order_by("id")
        .values("id", "birth_date", "last_at", "organisations", "held")
    )


def _latest(rows: QuerySet[Any], column: str) -> Subquery:
    return Subquery(rows.order_by().values("resident").values(latest=Max(column)))


def _years_after(day: date, years: int) -> date:
    """The 29th of February becomes the 1st of March: never a day less."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
