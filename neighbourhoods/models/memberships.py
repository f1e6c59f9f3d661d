"""Who works where, as what, in which teams."""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from carecoord import clock
from carecoord.models import Record
from neighbourhoods.models.organisations import Organisation, Team


class Role(models.TextChoices):
    """What a person acts as. The spine job role codes are loadable data and come with the record's details."""

    NURSE = "nurse", "Community nurse"
    WARD_NURSE = "ward_nurse", "Ward nurse"
    GP = "gp", "GP"
    SOCIAL_WORKER = "social_worker", "Social worker"
    CARE_COORDINATOR = "care_coordinator", "Care coordinator"
    LINK_WORKER = "link_worker", "Link worker"
    CARE_HOME_MANAGER = "care_home_manager", "Care home manager"
    THERAPIST = "therapist", "Therapist"
    PHARMACIST = "pharmacist", "Pharmacist"
    SUPPORT_WORKER = "support_worker", "Support worker"
    VOLUNTEER = "volunteer", "Volunteer"
    TEAM_LEAD = "team_lead", "Team lead"
    SAFEGUARDING_LEAD = "safeguarding_lead", "Safeguarding lead"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    CALDICOTT_GUARDIAN = "caldicott_guardian", "Caldicott Guardian"
    ADMINISTRATOR = "administrator", "Administrator"


# Not clinical: they do not see clinical content such as allergies (IG-10).
NON_CLINICAL_ROLES = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.CALDICOTT_GUARDIAN, Role.VOLUNTEER})
# They come to people's homes, and may be shown the code of a key safe (`app.reveal_secret` says the same).
VISITING_ROLES = frozenset(
    {Role.NURSE, Role.GP, Role.SOCIAL_WORKER, Role.LINK_WORKER, Role.THERAPIST, Role.SUPPORT_WORKER}
)
# They look after what is known of people, and review who opened it.
PRIVACY_ROLES = frozenset({Role.PRIVACY_OFFICER, Role.CALDICOTT_GUARDIAN})


class ProfessionalBody(models.TextChoices):
    NMC = "nmc", "Nursing and Midwifery Council"
    GMC = "gmc", "General Medical Council"
    HCPC = "hcpc", "Health and Care Professions Council"
    SWE = "swe", "Social Work England"
    GPHC = "gphc", "General Pharmaceutical Council"
    OTHER = "other", "Another body"


class Induction(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETE = "complete", "Complete"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def open_now(self) -> Self:
        """As far as dates go: a closed account keeps its memberships, and they open nothing."""
        now = clock.now()
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), starts_at__lte=now)

    def live(self) -> Self:
        """Open now, of an active person and an organisation that takes part."""
        return self.open_now().filter(user__is_active=True, organisation__ended_at=None)

    def in_team(self, team_id: UUID) -> Self:
        return self.live().filter(team_links__team_id=team_id)

    def leading(self, team_id: UUID) -> Self:
        return self.live().filter(team_links__team_id=team_id, team_links__is_lead=True)


class Membership(Record):
    """A person acting for one organisation in one role. Acting as it gives all its teams."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role.choices)
    teams = models.ManyToManyField(Team, through="MembershipTeam", related_name="memberships")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    professional_body = models.CharField(
        max_length=10, choices=ProfessionalBody.choices, blank=True, default="", db_default=""
    )
    professional_number = models.CharField(max_length=20, blank=True, default="", db_default="")
    induction = models.CharField(
        max_length=20, choices=Induction.choices, default=Induction.NOT_STARTED, db_default=Induction.NOT_STARTED
    )
    trained_on = models.DateField(null=True, blank=True, help_text="The last training in information governance.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="membership_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(professional_body="", professional_number="")
                | (~Q(professional_body="") & ~Q(professional_number="")),
                name="a_professional_number_is_of_a_body",
                violation_error_message="Say the professional body and the number, or leave both empty.",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ends_at=None),
                name="one_open_membership_per_role",
                violation_error_message="This person already has this role there.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.organisation}"


class MembershipTeam(models.Model):
    """One team of a membership. A lead of the team is told when a clock runs out, and may move its work."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="team_links")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="member_links")
    is_lead = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "team"], name="one_link_per_team")]

    def __str__(self) -> str:
        return f"{self.membership_id} in {self.team_id}"
