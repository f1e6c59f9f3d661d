"""Shapes of what was measured of a resident."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import ChoiceField, Shape, Stored
from careplans.measures import value_of
from neighbourhoods.definitions import BETTER
from neighbourhoods.models import Entry


class MeasuredValue(Shape):
    """One number, between the ends of its scale."""

    key = serializers.CharField()
    title = serializers.CharField()
    value = serializers.FloatField(allow_null=True)
    least = serializers.IntegerField()
    most = serializers.IntegerField(allow_null=True, help_text="Null of what is counted.")
    better = ChoiceField([(way, way) for way in BETTER], help_text="Which way is better; `fewer` is a count.")


class MeasureShape(Stored):
    """What was measured on one day. Of a tool that is defined nowhere here there is a `name` and a `score` alone."""

    resident = serializers.UUIDField(source="resident_id")
    kind = serializers.CharField()
    name = serializers.SerializerMethodField()
    score = serializers.SerializerMethodField(help_text="As it was written, of another tool; else empty.")
    values = serializers.SerializerMethodField()
    measured_on = serializers.DateField(source="event_on", allow_null=True)
    measured_by = serializers.SerializerMethodField()
    organisation = serializers.UUIDField(source="recorded_by_organisation_id", allow_null=True)

    def get_name(self, entry: Entry) -> str:
        return str(entry.data.get("name") or entry.definition.title)

    def get_score(self, entry: Entry) -> str:
        return "" if entry.definition.measures else str(entry.data.get("score", ""))

    @extend_schema_field(MeasuredValue(many=True))
    def get_values(self, entry: Entry) -> list[dict[str, Any]]:
        return [
            {
                "key": field.key,
                "title": field.label,
                "value": value_of(field, entry.data),
                "least": field.least,
                "most": None if field.better == "fewer" else field.most,
                "better": field.better,
            }
            for field in entry.definition.measures
        ]

    def get_measured_by(self, entry: Entry) -> str:
        return str(entry.data.get("professional") or entry.recorded_by_name)
