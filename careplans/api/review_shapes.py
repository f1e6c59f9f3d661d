"""Shapes of reviews of a plan."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import Body, ChoiceField, DayField, IdField, LineField, Shape, Stored, StrictCharField
from careplans.headings import MAX_KEY
from careplans.models import PlanReview
from careplans.services.meetings import CHANGE, MAX_NOTE, MAX_TOOK_PART, OF_SECTION, RIGHT

ANSWERS = ((RIGHT, "Still right"), (CHANGE, "Needs changing"))
SECTION, GOAL = OF_SECTION, "g-"


class ReviewPoint(Shape):
    section = serializers.CharField(help_text="The key of a section; empty where it is a goal.")
    goal = serializers.UUIDField(allow_null=True)
    title = serializers.CharField(help_text="As it was called on that day.")
    answer = serializers.ChoiceField(ANSWERS)
    note = serializers.CharField()


class PlanReviewShape(Stored):
    """A review of a plan, as it was held. Only ever added; the plan itself says when the next one is due."""

    care_plan = serializers.UUIDField(source="care_plan_id")
    resident = serializers.UUIDField(source="resident_id")
    held_on = serializers.DateField()
    took_part = serializers.CharField()
    points = serializers.SerializerMethodField(help_text="What was talked about.")
    next_due_on = serializers.DateField()
    written_by = serializers.SerializerMethodField()

    @extend_schema_field(ReviewPoint(many=True))
    def get_points(self, review: PlanReview) -> list[dict[str, Any]]:
        return [_point(key, said) for key, said in review.answers.items()]

    def get_written_by(self, review: PlanReview) -> str:
        return review.written_by.user.name if review.written_by else review.written_by_name


class ReviewPointSaid(Body):
    """Of one part of the plan: a section or a goal."""

    section = LineField(required=False, max_length=MAX_KEY, help_text="The key of a section that is asked.")
    goal = IdField(required=False, help_text="A goal that has not ended.")
    answer = ChoiceField(ANSWERS)
    note = StrictCharField(required=False, allow_blank=True, max_length=MAX_NOTE)

    def validate(self, said: dict[str, Any]) -> dict[str, Any]:
        if ("section" in said) == ("goal" in said):
            raise serializers.ValidationError("Name a section or a goal.")
        return said


class NewPlanReview(Body):
    held_on = DayField(required=False, help_text="Without it, today.")
    took_part = StrictCharField(max_length=MAX_TOOK_PART, help_text="The resident, who came with them, and the teams.")
    points = ReviewPointSaid(many=True, allow_empty=False)
    review_due_on = DayField(help_text="By when the next one is held; within a year.")
    review_team = IdField(required=False, help_text="Without it, the team that reviews the plan already.")
    reviewer = IdField(required=False, allow_null=True, help_text="A membership of that team.")


def _point(key: str, said: dict[str, str]) -> dict[str, Any]:
    return {
        "section": key.removeprefix(SECTION) if key.startswith(SECTION) else "",
        "goal": key.removeprefix(GOAL) if key.startswith(GOAL) else None,
        "title": said["label"],
        "answer": said["answer"],
        "note": said["note"],
    }


def key_of(said: dict[str, Any]) -> str:
    return f"{SECTION}{said['section']}" if "section" in said else f"{GOAL}{said['goal']}"
