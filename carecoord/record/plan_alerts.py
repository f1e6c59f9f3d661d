"""A plan that was not reviewed in time: whoever reviews it is told, told again, and then their lead is."""

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.clock import add_working_days
from carecoord.outbox import Event
from careplans.models import CarePlan

# From the day after it was due until the lead is told.
REVIEW_WORKING_DAYS = 5


def review_alert_facts(event: Event) -> AlertFacts | None:
    """None where it was reviewed, or the plan has ended, in between. Workers only: sees all."""
    overdue = CarePlan.objects.filter(
        id=event.about_id, status__in=("active", "on_hold"), review_due_on__lt=clock.today()
    )
    plan = overdue.select_related("review_team").first()
    if plan is None or plan.review_team is None:
        return None
    return AlertFacts(
        kind=event.topic,
        about=(event.about_type, event.about_id),
        resident_id=plan.resident_id,
        team_id=plan.review_team.id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=add_working_days(plan.review_team.calendar, event.at, REVIEW_WORKING_DAYS),
        by_the_clock=False,
    )
