"""A message exists because a row committed with the change says so."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from carecoord import clock
from carecoord.ids import new_id


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> Self:
        return self.filter(delivered_at=None, failed_at=None)

    def deliverable(self) -> Self:
        """Due now, and the oldest that waits about its item: changes of one item keep their order."""
        earlier = OutboxMessage.objects.waiting().filter(about_id=OuterRef("about_id"), id__lt=OuterRef("id"))
        return self.waiting().filter(~Exists(earlier), next_attempt_at__lte=clock.now())


class OutboxMessage(models.Model):
    """`payload` holds ids only. `failed_at` is set when it was tried as often as it may be: people see that."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.CharField(max_length=60)
    is_urgent = models.BooleanField(default=False, db_default=False, help_text="Handed over before what is not.")
    about_type = models.CharField(max_length=40)
    about_id = models.UUIDField()
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)
    next_attempt_at = models.DateTimeField(default=clock.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    delivered_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(delivered_at=None, failed_at=None),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(delivered_at=None, failed_at=None, is_urgent=True),
                name="outbox_urgent",
            ),
            models.Index(
                fields=["about_id", "id"],
                condition=models.Q(delivered_at=None, failed_at=None),
                name="outbox_of_item",
            ),
            models.Index(
                fields=["failed_at"],
                condition=models.Q(delivered_at=None, failed_at__isnull=False),
                name="outbox_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.about_id}"


class Heartbeat(models.Model):
    """When a worker last did what beat had asked for: both live."""

    name = models.CharField(primary_key=True, max_length=20)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%H:%M:%S}"
