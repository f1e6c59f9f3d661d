"""A message exists because a row committed with the change says so."""

from django.db import models

from carecoord import clock
from carecoord.ids import new_id


class OutboxMessage(models.Model):
    """`payload` holds ids only. `failed_at` is set when it was tried as often as it may be: people see that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.CharField(max_length=60)
    about_type = models.CharField(max_length=40)
    about_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(delivered_at=None, failed_at=None),
                name="outbox_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.about_id}"
