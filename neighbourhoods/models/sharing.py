"""What a resident does not want to be shared, and what was decided about it (IG-16)."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.states import SHARING

MAX_WORDS, MAX_ADVISER = 2000, 200
IN_FORCE = ("upheld", "partly")


class SharingQuerySet(VisibleQuerySet["SharingDecision"]):
    def seen(self, principal: Principal) -> Q:
        """Those of residents one sees; and the team that decides, which sees no resident."""
        return super().seen(principal) | Q(decider_team_id__in=principal.team_ids)

    def in_force_for(self, principal: Principal) -> Self:
        """Decisions that keep something from this organisation."""
        mine = Q(organisation=None) | Q(organisation_id=principal.organisation_id)
        return self.filter(mine, status__in=IN_FORCE)


class SharingDecision(ResidentRecord):
    """An objection and its decision, in one row. In force, entries of `section` (empty: every one) are read by nobody
    of `organisation` (empty: every one) but by the organisation that wrote them. `person_name` is for who decides."""

    section = models.CharField(max_length=40, blank=True, default="")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    words = models.TextField()
    person_name = models.CharField(max_length=210)
    asked_at = models.DateTimeField()
    asked_by_name = models.CharField(max_length=310)
    asked_by_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    decider_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    status = models.CharField(max_length=20, choices=SHARING.choices(), default="asked")
    advised_by = models.CharField(max_length=MAX_ADVISER, blank=True, default="")
    reason = models.TextField(blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=310, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SharingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["asked", "withdrawn"])
                | (~Q(reason="") & ~Q(advised_by="") & Q(decided_at__isnull=False)),
                name="a_decision_on_sharing_says_why",
            )
        ]
        indexes = [models.Index(fields=["resident"], condition=Q(status__in=IN_FORCE), name="sharing_in_force")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What people call it where nobody may be named (IG-06)."""
        return f"OB-{self.id.int % 1_000_000:06d}"


def withheld(principal: Principal) -> Q:
    """Of entries: a decision in force keeps them from this organisation. `app.withheld` says the same."""
    said = SharingDecision.objects.in_force_for(principal).filter(resident=OuterRef("resident"))
    said = said.filter(Q(section="") | Q(section=OuterRef("section")))
    return Q(Exists(said)) & ~Q(recorded_by_organisation_id=principal.organisation_id)
