"""Activities of a CarePlan: actions of the receiving team, to be sorted."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings

from carecoord import clock
from carecoord.errors import IllegalMove
from carecoord.fhir.elements import JSON, Fault, code, concept, items, period, words
from carecoord.fhir.following import keep, mark, marks, news, part_id, parts_of, short
from carecoord.fhir.importing import Imported, reference_of
from carecoord.fhir.models import ImportedResource
from careplans.fhir.common import Reading, fitting, paragraphs, reason_of, takes_state
from careplans.models import Action, Goal
from careplans.services import change_action, create_action, follow_action, link_action
from careplans.services.actions import MAX_TITLE
from careplans.states import ACTION
from neighbourhoods.models import Team

KIND = "CarePlan.activity"
STATUS = {
    "not-started": "not_started",
    "scheduled": "scheduled",
    "in-progress": "in_progress",
    "on-hold": "on_hold",
    "completed": "completed",
    "cancelled": "cancelled",
    "stopped": "stopped",
    "unknown": "",
    "entered-in-error": "entered_in_error",
}
OPEN = ACTION.open_states()
ENDED = frozenset(state.name for state in ACTION) - OPEN
# What becomes of what is still open in a plan that is over: an error there was one here.
END_OF = {"revoked": "stopped", "completed": "stopped", "entered-in-error": "entered_in_error"}
NO_LONGER = "No longer in the plan it came with"


@dataclass(frozen=True)
class Activity:
    """One activity as it is said now. `status` is empty where it is not known."""

    number: int
    key: str
    whole: str
    title: str
    detail: str
    due_on: date | None
    ended_on: date | None
    status: str
    reason: str
    goals: tuple[str, ...]

    @property
    def facts(self) -> dict[str, object]:
        return {"title": self.title, "detail": self.detail, "due_on": self.due_on}


def write_activities(reading: Reading, over: str) -> None:
    """Make or follow an action for each. `over` is how the plan ended, empty while it goes on; then nothing is open."""
    listed = enumerate(items(reading.resource, "activity"), start=1)
    _, ended_on = period(reading.resource)
    activities = [read for number, one in listed if (read := _activity(number, one, over, ended_on))]
    rows = parts_of(reading.job, reading.resource, KIND)
    of_activity = _matched(activities, rows)
    for activity in activities:
        key = of_activity[activity.number]
        row = rows.get(key)
        if row:
            goal = _follow(reading, activity, row)
            made = row.object_id
        else:
            made, goal = _add(reading, activity)
        status = activity.status or (row.said.get("status", "") if row else "")
        said = {**marks(activity.facts), "status": status, "goal": goal}
        _keep(reading, key, made, said, activity.whole)
    for key in sorted(rows.keys() - set(of_activity.values())):
        _let_go(reading, key, rows[key])
    _count_others(reading)


def _activity(number: int, activity: JSON, over: str, plan_ended_on: date | None) -> Activity | None:
    detail = activity.get("detail")
    if detail is None:
        return None
    if not isinstance(detail, dict):
        raise Fault(f"activity {number}: detail is not an object")
    description = words(detail, "description")
    title, whole_title = fitting(concept(detail, "code") or description or "Activity from another system", MAX_TITLE)
    scheduled = period(detail, "scheduledPeriod") if isinstance(detail.get("scheduledPeriod"), dict) else (None, None)
    status = STATUS[code(detail, "status", STATUS)]
    ends = over and (status in OPEN or not status)
    own = next((one for one in (words(detail, "id"), words(activity, "id")) if one), "")
    return Activity(
        number=number,
        key=short(f"id:{own}") if own else mark([concept(detail, "code"), description, words(detail, "kind")]),
        whole=mark(activity),
        title=title,
        detail=paragraphs(whole_title, description if description not in (title, whole_title) else ""),
        due_on=scheduled[1],
        ended_on=scheduled[1] or plan_ended_on,
        status=END_OF[over] if ends else status,
        reason=f"The plan it came with is {over}" if ends else _why(detail),
        goals=tuple(reference_of(part) for part in items(detail, "goal")),
    )


def _count_others(reading: Reading) -> None:
    """What an activity says by a resource of a type that is not read is counted as those are."""
    for activity in items(reading.resource, "activity"):
        if activity.get("detail") is None:
            kind = reference_of(activity.get("reference")).rpartition("/")[0].rpartition("/")[2]
            reading.job.report.not_listed[f"{KIND} by {kind}" if kind else f"{KIND} without detail"] += 1


def _why(detail: JSON) -> str:
    said = detail.get("statusReason")
    return concept(detail, "statusReason") if isinstance(said, dict) else ""


def _matched(activities: Sequence[Activity], rows: Mapping[str, ImportedResource]) -> dict[int, str]:
    """The key of each activity, wherever it stands in the list.

    Twins are told apart by a number: first each takes the row that was the same to the letter, then whichever of its
    kind is left, then a new one. What has once gone is not taken up again.
    """
    twins: dict[str, list[Activity]] = defaultdict(list)
    for activity in activities:
        twins[activity.key].append(activity)
    found: dict[int, str] = {}
    for kind, alike in twins.items():
        numbered = {int(key.rpartition(".")[2]): row for key, row in rows.items() if key.rpartition(".")[0] == kind}
        free = [number for number in sorted(numbered) if "gone" not in numbered[number].said]
        waiting = sorted(alike, key=lambda one: one.whole)
        for activity in list(waiting):
            same = next((number for number in free if numbered[number].fingerprint == activity.whole), None)
            if same is not None:
                free.remove(same)
                waiting.remove(activity)
                found[activity.number] = f"{kind}.{same}"
        unused = max(numbered, default=0) + 1
        free += range(unused, unused + len(waiting))
        found |= {one.number: f"{kind}.{number}" for one, number in zip(waiting, free, strict=False)}
    return found


def _add(reading: Reading, activity: Activity) -> tuple[UUID, str]:
    """The new action, and the goal it was linked to."""
    plan = reading.plan()
    goal_id = _goal(reading, activity, plan.id)
    action = create_action(
        by=reading.by,
        resident_id=reading.resident_id,
        title=activity.title,
        detail=activity.detail,
        team_id=reading.job.team_id,
        due_on=activity.due_on,
        care_plan_id=plan.id,
        goal_id=goal_id,
        status=activity.status or "not_started",
        needs_sorting=True,
        ended_at=_moment(activity.ended_on),
    )
    return action.id, str(goal_id or "")


def _moment(ended_on: date | None) -> datetime | None:
    """The beginning of that day; None where the end is not known, or lies ahead of what says that it has ended."""
    if ended_on is None or ended_on > clock.today():
        return None
    return datetime.combine(ended_on, time(), ZoneInfo(settings.TIME_ZONE))


def _goal(reading: Reading, activity: Activity, plan_id: UUID | None) -> UUID | None:
    """The first of its goals: an action has one. Goals that travel in the plan are found by the plan's own names."""
    found = [_goal_of(reading, reference) for reference in activity.goals]
    for number, goal_id in enumerate(found, start=1):
        if goal_id is None:
            reading.remark(f"activity {activity.number}: goal {number} leads to no goal that is known here")
    here = [goal_id for goal_id in found if goal_id]
    if len(here) > 1:
        reading.remark(f"activity {activity.number}: only the first of its goals is kept beside it")
    if here and not Goal.objects.visible_to(reading.by).filter(id=here[0], care_plan_id=plan_id).exists():
        reading.remark(f"activity {activity.number}: its goal stands in another plan, so it is not kept beside it")
        return None
    return here[0] if here else None


