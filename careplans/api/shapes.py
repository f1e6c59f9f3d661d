"""Shapes of plans, their sections, and goals."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from carecoord.api.shapes import (
    Body,
    ChoiceField,
    DayField,
    IdField,
    LineField,
    Query,
    Shape,
    Stored,
    StrictBooleanField,
    StrictCharField,
    StrictIntegerField,
)
from carecoord.api.words import allowed_actions
from carecoord.moves import Side
from careplans.answers import title_of
from careplans.groups import in_order
from careplans.headings import MAX_BODY, MAX_KEY, heading_of
from careplans.models import CarePlan, Goal, PlanSection
from careplans.services.goals import MAX_TITLE
from careplans.services.plans import MAX_FUNDING, missing_for_activation
from careplans.services.rules import MAX_REASON
from careplans.states import GOAL, PLAN
from careplans.triggers import TRIGGERS
from neighbourhoods.definitions import FieldKind

MAX_AGREED_WITH = 150
PLAN_SIDES = (Side.EITHER,)
REASON_HELP = "Why. Needed to pause it, or to end it undone."


class AboutMe(Shape):
    """What stands under each of the seven headings; empty where nothing has been written yet."""

    most_important = serializers.CharField()
    people = serializers.CharField()
    communication = serializers.CharField()
    wellness = serializers.CharField()
    do_and_dont = serializers.CharField()
    support = serializers.CharField()
    also_know = serializers.CharField()


ABOUT_ME = tuple(AboutMe().fields)


class CarePlanShape(Stored):
    """The one shared plan of a resident. Sections and goals have versions of their own, at their own addresses."""

    resident = serializers.UUIDField(source="resident_id")
    status = ChoiceField(PLAN.choices())
    about_me = serializers.SerializerMethodField()
    strengths = serializers.SerializerMethodField()
    needs = serializers.SerializerMethodField()
    sections = serializers.SerializerMethodField(
        help_text="Keys of the sections with something in them; each has an address of its own."
    )
    agreed_with_resident = serializers.BooleanField(allow_null=True)
    agreed_with = serializers.CharField()
    agreed_on = serializers.DateField(allow_null=True)
    review_due_on = serializers.DateField(allow_null=True)
    review_team = serializers.UUIDField(source="review_team_id", allow_null=True)
    reviewer = serializers.UUIDField(source="reviewer_id", allow_null=True, help_text="A membership of that team.")
    review_cause = serializers.CharField(
        help_text=f"What brought the review forward: {', '.join(TRIGGERS)}. Empty where somebody chose the day."
    )
    funding = serializers.CharField(help_text="Who pays for what is in the plan.")
    ended_at = serializers.DateTimeField(allow_null=True)
    ended_reason = serializers.CharField()
    missing = serializers.SerializerMethodField(help_text="What a draft still needs before it can be active.")
    allowed_actions = serializers.SerializerMethodField()

    def get_about_me(self, plan: CarePlan) -> AboutMe:
        words = _words(plan)
        return {key: words.get(key, "") for key in ABOUT_ME}  # type: ignore[return-value]

    def get_strengths(self, plan: CarePlan) -> str:
        return _words(plan).get("strengths", "")

    def get_needs(self, plan: CarePlan) -> str:
        return _words(plan).get("needs", "")

    def get_sections(self, plan: CarePlan) -> list[str]:
        return [heading.key for heading, _ in in_order(plan.sections.all())]

    def get_missing(self, plan: CarePlan) -> list[str]:
        return list(missing_for_activation(plan)) if plan.status == "draft" else []

    def get_allowed_actions(self, plan: CarePlan) -> list[str]:
        allowed = allowed_actions(PLAN, plan.status, PLAN_SIDES)
        return [verb for verb in allowed if verb != "activate" or not self.get_missing(plan)]


class SectionAnswer(Shape):
    key = serializers.CharField()
    question = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in FieldKind])
    value = serializers.JSONField(help_text="A text, a number, a day, yes or no, lines, or a code with its words.")


class FieldAsked(Shape):
    key = serializers.CharField()
    question = serializers.CharField()
    kind = serializers.ChoiceField([kind.value for kind in FieldKind])
    is_required = serializers.BooleanField()
    list = serializers.CharField(help_text="The list of codes of which one is answered.")


class SectionAsks(Shape):
    version = serializers.IntegerField()
    is_retired = serializers.BooleanField(help_text="It can be read, and is not written any more.")
    answers = FieldAsked(many=True)


class SectionShape(Stored):
    """One heading of a plan. At version 0 nobody has written anything yet."""

    version = serializers.IntegerField(min_value=0)
    care_plan = serializers.UUIDField(source="care_plan_id")
    resident = serializers.UUIDField(source="resident_id")
    key = serializers.CharField(max_length=MAX_KEY)
    title = serializers.SerializerMethodField(help_text="As it was called when it was written.")
    definition_version = serializers.IntegerField(help_text="As which version of its definition it was asked.")
    body = serializers.CharField()
    answers = serializers.SerializerMethodField(help_text="What was answered, as it was asked then.")
    asks = serializers.SerializerMethodField(help_text="What it asks now beside words, and as which version.")
    in_own_words = serializers.BooleanField(help_text="Written as the resident said it.")
    written_by = serializers.SerializerMethodField(help_text="The name of whoever wrote it as it stands.")

    def get_title(self, section: PlanSection) -> str:
        return title_of(section.key, section)

    @extend_schema_field(SectionAnswer(many=True))
    def get_answers(self, section: PlanSection) -> list[dict[str, Any]]:
        shown = ("key", "kind", "value")
        return [{"question": one["label"], **{name: one[name] for name in shown}} for one in section.answers]

    def get_asks(self, section: PlanSection) -> SectionAsks:
        heading = heading_of(section.key)
        asked = [
            {
                "key": field.key,
                "question": field.label,
                "kind": field.kind.value,
                "is_required": field.required,
                "list": field.list,
            }
            for field in heading.fields
        ]
        return {"version": heading.version, "is_retired": heading.retired, "answers": asked}  # type: ignore[return-value]

    def get_written_by(self, section: PlanSection) -> str:
        return section.written_by.user.name if section.written_by else section.written_by_name


class GoalShape(Stored):
    care_plan = serializers.UUIDField(source="care_plan_id")
    resident = serializers.UUIDField(source="resident_id")
    need = serializers.UUIDField(source="need_id", allow_null=True, help_text="The need that it is for.")
    title = serializers.CharField()
    wanted = serializers.CharField(help_text="How one will know that it is reached.")
    importance = serializers.IntegerField(min_value=1, max_value=10, allow_null=True)
    confidence = serializers.IntegerField(min_value=1, max_value=10, allow_null=True)
    status = ChoiceField(GOAL.choices())
    status_reason = serializers.CharField()
    allowed_actions = serializers.SerializerMethodField()

    def get_allowed_actions(self, goal: Goal) -> list[str]:
        return allowed_actions(GOAL, goal.status, PLAN_SIDES)


class AboutMeWords(Body):
    """The resident's seven headings; leave out what nobody has said."""

    most_important = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    people = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    communication = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    wellness = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    do_and_dont = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    support = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    also_know = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)


