"""What my day shows, read in a fixed number of statements. Lists are cut here; counts come with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from carecoord import clock
from carecoord.alerts.feeds import AlertFeed, waiting_alerts
from carecoord.prepared import prepared, prepared_together, prepared_with_one_plan
from carecoord.record.waiting import Due, Waiting, handovers_to_accept
from careplans.feeds import REVIEW_NOTICE, actions_of_my_teams, drafts_left, drafts_of, reviews_of_my_teams
from careplans.models import Action, CarePlan, PlanDraft
from neighbourhoods.administered import agreements_ending
from neighbourhoods.encounters import planned_for_my_teams, start_of_tomorrow
from neighbourhoods.identities import Identity
from neighbourhoods.models import Encounter, Role
from neighbourhoods.principal import Principal
from referrals.feeds_referrals import first_waiting
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
    left: Sequence[PlanDraft] = ()
    agreements_ending: int = 0

    @property
    def residents(self) -> set[UUID]:
        """Whom the page names."""
        return {*self.people, *(one.resident_id for one in (*self.actions, *self.reviews, *self.visits, *self.left))}


def content_of(principal: Principal, counted: Waiting, next_url: str) -> DayContent:
    """Nothing is read for what is known to be empty."""
    referrals = first_waiting(principal, MOST_READ) if counted.referrals else []
    handovers = _handovers(principal) if counted.handovers else []
    actions = _actions(principal, counted.first_actions[:MOST]) if counted.actions_due else []
    reviews = _reviews(principal, counted.first_reviews[:MOST], due_soon().reviews_until) if counted.reviews_due else []
    visits, left = _visits_and_left(principal) if counted.visits else ([], drafts_left(principal, MOST))
    named = {item.resident_id for item in (*referrals, *handovers)}
    alerts = waiting_alerts(principal, limit=MOST, next_url=next_url, also=named)
    return DayContent(
        alerts=alerts,
        referrals=referrals,
        handovers=handovers,
        actions=actions,
        actions_due=counted.actions_due,
        reviews=reviews,
        reviews_due=counted.reviews_due,
        visits=visits,
        visits_due=counted.visits,
        people=alerts.people,
        left=left,
        agreements_ending=agreements_ending(principal) if principal.role == Role.ADMINISTRATOR else 0,
    )


def is_quiet(counted: Waiting, content: DayContent) -> bool:
    """Nothing waits for anybody here, and nothing is due soon."""
    waits = counted.alerts + counted.referrals + counted.handovers + content.alerts.total
    is_due = content.actions_due or content.reviews_due or content.visits_due or content.agreements_ending
    return not (waits or is_due)


def my_actions(principal: Principal) -> Any:
    """Of my teams' open actions those that are mine, or nobody's yet."""
    mine = Q(assigned_to=principal.membership_id) | Q(assigned_to=None)
    return actions_of_my_teams(principal).filter(mine)


def next_action(principal: Principal) -> Action | None:
    """The next of them with a day, for the page on which nothing is waiting."""
    action: Action | None = my_actions(principal).filter(due_on__isnull=False).first()
    return action


@prepared_with_one_plan
def _handovers(principal: Principal) -> QuerySet[Handover]:
    offers = handovers_to_accept(principal).select_related("from_team", "to_team")
    return offers.order_by("accept_by", "id").window(0, MOST_READ)


@prepared
def _actions(principal: Principal, ids: tuple[UUID, ...]) -> QuerySet[Action]:
    shown: QuerySet[Action] = my_actions(principal).filter(id__in=ids)
    return shown


@prepared
def _reviews(principal: Principal, ids: tuple[UUID, ...], until: date) -> QuerySet[CarePlan]:
    return reviews_of_my_teams(principal, until).filter(id__in=ids)


def _visits_and_left(principal: Principal) -> tuple[list[Encounter], list[PlanDraft]]:
    visits, left = _together(principal, start_of_tomorrow())
    return visits, left


@prepared_together
def _together(principal: Principal, until: datetime) -> tuple[QuerySet[Encounter], QuerySet[PlanDraft]]:
    return planned_for_my_teams(principal, until).window(0, MOST), drafts_of(principal, MOST)


def due_soon() -> Due:
    """Until which day `my_actions` and reviews stand on my day."""
    return Due(clock.today() + AHEAD, clock.today() + REVIEW_NOTICE)
