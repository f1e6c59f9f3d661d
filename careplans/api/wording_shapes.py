"""Shapes of what was written before, and of what was typed and not chosen."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import Shape, Stored
from careplans.answers import title_of
from careplans.api.mistakes import mistake_actions
from careplans.api.shapes import SectionAnswer
from careplans.models import SectionVersion, SetAside


class SectionVersionShape(Stored):
    """One wording of a section as it was saved. Only ever added; that it was an error is written beside it, once."""

    section = serializers.UUIDField(source="section_id")
    resident = serializers.UUIDField(source="resident_id")
    key = serializers.CharField(source="section.key")
    number = serializers.IntegerField(min_value=1)
    title = serializers.SerializerMethodField(help_text="As it was called when it was written.")
    definition_version = serializers.IntegerField(help_text="As which version of its definition it was asked.")
    body = serializers.CharField()
    answers = serializers.SerializerMethodField(help_text="What was answered, as it was asked then.")
    in_own_words = serializers.BooleanField(help_text="Written as the resident said it.")
    written_by = serializers.SerializerMethodField()
    error_at = serializers.DateTimeField(allow_null=True)
    error_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_title(self, wording: SectionVersion) -> str:
        return title_of(wording.section.key, wording)

    @extend_schema_field(SectionAnswer(many=True))
    def get_answers(self, wording: SectionVersion) -> list[dict[str, Any]]:
        shown = ("key", "kind", "value")
        return [{"question": one["label"], **{name: one[name] for name in shown}} for one in wording.answers]

    def get_written_by(self, wording: SectionVersion) -> str:
        return wording.written_by.user.name if wording.written_by else wording.written_by_name

    def get_allowed_actions(self, wording: SectionVersion) -> list[str]:
        return mistake_actions(self, wording)


class SetAsideField(Shape):
    field = serializers.CharField(help_text="As it was called.")
    words = serializers.CharField()


class SetAsideShape(Stored):
    """What somebody typed and did not choose, where two people had changed the same. One of the five names what it
    stands beside."""

    resident = serializers.UUIDField(source="resident_id")
    section = serializers.UUIDField(source="section_id", allow_null=True)
    goal = serializers.UUIDField(source="goal_id", allow_null=True)
    action = serializers.UUIDField(source="action_id", allow_null=True)
    stage_goal = serializers.UUIDField(source="stage_id", allow_null=True)
    additional_plan = serializers.UUIDField(source="additional_id", allow_null=True)
    beside = serializers.IntegerField(min_value=0, help_text="The version that stood when it was not chosen.")
    fields_typed = serializers.SerializerMethodField()
    written_by = serializers.SerializerMethodField()

    @extend_schema_field(SetAsideField(many=True))
    def get_fields_typed(self, aside: SetAside) -> list[dict[str, str]]:
        return [{"field": label, "words": words} for label, words in aside.fields.items()]

    def get_written_by(self, aside: SetAside) -> str:
        return aside.written_by.user.name if aside.written_by else ""
