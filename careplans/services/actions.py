"""What somebody promises to do, for a team they act for; only that team moves it."""

from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import NotYours, RuleError
from carecoord.ids import new_id
from carecoord.moves import Side
from carecoord.once import insert, made_before
from carecoord.prepared import prepared
from careplans.models import Action, Goal
from careplans.models.actions import DONE_BY
from careplans.services.clashes import facts_of, joined
from careplans.services.doers import checked_doer
from careplans.services.rules import (
    AS_IT_IS,
    PAST_TENSE,
    Left,
    current_plan,
    member_of,
    one_to_ten,
    plain,
    reason_for,
    said,
    short,
    words,
)
from careplans.states import ACTION
from neighbourhoods.models import Level, Source, Team
from neighbourhoods.principal import Principal
from neighbourhoods.services import (
    end_relationships,
    ensure_lead,
    held_resident,
    lead_or_own,
    open_relationship,
    task_team,
)

MAX_TITLE = 300
MAX_STRATEGIES = 2_000
TYPED = (
    "title", "detail", "last_accountable_team_id", "assigned_to_id", "due_on", "goal_id",
    "done_by", "strategies", "confidence", "review_on",
)  # fmt: skip


@transaction.atomic
def create_action(
    *,
    by: Principal,
    resident_id: UUID,
    title: str,
    team_id: UUID,
    due_on: date | None = None,
    detail: str = "",
    goal_id: UUID | None = None,
    care_plan_id: UUID | None = None,
    assigned_to_id: UUID | None = None,
    done_by: str = "",
    strategies: str = "",
    confidence: int | None = None,
    review_on: date | None = None,
    status: str = "not_started",
    needs_sorting: bool = False,
    ended_at: datetime | None = None,
    action_id: UUID | None = None,
) -> Action:
    """Promise something for a resident; it needs no plan. Imports give its `status` and say `needs_sorting`, and of
    what has ended long ago they say when; otherwise it has ended now. `done_by` as `Action.done_by` has it.

    Whoever names an `action_id` may ask twice and gets one action; SentAlready where that says something else.
    Opens the record to the team for as long as the action is open, to volunteers only what they need. Raises RuleError
    with code `not_yours_to_give` for a team that `by` does not act for.
    """
    resident = held_resident(by, resident_id)
    team = _checked_team(by, team_id)
    is_open = status in ACTION.open_states()
    action = Action(
        id=action_id or new_id(),
        resident=resident,
        title=words(title, "title", "Enter what is to be done.", MAX_TITLE),
        detail=plain(detail),
        status=ACTION[status].name,
        accountable_team_id=team_id if is_open else None,
        last_accountable_team_id=team_id,
        assigned_to_id=member_of(assigned_to_id, team_id),
        strategies=short(strategies, "strategies", MAX_STRATEGIES),
        confidence=one_to_ten(confidence, "confidence"),
        due_on=due_on,
        review_on=review_on,
        goal_id=goal_id,
        care_plan_id=_plan_of(by, resident_id, goal_id, care_plan_id),
        written_by_id=by.membership_id,
        needs_sorting=needs_sorting and is_open,
        ended_at=None if is_open else ended_at or clock.now(),
    )
    action.done_by = checked_doer(by, resident_id, done_by)
    mine = Action.objects.visible_to(by).filter(resident=resident)
    if action_id and (made := made_before(action, mine, TYPED)):
        return made
    insert(action)
    if is_open:
        open_record_for(action, team_id)
        if team.is_of_volunteers:
            _require_lead(resident_id, team)
        else:
            ensure_lead(by=by, resident_id=resident_id, team_id=team_id)
    tell("action.created", by, action, team_id=team_id)
    return action


@transaction.atomic
def change_action(
    *,
    by: Principal,
    action_id: UUID,
    version: int,
    title: str,
    due_on: date | None,
    detail: str,
    assigned_to_id: UUID | None,
    done_by: str | Left = AS_IT_IS,
    strategies: str | Left = AS_IT_IS,
    confidence: int | Left | None = AS_IT_IS,
    review_on: date | Left | None = AS_IT_IS,
) -> Action:
    """Write an open action anew, for its own team, with what others changed elsewhere in it since `version` was read.

    Raises Clash, a StaleVersion, where they changed the same.
    """
    action = locked_action(by, action_id)
    check_side(by, action)
    typed = said(
        title=words(title, "title", "Enter what is to be done.", MAX_TITLE),
        due_on=due_on,
        detail=plain(detail),
        assigned_to_id=assigned_to_id,
        done_by=done_by,
        strategies=strategies if strategies is AS_IT_IS else short(strategies, "strategies", MAX_STRATEGIES),
        confidence=confidence if confidence is AS_IT_IS else one_to_ten(confidence, "confidence"),
        review_on=review_on,
    )
    if facts_of(action, typed) == typed:
        return action
    after = joined(action, version, typed, "action")
    changed = [name for name, value in after.items() if getattr(action, name) != value]
    if not changed:
        return action
    if action.accountable_team_id is None:
        raise RuleError("This action has ended. Add a new one.", code="action_ended")
    if "assigned_to_id" in changed:
        member_of(after["assigned_to_id"], action.accountable_team_id)
    if "done_by" in changed:
        checked_doer(by, action.resident_id, after["done_by"])
    for name in changed:
        setattr(action, name, after[name])
    columns = (DONE_BY if name == "done_by" else (name.removesuffix("_id"),) for name in changed)
    action.save_changes(*chain.from_iterable(columns))
    tell("action.changed", by, action, team_id=action.accountable_team_id, fields=changed)
    return action


