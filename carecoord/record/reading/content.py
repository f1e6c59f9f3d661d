"""What one record holds, of every app: as it is, or as it was recorded by a moment. How it is shown is in `display`.

Both are read by the same statement: whatever may have been there. Of a moment of the past one more asks what stood in
those of its rows that were changed since; rows whose words are never changed say by their own times what held then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models

from carecoord import clock
from carecoord.audit.past import versions_at
from carecoord.record.reading.asking import CHANGEABLE, ENDED_WITHIN, MOST_ENCOUNTERS, Found, may_have_been_there
from carecoord.record.reading.then import as_they_stood, entry_then, section_of, taken_back
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
    PlanReview,
    PlanSection,
    StageGoal,
)
from careplans.reading import standing
from careplans.states import PLAN_ENDED
from neighbourhoods.around import Around, around_of
from neighbourhoods.care import Care
from neighbourhoods.encounters import MOST_AHEAD
from neighbourhoods.entries import Recorded, recorded_of
from neighbourhoods.merging.leading import brought_since
from neighbourhoods.models import CarePackage, Contact, Encounter, Resident, Stay
from neighbourhoods.principal import Principal
from referrals.models import Handover, Referral

Item = TypeVar("Item", Action, Referral)


@dataclass(frozen=True)
class Content:
    """One record. `encounters` are the latest that were written down, and `planned` whatever was to come; `care` is
    what went on or had ended within a year; `actions`, `referrals` and `handovers` those that were open. `taken_back`
    names what stood then and was an error, and the day on which somebody said so."""

    resident: Resident
    around: Around
    recorded: Recorded
    encounters: Sequence[Encounter]
    planned: Sequence[Encounter]
    care: Care
    plan: CarePlan | None
    sections: Sequence[PlanSection]
    goals: Sequence[Goal]
    stages: Sequence[StageGoal]
    outcomes: Sequence[GoalOutcome]
    options: Sequence[Option]
    needs: Sequence[Need]
    attachments: Sequence[Attachment]
    additional: Sequence[AdditionalPlan]
    reviews: Sequence[PlanReview]
    actions: Sequence[Action]
    referrals: Sequence[Referral]
    handovers: Sequence[Handover]
    taken_back: Mapping[UUID, date]


def record_now(principal: Principal, resident: Resident) -> Content:
    moment = clock.now()
    return _content(principal, resident, may_have_been_there(principal, resident.id, moment), moment, {})


def record_as_it_was(principal: Principal, resident: Resident, moment: datetime) -> Content:
    """What was recorded by `moment`, with the rights of today. The resident has to have been registered by then."""
    found = may_have_been_there(principal, resident.id, moment).without(brought_since(resident.id, moment))
    live: list[models.Model] = [resident, *(row for name in CHANGEABLE for row in getattr(found, name))]
    # Of somebody restricted no earlier name, address or contact is shown (IG-20); nor does the database give it.
    shown = [row for row in live if not (resident.is_restricted and isinstance(row, Resident | Contact))]
    was = as_they_stood(live, versions_at(resident.id, shown, moment))
    then = {name: [was[row.pk] for row in getattr(found, name)] for name in CHANGEABLE}
    errors = taken_back(live, was) | {
        one.id: dates.local_day(one.error_at)
        for one in (*found.entries, *found.ended_entries)
        if one.error_at and one.error_at > moment
    }
    # Of the plan a wording by itself: the section goes on with another.
    errors |= {one.section_id: dates.local_day(one.error_at) for one in found.wordings if one.error_at}
    return _content(principal, was[resident.pk], replace(found, **then), moment, errors)


def _content(
    principal: Principal, resident: Resident, found: Found, moment: datetime, errors: Mapping[UUID, date]
) -> Content:
    """Of what may have been there, what was, in the order in which it is read."""
    day = dates.local_day(moment)
    plan = next((one for one in found.plans if one.status not in PLAN_ENDED), None)
    goals = [one for one in found.goals if plan and one.care_plan_id == plan.id]
    of_goals = {goal.id for goal in goals}
    with clock.at(moment):
        recorded = recorded_of(
            [entry_then(one, moment) for one in found.entries],
            [entry_then(one, moment) for one in found.ended_entries],
        )
    return Content(
        resident=resident,
        around=around_of(
            [one for one in found.on_caseloads if one.ended_at is None],
            found.relationships,
            sorted((one for one in found.contacts if one.ends_on is None or one.ends_on > day), key=_ring),
        ),
        recorded=recorded,
        encounters=sorted((one for one in found.encounters if one.status != "planned"), key=_latest)[:MOST_ENCOUNTERS],
        planned=sorted((one for one in found.encounters if _is_to_come(one, day)), key=_soonest)[:MOST_AHEAD],
        care=Care(
            stays=sorted((one for one in found.stays if _was_there(one, moment)), key=_came_last),
            packages=sorted((one for one in found.packages if _was_arranged(one, day)), key=_asked_last),
        ),
        plan=plan,
        sections=[section_of(one) for one in found.wordings if plan and one.section.care_plan_id == plan.id],
        goals=goals,
        stages=[one for one in found.stages if one.goal_id in of_goals],
        outcomes=[one for one in found.outcomes if one.goal_id in of_goals and one.error_at is None],
        options=[one for one in found.options if plan and one.care_plan_id == plan.id],
        needs=[one for one in found.needs if plan and one.care_plan_id == plan.id],
        additional=[one for one in found.additional if plan and one.care_plan_id == plan.id and one.error_at is None],
        reviews=[one for one in found.reviews if plan and one.care_plan_id == plan.id],
        attachments=standing(one for one in found.attachments if plan and one.care_plan_id == plan.id),
        actions=sorted(_open(found.actions), key=lambda one: _due(one, one.due_on)),
        referrals=sorted(_open(found.referrals), key=lambda one: _due(one, one.respond_by)),
        handovers=sorted((one for one in found.handovers if _is_open_to(one, principal)), key=_written),
        taken_back=errors,
    )


def _open(rows: Iterable[Item]) -> Iterator[Item]:
    return (one for one in rows if one.accountable_team_id is not None)


def _is_open_to(handover: Handover, principal: Principal) -> bool:
    """What was only drafted then is its giver's, as it was."""
    is_own = handover.offered_at is not None or principal.acts_for(handover.from_team_id)
    return handover.accountable_team_id is not None and is_own


