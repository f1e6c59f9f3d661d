"""Organisations of every kind, their teams, and the services people can be referred to."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from carecoord.clock import WorkingCalendar
from carecoord.models import Record
from neighbourhoods.models.places import Neighbourhood, Place


class OrganisationKind(models.TextChoices):
    PARTNERSHIP = "partnership", "Partnership"
    HOSPITAL = "hospital", "Hospital"
    GP_PRACTICE = "gp_practice", "GP practice"
    COMMUNITY_HEALTH = "community_health", "Community health"
    MENTAL_HEALTH = "mental_health", "Mental health"
    COUNCIL = "council", "Council"
    CARE_HOME = "care_home", "Care home"
    HOME_CARE = "home_care", "Home care"
    PHARMACY = "pharmacy", "Pharmacy"
    VCSE = "vcse", "Voluntary, community or social enterprise"
    HOUSING = "housing", "Housing"
    OTHER = "other", "Other"


class ToolkitStatus(models.TextChoices):
    """What an organisation has published of itself in the Data Security and Protection Toolkit (domain.md 2.4)."""

    EXCEEDED = "exceeded", "Standards exceeded"
    MET = "met", "Standards met"
    APPROACHING = "approaching", "Approaching standards"
    NOT_MET = "not_met", "Standards not met"


NO_SITES = models.Value([], ArrayField(models.CharField(max_length=9)))


class Organisation(Record):
    """An employer or group that takes part. The ODS code is optional: many charities and councils have none."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="organisations")
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    ods_code = models.CharField(max_length=9, blank=True)
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    phone = models.CharField(max_length=30, blank=True)
    address = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True, default="", db_default="")
    site_codes = ArrayField(
        models.CharField(max_length=9),
        default=list,
        db_default=NO_SITES,
        blank=True,
        help_text="ODS codes of its sites.",
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    toolkit_status = models.CharField(
        max_length=20,
        choices=ToolkitStatus.choices,
        blank=True,
        default="",
        db_default="",
        help_text="Data Security and Protection Toolkit.",
    )
    toolkit_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="The year in which it was said.")
    agreement_starts_on = models.DateField(null=True, blank=True)
    agreement_ends_on = models.DateField(null=True, blank=True, help_text="The last day of its data sharing agreement.")
    privacy_contact = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="Whom other organisations ask about privacy: name, phone, email.",
    )
    cqc_id = models.CharField(max_length=20, blank=True, default="", db_default="", help_text="Of a care home.")
    round_weekday = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Of the weekly round of a care home; 0 is Monday."
    )
    clinical_lead = models.CharField(
        max_length=150, blank=True, default="", db_default="", help_text="Who leads the weekly round: name and role."
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Upper("ods_code"),
                condition=~Q(ods_code=""),
                name="one_organisation_per_ods_code",
                violation_error_message="Another organisation has this ODS code.",
            ),
            models.CheckConstraint(
                condition=Q(ods_code="") | Q(ods_code__regex=r"^[A-Z0-9]{1,9}$"),
                name="ods_code_shape",
                violation_error_message="An ODS code is 1 to 9 capital letters and digits.",
            ),
            models.UniqueConstraint(fields=["place", "name"], name="one_organisation_per_name"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="an_organisation_is_no_part_of_itself",
                violation_error_message="An organisation is no part of itself.",
            ),
            models.CheckConstraint(
                condition=Q(toolkit_status="", toolkit_year=None)
                | (~Q(toolkit_status="") & Q(toolkit_year__isnull=False)),
                name="toolkit_status_has_its_year",
                violation_error_message="Say the year of the toolkit's status, or leave both empty.",
            ),
            models.CheckConstraint(
                condition=Q(agreement_starts_on=None)
                | Q(agreement_ends_on=None)
                | Q(agreement_ends_on__gte=F("agreement_starts_on")),
                name="an_agreement_ends_after_it_begins",
                violation_error_message="The last day of the agreement is before its first day.",
            ),
            models.CheckConstraint(
                condition=Q(round_weekday=None) | Q(round_weekday__lte=6), name="a_round_is_on_a_weekday"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TeamKind(models.TextChoices):
    CARE = "care", "Care team"
    WARD = "ward", "Ward"
    FRONT_DOOR = "front_door", "Front door"
    VOLUNTEERS = "volunteers", "Volunteers"
    PRIVACY = "privacy", "Privacy officers"
    ADMINISTRATION = "administration", "Administrators"


class Team(Record):
    """People who share residents. Teams of kind `privacy` and `administration` never have any; volunteers help some."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    neighbourhood = models.ForeignKey(
        Neighbourhood, on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=TeamKind.choices, default=TeamKind.CARE)
    phone = models.CharField(max_length=30, blank=True)
    out_of_hours = models.CharField(max_length=150, blank=True, help_text="Who to ring when the team is closed.")
    working_days = ArrayField(
        models.PositiveSmallIntegerField(),
        default=list,
        blank=True,
        help_text="0 is Monday; empty means Monday to Friday.",
    )
    opens_at = models.TimeField(default=time(8))
    closes_at = models.TimeField(default=time(18))
    overdue_told_on = models.DateField(
        null=True,
        blank=True,
        editable=False,
        help_text="The last day of what was overdue when the team was told of it.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="one_team_per_name"),
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="team_opens_before_it_closes"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def holds_residents(self) -> bool:
        """Opens records. Volunteers do not: of whom they help they are shown what they need (IG-11)."""
        return self.kind not in {TeamKind.PRIVACY, TeamKind.ADMINISTRATION, TeamKind.VOLUNTEERS}

    @property
    def takes_tasks(self) -> bool:
        """Can be made responsible for something that is to be done for a resident."""
        return self.holds_residents or self.is_of_volunteers

    @property
    def is_of_volunteers(self) -> bool:
        return self.kind == TeamKind.VOLUNTEERS

    @property
    def calendar(self) -> WorkingCalendar:
        """When the team works: its clocks for anything not urgent run on this."""
        days = frozenset(self.working_days) or frozenset(range(5))
        return WorkingCalendar(weekdays=days, opens_at=self.opens_at, closes_at=self.closes_at)


class Service(Record):
    """What people can be referred or signposted to, as the directory shows it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        INACTIVE = "inactive", "Inactive"
        DEFUNCT = "defunct", "Defunct"
        TEMPORARILY_CLOSED = "temporarily_closed", "Temporarily closed"

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="services",
        help_text="Who receives referrals. Without one, the sender stays responsible to the end.",
    )
    name = models.CharField(max_length=150)
    description = models.TextField(blank=True)
    needs = ArrayField(models.CharField(max_length=60), default=list, blank=True, help_text="What it helps with.")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.ACTIVE)
    accepts_referrals = models.BooleanField(default=True, help_text="Otherwise it is a signpost.")
    eligibility = models.CharField(max_length=200, blank=True)
    minimum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(null=True, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)
    url = models.URLField(blank=True)
    opening = models.CharField(max_length=150, blank=True)
    how_to_refer = models.CharField(max_length=200, blank=True)
    assured_on = models.DateField(null=True, blank=True)
    search_words = models.TextField(editable=False, default="")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_service_per_name")]
        indexes = [GinIndex(OpClass(F("search_words"), name="gin_trgm_ops"), name="service_search")]

    def __str__(self) -> str:
        return self.name
