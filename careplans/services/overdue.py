"""A team is told, once for each day on which something of its own has become overdue (domain.md 3.4, rule 12)."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from carecoord import clock, outbox
from careplans.models import Action
from neighbourhoods.models import Team


def tell_overdue_actions() -> int:
    """Publish `actions.overdue` about each team that is open and has something newly overdue; returns how many.

    One message for all of it, so that ten overdue actions are one alert; it says `after` which day what is due is news.
    A team that has nothing overdue any more has answered it: `actions.caught_up`. Any number of workers may do it at
    once.
    """
    now = clock.now()
    for team in _caught_up():
        _settle(team.id)
    return sum(_tell(team.id) for team in _to_be_told() if clock.is_open(team.calendar, now))


def _teams() -> QuerySet[Any]:
    """With `newest`: the last day of what is overdue. Each team's is one step into an index."""
    overdue = Action.objects.filter(accountable_team_id=OuterRef("pk"), due_on__lt=clock.today())
    newest = Subquery(overdue.order_by("-due_on").values("due_on")[:1])
    return Team.objects.filter(ended_at=None, organisation__ended_at=None).annotate(newest=newest).order_by("id")


def _to_be_told() -> QuerySet[Any]:
    untold = Q(overdue_told_on=None) | Q(overdue_told_on__lt=F("newest"))
    return _teams().filter(untold, newest__isnull=False)


def _caught_up() -> QuerySet[Any]:
    return _teams().filter(overdue_told_on__isnull=False, newest=None)


def _free(teams: QuerySet[Any], team_id: UUID) -> Any:
    # Not against whoever writes something of this team meanwhile: that looks at its key alone.
    return teams.filter(id=team_id).select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


@transaction.atomic
def _tell(team_id: UUID) -> bool:
    team = _free(_to_be_told(), team_id)
    if team is None:
        return False
    after = team.overdue_told_on.isoformat() if team.overdue_told_on else ""
    Team.objects.filter(id=team_id).update(overdue_told_on=team.newest)
    outbox.publish("actions.overdue", about=("team", team_id), team_id=team_id, after=after)
    return True


@transaction.atomic
def _settle(team_id: UUID) -> None:
    if _free(_caught_up(), team_id):
        Team.objects.filter(id=team_id).update(overdue_told_on=None)
        outbox.publish("actions.caught_up", about=("team", team_id), team_id=team_id)
