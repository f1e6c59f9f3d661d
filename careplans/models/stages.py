"""What leads to a goal, and what came of it: its steps, and how it went each time that somebody asked."""

from django.db import models
from django.db.models import Q

from careplans.models.plans import WRITTEN_BY_NAME, Goal, WrittenQuerySet
from careplans.states import STAGE
from neighbourhoods.models import Membership, ResidentRecord


class StageGoalQuerySet(WrittenQuerySet["StageGoal"]):
    pass


class StageGoal(ResidentRecord):
    """One step towards a goal, with a state and a version of its own (domain.md 2.6, stage goal)."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="stages")
    title = models.CharField(max_length=500)
    outcome = models.CharField(max_length=500, blank=True, help_text="What came of it.")
    status = models.CharField(max_length=20, choices=STAGE.choices(), default="planned")
    status_reason = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    objects = StageGoalQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return self.title


class GoalOutcomeQuerySet(WrittenQuerySet["GoalOutcome"]):
    pass


class GoalOutcome(ResidentRecord):
    """How it went with a goal, on one day, against what was wanted. Only ever added; an error says so, once."""

    class Extent(models.TextChoices):
        REACHED = "reached", "Reached"
        CLOSER = "closer", "Closer"
        SAME = "same", "No change"
        FURTHER = "further", "Further away"

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="outcomes")
    extent = models.CharField(max_length=10, choices=Extent)
    words = models.CharField(max_length=1000, blank=True)
    reported_on = models.DateField()
    wanted = models.CharField(max_length=500, blank=True, help_text="What was wanted on that day.")
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, default="", db_default="", help_text=WRITTEN_BY_NAME)
    error_at = models.DateTimeField(null=True)
    error_reason = models.CharField(max_length=200, blank=True)

    objects = GoalOutcomeQuerySet.as_manager()

    class Meta:
        ordering = ["reported_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(error_at=None, error_reason="") | (Q(error_at__isnull=False) & ~Q(error_reason="")),
                name="an_outcome_in_error_says_why",
            )
        ]

    def __str__(self) -> str:
        return self.get_extent_display()
