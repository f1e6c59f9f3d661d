"""What somebody had typed and did not choose, where two people had changed the same."""

from functools import reduce
from operator import or_
from typing import Final

from django.db import models
from django.db.models import Q

from careplans.models.actions import Action
from careplans.models.plans import AdditionalPlan, Goal, PlanSection, WrittenQuerySet
from careplans.models.stages import StageGoal
from neighbourhoods.models import Membership, ResidentRecord

BESIDE: Final = ("section", "goal", "action", "stage", "additional")


def _alone(one: str) -> Q:
    return Q(**{f"{name}__isnull": name != one for name in BESIDE})


class SetAsideQuerySet(WrittenQuerySet["SetAside"]):
    pass


class SetAside(ResidentRecord):
    """One side of a clash, in words, as it was typed: kept beside the history of what stands. Only ever added."""

    section = models.ForeignKey(PlanSection, on_delete=models.PROTECT, null=True, related_name="set_aside")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, related_name="set_aside")
    action = models.ForeignKey(Action, on_delete=models.PROTECT, null=True, related_name="set_aside")
    stage = models.ForeignKey(StageGoal, on_delete=models.PROTECT, null=True, related_name="set_aside")
    additional = models.ForeignKey(AdditionalPlan, on_delete=models.PROTECT, null=True, related_name="set_aside")
    beside = models.PositiveIntegerField(help_text="The version that stood when it was not chosen.")
    fields = models.JSONField(help_text="What each field would have said, by its label.")
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SetAsideQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=reduce(or_, (_alone(name) for name in BESIDE)),
                name="set_aside_beside_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"set aside beside version {self.beside}"
