"""Shapes of actions."""

from rest_framework import serializers

from carecoord.api.shapes import (
    Body,
    ChoiceField,
    DayField,
    IdField,
    LineField,
    Nothing,
    Query,
    Stored,
    StrictCharField,
    StrictIntegerField,
)
from carecoord.api.words import allowed_actions
from carecoord.moves import Side
from careplans.api.shapes import REASON_HELP
from careplans.forms import MAX_DETAIL
from careplans.models import Action
from careplans.services.actions import MAX_STRATEGIES, MAX_TITLE
from careplans.services.rules import MAX_REASON
from careplans.states import ACTION

DONE_BY_HELP = (
    "Who does it, where that is nobody of the team that answers for it: `resident`, or `contact:`, `volunteer:` "
    "(a membership) or `service:` with an id. Empty: the team does it."
)
BEGINNINGS = ("not_started", "scheduled", "in_progress")


class ActionShape(Stored):
    """What a team has promised to do. Open as long as a team is accountable for it."""

    resident = serializers.UUIDField(source="resident_id")
    care_plan = serializers.UUIDField(source="care_plan_id", allow_null=True)
    goal = serializers.UUIDField(source="goal_id", allow_null=True)
    title = serializers.CharField()
    detail = serializers.CharField()
    status = ChoiceField(ACTION.choices())
    accountable_team = serializers.UUIDField(source="accountable_team_id", allow_null=True)
    last_accountable_team = serializers.UUIDField(source="last_accountable_team_id")
    assigned_to = serializers.UUIDField(source="assigned_to_id", allow_null=True, help_text="A membership.")
    assigned_to_name = serializers.SerializerMethodField()
    done_by = serializers.CharField(help_text=DONE_BY_HELP)
    strategies = serializers.CharField(help_text="What is worth trying.")
    confidence = serializers.IntegerField(min_value=1, max_value=10, allow_null=True)
    review_on = serializers.DateField(allow_null=True, help_text="The day on which somebody looks at it again.")
    due_on = serializers.DateField(allow_null=True)
    hold_reason = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_assigned_to_name(self, action: Action) -> str:
        return action.assigned_to.user.name if action.assigned_to else ""

    def get_allowed_actions(self, action: Action) -> list[str]:
        mine = self.context["view"].by.acts_for(action.last_accountable_team_id)
        return allowed_actions(ACTION, action.status, {Side.GIVER}) if mine else []


class ActionFacts(Body):
    title = LineField(max_length=MAX_TITLE)
    detail = StrictCharField(required=False, allow_blank=True, max_length=MAX_DETAIL)
    accountable_team = IdField(required=False, help_text="One of the client's teams; without it, its usual team.")
    assigned_to = IdField(required=False, allow_null=True, help_text="A membership in that team.")
    done_by = LineField(required=False, allow_blank=True, max_length=60, help_text=DONE_BY_HELP)
    strategies = StrictCharField(required=False, allow_blank=True, max_length=MAX_STRATEGIES)
    confidence = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=10)
    review_on = DayField(required=False, allow_null=True, help_text="The day on which somebody looks at it again.")
    due_on = DayField(required=False, allow_null=True)


class NewAction(ActionFacts):
    resident = IdField()
    care_plan = IdField(required=False, allow_null=True)
    goal = IdField(required=False, allow_null=True)
    status = ChoiceField(
        [(name, ACTION[name].label) for name in BEGINNINGS], required=False, help_text="Without it, not_started."
    )


class ActionChange(ActionFacts):
    status = ChoiceField(
        ACTION.choices(), required=False, help_text="Moves the action, if `allowed_actions` leads there."
    )
    reason = LineField(required=False, max_length=MAX_REASON, help_text=REASON_HELP)


class Completed(Nothing):
    """How it ended, if there is more to say."""

    reason = LineField(required=False, max_length=MAX_REASON, help_text="What came of it.")


class ActionQuery(Query):
    resident = serializers.UUIDField(required=False)
    team = serializers.UUIDField(required=False, help_text="Accountable, or the last that was.")
    status = ChoiceField(ACTION.choices(), required=False)
