"""Care that is arranged at somebody's home, by the week (domain.md 2.8)."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.stays import MAX_NAME, MAX_REASON, Stay
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.states import PACKAGE


class PackageQuerySet(VisibleQuerySet["CarePackage"]):
    def current(self) -> Self:
        return self.exclude(status="ended")


class CarePackage(ResidentRecord):
    """What is arranged, by whom, how much of it, and whether it runs (`states.PACKAGE`).

    `team` arranges it, and is told when it stands still for too long. `suspended_by` is the stay that suspended it.
    """

    class Kind(models.TextChoices):
        HOME_CARE = "home_care", "Home care"
        REABLEMENT = "reablement", "Reablement"
        LIVE_IN = "live_in", "Live-in care"
        DAY_CARE = "day_care", "Day care"
        RESPITE = "respite", "Respite"
        SUPPORTED_LIVING = "supported_living", "Supported living"
        OTHER = "other", "Something else"

    class Funding(models.TextChoices):
        COUNCIL = "council", "The council"
        DIRECT_PAYMENT = "direct_payment", "A direct payment"
        CONTINUING_HEALTHCARE = "chc", "NHS continuing healthcare"
        JOINT = "joint", "Council and NHS together"
        SELF = "self", "They pay themselves"

    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=PACKAGE.choices())
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="care_packages"
    )
    provider_name = models.CharField(max_length=150, blank=True, help_text="Who it is, if it takes no part here.")
    minutes_per_week = models.PositiveIntegerField(null=True, blank=True)
    visits_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    is_double_handed = models.BooleanField(default=False)
    local_authority = models.CharField(max_length=150, blank=True)
    funding = models.CharField(max_length=20, choices=Funding.choices, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        Stay, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    suspend_reason = models.CharField(max_length=MAX_REASON, blank=True)
    restart_contact = models.CharField(max_length=200, blank=True, help_text="Whom to ring to start it again.")
    restart_asked_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=MAX_REASON, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="care_packages", db_index=False)
    due_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by_name = models.CharField(max_length=MAX_NAME, blank=True)
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PackageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="suspended", suspended_at__isnull=False)
                | (~Q(status="suspended") & Q(suspended_at=None, suspended_by=None, restart_asked_at=None)),
                name="a_suspended_package_says_since_when",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="a_package_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(status="active") | Q(provider__isnull=False) | ~Q(provider_name=""),
                name="somebody_provides_what_runs",
            ),
        ]
        indexes = [
            models.Index(fields=["resident"], condition=~Q(status="ended"), name="package_of_resident_now"),
            models.Index(fields=["team", "status", "due_at"], condition=~Q(status="ended"), name="package_of_team"),
            models.Index(fields=["due_at"], condition=Q(told_at=None) & ~Q(status="ended"), name="package_not_told"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_run(self) -> bool:
        """It runs, or is suspended: the day on which it began is a fact, no longer a plan."""
        return self.status in ("active", "suspended")

    @property
    def provided_by(self) -> str:
        """The joined `provider` is read; empty while nobody is found."""
        return self.provider.name if self.provider else self.provider_name
