"""Who of a team is on duty when, and who is away and covered by whom: whom an alert tells at once."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import F, Q

from carecoord import clock
from carecoord.models import Record
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Team

M = TypeVar("M", bound=models.Model, covariant=True)


class TimedQuerySet(models.QuerySet[M]):
    def standing(self) -> Self:
        """Not taken back, now or to come."""
        return self.filter(cancelled_at=None, ends_at__gt=clock.now())

    def now(self) -> Self:
        return self.standing().filter(starts_at__lte=clock.now())


class Timed(Record):
    """Abstract: from a moment until another, unless it was taken back."""

    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class TurnQuerySet(TimedQuerySet["DutyTurn"]):
    pass


class DutyTurn(Timed):
    """A person of the team is on duty. While a team has none now or to come, it has no rota, and everybody is told."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="duty_turns", db_index=False)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="duty_turns")

    objects = TurnQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="a_turn_ends_after_it_starts")
        ]
        indexes = [models.Index(fields=["team", "ends_at"], condition=Q(cancelled_at=None), name="duty_of_team")]

    def __str__(self) -> str:
        return f"{self.membership_id} from {self.starts_at:%d %b %H:%M}"


class AbsenceQuerySet(TimedQuerySet["Absence"]):
    pass


class Absence(Timed):
    """A person is away; `cover` is told in their place. Why they are away is nobody's business here."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="absences", db_index=False)
    cover = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="covering")

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="an_absence_ends_after_it_starts"),
            models.CheckConstraint(condition=~Q(cover=F("membership")), name="nobody_covers_themselves"),
        ]
        indexes = [
            models.Index(fields=["membership", "ends_at"], condition=Q(cancelled_at=None), name="absence_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.membership_id} away from {self.starts_at:%d %b %H:%M}"
