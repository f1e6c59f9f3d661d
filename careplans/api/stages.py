"""Steps towards a goal, and how it went with the goal."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit, clock
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from careplans.api.mistakes import Mistake
from careplans.api.moving import verb_to
from careplans.api.stage_shapes import (
    GoalOutcomeShape,
    NewGoalOutcome,
    NewStageGoal,
    StageGoalChange,
    StageGoalShape,
)
from careplans.models import Goal, GoalOutcome, StageGoal
from careplans.reading import AUTHOR
from careplans.services import add_stage, change_stage, enter_outcome_in_error, move_stage, report_outcome
from careplans.states import STAGE
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.principal import Principal

FACTS = ("title", "outcome")


class OfAGoal(Endpoint):
    def look(self, goal_id: UUID) -> None:
        """Raises not_found for a goal out of sight."""
        goal = Goal.objects.visible_to(self.by).filter(id=goal_id).first()
        if goal is None:
            raise not_found()
        audit.looked("goal.viewed", by=self.by, resident_id=goal.resident_id, about=("goal", goal.id))


class StageGoals(OfAGoal):
    shape = StageGoalShape

    @operation("List the steps towards a goal", page=StageGoalShape)
    def get(self, _request: object, goal_id: UUID) -> Response:
        """In the order in which they were added."""
        self.look(goal_id)
        stages = StageGoal.objects.visible_to(self.by).filter(goal_id=goal_id)
        return self.page_with(page_of(stages, self.request, order=("id",)), StageGoalShape)

    @operation(
        "Add a step towards a goal",
        answer=StageGoalShape,
        status=201,
        body=NewStageGoal,
        problems=(404, 422),
        examples={"usual": {"title": "Walk to the garden gate and back"}},
    )
    def post(self, _request: object, goal_id: UUID) -> Response:
        stage = add_stage(by=self.by, goal_id=goal_id, **self.given)
        return self.one(stage, at=reverse("api:stage_goal", args=[stage.id]))


class OneStageGoal(Endpoint):
    shape = StageGoalShape

    @operation("Read a step towards a goal", answer=StageGoalShape)
    def get(self, _request: object, stage_id: UUID) -> Response:
        stage = StageGoal.objects.visible_to(self.by).filter(id=stage_id).first()
        if stage is None:
            raise not_found()
        audit.looked("goal.viewed", by=self.by, resident_id=stage.resident_id, about=("goal", stage.goal_id))
        return self.one(stage)

    @operation(
        "Change or move a step towards a goal",
        answer=StageGoalShape,
        body=StageGoalChange,
        examples={"begun": {"status": "active"}, "reached": {"status": "completed", "outcome": "Alone, twice"}},
    )
    def patch(self, _request: object, stage_id: UUID) -> Response:
        """Names left out stay as they are. `status` moves the step, where `allowed_actions` leads there."""
        with transaction.atomic():
            stage = StageGoal.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=stage_id).first()
            if stage is None:
                raise not_found()
            self.require_match(stage)
            facts = {name: self.given.get(name, getattr(stage, name)) for name in FACTS}
            stage = change_stage(by=self.by, stage_id=stage_id, version=stage.version, **facts)
            if (target := self.given.get("status", stage.status)) != stage.status:
                verb, reason = verb_to(STAGE, stage.status, target), self.given.get("reason", "")
                stage = move_stage(by=self.by, stage_id=stage_id, verb=verb, reason=reason)
        return self.one(stage)


class GoalOutcomes(OfAGoal):
    shape = GoalOutcomeShape

    @operation("List how it went with a goal", page=GoalOutcomeShape)
    def get(self, _request: object, goal_id: UUID) -> Response:
        """In the order in which it was reported, what was an error too."""
        self.look(goal_id)
        outcomes = _reported(self.by).filter(goal_id=goal_id)
        return self.page_with(page_of(outcomes, self.request, order=("id",)), GoalOutcomeShape)

    @operation(
        "Say how it went with a goal",
        answer=GoalOutcomeShape,
        status=201,
        body=NewGoalOutcome,
        problems=(404, 422),
        examples={"usual": {"extent": "closer", "words": "To the gate and back"}},
    )
    def post(self, _request: object, goal_id: UUID) -> Response:
        """Only ever added; the goal itself moves by its `status`."""
        given = {"reported_on": clock.today()} | self.given
        outcome = report_outcome(by=self.by, goal_id=goal_id, **given)
        return self.one(outcome, at=reverse("api:goal_outcome", args=[outcome.id]))


class OneGoalOutcome(Endpoint):
    shape = GoalOutcomeShape

    @operation("Read how it went with a goal", answer=GoalOutcomeShape)
    def get(self, _request: object, outcome_id: UUID) -> Response:
        outcome = _reported(self.by).filter(id=outcome_id).first()
        if outcome is None:
            raise not_found()
        audit.looked("goal.viewed", by=self.by, resident_id=outcome.resident_id, about=("goal", outcome.goal_id))
        return self.one(outcome)


class GoalOutcomeInError(Endpoint):
    shape = GoalOutcomeShape

    @operation(
        "Say that a report of how it went was an error",
        answer=GoalOutcomeShape,
        body=Mistake,
        problems=(404, 412, 422),
        examples={"usual": {"reason": "Written about another goal"}},
    )
    def post(self, _request: object, outcome_id: UUID) -> Response:
        """It stays, struck out. Only the organisation that wrote it says so. If-Match is taken, and not asked for."""
        with transaction.atomic():
            outcome = _reported(self.by).select_for_update(of=("self",)).filter(id=outcome_id).first()
            if outcome is None:
                raise not_found()
            if self.names_a_version:
                self.require_match(outcome)
            outcome = enter_outcome_in_error(by=self.by, outcome_id=outcome.id, reason=self.given["reason"])
        return self.one(outcome)


def _reported(by: Principal) -> QuerySet[GoalOutcome]:
    return GoalOutcome.objects.visible_to(by).select_related(*AUTHOR)
