"""What somebody said was wrong with a handover, as it happened or long afterwards (domain.md 3.4, rule 6)."""

from typing import Any

from django.db import models
from django.db.models import Q

from carecoord.models import Record
from neighbourhoods.models import Membership, VisibleQuerySet
from neighbourhoods.principal import Principal
from referrals.models.handovers import Handover
from referrals.models.sides import PARTNER


class HandoverPartQuerySet(VisibleQuerySet[Any]):
    """Whoever reads the handover reads its parts; the policies say the same."""

    def seen(self, principal: Principal) -> Q:
        return Q(handover__in=Handover.objects.visible_to(principal))


class HandoverConcern(Record):
    """One thing said, at `created_at`. Nobody changes it: who has more to say adds another."""

    class Kind(models.TextChoices):
        LATE = "late", "It was late"
        POOR = "poor", "It was not good enough"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="concerns")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    is_incident = models.BooleanField(default=False, help_text="To be looked into as an incident.")
    why = models.TextField()
    said_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    said_by_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)

    objects = HandoverPartQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.kind}, of {self.handover_id}"
