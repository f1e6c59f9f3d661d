"""Two actions that are alike, and what was said of that."""

from django.db import models
from django.db.models import F, Q

from careplans.models.actions import Action
from careplans.models.plans import WRITTEN_BY_NAME, WrittenQuerySet
from neighbourhoods.models import Membership, ResidentRecord


class ActionPairQuerySet(WrittenQuerySet["ActionPair"]):
    def right(self) -> "ActionPairQuerySet":
        """Of which somebody has said that both are right, and both still are what they were then."""
        same = {f"{one}__{fact}": F(f"{one}_{fact}") for one in ("first", "second") for fact in ("title", "due_on")}
        return self.filter(said_at__isnull=False, **same)


class ActionPair(ResidentRecord):
    """Two actions that were seen to be alike (`careplans.doubles`): their teams are told once, when the row is made.

    Who answers for one of them may say that both are right. What each said then stands beside it: the moment one has
    another day or other words, it no longer holds.
    """

    first = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+", db_index=False)
    second = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="Why both are right.")
    first_title = models.CharField(max_length=300, blank=True)
    first_due_on = models.DateField(null=True, blank=True)
    second_title = models.CharField(max_length=300, blank=True)
    second_due_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=WRITTEN_BY_NAME)

    objects = ActionPairQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="one_pair_of_two_actions"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="a_pair_has_an_order"),
            models.CheckConstraint(
                condition=Q(said_at=None, reason="") | (Q(said_at__isnull=False) & ~Q(reason="")),
                name="both_are_right_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} beside {self.second_id}"
