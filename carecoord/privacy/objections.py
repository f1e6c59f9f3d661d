"""Who is told of an objection to sharing, by reference, and of its decision (IG-16)."""

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.outbox import Event
from carecoord.privacy.models import WITHIN_WORKING_DAYS
from neighbourhoods.models import Team


def objection_alert_facts(event: Event) -> AlertFacts | None:
    """For those who decide, with a clock: it names nobody."""
    team_id = event.id_of("decider_team_id")
    team = Team.objects.filter(id=team_id).first() if team_id else None
    if team is None:
        return None
    return AlertFacts(
        kind="sharing.objected",
        about=(event.about_type, event.about_id),
        resident_id=None,
        team_id=team.id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=clock.add_working_days(team.calendar, event.at, WITHIN_WORKING_DAYS),
        by_the_clock=False,
    )


def decided_alert_facts(event: Event) -> AlertFacts | None:
    """The team that wrote it down tells the person."""
    team_id, resident_id = event.id_of("team_id"), event.id_of("resident_id")
    if team_id is None or resident_id is None:
        return None
    return AlertFacts(
        kind="sharing.decided",
        about=("resident", resident_id),
        resident_id=resident_id,
        team_id=team_id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=None,
        by_the_clock=True,
    )
