"""One plan per resident: its sections in the resident's words, its goals, and the additional support plans."""

from typing import TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from carecoord import clock
from careplans.headings import MAX_KEY, MAX_TITLE
from careplans.states import GOAL, PLAN, PLAN_ENDED
from careplans.triggers import CHOICES as TRIGGERED
from neighbourhoods.models import Membership, ResidentRecord, Team, VisibleQuerySet
from neighbourhoods.models.sharing import PLAN as OF_THE_PLAN
from neighbourhoods.models.sharing import Shared
from neighbourhoods.principal import Principal

M = TypeVar("M", bound=models.Model, covariant=True)
NOTHING_SHARED = models.Value([], ArrayField(models.CharField(max_length=60)))
NO_ANSWERS = models.Value([], models.JSONField())
WRITTEN_BY_NAME = "Who wrote it, where that was no member: a partner's system and its organisation."


class WrittenQuerySet(VisibleQuerySet[M]):
    """Parts of the plan: nothing that is withheld from the organisation, but what it wrote itself (IG-16)."""

    def seen(self, principal: Principal) -> Q:
        return super().seen(principal) & Q(Shared(principal, OF_THE_PLAN, members=["written_by_id"]))


class CarePlanQuerySet(VisibleQuerySet["CarePlan"]):
    def seen(self, principal: Principal) -> Q:
        return super().seen(principal) & Q(Shared(principal, OF_THE_PLAN, teams=["review_team_id"]))

    def current(self) -> "CarePlanQuerySet":
        return self.exclude(status__in=PLAN_ENDED)


class CarePlan(ResidentRecord):
    """The one shared plan of a resident (domain.md 2.6). Draft until its gate is met (3.3)."""

    status = models.CharField(max_length=20, choices=PLAN.choices(), default="draft")
    agreed_with_resident = models.BooleanField(null=True)
    agreed_with = models.CharField(max_length=150, blank=True, help_text="Who, if not the resident, and in what role.")
    agreed_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    review_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewer = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Who in that team."
    )
    review_cause = models.CharField(
        max_length=20,
        choices=TRIGGERED,
        blank=True,
        default="",
        db_default="",
        help_text="What brought it forward; empty where somebody chose the day.",
    )
    funding = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="Who pays for what is in the plan."
    )
    shared_with_carers = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        db_default=NOTHING_SHARED,
        help_text="What the resident lets a carer's copy have (careplans.services.sharing).",
    )
    review_told_at = models.DateTimeField(null=True, help_text="When its team was told that the review is overdue.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = CarePlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"],
                condition=~Q(status__in=sorted(PLAN_ENDED)),
                name="one_current_plan_per_resident",
                violation_error_message="There is a plan already: open it.",
            ),
            models.CheckConstraint(
                condition=~Q(status="active")
                | Q(agreed_with_resident__isnull=False, review_due_on__isnull=False, review_team__isnull=False),
                name="active_plan_is_agreed_and_reviewed",
            ),
        ]
        indexes = [
            models.Index(fields=["review_team", "review_due_on"], name="plan_by_review"),
            models.Index(
                fields=["review_due_on", "id"],
                condition=Q(review_told_at=None, review_due_on__isnull=False, status__in=("active", "on_hold")),
                name="plan_review_to_tell",
            ),
        ]

    def __str__(self) -> str:
        return f"plan of {self.resident_id}"


class PlanSectionQuerySet(WrittenQuerySet["PlanSection"]):
    pass


class Worded(ResidentRecord):
    """Abstract: what one section says, and as what it was asked. `answers` stand in order, each with the label and
    the kind of its field (`careplans.answers`), so that they are read as they were written whatever is asked later."""

    title = models.CharField(max_length=MAX_TITLE, blank=True, default="", db_default="")
    definition_version = models.PositiveSmallIntegerField(default=1, db_default=1)
    body = models.TextField(blank=True)
    answers = models.JSONField(default=list, blank=True, db_default=NO_ANSWERS)
    in_own_words = models.BooleanField(default=False, help_text="Written as the resident said it.")
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=WRITTEN_BY_NAME)

    class Meta:
        abstract = True

    @property
    def is_empty(self) -> bool:
        return not (self.body or self.answers)


# What a wording is, without the moment: what a section takes over from it, and it from a section.
WORDING = ("title", "definition_version", "body", "answers", "in_own_words", "written_by_id", "written_by_name")


class PlanSection(Worded):
    """What stands under one heading now. Every earlier wording is kept as a SectionVersion."""

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField(max_length=MAX_KEY)
    looked_at = models.DateTimeField(
        default=clock.now, db_default=Now(), help_text="When it was written, or last found still right in a review."
    )
    told_at = models.DateTimeField(null=True, help_text="When its clock had run out since, and its team was told.")

    objects = PlanSectionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["care_plan", "key"], name="one_section_per_heading")]
        indexes = [
            models.Index(fields=["key", "looked_at"], condition=Q(told_at=None), name="section_to_look_at_again")
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.care_plan_id}"


class SectionVersionQuerySet(WrittenQuerySet["SectionVersion"]):
    pass


class SectionVersion(Worded):
    """One wording of a section as it was saved. Only ever added; that it was an error is written beside it, once."""

    section = models.ForeignKey(PlanSection, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    error_at = models.DateTimeField(null=True)
    error_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    error_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SectionVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "number"], name="one_row_per_section_version"),
            models.CheckConstraint(
                condition=Q(error_at=None, error_reason="") | (Q(error_at__isnull=False) & ~Q(error_reason="")),
                name="a_wording_in_error_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.section_id}"


class GoalQuerySet(WrittenQuerySet["Goal"]):
    pass


class Goal(ResidentRecord):
    """What the resident wants, in their words, with how much it matters and how sure they are (both 1 to 10)."""

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="goals")
    need = models.ForeignKey("careplans.Need", on_delete=models.PROTECT, null=True, blank=True, related_name="goals")
    title = models.CharField(max_length=500)
    wanted = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="How one will know that it is reached."
    )
    importance = models.PositiveSmallIntegerField(null=True, blank=True)
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    status = models.CharField(max_length=20, choices=GOAL.choices(), default="proposed")
    status_reason = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GoalQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(importance=None) | Q(importance__range=(1, 10)), name="importance_is_one_to_ten"
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__range=(1, 10)), name="confidence_is_one_to_ten"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AdditionalPlanQuerySet(WrittenQuerySet["AdditionalPlan"]):
    pass


class AdditionalPlan(ResidentRecord):
    """A wound plan, a discharge plan, or a plan that came from another system (domain.md 2.6)."""

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="additional_plans")
    name = models.CharField(max_length=200)
    content = models.TextField(blank=True)
    categories = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    source_status = models.CharField(max_length=20, blank=True, help_text="As the other system has it.")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, default="", db_default="", help_text=WRITTEN_BY_NAME)
    reviewed_by = models.CharField(
        max_length=150, blank=True, default="", db_default="", help_text="Who looks at it again: name and role."
    )
    error_at = models.DateTimeField(null=True)
    error_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    objects = AdditionalPlanQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(error_at=None, error_reason="") | (Q(error_at__isnull=False) & ~Q(error_reason="")),
                name="an_additional_plan_in_error_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.name
