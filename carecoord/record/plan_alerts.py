"""A plan that was not reviewed in time: whoever reviews it is told, told again, and then their lead is. And what two
organisations plan alike: both are told, once."""

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.services import raise_alert
from carecoord.clock import add_working_days
from carecoord.outbox import Event
from careplans.doubles import doubles_of
from careplans.models import Action, CarePlan

# From the day after it was due until the lead is told.
REVIEW_WORKING_DAYS = 5
DOUBLED = "action.doubled"


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


def tell_of_doubles(event: Event) -> None:
    """A notice to each team of what it plans itself, when an action is added beside another organisation's.

    Each team hears of an added action once, however many stand beside it. Workers only: sees all.
    """
    added = Action.objects.open().filter(id=event.about_id, due_on__isnull=False).first()
    if added is None:
        return
    around = Action.objects.open().filter(resident_id=added.resident_id, due_on__isnull=False)
    pairs = doubles_of(around.select_related("accountable_team"))
    others = [other for pair in pairs if (other := pair.other(added))]
    for action in (*([added] if others else ()), *others):
        if action.accountable_team_id:
            facts = AlertFacts(
                kind=DOUBLED,
                about=("action", action.id),
                resident_id=action.resident_id,
                team_id=action.accountable_team_id,
                sending_team_id=None,
                is_urgent=False,
                started_at=event.at,
                due_at=None,
                by_the_clock=True,
            )
            raise_alert(facts=facts, cause_id=event.message_id)
