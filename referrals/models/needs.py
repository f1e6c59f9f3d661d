"""What must be in place before somebody comes home from hospital, and who has said that it is."""

from django.db import models

from carecoord.models import Record
from neighbourhoods.models import Membership
from referrals.models.concerns import HandoverPartQuerySet
from referrals.models.handovers import Handover
from referrals.models.sides import PARTNER


class HandoverNeedMark(Record):
    """Somebody said at `created_at` that one of `Handover.needs` is in place, or is not after all; the last one holds.

    `number` is its place among the needs, from 1.
    """

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="need_marks")
    number = models.PositiveSmallIntegerField()
    is_in_place = models.BooleanField()
    said_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    said_by_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)

    objects = HandoverPartQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.number} of {self.handover_id}"
