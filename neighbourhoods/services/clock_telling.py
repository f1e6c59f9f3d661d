"""What has run out is told once, to the team that is to do it: by beat, in the database's own time.

No check, no review and no step is due of somebody who has died. A package that stands still is told all the same: its
team ends it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from carecoord import clock, outbox
from neighbourhoods.models import CarePackage, CaseloadEntry, Entry, Level, Relationship, Stay

BATCH = 200
Due = Callable[[datetime], QuerySet[Any]]


def tell_due_clocks() -> int:
    """Publish what is due and was not told yet; returns how much. Any number of workers may do it at once."""
    return sum(_tell(topic, about, due, team) for topic, about, due, team in CLOCKS)


@transaction.atomic
def _tell(topic: str, about: str, due: Due, team_field: str) -> int:
    rows: list[Any] = list(due(clock.now()).select_for_update(skip_locked=True, of=("self",))[:BATCH])
    told = clock.now()
    teams = _teams_to_tell([(row.resident_id, getattr(row, team_field)) for row in rows])
    for row in rows:
        row.told_at = told
        outbox.publish(
            topic,
            about=(about, row.id),
            resident_id=row.resident_id,
            team_id=teams.get((row.resident_id, getattr(row, team_field))),
        )
    if rows:
        type(rows[0])._default_manager.bulk_update(rows, ["told_at"])
    return len(rows)


Asked = tuple[UUID, UUID | None]
"""A resident, and the team that wrote it down."""


def _teams_to_tell(wanted: list[Asked]) -> dict[Asked, UUID]:
    """The team that wrote it, while it has the record; else the lead team; else whoever has had it longest."""
    residents = {resident for resident, _ in wanted}
    held = Relationship.objects.open_at(clock.now()).filter(resident_id__in=residents, level=Level.RECORD)
    around: dict[UUID, list[UUID]] = {}
    for resident, one in held.order_by("started_at", "id").values_list("resident_id", "team_id"):
        around.setdefault(resident, []).append(one)
    leads = CaseloadEntry.objects.filter(resident_id__in=residents, is_lead=True, ended_at=None)
    lead_of = dict(leads.values_list("resident_id", "team_id"))
    found: dict[Asked, UUID] = {}
    for resident, team in wanted:
        there = around.get(resident, [])
        others = (lead_of.get(resident), *there)
        if chosen := team if team in there else next((other for other in others if other), None):
            found[resident, team] = chosen
    return found


def _stays(now: datetime) -> QuerySet[Stay]:
    waiting = Q(plan_met_at=None) | Q(assessment_met_at=None)
    due = Stay.objects.current().filter(waiting, plan_due_at__lte=now, told_at=None, resident__died_on=None)
    return due.order_by("plan_due_at", "id")


def _packages(now: datetime) -> QuerySet[CarePackage]:
    return CarePackage.objects.current().filter(due_at__lte=now, told_at=None).order_by("due_at", "id")


def _cohorts(now: datetime) -> QuerySet[Entry]:
    due = Entry.objects.filter(ended_at=None, told_at=None, due_at__lte=now, resident__died_on=None)
    return due.order_by("due_at", "id")


CLOCKS: tuple[tuple[str, str, Due, str], ...] = (
    ("stay.plan_due", "stay", _stays, "recorded_by_team_id"),
    ("cohort.due", "entry", _cohorts, "recorded_by_team_id"),
    ("package.due", "care_package", _packages, "team_id"),
)
