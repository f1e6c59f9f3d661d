"""A plan that was not reviewed in time, and actions whose day has ended: whoever is to do it is told, then the team,
and then their lead is. And what two organisations plan alike: both are told, once."""

from datetime import date, timedelta

from django.db import transaction

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.services import raise_alert
from carecoord.clock import add_working_days, add_working_time
from carecoord.outbox import Event
from careplans.models import Action, CarePlan
from careplans.services import note_doubles
from neighbourhoods.models import Team

# From the day after it was due until the lead is told.
REVIEW_WORKING_DAYS = 5
# Of actions, whose day has ended already: before the next day's are told.
OVERDUE_WORKING_TIME = timedelta(hours=4)
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


def overdue_alert_facts(event: Event) -> AlertFacts | None:
    """One alert for all of the team's: first to whoever has undertaken what is newly overdue, and to those on duty
    where something of it is nobody's in particular. None where it was done in between. Workers only: sees all.
    """
    team = Team.objects.get(id=event.about_id)
    overdue = Action.objects.filter(accountable_team=team, due_on__lt=clock.today())
    rows = list(overdue.values_list("due_on", "assigned_to", "done_by_volunteer"))
    if not rows:
        return None
    after = date.fromisoformat(str(event.ids.get("after") or date.min))
    doers = [assigned or helper for due_on, assigned, helper in rows if due_on and due_on > after]
    named = tuple(dict.fromkeys(doer for doer in doers if doer))
    is_one = len(named) == 1 and all(doers)
    return AlertFacts(
        kind=event.topic,
        about=(event.about_type, event.about_id),
        resident_id=None,
        team_id=team.id,
        sending_team_id=None,
        is_urgent=False,
        started_at=event.at,
        due_at=add_working_time(team.calendar, event.at, OVERDUE_WORKING_TIME),
        by_the_clock=False,
        named_id=named[0] if is_one else None,
        doers=named,
        is_partly_nobodys=not all(doers),
    )


@transaction.atomic
def tell_of_doubles(event: Event) -> None:
    """A notice to each team of what it plans itself, when an action comes to stand beside another organisation's: by
    being added, or by another day or other words.

    Each pair is told once, and each team once of one change, however many pairs it makes. Workers only: sees all.
    """
    pairs = note_doubles(action_id=event.about_id)
    changed = [one for pair in pairs for one in (pair.first, pair.second) if one.id == event.about_id]
    others = [one for pair in pairs for one in (pair.first, pair.second) if one.id != event.about_id]
    for action in (*changed[:1], *others):
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
