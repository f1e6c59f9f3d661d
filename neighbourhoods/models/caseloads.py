"""Whose list a resident is on."""

from django.db import models
from django.db.models import Q

from carecoord import clock
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Team
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet


class CaseloadQuerySet(VisibleQuerySet["CaseloadEntry"]):
    pass


class CaseloadEntry(ResidentRecord):
    """A resident on a team's caseload. A resident with anything open has exactly one open entry with `is_lead`."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="caseload")
    key_worker = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="key_worker_of"
    )
    is_lead = models.BooleanField(default=False)
    reason = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    sort_name = models.CharField(
        max_length=210,
        default="",
        editable=False,
        help_text="The resident's; the database keeps it, so that lists follow an index.",
    )

    objects = CaseloadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "team"], condition=Q(ended_at=None), name="once_on_a_caseload"),
            models.UniqueConstraint(
                fields=["resident"], condition=Q(ended_at=None, is_lead=True), name="one_lead_team_per_resident"
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "resident"],
                include=["key_worker"],
                condition=Q(ended_at=None),
                name="caseload_of_team",
            ),
            models.Index(fields=["team", "sort_name", "id"], condition=Q(ended_at=None), name="caseload_by_name"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} with {self.team_id}"
