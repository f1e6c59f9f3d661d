"""Once a week the leads of a team are told that a rule of alerts is noisy there."""

from collections.abc import Iterable
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from carecoord import clock
from carecoord.alerts.facts import AlertFacts
from carecoord.alerts.measures import measured_in
from carecoord.alerts.models import Alert
from carecoord.alerts.services import raise_alert
from neighbourhoods.models import Team

NOISY: Final = "alerts.noisy"


def tell_noisy_rules() -> int:
    """One notice to each team that has a noisy rule, in its hours; returns how many. A second run says nothing."""
    week = clock.today()
    due = {_cause(team_id, week): team_id for team_id in _open_teams()}
    told = Alert.objects.filter(kind=NOISY, cause_id__in=due).values_list("cause_id", flat=True)
    left = {team_id: cause for cause, team_id in due.items() if cause not in set(told)}
    noisy = (team_id for team_id, rules in measured_in(left).items() if any(rule.is_noisy for rule in rules))
    return sum(raise_alert(facts=_facts(team_id), cause_id=left[team_id]) is not None for team_id in noisy)


def _open_teams() -> Iterable[UUID]:
    now = clock.now()
    teams = Team.objects.filter(ended_at=None).select_related("organisation__place")
    return (team.id for team in teams if clock.is_open(team.calendar, now))


def _cause(team_id: UUID, day: date) -> UUID:
    """The same all week, so that the database refuses a second notice."""
    year, week, _ = day.isocalendar()
    return uuid5(team_id, f"{NOISY} {year}-{week}")


def _facts(team_id: UUID) -> AlertFacts:
    return AlertFacts(
        kind=NOISY,
        about=("team", team_id),
        resident_id=None,
        team_id=team_id,
        sending_team_id=None,
        is_urgent=False,
        started_at=clock.now(),
        due_at=None,
        by_the_clock=True,
    )
