"""What a team is told once that others have done something it must hear of, and that asks for no answer.

It is given somebody, or something to do, by whoever sorts what came by import: it accepts nothing, as with a handover,
and is responsible from that moment. Or somebody has written a note beside an entry of its own (IG-38).
"""

from carecoord.alerts.facts import AlertFacts
from carecoord.outbox import Event


def sorted_alert_facts(event: Event) -> AlertFacts | None:
    """A notice to `team_id`; none where there is no such team, or it did that itself."""
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
