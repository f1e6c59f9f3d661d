"""The one table that says who may know whom, and why."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from carecoord import clock
from carecoord.ids import new_id
from neighbourhoods.models.organisations import Team
from neighbourhoods.principal import Principal


class Level(models.TextChoices):
    CARD = "card", "Identity, what is asked, and the offer's snapshot"
    VISIT = "visit", "What a volunteer needs who visits"
    RECORD = "record", "The whole record"


class Source(models.TextChoices):
    """The cause in whose transaction a relationship is written."""

    REGISTRATION = "registration", "Registration"
    CASELOAD = "caseload", "On the caseload"
    ACTION = "action", "An action of the team"
    REFERRAL = "referral", "A referral"
    HANDOVER = "handover", "A handover"
    CLAIM = "claim", "Claimed with a reason"
    IMPORT = "import", "An import"
    FRONT_DOOR = "front_door", "The front door"
    HUDDLE = "huddle", "On the list of a huddle"


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    def open_at(self, moment: datetime) -> Self:
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=moment), ended_at=None)

    def visible_to(self, principal: Principal) -> Self:
        """My teams' own relationships, ended ones too, and those of everybody around residents I see."""
        seen = Q(Exists(open_record_relationships(principal, "resident_id")))
        if principal.glass:
            seen |= Q(HeldRecord(principal, "resident_id"))
        return self.filter(Q(team_id__in=principal.team_ids) | seen)


class Relationship(models.Model):
    """One reason why one team may know one resident. Several may be open at once, one per cause.

    A level is never updated: accepting adds a row of level `record`, then ends the card. What would open the record to
    a team of volunteers opens the visit instead: the database writes that level, and refuses any other way to a record.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    resident = models.ForeignKey("neighbourhoods.Resident", on_delete=models.PROTECT, related_name="relationships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="relationships")
    level = models.CharField(max_length=10, choices=Level.choices)
    source_kind = models.CharField(max_length=20, choices=Source.choices)
    source_id = models.UUIDField()
    reason = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "team", "source_kind", "source_id", "level"],
                condition=Q(ended_at=None),
                name="one_open_relationship_per_cause",
            )
        ]
        indexes = [
            models.Index(
                fields=["team", "resident"],
                include=["level", "expires_at"],
                condition=Q(ended_at=None),
                name="relationship_of_team",
            ),
            models.Index(fields=["source_id"], name="relationship_of_cause"),
            models.Index(
                fields=["expires_at"],
                condition=Q(ended_at=None, expires_at__isnull=False),
                name="relationship_expiring",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} of {self.resident_id} for {self.team_id}"

    @property
    def state(self) -> str:
        """One of `states.RELATIONSHIP`, now."""
        is_over = self.expires_at is not None and self.expires_at <= clock.now()
        if self.ended_at or is_over:
            return "ended"
        return "proposed" if self.level == Level.CARD else "active"


class Visits(models.Func):
    """Whether a team of volunteers of `principal` helps the resident now: as a scalar, like `HeldRecord`."""

    template = (
        "(SELECT true FROM neighbourhoods_relationship helps WHERE helps.resident_id = %(expressions)s"
        " AND helps.ended_at IS NULL AND helps.level = 'visit' AND (helps.expires_at IS NULL OR helps.expires_at > %%s)"
        " AND helps.team_id = ANY (%%s::uuid[]) LIMIT 1)"
    )
    output_field = models.BooleanField()

    def __init__(self, principal: Principal, resident_field: str) -> None:
        super().__init__(F(resident_field))
        self.teams = list(principal.team_ids)

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection, **more)
        return sql, [*params, clock.now(), self.teams]


def open_record_relationships(principal: Principal, resident_field: str) -> RelationshipQuerySet:
    """Open relationships of level `record` that tie `principal` to the resident named by the outer `resident_field`."""
    return Relationship.objects.open_at(clock.now()).filter(
        resident_id=OuterRef(resident_field), level=Level.RECORD, team_id__in=principal.team_ids
    )


class HeldRecord(models.Func):
    """The same as `Exists(open_record_relationships(...))`, ready-made: every read has it, and building it is dear.

    As a scalar it is asked row by row, which a list of 25 needs; EXISTS the planner may turn into a table of everybody
    whom the principal sees. Only whoever has a record open in an emergency is asked for that too.
    """

    template = (
        "(SELECT true FROM neighbourhoods_relationship held WHERE held.resident_id = %(expressions)s"
        " AND held.ended_at IS NULL AND held.level = 'record' AND (held.expires_at IS NULL OR held.expires_at > %%s)"
        " AND held.team_id = ANY (%%s::uuid[]) LIMIT 1)"
    )
    or_in_an_emergency = (
        f"coalesce({template}, (SELECT true FROM neighbourhoods_emergencyaccess glass"
        " WHERE glass.resident_id = %(expressions)s AND glass.seal = '' AND glass.sign_in = %%s"
        " AND glass.actor_id = %%s AND glass.membership_id = %%s AND glass.ended_at IS NULL"
        " AND glass.until > %%s LIMIT 1))"
    )
    output_field = models.BooleanField()

    def __init__(self, principal: Principal, resident_field: str) -> None:
        super().__init__(F(resident_field))
        self.teams = list(principal.team_ids)
        self.glass = [principal.glass, principal.actor_id, principal.membership_id] if principal.glass else []

    def as_sql(self, compiler: Any, connection: Any, **more: Any) -> tuple[str, Any]:  # type: ignore[override]
        now = clock.now()
        if not self.glass:
            sql, params = super().as_sql(compiler, connection, **more)
            return sql, [*params, now, self.teams]
        sql, params = super().as_sql(compiler, connection, template=self.or_in_an_emergency, **more)
        return sql, [*params, now, self.teams, *self.glass, now]
