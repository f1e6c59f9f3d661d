"""What every stored fact of ours has: a name of its own, when it was written, and a version."""

from django.db import models

from carecoord import clock
from carecoord.ids import new_id
from carecoord.prepared import change


class Record(models.Model):
    """Abstract base: UUID version 7, moments of writing, and a version that grows with every change."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True

    def save_changes(self, *fields: str) -> None:
        """Write these fields as the next version. The row must be locked by the caller."""
        self.version += 1
        self.updated_at = clock.now()
        change(self, *fields, "version", "updated_at")
