"""Actions of two organisations that may be one effort too many, as `neighbourhoods.encounters` has it of visits.

They may be right to both go: nothing is stopped, it is only pointed out, and who answers for one of them may say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import combinations
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from careplans.models import Action, ActionPair
from neighbourhoods.principal import Principal

# Due so near to each other, one visit might do for both.
NEAR: Final = timedelta(weeks=2)
AUTHOR: Final = ("written_by__user", "written_by__organisation")


@dataclass(frozen=True)
class Double:
    """Two open actions of one resident, the earlier due first; `because` is what they have in common. `right` says that
    both are right, and why."""

    first: Action
    second: Action
    because: str
    right: ActionPair | None = None

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """Both, in the order in which a pair is kept."""
        return in_order(self.first.id, self.second.id)

    def is_of(self, principal: Principal) -> bool:
        """Whether one of them is a team's of the principal."""
        return any(principal.acts_for(one.accountable_team_id) for one in (self.first, self.second))

    def other(self, action: Action) -> Action | None:
        """The one beside this; None where it is neither."""
        pair = {self.first.id: self.second, self.second.id: self.first}
        return pair.get(action.id)


def doubles_of(actions: Iterable[Action]) -> list[Double]:
    """Pairs for the same goal, or in the same words, of two organisations, due within two weeks of each other.

    Of one resident. The accountable teams should be joined.
    """
    open_ones = [one for one in actions if one.accountable_team and one.due_on]
    by_day = sorted(open_ones, key=lambda one: (one.due_on, one.created_at, one.id))
    return [
        Double(first, second, because)
        for first, second in combinations(by_day, 2)
        if _of_two_organisations(first, second) and _are_near((first, second)) and (because := _common(first, second))
    ]


def with_what_is_right(principal: Principal, doubles: Sequence[Double]) -> list[Double]:
    """With what was said of them, as long as it holds. One statement, and none where there is nothing to ask."""
    if not doubles:
        return []
    firsts = {double.ids[0] for double in doubles}
    pairs = ActionPair.objects.visible_to(principal).right().filter(first_id__in=firsts)
    found = {(pair.first_id, pair.second_id): pair for pair in pairs.select_related(*AUTHOR)}
    return [replace(double, right=found.get(double.ids)) for double in doubles]


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


def doubled_of_team(principal: Principal, team_id: UUID) -> int:
    """How many open actions of the team stand beside one of another organisation, as `doubles_of` pairs them, of which
    nobody has said that both are right."""
    near = (OuterRef("due_on") - NEAR, OuterRef("due_on") + NEAR)
    alike = Q(goal_id=OuterRef("goal_id")) | Q(title__iexact=OuterRef("title"))
    others = Action.objects.visible_to(principal).open().filter(alike, resident_id=OuterRef("resident_id"))
    others = others.filter(due_on__range=near)
    others = others.exclude(accountable_team__organisation_id=OuterRef("accountable_team__organisation_id"))
    beside, one = OuterRef("pk"), OuterRef(OuterRef("pk"))
    both = Q(first_id=beside, second_id=one) | Q(first_id=one, second_id=beside)
    others = others.exclude(Exists(ActionPair.objects.visible_to(principal).right().filter(both)))
    mine = Action.objects.visible_to(principal).open().filter(accountable_team_id=team_id)
    return mine.filter(Exists(others)).count()


def _of_two_organisations(first: Action, second: Action) -> bool:
    one, other = first.accountable_team, second.accountable_team
    return one is not None and other is not None and one.organisation_id != other.organisation_id


def _are_near(pair: Sequence[Action]) -> bool:
    days = [action.due_on for action in pair if action.due_on]
    return max(days) - min(days) <= NEAR


def _common(first: Action, second: Action) -> str:
    if first.goal_id and first.goal_id == second.goal_id:
        return "for the same goal"
    return "in the same words" if first.title.upper() == second.title.upper() else ""
