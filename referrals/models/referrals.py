"""A request that another service takes on assessment or support."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from carecoord.ids import new_id
from carecoord.moves import Side
from neighbourhoods.models import Membership, ResidentRecord, Service, Team, VisibleQuerySet
from neighbourhoods.principal import Principal
from referrals.models.sides import PARTNER, TwoSided, TwoSidedQuerySet
from referrals.states import REFERRAL


class Urgency(models.TextChoices):
    ROUTINE = "routine", "Routine"
    SOON = "soon", "Soon"
    URGENT = "urgent", "Urgent"
    TWO_HOUR = "two_hour", "Two-hour"


class ReferralQuerySet(TwoSidedQuerySet["Referral"]):
    pass


class Referral(TwoSided):
    """The states are `referrals.states`. `journey_id` is made by the first sender, copied to every onward one."""

    reference = models.CharField(max_length=12)
    journey_id = models.UUIDField(default=new_id)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="referrals")
    status = models.CharField(max_length=20, choices=REFERRAL.choices(), default="draft")
    urgency = models.CharField(max_length=10, choices=Urgency.choices, default=Urgency.ROUTINE)
    urgency_reason = models.CharField(max_length=300, blank=True)
    reason = models.TextField(blank=True)
    risks = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    no_known_risks = models.BooleanField(default=False)
    persons_choice = models.TextField(blank=True, help_text="What the resident chose and why.")
    told_resident = models.CharField(max_length=200, blank=True, help_text="What the resident was told.")
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)
    assigned_to = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assigned_to_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)
    sent_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    respond_by = models.DateTimeField(null=True, blank=True)
    start_by = models.DateTimeField(null=True, blank=True)
    complete_by = models.DateTimeField(null=True, blank=True)
    status_reason_code = models.CharField(max_length=40, blank=True)
    status_reason = models.TextField(blank=True)
    hold_until = models.DateField(null=True, blank=True)
    suggestion = models.TextField(blank=True, help_text="What a team that declines suggests instead.")
    outcome = models.TextField(blank=True)
    outcome_acknowledged_at = models.DateTimeField(null=True, blank=True)
    card = models.JSONField(default=dict, help_text="What the receiver is shown before accepting, as it was when sent.")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(Upper("reference"), name="one_referral_per_reference"),
            models.CheckConstraint(
                condition=Q(
                    accountable_team__isnull=False,
                    status__in=sorted(REFERRAL.open_states()),
                    outcome_acknowledged_at=None,
                )
                | (Q(accountable_team=None) & ~Q(status__in=sorted(REFERRAL.open_states())))
                | Q(accountable_team=None, status="completed", outcome_acknowledged_at__isnull=False),
                name="open_referral_has_a_team",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["completed"]) | ~Q(outcome=""),
                name="completed_referral_has_an_outcome",
                violation_error_message="Say what came of it.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(urgency__in=["routine", "soon"]) | ~Q(urgency_reason=""),
                name="urgent_referral_says_why",
                violation_error_message="Say why this is urgent.",
            ),
        ]
        indexes = [
            models.Index(fields=["from_team", "id"], name="referral_list_of_sender"),
            models.Index(fields=["to_team", "id"], name="referral_list_of_receiver"),
            models.Index(fields=["status", "id"], name="referral_list_by_status"),
            models.Index(
                fields=["to_team", "respond_by", "id"],
                condition=Q(accountable_team__isnull=False),
                name="referral_inbox",
            ),
            # Counts and pages of an inbox with thousands are read from the index alone.
            models.Index(
                fields=["to_team", "status", "respond_by"],
                include=["id", "created_at", "from_team", "resident"],
                condition=Q(accountable_team__isnull=False),
                name="referral_to_answer",
            ),
            models.Index(
                fields=["to_team", "start_by"],
                condition=Q(accountable_team__isnull=False, status="accepted"),
                name="referral_to_start",
            ),
            models.Index(
                fields=["from_team", "status", "id"],
                condition=Q(accountable_team__isnull=False),
                name="referral_sent_by",
            ),
            # Who is on the other side, from one team to the next.
            models.Index(
                fields=["to_team", "from_team"],
                condition=Q(accountable_team__isnull=False) & ~Q(status="draft"),
                name="referral_senders",
            ),
            models.Index(
                fields=["from_team", "to_team"],
                condition=Q(accountable_team__isnull=False),
                name="referral_receivers",
            ),
            models.Index(fields=["resident", "-created_at"], name="referral_of_resident"),
            # Always empty, as the constraint keeps it: see careplans.models.actions.
            models.Index(
                fields=["id"],
                condition=Q(accountable_team=None, status__in=sorted(REFERRAL.open_states() - {"completed"})),
                name="referral_without_team",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def sides_of(self, principal: Principal) -> frozenset[Side]:
        """A service without a team here answers through its sender, who writes down what it says (domain.md 3.1)."""
        sides = super().sides_of(principal)
        return sides | {Side.RECEIVER} if sides and self.to_team_id is None else sides

    def is_taken_back_from(self, principal: Principal) -> bool:
        """Entered in error: whom it was about is no longer the receiver's to read."""
        return self.status == "entered_in_error" and not principal.acts_for(self.from_team_id)

    def team_on(self, side: Side) -> Team | None:
        stands_in = side is Side.RECEIVER and self.to_team_id is None
        return self.from_team if stands_in else super().team_on(side)


class ReferralEventQuerySet(VisibleQuerySet["ReferralEvent"]):
    def seen(self, principal: Principal) -> Q:
        return Q(referral__in=Referral.objects.visible_to(principal))


class ReferralEvent(ResidentRecord):
    """One move of a referral, with the words that went with it: question, reply, reason, outcome. Only ever added.

    Clocks are a pure function of these rows (`referrals.clocks`).
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="events")
    verb = models.CharField(max_length=30)
    from_status = models.CharField(max_length=20, blank=True)
    to_status = models.CharField(max_length=20)
    words = models.TextField(blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)
    by_team_id = models.UUIDField(null=True)

    objects = ReferralEventQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["referral", "created_at"], name="event_of_referral")]

    def __str__(self) -> str:
        return f"{self.verb} {self.referral_id}"
