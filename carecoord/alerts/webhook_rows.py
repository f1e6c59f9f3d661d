"""Where an organisation's own system is told of its alerts. Models of `carecoord/alerts`."""

from django.db import models
from django.db.models import Q

from carecoord import clock
from carecoord.ids import new_id
from neighbourhoods.models import Membership, Organisation


class Webhook(models.Model):
    """The address of one organisation's system, one at a time; earlier ones stay, ended.

    The signing secret stands nowhere: it follows from this row (`carecoord/alerts/webhooks.py`). `failing_since` is
    the first failure after the last message that was taken.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="webhooks")
    url = models.CharField(max_length=500)
    secret_number = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False)
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When it last took a message.")
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="Since then.")
    failure = models.CharField(max_length=200, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(ended_at=None), name="one_webhook_per_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"webhook of {self.organisation_id}"

    @property
    def is_on(self) -> bool:
        return self.disabled_at is None and self.ended_at is None