@transaction.atomic
def assign_action(*, by: Principal, action_id: UUID, assigned_to_id: UUID | None, reason: str = "") -> Action:
    """Name who of the accountable team does it, or nobody. Raises NotYours, RuleError."""
    action = locked_action(by, action_id)
    check_side(by, action)
    if action.accountable_team_id is None:
        raise RuleError("This action has ended. Add a new one.", code="action_ended")
    member_of(assigned_to_id, action.accountable_team_id)
    if action.assigned_to_id != assigned_to_id:
        action.assigned_to_id = assigned_to_id
        action.save_changes("assigned_to")
        tell("action.changed", by, action, reason, team_id=action.accountable_team_id, fields=["assigned_to_id"])
    return action


@transaction.atomic
def move_action(*, by: Principal, action_id: UUID, verb: str, reason: str = "") -> Action:
    """Move an action along careplans/states.py, for its accountable team, or the last one once it has ended.

    Ending it ends what it opened of the record, so `by` may not see the resident afterwards. Raises NotYours
    for other teams, IllegalMove for a step the table does not have, RuleError where the reason is missing.
    """
    action = locked_action(by, action_id)
    check_side(by, action)
    before, target = action.status, ACTION.move(verb, action.status, {Side.GIVER}).target
    reason = reason_for(verb, reason)
    action.status = target
    action.hold_reason = reason if target == "on_hold" else ""
    if target not in ACTION.open_states():
        _end(action, reason)
    action.save_changes(
        "status",
        "hold_reason",
        "accountable_team",
        "last_accountable_team",
        "needs_sorting",
        "ended_at",
        "ended_reason",
    )
    tell(
        f"action.{PAST_TENSE[verb]}",
        by,
        action,
        reason,
        team_id=action.last_accountable_team_id,
        before=before,
        after=target,
    )
    if target not in ACTION.open_states():
        end_relationships(source_id=action.id)
    return action


def locked_action(by: Principal, action_id: UUID) -> Action:
    return _locked.get(by, action_id)


@prepared
def _locked(by: Principal, action_id: UUID) -> QuerySet[Action]:
    return Action.objects.select_for_update().visible_to(by).filter(id=action_id)


def check_side(by: Principal, action: Action) -> None:
    """Raises NotYours unless `by` acts for the team that answers for the action, or did until it ended."""
    team_id = action.accountable_team_id or action.last_accountable_team_id
    if not by.acts_for(team_id):
        team = Team.objects.get(id=team_id)
        raise NotYours(f"{team.name} is responsible for this action. Ring them, or ask for a handover.")


def open_record_for(action: Action, team_id: UUID) -> None:
    """To a team of volunteers the database opens the visit instead."""
    open_relationship(
        resident_id=action.resident_id,
        team_id=team_id,
        level=Level.RECORD,
        source=Source.ACTION,
        source_id=action.id,
        reason="An action of the team",
    )


def tell(
    what: str,
    by: Principal,
    action: Action,
    reason: str = "",
    *,
    team_id: UUID | None,
    from_team_id: UUID | None = None,
    **detail: Any,
) -> None:
    """Audit and outbox in one: `team_id` answers for the action after the change, `from_team_id` did before it."""
    about, resident_id = ("action", action.id), action.resident_id
    teams = {"team_id": team_id} | ({"from_team_id": from_team_id} if from_team_id else {})
    audit.record(what, by=by, resident_id=resident_id, about=about, reason=reason, **teams, **detail)
    outbox.publish(what, about=about, resident_id=resident_id, **teams)


def _end(action: Action, reason: str) -> None:
    """Once ended, an action keeps when and why; marking it as an error keeps the first end."""
    if action.accountable_team_id:
        action.last_accountable_team_id, action.accountable_team_id = action.accountable_team_id, None
    action.ended_at = action.ended_at or clock.now()
    action.ended_reason = reason or action.ended_reason
    action.needs_sorting = False


def _checked_team(by: Principal, team_id: UUID) -> Team:
    team = task_team(team_id) if by.acts_for(team_id) else None
    if team is None:
        raise RuleError(
            "Choose a team of your own. To ask another team, refer the resident.",
            field="team",
            code="not_yours_to_give",
        )
    return team


def _require_lead(resident_id: UUID, team: Team) -> None:
    """Volunteers never lead: whoever asks them has somebody who does."""
    if not any(entry.is_lead for entry in lead_or_own(resident_id, team.id)):
        raise RuleError(
            f"{team.name} are volunteers, who cannot lead. Take the resident on to your own caseload first.",
            field="team",
        )


def _plan_of(by: Principal, resident_id: UUID, goal_id: UUID | None, care_plan_id: UUID | None) -> UUID | None:
    """The plan it belongs to: the goal's, else the one named, else none. Both must be this resident's."""
    if goal_id:
        goal = Goal.objects.visible_to(by).filter(id=goal_id, resident_id=resident_id).first()
        if goal is None:
            raise RuleError("Choose a goal of this resident.", field="goal")
        care_plan_id = goal.care_plan_id
    if care_plan_id and current_plan(by, care_plan_id).resident_id != resident_id:
        raise RuleError("Choose the plan of this resident.", field="care_plan")
    return care_plan_id
