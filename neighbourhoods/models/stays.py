"""Where somebody stays when it is not their own home: a care home, a hospital, a hospice, rehabilitation."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal

MAX_REASON, MAX_NAME = 200, 310


class StayQuerySet(VisibleQuerySet["Stay"]):
    def seen(self, principal: Principal) -> Q:
        """Where somebody stays leads to them: of somebody restricted it is shown to nobody (IG-20)."""
        return super().seen(principal) & Q(resident__is_restricted=False)

    def current(self) -> Self:
        """Still there, as far as anybody has said."""
        return self.filter(discharged_at=None, error_at=None)


class Stay(ResidentRecord):
    """One stay, from coming to leaving (domain.md 4).

    In a care home a clock runs: within seven working days of coming, or of coming back, there is an assessment and a
    plan. `plan_from` is the moment from which it runs; `plan_due_at` follows from it (`cohorts.clocks`). A bed that is
    kept while somebody is in hospital is a stay that goes on: two of different kinds may be open at once.
    """

    class Kind(models.TextChoices):
        CARE_HOME = "care_home", "Care home"
        HOSPITAL = "hospital", "Hospital"
        HOSPICE = "hospice", "Hospice"
        REHABILITATION = "rehab", "Rehabilitation"

    class Destination(models.TextChoices):
        HOME = "home", "Their own home"
        FAMILY = "family", "Family or friends"
        CARE_HOME = "care_home", "A care home"
        HOSPITAL = "hospital", "A hospital"
        HOSPICE = "hospice", "A hospice"
        REHABILITATION = "rehab", "Rehabilitation"
        ELSEWHERE = "elsewhere", "Somewhere else"
        DIED = "died", "They died there"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="stays", db_index=False
    )
    organisation_name = models.CharField(max_length=150, blank=True, help_text="Where it is, if it takes no part here.")
    room = models.CharField(max_length=60, blank=True, help_text="Room, or ward and bed.")
    is_readmission = models.BooleanField(default=False)
    admitted_at = models.DateTimeField()
    expected_discharge_on = models.DateField(null=True, blank=True)
    discharged_at = models.DateTimeField(null=True, blank=True)
    destination = models.CharField(max_length=20, choices=Destination.choices, blank=True)
    plan_from = models.DateTimeField(null=True, blank=True)
    plan_due_at = models.DateTimeField(null=True, blank=True)
    assessment_met_at = models.DateTimeField(null=True, blank=True)
    plan_met_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When it was told that the plan is overdue.")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by_name = models.CharField(max_length=MAX_NAME, blank=True)
    recorded_by_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    error_at = models.DateTimeField(null=True, blank=True)
    error_reason = models.CharField(max_length=MAX_REASON, blank=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        ordering = ["-admitted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"],
                condition=Q(discharged_at=None, error_at=None),
                name="one_open_stay_of_a_kind",
                violation_error_message="They are staying somewhere like this already: end that stay first.",
            ),
            models.CheckConstraint(
                condition=Q(discharged_at=None, destination="")
                | (Q(discharged_at__gte=F("admitted_at")) & ~Q(destination="")),
                name="a_stay_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(organisation_name=""), name="a_stay_is_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(kind="care_home", plan_due_at__isnull=False, plan_from__isnull=False)
                | (~Q(kind="care_home") & Q(plan_due_at=None, plan_from=None)),
                name="a_care_home_has_a_plan_clock",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "admitted_at"],
                condition=Q(discharged_at=None, error_at=None),
                name="stay_of_home_now",
            ),
            models.Index(
                fields=["plan_due_at"],
                condition=Q(discharged_at=None, error_at=None, told_at=None, plan_due_at__isnull=False),
                name="stay_plan_not_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.where}"

    @property
    def where(self) -> str:
        """The joined `organisation` is read."""
        return self.organisation.name if self.organisation else self.organisation_name

    @property
    def is_open(self) -> bool:
        return self.discharged_at is None and self.error_at is None

    @property
    def plan_waits_until(self) -> datetime | None:
        """None where no clock runs: of another kind, left, or assessed and planned already."""
        is_met = self.plan_met_at and self.assessment_met_at
        return None if is_met or not self.is_open else self.plan_due_at
