"""Climbing the ladder: each rung fires exactly once, whoever sweeps, for as long as nobody answers."""

import logging
import time
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from carecoord import clock
from carecoord.alerts import budget
from carecoord.alerts.facts import Together
from carecoord.alerts.kinds import NOT_ANSWERED
from carecoord.alerts.models import Alert, AlertQuerySet
from carecoord.alerts.privacy import guardians_team
from carecoord.alerts.rungs import Audience, Rung
from carecoord.alerts.telling import TeamNow, note_rung, team_now, tell
from carecoord.outbox.models import OutboxMessage
from carecoord.prepared import prepared
from neighbourhoods import gate

log = logging.getLogger(__name__)

LONGEST_RUN_SECONDS = 30
MOST_AT_ONCE = 500


def fire_due_rungs(*, most: int = MOST_AT_ONCE) -> int:
    """Fire what is due, urgent ones first, each rung in its own transaction; returns how many.

    An alert that fails stops no other. What is left after so many, or so many seconds, is the next sweep's.
    """
    fired, failed, ends_at = 0, set[UUID](), time.monotonic() + LONGEST_RUN_SECONDS
    for _ in range(most):
        outcome = _fire_next(failed) if time.monotonic() < ends_at else None
        if outcome is None:
            break
        fired += outcome
    return fired


def _fire_next(failed: set[UUID]) -> bool | None:
    """Take one alert that nobody else holds and fire its next rung; None when there is none."""
    alert: Alert | None = None
    try:
        with transaction.atomic():
            alert = _take_due(failed)
            if alert is None:
                return None
            alert.together = Together.of(getattr(alert, "news", None))
            _fire(alert)
            return True
    except Exception:
        if alert is None:
            raise
        log.exception("rung after %s of alert %s did not fire", alert.escalation_level, alert.id)
        failed.add(alert.id)
        return False


def _take_due(failed: set[UUID]) -> Alert | None:
    """Whatever is urgent before all else, the longest due before the rest."""
    given = tuple(sorted(failed))
    return next(iter(_urgent_due(given)), None) or next(iter(_due(given)), None)


@prepared
def _urgent_due(failed: tuple[UUID, ...]) -> QuerySet[Alert]:
    return _first_of(Alert.objects.filter(is_urgent=True), failed)


@prepared
def _due(failed: tuple[UUID, ...]) -> QuerySet[Alert]:
    return _first_of(Alert.objects.all(), failed)


def _first_of(alerts: AlertQuerySet, failed: tuple[UUID, ...]) -> QuerySet[Alert]:
    news = OutboxMessage.objects.filter(id=OuterRef("cause_id")).values("payload")
    due = alerts.rung_due().exclude(id__in=failed).select_related("team__organisation__place", "rule")
    due = due.annotate(news=Subquery(news[:1]))
    return due.select_for_update(skip_locked=True, of=("self",)).order_by("next_rung_at", "id")[:1]


def _fire(alert: Alert) -> None:
    upcoming = alert.upcoming()
    if upcoming is not None:
        rung, due_at = upcoming
        note_rung(alert, rung, _tell_audience(alert, rung, is_late=budget.is_late(due_at, clock.now())))
        alert.escalation_level = rung.level
    alert.plan_next_rung()
    alert.save_changes("escalation_level", "next_rung_at")


def _tell_audience(alert: Alert, rung: Rung, *, is_late: bool) -> int:
    if rung.audience is Audience.FRONT_DOOR:
        return tell_front_door(alert, rung, is_late=is_late)
    if rung.audience is Audience.SENDERS_LEADS:
        return _tell_sender(alert, rung, is_late=is_late)
    if rung.audience is Audience.GUARDIAN:
        return _tell_guardian(alert, rung, is_late=is_late)
    receiving = team_now(alert.team_id)
    asked = rung.audience is Audience.LEADS
    people = receiving.leads if asked else receiving.told(is_urgent=alert.is_urgent)
    if not people and not rung.is_reminder:
        return tell_front_door(alert, rung, is_late=is_late)
    with gate.acting_as(gate.team(receiving.team)):
        return tell(alert, rung, receiving, people, is_late=is_late)


def _tell_sender(alert: Alert, rung: Rung, *, is_late: bool) -> int:
    """The leads of the team that waits for an answer; nobody where a team has asked itself."""
    if alert.sending_team_id is None or alert.sending_team_id == alert.team_id:
        return 0
    sender = team_now(alert.sending_team_id)
    with gate.acting_as(gate.team(sender.team)):
        theirs = _not_answered(alert, sender, rung, resident_id=alert.resident_id)
        return tell(theirs, rung, sender, sender.leads, is_late=is_late)


def _tell_guardian(alert: Alert, rung: Rung, *, is_late: bool) -> int:
    """Whoever guards what is known of people in the whole place; where nobody does, its privacy officers."""
    team = guardians_team(alert.team.organisation.place_id)
    guarding = team_now(team.id) if team else None
    if guarding is None or not guarding.guardians:
        return tell_front_door(alert, rung, is_late=is_late)
    with gate.acting_as(gate.team(guarding.team)):
        is_theirs = guarding.team.id == alert.team_id
        told = alert if is_theirs else _not_answered(alert, guarding, rung, resident_id=None)
        return tell(told, rung, guarding, guarding.guardians, is_late=is_late)


def tell_front_door(alert: Alert, rung: Rung, *, is_late: bool = False) -> int:
    """The team of last resort. It is told which team does not answer, not about whom: that team knows."""
    front_door = team_now(alert.team.organisation.place.front_door_id)
    with gate.acting_as(gate.team(front_door.team)):
        is_theirs = front_door.team.id == alert.team_id
        told = alert if is_theirs else _not_answered(alert, front_door, rung, resident_id=None)
        return tell(told, rung, front_door, front_door.people, is_late=is_late)


def _not_answered(alert: Alert, told: TeamNow, rung: Rung, *, resident_id: UUID | None) -> Alert:
    """The alert of another team that this one has no answer; it stands until there is one, and has no ladder itself."""
    made, _ = Alert.objects.get_or_create(
        cause_id=alert.cause_id,
        team=told.team,
        kind=f"{alert.kind}{NOT_ANSWERED}",
        defaults={
            "about_type": alert.about_type,
            "about_id": alert.about_id,
            "resident_id": resident_id,
            "sending_team_id": alert.team_id,
            "is_urgent": alert.is_urgent,
            "started_at": alert.started_at,
            "due_at": alert.due_at,
            "by_the_clock": alert.by_the_clock,
            "escalation_level": rung.level,
        },
    )
    made.together = alert.together
    return made
