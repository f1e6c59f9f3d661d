"""Which of our rows came from which resource of which other system."""

from django.db import models

from carecoord import clock
from carecoord.ids import new_id


class ImportedResource(models.Model):
    """Identity is (source, type, id). `fingerprint` is the hash of the resource as it was last read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=200)
    resource_type = models.CharField(max_length=40)
    resource_id = models.CharField(max_length=200)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    display = models.CharField(max_length=200, blank=True, help_text="Its name, where it is only a name to us.")
    fingerprint = models.CharField(max_length=64)
    imported_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "resource_type", "resource_id"], name="one_row_per_resource")
        ]
        indexes = [models.Index(fields=["object_id"], name="resource_of_object")]

    def __str__(self) -> str:
        return f"{self.resource_type}/{self.resource_id} of {self.source}"
