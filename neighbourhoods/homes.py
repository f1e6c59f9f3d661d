"""Who of one's own residents is in a care home now, and what is to be done for them there."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from carecoord import clock
from neighbourhoods.directory import organisations_of_place
from neighbourhoods.models import Encounter, Entry, Organisation, OrganisationKind, Stay
from neighbourhoods.principal import Principal

MOST: Final = 300
"""More than any home has beds."""
DECISIONS: Final = ("cpr", "legal.dols", "legal.capacity", "legal.attorney", "legal.refusal")
Kind = Stay.Kind


def home_of(principal: Principal, organisation_id: UUID) -> Organisation | None:
    """A care home of the place, whoever asks: that it exists stands in the directory."""
    homes = organisations_of_place(principal).filter(kind=OrganisationKind.CARE_HOME)
    return homes.filter(id=organisation_id).first()


def homes_of(principal: Principal) -> QuerySet[Organisation]:
    """Care homes where somebody of one's own stays, or that one works for, with how many and how many plans are due."""
    waits = Q(stays__plan_met_at=None) | Q(stays__assessment_met_at=None)
    mine = Q(stays__in=_current(principal))
    homes = organisations_of_place(principal).filter(kind=OrganisationKind.CARE_HOME)
    counted = homes.annotate(residents=Count("stays", filter=mine), waiting=Count("stays", filter=mine & waits))
    return counted.filter(Q(residents__gt=0) | Q(id=principal.organisation_id)).order_by("name")


def residents_of_home(principal: Principal, organisation_id: UUID, *, by_room: bool = False) -> Sequence[Any]:
    """Open stays with `in_hospital`, `last_seen_at` and `waits_until`: the plan that is due soonest first, then by
    room. One statement."""
    of_them = {"resident_id": OuterRef("resident_id")}
    seen = Encounter.objects.filter(**of_them).where_seen().values("at")[:1]
    waiting = Q(plan_met_at=None) | Q(assessment_met_at=None)
    due = Stay.objects.filter(waiting, pk=OuterRef("pk")).values("plan_due_at")[:1]
    stays = _current(principal).filter(organisation_id=organisation_id).select_related("resident", "organisation")
    found = stays.annotate(
        in_hospital=Exists(Stay.objects.current().filter(kind=Kind.HOSPITAL, **of_them)),
        last_seen_at=Subquery(seen),
        waits_until=Subquery(due),
    )
    first = ("room",) if by_room else (F("waits_until").asc(nulls_last=True), "room")
    return list(found.order_by(*first, "resident__sort_name", "id")[:MOST])


def decisions_about(principal: Principal, resident_ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """What was decided about each, in short: resuscitation, capacity, liberty, attorneys. One statement."""
    entries = Entry.objects.visible_to(principal).for_role(principal).current()
    found: dict[UUID, list[str]] = {}
    for one in entries.filter(resident_id__in=resident_ids, kind__in=DECISIONS).order_by("kind", "id"):
        found.setdefault(one.resident_id, []).append(one.says or one.definition.title)
    return found


def next_round(home: Organisation) -> date | None:
    """The day of the next weekly round, today if that is the day."""
    if home.round_weekday is None:
        return None
    today = clock.today()
    return today + timedelta(days=(home.round_weekday - today.weekday()) % 7)


def _current(principal: Principal) -> QuerySet[Stay]:
    return Stay.objects.visible_to(principal).current().filter(kind=Kind.CARE_HOME)
