"""Shapes of what was offered, and of what was chosen."""

from rest_framework import serializers

from carecoord.api.shapes import Body, ChoiceField, DayField, IdField, LineField, Stored, StrictCharField
from carecoord.api.words import allowed_actions
from careplans.api.shapes import PLAN_SIDES
from careplans.models import Option
from careplans.services.options import MAX_NEED, MAX_SAID_BY, MAX_TITLE, MAX_WHY
from careplans.states import OPTION


class OptionShape(Stored):
    """What was offered for a goal or a need, and whether it was chosen, and why."""

    care_plan = serializers.UUIDField(source="care_plan_id")
    goal = serializers.UUIDField(source="goal_id", allow_null=True)
    need = serializers.CharField()
    resident = serializers.UUIDField(source="resident_id")
    title = serializers.CharField()
    status = ChoiceField(OPTION.choices())
    why = serializers.CharField()
    said_by = serializers.CharField(help_text="Who chose; empty where it was the resident.")
    decided_on = serializers.DateField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    def get_allowed_actions(self, option: Option) -> list[str]:
        return allowed_actions(OPTION, option.status, PLAN_SIDES)


class NewOption(Body):
    title = LineField(max_length=MAX_TITLE)
    goal = IdField(required=False, allow_null=True)
    need = LineField(required=False, allow_blank=True, max_length=MAX_NEED, help_text="What it is for, without a goal.")


class OptionChange(Body):
    status = ChoiceField(OPTION.choices(), help_text="Where `allowed_actions` leads.")
    why = StrictCharField(
        required=False, allow_blank=True, max_length=MAX_WHY, help_text="Needed where it was declined, or was an error."
    )
    said_by = LineField(required=False, allow_blank=True, max_length=MAX_SAID_BY)
    decided_on = DayField(required=False, help_text="Without it, today.")
