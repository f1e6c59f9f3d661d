"""Needs and strengths, an entry each."""

from django.db import models
from django.db.models import Q

from careplans.models.plans import WRITTEN_BY_NAME, CarePlan, WrittenQuerySet
from careplans.states import NEED
from neighbourhoods.models import Membership, ResidentRecord


class NeedQuerySet(WrittenQuerySet["Need"]):
    pass


class Need(ResidentRecord):
    """One need of the resident, or one strength (domain.md 2.6). A goal may say which need it is for.

    What plans said of both as one text stays beside them, as the sections `needs` and `strengths`.
    """

    class Kind(models.TextChoices):
        NEED = "need", "A need"
        STRENGTH = "strength", "A strength"

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, related_name="needs")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=500)
    in_own_words = models.BooleanField(default=False, help_text="Written as the resident said it.")
    status = models.CharField(max_length=20, choices=NEED.choices(), default="current")
    status_reason = models.CharField(max_length=200, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=WRITTEN_BY_NAME)

    objects = NeedQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="a_need_says_something"),
            models.CheckConstraint(
                condition=~Q(status="entered_in_error") | ~Q(status_reason=""), name="a_need_in_error_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.title
