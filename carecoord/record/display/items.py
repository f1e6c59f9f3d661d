"""What is open about one resident as rows, in the order of clocks."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from carecoord import clock
from carecoord.record.reading.standing import Open
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Clock, ClockState, OpenItem, TeamChip
from careplans.display import open_action_items
from careplans.feeds import REVIEW_NOTICE
from careplans.models import CarePlan
from neighbourhoods.principal import Principal
from referrals.display_handovers.rows import offer_clock
from referrals.feeds_referrals import open_item
from referrals.models import Handover

# Design.md 5, open-item row.
ORDER: tuple[ClockState, ...] = ("overdue", "due_soon", "paused", "on_time", "no_clock")


def open_items(principal: Principal, found: Open) -> tuple[OpenItem, ...]:
    now = clock.now()
    rows = [
        *open_action_items(principal, found.actions),
        *(open_item(referral, principal, now) for referral in found.referrals),
        *(handover_item(principal, handover) for handover in found.handovers),
        *review_items(principal, found.plan),
    ]
    return tuple(sorted(rows, key=in_order))


def in_order(item: OpenItem) -> int:
    """Where a row stands among the others: what is overdue first."""
    return ORDER.index(item.clock.state)


def handover_item(principal: Principal, handover: Handover) -> OpenItem:
    team = handover.accountable_team or handover.from_team
    is_offered = handover.status == "offered"
    ends = f"Until {dates.moment_inside(handover.ends_at, now=clock.now())}" if handover.ends_at else ""
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


def review_items(principal: Principal, plan: CarePlan | None) -> Iterable[OpenItem]:
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
