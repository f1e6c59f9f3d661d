"""Which of our rows came from which resource of which other system."""

from django.db import models

from carecoord import clock
from carecoord.ids import new_id

LONGEST_SOURCE = 200
LONGEST_DISPLAY = 200


class ImportedResource(models.Model):
    """Identity is (source, type, id). `fingerprint` is the hash of the resource as it was last read.

    Rows without a fingerprint are further names: a business identifier, or a part that travels inside another resource.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.CharField(max_length=LONGEST_SOURCE)
    resource_type = models.CharField(max_length=40)
    resource_id = models.CharField(max_length=200)
    object_type = models.CharField(max_length=40)
    object_id = models.UUIDField()
    display = models.CharField(
        max_length=LONGEST_DISPLAY, blank=True, help_text="Its name, where it is only a name to us."
    )
    fingerprint = models.CharField(max_length=64)
    said = models.JSONField(
        default=dict, blank=True, help_text="States and marks of texts as the source last gave them."
    )
    imported_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "resource_type", "resource_id"], name="one_row_per_resource")
        ]
        indexes = [models.Index(fields=["object_id"], name="resource_of_object")]

    def __str__(self) -> str:
        return f"{self.resource_type}/{self.resource_id} of {self.source}"


class AnsweredMessage(models.Model):
    """A message that was taken, and what was answered: sent again, it has no second effect and gets the same answer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.UUIDField()
    message_id = models.CharField(max_length=64, help_text="MessageHeader.id.")
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True, help_text="Without a word about anybody.")
    answered_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id", "message_id"], name="one_answer_per_message")]

    def __str__(self) -> str:
        return f"{self.message_id} of {self.client_id}"
