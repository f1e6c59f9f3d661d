"""Visits, calls and notes. Outside they are called contacts; inside, a `Contact` is somebody to ring."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from neighbourhoods.marks import MAX_MARK, NOT_ASKED, SHOWN
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Team
from neighbourhoods.models.sharing import VISITS, Shared
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.states import ENCOUNTER

MAX_PURPOSE, MAX_NOTE, MAX_OUTCOME, MAX_REASON = 200, 10_000, 300, 200
# Seconds: written down later than this after it took place, it is a late entry.
LATE_AFTER = 3600


class EncounterQuerySet(VisibleQuerySet["Encounter"]):
    def seen(self, principal: Principal) -> Q:
        return super().seen(principal) & Q(Shared(principal, VISITS, teams=["team_id"]))

    def planned(self) -> Self:
        return self.filter(status="planned")

    def planned_between(self, start: datetime, end: datetime) -> Self:
        """From `start` up to, not including, `end`."""
        return self.planned().filter(at__gte=start, at__lt=end)

    def where_seen(self) -> Self:
        """Done with the resident there: what somebody only wrote down is none of these. The latest first."""
        seen = self.filter(status="done", kind__in=(Encounter.Kind.VISIT, Encounter.Kind.CALL))
        return seen.order_by("-at", "-id")


class Encounter(ResidentRecord):
    """What one team did, or plans to do, with a resident, and what came of it (domain.md 2.9, contact note).

    `at` is when it takes place; `planned_for` stays what had been planned. `earlier` keeps every wording that was
    corrected, with who wrote it and why it was changed. It gives nobody a reason to see the resident.
    """

    class Kind(models.TextChoices):
        VISIT = "visit", "Visit"
        CALL = "call", "Call"
        NOTE = "note", "Note"

    class Method(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        TELEPHONE = "telephone", "By telephone"
        VIDEO = "video", "By video"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=20, choices=ENCOUNTER.choices())
    at = models.DateTimeField()
    planned_for = models.DateTimeField(null=True, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="encounters")
    seen_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_by_name = models.CharField(
        max_length=150, blank=True, help_text="Who it was, where they are nobody's member here."
    )
    method = models.CharField(max_length=20, choices=Method.choices, blank=True)
    purpose = models.CharField(max_length=MAX_PURPOSE, blank=True, help_text="What it is for.")
    note = models.TextField(blank=True)
    outcome = models.CharField(max_length=MAX_OUTCOME, blank=True)
    written_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    ended_reason = models.CharField(
        max_length=MAX_REASON, blank=True, help_text="Why it was cancelled, or is an error."
    )
    hidden = models.CharField(max_length=MAX_MARK, blank=True, default=SHOWN, db_default=NOT_ASKED)
    earlier = models.JSONField(default=list, blank=True, editable=False)

    objects = EncounterQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["visit", "call"]) | Q(kind="note", status__in=["done", "entered_in_error"]),
                name="a_note_is_done_at_once",
            ),
        ]
        indexes = [
            models.Index(fields=["at", "id"], name="encounter_list"),
            models.Index(fields=["resident", "-at"], name="encounter_of_resident"),
            models.Index(fields=["team", "at"], condition=Q(status="planned"), name="encounter_planned_by_team"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"

    @property
    def who(self) -> str:
        """Who does it, or did it; the joined `seen_by__user` and `team` are read."""
        return self.seen_by.user.name if self.seen_by else self.seen_by_name or self.team.name

    @property
    def is_late(self) -> bool:
        """Written down more than an hour after it took place, and nobody had planned it."""
        return self.planned_for is None and (self.created_at - self.at).total_seconds() > LATE_AFTER
