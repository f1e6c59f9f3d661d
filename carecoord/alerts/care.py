"""Care that has to run again: the team that arranged it is told, and told again until it runs or has ended."""

from carecoord.alerts.facts import AlertFacts
from carecoord.clock import add_working_days
from carecoord.outbox import Event
from neighbourhoods.models import CarePackage

RESTART_WORKING_DAYS = 1


def restart_alert_facts(event: Event) -> AlertFacts | None:
    """None where it runs, or has ended, or is no longer asked for. Workers only: sees all."""
    asked = CarePackage.objects.filter(id=event.about_id, restart_asked_at__isnull=False).select_related("team")
    package = asked.first()
    if package is None:
        return None
    return AlertFacts(
        kind=event.topic,
        about=(event.about_type, event.about_id),
        resident_id=package.resident_id,
        team_id=package.team_id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=add_working_days(package.team.calendar, event.at, RESTART_WORKING_DAYS),
        by_the_clock=False,
    )
