"""Goals, in the resident's words."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from carecoord.prepared import prepared
from careplans.models import Goal
from careplans.services.clashes import facts_of, joined
from careplans.services.needs import need_for
from careplans.services.rules import AS_IT_IS, Left, current_plan, one_to_ten, reason_for, said, short, words
from careplans.states import GOAL
from neighbourhoods.principal import Principal

MAX_TITLE = 500
GOAL_ENDED = frozenset({"completed", "cancelled", "rejected", "entered_in_error"})
TYPED = ("title", "wanted", "importance", "confidence", "need_id")


@transaction.atomic
def add_goal(
    *,
    by: Principal,
    plan_id: UUID,
    title: str,
    wanted: str = "",
    importance: int | None = None,
    confidence: int | None = None,
    status: str = "proposed",
    need_id: UUID | None = None,
    goal_id: UUID | None = None,
) -> Goal:
    """Add what the resident wants. Importance and confidence are 1 to 10; imports give their `status`.

    Whoever names a `goal_id` may ask twice and gets one goal; SentAlready where that says something else.
    """
    plan = current_plan(by, plan_id)
    goal = Goal(
        id=goal_id or new_id(),
        care_plan=plan,
        resident_id=plan.resident_id,
        title=words(title, "title", "Enter the goal.", MAX_TITLE),
        wanted=short(wanted, "wanted", MAX_TITLE),
        importance=one_to_ten(importance, "importance"),
        confidence=one_to_ten(confidence, "confidence"),
        status=GOAL[status].name,
        need_id=need_for(by, plan_id, need_id),
        written_by_id=by.membership_id,
    )
    mine = Goal.objects.visible_to(by).filter(resident_id=plan.resident_id)
    if goal_id and (made := made_before(goal, mine, TYPED)):
        return made
    insert(goal)
    _tell("goal.added", by, goal)
    return goal


@transaction.atomic
def change_goal(
    *,
    by: Principal,
    goal_id: UUID,
    version: int,
    title: str,
    importance: int | None,
    confidence: int | None,
    wanted: str | Left = AS_IT_IS,
    need_id: UUID | Left | None = AS_IT_IS,
) -> Goal:
    """Write the goal anew, with what others changed elsewhere in it since `version` was read.

    Raises Clash, a StaleVersion, where they changed the same.
    """
    goal = _locked.get(by, goal_id)
    typed = said(
        title=words(title, "title", "Enter the goal.", MAX_TITLE),
        wanted=wanted if wanted is AS_IT_IS else short(wanted, "wanted", MAX_TITLE),
        importance=one_to_ten(importance, "importance"),
        confidence=one_to_ten(confidence, "confidence"),
        need_id=need_id,
    )
    if facts_of(goal, typed) == typed:
        return goal
    after = joined(goal, version, typed, "goal")
    changed = [name for name, value in after.items() if getattr(goal, name) != value]
    if not changed:
        return goal
    if goal.status in GOAL_ENDED:
        raise RuleError("This goal has ended. Add a new one.")
    if "need_id" in changed:
        need_for(by, goal.care_plan_id, after["need_id"])
    for name in changed:
        setattr(goal, name, after[name])
    goal.save_changes(*(name.removesuffix("_id") for name in changed))
    _tell("goal.changed", by, goal, fields=changed)
    return goal


@prepared
def _locked(by: Principal, goal_id: UUID) -> QuerySet[Goal]:
    return Goal.objects.select_for_update().visible_to(by).filter(id=goal_id)


@transaction.atomic
def move_goal(*, by: Principal, goal_id: UUID, verb: str, reason: str = "") -> Goal:
    """Move a goal along careplans/states.py. Raises IllegalMove, or RuleError where the reason is missing."""
    goal = _locked.get(by, goal_id)
    before, target = goal.status, GOAL.move(verb, goal.status).target
    goal.status, goal.status_reason = target, reason_for(verb, reason)
    goal.save_changes("status", "status_reason")
    _tell("goal.moved", by, goal, goal.status_reason, move=verb, before=before, after=target)
    return goal


def _tell(what: str, by: Principal, goal: Goal, reason: str = "", **detail: Any) -> None:
    audit.record(what, by=by, resident_id=goal.resident_id, about=("goal", goal.id), reason=reason, **detail)
    outbox.publish(what, about=("goal", goal.id), resident_id=goal.resident_id, plan_id=goal.care_plan_id)
