"""What stood in a row then, with the teams and people that it named."""

import copy
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import models

from carecoord.audit.past import Rows, as_it_stood
from carecoord.ui import dates
from careplans.models import (
    Action,
    AdditionalPlan,
    Attachment,
    CarePlan,
    Goal,
    GoalOutcome,
    Need,
    Option,
    PlanSection,
    SectionVersion,
    StageGoal,
)
from careplans.models.plans import WORDING
from neighbourhoods.models import (
    CarePackage,
    CaseloadEntry,
    Contact,
    Encounter,
    Entry,
    Membership,
    Neighbourhood,
    Organisation,
    Resident,
    Service,
    Stay,
    Team,
)
from referrals.models import Handover, Referral

IN_ERROR: Final = "entered_in_error"
# What is said of other rows; of which columns, that may have named others then.
NAMED: Final[Mapping[type[models.Model], tuple[str, ...]]] = {
    Resident: ("gp_practice", "neighbourhood"),
    CaseloadEntry: ("key_worker",),
    Contact: ("recorded_by_organisation",),
    Encounter: ("team", "seen_by"),
    Stay: ("organisation", "recorded_by_organisation"),
    CarePackage: ("provider", "team", "recorded_by_organisation"),
    CarePlan: ("review_team",),
    Goal: ("written_by",),
    StageGoal: (),
    GoalOutcome: ("written_by",),
    Need: ("written_by",),
    Option: ("written_by",),
    AdditionalPlan: ("written_by",),
    Attachment: ("written_by",),
    Action: ("accountable_team", "last_accountable_team", "assigned_to", "written_by"),
    Referral: ("service", "accountable_team", "from_team", "to_team"),
    Handover: ("accountable_team", "from_team", "to_team"),
}
WITH: Final[Mapping[type[models.Model], tuple[str, ...]]] = {
    Team: ("organisation",),
    Membership: ("user", "organisation"),
    Service: ("organisation",),
    Organisation: (),
    Neighbourhood: (),
}


def as_they_stood(live: Iterable[models.Model], versions: Rows) -> dict[UUID, Any]:
    """By id; a row that nobody has changed since is itself."""
    was = {}
    for row in live:
        version = versions.get((row._meta.db_table, row.pk))
        was[row.pk] = row if version is None else as_it_stood(row, version)
    _name(was.values())
    return was


def _name(rows: Iterable[models.Model]) -> None:
    """Give each the teams and people that it named then: as they are called today, one statement for each kind."""
    unnamed = [(row, field) for row in rows for field in _named_by(row) if not field.is_cached(row)]
    for model, joined in WITH.items():
        of_model = [(row, field) for row, field in unnamed if field.related_model is model]
        ids = {getattr(row, field.attname) for row, field in of_model} - {None}
        found = model._default_manager.select_related(*joined).in_bulk(ids) if ids else {}
        for row, field in of_model:
            setattr(row, field.name, found.get(getattr(row, field.attname)))


def _named_by(row: models.Model) -> Iterator[Any]:
    yield from (row._meta.get_field(name) for name in NAMED[type(row)])


def taken_back(live: Iterable[models.Model], was: Mapping[UUID, Any]) -> dict[UUID, date]:
    """What stood then and was an error: nothing is changed any more after that."""
    return {
        row.pk: dates.local_day(row.updated_at)  # type: ignore[attr-defined]
        for row in live
        if _is_error(row) and not _is_error(was[row.pk])
    }


def _is_error(row: models.Model) -> bool:
    return getattr(row, "status", "") == IN_ERROR or getattr(row, "error_at", None) is not None


def entry_then(entry: Entry, moment: datetime) -> Entry:
    """Without the end it has met since."""
    then = copy.copy(entry)
    if entry.ended_at and entry.ended_at > moment:
        then.ended_at, then.ended_by_name, then.ended_reason = None, "", ""
    if entry.error_at and entry.error_at > moment:
        then.error_at, then.error_reason = None, ""
    return then


def section_of(wording: SectionVersion) -> PlanSection:
    """The section as this wording left it."""
    then = PlanSection(
        id=wording.section_id,
        resident_id=wording.resident_id,
        care_plan_id=wording.section.care_plan_id,
        key=wording.section.key,
        updated_at=wording.created_at,
        version=wording.number,
        **{name: getattr(wording, name) for name in WORDING},
    )
    then.written_by = wording.written_by
    return then
