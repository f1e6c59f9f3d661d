"""Shapes of alerts."""

from typing import Any

from rest_framework import serializers

from carecoord.alerts.kinds import title_of
from carecoord.alerts.models import Alert
from carecoord.api.shapes import ChoiceField, Query, Shape, Stored


class AboutShape(Shape):
    """What an alert is about: open it at the address of its kind."""

    type = serializers.CharField(source="about_type")
    id = serializers.UUIDField(source="about_id")


class AlertShape(Stored):
    """Something that a team has to know or to answer. It names nobody."""

    kind = serializers.CharField(help_text="For programs, for example `handover.offered`.")
    title = serializers.SerializerMethodField(help_text="For people.")
    reference = serializers.CharField()
    about = AboutShape(source="*")
    team = serializers.UUIDField(source="team_id")
    sending_team = serializers.UUIDField(source="sending_team_id", allow_null=True)
    is_urgent = serializers.BooleanField()
    state = ChoiceField(Alert.State.choices)
    started_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    escalation_level = serializers.IntegerField(min_value=0)
    next_rung_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    acknowledged_by = serializers.SerializerMethodField(help_text="Their name; null while nobody has.")
    resolved_at = serializers.DateTimeField(allow_null=True)
    allowed_actions = serializers.SerializerMethodField()

    def get_title(self, alert: Any) -> str:
        return title_of(alert.kind)

    def get_acknowledged_by(self, alert: Any) -> str | None:
        if alert.acknowledged_at is None:
            return None
        return alert.acknowledged_by.user.name if alert.acknowledged_by else str(alert.acknowledged_by_name)

    def get_allowed_actions(self, alert: Any) -> list[str]:
        return ["acknowledge"] if alert.state == Alert.State.WAITING and not alert.is_own_access else []


class AlertQuery(Query):
    state = ChoiceField(Alert.State.choices, required=False)
