"""What my day shows, read in a fixed number of statements. Lists are cut here; counts come with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, Subquery, Value

from carecoord import clock
from carecoord.alerts.feeds import AlertFeed, waiting_alerts
from carecoord.record.waiting import Waiting, handovers_to_accept
from careplans.feeds import actions_of_my_teams, reviews_of_my_teams
from careplans.models import Action, CarePlan
from neighbourhoods.encounters import planned_for_my_teams
from neighbourhoods.identities import Identity
from neighbourhoods.models import Encounter
from neighbourhoods.principal import Principal
from referrals.feeds_referrals import referrals_under
from referrals.models import Handover, Referral

MOST = 4
# Enough to find the urgent one that is overdue, which is what somebody should start with.
MOST_READ = 12
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class DayContent:
    """Lists in the order of their clocks. `referrals` and `handovers` may be longer than what is shown."""

    alerts: AlertFeed
    referrals: Sequence[Referral]
    handovers: Sequence[Handover]
    actions: Sequence[Action]
    actions_due: int
    reviews: Sequence[CarePlan]
    reviews_due: int
    visits: Sequence[Encounter]
    visits_due: int
    people: Mapping[UUID, Identity]


def content_of(principal: Principal, counted: Waiting, next_url: str) -> DayContent:
    """Nothing is read for what is known to be empty."""
    referrals = list(referrals_under("waiting", principal).window(0, MOST_READ)) if counted.referrals else []
    handovers = _handovers(principal) if counted.handovers else []
    actions, actions_due = _with_total(my_actions(principal).filter(due_on__lte=clock.today() + AHEAD))
    reviews, reviews_due = _with_total(reviews_of_my_teams(principal))
    visits = list(planned_for_my_teams(principal)[:MOST]) if counted.visits else []
    named = {item.resident_id for item in (*referrals, *handovers)}
    alerts = waiting_alerts(principal, limit=MOST, next_url=next_url, also=named)
    return DayContent(
        alerts=alerts,
        referrals=referrals,
        handovers=handovers,
        actions=actions,
        actions_due=actions_due,
        reviews=reviews,
        reviews_due=reviews_due,
        visits=visits,
        visits_due=counted.visits,
        people=alerts.people,
    )


def is_quiet(counted: Waiting, content: DayContent) -> bool:
    """Nothing waits for anybody here, and nothing is due soon."""
    waits = counted.alerts + counted.referrals + counted.handovers + content.alerts.total
    return not (waits or content.actions_due or content.reviews_due or content.visits_due)


def my_actions(principal: Principal) -> Any:
    """Of my teams' open actions those that are mine, or nobody's yet."""
    mine = Q(assigned_to=principal.membership_id) | Q(assigned_to=None)
    return actions_of_my_teams(principal).filter(mine)


def next_action(principal: Principal) -> Action | None:
    """The next of them with a day, for the page on which nothing is waiting."""
    action: Action | None = my_actions(principal).filter(due_on__isnull=False).first()
    return action


def _handovers(principal: Principal) -> list[Handover]:
    offers = handovers_to_accept(principal).select_related("from_team", "to_team")
    return list(offers.order_by("accept_by", "id").window(0, MOST_READ))


def _with_total(items: Any) -> tuple[list[Any], int]:
    """The first, and how many there are in all, in one statement."""
    counted = items.select_related(None).order_by().values(one=Value(1)).annotate(number=Count("id")).values("number")
    rows = list(items.window(0, MOST).annotate(in_all=Subquery(counted)))
    return rows, rows[0].in_all if rows else 0
