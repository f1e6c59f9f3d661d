"""What somebody has promised to do for a resident. An action needs no plan."""

from typing import Final
from uuid import UUID

from django.db import models
from django.db.models import Q

from careplans.models.plans import CarePlan, Goal
from careplans.states import ACTION
from neighbourhoods.models import Contact, Membership, ResidentRecord, Service, Team, VisibleQuerySet, Visits
from neighbourhoods.models.sharing import PLAN as OF_THE_PLAN
from neighbourhoods.models.sharing import Shared
from neighbourhoods.principal import Principal

# Whoever does it, where that is nobody of the team: by what `done_by` calls them, and the column that names them.
DOERS: Final = {
    "contact": "done_by_contact_id",
    "volunteer": "done_by_volunteer_id",
    "service": "done_by_service_id",
}
RESIDENT: Final = "resident"
DONE_BY: Final = ("done_by_resident", "done_by_contact", "done_by_volunteer", "done_by_service")


class ActionQuerySet(VisibleQuerySet["Action"]):
    def seen(self, principal: Principal) -> Q:
        """Also by the team of volunteers that answers for it, while it helps the resident (IG-11)."""
        ours = Q(last_accountable_team_id__in=principal.team_ids) & Q(Visits(principal, self.resident_field))
        own = Shared(principal, OF_THE_PLAN, teams=["last_accountable_team_id"], members=["written_by_id"])
        return (super().seen(principal) | ours) & Q(own)

    def open(self) -> "ActionQuerySet":
        return self.filter(accountable_team__isnull=False)


class Action(ResidentRecord):
    """Open if and only if a team is accountable for it; the database refuses anything else."""

    care_plan = models.ForeignKey(CarePlan, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    title = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=ACTION.choices(), default="not_started")
    accountable_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="open_actions",
        db_index=False,  # the index below has it, and in the order in which things are due
    )
    last_accountable_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # likewise, in the order of the team's whole list
    )
    assigned_to = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="assigned_actions"
    )
    done_by_resident = models.BooleanField(default=False, db_default=False)
    done_by_contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_by_volunteer = models.ForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    done_by_service = models.ForeignKey(
        Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    strategies = models.TextField(blank=True, default="", db_default="", help_text="What is worth trying.")
    confidence = models.PositiveSmallIntegerField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    hold_reason = models.CharField(max_length=200, blank=True, help_text="Why it is on hold, and until when.")
    needs_sorting = models.BooleanField(default=False, help_text="Came by import: its team is to be decided.")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accountable_team__isnull=False, status__in=sorted(ACTION.open_states()))
                | (Q(accountable_team=None) & ~Q(status__in=sorted(ACTION.open_states()))),
                name="open_action_has_a_team",
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__range=(1, 10)),
                name="confidence_in_an_action_is_one_to_ten",
            ),
            models.CheckConstraint(
                condition=Q(done_by_resident=False, done_by_contact=None, done_by_volunteer=None)
                | Q(done_by_resident=False, done_by_contact=None, done_by_service=None)
                | Q(done_by_resident=False, done_by_volunteer=None, done_by_service=None)
                | Q(done_by_contact=None, done_by_volunteer=None, done_by_service=None),
                name="an_action_is_done_by_one",
            ),
        ]
        indexes = [
            models.Index(
                fields=["accountable_team", "due_on", "id"],
                condition=Q(accountable_team__isnull=False),
                name="action_of_team",
            ),
            models.Index(fields=["last_accountable_team", "id"], name="action_list_of_team"),
            models.Index(fields=["status", "id"], name="action_list_by_status"),
            models.Index(fields=["resident", "due_on"], name="action_of_resident"),
            # Always empty, as the constraint keeps it: that is how cheaply every page can say "0 unowned".
            models.Index(
                fields=["id"],
                condition=Q(accountable_team=None, status__in=sorted(ACTION.open_states())),
                name="action_without_team",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def done_by(self) -> str:
        """Who does it, where that is nobody of the team: `resident`, `contact:<id>`, or as DOERS has it; else empty."""
        if self.done_by_resident:
            return RESIDENT
        named = ((kind, getattr(self, column)) for kind, column in DOERS.items())
        return next((f"{kind}:{found}" for kind, found in named if found), "")

    @done_by.setter
    def done_by(self, said: str) -> None:
        kind, _, found = said.partition(":")
        self.done_by_resident = kind == RESIDENT
        for name, column in DOERS.items():
            setattr(self, column, UUID(found) if name == kind else None)
