"""Every write of this app that is not a rung: raising, acknowledging, seeing, resolving, ending."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from carecoord import audit, clock, outbox
from carecoord.alerts.budget import is_late, is_said_already
from carecoord.alerts.escalation import tell_front_door
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.kinds import NOTICE_WAITS, READ_NOTICE_STAYS, kind_of, notices
from carecoord.alerts.models import Alert, AlertQuerySet, AlertRecipient
from carecoord.alerts.rulebook import shipped
from carecoord.alerts.rungs import AT_ONCE
from carecoord.alerts.telling import TeamNow, note_rung, team_now, tell
from carecoord.errors import NotYours
from carecoord.gathering import is_remembering
from carecoord.prepared import add, prepared, prepared_update
from neighbourhoods import gate
from neighbourhoods.principal import Principal

NOBODY_ON_DUTY = "duty.nobody"
OWN_ACCESS = (
    "This alert is about your own access, so you cannot acknowledge it. "
    "Ask another privacy officer, or the lead of the privacy team."
)


@transaction.atomic
def raise_alert(*, facts: AlertFacts, cause_id: UUID, said_at: datetime | None = None) -> Alert | None:
    """Tell a team at once: the alert, its first rung, a row and an email for each member. None if that has been done.

    At most eight statements with the reading of `facts`, whatever the number of members. An alert that asks for an
    answer and reaches nobody goes to the front door at once, and again as its last rung. `said_at` is the moment of
    the news: what was missed for long goes with what else was (`budget.is_late`).
    """
    kind_of(facts.kind)
    receiving = team_now(facts.team_id, facts.kind, None if is_remembering() else facts.about[1])
    alert = _drafted(facts, cause_id, receiving)
    rule, missed = alert.told_by, is_late(said_at, clock.now())
    with gate.acting_as(gate.team(receiving.team)):
        if not _is_new(alert):
            return None
        if receiving.people or facts.due_at is None:
            named = {*facts.doers, *([facts.named_id] if facts.named_id else [])}
            people = receiving.told_first(
                rule.tells, named, is_urgent=alert.is_urgent, is_partly_nobodys=facts.is_partly_nobodys
            )
            is_said = is_said_already(receiving.last_at, clock.now(), is_urgent=alert.is_urgent)
            note_rung(alert, AT_ONCE, tell(alert, AT_ONCE, receiving, people, is_said=is_said, is_late=missed))
            if receiving.is_unattended(is_urgent=alert.is_urgent):
                _say_nobody_is_on_duty(alert)
        else:
            note_rung(alert, AT_ONCE, tell_front_door(alert, AT_ONCE, is_late=missed))
    return alert


def _say_nobody_is_on_duty(alert: Alert) -> None:
    """To the leads, while none such stands: what comes in meanwhile tells them of itself."""
    standing = Alert.objects.open().filter(kind=NOBODY_ON_DUTY, about_id=alert.team_id)
    if alert.kind != NOBODY_ON_DUTY and not standing.exists():
        outbox.publish(NOBODY_ON_DUTY, about=("team", alert.team_id), is_urgent=True, team_id=alert.team_id)


def _drafted(facts: AlertFacts, cause_id: UUID, receiving: TeamNow) -> Alert:
    """As its place has made the rule, in the version of this moment."""
    about_type, about_id = facts.about
    rule = receiving.rule.as_rule() if receiving.rule else shipped(facts.kind)
    alert = Alert(
        kind=facts.kind,
        about_type=about_type,
        about_id=about_id,
        cause_id=cause_id,
        resident_id=facts.resident_id,
        team=receiving.team,
        sending_team_id=facts.sending_team_id,
        named_id=facts.named_id,
        rule=receiving.rule,
        is_urgent=rule.is_urgent(facts.is_urgent),
        started_at=facts.started_at,
        due_at=facts.due_at,
        by_the_clock=rule.runs_by_the_clock(facts.by_the_clock),
    )
    alert.together = facts.together
    alert.plan_next_rung()
    return alert


def _is_new(alert: Alert) -> bool:
    """Write it, unless the same message has told the same team before."""
    try:
        with transaction.atomic():
            add([alert])
    except IntegrityError:
        return False
    return True


@transaction.atomic
def acknowledge_alert(*, by: Principal, alert_id: UUID) -> Alert:
    """Say that somebody of the team has it. Shows who, stops reminders; the rungs from the deadline on stay.

    The first one counts: a second changes nothing. Raises Alert.DoesNotExist where the principal may not see it,
    NotYours where it is to another team, or about the principal's own access (IG-07).
    """
    alerts = Alert.objects.visible_to(by).select_for_update(of=("self",)).knowing_own_access()
    found: Any = alerts.select_related("team", "rule").get(id=alert_id)
    alert: Alert = found
    if not by.acts_for(alert.team_id):
        raise NotYours(f"This alert is for {alert.team.name}. Only they can acknowledge it.")
    if found.is_own_access:
        raise NotYours(OWN_ACCESS)
    if alert.state != Alert.State.WAITING:
        return alert
    alert.state = Alert.State.ACKNOWLEDGED
    alert.acknowledged_at = clock.now()
    alert.acknowledged_by_id, alert.acknowledged_by_name = by.membership_id, by.partner_name
    alert.plan_next_rung()
    alert.save_changes("state", "acknowledged_at", "acknowledged_by", "acknowledged_by_name", "next_rung_at")
    audit.record("alert.acknowledged", by=by, resident_id=alert.resident_id, about=("alert", alert.id), kind=alert.kind)
    outbox.publish("alert.acknowledged", about=("alert", alert.id), team_id=alert.team_id)
    return alert


def mark_seen(*, by: Principal, alert: Alert) -> None:
    """Note that this person has opened it, if they were told. The first time counts."""
    if by.membership_id is None:
        return
    mine = AlertRecipient.objects.filter(alert=alert, membership_id=by.membership_id, seen_at=None)
    mine.update(seen_at=clock.now())


@transaction.atomic
def resolve_alerts_about(about: tuple[str, UUID], *, except_cause: UUID | None = None, kind: str = "") -> int:
    """The item was answered: every open alert about it ends, whichever team it was to; returns how many.

    For workers, who see the alerts of every team. `except_cause` spares what the answer's own message has raised. With
    `kind` it answers no other.
    """
    about_type, about_id = about
    # First the locks, then the change: a rung that is firing may be adding an alert that only the next statement sees.
    asked = (about_type, about_id, except_cause, kind)
    return _resolved(*asked) if _locked_about(*asked) else 0


def _open_about(about_type: str, about_id: UUID, except_cause: UUID | None, kind: str) -> AlertQuerySet:
    open_ones = Alert.objects.open().filter(about_type=about_type, about_id=about_id)
    if kind:
        open_ones = open_ones.filter(kind=kind)
    return open_ones if except_cause is None else open_ones.exclude(cause_id=except_cause)


@prepared
def _locked_about(about_type: str, about_id: UUID, except_cause: UUID | None, kind: str) -> QuerySet[Alert, UUID]:
    found = _open_about(about_type, about_id, except_cause, kind)
    return found.select_for_update().order_by("id").values_list("id", flat=True)


@prepared_update
def _resolved(
    about_type: str, about_id: UUID, except_cause: UUID | None, kind: str
) -> tuple[AlertQuerySet, dict[str, Any]]:
    return _open_about(about_type, about_id, except_cause, kind), _ended_as(Alert.State.RESOLVED)


@transaction.atomic
def end_notices() -> int:
    """Notices ask for no answer: read ones are resolved after a day, unread ones expire after four weeks."""
    now, open_notices = clock.now(), Alert.objects.open().filter(kind__in=notices(), due_at=None)
    read = open_notices.filter(state="acknowledged", acknowledged_at__lte=now - READ_NOTICE_STAYS)
    unread = open_notices.filter(state="waiting", started_at__lte=now - NOTICE_WAITS)
    ended = read.update(**_ended_as(Alert.State.RESOLVED))
    return ended + unread.update(**_ended_as(Alert.State.EXPIRED))


def _ended_as(state: Alert.State) -> dict[str, Any]:
    now = clock.now()
    return {"state": state, "resolved_at": now, "next_rung_at": None, "updated_at": now, "version": F("version") + 1}
