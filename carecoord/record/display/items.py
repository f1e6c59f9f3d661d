"""Everything open about one resident, of every app, in the order of clocks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from carecoord import clock
from carecoord.prepared import prepared
from carecoord.ui import dates
from carecoord.ui.components import Clock, ClockState, OpenItem, TeamChip
from careplans.display import open_action_items
from careplans.feeds import REVIEW_NOTICE, current_plan_of, open_actions_of
from careplans.models import Action, CarePlan
from neighbourhoods.principal import Principal
from referrals.display_handovers.rows import offer_clock
from referrals.feeds_referrals import open_of as open_referrals_of
from referrals.models import Handover

# Design.md 5, open-item row.
ORDER: tuple[ClockState, ...] = ("overdue", "due_soon", "paused", "on_time", "no_clock")


@dataclass(frozen=True)
class Open:
    """What is open about one resident; the plan counts by its review, which a team owns."""

    actions: Sequence[Action]
    referrals: Sequence[OpenItem]
    handovers: Sequence[Handover]
    plan: CarePlan | None


def open_of(principal: Principal, resident_id: UUID) -> Open:
    """Four statements, whatever the number of items."""
    return Open(
        actions=open_actions_of(principal, resident_id),
        referrals=open_referrals_of(principal, resident_id),
        handovers=_handovers(principal, resident_id),
        plan=current_plan_of(principal, resident_id),
    )


@prepared
def _handovers(principal: Principal, resident_id: UUID) -> QuerySet[Handover]:
    handovers = Handover.objects.visible_to(principal).open().filter(resident_id=resident_id)
    return handovers.select_related("accountable_team", "from_team", "to_team").order_by("created_at", "id")


def open_items(principal: Principal, found: Open) -> tuple[OpenItem, ...]:
    rows = [
        *open_action_items(principal, found.actions),
        *found.referrals,
        *(handover_item(principal, handover) for handover in found.handovers),
        *_review(principal, found.plan),
    ]
    return tuple(sorted(rows, key=lambda row: ORDER.index(row.clock.state)))


def handover_item(principal: Principal, handover: Handover) -> OpenItem:
    team = handover.accountable_team or handover.from_team
    is_offered = handover.status == "offered"
    ends = f"Until {dates.moment(handover.ends_at, now=clock.now())}" if handover.ends_at else ""
    return OpenItem(
        kind="Handover",
        title=f"{handover.get_kind_display()}, from {handover.from_team}",
        url=reverse("handover", args=[handover.id]),
        team=_chip(
            principal,
            team.id,
            team.name,
            f"Offered to {handover.to_team}" if is_offered else handover.get_status_display(),
        ),
        clock=(offer_clock(handover) if is_offered else None) or Clock("no_clock", at=ends),
    )


def review_clock(due_on: date) -> Clock:
    """A whole day: due soon in the last fortnight, overdue once the day has ended."""
    today, at = clock.today(), dates.due_day(due_on, now=clock.now())
    if due_on < today:
        return Clock("overdue", at=at)
    return Clock("due_soon" if due_on - today <= REVIEW_NOTICE else "on_time", at=at)


def _review(principal: Principal, plan: CarePlan | None) -> Iterable[OpenItem]:
    if plan is None or plan.review_team is None or plan.review_due_on is None:
        return
    yield OpenItem(
        kind="Plan review",
        title="Review of the plan",
        url=reverse("care_plan", args=[plan.resident_id]),
        team=_chip(principal, plan.review_team.id, plan.review_team.name, ""),
        clock=review_clock(plan.review_due_on),
    )


def _chip(principal: Principal, team_id: UUID, name: str, second: str) -> TeamChip:
    return TeamChip(team=name, second=second, mine="your_team" if principal.acts_for(team_id) else "")
