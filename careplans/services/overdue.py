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

    One message for all of it, so that ten overdue actions are one alert. Any number of workers may do it at once.
    """
    now = clock.now()
    return sum(_tell(team.id) for team in _to_be_told() if clock.is_open(team.calendar, now))


def _to_be_told() -> QuerySet[Any]:
    """With `newest`: the last day of what is overdue. Each team's is one step into an index."""
    overdue = Action.objects.filter(accountable_team_id=OuterRef("pk"), due_on__lt=clock.today())
    newest = Subquery(overdue.order_by("-due_on").values("due_on")[:1])
    teams = Team.objects.filter(ended_at=None, organisation__ended_at=None).annotate(newest=newest)
    untold = Q(overdue_told_on=None) | Q(overdue_told_on__lt=F("newest"))
    return teams.filter(untold, newest__isnull=False).order_by("id")


@transaction.atomic
def _tell(team_id: UUID) -> bool:
    # Not against whoever writes something of this team meanwhile: that looks at its key alone.
    free = _to_be_told().filter(id=team_id).select_for_update(skip_locked=True, no_key=True, of=("self",))
    team: Any = free.first()
    if team is None:
        return False
    Team.objects.filter(id=team_id).update(overdue_told_on=team.newest)
    outbox.publish("actions.overdue", about=("team", team_id), team_id=team_id)
    return True
