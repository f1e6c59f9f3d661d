"""Measures as charts, kind by kind, and beside them the goals with how it went against what was wanted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from carecoord.ui import dates
from carecoord.ui.components import Chart, ChartPoint, Link
from careplans.display.goals import OutcomeRow, outcome_rows
from careplans.measures import EXTERNAL, MOST, Measured, Quarter, Reading, Series
from careplans.models import Goal, GoalOutcome
from neighbourhoods.definitions import Definition
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal

MOST_OUTCOMES = 3
IN_A_YEAR = 4
NOT_KNOWN = "Which way is better is not known here."
WAYS = {"up": "Higher is better", "down": "Lower is better", "fewer": "Fewer is better"}


@dataclass(frozen=True)
class MeasureGroup:
    """`again` leads to its small form; None where the reader's role does not record it."""

    key: str
    title: str
    charts: tuple[Chart, ...]
    again: Link | None


@dataclass(frozen=True)
class GoalBeside:
    title: str
    wanted: str
    outcomes: tuple[OutcomeRow, ...]
    open: Link
    report: Link


@dataclass(frozen=True)
class MeasuresPage:
    """`begin` are the measures of which there is nothing yet."""

    groups: tuple[MeasureGroup, ...]
    begin: tuple[Link, ...]
    cut: str

    @property
    def is_empty(self) -> bool:
        return not self.groups

    @property
    def to_begin(self) -> str:
        return "What to measure" if self.is_empty else "Measure something else"


def measures_page(resident: Resident, measured: Measured, recordable: Sequence[Definition]) -> MeasuresPage:
    """`recordable` are the kinds that the reader may record. Where somebody restricted stays is shown to nobody, so
    that nothing is counted of them."""
    ours = {definition.key: definition for definition in recordable}
    groups = [
        _group(resident, kind, measured.of_kind(kind), ours)
        for kind in dict.fromkeys(series.kind for series in measured.series)
    ]
    if not resident.is_restricted and (groups or any(quarter.admissions for quarter in measured.quarters)):
        groups.append(MeasureGroup("admissions", "Admissions to hospital", (_admissions(measured.quarters),), None))
    shown = {group.key for group in groups}
    return MeasuresPage(
        groups=tuple(groups),
        begin=tuple(_again(resident, one, one.title) for key, one in ours.items() if key not in shown),
        cut=f"Only the latest {MOST} entries are drawn." if measured.is_cut else "",
    )


def goals_beside(principal: Principal, goals: Iterable[Goal], outcomes: Sequence[GoalOutcome]) -> list[GoalBeside]:
    """Each goal with how it went the last times, beside what was wanted."""
    return [
        GoalBeside(
            title=goal.title,
            wanted=goal.wanted,
            outcomes=outcome_rows(principal, [one for one in outcomes if one.goal_id == goal.id])[:MOST_OUTCOMES],
            open=Link("The goal", reverse("goal_detail", args=[goal.id]), goal.title),
            report=Link("Say how it goes", reverse("outcome_new", args=[goal.id]), f"with the goal {goal.title}"),
        )
        for goal in goals
    ]


def _group(resident: Resident, kind: str, found: Sequence[Series], ours: dict[str, Definition]) -> MeasureGroup:
    definition = ours.get(kind)
    title = "Other tools" if kind == EXTERNAL else found[0].title
    again = _again(resident, definition, "Measure again") if definition else None
    return MeasureGroup(kind, title, tuple(_chart(series) for series in found), again)


def _again(resident: Resident, definition: Definition, text: str) -> Link:
    hidden = "" if text == definition.title else definition.title
    return Link(text, reverse("measure_new", args=[resident.id, definition.key]), hidden)


def _chart(series: Series) -> Chart:
    return Chart(
        title=series.label,
        finding=_finding(series),
        meaning=_meaning(series),
        points=tuple(ChartPoint(one.on, one.value, one.said, one.by) for one in series.readings),
        least=series.least,
        most=series.most,
    )


def _finding(series: Series) -> str:
    """`5 on 20-Nov-2026, was 7 on 05-Jan-2026: better.`"""
    last = series.readings[-1]
    if len(series.readings) == 1:
        return f"{last.said} on {dates.day(last.on)}."
    before = series.readings[-2]
    words = f"{last.said} on {dates.day(last.on)}, was {before.said} on {dates.day(before.on)}"
    verdict = _verdict(series.better, before, last)
    return f"{words}: {verdict}." if verdict else f"{words}."


def _verdict(better: str, before: Reading, last: Reading) -> str:
    if before.value is None or last.value is None:
        return ""
    if before.value == last.value:
        return "no change"
    if not better:
        return ""
    return "better" if (last.value > before.value) == (better == "up") else "worse"


def _meaning(series: Series) -> str:
    scale = "" if series.most is None else f" on a scale from {series.least} to {series.most}"
    if not series.better:
        return f"Scored{scale}. {NOT_KNOWN}" if scale else NOT_KNOWN
    return f"{WAYS[series.better]}{',' if scale else ''}{scale}."


def _admissions(quarters: Sequence[Quarter]) -> Chart:
    year = sum(quarter.admissions for quarter in quarters[-IN_A_YEAR:])
    return Chart(
        title="Admissions to hospital",
        finding=f"{year} in the past year.",
        meaning="Fewer is better. Each bar counts the stays in hospital that began in three months, up to its day.",
        points=tuple(ChartPoint(one.ends, one.admissions, str(one.admissions)) for one in quarters),
        is_bars=True,
        value_label="Admissions",
        day_label="Three months up to",
    )
