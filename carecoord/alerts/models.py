"""Telling a team, and insisting until somebody answers."""

from datetime import datetime, time
from typing import Self
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When

from carecoord import clock
from carecoord.alerts.budget import Digest, Hours
from carecoord.alerts.facts import Together
from carecoord.alerts.kinds import NOT_ANSWERED
from carecoord.alerts.rulebook import Rule, Urgency, shipped
from carecoord.alerts.rungs import Rung, ladder_of, moment_of, next_rung
from carecoord.alerts.webhook_rows import Webhook as Webhook
from carecoord.clock import WorkingCalendar
from carecoord.delivery.models import Delivery
from carecoord.ids import new_id
from carecoord.models import Record
from carecoord.outbox.models import OutboxMessage
from neighbourhoods.models import Membership, Place, Resident, Team, VisibleQuerySet
from neighbourhoods.principal import Principal

OPEN_STATES = ("waiting", "acknowledged")
# From this level on the deadline has passed: an acknowledged alert stands on my day again (domain.md 3.4).
ESCALATED_FROM = 2
# What can be somebody's own access: a record that was claimed, a role, a way to sign in, what is reviewed.
ABOUT_ACCESS = ("relationship", "membership", "user", "privacy_review")
STANDING = Q(state="waiting") | Q(state="acknowledged", escalation_level__gte=ESCALATED_FROM)


class AlertRule(models.Model):
    """A version of what a place has made of a rule. Only ever added: alerts keep the version they were raised under."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    rungs = models.JSONField(help_text="Whom it tells at which percent of the time allowed, as in rulebook.toml.")
    channels = ArrayField(models.CharField(max_length=20), blank=True)
    urgency = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["place", "kind", "number"], name="one_rule_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, version {self.number}"

    def as_rule(self) -> Rule:
        return Rule(self.kind, ladder_of(self.rungs), tuple(self.channels), Urgency(self.urgency), self.number)


class AlertQuerySet(VisibleQuerySet["Alert"]):
    def seen(self, principal: Principal) -> Q:
        return Q(team_id__in=principal.team_ids) | super().seen(principal)

    def of(self, principal: Principal) -> Self:
        """To the principal's own teams: what they are asked, not what they may look at."""
        return self.visible_to(principal).filter(team_id__in=principal.team_ids)

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def standing(self) -> Self:
        """What belongs on my day: unacknowledged, or still unanswered after its deadline."""
        return self.filter(STANDING)

    def knowing_own_access(self) -> Self:
        """Each with `is_own_access`: it is about the access of whoever reads, so others answer it (IG-07)."""
        asked = Func(F("about_type"), F("about_id"), function="app.is_own_access", output_field=models.BooleanField())
        of_access = Q(about_type__in=ABOUT_ACCESS)
        return self.annotate(is_own_access=Case(When(of_access, then=asked), default=Value(False)))

    def rung_due(self) -> Self:
        """A rung is due, and the relay holds no fresh news of the item that may be its answer."""
        news = OutboxMessage.objects.waiting().filter(about_id=OuterRef("about_id"), attempts=0)
        return self.filter(~Exists(news), next_rung_at__lte=clock.now())


