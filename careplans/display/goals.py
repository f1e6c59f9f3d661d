"""A goal with its steps, and how it went each time, as rows."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from carecoord.ui import dates
from carecoord.ui.components import Link, Status
from careplans.display.people import written
from careplans.models import GoalOutcome, StageGoal
from careplans.services.mistakes import is_ours
from careplans.states import STAGE
from neighbourhoods.principal import Principal


@dataclass(frozen=True)
class StageRow:
    title: str
    outcome: str
    status: Status
    reason: str
    is_error: bool
    change: Link


@dataclass(frozen=True)
class OutcomeRow:
    """`wanted` is what was wanted on that day; `error` says that it was a mistake; `mistake` leads there."""

    extent: str
    day: str
    words: str
    wanted: str
    by: str
    error: str
    mistake: Link | None


def stage_rows(stages: Iterable[StageGoal]) -> tuple[StageRow, ...]:
    return tuple(_stage_row(stage) for stage in stages)


def outcome_rows(principal: Principal, outcomes: Iterable[GoalOutcome]) -> tuple[OutcomeRow, ...]:
    """The latest day first."""
    latest = sorted(outcomes, key=lambda one: (one.reported_on, one.created_at), reverse=True)
    return tuple(outcome_row(principal, outcome) for outcome in latest)


def outcome_row(principal: Principal, outcome: GoalOutcome) -> OutcomeRow:
    mistake = Link("It was entered in error", reverse("outcome_error", args=[outcome.id]), "the report")
    return OutcomeRow(
        extent=outcome.get_extent_display(),
        day=dates.day(outcome.reported_on),
        words=outcome.words,
        wanted=outcome.wanted,
        by=written(outcome.written_by, outcome.created_at, outcome.written_by_name),
        error=f"Entered in error: {outcome.error_reason}" if outcome.error_at else "",
        mistake=mistake if is_ours(principal, outcome) and outcome.error_at is None else None,
    )


def last_outcome(outcomes: Iterable[GoalOutcome]) -> str:
    """`Closer, 20-Nov-2026. Slept through.`: the latest that was no error; empty where there is none."""
    said = [one for one in outcomes if one.error_at is None]
    if not said:
        return ""
    last = max(said, key=lambda one: (one.reported_on, one.created_at))
    return " ".join(filter(None, (f"{last.get_extent_display()}, {dates.day(last.reported_on)}.", last.words)))


def _stage_row(stage: StageGoal) -> StageRow:
    return StageRow(
        title=stage.title,
        outcome=stage.outcome,
        status=Status(STAGE[stage.status].label),
        reason=stage.status_reason,
        is_error=stage.status == "entered_in_error",
        change=Link("Change", reverse("stage_detail", args=[stage.id]), f"the step {stage.title}"),
    )