def _is_to_come(encounter: Encounter, day: date) -> bool:
    return encounter.status == "planned" and dates.local_day(encounter.at) >= day


def _was_there(stay: Stay, moment: datetime) -> bool:
    return stay.error_at is None and (stay.is_open or stay.discharged_at > moment - ENDED_WITHIN)  # type: ignore[operator]


def _was_arranged(package: CarePackage, day: date) -> bool:
    return package.ends_on is None or package.ends_on >= day - ENDED_WITHIN


def _came_last(stay: Stay) -> tuple[float, int]:
    return -stay.admitted_at.timestamp(), -stay.id.int


def _asked_last(package: CarePackage) -> tuple[float, int]:
    return -package.created_at.timestamp(), -package.id.int


def _latest(encounter: Encounter) -> tuple[float, int]:
    return -encounter.at.timestamp(), -encounter.id.int


def _soonest(encounter: Encounter) -> tuple[datetime, UUID]:
    return encounter.at, encounter.id


def _written(row: Handover) -> tuple[datetime, UUID]:
    return row.created_at, row.id


def _due(row: Action | Referral, due: Any) -> tuple[bool, Any, datetime, UUID]:
    """What is due first; without a time last."""
    return due is None, due if due is not None else 0, row.created_at, row.id


LAST_RUNG = 6


def _ring(contact: Contact) -> tuple[int, bool, bool, bool, str, str, UUID]:
    """In the order that was said; then key worker elsewhere, emergency contact, carer, then by name."""
    first = (not contact.is_key_worker, not contact.is_emergency_contact, not contact.is_carer)
    return (contact.rank or LAST_RUNG, *first, contact.kind, contact.name, contact.id)
