"""Needs and strengths as rows, each need with the goals for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from carecoord.ui.components import Link, Status
from careplans.display.people import written
from careplans.models import Goal, Need
from careplans.services.goals import GOAL_ENDED
from careplans.states import NEED
from neighbourhoods.models import Resident


@dataclass(frozen=True)
class NeedRow:
    """`is_over` holds no more, or was an error; then `status` and `reason` say which, and why."""

    title: str
    by: str
    status: Status | None
    reason: str
    is_over: bool
    goals: tuple[Link, ...]
    change: Link


def need_rows(resident: Resident, needs: Iterable[Need], goals: Sequence[Goal] = ()) -> tuple[NeedRow, ...]:
    """What holds now first; goals that have ended are left out."""
    in_order = sorted(needs, key=lambda one: one.status != "current")
    return tuple(_row(resident, one, [goal for goal in goals if goal.need_id == one.id]) for one in in_order)


def need_words(need: Need) -> str:
    return f"“{need.title}”" if need.in_own_words else need.title


def need_by(resident: Resident, need: Need) -> str:
    who = written(need.written_by, need.updated_at, need.written_by_name)
    return f"{resident.called}'s own words, written down by {who}" if need.in_own_words else who


def _row(resident: Resident, need: Need, goals: Iterable[Goal]) -> NeedRow:
    is_over = need.status != "current"
    return NeedRow(
        title=need_words(need),
        by=need_by(resident, need),
        status=Status(NEED[need.status].label) if is_over else None,
        reason=need.status_reason if is_over else "",
        is_over=is_over,
        goals=tuple(
            Link(f"Goal: {goal.title}", reverse("goal_detail", args=[goal.id]))
            for goal in goals
            if goal.status not in GOAL_ENDED
        ),
        change=Link("Change", reverse("need_detail", args=[need.id]), f"“{need.title}”"),
    )
