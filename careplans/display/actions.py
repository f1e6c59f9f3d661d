"""Actions as rows: whose job, and by when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.addresses import reverse
from carecoord.ui.components import Button, Clock, ClockState, OpenItem, Row, Status, SummaryList, TeamChip
from careplans.display.doers import doer_name, doer_of
from careplans.models import Action
from careplans.states import ACTION
from neighbourhoods.principal import Principal

# Design.md 5, open-item row: overdue, due soon, paused, on time, then by time.
ORDER: tuple[ClockState, ...] = ("overdue", "due_soon", "paused", "on_time", "no_clock")


@dataclass(frozen=True)
class EndedAction:
    """One that nobody has to do any more; `second` says how it ended, when and why."""

    title: str
    url: str
    second: str


@dataclass(frozen=True)
class ActionPage:
    """One action by itself. `ring` tells whoever may not change it whom to ask."""

    title: str
    status: Status
    clock: Clock | None
    team: TeamChip
    facts: SummaryList
    is_open: bool
    ring: str


def action_clock(action: Action) -> Clock:
    """A due day is a whole day: due soon while it lasts, overdue once it has ended."""
    due_on, today = action.due_on, clock.today()
    at = dates.due_day(due_on, now=clock.now()) if due_on else ""
    if action.status == "on_hold":
        return Clock("paused", at=action.hold_reason or at)
    if due_on is None:
        return Clock("no_clock")
    if due_on < today:
        return Clock("overdue", at=at)
    return Clock("due_soon" if due_on == today else "on_time", at=at)


def action_team(principal: Principal, action: Action) -> TeamChip:
    """The accountable team, or the last one; `assigned_to__user` and both teams should be joined."""
    team = action.accountable_team or action.last_accountable_team
    person = action.assigned_to.user.name if action.assigned_to else ""
    doer = f"Done by {doer_name(action)}" if doer_name(action) else ""
    return TeamChip(
        team=team.name, second=", ".join(part for part in (person, doer) if part), mine=_mine(principal, action)
    )


def open_action_items(principal: Principal, actions: Iterable[Action], kind: str = "Action") -> tuple[OpenItem, ...]:
    """Rows of open actions in the order of clocks. `kind` is the small grey line, empty on pages of actions only."""
    rows = [_row(principal, action, kind) for action in actions if action.accountable_team_id]
    return tuple(sorted(rows, key=lambda row: ORDER.index(row.clock.state)))


def ended_actions(actions: Sequence[Action]) -> tuple[EndedAction, ...]:
    return tuple(
        EndedAction(title=action.title, url=_url(action), second=action_words(action))
        for action in actions
        if action.accountable_team_id is None
    )


def action_words(action: Action) -> str:
    """`Completed 24-Nov-2026` or `Stopped 24-Nov-2026: moved away`."""
    words = ACTION[action.status].label
    if action.ended_at:
        words += f" {dates.day(action.ended_at)}"
    return f"{words}: {action.ended_reason}" if action.ended_reason else words


def action_page(principal: Principal, action: Action) -> ActionPage:
    team = action.accountable_team or action.last_accountable_team
    phone = f" Ring {team.phone}." if team.phone else ""
    now = f"{team.name} is responsible for this action and can change it.{phone}"
    return ActionPage(
        title=action.title,
        status=Status(ACTION[action.status].label),
        clock=action_clock(action) if action.accountable_team_id else None,
        team=action_team(principal, action),
        facts=SummaryList(tuple(Row(label, value) for label, value in _facts(action) if value)),
        is_open=action.accountable_team_id is not None,
        ring=now if action.accountable_team_id else f"{team.name} was responsible for this action.",
    )


def _facts(action: Action) -> tuple[tuple[str, str], ...]:
    return (
        ("Due on", dates.day(action.due_on) if action.due_on else ""),
        ("Who does it", doer_of(action)),
        ("Who in the team sees to it", action.assigned_to.user.name if action.assigned_to else ""),
        ("Towards", f"“{action.goal.title}”" if action.goal else ""),
        ("More about it", action.detail),
        ("What is worth trying", action.strategies),
        ("Confidence", f"{action.confidence} of 10" if action.confidence else ""),
        ("Look at it again on", dates.day(action.review_on) if action.review_on else ""),
        ("On hold", action.hold_reason),
        ("Ended", "" if action.accountable_team_id else action_words(action)),
    )


def _row(principal: Principal, action: Action, kind: str) -> OpenItem:
    done = Button("Done", f"{_url(action)}#done", is_small=True, hidden=action.title)
    return OpenItem(
        kind=kind,
        title=action.title,
        url=_url(action),
        team=action_team(principal, action),
        clock=action_clock(action),
        button=done if _mine(principal, action) == "you" else None,
    )


def _mine(principal: Principal, action: Action) -> Literal["", "you", "your_team"]:
    if action.assigned_to_id and action.assigned_to_id == principal.membership_id:
        return "you"
    return "your_team" if principal.acts_for(action.accountable_team_id) else ""


def _url(action: Action) -> str:
    return reverse("action_detail", args=[action.id])
