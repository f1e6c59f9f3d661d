"""Actions of two organisations that may be one effort too many, as `neighbourhoods.encounters` has it of visits.

They may be right to both go: nothing is stopped, it is only pointed out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from careplans.models import Action
from neighbourhoods.principal import Principal

# Due so near to each other, one visit might do for both.
NEAR: Final = timedelta(weeks=2)


@dataclass(frozen=True)
class Double:
    """Two open actions of one resident, the earlier due first; `because` is what they have in common."""

    first: Action
    second: Action
    because: str

    def other(self, action: Action) -> Action | None:
        """The one beside this; None where it is neither."""
        pair = {self.first.id: self.second, self.second.id: self.first}
        return pair.get(action.id)


def doubles_of(actions: Iterable[Action]) -> list[Double]:
    """Pairs for the same goal, or in the same words, of two organisations, due within two weeks of each other.

    Of one resident. The accountable teams should be joined.
    """
    open_ones = [one for one in actions if one.accountable_team and one.due_on]
    in_order = sorted(open_ones, key=lambda one: (one.due_on, one.created_at, one.id))
    return [
        Double(first, second, because)
        for first, second in combinations(in_order, 2)
        if _of_two_organisations(first, second) and _are_near((first, second)) and (because := _common(first, second))
    ]


def doubled_of_team(principal: Principal, team_id: UUID) -> int:
    """How many open actions of the team stand beside one of another organisation, as `doubles_of` pairs them."""
    near = (OuterRef("due_on") - NEAR, OuterRef("due_on") + NEAR)
    alike = Q(goal_id=OuterRef("goal_id")) | Q(title__iexact=OuterRef("title"))
    others = Action.objects.visible_to(principal).open().filter(alike, resident_id=OuterRef("resident_id"))
    others = others.filter(due_on__range=near)
    others = others.exclude(accountable_team__organisation_id=OuterRef("accountable_team__organisation_id"))
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
