"""What stands in the plan beside its sections, as rows of the whole record."""

from collections.abc import Mapping
from uuid import UUID

from carecoord.record.display.words import WordsRow
from carecoord.record.reading import Content
from carecoord.ui import dates
from careplans.display.needs import need_by, need_words
from careplans.display.other_plans import other_plan_facts
from careplans.display.reviews import review_blocks
from careplans.models import AdditionalPlan, Goal, Need, Option
from careplans.states import GOAL, NEED, OPTION, STAGE
from neighbourhoods.authors import Author, provenance
from neighbourhoods.models import Resident

Authors = Mapping[UUID, Author]


def need_rows(resident: Resident, content: Content) -> tuple[WordsRow, ...]:
    """Strengths first; what was an error by then is struck out."""
    return tuple(
        _need_row(resident, content, one) for one in sorted(content.needs, key=lambda one: one.kind, reverse=True)
    )


def _need_row(resident: Resident, content: Content, need: Need) -> WordsRow:
    on, label = content.taken_back.get(need.id), need.get_kind_display().split()[-1].capitalize()
    state = () if need.status == "current" else ((NEED[need.status].label, need.status_reason),)
    error = f"Entered in error since, {dates.day(on)}. " if on else ""
    is_voice = need.in_own_words and on is None
    by = need_by(resident, need)
    return WordsRow(label, need.title, f"{error}{by}", is_voice=is_voice, is_struck=on is not None, facts=state)


def goal_rows(content: Content, authors: Authors) -> tuple[WordsRow, ...]:
    return tuple(
        WordsRow(
            f"Goal: {one.title}",
            facts=_goal_facts(content, one),
            provenance=provenance(authors.get(one.id), one.created_at),
        )
        for one in content.goals
    )


def _goal_facts(content: Content, goal: Goal) -> tuple[tuple[str, str], ...]:
    need = tuple(("For the need", need_words(one)) for one in content.needs if one.id == goal.need_id)
    wanted = (*need, ("Reached when", goal.wanted)) if goal.wanted else need
    steps = tuple(
        (f"Step, {STAGE[one.status].label.lower()}", f"{one.title}: {one.outcome}" if one.outcome else one.title)
        for one in content.stages
        if one.goal_id == goal.id
    )
    went = tuple(
        (f"How it went, {dates.day(one.reported_on)}", ": ".join(filter(None, (one.get_extent_display(), one.words))))
        for one in content.outcomes
        if one.goal_id == goal.id
    )
    options = tuple(_option_fact(one) for one in content.options if one.goal_id == goal.id)
    return (("State", GOAL[goal.status].label), *wanted, *steps, *options, *went)


def option_rows(content: Content, authors: Authors) -> tuple[WordsRow, ...]:
    """Of needs, and of no goal."""
    return tuple(
        WordsRow(
            f"For: {one.need}",
            facts=(_option_fact(one),),
            provenance=provenance(authors.get(one.id), one.created_at),
        )
        for one in content.options
        if one.goal_id is None
    )


def _option_fact(option: Option) -> tuple[str, str]:
    return (f"Option, {OPTION[option.status].label.lower()}", ": ".join(filter(None, (option.title, option.why))))


def other_plan_rows(content: Content, authors: Authors) -> tuple[WordsRow, ...]:
    return tuple(_other_plan(content, one, authors.get(one.id)) for one in content.additional)


def _other_plan(content: Content, plan: AdditionalPlan, author: Author | None) -> WordsRow:
    on = content.taken_back.get(plan.id)
    return WordsRow(
        plan.name,
        plan.content,
        second=f"Entered in error since, {dates.day(on)}" if on else other_plan_facts(plan),
        is_struck=on is not None,
        provenance=provenance(author, plan.created_at),
    )


def review_rows(content: Content) -> tuple[WordsRow, ...]:
    """The latest first."""
    return tuple(
        WordsRow(
            f"Held on {one.day}",
            f"Took part: {one.took_part}",
            one.by,
            facts=tuple((label, f"{answer}. {note}" if note else answer) for label, answer, note in one.said),
        )
        for one in review_blocks(content.reviews, ())
    )
