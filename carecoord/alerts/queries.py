"""A resident questions what is recorded of them: the team that is asked answers within some working days (IG-29)."""

from typing import Final

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.telling import team_now
from carecoord.outbox import Event

ANSWERED_WITHIN: Final = clock.Allowance(5, clock.Unit.WORKING_DAYS)
ANSWERED_BY: Final = ("entry.ended", "entry.entered_in_error")
"""A question is an entry: whoever answers it ends it."""


def query_alert_facts(event: Event) -> AlertFacts | None:
    team_id = event.id_of("team_id")
    if team_id is None:
        return None
    return AlertFacts(
        kind=event.topic,
        about=(event.about_type, event.about_id),
        resident_id=event.id_of("resident_id"),
        team_id=team_id,
        sending_team_id=event.id_of("from_team_id"),
        is_urgent=False,
        started_at=event.at,
        due_at=clock.due_at(ANSWERED_WITHIN, event.at, team_now(team_id).team.calendar),
        by_the_clock=False,
    )
