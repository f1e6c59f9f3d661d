"""Reviews of a plan: what was said of each part of it, by whom, and what brings the next one forward."""

from django.db import models

from careplans.models.plans import WRITTEN_BY_NAME, CarePlan, WrittenQuerySet
from neighbourhoods.models import Membership, ResidentRecord


class PlanReviewQuerySet(WrittenQuerySet["PlanReview"]):
    pass


class PlanReview(ResidentRecord):
    """One review that was held. `answers` holds of each part its label, whether it is still right, and a note.

    Only ever added. What it set the next review to stands in the plan.
    """

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="reviews")
    held_on = models.DateField()
    took_part = models.CharField(max_length=500)
    answers = models.JSONField(default=dict)
    next_due_on = models.DateField()
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, default="", db_default="", help_text=WRITTEN_BY_NAME)

    objects = PlanReviewQuerySet.as_manager()

    class Meta:
        ordering = ["held_on", "id"]

    def __str__(self) -> str:
        return f"review of {self.care_plan_id}"
