"""Telling a team, and insisting until somebody answers."""

from django.db import models
from django.db.models import Q

from carecoord import clock
from carecoord.ids import new_id
from carecoord.models import Record
from neighbourhoods.models import Membership, Resident, Team, VisibleQuerySet
from neighbourhoods.principal import Principal


class AlertQuerySet(VisibleQuerySet["Alert"]):
    def seen(self, principal: Principal) -> Q:
        return Q(team_id__in=principal.team_ids) | super().seen(principal)


class Alert(Record):
    """To a team, about one item. waiting -> acknowledged -> resolved; waiting -> resolved or expired (domain.md 3.6).

    Delivered and seen are per recipient; escalation is a level, the number of rungs that have fired.
    `started_at`, `due_at` and the team's calendar give the moments of all rungs.
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
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="alerts")
    sending_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    started_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True, blank=True)
    by_the_clock = models.BooleanField(default=True, help_text="Otherwise rungs run on the team's working calendar.")
    escalation_level = models.PositiveSmallIntegerField(default=0)
    next_rung_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["cause_id", "team", "kind"], name="one_alert_per_message_and_team"),
            models.CheckConstraint(
                condition=~Q(state__in=["resolved", "expired"]) | Q(next_rung_at=None), name="ended_alert_has_no_rung"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_rung_at"], condition=Q(next_rung_at__isnull=False), name="alert_rungs_due"
            ),
            models.Index(
                fields=["team", "due_at"], condition=Q(state__in=["waiting", "acknowledged"]), name="alert_of_team"
            ),
            models.Index(fields=["about_id"], name="alert_of_item"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.team_id}"


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
