"""Steps towards a goal, and how it went with the goal: on which day, against what was wanted."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from carecoord import audit, clock, outbox
from carecoord.errors import RuleError
from carecoord.ids import new_id
from carecoord.once import insert, made_before
from carecoord.prepared import prepared
from careplans.models import Goal, GoalOutcome, StageGoal
from careplans.services.clashes import facts_of, joined
from careplans.services.goals import GOAL_ENDED
from careplans.services.mistakes import refuse_others
from careplans.services.rules import author_name, plain, reason_for, short, words
from careplans.states import STAGE, STAGE_ENDED
from neighbourhoods.principal import Principal

MAX_TITLE = 500
MAX_OUTCOME = 500
MAX_WORDS = 1_000
ENDED = "This goal has ended. Add a new one."


@transaction.atomic
def add_stage(
    *,
    by: Principal,
    goal_id: UUID,
    title: str,
    outcome: str = "",
    status: str = "planned",
    stage_id: UUID | None = None,
) -> StageGoal:
    """Add a step on the way to a goal. Whoever names a `stage_id` may ask twice and gets one step."""
    goal = _goal.get(by, goal_id)
    stage = StageGoal(
        id=stage_id or new_id(),
        goal=goal,
        resident_id=goal.resident_id,
        title=words(title, "title", "Enter the step.", MAX_TITLE),
        outcome=short(outcome, "outcome", MAX_OUTCOME),
        status=STAGE[status].name,
        written_by_id=by.membership_id,
    )
    mine = StageGoal.objects.visible_to(by).filter(goal=goal)
    if stage_id and (made := made_before(stage, mine, ("title", "outcome"))):
        return made
    if goal.status in GOAL_ENDED:
        raise RuleError(ENDED, code="goal_ended")
    insert(stage)
    _tell("stage.added", by, stage)
    return stage


@transaction.atomic
def change_stage(*, by: Principal, stage_id: UUID, version: int, title: str, outcome: str) -> StageGoal:
    """Write the step anew, with what others changed elsewhere in it since `version` was read.

    Raises Clash, a StaleVersion, where they changed the same.
    """
    stage = _locked.get(by, stage_id)
    typed = {
        "title": words(title, "title", "Enter the step.", MAX_TITLE),
        "outcome": short(outcome, "outcome", MAX_OUTCOME),
    }
    if facts_of(stage, typed) == typed:
        return stage
    after = joined(stage, version, typed, "step")
    changed = [name for name, value in after.items() if getattr(stage, name) != value]
    if not changed:
        return stage
    if stage.status in STAGE_ENDED and "title" in changed:
        raise RuleError("This step has ended: say what came of it, or add a new one.", field="title")
    for name in changed:
        setattr(stage, name, after[name])
    stage.save_changes(*changed)
    _tell("stage.changed", by, stage, fields=changed)
    return stage


@transaction.atomic
def move_stage(*, by: Principal, stage_id: UUID, verb: str, reason: str = "") -> StageGoal:
    """Move a step along careplans/states.py. Raises IllegalMove, or RuleError where the reason is missing."""
    stage = _locked.get(by, stage_id)
    before, target = stage.status, STAGE.move(verb, stage.status).target
    stage.status, stage.status_reason = target, reason_for(verb, reason)
    stage.save_changes("status", "status_reason")
    _tell("stage.moved", by, stage, stage.status_reason, move=verb, before=before, after=target)
    return stage


@transaction.atomic
def report_outcome(
    *,
    by: Principal,
    goal_id: UUID,
    extent: str,
    words: str = "",
    reported_on: date,
    outcome_id: UUID | None = None,
) -> GoalOutcome:
    """Say how it went with a goal on a day, beside what was wanted then. The goal moves by its own states only.

    Whoever names an `outcome_id` may ask twice and gets one.
    """
    goal = _goal.get(by, goal_id)
    if extent not in GoalOutcome.Extent.values:
        raise RuleError("Choose how far it is.", field="extent")
    if reported_on > clock.today():
        raise RuleError("The day must be today or earlier.", field="reported_on")
    outcome = GoalOutcome(
        id=outcome_id or new_id(),
        goal=goal,
        resident_id=goal.resident_id,
        extent=extent,
        words=short(words, "words", MAX_WORDS),
        reported_on=reported_on,
        wanted=goal.wanted,
        written_by_id=by.membership_id,
        written_by_name=author_name(by),
    )
    mine = GoalOutcome.objects.visible_to(by).filter(goal=goal)
    if outcome_id and (made := made_before(outcome, mine, ("extent", "words", "reported_on"))):
        return made
    insert(outcome)
    _tell("outcome.reported", by, outcome)
    return outcome


@transaction.atomic
def enter_outcome_in_error(*, by: Principal, outcome_id: UUID, reason: str) -> GoalOutcome:
    """Say that it was a mistake. It stays, struck out. Raises NotYours for what another organisation reported."""
    outcomes = GoalOutcome.objects.select_for_update(of=("self",)).visible_to(by)
    outcome = outcomes.select_related("written_by").get(id=outcome_id)
    reason = reason_for("enter_in_error", reason)
    if outcome.error_at:
        raise RuleError("This is marked as entered in error already.", code="error_already")
    refuse_others(by, outcome, "outcome.reported", ("goaloutcome", outcome.id))
    outcome.error_at, outcome.error_reason = clock.now(), plain(reason)
    outcome.save_changes("error_at", "error_reason")
    _tell("outcome.entered_in_error", by, outcome, reason)
    return outcome


@prepared
def _goal(by: Principal, goal_id: UUID) -> QuerySet[Goal]:
    return Goal.objects.select_for_update().visible_to(by).filter(id=goal_id)


@prepared
def _locked(by: Principal, stage_id: UUID) -> QuerySet[StageGoal]:
    return StageGoal.objects.select_for_update().visible_to(by).filter(id=stage_id)


def _tell(what: str, by: Principal, row: StageGoal | GoalOutcome, reason: str = "", **detail: Any) -> None:
    about, resident_id = (type(row).__name__.lower(), row.id), row.resident_id
    audit.record(what, by=by, resident_id=resident_id, about=about, reason=reason, goal_id=row.goal_id, **detail)
    outbox.publish(what, about=about, resident_id=resident_id, goal_id=row.goal_id)
