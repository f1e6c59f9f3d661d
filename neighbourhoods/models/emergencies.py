"""Records that a person opened in an emergency, without a recorded reason (IG-05)."""

from datetime import timedelta
from typing import Final, Self

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
    """Those of IG-05 for a record, and of IG-08 for what is sealed in it."""

    BEST_INTERESTS = "best_interests", "They cannot give permission, and it is in their best interests"
    CONSENT = "consent", "They agree that I read it"
    LAW = "law", "The law requires it"
    PUBLIC_INTEREST = "public_interest", "Serious risk to others: overriding public interest"


RECORD_GROUNDS: Final = (EmergencyGround.BEST_INTERESTS, EmergencyGround.LAW, EmergencyGround.PUBLIC_INTEREST)
SEAL_GROUNDS: Final = (EmergencyGround.CONSENT, EmergencyGround.LAW, EmergencyGround.PUBLIC_INTEREST)


class EmergencyAccessQuerySet(VisibleQuerySet["EmergencyAccess"]):
    def seen(self, principal: Principal) -> Q:
        """One's own. Whoever reviews one is shown it by an owner function (carecoord/privacy)."""
        return Q(actor_id=principal.actor_id)

    def open_to(self, principal: Principal) -> Self:
        """What is open to somebody in this sign-in, acting as this membership."""
        mine = self.filter(sign_in=principal.glass, actor_id=principal.actor_id, membership_id=principal.membership_id)
        return mine.filter(ended_at=None, until__gt=clock.now())


class EmergencyAccess(ResidentRecord):
    """One record, or what is sealed in one (`seal`), open to one person, acting as one membership, in one sign-in.

    For eight hours at most. Written by `app.break_glass` and `app.break_seal` alone. `sign_in` is worked out from the
    key of the session, so that whatever ends the session ends this with it. `reviewed_at` is when somebody has looked
    into it, for the person's own page.
    """

    actor_id = models.UUIDField()
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    seal = models.CharField(max_length=20, blank=True, default="", db_default="")
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
                condition=Q(seal="", ground__in=list(RECORD_GROUNDS)) | Q(~Q(seal=""), ground__in=list(SEAL_GROUNDS)),
                name="an_emergency_has_one_of_its_grounds",
            ),
        ]
        indexes = [
            models.Index(fields=["sign_in", "resident"], condition=Q(ended_at=None), name="emergency_of_sign_in"),
            models.Index(fields=["actor_id"], condition=Q(reviewed_at=None), name="emergency_to_review"),
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} until {self.until:%Y-%m-%d %H:%M}"
