"""Shapes of steps towards a goal, and of how it went with the goal."""

from rest_framework import serializers

from carecoord.api.shapes import Body, ChoiceField, DayField, LineField, Stored, StrictCharField
from carecoord.api.words import allowed_actions
from careplans.api.mistakes import mistake_actions
from careplans.api.shapes import PLAN_SIDES, REASON_HELP
from careplans.models import GoalOutcome, StageGoal
from careplans.services.rules import MAX_REASON
from careplans.services.stages import MAX_OUTCOME, MAX_TITLE, MAX_WORDS
from careplans.states import STAGE


class StageGoalShape(Stored):
    """A step on the way to a goal, with a state and a version of its own."""

    goal = serializers.UUIDField(source="goal_id")
    resident = serializers.UUIDField(source="resident_id")
    title = serializers.CharField()
    outcome = serializers.CharField(help_text="What came of it.")
    status = ChoiceField(STAGE.choices())
    status_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_allowed_actions(self, stage: StageGoal) -> list[str]:
        return allowed_actions(STAGE, stage.status, PLAN_SIDES)


class NewStageGoal(Body):
    title = LineField(max_length=MAX_TITLE)
    outcome = StrictCharField(required=False, allow_blank=True, max_length=MAX_OUTCOME, help_text="What came of it.")
    status = ChoiceField(
        [(name, STAGE[name].label) for name in ("planned", "active")], required=False, help_text="Without it, planned."
    )


class StageGoalChange(Body):
    title = LineField(required=False, max_length=MAX_TITLE)
    outcome = StrictCharField(required=False, allow_blank=True, max_length=MAX_OUTCOME, help_text="What came of it.")
    status = ChoiceField(STAGE.choices(), required=False, help_text="Moves the step, if `allowed_actions` leads there.")
    reason = LineField(required=False, max_length=MAX_REASON, help_text=REASON_HELP)


class GoalOutcomeShape(Stored):
    """How it went with a goal on a day, beside what was wanted then."""

    goal = serializers.UUIDField(source="goal_id")
    resident = serializers.UUIDField(source="resident_id")
    extent = ChoiceField(GoalOutcome.Extent.choices)
    words = serializers.CharField()
    wanted = serializers.CharField(help_text="What was wanted on that day.")
    reported_on = serializers.DateField()
    written_by = serializers.SerializerMethodField()
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_written_by(self, outcome: GoalOutcome) -> str:
        return outcome.written_by.user.name if outcome.written_by else outcome.written_by_name

    def get_allowed_actions(self, outcome: GoalOutcome) -> list[str]:
        return mistake_actions(self, outcome)


class NewGoalOutcome(Body):
    extent = ChoiceField(GoalOutcome.Extent.choices)
    words = StrictCharField(required=False, allow_blank=True, max_length=MAX_WORDS)
    reported_on = DayField(required=False, help_text="Without it, today.")
