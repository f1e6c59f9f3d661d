"""Shapes of needs and strengths."""

from rest_framework import serializers

from carecoord.api.shapes import Body, ChoiceField, LineField, Stored, StrictBooleanField
from carecoord.api.words import allowed_actions
from careplans.api.shapes import PLAN_SIDES, REASON_HELP
from careplans.models import Need
from careplans.services.needs import MAX_TITLE
from careplans.services.rules import MAX_REASON
from careplans.states import NEED


class NeedShape(Stored):
    """One need of the resident, or one strength. A goal may name the need that it is for."""

    care_plan = serializers.UUIDField(source="care_plan_id")
    resident = serializers.UUIDField(source="resident_id")
    kind = ChoiceField(Need.Kind.choices)
    title = serializers.CharField()
    in_own_words = serializers.BooleanField(help_text="Written as the resident said it.")
    status = ChoiceField(NEED.choices())
    status_reason = serializers.CharField()
    written_by = serializers.SerializerMethodField(help_text="The name of whoever wrote it as it stands.")
    allowed_actions = serializers.SerializerMethodField()

    def get_written_by(self, need: Need) -> str:
        return need.written_by.user.name if need.written_by else need.written_by_name

    def get_allowed_actions(self, need: Need) -> list[str]:
        return allowed_actions(NEED, need.status, PLAN_SIDES)


class NeedFacts(Body):
    title = LineField(max_length=MAX_TITLE, help_text="One thing, in words.")
    in_own_words = StrictBooleanField(required=False)


class NewNeed(NeedFacts):
    kind = ChoiceField(Need.Kind.choices)


class NeedChange(NeedFacts):
    status = ChoiceField(NEED.choices(), required=False, help_text="Where `allowed_actions` leads.")
    reason = LineField(required=False, max_length=MAX_REASON, help_text=REASON_HELP)