def _goal_of(reading: Reading, reference: str) -> UUID | None:
    job, plan = reading.job, reading.resource
    if reference.startswith("#"):
        row = job.known(job.source_of(plan), "Goal", part_id(plan, short(reference[1:])))
        return row.object_id if row else None
    found = job.resolve(reference, plan) if reference else None
    return found.object_id if found and found.object_type == "goal" else None


def _follow(reading: Reading, activity: Activity, row: ImportedResource) -> str:
    """Words first, then the goal, then the state: what has ended is not written anew. Returns the goal it names."""
    what, action = f"activity {activity.number}", _locked(reading, row.object_id)
    # Before links were followed, nothing was remembered of them; nobody here can change one.
    said_goal = str(row.said.get("goal", action.goal_id or ""))
    if row.fingerprint == activity.whole and activity.status in ("", row.said.get("status")):
        return said_goal
    ours = {name: getattr(action, name) for name in activity.facts}
    changed = news(ours, activity.facts, row.said)
    if changed.take and _is_ours(reading, what, action):
        if action.status in ENDED:
            reading.differs(f"{what}: the action has ended here, so its words stay", action.accountable_team_id)
        else:
            after = {**ours, **changed.take}
            change_action(
                by=reading.by,
                action_id=action.id,
                version=action.version,
                assigned_to_id=action.assigned_to_id,
                **after,
            )
    reading.stays(what, [name.replace("_", " ") for name in changed.kept], action.accountable_team_id)
    if row.fingerprint != activity.whole:
        said_goal = _relink(reading, activity, action, said_goal)
    if activity.status:
        _move(reading, what, action, activity.status, row.said, activity.reason)
    return said_goal


