"""Versions of a goal or an action as people read them, and what changed from one to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.safestring import SafeString

from carecoord import clock
from carecoord.ui import dates
from careplans.display.clashes import marked, replaced
from careplans.display.doers import doer_names
from careplans.history import Row, Version
from careplans.models import Action, AdditionalPlan, Goal, Need, Option, StageGoal
from careplans.states import ACTION, GOAL, NEED, OPTION, STAGE
from neighbourhoods.models import Membership, Team


@dataclass(frozen=True)
class Fact:
    label: str
    words: SafeString


@dataclass(frozen=True)
class VersionBlock:
    """`facts`: of the first version all it said, of a later one what it changed."""

    number: int
    by: str
    facts: tuple[Fact, ...]

    @property
    def label(self) -> str:
        return f"Version {self.number}, {self.by}"


Said = Mapping[str, str]
TEXTS = frozenset(
    {
        "The goal", "How one will know", "What is to be done", "More about it", "What is worth trying",
        "The step", "What came of it", "The plan", "What it says", "A need", "A strength",
    }
)  # fmt: skip


def version_blocks(versions: list[Version]) -> tuple[VersionBlock, ...]:
    """The newest first."""
    said = said_by(versions)
    before: list[Said | None] = [None, *said]
    blocks = [
        VersionBlock(version.number, _by(version), changed(older, newer))
        for version, older, newer in zip(versions, before, said, strict=False)
    ]
    return tuple(reversed(blocks))


def changed(older: Said | None, newer: Said) -> tuple[Fact, ...]:
    if older is None:
        return tuple(Fact(label, marked(None, words)) for label, words in newer.items() if words)
    return tuple(
        Fact(label, (marked if label in TEXTS else replaced)(older[label], words))
        for label, words in newer.items()
        if words != older[label]
    )


def said_by(versions: Iterable[Version]) -> list[Said]:
    """What each version said, by labels; people and teams by their names of today."""
    rows = [one.row for one in versions]
    actions = [row for row in rows if isinstance(row, Action)]
    people = _names_of_people({row.assigned_to_id for row in actions if row.assigned_to_id})
    teams = dict(Team.objects.filter(id__in={_team(row) for row in actions}).values_list("id", "name"))
    doers = doer_names(row.done_by for row in actions)
    wanted = {row.need_id for row in rows if isinstance(row, Goal) and row.need_id}
    needs = dict(Need.objects.filter(id__in=wanted).values_list("id", "title")) if wanted else {}
    return [_said(row, people, teams, doers, needs) for row in rows]


def _said(
    row: Row,
    people: Mapping[UUID, str],
    teams: Mapping[UUID, str],
    doers: Mapping[str, str],
    needs: Mapping[UUID, str],
) -> Said:
    match row:
        case Goal():
            return {**_of_goal(row), "For the need": needs.get(row.need_id, "") if row.need_id else ""}
        case Need():
            return _of_need(row)
        case StageGoal():
            return _of_stage(row)
        case Option():
            return _of_option(row)
        case AdditionalPlan():
            return _of_additional(row)
        case _:
            return _of_action(row, people, teams, doers)


def _of_goal(goal: Goal) -> Said:
    return {
        "The goal": goal.title,
        "How one will know": goal.wanted,
        "Importance": str(goal.importance or ""),
        "Confidence": str(goal.confidence or ""),
        "Where it stands": _state(GOAL[goal.status].label, goal.status_reason),
    }


def _of_need(need: Need) -> Said:
    return {
        need.get_kind_display(): need.title,
        "In their own words": "Yes" if need.in_own_words else "",
        "Whether it holds": _state(NEED[need.status].label, need.status_reason),
    }


def _of_stage(stage: StageGoal) -> Said:
    return {
        "The step": stage.title,
        "What came of it": stage.outcome,
        "Where it stands": _state(STAGE[stage.status].label, stage.status_reason),
    }


def _of_option(option: Option) -> Said:
    return {
        "What is offered": option.title,
        "Where it stands": _state(OPTION[option.status].label, option.why),
        "Who chose, where it was not the resident": option.said_by,
        "On": dates.day(option.decided_on) if option.decided_on else "",
    }


def _of_additional(plan: AdditionalPlan) -> Said:
    days = {"From": plan.starts_on, "To": plan.ends_on, "Review by": plan.review_due_on}
    return {
        "The plan": plan.name,
        "What it says": plan.content,
        **{label: dates.day(day) if day else "" for label, day in days.items()},
        "Who looks at it again": plan.reviewed_by,
        "Entered in error": plan.error_reason,
    }


def _of_action(action: Action, people: Mapping[UUID, str], teams: Mapping[UUID, str], doers: Mapping[str, str]) -> Said:
    return {
        "What is to be done": action.title,
        "More about it": action.detail,
        "Due on": dates.day(action.due_on) if action.due_on else "",
        "Done by": doers.get(action.done_by, ""),
        "Who in the team sees to it": people.get(action.assigned_to_id, "") if action.assigned_to_id else "",
        "What is worth trying": action.strategies,
        "Confidence": str(action.confidence or ""),
        "Look at it again": dates.day(action.review_on) if action.review_on else "",
        "Whose job": teams.get(_team(action), ""),
        "Where it stands": _state(ACTION[action.status].label, action.hold_reason or action.ended_reason),
    }


def _state(label: str, reason: str) -> str:
    return f"{label}: {reason}" if reason else label


def _team(action: Action) -> UUID:
    return action.accountable_team_id or action.last_accountable_team_id


def _names_of_people(ids: set[UUID]) -> dict[UUID, str]:
    return dict(Membership.objects.filter(id__in=ids).values_list("id", "user__name"))


def _by(version: Version) -> str:
    at = dates.moment_inside(version.at, now=clock.now())
    parts = (version.by.name, version.by.role, version.by.organisation) if version.by else ("Not known who",)
    return ", ".join([*(part for part in parts if part), at])
