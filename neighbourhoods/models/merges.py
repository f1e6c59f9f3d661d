"""Two records that were found to be one person's, and what was changed to make them one."""

from django.db import models
from django.db.models import F, Q

from carecoord.ids import new_id
from neighbourhoods.models.entries import MAX_NAME, MAX_REASON
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet


class MergeQuerySet(VisibleQuerySet["Merge"]):
    pass


class Merge(ResidentRecord):
    """One record was merged into another, until it is undone. Written by `app.merge` and `app.unmerge` alone.

    `resident` is in whose record it is now: the survivor, or whoever that was merged into since. `is_restricted`: how
    to reach the survivor was restricted when the two became one.
    """

    survivor_id = models.UUIDField()
    merged_id = models.UUIDField()
    merged_name = models.CharField(max_length=MAX_NAME, help_text="As lists show it: family name first.")
    reason = models.CharField(max_length=MAX_REASON)
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    by_name = models.CharField(max_length=MAX_NAME)
    by_organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_restricted = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=MAX_NAME, blank=True)
    undone_reason = models.CharField(max_length=MAX_REASON, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged_id"], condition=Q(undone_at=None), name="merged_into_one_record_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(survivor_id=F("merged_id")), name="nobody_is_merged_into_themselves"),
        ]
        indexes = [models.Index(fields=["survivor_id"], name="merge_of_survivor")]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"


class MergeChange(models.Model):
    """One row that a merge changed, with what it said before and after: by this it is undone. The owner alone reads it.

    `moved`: it names the survivor now. `hung`: it hangs from another row. `changed`: something else of it, such as its
    end. `made`: the merge wrote it. `snapshot`: one of the two residents as they stood, whole.
    """

    class Kind(models.TextChoices):
        MOVED = "moved", "Moved"
        HUNG = "hung", "Hung from another"
        CHANGED = "changed", "Changed"
        MADE = "made", "Made"
        SNAPSHOT = "snapshot", "As it stood"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merge = models.ForeignKey(Merge, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    def __str__(self) -> str:
        return f"{self.kind}: {self.table_name}"
