"""What was answered to a request with an Idempotency-Key."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from carecoord import clock
from carecoord.ids import new_id


class AnsweredRequest(models.Model):
    """Written in the transaction of the request's effect: there is one without the other never. Kept for 24 hours."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client_id = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField()
    headers = ArrayField(ArrayField(models.TextField(), size=2), default=list)
    body = models.BinaryField()
    answered_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client_id", "key"], name="one_answer_per_key")]
        indexes = [models.Index(fields=["answered_at"], name="answers_by_age")]

    def __str__(self) -> str:
        return f"{self.key} answered {self.status}"
