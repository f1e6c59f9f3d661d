"""What a review goes through, one part of the plan after the other, and what came of the last one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from carecoord.ui import dates
from carecoord.ui.components import Link
from careplans.display.people import written
from careplans.display.sections import SectionBlock, section_blocks
from careplans.models import Goal, PlanReview
from careplans.reading import PlanContent
from careplans.services.goals import GOAL_ENDED
from careplans.services.meetings import CHANGE, OF_SECTION
from neighbourhoods.models import Resident


@dataclass(frozen=True)
class Point:
    """One part of the plan: what it says now, and where it is changed. `changed_at` is None where nobody wrote it."""

    key: str
    label: str
    words: str
    change: Link
    changed_at: datetime | None


@dataclass(frozen=True)
class ReviewBlock:
    """`said` is label, answer and note of each part; `to_do` leads to what needs changing and was not changed since."""

    day: str
    took_part: str
    by: str
    said: tuple[tuple[str, str, str], ...]
    to_do: tuple[Link, ...]


def points_of(resident: Resident, content: PlanContent) -> tuple[Point, ...]:
    """Sections that are asked, in their order, then what the resident wants and has not reached."""
    written_at = {section.key: section.updated_at for section in content.sections}
    sections = [
        Point(f"{OF_SECTION}{block.key}", block.title, _words(block), block.edit, written_at.get(block.key))
        for block in section_blocks(resident, content.sections, groups=content.groups)
        if block.edit
    ]
    goals = [_goal_point(goal) for goal in content.goals if goal.status not in GOAL_ENDED]
    return (*sections, *goals)


def _words(block: SectionBlock) -> str:
    return "\n".join(filter(None, (block.words, *(f"{label}: {words}" for label, words in block.facts))))


def review_blocks(reviews: Iterable[PlanReview], points: Sequence[Point]) -> tuple[ReviewBlock, ...]:
    """The latest first. Only of the latest it is told what is still to be changed."""
    latest = sorted(reviews, key=lambda one: (one.held_on, one.created_at), reverse=True)
    by_key = {point.key: point for point in points}
    return tuple(_block(review, by_key if place == 0 else {}) for place, review in enumerate(latest))


def _goal_point(goal: Goal) -> Point:
    change = Link("Change", reverse("goal_detail", args=[goal.id]), f"the goal {goal.title}")
    return Point(f"g-{goal.id}", f"Goal: {goal.title[:200]}", goal.wanted, change, goal.updated_at)


def _block(review: PlanReview, points: Mapping[str, Point]) -> ReviewBlock:
    asked = [key for key, answer in review.answers.items() if answer["answer"] == CHANGE]
    return ReviewBlock(
        day=dates.day(review.held_on),
        took_part=review.took_part,
        by=written(review.written_by, review.created_at, review.written_by_name),
        said=tuple(
            (answer["label"], "Needs changing" if answer["answer"] == CHANGE else "Still right", answer["note"])
            for answer in review.answers.values()
        ),
        to_do=tuple(
            Link(points[key].label, points[key].change.url)
            for key in asked
            if key in points and _is_not_changed_since(points[key], review)
        ),
    )


def _is_not_changed_since(point: Point, review: PlanReview) -> bool:
    return point.changed_at is None or point.changed_at <= review.created_at
