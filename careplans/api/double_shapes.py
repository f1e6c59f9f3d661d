"""Shapes of actions that are alike."""

from rest_framework import serializers

from carecoord.api.shapes import Body, IdField, Shape, StrictBooleanField, StrictCharField
from careplans.services.doubles import MAX_REASON


class BothRightShape(Shape):
    """That both are right. Withdrawn by itself once one of them has another day or other words."""

    reason = serializers.CharField()
    said_at = serializers.DateTimeField()
    said_by = serializers.CharField()


class DoubleShape(Shape):
    """An action of another organisation that looks much like this one."""

    beside = serializers.UUIDField(help_text="That action.")
    accountable_team = serializers.UUIDField()
    title = serializers.CharField()
    due_on = serializers.DateField()
    because = serializers.CharField(help_text="What both have in common, in words.")
    both_right = BothRightShape(allow_null=True, help_text="Null: it is pointed out to both, and counted.")


class DoublesShape(Shape):
    action = serializers.UUIDField()
    doubles = DoubleShape(many=True)


class BothRightSaid(Body):
    beside = IdField(help_text="An action of another organisation that looks much like this one.")
    both_right = StrictBooleanField(help_text="False: one of the two is enough after all.")
    reason = StrictCharField(
        required=False, allow_blank=True, max_length=MAX_REASON, help_text="Needed where both are right."
    )