class Alert(Record):
    """To a team, about one item. waiting -> acknowledged -> resolved; waiting -> resolved or expired (domain.md 3.6).

    Delivered and seen are per recipient; `escalation_level` is the level of the last rung that has fired, 0 the telling
    at once. `started_at`, `due_at` and the team's calendar give the moments of all rungs. `sending_team` is the other
    team of the item; on an alert that something was not answered (NOT_ANSWERED) it is the team that has not.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        RESOLVED = "resolved", "Resolved"
        EXPIRED = "expired", "Expired"

    kind = models.CharField(max_length=60)
    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    about_type = models.CharField(max_length=40)
    about_id = models.UUIDField()
    cause_id = models.UUIDField(help_text="The message that caused it: one alert per message and team.")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="alerts", db_index=False)
    sending_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    named = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The person whom the item names.",
    )
    rule = models.ForeignKey(
        AlertRule,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The version it was raised under; empty for a rule as it was shipped.",
    )
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    started_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    by_the_clock = models.BooleanField(default=True, help_text="Otherwise rungs run on the team's working calendar.")
    escalation_level = models.PositiveSmallIntegerField(default=0)
    next_rung_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledged_by_name = models.CharField(
        max_length=300, blank=True, help_text="Who it was, where that was no member: a partner's system."
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    # Read from the message that caused it, while it is told: nothing else needs it.
    together: Together | None = None

    class Meta:
        ordering = ["due_at", "-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["cause_id", "team", "kind"], name="one_alert_per_message_and_team"),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "expired"]) | Q(next_rung_at=None), name="ended_alert_has_no_rung"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "id"], name="alert_list_of_team"),
            models.Index(fields=["next_rung_at"], condition=Q(next_rung_at__isnull=False), name="alert_rungs_due"),
            models.Index(
                fields=["next_rung_at"],
                condition=Q(next_rung_at__isnull=False, is_urgent=True),
                name="alert_urgent_rungs_due",
            ),
            models.Index(
                fields=["team", "due_at"], condition=Q(state__in=["waiting", "acknowledged"]), name="alert_of_team"
            ),
            models.Index(
                fields=["team", "state", "due_at"],
                include=["created_at"],
                condition=STANDING,
                name="alert_standing_of_team",
            ),
            models.Index(fields=["about_id"], name="alert_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.team_id}"

    @property
    def about(self) -> tuple[str, UUID]:
        return self.about_type, self.about_id

    @property
    def calendar(self) -> WorkingCalendar | None:
        """What the rungs run on; None is the clock on the wall."""
        return None if self.by_the_clock else self.team.calendar

    @property
    def told_by(self) -> Rule:
        """The rule in the version under which it was raised."""
        return self.rule.as_rule() if self.rule else shipped(self.kind)

    def upcoming(self) -> tuple[Rung, datetime] | None:
        """The next rung and its moment; None for an alert that has ended, or has no ladder or no rung left."""
        if self.kind.endswith(NOT_ANSWERED) or self.state not in OPEN_STATES:
            return None
        is_acknowledged = self.state == self.State.ACKNOWLEDGED
        rung = next_rung(self.escalation_level, is_acknowledged=is_acknowledged, ladder=self.told_by.ladder)
        return (rung, moment) if rung and (moment := self.moment_of(rung)) else None

    def moment_of(self, rung: Rung) -> datetime | None:
        """None where nobody waits for an answer."""
        if self.due_at is None:
            return None
        return moment_of(rung, started_at=self.started_at, due_at=self.due_at, calendar=self.calendar)

    def plan_next_rung(self) -> None:
        upcoming = self.upcoming()
        self.next_rung_at = upcoming[1] if upcoming else None

    @property
    def reference(self) -> str:
        """What people call it where nobody may be named (IG-06)."""
        return f"AL-{self.id.int % 1_000_000:06d}"


class AlertPartQuerySet(VisibleQuerySet[models.Model]):
    def seen(self, principal: Principal) -> Q:
        return Q(alert__in=Alert.objects.visible_to(principal))


class AlertRung(models.Model):
    """A rung that has fired. The unique row is what makes it fire exactly once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="rungs")
    level = models.PositiveSmallIntegerField()
    fired_at = models.DateTimeField(default=clock.now)
    told_count = models.PositiveSmallIntegerField(default=0)

    objects = AlertPartQuerySet.as_manager()

    class Meta:
        ordering = ["level"]
        constraints = [models.UniqueConstraint(fields=["alert", "level"], name="each_rung_once")]

    def __str__(self) -> str:
        return f"rung {self.level} of {self.alert_id}"


class AlertRecipient(models.Model):
    """One person told by one alert, from which rung on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="recipients")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="alerts_received")
    level = models.PositiveSmallIntegerField()
    delivered_at = models.DateTimeField(default=clock.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = AlertPartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "membership"], name="told_once_per_alert")]

    def __str__(self) -> str:
        return f"{self.membership_id} told by {self.alert_id}"


class MessageHours(models.Model):
    """When messages reach a person, for all their roles and by every channel. No row: at any hour, at once."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="message_hours"
    )
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    digest = models.CharField(max_length=20, choices=[(one.value, one.name) for one in Digest])
    digest_at = models.TimeField(default=time(8))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None) | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_begin_and_end",
            )
        ]

    def __str__(self) -> str:
        return f"hours of {self.user_id}"

    def as_hours(self) -> Hours:
        return Hours(self.quiet_from, self.quiet_until, Digest(self.digest), self.digest_at)


class HeldMessage(models.Model):
    """A message that waits for the end of somebody's quiet hours, or for their digest. Unique: each is said once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="held")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    sent_in = models.ForeignKey(
        Delivery,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The digest that said it; empty where it was over by then.",
    )

    objects = AlertPartQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "user", "level"], name="held_once")]
        indexes = [models.Index(fields=["due_at", "user"], condition=Q(ended_at=None), name="held_due")]

    def __str__(self) -> str:
        return f"{self.alert_id} for {self.user_id} at {self.due_at:%d %b %H:%M}"
