"""What was offered, and what the resident chose of it."""

from django.db import models
from django.db.models import Q

from careplans.models.plans import CarePlan, Goal, WrittenQuerySet
from careplans.states import OPTION
from neighbourhoods.models import Membership, ResidentRecord


class OptionQuerySet(WrittenQuerySet["Option"]):
    pass


class Option(ResidentRecord):
    """One thing that was offered for a goal or a need, and whether it was chosen or declined, and why (domain.md 2.6).

    Its words never change: what was offered wrongly was an error, and something else is another option.
    """

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="options")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="options")
    need = models.CharField(max_length=200, blank=True, help_text="What it is for, where that is no goal.")
    title = models.CharField(max_length=500)
    status = models.CharField(max_length=20, choices=OPTION.choices(), default="offered")
    why = models.CharField(max_length=500, blank=True)
    said_by = models.CharField(max_length=150, blank=True, help_text="Who chose, where it was not the resident.")
    decided_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OptionQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(goal__isnull=False) | ~Q(need=""), name="an_option_is_for_something"),
            models.CheckConstraint(
                condition=~Q(status__in=("chosen", "declined")) | Q(decided_on__isnull=False),
                name="a_choice_has_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("declined", "entered_in_error")) | ~Q(why=""), name="declined_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.title
