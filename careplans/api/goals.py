"""Goals of a care plan."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found
from careplans.api.moving import verb_to
from careplans.api.shapes import GoalChange, GoalShape, NewGoal
from careplans.models import CarePlan, Goal
from careplans.services import add_goal, change_goal, move_goal
from careplans.states import GOAL
from neighbourhoods.api.endpoint import Endpoint

FACTS = {name: name for name in ("title", "wanted", "importance", "confidence")} | {"need": "need_id"}
WALKING = {
    "id": "0190a000-0000-7000-8000-000000000062",
    "created_at": "2026-11-20T10:30:00Z",
    "updated_at": "2026-11-21T09:05:00Z",
    "version": 2,
    "care_plan": "0190a000-0000-7000-8000-000000000061",
    "resident": "0190a000-0000-7000-8000-000000000018",
    "need": None,
    "title": "Walk to the shop again",
    "wanted": "To the shop and back, alone, twice a week",
    "importance": 9,
    "confidence": 6,
    "status": "active",
    "status_reason": "",
    "allowed_actions": ["hold", "complete", "cancel", "enter-in-error"],
}


class Goals(Endpoint):
    shape = GoalShape

    @operation("List the goals of a care plan", page=GoalShape)
    def get(self, _request: object, plan_id: UUID) -> Response:
        """In the order in which they were added."""
        plan = CarePlan.objects.visible_to(self.by).filter(id=plan_id).first()
        if plan is None:
            raise not_found()
        audit.looked("plan.viewed", by=self.by, resident_id=plan.resident_id, about=("care_plan", plan.id))
        goals = Goal.objects.visible_to(self.by).filter(care_plan_id=plan_id)
        return self.page_with(page_of(goals, self.request, order=("id",)), GoalShape)

    @operation(
        "Add a goal",
        answer=GoalShape,
        status=201,
        body=NewGoal,
        problems=(404, 422),
        examples={"usual": {"title": "Walk to the shop again", "importance": 9, "confidence": 6}},
    )
    def post(self, _request: object, plan_id: UUID) -> Response:
        given = {FACTS.get(name, name): value for name, value in self.given.items()}
        goal = add_goal(by=self.by, plan_id=plan_id, **given)
        return self.one(goal, at=reverse("api:goal", args=[goal.id]))


class OneGoal(Endpoint):
    shape = GoalShape

    @operation("Read a goal", answer=GoalShape, answer_example=WALKING)
    def get(self, _request: object, goal_id: UUID) -> Response:
        goal = Goal.objects.visible_to(self.by).filter(id=goal_id).first()
        if goal is None:
            raise not_found()
        audit.looked("goal.viewed", by=self.by, resident_id=goal.resident_id, about=("goal", goal.id))
        return self.one(goal)

    @operation(
        "Change or move a goal",
        answer=GoalShape,
        body=GoalChange,
        examples={
            "begun": {"status": "active"},
            "cancelled": {"status": "cancelled", "reason": "Wants to rest"},
        },
    )
    def patch(self, _request: object, goal_id: UUID) -> Response:
        """Names left out stay as they are. `status` moves the goal, where `allowed_actions` leads there."""
        with transaction.atomic():
            goal = Goal.objects.select_for_update(of=("self",)).visible_to(self.by).filter(id=goal_id).first()
            if goal is None:
                raise not_found()
            self.require_match(goal)
            facts = {column: self.given.get(name, getattr(goal, column)) for name, column in FACTS.items()}
            goal = change_goal(by=self.by, goal_id=goal_id, version=goal.version, **facts)
            if (target := self.given.get("status", goal.status)) != goal.status:
                verb, reason = verb_to(GOAL, goal.status, target), self.given.get("reason", "")
                goal = move_goal(by=self.by, goal_id=goal_id, verb=verb, reason=reason)
        return self.one(goal)