def _relink(reading: Reading, activity: Activity, action: Action, said: str) -> str:
    """Put the action beside the goal that its activity names now. A goal that is not known here changes nothing."""
    found = _goal(reading, activity, action.care_plan_id)
    now = str(found or "")
    if now == said or (activity.goals and not found):
        return said
    what = f"activity {activity.number}"
    if now == str(action.goal_id or "") or not _is_ours(reading, what, action):
        return now
    if action.status in ENDED:
        reading.differs(f"{what}: the action has ended here, so its goal stays", action.accountable_team_id)
    else:
        link_action(by=reading.by, action_id=action.id, goal_id=found)
    return now


def _let_go(reading: Reading, key: str, row: ImportedResource) -> None:
    """No longer in the list: nobody there waits for it, so it is stopped unless people here have moved it on."""
    if "gone" in row.said:
        return
    action = _locked(reading, row.object_id)
    if action.status in OPEN:
        _move(reading, "an activity that is no longer in the plan", action, "stopped", row.said, NO_LONGER)
    _keep(reading, key, row.object_id, {**row.said, "gone": "yes"}, row.fingerprint)


def _move(reading: Reading, what: str, action: Action, status: str, said: Mapping[str, str], reason: str) -> None:
    takes = takes_state(action.status, status, said, ENDED)
    if takes and not _is_ours(reading, what, action):
        return
    try:
        if takes:
            follow_action(by=reading.by, action_id=action.id, status=status, reason=reason_of(reason))
    except IllegalMove:
        takes = False
    if takes is False:
        ours, theirs = ACTION[action.status].label.lower(), ACTION[status].label.lower()
        told = f"{what}: the action is {ours} here and stays so, though it is {theirs} there"
        reading.differs(told, action.accountable_team_id)


def _is_ours(reading: Reading, what: str, action: Action) -> bool:
    """Only the accountable team writes and moves an action: once sorted, that is another's."""
    team_id = action.accountable_team_id or action.last_accountable_team_id
    if reading.by.acts_for(team_id):
        return True
    team = Team.objects.get(id=team_id)
    told = f"{what}: it has changed there, but {team.name} answers for the action here and is told"
    reading.differs(told, action.accountable_team_id)
    return False


def _locked(reading: Reading, action_id: UUID) -> Action:
    return Action.objects.select_for_update().visible_to(reading.by).get(id=action_id)


def _keep(reading: Reading, key: str, action_id: UUID, said: Mapping[str, str], whole: str) -> None:
    resource = reading.resource
    keep(reading.job, resource, KIND, part_id(resource, key), Imported("action", action_id), said, whole)
