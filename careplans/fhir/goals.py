"""Goal: what the resident wants, in the state it has in the other system."""

from collections.abc import Mapping
from typing import cast
from uuid import UUID

from carecoord.errors import IllegalMove
from carecoord.fhir.elements import JSON, Fault, code, concept, items, words
from carecoord.fhir.following import keep, mark, marks, news, part_id, parts_of, short
from carecoord.fhir.importing import Imported, ImportJob
from carecoord.fhir.reading import Entry
from careplans.fhir.common import Reading, reason_of, takes_state
from careplans.models import Goal
from careplans.services import add_goal, change_goal, follow_goal
from careplans.services.goals import GOAL_ENDED, MAX_TITLE
from careplans.states import GOAL
from neighbourhoods.fhir_care_teams import held_resident_of

LIFECYCLE = (
    "proposed", "planned", "accepted", "active", "on-hold", "completed", "cancelled", "entered-in-error", "rejected",
)  # fmt: skip
ACHIEVEMENT = {
    "in-progress": "in progress",
    "improving": "improving",
    "worsening": "worsening",
    "no-change": "no change",
    "achieved": "achieved",
    "sustaining": "sustaining",
    "not-achieved": "not achieved",
    "no-progress": "no progress",
    "not-attainable": "not attainable",
}
GOAL_LIVE = frozenset(state.name for state in GOAL) - GOAL_ENDED
NOT_REACHED = frozenset({"not-achieved", "no-progress", "not-attainable"})
NO_LONGER = "No longer in the plan it came with"


def write_goal(job: ImportJob, entry: Entry, before: Imported | None) -> Imported:
    """A goal of the resident's one plan, in the state it has there; a changed file moves it on."""
    resource = cast("JSON", entry.resource)
    reading = Reading(job, entry, held_resident_of(job, resource))
    identity = str(resource["id"])
    if before:
        row = job.known(job.source_of(resource), "Goal", identity)
        follow(reading, resource, before.object_id, row.said if row else {})
    made = before or add(reading, resource)
    keep(job, resource, "Goal", identity, made, said_of(resource))
    return made


def write_contained(reading: Reading, goals: list[JSON]) -> None:
    """Goals that travel inside the plan; their identity is the plan's, with their own behind it."""
    job, plan = reading.job, reading.resource
    rows = parts_of(job, plan, "Goal")
    for goal in goals:
        key = short(str(goal.get("id")))
        row = rows.pop(key, None)
        if row:
            follow(reading, goal, row.object_id, row.said)
        made = Imported(row.object_type, row.object_id) if row else add(reading, goal)
        keep(job, plan, "Goal", part_id(plan, key), made, said_of(goal))
    for key, row in rows.items():
        if "gone" not in row.said:
            _move(reading, _locked(reading, row.object_id), "cancelled", row.said, NO_LONGER)
            gone = {**row.said, "status": "cancelled", "gone": "yes"}
            keep(job, plan, "Goal", part_id(plan, key), Imported(row.object_type, row.object_id), gone)


def add(reading: Reading, resource: JSON) -> Imported:
    goal = add_goal(by=reading.by, plan_id=reading.plan().id, title=_title(resource), status=_status(resource))
    _tell_progress(reading, resource, "")
    return Imported("goal", goal.id)


def follow(reading: Reading, resource: JSON, goal_id: UUID, said: Mapping[str, str]) -> None:
    """Words first, then the state: what has ended is not written anew."""
    goal = _locked(reading, goal_id)
    if goal.resident_id != reading.resident_id:
        raise Fault("it is now about somebody else than before")
    title = {"title": _title(resource)}
    said_anew = news({"title": goal.title}, title, said)
    if said_anew.take and goal.status not in GOAL_ENDED:
        change_goal(
            by=reading.by,
            goal_id=goal.id,
            version=goal.version,
            title=title["title"],
            importance=goal.importance,
            confidence=goal.confidence,
        )
    elif said_anew.take:
        reading.differs("the goal has ended here, so its words stay")
    reading.stays("the goal", said_anew.kept)
    _move(reading, goal, _status(resource), said, ACHIEVEMENT.get(_achievement(resource), ""))
    _tell_progress(reading, resource, said.get("achievement", ""))


def said_of(resource: JSON) -> dict[str, str]:
    achievement = _achievement(resource)
    said = {"status": _status(resource), **marks({"title": _title(resource)})}
    return said | ({"achievement": achievement} if achievement else {})


def _move(reading: Reading, goal: Goal, status: str, said: Mapping[str, str], reason: str) -> None:
    takes = takes_state(goal.status, status, said, GOAL_ENDED)
    try:
        if takes:
            follow_goal(by=reading.by, goal_id=goal.id, status=status, reason=reason_of(reason))
    except IllegalMove:
        takes = False
    if takes is False:
        ours, theirs = GOAL[goal.status].label.lower(), GOAL[status].label.lower()
        reading.differs(f"the goal is {ours} here and stays so, though it is {theirs} there")


def _locked(reading: Reading, goal_id: UUID) -> Goal:
    return Goal.objects.select_for_update().visible_to(reading.by).get(id=goal_id)


def _status(resource: JSON) -> str:
    """The lifecycle; but `completed` means reached here, so how it ended or stands there decides which of the two."""
    lifecycle = code(resource, "lifecycleStatus", LIFECYCLE).replace("-", "_")
    achievement = _achievement(resource)
    if achievement == "achieved" and lifecycle in GOAL_LIVE:
        return "completed"
    if achievement in NOT_REACHED and lifecycle == "completed":
        return "cancelled"
    return lifecycle


def _achievement(resource: JSON) -> str:
    """One of FHIR's codes; of words of another system's own their mark; empty where nothing is said."""
    codings = [coding for one in items(resource, "achievementStatus") for coding in items(one, "coding")]
    known = [words(coding, "code") for coding in codings if words(coding, "code") in ACHIEVEMENT]
    said = concept(resource, "achievementStatus")
    return known[0] if known else mark(said) if said else ""


def _tell_progress(reading: Reading, resource: JSON, before: str) -> None:
    """What is no end, and what nobody here can know the meaning of, has no place beside a goal."""
    achievement, status = _achievement(resource), _status(resource)
    is_said = status in ("completed", "cancelled") and achievement in {"achieved", *NOT_REACHED}
    if achievement and achievement != before and not is_said:
        told = ACHIEVEMENT.get(achievement, "in words of its own")
        reading.differs(f"the goal: how far it is there ({told}) is not kept beside it")


def _title(resource: JSON) -> str:
    title = concept(resource, "description")
    if not title:
        raise Fault("it does not say what the goal is")
    if len(title) > MAX_TITLE:
        raise Fault(f"description is longer than {MAX_TITLE} characters")
    return title
