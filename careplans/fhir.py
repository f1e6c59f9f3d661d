"""This app's resources as other systems send them: CarePlan and Goal."""

from collections.abc import Iterable
from datetime import date
from typing import cast
from uuid import UUID

from carecoord.fhir.elements import JSON, Fault, code, concept, day_of, items, period, words
from carecoord.fhir.importing import Imported, ImportJob, maps, reference_of
from carecoord.fhir.reading import Entry
from careplans.models import AdditionalPlan, CarePlan, Goal
from careplans.services import (
    add_additional_plan,
    add_goal,
    change_additional_plan,
    change_goal,
    create_action,
    create_plan,
)
from neighbourhoods.fhir import add_members, resident_of, subject_of
from neighbourhoods.principal import Principal

PLAN_STATUS = ("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
PLAN_OVER = frozenset({"revoked", "completed", "entered-in-error"})
GOAL_STATUS = (
    "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error", "rejected",
)  # fmt: skip
ACTIVITY_STATUS = {
    "not-started": "not_started",
    "scheduled": "scheduled",
    "in-progress": "in_progress",
    "on-hold": "on_hold",
    "completed": "completed",
    "cancelled": "cancelled",
    "stopped": "stopped",
    "unknown": "not_started",
    "entered-in-error": "entered_in_error",
}
OPEN = frozenset({"not_started", "scheduled", "in_progress", "on_hold"})


def register_mappings() -> None:
    maps("Goal", write_goal, order=4, needs=subject_of)
    maps("CarePlan", write_care_plan, order=5, needs=needed_by_care_plan)


def needed_by_care_plan(resource: JSON) -> Iterable[str]:
    parts = [*items(resource, "goal"), *items(resource, "careTeam")]
    return [*subject_of(resource), *(reference_of(part) for part in parts)]


def write_goal(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """A goal of the resident's one plan, in the state it has there."""
    resource, by = cast("JSON", entry.resource), cast("Principal", job.by)
    plan = _plan_of(by, resident_of(job, resource))
    if before:
        goal = Goal.objects.visible_to(by).get(id=before.object_id)
        _refuse_another_person(goal.resident_id, plan)
        change_goal(
            by=by,
            goal_id=goal.id,
            version=goal.version,
            title=_goal_title(resource),
            importance=goal.importance,
            confidence=goal.confidence,
        )
        return before
    return Imported("goal", _add_goal(by, plan, resource))


def _refuse_another_person(before: UUID, plan: CarePlan) -> None:
    """What was about one person is never moved to another: that is for somebody to sort out."""
    if plan.resident_id != before:
        raise Fault("it is now about somebody else than before")


def _goal_title(resource: JSON) -> str:
    title = concept(resource, "description")
    if not title:
        raise Fault("it does not say what the goal is")
    if len(title) > 500:
        raise Fault("description is longer than 500 characters")
    return title


def _add_goal(by: Principal, plan: CarePlan, resource: JSON) -> UUID:
    status = code(resource, "lifecycleStatus", GOAL_STATUS).replace("-", "_")
    return add_goal(by=by, plan_id=plan.id, title=_goal_title(resource), status=status).id


def write_care_plan(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """An additional support plan in the one plan; its activities become actions, contained teams contacts."""
    resource, by = cast("JSON", entry.resource), cast("Principal", job.by)
    resident_id = resident_of(job, resource)
    plan = _plan_of(by, resident_id)
    status = code(resource, "status", PLAN_STATUS)
    starts_on, ends_on = period(resource)
    facts = {
        "name": _plan_name(resource),
        "content": words(resource, "description"),
        "categories": _categories(resource),
        "source_status": status,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    if before:
        known = AdditionalPlan.objects.visible_to(by).get(id=before.object_id)
        _refuse_another_person(known.resident_id, plan)
        change_additional_plan(by=by, additional_plan_id=known.id, version=known.version, **facts)  # type: ignore[arg-type]
        additional_id = known.id
    else:
        source = job.source_of(resource)
        additional_id = add_additional_plan(by=by, plan_id=plan.id, source=source, **facts).id  # type: ignore[arg-type]
    _add_contained(job, resource, plan)
    _add_actions(job, resource, plan, over=status in PLAN_OVER)
    return Imported("additional_plan", additional_id)


def _plan_name(resource: JSON) -> str:
    return (words(resource, "title") or concept(resource, "category") or "Plan from another system")[:200]


def _categories(resource: JSON) -> list[str]:
    named = (concept({"category": [one]}, "category")[:100] for one in items(resource, "category"))
    return [name for name in named if name]


def _plan_of(by: Principal, resident_id: UUID) -> CarePlan:
    """The resident's one plan; one made by an import stays a draft until its gate is met."""
    plan = CarePlan.objects.visible_to(by).current().filter(resident_id=resident_id).first()
    return plan or create_plan(by=by, resident_id=resident_id)


def _add_contained(job: ImportJob, resource: JSON, plan: CarePlan) -> None:
    """Goals and care teams that travel inside the plan; their identity is the plan's, with their own behind it."""
    by = cast("Principal", job.by)
    for part in items(resource, "goal"):
        goal = job.contained(resource, reference_of(part))
        if goal and _is_new(job, resource, "Goal", str(goal.get("id"))):
            _remember(job, resource, "Goal", str(goal.get("id")), Imported("goal", _add_goal(by, plan, goal)))
    for part in items(resource, "careTeam"):
        team = job.contained(resource, reference_of(part))
        if team:
            add_members(job, team, plan.resident_id, resource)


def _add_actions(job: ImportJob, resource: JSON, plan: CarePlan, *, over: bool) -> None:
    """Activities become actions of the receiving team, to be sorted; in a plan that is over nothing is open."""
    by = cast("Principal", job.by)
    for number, activity in enumerate(items(resource, "activity"), start=1):
        detail = activity.get("detail")
        if not isinstance(detail, dict) or not _is_new(job, resource, "CarePlan.activity", str(number)):
            continue
        status = ACTIVITY_STATUS[code(detail, "status", ACTIVITY_STATUS)]
        if over and status in OPEN:
            status = "stopped"
        title = concept(detail, "code") or words(detail, "description") or "Activity from another system"
        action = create_action(
            by=by,
            resident_id=plan.resident_id,
            title=title[:300],
            detail=words(detail, "description"),
            team_id=job.team_id,
            due_on=_due(detail),
            care_plan_id=plan.id,
            goal_id=_only_goal(job, detail, resource),
            status=status,
            needs_sorting=True,
        )
        _remember(job, resource, "CarePlan.activity", str(number), Imported("action", action.id))


def _due(detail: JSON) -> date | None:
    scheduled = detail.get("scheduledPeriod")
    return day_of(scheduled.get("end"), "scheduledPeriod.end") if isinstance(scheduled, dict) else None


def _only_goal(job: ImportJob, detail: JSON, resource: JSON) -> UUID | None:
    for part in items(detail, "goal"):
        found = job.resolve(reference_of(part), resource)
        if found and found.object_type == "goal":
            return found.object_id
    return None


def _is_new(job: ImportJob, resource: JSON, kind: str, part: str) -> bool:
    return job.known(job.source_of(resource), kind, f"{resource['id']}#{part}"[:200]) is None


def _remember(job: ImportJob, resource: JSON, kind: str, part: str, made: Imported) -> None:
    job.remember(job.source_of(resource), kind, f"{resource['id']}#{part}"[:200], made, "")
