"""What a team is told of itself: what is nobody's in particular since somebody left, and a rota with nobody on it."""

from dataclasses import replace

from carecoord.alerts.facts import AlertFacts, notice_of
from carecoord.outbox import Event


def released_alert_facts(event: Event) -> AlertFacts:
    """Whoever had something has left: the leads find it among what is nobody's in particular, and give it on."""
    return notice_of(event, kind=event.topic, team_id=event.about_id)


def nobody_on_duty_facts(event: Event) -> AlertFacts:
    """Something came in, and nobody was on duty to be told: the leads are, whatever the hour."""
    return replace(notice_of(event, kind=event.topic, team_id=event.about_id), is_urgent=True)
