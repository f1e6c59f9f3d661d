"""Bringing what was imported to the state that its source reports now, by the moves that careplans/states.py has."""

from collections import deque
from uuid import UUID

from django.db import transaction

from carecoord.errors import IllegalMove, RuleError
from carecoord.moves import Side, StateTable
from careplans.models import Action, Goal
from careplans.services.actions import check_side, locked_action, move_action, tell
from careplans.services.goals import move_goal
from careplans.states import ACTION, GOAL
from neighbourhoods.principal import Principal

# Nobody is said to have reached what they have not: no way leads through these.
NOT_ON_THE_WAY = frozenset({"completed"})


@transaction.atomic
def follow_goal(*, by: Principal, goal_id: UUID, status: str, reason: str) -> Goal:
    """Move a goal to `status` by the fewest legal moves, each audited. Raises IllegalMove where no way leads there."""
    goal = Goal.objects.select_for_update().visible_to(by).get(id=goal_id)
    for verb in route(GOAL, goal.status, status):
        goal = move_goal(by=by, goal_id=goal_id, verb=verb, reason=reason)
    return goal


@transaction.atomic
def follow_action(*, by: Principal, action_id: UUID, status: str, reason: str) -> Action:
    """As `follow_goal`, for the accountable team of an action: raises NotYours for others."""
    action = locked_action(by, action_id)
    for verb in route(ACTION, action.status, status, Side.GIVER):
        action = move_action(by=by, action_id=action_id, verb=verb, reason=reason)
    return action


@transaction.atomic
def link_action(*, by: Principal, action_id: UUID, goal_id: UUID | None) -> Action:
    """Put an open action of one's own team beside another goal of its plan, or beside none. Raises NotYours."""
    action = locked_action(by, action_id)
    check_side(by, action)
    if goal_id and not Goal.objects.visible_to(by).filter(id=goal_id, care_plan_id=action.care_plan_id).exists():
        raise RuleError("Choose a goal of this plan.", field="goal")
    if goal_id != action.goal_id:
        action.goal_id = goal_id
        action.save_changes("goal")
        tell("action.changed", by, action, team_id=action.accountable_team_id, fields=["goal"])
    return action


def route(table: StateTable, start: str, target: str, side: Side = Side.EITHER) -> tuple[str, ...]:
    """The verbs that lead from one state to another, as few as there can be; none where it is there already."""
    waiting: deque[tuple[str, tuple[str, ...]]] = deque([(start, ())])
    seen = {start}
    while waiting:
        state, verbs = waiting.popleft()
        if state == target:
            return verbs
        for verb in table.allowed(state, {side}):
            after = table.move(verb, state, {side}).target
            if after not in seen and (after == target or after not in NOT_ON_THE_WAY):
                seen.add(after)
                waiting.append((after, (*verbs, verb)))
    raise IllegalMove(f"This {table.kind} is {table[start].label.lower()}: no move leads from there.")
