"""What is said about a resident: adjustments, alerts, risks and much more, each written whole and never changed."""

from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from carecoord import clock
from neighbourhoods.definitions import BESIDE, Definition, definition_of, open_kinds
from neighbourhoods.marks import MAX_MARK, NOT_ASKED, SHOWN
from neighbourhoods.models.clinical import reads_all_kinds
from neighbourhoods.models.emergencies import EmergencyAccess
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Organisation, Team
from neighbourhoods.models.seals import Seal
from neighbourhoods.models.sharing import withheld
from neighbourhoods.models.visibility import ResidentRecord, VisibleQuerySet
from neighbourhoods.principal import Principal

MAX_REASON, MAX_NAME = 200, 310
EMPTY = models.Value({}, models.JSONField())


class EntryQuerySet(VisibleQuerySet["Entry"]):
    def seen(self, principal: Principal) -> Q:
        """What is sealed, by the team that wrote it and the roles of its seal (IG-08, IG-23); nothing that is withheld
        from the organisation after an objection (IG-16)."""
        by_team = Q(recorded_by_team_id__in=principal.team_ids) | Q(seal_team_id__in=principal.team_ids)
        by_role = Q(seal__in=Seal.objects.read_by(principal.role))
        readable = Q(seal="") | by_team | by_role
        if principal.glass:
            opened = EmergencyAccess.objects.open_to(principal)
            readable |= Q(Exists(opened.filter(resident=OuterRef("resident"), seal=OuterRef("seal"))))
        return super().seen(principal) & readable & ~withheld(principal)

    def current(self) -> Self:
        """What holds now: neither ended nor past the day until which it was said to hold."""
        return self.filter(Q(event_until=None) | Q(event_until__gte=clock.today()), ended_at=None)

    def for_role(self, principal: Principal) -> Self:
        """Without clinical content for roles that are not clinical (IG-10)."""
        if reads_all_kinds(principal):
            return self
        return self.filter(Q(kind__in=open_kinds()) | Q(kind__in=BESIDE, about__kind__in=open_kinds()))


class Entry(ResidentRecord):
    """One thing that is known of a resident, as its definition asks it (data/definitions).

    Its content is what one person wrote at one moment: the database refuses to change it. A correction is another entry
    that `supersedes` it; what others have to say stands beside it, as an entry `about` it. `data` holds what is coded
    with its words, so that it can be read when the list of codes has changed; `headline` is what it says in short,
    where that is more than its `text`. What is sealed is read by the team that wrote it and the roles of its seal.
    """

    kind = models.CharField(max_length=60)
    definition_version = models.PositiveSmallIntegerField(default=1, db_default=1)
    section = models.CharField(max_length=40, blank=True, default="", db_default="")
    text = models.TextField(blank=True)
    headline = models.TextField(blank=True, default="", db_default="")
    data = models.JSONField(default=dict, blank=True, db_default=EMPTY)
    event_on = models.DateField(null=True, blank=True)
    event_until = models.DateField(null=True, blank=True)
    review_due_on = models.DateField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the clock of its group runs out.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="When that was told.")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_by_name = models.CharField(max_length=MAX_NAME, blank=True, default="", db_default="")
    recorded_by_role = models.CharField(max_length=30, blank=True, default="", db_default="")
    recorded_by_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recorded_by_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    seal = models.CharField(max_length=20, blank=True, default="", db_default="")
    seal_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="Reads it beside the team that wrote it: of a note, and of a correction. Answers a question.",
    )
    hidden = models.CharField(max_length=MAX_MARK, blank=True, default=SHOWN, db_default=NOT_ASKED)
    is_single = models.BooleanField(default=False, db_default=False, help_text="One of its kind at a time.")
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="notes")
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_name = models.CharField(max_length=MAX_NAME, blank=True, default="", db_default="")
    ended_reason = models.CharField(max_length=MAX_REASON, blank=True, default="", db_default="")
    error_at = models.DateTimeField(null=True, blank=True)
    error_reason = models.CharField(max_length=MAX_REASON, blank=True, default="", db_default="")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "kind"],
                condition=Q(is_single=True, ended_at=None),
                name="one_entry_of_a_single_kind",
                violation_error_message="Somebody has just recorded this.",
            ),
            models.CheckConstraint(
                condition=Q(event_until=None) | Q(event_on=None) | Q(event_until__gte=F("event_on")),
                name="entry_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(error_at=None) | Q(ended_at__isnull=False), name="an_error_holds_no_longer"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=BESIDE, about__isnull=False) | (~Q(kind__in=BESIDE) & Q(about=None)),
                name="a_note_is_about_an_entry",
            ),
            models.CheckConstraint(
                condition=Q(seal="") | Q(recorded_by_team__isnull=False), name="what_is_sealed_has_a_team"
            ),
            models.CheckConstraint(
                condition=Q(supersedes=None) | ~Q(supersedes=F("id")), name="entry_supersedes_another"
            ),
        ]
        indexes = [
            models.Index(fields=["resident"], condition=Q(ended_at=None), name="entry_of_resident_now"),
            models.Index(
                fields=["due_at"],
                condition=Q(ended_at=None, told_at=None, due_at__isnull=False),
                name="entry_clock_not_told",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.definition.title}: {self.says}" if self.says else self.definition.title

    @property
    def definition(self) -> Definition:
        return definition_of(self.kind)

    @property
    def says(self) -> str:
        """What it says in short; empty where its title says it all."""
        return self.headline or self.text

    @property
    def state(self) -> str:
        """One of `states.ENTRY`."""
        if self.error_at:
            return "entered_in_error"
        return "ended" if self.ended_at else "current"

    @property
    def is_past(self) -> bool:
        """Ended, or past the day until which it was said to hold."""
        return self.ended_at is not None or (self.event_until is not None and self.event_until < clock.today())
