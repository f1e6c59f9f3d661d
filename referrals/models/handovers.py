"""Transfer of responsibility and accountability for one resident, from one team to another."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from carecoord.models import Record
from neighbourhoods.models import Membership, Team, VisibleQuerySet
from neighbourhoods.principal import Principal
from referrals.models.sides import PARTNER, TwoSided, TwoSidedQuerySet, shared
from referrals.states import HANDOVER


class HandoverKind(models.TextChoices):
    SHIFT = "shift", "Change of shift"
    TEAM = "team", "From team to team"
    ORGANISATION = "organisation", "To another organisation"
    DISCHARGE = "discharge", "Going home from hospital"
    OUT_OF_HOURS = "out_of_hours", "Out of hours"
    LEAVE_COVER = "leave_cover", "Cover for leave"
    NEIGHBOURHOOD_MOVE = "neighbourhood_move", "Moved to another neighbourhood"


class Priority(models.IntegerChoices):
    """How soon whoever takes over a list looks at somebody of it (rule 9)."""

    FIRST = 1, "See first"
    SOON = 2, "See soon"
    STABLE = 3, "Stable"


TEMPORARY_KINDS = frozenset({HandoverKind.OUT_OF_HOURS, HandoverKind.LEAVE_COVER})
URGENT_KINDS = frozenset({HandoverKind.SHIFT, HandoverKind.DISCHARGE, HandoverKind.OUT_OF_HOURS})
URGENT_NEWS = frozenset({"handover.incident", "handover.needs_missing"})
# These move the lead only where the whole care moves (architecture.md, invariants).
KEEPS_LEAD = TEMPORARY_KINDS | {HandoverKind.SHIFT}


class HandoverQuerySet(TwoSidedQuerySet["Handover"]):
    def seen(self, principal: Principal) -> Q:
        """What was never offered is its giver's only; the policy of the table says the same."""
        given = Q(from_team_id__in=principal.team_ids)
        received = Q(to_team_id__in=principal.team_ids)
        around = VisibleQuerySet.seen(self, principal) & shared(principal)
        return given | (Q(offered_at__isnull=False) & (received | around))


class Handover(TwoSided):
    """SBAR, the items that go and stay, and a snapshot of what the receiver was shown (domain.md 3.4)."""

    kind = models.CharField(max_length=20, choices=HandoverKind.choices)
    status = models.CharField(max_length=20, choices=HANDOVER.choices(), default="draft")
    situation = models.TextField(blank=True)
    background = models.TextField(blank=True)
    assessment = models.TextField(blank=True)
    recommendation = models.TextField(blank=True)
    read_back_items = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    read_back = ArrayField(models.BooleanField(), default=list, blank=True, help_text="Which of them were read back.")
    read_back_note = models.TextField(blank=True)
    pathway = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Discharge to assess, 0 to 3.")
    needs = ArrayField(
        models.CharField(max_length=200),
        default=list,
        db_default=[],
        blank=True,
        help_text="Of a discharge: what must be in place before they arrive.",
    )
    needs_told_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was looked at whether they are in place."
    )
    takes_place_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=150, blank=True)
    others_present = models.CharField(max_length=300, blank=True)
    named = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Who of the receiving team is told first.",
    )
    giver_stays_involved = models.BooleanField(default=False)
    ends_at = models.DateTimeField(null=True, blank=True)
    return_to_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    batch_id = models.UUIDField(null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, null=True, blank=True)
    snapshot = models.JSONField(default=dict)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    written_by_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)
    answered_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    answered_by_name = models.CharField(max_length=300, blank=True, help_text=PARTNER)
    offered_at = models.DateTimeField(null=True, blank=True)
    accept_by = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reason = models.TextField(blank=True)
    is_satisfactory = models.BooleanField(null=True)
    unsatisfactory_why = models.TextField(blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    ended_early_why = models.TextField(
        blank=True, default="", db_default="", help_text="Why cover ended before its end."
    )
    return_read_back_at = models.DateTimeField(null=True, blank=True)
    return_read_back_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accountable_team__isnull=False, status__in=sorted(HANDOVER.open_states()))
                | (Q(accountable_team=None) & ~Q(status__in=sorted(HANDOVER.open_states()))),
                name="open_handover_has_a_team",
            ),
            models.CheckConstraint(
                condition=~Q(from_team=F("to_team")) | Q(kind="shift"),
                name="handover_is_to_another_team",
                violation_error_message="Choose another team than your own.",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn", "entered_in_error"])
                | Q(to_team__isnull=False, offered_at__isnull=False, accept_by__isnull=False),
                name="offered_handover_names_its_receiver",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer_reason=""), name="declined_handover_says_why"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn", "entered_in_error"])
                | ~Q(kind__in=sorted(TEMPORARY_KINDS))
                | Q(ends_at__isnull=False, return_to_team__isnull=False),
                name="temporary_handover_names_its_end",
            ),
            models.UniqueConstraint(
                fields=["resident", "from_team", "to_team"],
                condition=Q(status="offered"),
                name="one_open_offer_between_two_teams",
                violation_error_message="There is an open offer to this team already: open it.",
            ),
        ]
        indexes = [
            models.Index(fields=["from_team", "id"], name="handover_list_of_giver"),
            models.Index(fields=["to_team", "id"], name="handover_list_of_receiver"),
            models.Index(fields=["to_team", "accept_by", "id"], condition=Q(status="offered"), name="handover_offers"),
            models.Index(fields=["from_team", "-created_at"], name="handover_given"),
            models.Index(fields=["resident", "-created_at"], name="handover_of_resident"),
            models.Index(
                fields=["batch_id", "priority", "id"],
                condition=Q(batch_id__isnull=False),
                name="handover_of_batch",
            ),
            # Always empty, as the constraint keeps it: see careplans.models.actions.
            models.Index(
                fields=["id"],
                condition=Q(accountable_team=None, status__in=sorted(HANDOVER.open_states())),
                name="handover_without_team",
            ),
            models.Index(
                fields=["ends_at"], condition=Q(status="accepted", ends_at__isnull=False), name="handover_returning"
            ),
            models.Index(
                fields=["takes_place_at"],
                condition=Q(kind="discharge", needs_told_at=None, takes_place_at__isnull=False),
                name="handover_needs_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.id}"

    @property
    def is_cover_now(self) -> bool:
        """Handed over for a time, which lasts still."""
        return self.kind in TEMPORARY_KINDS and self.status == "accepted"


class HandoverItemQuerySet(VisibleQuerySet["HandoverItem"]):
    def seen(self, principal: Principal) -> Q:
        return Q(handover__in=Handover.objects.visible_to(principal))


class HandoverItem(Record):
    """One open item of the giving team, ticked to go or to stay. Its words, team and clock are as they were offered."""

    class Kind(models.TextChoices):
        ACTION = "action", "Action"
        REFERRAL = "referral", "Referral"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    item_id = models.UUIDField()
    goes = models.BooleanField(default=True)
    title = models.CharField(max_length=300)
    team_name = models.CharField(max_length=100)
    due_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)

    objects = HandoverItemQuerySet.as_manager()

    class Meta:
        ordering = ["-goes", "due_at", "due_on", "id"]
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "item_id"], name="item_once_in_a_handover")]

    def __str__(self) -> str:
        return self.title
