"""What somebody opened for themselves, or was noticed to look at, and what a privacy officer made of it."""

from typing import Final, Self

from django.db import models
from django.db.models import F, Q

from carecoord import clock
from carecoord.models import Record
from neighbourhoods.models import Membership, Organisation, Team, VisibleQuerySet
from neighbourhoods.principal import Principal

WITHIN_WORKING_DAYS: Final = 2
FEWEST_CHARACTERS: Final = 10


class ReviewQuerySet(VisibleQuerySet["PrivacyReview"]):
    def seen(self, principal: Principal) -> Q:
        """Those of my privacy team; once it has not answered in time, the Guardian's team too. Not the resident's."""
        escalated = Q(guardian_team_id__in=principal.team_ids, escalates_at__lte=clock.now())
        return Q(team_id__in=principal.team_ids) | escalated

    def open(self) -> Self:
        return self.filter(state=PrivacyReview.State.OPEN)

    def knowing_own_access(self, principal: Principal) -> Self:
        """Each with `is_own`: it is about what the reader did, so somebody else closes it (IG-07)."""
        own = Q(subject_user_id=principal.actor_id)
        return self.annotate(is_own=models.ExpressionWrapper(own, models.BooleanField()))


class PrivacyReview(Record):
    """One access that a person made for themselves, or a use of records that a rule has noticed (`rules.py`), to be
    looked into by a privacy officer who is not that person.

    `resident_id` is a plain id: to see the resident is no reason to see who is looked into, and the reviewer sees no
    record; empty where it is about nobody in particular. `about` is the claim's relationship, the emergency access, or
    the entry of the audit with which it begins. `facts` holds numbers alone.
    """

    class Kind(models.TextChoices):
        CLAIM = "claim", "Opened with a reason"
        EMERGENCY = "emergency", "Emergency access"
        SEAL = "seal", "Restricted entries opened"
        OWN_RECORD = "own_record", "A record that seems to be their own"
        SAME_ADDRESS = "same_address", "Somebody at their own address"
        SAME_SURNAME = "same_surname", "Somebody with their rare surname"
        COLLEAGUE = "colleague", "Somebody of their own organisation"
        NOTHING_AFTER = "nothing_after", "Nothing done after an emergency access"
        VOLUME = "volume", "Far more records than usual"
        GUESSING = "guessing", "Dates of birth guessed by a partner system"

    class State(models.TextChoices):
        OPEN = "open", "To review"
        CLOSED = "closed", "Reviewed"

    class Outcome(models.TextChoices):
        JUSTIFIED = "justified", "Justified"
        NOT_JUSTIFIED = "not_justified", "Not justified: it is an incident"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    subject_user_id = models.UUIDField()
    subject_membership = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    subject_name = models.CharField(max_length=310)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    guardian_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    resident_id = models.UUIDField(null=True)
    about_type = models.CharField(max_length=40)
    about_id = models.UUIDField()
    facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()), editable=False)
    is_another = models.BooleanField(default=False, help_text="One of the same person was not reviewed yet.")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalates_at = models.DateTimeField(help_text="From here on the Guardian's team sees it too.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    outcome = models.CharField(max_length=20, choices=Outcome.choices, blank=True)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_user_id = models.UUIDField(null=True, blank=True)
    closed_by_name = models.CharField(max_length=310, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["about_id", "kind"], name="one_review_of_each_access"),
            models.CheckConstraint(
                condition=Q(closed_by_user_id=None) | ~Q(closed_by_user_id=F("subject_user_id")),
                name="nobody_reviews_themselves",
            ),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", closed_at=None, closed_by_user_id=None)
                | Q(
                    ~Q(outcome=""),
                    state="closed",
                    note__regex=f".{{{FEWEST_CHARACTERS},}}",
                    closed_at__isnull=False,
                    closed_by_user_id__isnull=False,
                ),
                name="a_review_closes_with_outcome_and_note",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "due_at"], condition=Q(state="open"), name="review_of_team"),
            models.Index(fields=["guardian_team", "due_at"], condition=Q(state="open"), name="review_of_guardian"),
            models.Index(fields=["team", "-closed_at"], condition=Q(state="closed"), name="review_closed_by_team"),
            models.Index(fields=["resident_id"], name="review_of_resident"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_noticed(self) -> bool:
        """By a rule; the others are what people say themselves that they opened."""
        return self.kind not in OPENED

    @property
    def reference(self) -> str:
        """What people call it where nobody may be named (IG-06)."""
        return f"PR-{self.id.int % 1_000_000:06d}"


OPENED: Final = frozenset({PrivacyReview.Kind.CLAIM, PrivacyReview.Kind.EMERGENCY, PrivacyReview.Kind.SEAL})