class PlanFacts(Body):
    agreed_with_resident = StrictBooleanField(
        required=False, allow_null=True, help_text="False: somebody else agreed it, named in `agreed_with`."
    )
    agreed_with = LineField(required=False, allow_blank=True, max_length=MAX_AGREED_WITH)
    agreed_on = DayField(required=False, allow_null=True, help_text="Without it, today.")
    review_due_on = DayField(required=False, allow_null=True)
    review_team = IdField(required=False, allow_null=True, help_text="Without it, the client's usual team.")
    reviewer = IdField(required=False, allow_null=True, help_text="A membership of that team.")
    funding = LineField(required=False, allow_blank=True, max_length=MAX_FUNDING)


class NewCarePlan(PlanFacts):
    resident = IdField()
    about_me = AboutMeWords(required=False)
    strengths = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    needs = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    in_own_words = StrictBooleanField(required=False, help_text="`about_me` is written as the resident said it.")


class CarePlanChange(PlanFacts):
    status = ChoiceField(PLAN.choices(), required=False, help_text="Moves the plan, if `allowed_actions` leads there.")
    reason = LineField(required=False, max_length=MAX_REASON, help_text=REASON_HELP)


class SectionChange(Body):
    body = StrictCharField(required=False, allow_blank=True, max_length=MAX_BODY)
    in_own_words = StrictBooleanField(required=False, help_text="Only under the headings of `about_me`.")
    answers = serializers.DictField(required=False, help_text="By the keys of `asks`; a code by its code alone.")
    definition_version = StrictIntegerField(
        required=False, min_value=1, help_text="The version of `asks` that was answered; another one is refused."
    )


class GoalFacts(Body):
    title = LineField(max_length=MAX_TITLE, help_text="What the resident wants, in their own words.")
    wanted = StrictCharField(
        required=False, allow_blank=True, max_length=MAX_TITLE, help_text="How one will know that it is reached."
    )
    importance = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=10)
    confidence = StrictIntegerField(required=False, allow_null=True, min_value=1, max_value=10)
    need = IdField(required=False, allow_null=True, help_text="A need of the plan that holds now.")


class NewGoal(GoalFacts):
    status = ChoiceField(
        [(name, GOAL[name].label) for name in ("proposed", "planned", "accepted", "active")],
        required=False,
        help_text="Without it, proposed.",
    )


class GoalChange(GoalFacts):
    status = ChoiceField(GOAL.choices(), required=False, help_text="Moves the goal, if `allowed_actions` leads there.")
    reason = LineField(required=False, max_length=MAX_REASON, help_text=REASON_HELP)


class CarePlanQuery(Query):
    resident = serializers.UUIDField(required=False)


def _words(plan: CarePlan) -> Mapping[str, str]:
    return {section.key: section.body for section in plan.sections.all()}
