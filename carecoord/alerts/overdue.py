"""Actions of a team have become overdue: it is told in its working hours, once for all of them."""

from carecoord.alerts.facts import AlertFacts, notice_of
from carecoord.outbox import Event


def overdue_alert_facts(event: Event) -> AlertFacts:
    return notice_of(event, kind=event.topic, team_id=event.about_id)
