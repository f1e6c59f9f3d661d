"""What somebody had typed and did not choose, where two people had changed the same."""

from django.db import models
from django.db.models import Q

from careplans.models.actions import Action
from careplans.models.plans import Goal, PlanSection, WrittenQuerySet
from neighbourhoods.models import Membership, ResidentRecord


class SetAsideQuerySet(WrittenQuerySet["SetAside"]):
    pass


class SetAside(ResidentRecord):
    """One side of a clash, in words, as it was typed: kept beside the history of what stands. Only ever added."""

    section = models.ForeignKey(PlanSection, on_delete=models.PROTECT, null=True, related_name="set_aside")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, related_name="set_aside")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, related_name="set_aside")
    beside = models.PositiveIntegerField(help_text="The version that stood when it was not chosen.")
    fields = models.JSONField(help_text="What each field would have said, by its label.")
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(section__isnull=False, goal=None, action=None)
                | Q(section=None, goal__isnull=False, action=None)
                | Q(section=None, goal=None, action__isnull=False),
                name="set_aside_beside_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"set aside beside version {self.beside}"
