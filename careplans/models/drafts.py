"""What somebody has typed into the plan and not saved yet."""

from uuid import UUID

from django.db import models
from django.db.models import Q

from neighbourhoods.models import Membership, ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal


class DraftOf(models.TextChoices):
    """What a draft is of. `place` says which: the key of a section, an id, `new`, or `new-` and the id of the goal."""

    SECTION = "section", "Section"
    GOAL = "goal", "Goal"
    ACTION = "action", "Action"
    STAGE = "stage", "Step"
    OUTCOME = "outcome", "Outcome of a goal"
    REVIEW = "review", "Review"
    ADDITIONAL = "additional", "Additional plan"
    NEED = "need", "Need or strength"


NEW = "new"


def new_of(goal_id: UUID) -> str:
    """The place of something new that belongs to a goal."""
    return f"{NEW}-{goal_id}"


def is_new(place: str) -> bool:
    return place.startswith(NEW)


class PlanDraftQuerySet(VisibleQuerySet["PlanDraft"]):
    def seen(self, principal: Principal) -> Q:
        """Its author's alone, in the role in which they typed it."""
        return super().seen(principal) & Q(written_by_id=principal.membership_id)

    def live(self) -> "PlanDraftQuerySet":
        return self.filter(ended_at=None)


class PlanDraft(ResidentRecord):
    """One form of one person, as it was when they last typed. One row for each place, written again each time.

    Once it is saved or thrown away its words are gone; the row stays, and says from when to when somebody wrote there.
    """

    kind = models.CharField(max_length=10, choices=DraftOf)
    place = models.CharField(max_length=40)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    typed = models.JSONField(default=dict, help_text="The fields of the form by name, as they were typed.")
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_opening = models.UUIDField(null=True, help_text="The opening of the form that was saved or thrown away last.")

    objects = PlanDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ended_at=None) | Q(typed={}), name="an_ended_draft_has_no_words")
        ]
        indexes = [
            models.Index(fields=["resident", "kind", "place"], condition=Q(ended_at=None), name="live_drafts"),
            models.Index(fields=["written_by", "-updated_at"], condition=Q(ended_at=None), name="live_drafts_of_mine"),
        ]

    def __str__(self) -> str:
        return f"draft of {self.kind} {self.place}"
