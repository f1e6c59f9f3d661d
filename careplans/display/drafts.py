"""What was typed and not saved: told to its author in full, to everybody else by name and time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import Button, Notice
from careplans.editing import Editing
from careplans.headings import heading_of
from careplans.models import DraftOf, PlanDraft
from careplans.models.drafts import NEW, is_new
from careplans.services import Slot

# What is written, as it reads after `a` and `this`.
WORDS: Final = {
    "section": ("a section", "section"),
    "goal": ("a goal", "goal"),
    "action": ("an action", "action"),
    "stage": ("a step of a goal", "step"),
    "outcome": ("how it went with a goal", "report"),
    "review": ("a review of the plan", "review"),
    "additional": ("an additional plan", "additional plan"),
    "need": ("a need or a strength", "need or strength"),
}
# Whoever has typed nothing for so long may have been called away.
STILL_TYPING: Final = timedelta(minutes=15)
SIGNED_OUT: Final = "You are signed out. What you typed is kept up to the last time named here: sign in to carry on."
NOT_KEPT: Final = (
    "What you typed last is not kept: the connection is down. Stay on this page, it tries again as you type."
)


@dataclass(frozen=True)
class DraftFrame:
    """What a form needs to be kept: where to, the name of this opening of it, and what is said beside it."""

    keep_url: str
    opening: UUID
    notices: tuple[Notice, ...]
    signed_out: str = SIGNED_OUT
    not_kept: str = NOT_KEPT


def kept_words(at: datetime) -> str:
    return f"Kept as a draft {dates.moment_inside(at, now=clock.now())}. Not saved yet."


def draft_frame(slot: Slot, opening: UUID, draft: PlanDraft | None, editing: Iterable[Editing]) -> DraftFrame:
    """`draft` is what the form shows of before; None where it shows what stands in the plan."""
    others = [_others_notice(one) for one in editing_in(slot, editing) if not one.is_mine]
    mine = [_back_notice(slot, draft, opening)] if draft else []
    return DraftFrame(_url("draft_keep", slot), opening, (*mine, *others))


def editing_in(slot: Slot, editing: Iterable[Editing]) -> list[Editing]:
    return [one for one in editing if (one.kind, one.place) == (slot.kind, slot.place)]


def editing_notices(slot: Slot, editing: Iterable[Editing], url: str) -> tuple[Notice, ...]:
    """For the plan page: who writes there, with the way to write there too; my own first."""
    there = sorted(editing_in(slot, editing), key=lambda one: not one.is_mine)
    is_mine = any(one.is_mine for one in there)
    return tuple(
        _mine_notice(one, url) if one.is_mine else _others_notice(one, "" if is_mine else url) for one in there
    )


# The pages on which each is written: something new, something that is there.
PAGES: Final[Mapping[str, tuple[str, str]]] = {
    DraftOf.GOAL: ("goal_new", "goal_detail"),
    DraftOf.ACTION: ("action_new", "action_detail"),
    DraftOf.STAGE: ("stage_new", "stage_detail"),
    DraftOf.OUTCOME: ("outcome_new", "goal_detail"),
    DraftOf.ADDITIONAL: ("additional_new", "additional_plan"),
    DraftOf.NEED: ("need_new", "need_detail"),
}


def left_unfinished(draft: PlanDraft) -> tuple[str, str, str]:
    """What it is, the page on which to go on, and when somebody typed there last. Never a word of it."""
    return left_words(draft), left_url(draft), f"You typed it {_moment(draft.updated_at)}. It is not saved."


def left_words(draft: PlanDraft) -> str:
    one, _ = WORDS[draft.kind]
    if draft.kind == DraftOf.SECTION:
        return f"“{heading_of(draft.place).title}” in the plan"
    return f"{one[:1].upper()}{one[1:]}"


def left_url(draft: PlanDraft) -> str:
    if draft.kind == DraftOf.SECTION:
        return reverse("section_edit", args=[draft.resident_id, draft.place])
    if draft.kind == DraftOf.REVIEW:
        return reverse("plan_review", args=[draft.resident_id])
    added_at, changed_at = PAGES[draft.kind]
    if draft.place == NEW:
        return reverse(added_at, args=[draft.resident_id])
    if is_new(draft.place):
        return reverse(added_at, args=[draft.place.removeprefix(f"{NEW}-")])
    return reverse(changed_at, args=[draft.place])


def _mine_notice(mine: Editing, url: str) -> Notice:
    said = f"You typed here {_moment(mine.typed_at)}, and have not saved it. Nobody else reads it."
    return Notice(
        "blue", "What you typed is kept.", said, icon="tick", button=Button("Go on writing", url, is_small=True)
    )


def _others_notice(other: Editing, url: str = "") -> Notice:
    ring = f"{other.organisation}, {other.phone}." if other.phone else f"{other.organisation}."
    said = "If you both change the same words you will choose which to keep. Nothing is lost."
    you_can = "Write anyway" if is_new(other.place) else "Edit anyway"
    button = Button(you_can, url, is_small=True) if url else None
    return Notice(
        "blue", _who(other), f"{ring} {'' if is_new(other.place) else said}".strip(), icon="pencil", button=button
    )


def is_still_typing(other: Editing) -> bool:
    return clock.now() - other.typed_at <= STILL_TYPING


def _who(other: Editing) -> str:
    since = _moment(other.begun_at)
    one, name = WORDS[other.kind]
    doing, did = ("adding", "add") if is_new(other.place) else ("editing", "change")
    thing = one if is_new(other.place) else f"this {name}"
    if is_still_typing(other):
        return f"{other.name} is {doing} {thing} since {since.removeprefix('today ')}."
    return f"{other.name} began to {did} {thing} {since}, and has not saved it."


def _back_notice(slot: Slot, draft: PlanDraft, opening: UUID) -> Notice:
    throw_away = Button(
        "Throw it away",
        _url("draft_discard", slot),
        is_small=True,
        is_post=True,
        hidden="what I typed and did not save",
        fields=(("opening", str(opening)),),
    )
    said = f"You typed it {_moment(draft.updated_at)}. It is not saved, and nobody else reads it."
    return Notice("blue", "What you typed is kept: go on here.", said, icon="tick", button=throw_away)


def _moment(at: datetime) -> str:
    return dates.moment_inside(at, now=clock.now())


def _url(name: str, slot: Slot) -> str:
    return reverse(name, args=[slot.resident_id, slot.kind, slot.place])
