"""What a team is told that is given somebody, or something to do, by whoever sorts what came by import.

It accepts nothing, as with a handover: it is responsible from that moment, so it must hear of it.
"""

from carecoord.alerts.facts import AlertFacts
from carecoord.outbox import Event


def sorted_alert_facts(event: Event) -> AlertFacts | None:
    """A notice; none where the team that sorted kept it."""
    team_id, from_team_id = event.id_of("team_id"), event.id_of("from_team_id")
    if team_id is None or team_id == from_team_id:
        return None
    return AlertFacts(
        kind=event.topic,
        about=(event.about_type, event.about_id),
        resident_id=event.id_of("resident_id"),
        team_id=team_id,
        sending_team_id=from_team_id,
        is_urgent=False,
        started_at=event.at,
        due_at=None,
        by_the_clock=True,
    )
