"""The plan page: its head, contents list, sections, goals with their actions, and other plans."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.urls import reverse

from carecoord import clock
from carecoord.ui import dates
from carecoord.ui.components import (
    Button,
    Contents,
    ContentsItem,
    Link,
    Notice,
    OpenItemGroup,
    OpenItemTable,
    Provenance,
    Status,
)
from careplans.display.actions import EndedAction, ended_actions, open_action_items
from careplans.display.attachments import Attached, attached
from careplans.display.drafts import editing_notices, is_still_typing
from careplans.display.goals import StageRow, last_outcome, stage_rows
from careplans.display.needs import need_rows, need_words
from careplans.display.options import OptionRow, option_rows
from careplans.display.other_plans import OtherPlan, is_over, other_plan_rows
from careplans.display.people import changed
from careplans.display.sections import SectionBlock, SectionChoice, section_blocks, sections_to_add
from careplans.editing import Editing
from careplans.models import Action, AdditionalPlan, CarePlan, DraftOf, Goal, Need, PlanSection
from careplans.models.drafts import NEW
from careplans.reading import PlanContent
from careplans.services import Slot, missing_for_activation
from careplans.services.goals import GOAL_ENDED
from careplans.services.meetings import REVIEWED
from careplans.services.plans import listed
from careplans.states import GOAL, PLAN
from careplans.triggers import TRIGGERS
from neighbourhoods.authors import Author, provenance
from neighbourhoods.models import Resident
from neighbourhoods.principal import Principal

ADDED_AT: Final[Mapping[DraftOf, str]] = {DraftOf.GOAL: "goal_new", DraftOf.ACTION: "action_new"}
ENTRIES: Final[Mapping[str, Need.Kind]] = {"needs": Need.Kind.NEED, "strengths": Need.Kind.STRENGTH}
NEED_ADDED_AT: Final[Mapping[DraftOf, str]] = {DraftOf.NEED: "need_new"}
PLAN_ADDED_AT: Final[Mapping[DraftOf, str]] = {DraftOf.ADDITIONAL: "additional_new"}
CHANGED_AT: Final[Mapping[str, str]] = {
    DraftOf.ACTION: "action_detail",
    DraftOf.ADDITIONAL: "additional_plan",
    DraftOf.NEED: "need_detail",
}
NOBODY: Final[Mapping[UUID, Author]] = MappingProxyType({})


@dataclass(frozen=True)
class GoalBlock:
    title: str
    need: str
    facts: tuple[tuple[str, str], ...]
    status: str
    wanted: str
    last_outcome: str
    stages: tuple[StageRow, ...]
    options: tuple[OptionRow, ...]
    change: Link
    offer: Link
    add_action: Link
    add_stage: Link
    report: Link
    table: OpenItemTable | None
    ended: tuple[EndedAction, ...]
    provenance: Provenance
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class PlanHead:
    """`agreed` is the grey line below the title; `notice` says what is missing, or that a review is overdue."""

    status: Status
    agreed: str
    notice: Notice | None
    button: Button | None
    others: tuple[Button, ...]


@dataclass(frozen=True)
class PlanPage:
    head: PlanHead
    contents: Contents
    about_me: tuple[SectionBlock, ...]
    rest: tuple[SectionBlock, ...]
    attached: Attached
    goals: tuple[GoalBlock, ...]
    ended_goals: tuple[GoalBlock, ...]
    other_plans: tuple[OtherPlan, ...]
    ended_plans: tuple[OtherPlan, ...]
    options: tuple[OptionRow, ...] = ()
    adding: tuple[Notice, ...] = ()
    adding_needs: tuple[Notice, ...] = ()
    adding_plans: tuple[Notice, ...] = ()
    more: tuple[SectionChoice, ...] = ()

    @property
    def is_about_me_empty(self) -> bool:
        return all(block.is_empty for block in self.about_me)


def plan_page(
    principal: Principal,
    resident: Resident,
    plan: CarePlan,
    content: PlanContent,
    authors: Mapping[UUID, Author] = NOBODY,
    editing: Sequence[Editing] = (),
) -> PlanPage:
    """`authors` of goals, by id; `editing`: what somebody has typed and not saved."""
    blocks = section_blocks(resident, content.sections, editing, content.groups)
    blocks = tuple(_with_entries(resident, block, content) for block in blocks)
    in_order = sorted(content.goals, key=lambda goal: _place_of_need(content, goal))
    goals = [
        (goal, _goal_block(principal, resident, goal, content, authors.get(goal.id), editing)) for goal in in_order
    ]
    return PlanPage(
        head=_head(resident, plan),
        contents=_contents(principal, content, editing, blocks),
        adding=_adding(resident, editing, ADDED_AT),
        adding_needs=_adding(resident, editing, NEED_ADDED_AT),
        adding_plans=_adding(resident, editing, PLAN_ADDED_AT),
        about_me=tuple(block for block in blocks if block.is_about_me),
        rest=tuple(block for block in blocks if not block.is_about_me),
        attached=attached(principal, content.attachments),
        more=sections_to_add(resident, {block.key for block in blocks}),
        goals=tuple(block for goal, block in goals if goal.status not in GOAL_ENDED),
        ended_goals=tuple(block for goal, block in goals if goal.status in GOAL_ENDED),
        other_plans=other_plan_rows(one for one in content.additional if not is_over(one)),
        ended_plans=other_plan_rows(one for one in content.additional if is_over(one)),
        options=option_rows(resident, (one for one in content.options if one.goal_id is None)),
    )


def _with_entries(resident: Resident, block: SectionBlock, content: PlanContent) -> SectionBlock:
    """Needs and strengths stand one by one under what was written of them as one text."""
    kind = ENTRIES.get(block.key)
    if kind is None:
        return block
    rows = need_rows(resident, (one for one in content.needs if one.kind == kind), content.goals)
    url = f"{reverse('need_new', args=[resident.id])}?kind={kind.value}"
    return replace(block, entries=rows, add=Link(f"Add {kind.label.lower()}", url))


def _place_of_need(content: PlanContent, goal: Goal) -> int:
    """Goals for one need stand together, in the order of the needs; those for none are the last."""
    places = [need.id for need in content.needs]
    return places.index(goal.need_id) if goal.need_id in places else len(places)


def action_table(principal: Principal, caption: str, actions: Sequence[Action]) -> OpenItemTable | None:
    items = open_action_items(principal, actions, kind="")
    if not items:
        return None
    return OpenItemTable(caption, (OpenItemGroup(items),), item_label="Action", clock_label="Due")


def _adding(resident: Resident, editing: Sequence[Editing], pages: Mapping[DraftOf, str]) -> tuple[Notice, ...]:
    """What is being added, and what I have begun to change of something that has no notices beside it."""
    slots = [(Slot(resident.id, kind), reverse(page, args=[resident.id])) for kind, page in pages.items()]
    slots += [
        (Slot(resident.id, DraftOf(one.kind), one.place), reverse(CHANGED_AT[one.kind], args=[one.place]))
        for one in editing
        if one.is_mine and one.kind in pages and one.kind in CHANGED_AT and one.place != NEW
    ]
    return tuple(notice for slot, url in slots for notice in editing_notices(slot, editing, url))


def _head(resident: Resident, plan: CarePlan) -> PlanHead:
    agree = Button("Agree the plan", reverse("care_plan_agree", args=[resident.id]))
    word = "Entered in error" if plan.status == "draft" else "Pause or end"
    state = Button(word, reverse("care_plan_state", args=[resident.id]), is_small=True)
    again = Button("Agree again", agree.url, is_small=True)
    pdf = Button("Plan as PDF", reverse("plan_pdf", args=[resident.id]), is_small=True, is_post=True)
    papers = Button("Copies to give", reverse("resident_papers", args=[resident.id]), is_small=True)
    was = Button("Plan as it was", reverse("as_it_was", args=[resident.id]), is_small=True)
    label = PLAN[plan.status].label
    if plan.status != "draft":
        review = Button("Hold the review", reverse("plan_review", args=[resident.id]), is_small=True)
        reviewed = (review,) if plan.status in REVIEWED else ()
        others = (*reviewed, again, state, was, pdf, papers)
        return PlanHead(Status(label), agreed_words(resident, plan), _overdue(plan), None, others)
    missing = missing_for_activation(plan)
    if missing:
        notice = Notice(
            "blue", "This plan is a draft.", f"Before it can be active, it needs {listed(missing)}.", icon="pencil"
        )
        button = Button(agree.text, agree.url, tone="green")
    else:
        notice = Notice("blue", "This plan is a draft.", "Nothing is missing: it can become active.", icon="tick")
        button = Button(
            "Make the plan active", reverse("care_plan_activate", args=[resident.id]), tone="green", is_post=True
        )
    others = (state, was, pdf, papers) if missing else (again, state, was, pdf, papers)
    return PlanHead(Status(label), agreed_words(resident, plan), notice, button, others)


def agreed_words(resident: Resident, plan: CarePlan) -> str:
    if plan.agreed_with_resident is None or plan.agreed_on is None:
        return f"Started {dates.day(plan.created_at)}. Not yet agreed with {resident.called}."
    who = resident.called if plan.agreed_with_resident else plan.agreed_with
    words = f"Agreed with {who} {dates.day(plan.agreed_on)}."
    if plan.review_due_on and plan.review_team:
        who = f"{plan.reviewer.user.name}, {plan.review_team.name}" if plan.reviewer else plan.review_team.name
        words += f" Review by {dates.day(plan.review_due_on)}, owned by {who}."
    if plan.funding:
        words += f" Paid for by: {plan.funding}."
    return words


def forward_notice(plan: CarePlan) -> Notice | None:
    """That something has brought the review forward."""
    if not plan.review_cause or plan.review_due_on is None:
        return None
    said = f"{TRIGGERS[plan.review_cause].words}. It is due by {dates.day(plan.review_due_on)}."
    return Notice("blue", "The review was brought forward.", said, icon="clock")


def _overdue(plan: CarePlan) -> Notice | None:
    if plan.status == "on_hold":
        return Notice("amber", "This plan is on hold.", icon="paused")
    if plan.review_due_on is None or plan.review_due_on >= clock.today():
        return forward_notice(plan)
    owner = plan.review_team.name if plan.review_team else ""
    return Notice(
        "amber",
        f"The review was due on {dates.day(plan.review_due_on)}.",
        f"{owner} reviews this plan.",
        icon="overdue",
    )


def _contents(
    principal: Principal, content: PlanContent, editing: Sequence[Editing], blocks: Sequence[SectionBlock]
) -> Contents:
    about_me = {block.key for block in blocks if block.is_about_me}
    rest = [block for block in blocks if not block.is_about_me]
    moments = [row.updated_at for row in (*content.goals, *content.actions, *content.options)]
    sections = [("About me", "#about-me", about_me), *((one.title, f"#{one.key}", {one.key}) for one in rest)]
    items = [
        _contents_item(label, url, _latest(principal, content.sections, keys), editing, {DraftOf.SECTION}, keys)
        for label, url, keys in sections
    ]
    goals = {DraftOf.GOAL, DraftOf.ACTION, DraftOf.STAGE, DraftOf.OUTCOME}
    items.append(_contents_item("Goals and actions", "#goals", _last(principal, moments), editing, goals))
    other = _other(content.additional)
    items.append(_contents_item("Other plans", "#other-plans", other, editing, {DraftOf.ADDITIONAL}))
    items.append(_contents_item("Reviews", "#reviews", _held(content), editing, {DraftOf.REVIEW}))
    return Contents("Contents of the plan", tuple(items))


def _contents_item(
    label: str, url: str, last: str, editing: Sequence[Editing], kinds: Set[str], places: Set[str] | None = None
) -> ContentsItem:
    """With whoever is writing there now in place of the last change."""
    there = [one for one in editing if one.kind in kinds and (places is None or one.place in places)]
    names = sorted({one.name for one in there if not one.is_mine and is_still_typing(one)})
    if names:
        return ContentsItem(
            label, url, f"{listed(names)} {'is' if len(names) == 1 else 'are'} editing", is_second_strong=True
        )
    return ContentsItem(label, url, last)


def _latest(principal: Principal, sections: Sequence[PlanSection], keys: set[str]) -> str:
    mine = [section for section in sections if section.key in keys]
    if not mine:
        return "Not yet started"
    newest = max(mine, key=lambda section: section.updated_at)
    return changed(principal, newest.written_by, newest.updated_at, newest.written_by_name)


def _last(principal: Principal, moments: Sequence[datetime]) -> str:
    return changed(principal, None, max(moments)) if moments else "Not yet started"


def _held(content: PlanContent) -> str:
    return f"Held {dates.day(max(one.held_on for one in content.reviews))}" if content.reviews else "None yet"


def _other(additional: Sequence[AdditionalPlan]) -> str:
    if not additional:
        return "None"
    newest = max(additional, key=lambda other: other.updated_at)
    return f"{newest.name[:40]}, {dates.day(newest.updated_at)}"


def _goal_block(
    principal: Principal,
    resident: Resident,
    goal: Goal,
    content: PlanContent,
    author: Author | None,
    editing: Sequence[Editing],
) -> GoalBlock:
    change = reverse("goal_detail", args=[goal.id])
    mine = [action for action in content.actions if action.goal_id == goal.id]
    called = f"the goal {goal.title}"
    facts = ((f"Importance to {resident.called}", goal.importance), ("Confidence", goal.confidence))
    return GoalBlock(
        title=goal.title,
        need=next((need_words(one) for one in content.needs if one.id == goal.need_id), ""),
        facts=tuple((label, f"{value} of 10") for label, value in facts if value is not None),
        status=_goal_status(goal),
        wanted=goal.wanted,
        last_outcome=last_outcome(one for one in content.outcomes if one.goal_id == goal.id),
        stages=stage_rows(stage for stage in content.stages if stage.goal_id == goal.id),
        options=option_rows(resident, (one for one in content.options if one.goal_id == goal.id)),
        change=Link("Change", change, called),
        offer=Link("Offer an option", f"{reverse('option_new', args=[resident.id])}?goal={goal.id}", f"for {called}"),
        add_stage=Link("Add a step", reverse("stage_new", args=[goal.id]), f"to {called}"),
        report=Link("Say how it goes", reverse("outcome_new", args=[goal.id]), f"with {called}"),
        add_action=Link(
            "Add an action", f"{reverse('action_new', args=[resident.id])}?goal={goal.id}", f"to {goal.title}"
        ),
        table=action_table(principal, f"Actions towards {goal.title}", mine),
        ended=ended_actions(mine),
        provenance=provenance(author, goal.created_at),
        notices=editing_notices(Slot(resident.id, DraftOf.GOAL, str(goal.id)), editing, change),
    )


def _goal_status(goal: Goal) -> str:
    label = GOAL[goal.status].label
    return f"{label}: {goal.status_reason}" if goal.status_reason else label
