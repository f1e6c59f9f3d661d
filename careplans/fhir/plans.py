"""CarePlan: an additional support plan in the resident's one plan."""

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from carecoord import clock
from carecoord.fhir.elements import JSON, Fault, code, concept, items, period, words
from carecoord.fhir.following import keep, marks, news, parts_of
from carecoord.fhir.importing import Imported, ImportJob, reference_of
from carecoord.fhir.models import ImportedResource
from carecoord.fhir.reading import Entry
from careplans.fhir.activities import write_activities
from careplans.fhir.common import STARTED, Reading, fitting, paragraphs
from careplans.fhir.goals import write_contained
from careplans.models import Action, AdditionalPlan, CarePlan, Goal, PlanSection
from careplans.services import add_additional_plan, change_additional_plan, move_plan
from careplans.services.additional import MAX_NAME
from careplans.services.goals import GOAL_ENDED
from neighbourhoods.fhir import subject_of
from neighbourhoods.fhir_care_teams import held_resident_of, write_members
from neighbourhoods.fhir_contacts import PARTICIPANT

PLAN_STATUS = ("draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown")
OVER = frozenset({"revoked", "completed", "entered-in-error"})
# What was withdrawn before anybody here agreed to it; a completed one is still worth reading.
WITHDRAWN = frozenset({"revoked", "entered-in-error"})
MAX_CATEGORY = 100


def needed_by_care_plan(resource: JSON) -> Iterable[str]:
    """Whom it is about, its goals and teams, and the goals of its activities: a link not made now is never made."""
    details = [one["detail"] for one in items(resource, "activity") if isinstance(one.get("detail"), dict)]
    goals = [goal for detail in details for goal in items(detail, "goal")]
    parts = [*items(resource, "goal"), *items(resource, "careTeam"), *goals]
    return [*subject_of(resource), *(reference_of(part) for part in parts)]


def write_care_plan(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """An additional support plan; its activities become actions, teams inside it contacts. What changed is followed."""
    resource = cast("JSON", entry.resource)
    reading = Reading(job, entry, held_resident_of(job, resource))
    status = code(resource, "status", PLAN_STATUS)
    made = Imported("additional_plan", _follow(reading, before.object_id, status) if before else _add(reading, status))
    write_contained(reading, _inside(reading, "goal"))
    teams = _inside(reading, "careTeam")
    if teams or parts_of(job, resource, PARTICIPANT):
        write_members(job, entry, teams, reading.resident_id)
    write_activities(reading, status if status in OVER else "")
    if before and status in WITHDRAWN:
        _end_draft(reading, made.object_id, status)
    return made


def _add(reading: Reading, status: str) -> UUID:
    facts, source = _facts(reading.resource, status, None), reading.job.source_of(reading.resource)
    made = add_additional_plan(by=reading.by, plan_id=reading.plan().id, source=source, **facts)
    _keep(reading, made.id, facts)
    return made.id


def _follow(reading: Reading, additional_id: UUID, status: str) -> UUID:
    known = AdditionalPlan.objects.select_for_update().visible_to(reading.by).get(id=additional_id)
    if known.resident_id != reading.resident_id:
        raise Fault("it is now about somebody else than before")
    row = reading.job.known(reading.job.source_of(reading.resource), "CarePlan", str(reading.resource["id"]))
    theirs = _facts(reading.resource, status, known)
    ours = {name: getattr(known, name) for name in theirs}
    changed = news(ours, theirs, row.said if row else {})
    change_additional_plan(
        by=reading.by,
        additional_plan_id=known.id,
        version=known.version,
        review_due_on=known.review_due_on,
        **{**ours, **changed.take},
    )
    reading.stays("the plan", [name.replace("_", " ") for name in changed.kept])
    _keep(reading, known.id, theirs)
    return known.id


def _keep(reading: Reading, additional_id: UUID, facts: dict[str, Any]) -> None:
    made = Imported("additional_plan", additional_id)
    keep(reading.job, reading.resource, "CarePlan", str(reading.resource["id"]), made, marks(facts))


def _facts(resource: JSON, status: str, known: AdditionalPlan | None) -> dict[str, Any]:
    """What it says of itself. Nothing is shortened: what does not fit its place stands in the content, whole."""
    said = words(resource, "title") or concept(resource, "category") or "Plan from another system"
    name, whole_name = fitting(said, MAX_NAME)
    categories = [concept({"category": [one]}, "category") for one in items(resource, "category")]
    fitted = [fitting(category, MAX_CATEGORY) for category in categories if category]
    starts_on, ends_on = period(resource)
    if ends_on is None and known and status in OVER:
        # The day on which we heard of it.
        ends_on = known.ends_on if known.source_status in OVER else clock.today()
    return {
        "name": name,
        "content": paragraphs(whole_name, *(whole for _, whole in fitted), words(resource, "description")),
        "categories": [category for category, _ in fitted],
        "source_status": status,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }


def _inside(reading: Reading, name: str) -> list[JSON]:
    """The contained resources that an element refers to; what leads to nothing at all is said."""
    found: dict[object, JSON] = {}
    for number, part in enumerate(items(reading.resource, name), start=1):
        reference = reference_of(part)
        inside = reading.job.contained(reading.resource, reference)
        if inside is not None:
            found[inside.get("id")] = inside
        elif not reference or reading.job.resolve(reference, reading.resource) is None:
            reading.remark(f"{name} {number} leads to nothing in these files and nothing imported before")
    return list(found.values())


def _end_draft(reading: Reading, additional_id: UUID, status: str) -> None:
    """A shared plan that only an import started, and of which nothing is left, ends in the one way a draft can."""
    by = reading.by
    plan = CarePlan.objects.visible_to(by).get(additional_plans__id=additional_id)
    started = ImportedResource.objects.filter(resource_type=STARTED, object_id=plan.id)
    if plan.status != "draft" or plan.version > 1 or not started.exists():
        return
    others = AdditionalPlan.objects.visible_to(by).filter(care_plan=plan).exclude(source_status__in=WITHDRAWN)
    goals = Goal.objects.visible_to(by).filter(care_plan=plan).exclude(status__in=GOAL_ENDED)
    actions = Action.objects.visible_to(by).open().filter(care_plan=plan)
    sections = PlanSection.objects.visible_to(by).filter(care_plan=plan)
    if not any(left.exists() for left in (others, goals, actions, sections)):
        reason = f"The plan it was started for is {status} in the system it came from"
        move_plan(by=by, plan_id=plan.id, verb="enter_in_error", reason=reason)
