"""Which news of a referral asks a team for something, and by when."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.outbox import Event
from carecoord.prepared import prepared
from neighbourhoods.models import Team
from referrals.allowances import REFERRAL_TIMES, URGENT
from referrals.models import Referral, ReferralEvent
from referrals.states import WITH_A_RECEIVER

ANSWERED_BY: Final = (
    "referral.accepted",
    "referral.information_requested",
    "referral.replied",
    "referral.declined",
    "referral.redirected",
    "referral.rerouted",
    "referral.completed",
    "referral.failed",
    "referral.cancelled",
    "referral.outcome_acknowledged",
    "referral.entered_in_error",
)
"""Topics that answer whatever was asked about a referral before. Opening it (`received`) is no answer."""

ASKS: Final = {
    "referral.sent": ("sent", "received"),
    "referral.replied": ("received",),
    "referral.information_requested": ("info_requested",),
    "referral.declined": ("rejected",),
    "referral.failed": ("failed",),
    "referral.completed": ("completed",),
    "referral.cancelled": ("cancelled",),
    "referral.acceptance_undone": ("received",),
    "referral.amended": WITH_A_RECEIVER,
}
"""Topics, and the states in which each still asks for something."""
NOTICES = frozenset({"referral.cancelled", "referral.acceptance_undone", "referral.amended"})
TO_RECEIVER = frozenset({"referral.sent", "referral.replied", "referral.amended"})


def referral_alert_facts(event: Event) -> AlertFacts | None:
    """Read as the worker, who sees all. None where nothing is asked any more, or nobody here could answer."""
    referral = _told_of(event)
    if referral is None or referral.status not in ASKS.get(event.topic, ()) or referral.outcome_acknowledged_at:
        return None
    team, other = _sides(referral, event)
    if team is None or team == other:
        return None
    due = None if event.topic in NOTICES else _due(referral, event, team)
    return AlertFacts(
        kind=event.topic,
        about=("referral", referral.id),
        resident_id=referral.resident_id,
        team_id=team.id,
        sending_team_id=other.id if other else None,
        is_urgent=referral.urgency in URGENT and event.topic not in NOTICES,
        started_at=event.at,
        due_at=due,
        by_the_clock=_runs_by_the_clock(referral),
        named_id=referral.assigned_to_id if event.topic in TO_RECEIVER else referral.written_by_id,
    )


def undone_alert_facts(event: Event) -> AlertFacts | None:
    """The receiver who undid an acceptance must answer again; the sender gets a notice of its own."""
    referral = _told_of(event)
    if referral is None or referral.status != "received" or referral.to_team is None:
        return None
    return AlertFacts(
        kind="referral.sent",
        about=("referral", referral.id),
        resident_id=referral.resident_id,
        team_id=referral.to_team.id,
        sending_team_id=referral.from_team_id,
        is_urgent=referral.urgency in URGENT,
        started_at=event.at,
        due_at=referral.respond_by,
        by_the_clock=_runs_by_the_clock(referral),
        named_id=referral.assigned_to_id,
    )


def _told_of(event: Event) -> Referral | None:
    return next(iter(_with_its_teams(event.about_id)), None)


@prepared
def _with_its_teams(referral_id: UUID) -> QuerySet[Referral]:
    return Referral.objects.select_related("from_team", "to_team").filter(id=referral_id)


def _sides(referral: Referral, event: Event) -> tuple[Team | None, Team | None]:
    """Who is told, and who else is concerned. A cancelled referral is told to the side that did not cancel it."""
    if event.topic == "referral.cancelled":
        last = ReferralEvent.objects.filter(referral=referral, verb="cancel").last()
        to_receiver = last is not None and last.by_team_id == referral.from_team_id
    else:
        to_receiver = event.topic in TO_RECEIVER
    both = (referral.to_team, referral.from_team)
    return both if to_receiver else (both[1], both[0])


def _due(referral: Referral, event: Event, team: Team) -> datetime | None:
    """The receiver's is the referral's own clock; whatever comes back to the sender has as long as an answer has."""
    if event.topic in TO_RECEIVER:
        return referral.respond_by
    times = REFERRAL_TIMES["routine" if event.topic == "referral.completed" else referral.urgency]
    return clock.due_at(times.respond, event.at, times.calendar or team.calendar)


def _runs_by_the_clock(referral: Referral) -> bool:
    """Two-hour referrals too: their own calendar, eight to eight every day, is no team's."""
    times = REFERRAL_TIMES[referral.urgency]
    return times.respond.by_the_clock or times.calendar is not None
