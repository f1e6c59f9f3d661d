"""A list of people from a file, and its rows, until somebody has decided about each of them."""

from datetime import timedelta
from typing import Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from carecoord.ids import new_id
from carecoord.models import Record
from neighbourhoods.models.memberships import Membership
from neighbourhoods.models.organisations import Team
from neighbourhoods.models.residents import Resident
from neighbourhoods.models.visibility import VisibleQuerySet
from neighbourhoods.principal import Principal
from neighbourhoods.states import RESIDENT_IMPORT

WORKING: Final = ("reading", "writing", "undoing")
KEPT_FOR: Final = timedelta(days=30)
LONGEST_FILE_NAME: Final = 150


class ImportVerdict(models.TextChoices):
    NEW = "new", "New"
    SAME = "same", "The same"
    LIKELY = "likely", "Likely the same"
    CLASH = "clash", "Clash"
    INVALID = "invalid", "Invalid"


class ImportDecision(models.TextChoices):
    REGISTER = "register", "Register"
    JOIN = "join", "Take onto our caseload"
    LEAVE = "leave", "Leave out"


class ImportOutcome(models.TextChoices):
    REGISTERED = "registered", "Registered"
    JOINED = "joined", "On the caseload"
    REFUSED = "refused", "Not written"
    UNDONE = "undone", "Undone"


class ImportQuerySet(VisibleQuerySet["ResidentImport"]):
    def seen(self, principal: Principal) -> Q:
        """Those of my teams: they may name people of whom nobody else here has heard."""
        return Q(team_id__in=principal.team_ids)

    def to_work_on(self) -> Self:
        return self.filter(state__in=WORKING).order_by("updated_at", "id")


class ResidentImport(Record):
    """`content` is the file, until its rows stand in rows of their own. `preview` holds the first of them.

    `columns` says what each column is. `by` asked for what is done now; `problem` is why it could not be done.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=310)
    file_name = models.CharField(max_length=LONGEST_FILE_NAME)
    content = models.BinaryField(null=True)
    headings = ArrayField(models.TextField(), default=list)
    preview = models.JSONField(default=list)
    columns = ArrayField(models.CharField(max_length=30, blank=True), default=list)
    month_first = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RESIDENT_IMPORT.choices(), default="mapping")
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    blank_rows = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    emptied_at = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["team", "-created_at"], name="import_of_team"),
            models.Index(fields=["updated_at"], condition=Q(state__in=WORKING), name="import_at_work"),
            models.Index(fields=["updated_at"], condition=Q(emptied_at=None), name="import_to_empty"),
        ]

    def __str__(self) -> str:
        return f"Import {self.id}"

    @property
    def is_at_work(self) -> bool:
        return self.state in WORKING


class ImportRowQuerySet(VisibleQuerySet["ResidentImportRow"]):
    def seen(self, principal: Principal) -> Q:
        return Q(team_id__in=principal.team_ids)


class ResidentImportRow(models.Model):
    """One row. `resident` is whom it became, or whom it was found to be; `joins_id` whom the reviewer says it is.

    `candidates` are people known here whom it may mean, as they were shown when the row was read. `entry_id` is the
    caseload entry that it made. Written exactly once: `done_at` stands in the same transaction.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resident_import = models.ForeignKey(ResidentImport, on_delete=models.PROTECT, related_name="rows", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    cells = ArrayField(models.TextField(), default=list)
    facts = models.JSONField(default=dict)
    said_before = models.JSONField(default=dict, help_text="What was found while the file was read, row against row.")
    verdict = models.CharField(max_length=10, choices=ImportVerdict.choices, blank=True)
    why = ArrayField(models.TextField(), default=list)
    candidates = models.JSONField(default=list)
    decision = models.CharField(max_length=10, choices=ImportDecision.choices, blank=True)
    joins_id = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=ImportOutcome.choices, blank=True)
    told = models.CharField(max_length=300, blank=True, help_text="Why it was not written or not undone.")
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry_id = models.UUIDField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = ImportRowQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["resident_import", "number"], name="one_row_of_each_number"),
            models.CheckConstraint(
                condition=Q(done_at=None, outcome="") | Q(~Q(outcome=""), done_at__isnull=False),
                name="what_is_done_says_what_came_of_it",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=["registered", "joined"]) | Q(resident__isnull=False),
                name="what_is_written_is_somebody",
            ),
        ]
        indexes = [models.Index(fields=["resident_import", "verdict", "number"], name="import_rows_by_verdict")]

    def __str__(self) -> str:
        return f"Row {self.number}"
