"""Everything one plan page shows, read in a fixed number of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F

from careplans.feeds import SHOWN, current_plan_of
from careplans.groups import Groups, groups_of
from careplans.models import (
    Action,
    AdditionalPlan,
    Attachment,
    CarePlan,
    Goal,
    GoalOutcome,
    Need,
    Option,
    PlanReview,
    PlanSection,
    SectionVersion,
    SetAside,
    StageGoal,
)
from neighbourhoods.principal import Principal

AUTHOR = ("written_by__user", "written_by__organisation")


@dataclass(frozen=True)
class PlanContent:
    """The current plan of a resident and what stands in it; without a plan only `actions`, which need none."""

    plan: CarePlan | None
    sections: Sequence[PlanSection]
    goals: Sequence[Goal]
    stages: Sequence[StageGoal]
    outcomes: Sequence[GoalOutcome]
    actions: Sequence[Action]
    additional: Sequence[AdditionalPlan]
    reviews: Sequence[PlanReview]
    options: Sequence[Option] = ()
    needs: Sequence[Need] = ()
    attachments: Sequence[Attachment] = ()
    groups: Groups = field(default_factory=dict)


def plan_content(principal: Principal, resident_id: UUID) -> PlanContent:
    actions = Action.objects.visible_to(principal).filter(resident_id=resident_id).select_related(*SHOWN)
    in_order = list(actions.order_by(F("due_on").asc(nulls_last=True), "created_at", "id"))
    plan = current_plan_of(principal, resident_id)
    if plan is None:
        return PlanContent(None, (), (), (), (), in_order, (), ())
    return PlanContent(
        plan=plan,
        sections=list(PlanSection.objects.visible_to(principal).filter(care_plan=plan).select_related(*AUTHOR)),
        goals=list(Goal.objects.visible_to(principal).filter(care_plan=plan)),
        stages=list(StageGoal.objects.visible_to(principal).filter(goal__care_plan=plan)),
        outcomes=list(GoalOutcome.objects.visible_to(principal).filter(goal__care_plan=plan).select_related(*AUTHOR)),
        actions=in_order,
        additional=list(AdditionalPlan.objects.visible_to(principal).filter(care_plan=plan).select_related(*AUTHOR)),
        reviews=list(PlanReview.objects.visible_to(principal).filter(care_plan=plan).select_related(*AUTHOR)),
        needs=list(Need.objects.visible_to(principal).filter(care_plan=plan).select_related(*AUTHOR)),
        options=list(Option.objects.visible_to(principal).filter(care_plan=plan).select_related(*AUTHOR)),
        attachments=list(Attachment.objects.visible_to(principal).filter(care_plan=plan).select_related(*AUTHOR)),
        groups=groups_of(principal, resident_id),
    )


def standing(attachments: Iterable[Attachment]) -> list[Attachment]:
    """Those that were no error, and in whose place no newer one was put."""
    there = [one for one in attachments if one.error_at is None]
    replaced = {one.replaces_id for one in there}
    return [one for one in there if one.id not in replaced]


def stages_of(principal: Principal, goal: Goal) -> list[StageGoal]:
    """In the order in which they were added."""
    return list(StageGoal.objects.visible_to(principal).filter(goal=goal))


def outcomes_of(principal: Principal, goal: Goal) -> list[GoalOutcome]:
    return list(GoalOutcome.objects.visible_to(principal).filter(goal=goal).select_related(*AUTHOR))


def section_of(principal: Principal, plan: CarePlan, key: str) -> PlanSection | None:
    sections = PlanSection.objects.visible_to(principal).filter(care_plan=plan, key=key)
    return sections.select_related(*AUTHOR).first()


def version_of(principal: Principal, section: PlanSection, number: int) -> SectionVersion | None:
    """The wording that stood as this number; None for what was never written."""
    versions = SectionVersion.objects.visible_to(principal).filter(section=section, number=number)
    return versions.select_related(*AUTHOR).first()


def versions_of(principal: Principal, section: PlanSection) -> list[SectionVersion]:
    """Every wording, the newest first."""
    versions = SectionVersion.objects.visible_to(principal).filter(section=section)
    return list(versions.select_related(*AUTHOR, "error_by__user", "error_by__organisation").order_by("-number"))


def set_aside_of(principal: Principal, section: PlanSection) -> list[SetAside]:
    """What was typed and not chosen, the newest first."""
    aside = SetAside.objects.visible_to(principal).filter(section=section)
    return list(aside.select_related(*AUTHOR).order_by("-created_at", "-id"))
