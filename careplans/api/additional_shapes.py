"""Shapes of additional support plans."""

from rest_framework import serializers

from carecoord.api.shapes import Body, DayField, LineField, Stored, StrictCharField
from careplans.api.mistakes import mistake_actions
from careplans.models import AdditionalPlan
from careplans.services.additional import MAX_CONTENT, MAX_NAME, MAX_REVIEWED_BY


class AdditionalPlanShape(Stored):
    """A plan of its own for one thing, such as a wound, inside the one shared plan."""

    care_plan = serializers.UUIDField(source="care_plan_id")
    resident = serializers.UUIDField(source="resident_id")
    name = serializers.CharField()
    content = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True, help_text="The last day on which it is followed.")
    review_due_on = serializers.DateField(allow_null=True)
    reviewed_by = serializers.CharField(help_text="Who looks at it again: name and role, or the team.")
    from_system = serializers.CharField(source="source", help_text="The system it came from, where that was another.")
    status_there = serializers.CharField(source="source_status", help_text="Its state in that system.")
    written_by = serializers.SerializerMethodField()
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_allowed_actions(self, plan: AdditionalPlan) -> list[str]:
        return mistake_actions(self, plan)

    def get_written_by(self, plan: AdditionalPlan) -> str:
        return plan.written_by.user.name if plan.written_by else plan.written_by_name


class AdditionalFacts(Body):
    name = LineField(max_length=MAX_NAME, help_text="For example, wound plan.")
    content = StrictCharField(max_length=MAX_CONTENT)
    starts_on = DayField(required=False, allow_null=True)
    ends_on = DayField(required=False, allow_null=True, help_text="The last day on which it is followed.")
    review_due_on = DayField(required=False, allow_null=True)
    reviewed_by = LineField(required=False, allow_blank=True, max_length=MAX_REVIEWED_BY)


class NewAdditionalPlan(AdditionalFacts):
    pass


class AdditionalPlanChange(AdditionalFacts):
    pass
