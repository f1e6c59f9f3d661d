"""Records that a person opened in an emergency, without a recorded reason (IG-05)."""

from datetime import timedelta
from typing import Final, Self
from uuid import UUID

from django.db import models
from django.db.models import F, Q

from carecoord import clock
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal

LASTS: Final = timedelta(hours=8)
FEWEST_CHARACTERS: Final = 10


class EmergencyGround(models.TextChoices):
    """The three grounds of IG-05."""

    BEST_INTERESTS = "best_interests", "They cannot give permission, and it is in their best interests"
    LAW = "law", "The law requires it"
    PUBLIC_INTEREST = "public_interest", "Serious risk to others: overriding public interest"


class EmergencyAccessQuerySet(VisibleQuerySet["EmergencyAccess"]):
    def seen(self, principal: Principal) -> Q:
        """One's own. Whoever reviews one is shown it by an owner function (carecoord/privacy)."""
        return Q(actor_id=principal.actor_id)

    def open_now(self, sign_in: UUID) -> Self:
        return self.filter(sign_in=sign_in, ended_at=None, until__gt=clock.now())


class EmergencyAccess(ResidentRecord):
    """One record, open to one person, acting as one membership, in one sign-in; for eight hours at most.

    Written by `app.break_glass` alone. `sign_in` is worked out from the key of the session, so that whatever ends the
    session ends this with it. `reviewed_at` is when somebody has looked into it, for the person's own page.
    """

    actor_id = models.UUIDField()
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    ground = models.CharField(max_length=20, choices=EmergencyGround.choices)
    words = models.TextField()
    sign_in = models.UUIDField()
    opened_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "emergency accesses"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("opened_at"), until__lte=F("opened_at") + LASTS),
                name="an_emergency_lasts_eight_hours",
            ),
            models.CheckConstraint(
                condition=Q(words__regex=f".{{{FEWEST_CHARACTERS},}}"), name="an_emergency_is_told_in_words"
            ),
            models.CheckConstraint(
                condition=Q(ground__in=EmergencyGround.values), name="an_emergency_has_one_of_three_grounds"
            ),
        ]
        indexes = [
            models.Index(fields=["sign_in", "resident"], condition=Q(ended_at=None), name="emergency_of_sign_in"),
            models.Index(fields=["actor_id"], condition=Q(reviewed_at=None), name="emergency_to_review"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} until {self.until:%Y-%m-%d %H:%M}"
