"""What is planned and due for one's teams, a page at a time: visits and calls, actions, and reviews of plans."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from carecoord import clock
from carecoord.record.day import AHEAD, my_actions
from careplans.feeds import REVIEW_NOTICE, actions_of_my_teams, reviews_of_my_teams
from careplans.models import Action, CarePlan
from neighbourhoods.encounters import planned_for_my_teams, start_of, start_of_tomorrow
from neighbourhoods.models import Encounter
from neighbourhoods.principal import Principal

PAGE = 25
MINE, EVERYBODYS = "mine", "all"
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
# What each list may be asked for; the first is what my day counts.
DAYS_OF_VISITS = {
    "": "Until today",
    "tomorrow": "Tomorrow",
    "week": "Until a week from today",
    "all": "All days",
}
DAYS_OF_ACTIONS = {"": "Until a week from today", "overdue": "Overdue", "all": "All days, and without one"}
DAYS_OF_REVIEWS = {"": "The next 14 days, and overdue", "overdue": "Overdue", "all": "All days"}
T = TypeVar("T", Encounter, Action, CarePlan)


@dataclass(frozen=True)
class DueChoice:
    """Which days, and whose: a team's id, `mine`, `all`, or what my day counts; after which row."""

    days: str = ""
    whose: str = ""
    after: UUID | None = None

    @property
    def team_id(self) -> UUID | None:
        return None if self.whose in {"", MINE, EVERYBODYS} else UUID(self.whose)


@dataclass(frozen=True)
class DuePage(Generic[T]):
    """`next_after` is where the next page begins."""

    rows: Sequence[T]
    next_after: UUID | None


def planned_visits(principal: Principal, choice: DueChoice) -> DuePage[Encounter]:
    """The oldest first, also those of earlier days of which nobody has said how they went."""
    tomorrow, week = start_of_tomorrow(), start_of(clock.today() + WEEK + DAY)
    until = {"tomorrow": start_of(clock.today() + 2 * DAY), "week": week, "all": datetime.max.replace(tzinfo=UTC)}
    found = planned_for_my_teams(principal, until.get(choice.days, tomorrow))
    if choice.days == "tomorrow":
        found = found.filter(at__gte=tomorrow)
    if choice.whose == MINE:
        found = found.filter(seen_by_id=principal.membership_id)
    elif choice.team_id:
        found = found.filter(team_id=choice.team_id)
    if choice.after:
        # Where it stood in the list, also when somebody has said meanwhile how it went.
        stood = Encounter.objects.visible_to(principal).filter(id=choice.after)
        at = stood.values_list(Coalesce("planned_for", "at")).first()
        found = found.filter(Q(at__gt=at[0]) | Q(at=at[0], id__gt=choice.after)) if at else found
    return _page(list(found.window(0, PAGE + 1)))


def due_actions(principal: Principal, choice: DueChoice) -> DuePage[Action]:
    """The next due first, and those without a day last."""
    found = actions_of_my_teams(principal) if choice.whose == EVERYBODYS else my_actions(principal)
    if choice.whose == MINE:
        found = found.filter(assigned_to=principal.membership_id)
    until = {"": clock.today() + AHEAD, "overdue": clock.today() - DAY}.get(choice.days)
    if until:
        found = found.filter(due_on__lte=until)
    if choice.after:
        stood = Action.objects.visible_to(principal).filter(id=choice.after).values_list("due_on", "created_at").first()
        found = found.filter(_behind(*stood, choice.after)) if stood else found
    return _page(list(found.window(0, PAGE + 1)))


def plan_reviews(principal: Principal, choice: DueChoice) -> DuePage[CarePlan]:
    """The most urgent first."""
    today = clock.today()
    until = {"overdue": today - DAY, "all": date.max}
    found = reviews_of_my_teams(principal, until.get(choice.days, today + REVIEW_NOTICE))
    if choice.team_id:
        found = found.filter(review_team_id=choice.team_id)
    if choice.after:
        stood = CarePlan.objects.visible_to(principal).filter(id=choice.after, review_due_on__isnull=False)
        on = stood.values_list("review_due_on").first()
        found = found.filter(Q(review_due_on__gt=on[0]) | Q(review_due_on=on[0], id__gt=choice.after)) if on else found
    return _page(list(found.window(0, PAGE + 1)))


def _behind(due_on: date | None, created_at: datetime, action_id: UUID) -> Q:
    """What comes after such an action, in the order of `actions_of_my_teams`."""
    same_day = Q(due_on=due_on) & (Q(created_at__gt=created_at) | Q(created_at=created_at, id__gt=action_id))
    return same_day | Q(due_on__gt=due_on) | Q(due_on=None) if due_on else same_day


def _page(found: list[T]) -> DuePage[T]:
    return DuePage(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)
